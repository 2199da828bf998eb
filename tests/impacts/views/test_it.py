"""IT and the customer: its pages, who may do what on them, and what they say of bad input."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import CustomerTime, FeedLink, ServiceTier, ValueStory
from portfolio.lifecycle import Status
from tests.factories import (
    CustomerTimeFactory,
    FeedLinkFactory,
    ImpactFactory,
    PersonFactory,
    SegmentFactory,
    ServiceTierFactory,
    SiloFactory,
    TouchpointFactory,
    ValueStoryFactory,
    filed_request,
)

pytestmark = pytest.mark.django_db

EVERYBODY = (
    *("requester", "colleague", "outsider", "architect", "board_member", "secretary", "cio", "it_manager"),
    *("segment_manager", "administrator", "reader"),
)
IT = {"architect", "cio", "it_manager"}
REGISTRARS = {"architect", "administrator"}
SEE_MONEY = {"architect", "board_member", "secretary", "cio"}
REVIEW = {"architect", "cio", "it_manager", "board_member", "secretary", "segment_manager"}


@pytest.fixture
def everybody(request):
    return {name: request.getfixturevalue(name) for name in EVERYBODY}


def text(response):
    return response.content.decode()


def month_before(day: date, months: int) -> date:
    number = 12 * day.year + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def who(client_as, everybody, ask):
    """The names of those who are let in, by `ask` for a client; everybody else must be refused or find nothing."""
    let_in = set()
    for name, person in everybody.items():
        status = ask(client_as(person)).status_code
        assert status in (200, 302, 403, 404), (name, status)
        if status in (200, 302):
            let_in.add(name)
    return let_in


# --- The page -----------------------------------------------------------------------------------------------------


def test_every_role_reads_the_pages(client_as, everybody):
    ServiceTierFactory.create()
    ValueStoryFactory.create(status="published")
    CustomerTimeFactory.create(segment=SegmentFactory.create())
    for name in ("it-and-customers", "it-hours", "story-list", "service-list"):
        assert who(client_as, everybody, lambda client, name=name: client.get(reverse(f"impacts:{name}"))) == set(
            EVERYBODY
        )


def test_an_empty_bank_says_what_to_do(client_as, architect):
    page = text(client_as(architect).get("/customers/it/"))
    assert "Nobody from IT has written down an hour with customers yet" in page
    assert "No request says yet what it costs" in page
    assert "No request is filed yet" in page
    assert "No touchpoint says yet how many customers it reaches" in page
    assert "Nothing is written yet" in text(client_as(architect).get("/customers/it/hours/"))
    assert "No story is published yet" in text(client_as(architect).get("/customers/it/stories/"))
    assert "IT runs no touchpoint" in text(client_as(architect).get("/customers/it/service/"))


def test_money_is_shown_to_architects_and_the_board_only(client_as, everybody, cards):
    filed_request(silo=cards, kind="customer_facing", one_off_cost=Decimal(123_456), status=Status.READY.value)
    filed_request(silo=cards, kind="internal", one_off_cost=Decimal(123_456), status=Status.APPROVED.value)
    for name, person in everybody.items():
        client = client_as(person)
        page = text(client.get("/customers/it/"))
        sees = name in SEE_MONEY
        assert ("123,456" in page) == sees, name
        assert ("100 % of the money asked for goes to customers, and only 0 % of what is approved" in page) == sees
        assert client.get("/customers/it/csv/money/").status_code == (200 if sees else 403), name


def test_the_csv_of_each_chart_holds_what_it_shows(client_as, architect, cards):
    filed_request(silo=cards, kind="customer_facing", one_off_cost=Decimal(600), first_heard="idea")
    filed_request(silo=cards, kind="internal", one_off_cost=Decimal(400), first_heard="contract_signed")
    TouchpointFactory.create(channel="app", customers_per_month=300, run_by_it=True)
    TouchpointFactory.create(channel="branch", customers_per_month=100)
    CustomerTimeFactory.create(person=architect, hours=Decimal("2.5"))

    def rows(chart):
        return list(csv.reader(io.StringIO(text(client_as(architect).get(f"/customers/it/csv/{chart}/")))))

    assert ["all", "Asked for", "For customers", "600.00", "2", "0"] in rows("money")
    assert ["Cards", "Asked for", "Internal", "400.00", "2", "0"] in rows("money")
    assert [row[2:] for row in rows("first-heard")[1:]] == [["As an idea", "1"], ["When the contract was signed", "1"]]
    assert ["App", "300", "0", "100"] in rows("contact")
    assert ["All", "300", "100", "75"] in rows("contact")
    assert [row for row in rows("hours") if row[0] == architect.email and row[2] == "2.50"]
    assert client_as(architect).get("/customers/it/csv/nothing/").status_code == 404


def test_what_one_may_not_see_is_not_counted(client_as, reader, architect, cards):
    filed_request(silo=cards, first_heard="contract_signed", confidential=True)
    filed_request(silo=cards, first_heard="idea")
    assert "1 of 2 requests reached IT only when the vendor was chosen or later" in text(
        client_as(architect).get("/customers/it/")
    )
    assert "IT heard of every request before a vendor was chosen" in text(client_as(reader).get("/customers/it/"))


@pytest.mark.parametrize("name", ["it-and-customers", "it-hours", "story-list", "service-list"])
def test_queries_stay_the_same_however_much_there_is(client_as, architect, django_assert_max_num_queries, name):
    url = reverse(f"impacts:{name}")
    client = client_as(architect)

    def fill(number):
        for _ in range(number):
            segment = SegmentFactory.create()
            silo = SiloFactory.create()
            CustomerTimeFactory.create(segment=segment, person=PersonFactory.create())
            CustomerTimeFactory.create(segment=segment, day=timezone.localdate() - timedelta(days=370))
            filed_request(silo=silo, kind="internal", one_off_cost=1000, first_heard="vendor_chosen")
            ServiceTierFactory.create()
            TouchpointFactory.create(run_by_it=True)
            ValueStoryFactory.create(status="published")
            ValueStoryFactory.create()

    def count():
        with django_assert_max_num_queries(60) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    fill(2)
    count()
    few = count()
    fill(9)
    assert count() == few


# --- Hours --------------------------------------------------------------------------------------------------------


def hours_form(**fields):
    return {"day": timezone.localdate().isoformat(), "hours": "1.5", "words": "Listened in", **fields}


def test_only_people_from_it_write_hours_and_only_their_own(client_as, everybody):
    def ask(client):
        return client.post("/customers/it/hours/add/", hours_form(person=str(everybody["reader"].pk)))

    assert who(client_as, everybody, ask) == IT
    assert {entry.person for entry in CustomerTime.objects.all()} == {everybody[name] for name in IT}
    assert CustomerTime.history.filter(history_user=everybody["cio"]).count() == 1


def test_hours_are_changed_by_their_own_person_and_by_who_keeps_the_registers(client_as, everybody):
    entry = CustomerTimeFactory.create(person=everybody["it_manager"])

    def ask(client):
        return client.post(f"/customers/it/hours/{entry.pk}/", hours_form(person=str(everybody["it_manager"].pk)))

    assert who(client_as, everybody, ask) == {"it_manager", *REGISTRARS}
    entry.refresh_from_db()
    assert (entry.person, entry.hours) == (everybody["it_manager"], Decimal("1.5"))
    assert who(client_as, everybody, lambda client: client.get(f"/customers/it/hours/{entry.pk}/")) == {
        "it_manager",
        *REGISTRARS,
    }
    assert client_as(everybody["cio"]).post(f"/customers/it/hours/{entry.pk}/remove/").status_code == 403
    assert client_as(everybody["it_manager"]).post(f"/customers/it/hours/{entry.pk}/remove/").status_code == 302
    assert not CustomerTime.objects.exists()
    assert CustomerTime.history.filter(history_type="-").exists()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"hours": "-2"}, "Write at least a quarter of an hour"),
        ({"hours": "0"}, "Write at least a quarter of an hour"),
        ({"hours": "25"}, "25 hours do not fit: the day has 24."),
        ({"hours": "800", "whole_month": "on"}, "A month has at most 744 hours."),
        ({"hours": "many"}, "Enter a number"),
        ({"hours": "NaN"}, "Enter a number"),
        ({"day": "2999-01-01"}, "is still to come"),
        ({"day": "1999-01-01"}, "from the year 2000 on"),
        ({"day": "soon"}, "Enter a valid date"),
        ({"segment": "99999999"}, "Select a valid choice"),
        ({"words": "x" * 501}, "at most 500 characters"),
    ],
)
def test_bad_hours_are_refused_by_field_and_what_was_typed_stays(client_as, it_manager, fields, message):
    response = client_as(it_manager).post("/customers/it/hours/add/", hours_form(**fields))
    assert response.status_code == 422
    assert message in text(response)
    assert 'value="' + (fields.get("hours") or "1.5") in text(response)
    assert not CustomerTime.objects.exists()


def test_a_day_has_24_hours_together(client_as, it_manager):
    CustomerTimeFactory.create(person=it_manager, day=timezone.localdate(), hours=Decimal(23))
    response = client_as(it_manager).post("/customers/it/hours/add/", hours_form())
    assert response.status_code == 422
    assert "With the 23 hours that are there already, the day would have more than 24." in text(response)
    whole = client_as(it_manager).post("/customers/it/hours/add/", hours_form(whole_month="on"))
    assert whole.status_code == 302
    assert CustomerTime.objects.get(whole_month=True).day.day == 1


def test_the_target_is_a_third_more_than_a_year_before(client_as, it_manager):
    today = timezone.localdate()
    CustomerTimeFactory.create(person=it_manager, day=month_before(today, 13), hours=Decimal(9))
    CustomerTimeFactory.create(person=it_manager, day=month_before(today, 1), hours=Decimal(10))
    page = text(client_as(it_manager).get("/customers/it/hours/"))
    assert "10 hours with customers: 2 hours short of its target" in page
    assert "of 12" in page
    assert "It was met in" not in page  # one month only


def test_segments_that_nobody_met_stand_first(client_as, reader):
    met = SegmentFactory.create(name="Callers")
    SegmentFactory.create(name="Forgotten")
    CustomerTimeFactory.create(segment=met, person=PersonFactory.create(name="Ada"))
    page = text(client_as(reader).get("/customers/it/hours/"))
    assert page.index("Forgotten") < page.index(">Callers<")
    assert "Nobody from IT has written of meeting them" in page


def test_entries_of_one_person_by_address_and_nonsense_there_is_no_error(client_as, reader):
    ada, bob = PersonFactory.create(name="Ada"), PersonFactory.create(name="Bob")
    CustomerTimeFactory.create(person=ada, words="of Ada")
    CustomerTimeFactory.create(person=bob, words="of Bob")
    page = text(client_as(reader).get(f"/customers/it/hours/?person={ada.pk}"))
    assert "of Ada" in page
    assert "of Bob" not in page
    for nonsense in ("x", "-1", "9" * 40, "²"):
        assert client_as(reader).get("/customers/it/hours/", {"person": nonsense, "page": nonsense}).status_code == 200


# --- Stories ------------------------------------------------------------------------------------------------------


def story_form(**fields):
    return {
        "title": "Nobody waits",
        "what": "We took the queue away.",
        "segments": [str(SegmentFactory.create().pk)],
        "figure": "Minutes in the queue",
        "before": "12",
        "after": "0",
        "source": "Telephony",
        **fields,
    }


def test_people_from_it_tell_stories(client_as, everybody):
    assert who(client_as, everybody, lambda client: client.post("/customers/it/stories/new/", story_form())) == IT
    assert set(ValueStory.objects.values_list("status", flat=True)) == {"draft"}
    assert ValueStory.objects.get(author=everybody["cio"]).segments.count() == 1


@pytest.mark.parametrize("field", ["title", "what", "segments", "figure", "after", "source"])
def test_a_story_lacks_nothing(client_as, it_manager, field):
    form = story_form()
    del form[field]
    response = client_as(it_manager).post("/customers/it/stories/new/", form)
    assert response.status_code == 422
    assert not ValueStory.objects.exists()
    assert field == "title" or "Nobody waits" in text(response)


def test_who_sees_a_story_that_is_not_published(client_as, everybody):
    story = ValueStoryFactory.create(title="Unchecked")
    url = story.get_absolute_url()
    assert who(client_as, everybody, lambda client: client.get(url)) == {*REVIEW, "administrator"}
    for name, person in everybody.items():
        sees = name in {*REVIEW, "administrator"}
        assert ("Unchecked" in text(client_as(person).get("/customers/it/stories/"))) == sees, name


def move(client, story, target, **fields):
    story.refresh_from_db()
    data = {"expected": story.version, **fields}
    return client.post(f"/customers/it/stories/{story.pk}/move/{target}/", data)


def test_a_story_goes_its_way_and_never_by_its_author_alone(client_as, it_manager, segment_manager, reader):
    story = ValueStoryFactory.create(author=it_manager)
    assert move(client_as(it_manager), story, "reviewed").status_code == 403
    assert move(client_as(reader), story, "reviewed").status_code == 404
    move(client_as(segment_manager), story, "published")
    story.refresh_from_db()
    assert story.status == "draft"
    assert move(client_as(segment_manager), story, "reviewed").status_code == 302
    story.refresh_from_db()
    assert (story.status, story.reviewer) == ("reviewed", segment_manager)
    assert move(client_as(it_manager), story, "published").status_code == 302
    assert client_as(reader).get(story.get_absolute_url()).status_code == 200
    assert client_as(it_manager).get(f"/customers/it/stories/{story.pk}/edit/").status_code == 403
    move(client_as(it_manager), story, "draft")
    story.refresh_from_db()
    assert story.status == "published"  # without a reason nothing is taken back
    move(client_as(it_manager), story, "draft", why="The figure was of another month")
    story.refresh_from_db()
    assert (story.status, story.reviewer) == ("draft", None)
    page = text(client_as(it_manager).get(story.get_absolute_url()))
    assert "took it back to draft: The figure was of another month" in page
    assert "Mia Segment checked it" in page


def test_changed_words_are_checked_again(client_as, it_manager, cio):
    story = ValueStoryFactory.create(author=it_manager, status="reviewed")
    form = story_form(title="Other words", expected=story.version)
    assert client_as(it_manager).post(f"/customers/it/stories/{story.pk}/edit/", form).status_code == 302
    story.refresh_from_db()
    assert (story.title, story.status, story.reviewer) == ("Other words", "draft", None)


def test_two_who_change_a_story_at_once_do_not_overwrite_each_other(client_as, it_manager, cio):
    story = ValueStoryFactory.create(author=it_manager)
    first = story_form(title="First", expected=story.version)
    second = story_form(title="Second", expected=story.version)
    assert client_as(it_manager).post(f"/customers/it/stories/{story.pk}/edit/", first).status_code == 302
    response = client_as(cio).post(f"/customers/it/stories/{story.pk}/edit/", second)
    assert response.status_code == 422
    assert "Somebody changed this story meanwhile" in text(response)
    assert "Second" in text(response)
    story.refresh_from_db()
    assert story.title == "First"


def test_steps_that_there_are_not(client_as, architect):
    story = ValueStoryFactory.create()
    client = client_as(architect)
    assert client.post(f"/customers/it/stories/{story.pk}/move/burnt/", {"expected": 1}).status_code == 404
    assert client.post(f"/customers/it/stories/{story.pk}/move/reviewed/", {"expected": "x"}).status_code == 404
    assert client.get(f"/customers/it/stories/{story.pk}/move/reviewed/").status_code == 405
    assert client.get("/customers/it/stories/99999/").status_code == 404


# --- The feed -----------------------------------------------------------------------------------------------------


def make_link(client):
    client.post("/customers/it/stories/feed-link/make/")
    page = text(client.get("/customers/it/stories/"))
    start = page.index("http://testserver/customers/it/stories/feed/")
    return page[start : page.index("<", start)]


def test_a_feed_reader_finds_published_stories_by_a_personal_link(client, client_as, reader):
    ValueStoryFactory.create(title="Out & about", status="published")
    ValueStoryFactory.create(title="Still a draft")
    ValueStoryFactory.create(title="Only checked", status="reviewed")
    url = make_link(client_as(reader))
    response = client.get(url)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    assert "no-store" in response["Cache-Control"]
    body = text(response)
    assert "Out &amp; about" in body
    assert "900 before, 640 now" in body
    assert "Still a draft" not in body
    assert "Only checked" not in body
    assert url.rsplit("/", 2)[1] not in body


def test_the_link_is_shown_once_and_kept_as_a_hash(client_as, reader):
    url = make_link(client_as(reader))
    key = url.rsplit("/", 2)[1]
    assert key not in text(client_as(reader).get("/customers/it/stories/"))
    assert key not in FeedLink.objects.get().key_hash
    assert len(key) >= 43


def test_a_link_that_was_revoked_or_replaced_opens_nothing(client, client_as, reader):
    first = make_link(client_as(reader))
    second = make_link(client_as(reader))
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    client_as(reader).post("/customers/it/stories/feed-link/revoke/")
    assert client.get(second).status_code == 404
    assert client_as(reader).post("/customers/it/stories/feed-link/burn/").status_code == 404


def test_the_link_of_who_has_left_opens_nothing(client, client_as, reader):
    url = make_link(client_as(reader))
    reader.left_on = timezone.localdate()
    reader.save()
    assert client.get(url).status_code == 404
    reader.left_on, reader.is_active = None, False
    reader.save()
    assert client.get(url).status_code == 404


# --- Service tiers ------------------------------------------------------------------------------------------------


def service_form(**fields):
    return {
        "name": "Standard",
        "included": "A person",
        "response": "4",
        "response_unit": "hours",
        "borne_by": "Digital",
        **fields,
    }


def test_who_answers_for_a_touchpoint_says_what_customers_get_there(client_as, everybody):
    touchpoint = TouchpointFactory.create(run_by_it=True, accountable=everybody["reader"])
    url = f"/customers/it/service/{touchpoint.code}/new/"
    assert who(client_as, everybody, lambda client: client.get(url)) == {"reader", *REGISTRARS}
    assert client_as(everybody["reader"]).post(url, service_form()).status_code == 302
    tier = ServiceTier.objects.get()
    assert "Borne by Digital" in text(client_as(everybody["outsider"]).get("/customers/it/service/"))
    change = f"/customers/it/service/{touchpoint.code}/{tier.pk}/"
    assert client_as(everybody["outsider"]).post(change, service_form()).status_code == 403
    assert client_as(everybody["outsider"]).post(f"{change}remove/").status_code == 403
    assert client_as(everybody["reader"]).post(change, service_form(name="Better")).status_code == 302
    assert client_as(everybody["reader"]).post(f"{change}remove/").status_code == 302
    assert not ServiceTier.objects.exists()
    assert set(ServiceTier.history.values_list("history_type", flat=True)) == {"+", "~", "-"}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"borne_by": ""}, "Say what it costs, or who bears the cost."),
        ({"price": "-1"}, "greater than or equal to 0"),
        ({"response": "0"}, "greater than or equal to 1"),
        ({"response": "-3"}, "greater than or equal to"),
        ({"response_unit": "years"}, "Select a valid choice"),
        ({"name": ""}, "This field is required"),
        ({"name": "Taken"}, "has a service tier of this name already"),
    ],
)
def test_bad_service_tiers_are_refused(client_as, architect, fields, message):
    tier = ServiceTierFactory.create(name="Taken")
    url = f"/customers/it/service/{tier.touchpoint.code}/new/"
    response = client_as(architect).post(url, service_form(**fields))
    assert response.status_code == 422
    assert message in text(response)
    assert ServiceTier.objects.count() == 1


def test_a_touchpoint_that_it_does_not_run_has_no_service_tier(client_as, architect):
    touchpoint = TouchpointFactory.create()
    response = client_as(architect).post(f"/customers/it/service/{touchpoint.code}/new/", service_form())
    assert response.status_code == 422
    assert "Customers do not deal with IT at" in text(response)
    assert client_as(architect).get("/customers/it/service/nowhere/new/").status_code == 404


def test_the_touchpoints_page_lists_its_service_tiers(client_as, reader):
    tier = ServiceTierFactory.create(name="Round the clock", price=0, borne_by="Cards")
    page = text(client_as(reader).get(tier.touchpoint.get_absolute_url()))
    panel = f"/customers/it/service/{tier.touchpoint.code}/"
    assert panel in page
    part = text(client_as(reader).get(panel, headers={"HX-Request": "true"}))
    assert "Round the clock" in part
    assert "Free to the customer" in part
    assert "<html" not in part
    assert "<html" in text(client_as(reader).get(panel))


# --- On the request -----------------------------------------------------------------------------------------------


def test_a_request_says_when_it_last_met_its_customers(client_as, reader, cards):
    item = filed_request(silo=cards, kind="customer_facing")
    met, unmet = SegmentFactory.create(name="Callers"), SegmentFactory.create(name="Forgotten")
    ImpactFactory.create(request=item).segments.set([met, unmet])
    CustomerTimeFactory.create(
        segment=met, person=PersonFactory.create(name="Ada Lovelace"), day=date(2025, 3, 4), words="Sat with them"
    )
    CustomerTimeFactory.create(segment=met, day=date(2025, 2, 1))
    page = text(client_as(reader).get(reverse("impacts:panel-effects", args=[item.reference])))
    assert "When IT last met them" in page
    assert "Ada Lovelace" in page
    assert "4\N{NO-BREAK SPACE}Mar\N{NO-BREAK SPACE}2025" in page
    assert "Nobody from IT has written of meeting" in page


def test_an_internal_request_says_nothing_of_it(client_as, reader, cards):
    item = filed_request(silo=cards, kind="internal")
    assert "When IT last met" not in text(
        client_as(reader).get(reverse("impacts:panel-effects", args=[item.reference]))
    )


def test_numbers_that_no_database_holds_are_not_found(client_as, architect):
    tier = ServiceTierFactory.create()
    for address in ("hours", "stories", f"service/{tier.touchpoint.code}"):
        assert client_as(architect).get(f"/customers/it/{address}/{'9' * 30}/").status_code == 404


def test_the_administration_site_shows_all_of_it_and_takes_only_feed_links_away(client_as, administrator):
    client = client_as(administrator)
    entry, link = CustomerTimeFactory.create(), FeedLinkFactory.create()
    ValueStoryFactory.create(status="published")
    ServiceTierFactory.create()
    for name in ("customertime", "valuestory", "servicetier", "feedlink"):
        assert client.get(f"/admin/customers/{name}/").status_code == 200, name
        assert client.get(f"/admin/customers/{name}/add/").status_code == 403, name
    assert client.get(f"/admin/customers/customertime/{entry.pk}/history/").status_code == 200
    assert client.post(f"/admin/customers/customertime/{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    assert link.key_hash not in text(client.get(f"/admin/customers/feedlink/{link.pk}/change/"))
    client.post(f"/admin/customers/feedlink/{link.pk}/delete/", {"post": "yes"})
    assert not FeedLink.objects.exists()
