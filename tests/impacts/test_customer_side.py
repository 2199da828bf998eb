"""What the customer lives through: the year of a segment, and of requests that somebody picked."""

import json
from datetime import date

import pytest
from django.core.management import call_command
from django.urls import reverse

from impacts.charts.year import year_chart
from impacts.models import PlannedContact
from impacts.selectors.years.customer_year import YearAsked, customer_year, years_compared
from impacts.selectors.years.year_compare import compared_figures
from impacts.selectors.years.year_export import year_json
from impacts.year_address import parse_asked, parse_view, year_url
from portfolio.models import ProjectRequest
from tests.factories import (
    ChangeFreezeFactory,
    ContactPolicyFactory,
    ImpactFactory,
    PlannedContactFactory,
    QuietPeriodFactory,
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


@pytest.mark.parametrize("policy", [True, False])
def test_customers_whom_nobody_writes_to_live_through_changes_all_the_same(holders, reader, policy):
    if not policy:
        holders.policies.all().delete()
    assert year_of(holders, reader).title == "Card holders will not hear from us in these 8 weeks"
    for number in range(2):
        request = filed_request(wanted_go_live=date(2027, 3, 9 + number))
        ImpactFactory.create(request=request).segments.set([holders])
    assert year_of(holders, reader).title == (
        "Card holders will not hear from us in these 8 weeks, but live through 2 changes"
    )


def test_the_segments_offered_are_not_sorted_by_what_one_may_not_see(holders, savers, client_as, reader, architect):
    contact(savers, MONDAY)
    for _ in range(2):
        contact(holders, MONDAY, confidential=True)
    url = reverse("impacts:customer-year-default")
    assert client_as(architect).get(url).context["segments"] == [holders, savers]
    response = client_as(reader).get(url)
    assert response.context["segments"] == [savers, holders]
    assert response.context["year"].segment == savers


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
    lines = client_as(reader).get(url, {"from": "2027-03-01", "weeks": "4"}).content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("week from,contacts")
    assert lines[1] == "2027-03-01,1,1,0,'=Cards,"


@pytest.mark.parametrize("size", [3, 15])
def test_year_costs_the_same_queries_at_any_size(size, holders, client_as, reader, django_assert_num_queries):
    for number in range(size):
        request = contact(holders, date(2027, 3, 1 + number), wanted_go_live=date(2027, 3, 9))
        ImpactFactory.create(request=request)
    client = client_as(reader)
    with django_assert_num_queries(15):
        client.get("/customers-year/card-holders/?from=2027-03-01&weeks=8")


# What the year adds up to


def landing(request, touchpoint, segments, **fields):
    """The request does something at a touchpoint for these segments."""
    impact = ImpactFactory.create(request=request, touchpoint=touchpoint, **fields)
    impact.segments.set(segments)
    return impact


@pytest.fixture
def savers():
    """Another segment, with other numbers."""
    return SegmentFactory.create(name="Savers", code="savers", customer_count=50, yearly_value=1000)


def test_what_begins_is_replaced_or_goes_where_customers_are_must_be_learned_anew(holders, reader):
    """412 customers at two touchpoints; one that changes, and one that nobody uses, are nothing to learn."""
    holders.customer_count, holders.yearly_value = 412, 4120
    holders.save()
    app, phone, unused, changed = (
        TouchpointFactory.create(customers_per_month=number) for number in (900, 80, 0, 900)
    )  # fmt: skip
    first, second = (filed_request(wanted_go_live=date(2027, 3, day)) for day in (3, 9))
    landing(first, app, [holders], effect="replaces", direction="worse")
    landing(first, unused, [holders], effect="introduces", direction="better")
    landing(first, changed, [holders], effect="changes", direction="better")
    landing(second, app, [holders], effect="retires", direction="neutral")
    landing(second, phone, [], effect="introduces", direction="better")
    year = year_of(holders, reader)
    assert (year.landings, year.better, year.worse, year.neutral) == (5, 3, 1, 1)
    assert year.habits == 412 * 2
    assert (year.customers, year.value, year.segments[0].value_each) == (412, 4120, 10)


def test_contacts_in_a_quiet_period_are_counted_and_marked(holders, reader):
    QuietPeriodFactory.create(name="Easter", segment=holders, starts=date(2027, 3, 10), ends=date(2027, 3, 12))
    contact(holders, date(2027, 3, 9))
    contact(holders, date(2027, 3, 12))
    year = year_of(holders, reader)
    assert [mark.breach for mark in year.contacts] == [False, True]
    assert year.in_quiet == 1
    assert [(span.name, span.quiet) for span in year.freezes] == [("Easter", True)]


def test_the_year_is_measured_by_the_policy_that_is_broken_furthest(holders, reader):
    ContactPolicyFactory.create(segment=None, channel="", limit=1, days=2, name="Not on two days running")
    for number in range(3):
        contact(holders, date(2027, 3, 1 + number))
    assert year_of(holders, reader).policy.name == "Not on two days running"


def test_contacts_after_the_weeks_shown_are_in_none_of_their_windows(holders, reader):
    for number in range(9):
        contact(holders, date(2027, 5, 1 + number))
    assert (year_of(holders, reader).load.peak, year_of(holders, reader).load.breach) == (0, False)


# Any picked requests


def picked_year(user, *requests, **asked):
    """The year of these requests."""
    picked = tuple(request.reference for request in requests)
    return years_compared(user=user, asked=YearAsked(MONDAY, 8, picked=picked, **asked))


def test_seven_picked_requests_show_whom_they_reach_and_what_comes_on_top_of_them(holders, savers, reader):
    seven = [contact(holders, date(2027, 3, 1 + number), wanted_go_live=date(2027, 3, 20)) for number in range(2)]
    seven += [filed_request(wanted_go_live=date(2027, 3, 9)) for _ in range(5)]
    landing(seven[2], TouchpointFactory.create(), [savers], direction="worse")
    for number in range(3):
        contact(holders, date(2027, 3, 5 + number))
    year, after = picked_year(reader, *seven)
    assert after is None
    assert (year.requests, len(year.contacts), year.landings, year.worse) == (7, 2, 1, 1)
    assert [one.segment for one in year.segments] == [holders, savers]
    assert (year.load.peak, year.lead.everybody.peak, year.lead.everybody_over) == (2, 5, 2)
    assert year.title == (
        "With these 7 requests Card holders will hear from us 5 times in 21 days; the policy allows 3"
    )
    assert year.lanes == tuple(sorted(request.reference for request in (seven[0], seven[1], seven[2])))


def test_picked_requests_in_any_state_are_shown_and_approved_only_leaves_out_the_rest(holders, reader):
    gone, asked = contact(holders, MONDAY, status="rejected"), contact(holders, MONDAY)
    approved = contact(holders, MONDAY, status="approved")
    assert picked_year(reader, gone, asked, approved)[0].requests == 3
    assert list(picked_year(reader, gone, asked, approved, committed_only=True)[0].among) == [approved]


def test_a_picked_request_that_one_may_not_see_is_as_one_that_is_not_there(holders, client_as, reader, architect):
    secret = contact(holders, MONDAY, confidential=True, title="Project Nightfall")
    shown = contact(holders, MONDAY)
    path = f"/customers-year/?from=2027-03-01&request={shown.reference},{secret.reference},REQ-1999-0001"
    page = client_as(reader).get(path).content.decode()
    assert f"<strong>{secret.reference}, REQ-1999-0001</strong> are not in it" in page
    assert "Nightfall" not in page
    assert "Nightfall" in client_as(architect).get(path).content.decode()


def test_before_and_after_stand_side_by_side_and_what_is_gone_is_pale(holders, client_as, reader):
    waits = [contact(holders, date(2027, 3, 1 + number)) for number in range(3)]
    stays = contact(holders, date(2027, 3, 5))
    refused = contact(holders, date(2027, 3, 6), status="rejected")
    without = tuple(request.reference for request in waits)
    asked = YearAsked(MONDAY, 8, holders, without=without, added=(refused.reference,))
    before, after = years_compared(user=reader, asked=asked)
    assert (before.load.peak, after.load.peak) == (4, 2)
    assert list(after.among) == [stays, refused]
    chart = year_chart(after, ghost=before, scale=after)
    assert (len(chart.contacts), len(chart.gone), chart.most_before) == (2, 3, 4)
    assert chart.limit_y == year_chart(before, scale=after).limit_y
    figures = {
        figure.label: (figure.before, figure.after, figure.verdict) for figure in compared_figures(before, after)
    }
    assert figures["Contacts"] == (4, 2, "better")
    assert figures["Most in 21 days: Card holders, allowed 3"] == (4, 2, "better")
    html = client_as(reader).get(year_url(asked, "both")).content.decode()
    assert html.count('<svg class="year"') == 2
    assert "never hear from us more than twice in 21 days" in html
    assert "Before: Card holders will hear from us 4 times in 21 days from 1 March 2027" in html


def test_a_decision_is_turned_round_whatever_it_was(holders, client_as, reader):
    kept, refused = contact(holders, MONDAY), contact(holders, MONDAY, status="rejected")
    response = client_as(reader).get(f"/customers-year/?from=2027-03-01&around={kept.reference},{refused.reference}")
    asked = response.context["asked"]
    assert (asked.segment, asked.without, asked.added) == (holders, (kept.reference,), (refused.reference,))


def test_the_address_opens_exactly_this_view(holders, rf):
    asked = YearAsked(MONDAY, 13, holders, ("A-1", "B-2"), committed_only=True, added=("C-3",), without=("B-2",))
    request = rf.get(year_url(asked, "both"))
    assert parse_asked(request.GET, holders) == asked
    assert parse_view(request.GET) == "both"
    assert request.GET["segment"] == "card-holders"
    assert year_url(YearAsked(MONDAY, 13, holders)).startswith("/customers-year/card-holders/?from=2027-03-01&weeks=13")


def test_the_command_prints_the_facts_of_the_page(holders, client_as, architect, capsys):
    for number in range(5):
        request = contact(holders, date(2027, 3, 1 + number), wanted_go_live=date(2027, 3, 9))
        landing(request, TouchpointFactory.create(), [holders], direction="worse")
    call_command("customer_year", segment="card-holders", starts=MONDAY, weeks=8, json=True)
    facts = json.loads(capsys.readouterr().out)
    client = client_as(architect)
    page = client.get("/customers-year/card-holders/?from=2027-03-01&weeks=8")
    year = page.context["year"]
    assert facts == year_json(year)
    assert facts["title"] in page.content.decode()
    assert (facts["contacts"], facts["changes"], facts["worse"]) == (5, 5, 5)
    assert facts["segments"][0]["policies"][0] | {"policy": ""} == {
        "policy": "", "limit": 3, "days": 21, "peak": 5, "from": "2027-03-01", "to": "2027-03-21", "breach": True,
    }  # fmt: skip
    lines = client.get("/customers-year/card-holders/csv/?from=2027-03-01&weeks=8&rows=days").content.decode(
        "utf-8-sig"
    )
    assert len(lines.splitlines()) == 1 + len(facts["days"]) == 11


@pytest.mark.parametrize("size", [2, 9])
def test_any_picked_requests_cost_the_same_queries(size, holders, client_as, reader, django_assert_num_queries):
    made = [contact(holders, date(2027, 3, 1 + number), wanted_go_live=date(2027, 3, 9)) for number in range(size)]
    for request in made:
        landing(request, TouchpointFactory.create(), [])
    client = client_as(reader)
    references = ",".join(request.reference for request in made)
    with django_assert_num_queries(16):
        client.get(f"/customers-year/?from=2027-03-01&request={references}&without={made[0].reference}")


def test_requests_ticked_in_the_list_open_their_year(holders, client_as, reader):
    made = [contact(holders, MONDAY) for _ in range(2)]
    page = client_as(reader).get("/requests/").content.decode()
    assert f'name="request" value="{made[0].reference}" form="picked"' in page
    path = "&".join(f"request={request.reference}" for request in made)
    response = client_as(reader).get(f"/customers-year/?from=2027-03-01&{path}")
    assert response.context["year"].requests == 2
