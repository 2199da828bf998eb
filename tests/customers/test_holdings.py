"""What systems hold, and by what records are found: by page, service and bad input; capacities of channels."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from customers import services
from customers.errors import CannotBe, NotAllowed
from customers.models import ChannelCapacity, DataHolding, HoldingAttribute
from portfolio.models import Person
from tests.factories import (
    ChannelCapacityFactory,
    DataDomainFactory,
    DataHoldingFactory,
    HoldingAttributeFactory,
    IdentifyingAttributeFactory,
    SystemFactory,
)

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Person | None], Client]


def keys_of(holding: DataHolding) -> dict[str, str]:
    return dict(holding.attributes.order_by("id").values_list("attribute__name", "quality"))


def test_an_architect_says_what_a_system_holds_and_by_what(client_as: ClientAs, architect: Person) -> None:
    system, domain = SystemFactory.create(name="CRM"), DataDomainFactory.create(name="Address")
    number, mail = IdentifyingAttributeFactory.create_batch(2)
    url = reverse("customers:holding-new", args=[system.code])
    assert client_as(architect).get(url).status_code == 200
    form = {"domain": domain.pk, "role": "copy", f"by-{number.pk}": "high", f"by-{mail.pk}": ""}
    response = client_as(architect).post(url, form)
    assert response.headers["Location"] == system.get_absolute_url()
    holding = DataHolding.objects.get()
    assert (holding.system, holding.domain, holding.role) == (system, domain, "copy")
    assert keys_of(holding) == {number.name: "high"}
    assert number.name in client_as(architect).get(system.get_absolute_url()).content.decode()


def test_attributes_change_their_quality_come_and_go_with_history(client_as: ClientAs, architect: Person) -> None:
    kept = HoldingAttributeFactory.create(quality="low")
    holding = kept.holding
    gone = HoldingAttributeFactory.create(holding=holding)
    new = IdentifyingAttributeFactory.create()
    url = reverse("customers:holding-edit", args=[holding.system.code, holding.domain.code])
    assert client_as(architect).get(url).status_code == 200
    form = {
        "role": "master",
        f"by-{kept.attribute_id}": "high",
        f"by-{new.pk}": "medium",
        f"by-{gone.attribute_id}": "",
    }
    assert client_as(architect).post(url, form).status_code == 302
    assert keys_of(holding) == {kept.attribute.name: "high", new.name: "medium"}
    changes = HoldingAttribute.history.order_by("history_id").values_list("history_type", "history_user")
    assert list(changes)[2:] == [("~", architect.pk), ("+", architect.pk), ("-", architect.pk)]


def test_a_holding_is_taken_away(client_as: ClientAs, architect: Person) -> None:
    holding = HoldingAttributeFactory.create().holding
    url = reverse("customers:holding-remove", args=[holding.system.code, holding.domain.code])
    assert client_as(architect).get(url).status_code == 405
    assert client_as(architect).post(url).status_code == 302
    assert not DataHolding.objects.exists()


def test_wrong_values_are_refused_with_what_was_chosen_kept(client_as: ClientAs, architect: Person) -> None:
    number, system = IdentifyingAttributeFactory.create(), SystemFactory.create()
    url = reverse("customers:holding-new", args=[system.code])
    response = client_as(architect).post(url, {"domain": "9" * 40, "role": "owner", f"by-{number.pk}": "perfect"})
    assert response.status_code == 422
    held = DataHoldingFactory.create(system=system)
    assert client_as(architect).post(url, {"domain": held.domain.pk, "role": "copy"}).status_code == 422
    assert DataHolding.objects.count() == 1


def test_readers_look_and_do_not_touch(client_as: ClientAs, reader: Person) -> None:
    holding = HoldingAttributeFactory.create(attribute__name="Passport number").holding
    page = client_as(reader).get(holding.system.get_absolute_url()).content.decode()
    assert "Passport number" in page
    assert "Change" not in page
    for name in ("holding-edit", "holding-remove"):
        url = reverse(f"customers:{name}", args=[holding.system.code, holding.domain.code])
        assert client_as(reader).post(url, {"role": "copy"}).status_code == 403
    with pytest.raises(NotAllowed):
        services.save_holding(system=holding.system, domain=holding.domain, role="copy", attributes={}, by=reader)
    with pytest.raises(NotAllowed):
        services.remove_holding(holding=holding, by=reader)
    assert keys_of(holding)


def test_pages_of_data_and_attributes_say_where_they_are(client_as: ClientAs, reader: Person) -> None:
    key = HoldingAttributeFactory.create(holding__system__name="FixIt", holding__domain__name="Warranty")
    of_attribute = client_as(reader).get(key.attribute.get_absolute_url()).content.decode()
    assert "FixIt" in of_attribute
    assert "Warranty" in of_attribute
    of_domain = client_as(reader).get(key.holding.domain.get_absolute_url()).content.decode()
    assert "FixIt" in of_domain
    assert key.attribute.name in of_domain


def test_a_role_that_is_none_is_refused_by_the_service(architect: Person) -> None:
    with pytest.raises(ValidationError):
        services.save_holding(
            system=SystemFactory.create(), domain=DataDomainFactory.create(), role="x", attributes={}, by=architect
        )


def test_a_channel_has_one_capacity_in_use(client_as: ClientAs, architect: Person) -> None:
    first = ChannelCapacityFactory.create(channel="letter")
    url = reverse("customers:entry-new", args=["channel-capacities"])
    form = {"name": "More", "code": "", "description": "", "channel": "letter", "contacts_per_week": "7"}
    response = client_as(architect).post(url, form)
    assert response.status_code == 422
    assert "This channel has a capacity already" in response.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        ChannelCapacityFactory.create(channel="letter")
    services.retire_entry(entry=first, by=architect, on=date(2027, 1, 1))
    assert client_as(architect).post(url, form).status_code == 302
    with pytest.raises(CannotBe, match="has a capacity already"):
        services.restore_entry(entry=first, by=architect)
    back = client_as(architect).post(reverse("customers:entry-restore", args=["channel-capacities", first.code]))
    assert back.status_code == 302
    assert ChannelCapacity.objects.active().get().name == "More"
