"""Who answers: the map, what comes at the customers of a segment, handing over."""

import csv
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Touchpoint
from impacts.selectors.maps.accountability import AccountabilityMap, accountability_map
from portfolio.models import Person
from tests.factories import (
    DataDomainFactory,
    DataUseFactory,
    FindingFactory,
    ImpactFactory,
    ObjectionFactory,
    PersonFactory,
    PlannedContactFactory,
    SegmentFactory,
    TouchpointFactory,
    filed_request,
)

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
MAP, COMING = "/customers/accountability/", "/customers/coming/"


def touched(touchpoint: Touchpoint, *segments: Any, **fields: Any) -> Any:
    """A filed request that changes a touchpoint for these segments."""
    request = filed_request(**fields)
    ImpactFactory.create(request=request, touchpoint=touchpoint).segments.set(segments)
    return request


def ground_of(shown: AccountabilityMap) -> dict[str, str]:
    return {each.entry.name: each.problem for each in shown.ground}


def test_teams_everybody_and_who_left_count_as_nobody(reader):
    team = PersonFactory.create(name="Voice team", kind=Person.Kind.TEAM)
    everyone = PersonFactory.create(name="Everyone")
    gone = PersonFactory.create(name="Greg", left_on=date(2026, 1, 2))
    for name, person in (("A", team), ("B", everyone), ("C", gone), ("D", None), ("E", PersonFactory.create())):
        TouchpointFactory.create(name=name, accountable=person)
    shown = accountability_map(reader)
    problems = ground_of(shown)
    assert "a team or mailbox" in problems["A"]
    assert "everybody, and so nobody" in problems["B"]
    assert "left on 2 January 2026" in problems["C"]
    assert problems["D"] == "Nobody is named"
    assert problems["E"] == ""
    assert shown.title == "Nobody answers for 4 of 5 segments, touchpoints and data domains; no request lands there"
    assert (shown.months[-1].owned, shown.months[-1].total) == (1, 5)


def test_requests_that_land_where_nobody_answers_are_listed_once_with_all_of_it(reader):
    lost, kept = TouchpointFactory.create(name="Lost"), TouchpointFactory.create(accountable=PersonFactory.create())
    request = touched(lost)
    DataUseFactory.create(request=request, domain=DataDomainFactory.create(name="Adrift"))
    PlannedContactFactory.create(request=request, segment=SegmentFactory.create(name="Orphans"))
    touched(kept)
    shown = accountability_map(reader)
    assert [(row.request, [each.entry.name for each in row.ground]) for row in shown.landing] == [
        (request, ["Adrift", "Lost", "Orphans"])
    ]
    assert shown.title.endswith("one request lands there")


def test_what_is_not_live_lands_nowhere(reader):
    touched(TouchpointFactory.create(), status="withdrawn")
    assert accountability_map(reader).landing_count == 0


def test_confidential_requests_are_counted_and_nothing_more(reader, architect):
    lost = TouchpointFactory.create()
    touched(lost, title="Project Nightingale", confidential=True)
    seen, whole = accountability_map(reader), accountability_map(architect)
    assert (seen.landing_count, seen.hidden, [each.requests for each in seen.ground if each.entry == lost]) == (
        0,
        1,
        [0],
    )
    assert (whole.landing_count, whole.hidden) == (1, 0)


def test_spans_overlap_in_three_ways(reader):
    one, other, speaker = (PersonFactory.create(name=name) for name in ("One", "Other", "Speaker"))
    points = [TouchpointFactory.create(accountable=one, customers_per_month=10) for _ in range(4)]
    TouchpointFactory.create(accountable=other)
    holders = SegmentFactory.create(manager=speaker)
    touched(points[0], holders)
    touched(points[1], holders)
    shown = accountability_map(reader)
    assert [(span.person, span.words, span.reach) for span in shown.many] == [(one, "4 touchpoints", 40)]
    assert [cell.holders for cell in shown.shared] == [((one, 4), (other, 1))]
    (crossing,) = shown.crossings
    assert (crossing.segment, crossing.person, crossing.requests) == (holders, one, 2)
    assert crossing.touchpoints == tuple(sorted(points[:2], key=lambda point: point.name))


def test_who_speaks_and_answers_at_once_crosses_nobody(reader):
    one = PersonFactory.create()
    touched(TouchpointFactory.create(accountable=one), SegmentFactory.create(manager=one))
    assert accountability_map(reader).crossings == ()


def test_coverage_of_past_months_is_read_from_the_history(reader):
    first = timezone.localdate().replace(day=1)
    point = TouchpointFactory.create(accountable=PersonFactory.create())
    Touchpoint.history.update(history_date=timezone.now() - timedelta(days=70), accountable=None)
    point.save()
    Touchpoint.history.filter(accountable__isnull=False).update(history_date=timezone.now() - timedelta(days=1))
    months = accountability_map(reader).months
    assert {month.total for month in months} == {1}
    assert months[0].owned == 0
    assert months[-1].owned == 1
    assert len([month for month in months if month.day < first]) >= 2


