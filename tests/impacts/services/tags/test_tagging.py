"""What a request touches, line by line."""

import pytest
from django.core.exceptions import ValidationError

from impacts.errors import NotAllowed
from impacts.models import DataUse, Effect, Impact
from impacts.services.tags.tagging import add_data_use, add_impact, change_data_use, change_impact, remove_tag
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest, ScanMark
from tests.factories import (
    DataDomainFactory,
    IdentifyingAttributeFactory,
    MeasureFactory,
    SegmentFactory,
    SystemFactory,
    TouchpointFactory,
)

pytestmark = pytest.mark.django_db


def test_a_line_takes_the_next_version_and_marks_the_request(
    request_of_cards: ProjectRequest, requester: Person
) -> None:
    before = request_of_cards.version
    segment = SegmentFactory.create()
    impact = add_impact(
        request=request_of_cards,
        person=requester,
        touchpoint=TouchpointFactory.create(),
        effect=Effect.CHANGES,
        segments=[segment],
    )
    request_of_cards.refresh_from_db()
    assert request_of_cards.version == before + 1
    assert ScanMark.objects.get().version == before + 1
    assert list(impact.segments.all()) == [segment]

    change_impact(impact=impact, person=requester, segments=[], effect=Effect.RETIRES)
    assert Impact.objects.get().effect == "retires"
    remove_tag(tag=impact, person=requester)
    assert not Impact.objects.exists()
    assert ScanMark.objects.get().version == before + 3
    assert impact.history.model.objects.filter(request_id=request_of_cards.pk).count() >= 3


def test_a_wrong_line_changes_nothing(request_of_cards: ProjectRequest, requester: Person) -> None:
    touchpoint = TouchpointFactory.create()
    add_impact(request=request_of_cards, person=requester, touchpoint=touchpoint, effect=Effect.CHANGES)
    ScanMark.objects.all().delete()
    version = ProjectRequest.objects.get(pk=request_of_cards.pk).version
    with pytest.raises(ValidationError, match="already listed"):
        add_impact(request=request_of_cards, person=requester, touchpoint=touchpoint, effect=Effect.RETIRES)
    with pytest.raises(ValidationError, match="up or down"):
        add_impact(
            request=request_of_cards,
            person=requester,
            touchpoint=TouchpointFactory.create(),
            effect=Effect.CHANGES,
            measure=MeasureFactory.create(),
        )
    assert Impact.objects.count() == 1
    assert ProjectRequest.objects.get(pk=request_of_cards.pk).version == version
    assert not ScanMark.objects.exists()


def test_others_may_not_say_what_it_touches(
    request_of_cards: ProjectRequest, outsider: Person, architect: Person, board_member: Person
) -> None:
    domain = DataDomainFactory.create()
    for person in (outsider, board_member):
        with pytest.raises(NotAllowed):
            add_data_use(request=request_of_cards, person=person, domain=domain, mode=DataUse.Mode.READS)
    add_data_use(request=request_of_cards, person=architect, domain=domain, mode=DataUse.Mode.READS)
    ProjectRequest.objects.filter(pk=request_of_cards.pk).update(status=Status.REJECTED.value)
    request_of_cards.refresh_from_db()
    with pytest.raises(NotAllowed):
        remove_tag(tag=DataUse.objects.get(), person=architect)


def test_a_use_of_data_says_by_what_customers_will_be_found(
    request_of_cards: ProjectRequest, requester: Person
) -> None:
    number, mail = IdentifyingAttributeFactory.create_batch(2)
    domain, system = DataDomainFactory.create(), SystemFactory.create()
    use = add_data_use(
        request=request_of_cards, person=requester, domain=domain, mode="creates", system=system, attributes=[number]
    )
    assert list(use.attributes.all()) == [number]
    change_data_use(use=use, person=requester, mode="changes", attributes=[mail])
    assert list(use.attributes.all()) == [mail]


@pytest.mark.parametrize(("mode", "has_system", "field"), [("creates", 0, "system"), ("retires", 1, "attributes")])
def test_found_by_what_needs_a_system_that_stays(
    mode: str, has_system: int, field: str, request_of_cards: ProjectRequest, requester: Person
) -> None:
    fields = {
        "domain": DataDomainFactory.create(),
        "mode": mode,
        "system": SystemFactory.create() if has_system else None,
        "attributes": [IdentifyingAttributeFactory.create()],
    }
    with pytest.raises(ValidationError) as refused:
        add_data_use(request=request_of_cards, person=requester, **fields)
    assert list(refused.value.message_dict) == [field]
    assert not DataUse.objects.exists()
