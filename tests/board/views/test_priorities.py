"""The pages of priorities: who opens them, what they say, how many queries they take."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from board.models import Criterion, Meeting, Proposal, Ranking, WeightSet
from board.reporting.document import Period
from board.selectors.priorities.goals import goals_for
from board.selectors.priorities.orders import placed_ids
from board.selectors.priorities.queue import queue_page
from board.selectors.reports.report_facts import journeys
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest, Role
from tests.factories import (
    AgendaItemFactory,
    BetFactory,
    ContributionFactory,
    CriterionFactory,
    ImpactFactory,
    ObjectiveFactory,
    PlannedContactFactory,
    RankedRequestFactory,
    RankingFactory,
    ScoreFactory,
    SiloFactory,
    TransitionFactory,
    filed_request,
    person_with,
)

pytestmark = pytest.mark.django_db
Door = Callable[[Person], Client]
READY = Status.READY.value
PAGES = ["goals", "goals-csv", "scores", "scores-csv", "weights", "queue", "queue-csv"]
ORDERS = ["compare", "orders-csv", "proposal-list"]


@pytest.fixture
def leader(db: None) -> Person:
    return person_with(Role.CUSTOMER_LEADER, name="Lea Leader")


def fill(number: int) -> None:
    """So many requests with all that the pages look at."""
    objective, criterion = ObjectiveFactory.create(), CriterionFactory.create()
    it, customers = RankingFactory.create(), RankingFactory.create(side=Ranking.Side.CUSTOMERS)
    for place in range(number):
        request = filed_request(status=READY, one_off_cost=Decimal(1000))
        ContributionFactory.create(request=request, objective=objective)
        ImpactFactory.create(request=request)
        PlannedContactFactory.create(request=request)
        BetFactory.create(request=request)
        ScoreFactory.create(request=request, criterion=criterion, points=place % 6)
        RankedRequestFactory.create(ranking=it, request=request, position=place + 1)
        RankedRequestFactory.create(ranking=customers, request=request, position=number - place)


@pytest.mark.parametrize("page", [*PAGES, *ORDERS])
def test_pages_open_empty_and_take_the_same_queries_at_any_size(
    page: str, client_as: Door, cio: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client, url = client_as(cio), reverse(f"priorities:{page}")
    assert client.get(url).status_code == 200
    fill(2)
    with django_assert_max_num_queries(40) as few:
        client.get(url)
    fill(9)
    ProjectRequest.objects.update(silo=ProjectRequest.objects.earliest("id").silo)
    with django_assert_max_num_queries(len(few)):
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("page", ORDERS)
def test_the_orders_are_for_the_board_and_both_sides(
    page: str, client_as: Door, requester: Person, architect: Person, leader: Person
) -> None:
    url = reverse(f"priorities:{page}")
    assert client_as(requester).get(url).status_code == 403
    for person in (architect, leader):
        assert client_as(person).get(url).status_code == 200


def test_objectives_that_nobody_serves_and_requests_that_serve_none_stand_out(client_as: Door, reader: Person) -> None:
    top = ObjectiveFactory.create(name="Stay", kind="outcome")
    served, alone = ObjectiveFactory.create(parent=top), ObjectiveFactory.create(name="Alone", parent=top)
    ContributionFactory.create(objective=served, request=filed_request(status=READY))
    silent = filed_request(status=READY, title="Serves nothing")
    page = client_as(reader).get(reverse("priorities:goals")).content.decode()
    assert "1 of 3 objectives is served by no request, and 1 of 2 requests serves none" in page
    assert silent.title in page
    assert alone.name in page
    for by in ("segment", "silo", "nonsense"):
        assert client_as(reader).get(reverse("priorities:goals"), {"by": by}).status_code == 200


def test_of_many_departments_the_largest_are_drawn_and_all_stand_in_the_table(client_as: Door, cio: Person) -> None:
    for number in range(22):
        filed_request(silo=SiloFactory.create(name=f"Silo {number}"), one_off_cost=Decimal(1000 * number) or None)
    page = client_as(cio).get(reverse("priorities:goals"), {"by": "silo"})
    drawn = [row.row.label for row in page.context["chart"].rows]
    assert (len(drawn), drawn[0]) == (20, "Silo 21")
    assert "Silo 0" not in drawn
    assert "2 more stand in the table" in page.content.decode()
    assert len(page.context["lines"]) == 22


def test_what_no_request_says_the_price_of_costs_nothing_known(client_as: Door, cio: Person) -> None:
    filed_request(silo=SiloFactory.create(name="Cards"), one_off_cost=None)
    (row,) = client_as(cio).get(reverse("priorities:goals"), {"by": "silo"}).context["chart"].rows
    assert row.row.words == "no price said, 1 request"


def test_money_and_confidential_requests_stay_where_they_may_be_seen(
    client_as: Door, reader: Person, board_member: Person
) -> None:
    secret = filed_request(status=READY, confidential=True, one_off_cost=Decimal(777_000))
    ContributionFactory.create(request=secret)
    assert goals_for(reader).total.count == 0
    assert goals_for(board_member).total.one_off == 777_000
    assert "777,000" not in client_as(reader).get(reverse("priorities:goals-csv")).content.decode()


def test_moving_saves_at_once_and_tells_who_was_slower(client_as: Door, cio: Person) -> None:
    one, two = filed_request(status=READY), filed_request(status=READY)
    client = client_as(cio)

    def move(request: ProjectRequest, to: object, version: int, **headers: str) -> int:
        url = reverse("priorities:rank-place", args=["it", request.reference])
        return client.post(url, {"to": to, "version": version}, headers=headers).status_code

    assert move(one, 1, 1) == 302
    assert move(two, 1, 2, **{"HX-Request": "true"}) == 200
    assert move(one, 1, 2) == 409
    for slip in ("first", 0, "", -1):
        assert move(one, slip, 3) == 422
    page = client.get(reverse("priorities:ranking", args=["it"])).content.decode()
    assert page.index(two.reference) < page.index(one.reference)
    assert client.get(reverse("priorities:ranking", args=["others"])).status_code == 404
    url = reverse("priorities:rank-place", args=["customers", one.reference])
    assert client.post(url, {"to": 1, "version": 1}).status_code == 403


def test_each_disagreement_says_what_the_later_place_would_mean_for_customers(client_as: Door, cio: Person) -> None:
    it, customers = RankingFactory.create(), RankingFactory.create(side=Ranking.Side.CUSTOMERS)
    better, worse, silent = (filed_request(status=READY) for _ in range(3))
    ImpactFactory.create(request=better, direction="better")
    ImpactFactory.create(request=worse, direction="worse")
    for place, request in enumerate((worse, silent, better), start=1):
        RankedRequestFactory.create(ranking=it, request=request, position=place)
    for place, request in enumerate((better, silent), start=1):
        RankedRequestFactory.create(ranking=customers, request=request, position=place)
    page = " ".join(client_as(cio).get(reverse("priorities:compare")).content.decode().split())
    assert "In the order of the CIO, customers wait longer for what gets better." in page
    assert "2 requests that the customer leader puts later go first" in page
    assert "In the order of the customer leader, customers are spared longer what gets worse." in page
    assert "It has no place there." in page
    assert "customer leader, customers get it later" not in page  # both have the silent one at the same place
    file = client_as(cio).get(reverse("priorities:orders-csv")).content.decode("utf-8-sig")
    rows = {row["Reference"]: row for row in csv.DictReader(io.StringIO(file))}
    told = rows[better.reference]
    assert told["What its later place would mean for customers"] == (
        "In the order of the CIO, customers wait longer for what gets better."
    )
    assert told["Requests that go first there"] == f"{worse.reference}, {silent.reference}"
    assert (told["Better at"], told["Worse at"]) == ("1", "0")


def test_scoring_on_the_page(client_as: Door, architect: Person, reader: Person) -> None:
    criterion, request = CriterionFactory.create(), filed_request(status=READY)
    url = reverse("priorities:score", args=[request.reference])
    data = {f"points-{criterion.pk}": "4", f"reason-{criterion.pk}": "They ask for it", "seen": ""}
    assert client_as(reader).post(url, data).status_code == 403
    client = client_as(architect)
    assert client.post(url, {**data, f"reason-{criterion.pk}": ""}).status_code == 422
    assert client.post(url, data).status_code == 302
    late = client.post(url, {**data, f"reason-{criterion.pk}": "Typed late"})
    assert late.status_code == 409
    assert "Typed late" in late.content.decode()
    assert "They ask for it" in client_as(reader).get(url).content.decode()


def test_all_that_wait_for_scores_can_be_reached(client_as: Door, architect: Person) -> None:
    CriterionFactory.create()
    waiting = [filed_request(status=READY).reference for _ in range(27)]
    first = client_as(architect).get(reverse("priorities:scores")).content.decode()
    second = client_as(architect).get(reverse("priorities:scores"), {"waiting": "2"}).content.decode()
    assert "27 wait for scores" in first
    assert 'href="?waiting=2#waiting"' in first
    assert [reference in first for reference in waiting] == [True] * 25 + [False] * 2
    assert [reference in second for reference in waiting] == [False] * 25 + [True] * 2


def test_who_scores_after_somebody_else_sees_theirs_beside_what_was_typed(
    client_as: Door, architect: Person, cio: Person
) -> None:
    criterion, request = CriterionFactory.create(), filed_request(status=READY)
    url = reverse("priorities:score", args=[request.reference])
    data = {f"points-{criterion.pk}": "4", f"reason-{criterion.pk}": "They ask for it", "seen": ""}
    assert client_as(architect).post(url, data).status_code == 302
    late = client_as(cio).post(url, {**data, f"points-{criterion.pk}": "1", f"reason-{criterion.pk}": "Typed late"})
    assert late.status_code == 409
    page = late.content.decode()
    assert "Typed late" in page
    theirs = page[page.index("As it is scored now") :]
    assert "They ask for it" in theirs
    assert architect.get_full_name() in theirs


def test_weights_are_tried_by_everybody_and_set_by_few(client_as: Door, reader: Person, cio: Person) -> None:
    criterion = CriterionFactory.create(code="value")
    fill(2)
    page = client_as(reader).get(reverse("priorities:scores"), {"w-value": "90", "move": "50"})
    assert "Other weights are tried" in page.content.decode()
    url = reverse("priorities:weights-set")
    data = {"w-value": "90", "why": "Value first", "expected": "0"}
    assert client_as(reader).post(url, data).status_code == 403
    assert client_as(cio).post(url, {**data, "why": ""}).status_code == 422
    assert client_as(cio).post(url, {**data, "w-value": "0", **_nothing()}).status_code == 422
    assert not WeightSet.objects.exists()
    nothing = client_as(reader).get(reverse("priorities:scores"), {"w-value": "0", **_nothing()})
    assert "Give at least one criterion a weight above 0" in nothing.content.decode()
    assert client_as(cio).post(url, data).status_code == 302
    assert client_as(cio).post(url, data).status_code == 409
    assert WeightSet.objects.get().rows.get(criterion=criterion).weight == 90


def _nothing() -> dict[str, str]:
    """Every criterion with a weight of 0."""
    return {f"w-{criterion.code}": "0" for criterion in Criterion.objects.all()}


def test_a_place_beyond_the_end_is_the_end_and_says_so(client_as: Door, cio: Person) -> None:
    one, two = filed_request(status=READY), filed_request(status=READY)
    client, said = client_as(cio), []
    for version, (request, sent) in enumerate([(one, {"to": 1}), (two, {"to": 9999}), (two, {"out": 1})], start=1):
        url = reverse("priorities:rank-place", args=["it", request.reference])
        page = client.post(url, {**sent, "version": version}, follow=True)
        said += [str(message) for message in page.context["messages"]]
    assert said == [
        f"{one.reference} has place 1 now.",
        f"{two.reference} has place 2 now.",
        f"{two.reference} has no place now.",
    ]


def test_the_last_move_is_undone_by_its_button_where_it_was_the_first_place(client_as: Door, cio: Person) -> None:
    request = filed_request(status=READY)
    client, url = client_as(cio), reverse("priorities:rank-place", args=["it", request.reference])
    page = client.post(url, {"to": 1, "version": 1}, follow=True).content.decode()
    button = re.search(r'name="version" value="(\d+)"><button[^>]* name="(\w+)" value="(\d+)" data-key="u"', page)
    assert button
    assert client.post(url, {"version": button[1], button[2]: button[3]}).status_code == 302
    assert not placed_ids("it")
    page = client.get(reverse("priorities:ranking", args=["it"])).content.decode()
    button = re.search(r'name="version" value="(\d+)"><button[^>]* name="(\w+)" value="(\d+)" data-key="u"', page)
    assert button
    client.post(url, {"version": button[1], button[2]: button[3]})
    assert placed_ids("it") == [request.pk]


def test_a_proposal_is_offered_no_meeting_that_was_cancelled(
    client_as: Door, cio: Person, secretary: Person, meeting: Meeting
) -> None:
    request = filed_request(status=READY)
    for side in Ranking.Side.values:
        RankedRequestFactory.create(ranking=RankingFactory.create(side=side), request=request, position=1)
    url = client_as(cio).post(reverse("priorities:propose"), {"first": 5})["Location"]
    assert "take/" in client_as(secretary).get(url).content.decode()
    Meeting.objects.filter(pk=meeting.pk).update(status=Meeting.Status.CANCELLED)
    assert "take/" not in client_as(secretary).get(url).content.decode()
    assert client_as(secretary).post(f"{url}take/", {"meeting": meeting.pk}).status_code == 422


def test_a_proposal_goes_to_the_meeting_of_the_secretary(
    client_as: Door, cio: Person, secretary: Person, meeting: object
) -> None:
    request = filed_request(status=READY)
    for side in Ranking.Side.values:
        ranking = RankingFactory.create(side=side)
        RankedRequestFactory.create(ranking=ranking, request=request, position=1)
    made = client_as(cio).post(reverse("priorities:propose"), {"first": 5, "note": "Both want it"})
    assert made.status_code == 302
    url = made["Location"]
    assert request.title in client_as(secretary).get(url).content.decode()
    taken = client_as(secretary).post(f"{url}take/", {"meeting": meeting.pk})  # type: ignore[attr-defined]
    assert taken.status_code == 302
    assert "On an agenda" in client_as(cio).get(url).content.decode()
    assert client_as(secretary).post(f"{url}decline/", {"because": "Full"}).status_code == 422


def test_taking_a_proposal_says_what_stood_on_the_agenda_already(
    client_as: Door, cio: Person, secretary: Person, meeting: Meeting
) -> None:
    there, new = filed_request(status=READY), filed_request(status=READY)
    AgendaItemFactory.create(meeting=meeting, request=there)
    for side in Ranking.Side.values:
        ranking = RankingFactory.create(side=side)
        for place, request in enumerate((new, there), start=1):
            RankedRequestFactory.create(ranking=ranking, request=request, position=place)
    url = client_as(cio).post(reverse("priorities:propose"), {"first": 5})["Location"]
    page = client_as(secretary).post(f"{url}take/", {"meeting": meeting.pk}, follow=True).content.decode()
    assert "1 request put at the end of the agenda, in the order proposed." in page
    assert "1 of the proposal stood on it already and stays in place." in page


def test_the_queue_is_what_the_transitions_say(client_as: Door, reader: Person) -> None:
    def at(month: int) -> datetime:
        return datetime(2026, month, 10, 12, tzinfo=UTC)

    taken, left = filed_request(submitted_at=at(1)), filed_request(submitted_at=at(2))
    TransitionFactory.create(request=taken, source="ready", target="approved", at=at(5))
    TransitionFactory.create(request=left, source="submitted", target="deferred", at=at(5))
    page = queue_page(reader, today=at(8).date())
    counts = [[count for _, count, _ in line.cells] for line in page.lines]
    # carried in, asked, taken, away, left, again
    assert counts == [[0, 2, 0, 0, 2, 0], [2, 0, 1, 0, 1, 0], [1, 0, 0, 0, 1, 0]]
    (last,) = queue_page(reader, today=at(8).date(), quarters=1).lines
    assert [count for _, count, _ in last.cells] == counts[-1]
    cell = client_as(reader).get(reverse("priorities:queue-cell", args=["2026Q2", "taken"])).content.decode()
    assert taken.reference in cell
    assert left.reference not in cell
    for quarter, column in (("2026Q9", "taken"), ("2026Q2", "nothing")):
        url = reverse("priorities:queue-cell", args=[quarter, column])
        assert client_as(reader).get(url).status_code == 404


def test_a_quarter_begins_at_midnight_where_the_organisation_is(reader: Person) -> None:
    filed_request(submitted_at=datetime(2026, 3, 31, 21, 59, tzinfo=UTC))
    filed_request(submitted_at=datetime(2026, 3, 31, 22, 1, tzinfo=UTC))
    page = queue_page(reader, today=date(2026, 5, 1))
    assert [(line.count("asked"), line.count("carried_in")) for line in page.lines] == [(1, 0), (1, 1)]
    march, april = date(2026, 3, 31), date(2026, 4, 1)
    periods = (Period(last=march), Period(april, april), Period())
    assert [len(journeys(reader, period)) for period in periods] == [1, 1, 2]


def test_who_may_not_see_the_orders_reads_no_proposal_by_declining_it(reader: Person, client_as: Door) -> None:
    proposal = Proposal.objects.create(made_by=person_with(Role.CIO), at=datetime(2026, 1, 22, tzinfo=UTC), first=5)
    assert client_as(reader).post(f"{proposal.get_absolute_url()}decline/", {}).status_code == 403


def test_an_objective_whose_owner_left_says_that_nobody_answers(client_as: Door, architect: Person) -> None:
    stays, left = ObjectiveFactory.create(name="Stays"), ObjectiveFactory.create(name="Left alone")
    stays.owner, left.owner = person_with(Role.CIO), person_with(Role.IT_MANAGER)
    left.owner.is_active = False
    for each in (left.owner, stays, left):
        each.save()
    client = client_as(architect)
    page = client.get("/priorities/").content.decode()
    assert f"nobody answers: {left.owner.name} is no longer active" in page
    assert f"nobody answers: {stays.owner.name}" not in page
    rows = {
        row[0]: row[3] for row in csv.reader(io.StringIO(client.get("/priorities/objectives.csv").content.decode()))
    }
    assert (rows["Stays"], rows["Left alone"]) == (stays.owner.name, "")
