"""The registers: every page and write, by who may and who may not, with bad input."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from customers import services
from customers.errors import NotAllowed
from customers.models import ChangeFreeze, ContactPolicy, Segment, Synonym, Tier, Touchpoint
from customers.registers import REGISTERS
from customers.selectors import changes_of, synonyms_of
from tests.factories import ContactPolicyFactory, PersonFactory, SegmentFactory, TierFactory, TouchpointFactory

pytestmark = pytest.mark.django_db


def touchpoint_form(**changes):
    """A form of a touchpoint as a browser posts it."""
    return {
        "name": "Card payment page",
        "code": "",
        "description": "",
        "channel": "web",
        "journey_stage": "use",
        "customers_per_month": "1940000",
        "change_limit": "",
        "accountable": "",
        "synonyms": "checkout\npay page",
        **changes,
    }


@pytest.mark.parametrize("slug", REGISTERS)
def test_every_register_opens_for_a_reader_and_its_form_for_an_architect(slug, client_as, reader, architect):
    assert client_as(reader).get(reverse("customers:entry-list", args=[slug])).status_code == 200
    assert client_as(reader).get(reverse("customers:entry-new", args=[slug])).status_code == 403
    assert client_as(architect).get(reverse("customers:entry-new", args=[slug])).status_code == 200


def test_a_register_without_entries_does_not_boast_of_somebody_for_each(client_as, reader):
    client, url = client_as(reader), reverse("customers:register-list")
    assert "Somebody for each" not in client.get(url).content.decode()
    SegmentFactory.create(manager=PersonFactory.create())
    assert client.get(url).content.decode().count("Somebody for each") == 1


def test_architect_adds_a_touchpoint_with_a_code_of_its_own_and_other_words(client_as, architect):
    response = client_as(architect).post(reverse("customers:entry-new", args=["touchpoints"]), touchpoint_form())
    touchpoint = Touchpoint.objects.get()
    assert response.headers["Location"] == touchpoint.get_absolute_url()
    assert touchpoint.code == "card-payment-page"
    assert synonyms_of(touchpoint) == ["checkout", "pay page"]


def test_who_saves_an_entry_second_is_told_and_saves_again(client_as, architect):
    touchpoint = TouchpointFactory.create(name="Desk")
    client, url = client_as(architect), reverse("customers:entry-edit", args=["touchpoints", touchpoint.code])
    seen = client.get(url).context["form"]["seen"].value()
    assert client.post(url, touchpoint_form(name="Front desk", code=touchpoint.code, seen=seen)).status_code == 302
    late = client.post(url, touchpoint_form(name="Desk on the left", code=touchpoint.code, seen=seen))
    assert late.status_code == 422
    assert "What you typed differs from theirs in: Name." in late.content.decode()
    touchpoint.refresh_from_db()
    assert touchpoint.name == "Front desk"
    form = late.context["form"]
    assert form["name"].value() == "Desk on the left"
    again = touchpoint_form(name=form["name"].value(), seen=form["seen"].value())
    assert client.post(url, again).status_code == 302
    touchpoint.refresh_from_db()
    assert touchpoint.name == "Desk on the left"


def test_second_entry_of_the_same_name_gets_another_code(architect):
    first = services.save_entry(entry=Touchpoint(name="Desk", channel="branch", journey_stage="use"), by=architect)
    second = services.save_entry(entry=Touchpoint(name="Desk", channel="branch", journey_stage="use"), by=architect)
    assert (first.code, second.code) == ("desk", "desk-2")


def test_what_was_typed_is_kept_when_the_form_is_refused(client_as, architect):
    url = reverse("customers:entry-new", args=["touchpoints"])
    response = client_as(architect).post(url, touchpoint_form(customers_per_month="-4", name="Pay 💳 <b>here</b>"))
    assert response.status_code == 422
    assert "Pay 💳 &lt;b&gt;here&lt;/b&gt;" in response.content.decode()
    assert not Touchpoint.objects.exists()


def test_a_team_cannot_answer_for_a_touchpoint(client_as, architect):
    team = PersonFactory.create(name="Letters team", kind="team")
    url = reverse("customers:entry-new", args=["touchpoints"])
    response = client_as(architect).post(url, touchpoint_form(accountable=str(team.pk)))
    assert response.status_code == 422
    assert "is a team or mailbox, not a person" in response.content.decode()


def test_who_left_is_offered_only_where_they_stand_now(client_as, architect):
    gone = PersonFactory.create(name="Jan Smit", left_on=date(2026, 3, 31))
    PersonFactory.create(name="Off Switched", is_active=False)
    PersonFactory.create(name="Here Still")
    PersonFactory.create(name="Leaves Later", left_on=timezone.localdate() + timedelta(days=9))
    touchpoint = TouchpointFactory.create(name="Desk")
    type(touchpoint).objects.filter(pk=touchpoint.pk).update(accountable=gone)
    client = client_as(architect)
    new = client.get(reverse("customers:entry-new", args=["touchpoints"])).content.decode()
    edit = client.get(reverse("customers:entry-edit", args=["touchpoints", touchpoint.code])).content.decode()
    offers = ["Here Still" in new, "Leaves Later" in new, "Jan Smit" in new, "Off Switched" in new]
    assert offers == [True, True, False, False]
    assert "Jan Smit" in edit
    assert "Off Switched" not in edit


def test_somebody_who_left_cannot_manage_a_segment(architect):
    gone = PersonFactory.create(name="Jan Smit", left_on=date(2026, 3, 31))
    with pytest.raises(ValidationError, match="Jan Smit left on 31 March 2026"):
        services.save_entry(entry=Segment(name="Savers", manager=gone), by=architect)


def test_reader_cannot_write_even_past_the_form(reader):
    with pytest.raises(NotAllowed):
        services.save_entry(entry=Segment(name="Savers"), by=reader)
    assert not Segment.objects.exists()


def test_one_word_cannot_stand_for_two_touchpoints(client_as, architect):
    other = TouchpointFactory.create()
    Synonym.objects.create(term="Checkout", touchpoint=other)
    response = client_as(architect).post(reverse("customers:entry-new", args=["touchpoints"]), touchpoint_form())
    assert response.status_code == 422
    assert not Touchpoint.objects.exclude(pk=other.pk).exists()


def test_freeze_that_ends_before_it_begins_is_refused_by_form_and_database(client_as, architect):
    form = {"name": "Easter", "code": "", "description": "", "starts": "2027-04-06", "ends": "2027-03-30"}
    response = client_as(architect).post(reverse("customers:entry-new", args=["change-freezes"]), form)
    assert response.status_code == 422
    form |= {"ends": "2027-04-08", "touchpoints": "9" * 40}
    response = client_as(architect).post(reverse("customers:entry-new", args=["change-freezes"]), form)
    assert response.status_code == 422
    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeFreeze.objects.create(name="E", code="e", starts=date(2027, 4, 6), ends=date(2027, 3, 30))


def test_retired_entry_keeps_its_page_and_comes_back(client_as, architect):
    entry = TouchpointFactory.create()
    url = reverse("customers:entry-retire", args=["touchpoints", entry.code])
    client_as(architect).post(url)
    assert not Touchpoint.objects.active().exists()
    assert "Retired" in client_as(architect).get(entry.get_absolute_url()).content.decode()
    client_as(architect).post(reverse("customers:entry-restore", args=["touchpoints", entry.code]))
    assert Touchpoint.objects.active().get() == entry


def test_pressing_retire_or_bring_back_twice_does_it_once(client_as, architect):
    entry = TouchpointFactory.create()
    retire, restore = (
        reverse(f"customers:entry-{act}", args=["touchpoints", entry.code]) for act in ("retire", "restore")
    )
    client_as(architect).post(retire)
    Touchpoint.objects.update(retired_on=date(2027, 1, 1))
    written = len(changes_of(entry))
    client_as(architect).post(retire)
    assert Touchpoint.objects.get().retired_on == date(2027, 1, 1)
    assert len(changes_of(entry)) == written
    for _ in range(2):
        client_as(architect).post(restore)
        assert Touchpoint.objects.get().retired_on is None
    assert len(changes_of(entry)) == written + 1


@pytest.mark.parametrize("act", ["retire", "restore"])
def test_reader_neither_retires_nor_brings_back(act, client_as, reader):
    entry = TouchpointFactory.create(retired_on=None if act == "retire" else date(2027, 1, 1))
    url = reverse(f"customers:entry-{act}", args=["touchpoints", entry.code])
    assert client_as(reader).post(url).status_code == 403
    assert client_as(reader).get(url).status_code == 405
    assert Touchpoint.objects.get().retired_on == entry.retired_on


def test_history_says_who_changed_what(client_as, architect):
    entry = SegmentFactory.create(name="Savers", customer_count=10)
    form = {"name": "Savers", "code": entry.code, "behaviour": "", "description": "", "customer_count": "20"}
    client_as(architect).post(reverse("customers:entry-edit", args=["segments", entry.code]), form)
    newest = changes_of(entry)[0]
    assert newest["by"] == architect
    assert ("Customer count", 10, 20) in newest["what"]
    page = client_as(architect).get(reverse("customers:entry-history", args=["segments", entry.code]))
    assert "Customer count" in page.content.decode()


@pytest.mark.parametrize("size", [2, 12])
def test_list_costs_the_same_queries_at_any_size(size, client_as, reader, django_assert_num_queries):
    TouchpointFactory.create_batch(size, accountable=PersonFactory.create())
    client = client_as(reader)
    with django_assert_num_queries(8):
        client.get(reverse("customers:entry-list", args=["touchpoints"]))


def test_unknown_register_and_entry_are_not_found(client_as, reader):
    assert client_as(reader).get("/registers/dragons/").status_code == 404
    assert client_as(reader).get("/registers/touchpoints/no-such/").status_code == 404


def test_list_is_found_by_every_word_sorted_and_cut_into_pages(client_as, reader):
    centre = TouchpointFactory.create(name="Call centre", customers_per_month=5)
    Synonym.objects.create(term="Contact center", touchpoint=centre)
    TouchpointFactory.create(name="Zebra desk", customers_per_month=900, retired_on=date(2026, 1, 1))
    client, url = client_as(reader), reverse("customers:entry-list", args=["touchpoints"])
    page = client.get(f"{url}?find=contact+CENTER").content.decode()
    assert "Call centre" in page
    assert "Zebra desk" not in page
    assert "Nothing is called that" in client.get(f"{url}?find=dragon").content.decode()
    names = [row.entry.name for row in client.get(f"{url}?sort=-customers_per_month").context["rows"]]
    assert names == ["Zebra desk", "Call centre"]
    assert [row.entry.name for row in client.get(f"{url}?state=retired").context["rows"]] == ["Zebra desk"]
    TouchpointFactory.create_batch(120)
    assert len(client.get(f"{url}?page=2&sort=accountable").context["rows"]) == 22


def test_a_policy_that_makes_another_pointless_is_refused_and_one_beside_it_is_said(client_as, architect):
    segment = SegmentFactory.create()
    ContactPolicyFactory.create(name="Thrice", segment=segment, limit=3, days=21)
    client, url = client_as(architect), reverse("customers:entry-new", args=["contact-policies"])
    form = {"name": "More", "code": "", "description": "", "segment": segment.pk, "channel": "", "limit": 4, "days": 14}
    response = client.post(url, form)
    assert response.status_code == 422
    assert "limit" in response.context["form"].errors
    assert "“Thrice” says at most 3 in 21 days" in response.content.decode()
    assert client.post(url, form | {"limit": 2, "days": 30}).status_code == 422, "it would outdo the other"
    assert client.post(url, form | {"limit": 1, "days": 2, "name": "Breath"}).status_code == 302
    page = client.get(ContactPolicy.objects.get(name="Breath").get_absolute_url()).content.decode()
    assert "there is also “Thrice”" in page
    assert client.post(url, form | {"channel": "email"}).status_code == 302, "another channel is another matter"


def test_quiet_period_that_ends_before_it_begins_is_refused_at_its_last_day(client_as, architect):
    form = {"name": "Easter", "code": "", "description": "", "starts": "2027-04-06", "ends": "2027-03-30"}
    response = client_as(architect).post(reverse("customers:entry-new", args=["quiet-periods"]), form)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["ends"]


def test_two_tiers_of_a_segment_never_share_a_rank(architect):
    tier = TierFactory.create(rank=1)
    with pytest.raises(ValidationError, match="rank already"):
        services.save_entry(entry=Tier(segment=tier.segment, name="Gold", rank=1, yearly_value=3), by=architect)


def test_the_history_says_nothing_where_nobody_was_named_before(client_as, architect, segment_manager):
    entry = SegmentFactory.create(manager=None)
    entry.manager = segment_manager
    entry.save()
    assert changes_of(entry)[0]["what"] == [("Manager", None, segment_manager)]
    page = client_as(architect).get(reverse("customers:entry-history", args=["segments", entry.code])).text
    assert "Deleted person" not in page