def test_page_lists_what_nobody_answers_for_and_says_so_in_csv(client_as: SignIn, reader):
    TouchpointFactory.create(name="=Lost", code="lost")
    TouchpointFactory.create(name="Kept", accountable=PersonFactory.create(name="Rita Real"))
    client = client_as(reader)
    page = client.get(MAP, {"who": "nobody"})
    assert [row.entry.code for row in page.context["page"].object_list] == ["lost"]
    rows = list(csv.DictReader(StringIO(client.get(f"{MAP}csv/?who=nobody").content.decode("utf-8-sig"))))
    assert [(row["name"], row["why nobody"], row["who answers"]) for row in rows] == [("'=Lost", "Nobody is named", "")]
    assert len(list(csv.DictReader(StringIO(client.get(f"{MAP}csv/").content.decode("utf-8-sig"))))) == 2


@pytest.mark.parametrize("query", ["?who=x&kind=y", "?who=99999999999999999999", "?page=-1", "?who=nobody&kind=domain"])
def test_bad_filters_show_the_page(client_as: SignIn, reader, query):
    assert client_as(reader).get(MAP + query).status_code == 200


def test_empty_registers_say_what_to_do(client_as: SignIn, reader):
    page = client_as(reader).get(MAP).content.decode()
    assert "There are no touchpoints yet" in page


def a_bank(size: int) -> None:
    speaker, answers = PersonFactory.create(), PersonFactory.create()
    for number in range(size):
        segment = SegmentFactory.create(manager=speaker if number % 2 else None)
        point = TouchpointFactory.create(accountable=answers if number % 3 else PersonFactory.create(is_active=False))
        request = touched(point, segment)
        DataUseFactory.create(request=request, domain=DataDomainFactory.create())
        PlannedContactFactory.create(request=request, segment=segment)
        FindingFactory.create(between=[request, filed_request()])


@pytest.mark.parametrize("path", [MAP, f"{COMING}big/", "/customers/handover/", "/board/objections/"])
def test_pages_cost_the_same_queries_at_any_size(client_as: SignIn, administrator: Person, path: str):
    client, counts = client_as(administrator), list[int]()
    big = SegmentFactory.create(code="big", manager=administrator)
    for size in (4, 12):
        a_bank(size)
        for _ in range(size):
            request = touched(TouchpointFactory.create(accountable=PersonFactory.create(is_active=False)), big)
            FindingFactory.create(between=[request, filed_request()])
            ObjectionFactory.create(request=request, segment=big)
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert counts[0] < 45


def test_a_segment_manager_sees_what_comes_at_their_customers_from_all_silos(
    client_as: SignIn, segment_manager, requester, outsider, cards, retail
):
    mine, other = SegmentFactory.create(name="Card holders", manager=segment_manager), SegmentFactory.create()
    point = TouchpointFactory.create()
    change = touched(point, mine, silo=cards, requester=requester)
    everybody = touched(point, silo=retail, requester=outsider)
    contact = filed_request()
    PlannedContactFactory.create(request=contact, segment=mine)
    touched(point, other)
    touched(point, mine, status="rejected")
    touched(point, mine, confidential=True)
    page = client_as(segment_manager).get(COMING)
    assert {row.request for row in page.context["rows"]} == {change, everybody, contact}
    assert page.context["hidden"] == 1
    assert "3 live requests come at card holders" in page.content.decode()
    assert f"/board/objections/new/{change.reference}/?segment={mine.code}" in page.content.decode()


def test_the_list_is_narrowed_to_changes_contacts_and_conflicts(client_as: SignIn, segment_manager):
    mine = SegmentFactory.create(manager=segment_manager)
    change, contact = touched(TouchpointFactory.create(), mine), filed_request()
    PlannedContactFactory.create(request=contact, segment=mine)
    FindingFactory.create(between=[contact, filed_request()], kind="conflict", rule="contact-overload")
    client = client_as(segment_manager)
    for show, wanted in (("changes", {change}), ("contacts", {contact}), ("conflicts", {contact}), ("worse", set())):
        assert {row.request for row in client.get(COMING, {"show": show}).context["rows"]} == wanted


def test_a_quarter_leads_to_what_goes_live_in_it(client_as: SignIn, segment_manager):
    mine, point = SegmentFactory.create(manager=segment_manager, name="Card holders"), TouchpointFactory.create()
    days = [date(2027, 3, 31), date(2027, 4, 1), date(2027, 6, 30), None]
    early, first, last, never = [touched(point, mine, wanted_go_live=day) for day in days]
    client = client_as(segment_manager)
    page = client.get(COMING)
    assert [(one.name, one.count) for one in page.context["quarters"]] == [("Q1 2027", 1), ("Q2 2027", 2)]
    assert "Most go live in Q2 2027, 2 of them." in page.content.decode()
    assert {row.request for row in page.context["rows"]} == {early, first, last, never}
    chosen = client.get(COMING, {"live": "2027-2"})
    assert [row.request for row in chosen.context["rows"]] == [first, last]
    assert "2 live requests come at card holders in Q2 2027" in chosen.content.decode()
    assert len(client.get(COMING, {"live": "1999-1"}).context["rows"]) == 4


