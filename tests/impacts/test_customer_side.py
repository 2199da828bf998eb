"""What the customer lives through: the year of a segment, the heat map, what lands on a register entry."""

from datetime import date

import pytest
from django.urls import reverse

from impacts.models import PlannedContact
from impacts.selectors.customer_year import customer_year
from impacts.selectors.heat_map import Quarter, heat_map, parse_quarter, quarter_of
from impacts.selectors.landing import requests_on_entry
from impacts.year_chart import year_chart
from portfolio.models import ProjectRequest
from tests.factories import (
    ChangeFreezeFactory,
    ContactPolicyFactory,
    ImpactFactory,
    PlannedContactFactory,
    SegmentFactory,
    SiloFactory,
    TouchpointFactory,
    filed_request,
)

pytestmark = pytest.mark.django_db
MONDAY = date(2027, 3, 1)


@pytest.fixture
def holders():
    """Card holders, whom a policy protects: 3 contacts in any 21 days."""
    segment = SegmentFactory.create(name="Card holders", code="card-holders")
    ContactPolicyFactory.create(segment=segment, channel="", limit=3, days=21)
    return segment


def contact(segment, day, **fields):
    """A filed request that contacts the segment once."""
    request = filed_request(**fields)
    PlannedContactFactory.create(request=request, segment=segment, first_day=day, times=1, every_days=7)
    return request


def year_of(segment, user, **changes):
    return customer_year(user=user, segment=segment, starts=MONDAY, weeks=8, **changes)


def test_customer_with_17_offers_in_three_weeks_from_17_requests(holders, reader):
    for number in range(17):
        contact(holders, date(2027, 3, 1 + number))
    year = year_of(holders, reader)
    assert year.title == "Card holders will hear from us 17 times in 21 days from 1 March 2027; the policy allows 3"
    assert len(year.peak_from) == 17
    assert all(mark.breach for mark in year.contacts)


def test_contacts_within_policy_are_no_breach(holders, reader):
    for day in (1, 8, 15):
        contact(holders, date(2027, 3, day))
    year = year_of(holders, reader)
    assert not year.load.breach
    assert not any(mark.breach for mark in year.contacts)


def test_withdrawn_and_draft_requests_do_not_count(holders, reader):
    contact(holders, MONDAY, status="withdrawn")
    assert year_of(holders, reader).contacts == ()


def test_approved_only_leaves_out_what_is_asked_for(holders, reader):
    contact(holders, MONDAY, status="approved")
    contact(holders, MONDAY, status="submitted")
    assert len(year_of(holders, reader).contacts) == 2
    assert len(year_of(holders, reader, committed_only=True).contacts) == 1


def test_leaving_one_request_out_shows_the_year_without_it(holders, reader):
    waits = contact(holders, MONDAY)
    contact(holders, MONDAY)
    assert len(year_of(holders, reader, without=[waits.reference]).contacts) == 1


def test_a_request_that_one_may_not_see_cannot_be_found_out_by_leaving_it_out(holders, reader, architect):
    secret, known = (contact(holders, date(2027, 3, 2), confidential=confidential) for confidential in (True, False))
    assert year_of(holders, reader, without=[secret.reference]) == year_of(holders, reader)
    assert year_of(holders, reader, without=[known.reference]).requests == 0
    assert year_of(holders, architect, without=[secret.reference]).requests == 1


def test_of_a_confidential_request_the_year_tells_that_there_is_one_and_nothing_else(holders, reader, architect):
    secret = contact(holders, date(2027, 3, 3), confidential=True, wanted_go_live=date(2027, 3, 9))
    ImpactFactory.create(request=secret).segments.set([holders])
    for _ in range(3):
        contact(holders, MONDAY)
    year = year_of(holders, reader)
    assert (year.requests, year.hidden, len(year.contacts), len(year.changes)) == (3, 1, 3, 0)
    assert (year.load.peak, [week.contacts for week in year.by_week]) == (3, [3, 0, 0, 0, 0, 0, 0, 0])
    assert year.title == (
        "As far as you may see, Card holders never hear from us more than 3 times in 21 days; the policy allows 3"
    )
    assert "One confidential request also reaches them and is in none of these figures" in year.deck
    ProjectRequest.objects.filter(pk=secret.pk).update(wanted_go_live=date(2027, 4, 9), status="approved")
    PlannedContact.objects.filter(request=secret).update(first_day=date(2027, 3, 20), times=9)
    assert year_of(holders, reader) == year
    assert year_of(holders, reader, committed_only=True).hidden == 1
    for person in (architect, secret.requester):
        seen = year_of(holders, person)
        assert (seen.requests, seen.hidden, "confidential" in seen.deck) == (4, 0, False)
        assert seen.title.startswith("Card holders will hear from us")
        assert secret in {mark.request for mark in (*seen.contacts, *seen.changes)}


def test_nothing_but_a_confidential_request_is_not_said_to_be_nothing(holders, client_as, reader):
    contact(holders, MONDAY, confidential=True)
    assert year_of(holders, reader).title == (
        "As far as you may see, Card holders will not hear from us in these 8 weeks"
    )
    page = client_as(reader).get("/customers-year/card-holders/?from=2027-03-01&weeks=8").content.decode()
    assert "One confidential request also reaches them" in page


def test_change_inside_a_freeze_is_marked(holders, reader):
    ChangeFreezeFactory.create(starts=MONDAY, ends=date(2027, 3, 7))
    impact = ImpactFactory.create(request=filed_request(wanted_go_live=date(2027, 3, 3)), direction="worse")
    impact.segments.set([holders])
    (mark,) = year_of(holders, reader).changes
    assert mark.in_freeze
    assert mark.direction == "worse"


