"""IT and the customer: its pages, who may do what on them, and what they say of bad input."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import CustomerTime, FeedLink
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
from tests.impacts.views.letting_in import EVERYBODY, IT, REGISTRARS, SEE_MONEY, text, who

pytestmark = pytest.mark.django_db


def month_before(day: date, months: int) -> date:
    number = 12 * day.year + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


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
    page = client_as(everybody["architect"]).get(f"/customers/it/hours/{entry.pk}/").content.decode()
    assert f'name="person" value="{entry.person.name}"' in page, "they are typed, with suggestions"
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


def test_of_many_departments_the_first_are_shown_and_a_way_to_all(client_as, architect):
    for number in range(14):
        silo = SiloFactory.create(name=f"Department of very long names {number:02d}")
        filed_request(silo=silo, one_off_cost=Decimal(1_000 * (number + 1)), first_heard="idea")
    client = client_as(architect)
    page = client.get("/customers/it/")
    assert [row[0][-2:] for row in page.context["money_rows"]] == [f"{number:02d}" for number in range(13, 1, -1)]
    assert len(page.context["silos_chart"].bars) == 12
    assert text(page).count("Show all 14") == 2
    everything = client.get("/customers/it/?departments=all")
    assert len(everything.context["money_rows"]) == len(everything.context["silos_chart"].bars) == 14
    assert "Show all 14" not in text(everything)
    assert "<title>Department of very long names 13</title>" in text(everything)


def test_requests_without_a_price_are_told_in_words_and_not_as_nothing(client_as, architect, cards):
    filed_request(silo=cards, one_off_cost=None)
    page = text(client_as(architect).get("/customers/it/"))
    assert "What they cost shows here as soon as one says it" in page
    assert "€0" not in page


def test_hours_whose_form_is_sent_twice_count_once(client_as, it_manager):
    client = client_as(it_manager)
    assert client.post("/customers/it/hours/add/", hours_form()).status_code == 302
    again = client.post("/customers/it/hours/add/", hours_form())
    assert again.status_code == 422
    assert "written down already" in again.content.decode()
    assert CustomerTime.objects.count() == 1
    assert client.post("/customers/it/hours/add/", hours_form(words="The second visit")).status_code == 302