def test_only_who_speaks_for_them_is_offered_to_object(client_as: SignIn, reader, segment_manager):
    mine = SegmentFactory.create(manager=segment_manager)
    touched(TouchpointFactory.create(), mine)
    assert "/board/objections/new/" not in client_as(reader).get(f"{COMING}{mine.code}/").content.decode()


def test_what_is_decided_is_not_offered_for_objection(client_as: SignIn, segment_manager):
    mine = SegmentFactory.create(manager=segment_manager)
    touched(TouchpointFactory.create(), mine, status="approved")
    assert "/board/objections/new/" not in client_as(segment_manager).get(COMING).content.decode()


@pytest.fixture
def gone(requester: Person) -> Person:
    """Who reported to the head of Cards, left, and is still named for two touchpoints."""
    person = PersonFactory.create(name="Greg Gone", manager=requester, is_active=False)
    for code in ("form", "line"):
        TouchpointFactory.create(code=code, name=code.capitalize(), accountable=person)
    return person


def test_the_managers_home_shows_it_until_it_is_handed_over(client_as: SignIn, requester, colleague, gone):
    client, url = client_as(requester), f"/customers/handover/{gone.pk}/"
    assert "Greg Gone is gone: hand over 2 touchpoints" in client.get("/").content.decode()
    assert "Greg Gone" not in client_as(colleague).get("/").content.decode()
    client = client_as(requester)
    assert client.post(url, {"touchpoints-form": colleague.pk}).headers["Location"] == url
    assert "hand over 1 touchpoint" in client.get("/").content.decode()
    assert client.post(url, {"everything": colleague.pk}).headers["Location"] == MAP
    assert "Greg Gone is gone" not in client.get("/").content.decode()
    assert set(Touchpoint.objects.values_list("accountable", flat=True)) == {colleague.pk}


def test_a_choice_for_one_counts_before_the_choice_for_all(client_as: SignIn, requester, colleague, outsider, gone):
    client = client_as(requester)
    client.post(f"/customers/handover/{gone.pk}/", {"everything": colleague.pk, "touchpoints-form": outsider.pk})
    chosen = dict(Touchpoint.objects.order_by("code").values_list("code", "accountable"))
    assert chosen == {"form": outsider.pk, "line": colleague.pk}


def test_successors_are_typed_by_name_and_suggested_once_for_all_fields(
    client_as: SignIn, requester, colleague, outsider, gone
):
    client, url = client_as(requester), f"/customers/handover/{gone.pk}/"
    page = client.get(url).content.decode()
    assert "<select" not in page.split("<main")[1]
    assert page.count("<datalist") == 1
    assert page.count('list="people-who-can-answer"') == 3
    wrong = client.post(url, {"everything": "Nobody at all", "touchpoints-form": colleague.name})
    assert wrong.status_code == 422
    assert 'value="Nobody at all"' in wrong.content.decode()
    client.post(url, {"everything": colleague.email, "touchpoints-form": outsider.name})
    chosen = dict(Touchpoint.objects.order_by("code").values_list("code", "accountable"))
    assert chosen == {"form": outsider.pk, "line": colleague.pk}


def test_an_empty_or_impossible_choice_is_refused_with_why(client_as: SignIn, requester, gone):
    client, url = client_as(requester), f"/customers/handover/{gone.pk}/"
    assert "Choose a successor: one for everything" in client.post(url, {}).content.decode()
    nobody = PersonFactory.create(name="Everyone")
    page = client.post(url, {"everything": nobody.pk, "touchpoints-form": nobody.pk})
    assert page.status_code == 422
    assert "everybody, and so nobody" in page.content.decode()
    assert client.post(url, {"everything": gone.pk}).status_code == 422


@pytest.mark.parametrize("who", ["colleague", "outsider", "architect", "cio", "segment_manager", "reader"])
def test_nobody_else_hands_over(client_as: SignIn, gone, who, request):
    client = client_as(request.getfixturevalue(who))
    for method in (client.get, client.post):
        assert method(f"/customers/handover/{gone.pk}/").status_code == 403
    assert "Greg Gone" not in client.get("/customers/handover/").content.decode()


def test_an_administrator_sees_all_that_waits_and_may_hand_over(client_as: SignIn, administrator, gone):
    client = client_as(administrator)
    assert "Greg Gone: 2 touchpoints" in client.get("/customers/handover/").content.decode()
    assert client.get(f"/customers/handover/{gone.pk}/").status_code == 200


@pytest.mark.parametrize(
    "who",
    ["requester", "architect", "board_member", "secretary", "cio", "segment_manager", "administrator", "reader"],
)
def test_every_role_may_read_who_answers_and_what_comes(client_as: SignIn, request, who):
    SegmentFactory.create(code="all")
    client = client_as(request.getfixturevalue(who))
    for path in (MAP, f"{MAP}csv/", COMING, f"{COMING}all/", "/customers/handover/", "/board/objections/"):
        assert client.get(path).status_code == 200, path
        assert path.endswith("csv/") or client.post(path).status_code == 405