def test_change_for_other_segments_is_not_this_customers(holders, reader):
    impact = ImpactFactory.create(request=filed_request(wanted_go_live=date(2027, 3, 3)))
    impact.segments.set([SegmentFactory.create()])
    assert year_of(holders, reader).changes == ()


def test_chart_places_every_mark_and_is_the_same_every_time(holders, reader):
    for number in range(5):
        contact(holders, date(2027, 3, 1 + number))
    year = year_of(holders, reader)
    chart = year_chart(year)
    assert len(chart.contacts) == 5
    assert chart == year_chart(year)
    assert all(chart.left <= place.x <= chart.width for place in chart.contacts)


def test_page_says_the_finding_and_its_table_twin(holders, client_as, reader):
    for number in range(5):
        contact(holders, date(2027, 3, 1 + number))
    url = reverse("impacts:customer-year", args=["card-holders"])
    html = client_as(reader).get(url, {"from": "2027-03-01", "weeks": "8"}).content.decode()
    assert "Card holders will hear from us 5 times in 21 days" in html
    assert "2 over" in html


@pytest.mark.parametrize(
    "query",
    ["from=yesterday", "weeks=-3", "weeks=99999", "include=<b>", "from=0001-01-01", "from=9999-12-31", "weeks=²"],
)
def test_odd_addresses_show_a_year_nevertheless(query, holders, client_as, reader):
    assert client_as(reader).get(f"/customers-year/card-holders/?{query}").status_code == 200


def test_csv_of_the_year_holds_its_weeks_and_no_formula(holders, client_as, reader):
    contact(holders, MONDAY, silo=SiloFactory.create(name="=Cards"))
    url = reverse("impacts:customer-year-csv", args=["card-holders"])
    lines = client_as(reader).get(url, {"from": "2027-03-01", "weeks": "4"}).content.decode().splitlines()
    assert lines[0].startswith("week from,contacts")
    assert lines[1] == "2027-03-01,1,1,0,'=Cards,"


@pytest.mark.parametrize("size", [3, 15])
def test_year_costs_the_same_queries_at_any_size(size, holders, client_as, reader, django_assert_num_queries):
    for number in range(size):
        request = contact(holders, date(2027, 3, 1 + number), wanted_go_live=date(2027, 3, 9))
        ImpactFactory.create(request=request)
    client = client_as(reader)
    with django_assert_num_queries(16):
        client.get("/customers-year/card-holders/?from=2027-03-01&weeks=8")


def test_heat_map_counts_requests_by_touchpoint_and_quarter_and_frames_what_is_over_the_limit(reader):
    page = TouchpointFactory.create(name="Card payment page", change_limit=1)
    for day in (date(2027, 4, 1), date(2027, 6, 30), date(2027, 7, 1)):
        ImpactFactory.create(touchpoint=page, request=filed_request(wanted_go_live=day))
    shown = heat_map(user=reader, starts=Quarter(2027, 2))
    assert [cell.count for cell in shown.rows[0].cells] == [2, 1, 0, 0, 0]
    assert [cell.over for cell in shown.rows[0].cells][:2] == [True, False]
    assert shown.title == "Card payment page changes 2 times in Q2 2027"


def test_each_number_of_the_heat_map_opens_its_requests(client_as, reader):
    page = TouchpointFactory.create(code="card-page")
    request = filed_request(wanted_go_live=date(2027, 4, 1))
    ImpactFactory.create(touchpoint=page, request=request)
    html = client_as(reader).get("/heat-map/?from=2027Q2&touchpoint=card-page&quarter=2027Q2").content.decode()
    assert request.reference in html


def test_of_a_confidential_request_the_heat_map_tells_that_there_is_one_and_nothing_else(client_as, reader, architect):
    page = TouchpointFactory.create(code="card-page")
    secret = filed_request(wanted_go_live=date(2027, 4, 2), confidential=True, title="Sale of the card book")
    for request in (filed_request(wanted_go_live=date(2027, 7, 1)), secret):
        ImpactFactory.create(touchpoint=page, request=request)
    for starts in (Quarter(2027, 2), Quarter(2027, 3)):
        shown = heat_map(user=reader, starts=starts)
        assert (sum(shown.totals), shown.requests, shown.hidden) == (1, 1, 1)
        assert shown.title.startswith("As far as you may see, ")
    assert heat_map(user=architect, starts=Quarter(2027, 2)).totals[0] == 1
    html = client_as(reader).get("/heat-map/?from=2027Q2&touchpoint=card-page&quarter=2027Q2").content.decode()
    assert "Sale of the card book" not in html
    assert "2 Apr" not in html
    assert "One confidential request also lands somewhere and is in none of these figures" in html


def test_quarters_follow_each_other_over_the_year():
    assert quarter_of(date(2026, 12, 31)).next == quarter_of(date(2027, 1, 1))
    assert Quarter(2026, 4).ends == date(2026, 12, 31)
    assert parse_quarter("2027Q5") is None
    assert parse_quarter("nonsense") is None


def test_requests_on_an_entry_hide_the_confidential_ones(reader):
    page = TouchpointFactory.create()
    shown = filed_request()
    for request in (shown, filed_request(confidential=True)):
        ImpactFactory.create(touchpoint=page, request=request)
    assert requests_on_entry(user=reader, entry=page) == ([shown], 1)
