"""The board looks again at what it approved: on an item that says so, an approved request can be decided over."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from board.errors import CannotDecide
from board.models import AgendaItem, Decision, Meeting
from board.selectors.decisions.chain import verify_chain
from board.selectors.meetings.meetings import agenda_lines
from board.services.decisions.orders import goes_after
from board.services.decisions.rulings import NewHold
from board.services.decisions.undoing import take_back
from board.services.meetings.agenda import place_item
from board.services.meetings.meetings import open_meeting, plan_meeting
from portfolio.models import Person, ProjectRequest
from tests.factories import PersonFactory, filed_request

Decide = Callable[..., Decision]


@pytest.fixture
def approved(db: None) -> ProjectRequest:
    """A request that the board approved with conditions."""
    return filed_request(status="approved_with_conditions")


def again(meeting: Meeting, request: ProjectRequest, *, review: bool = True) -> AgendaItem:
    """An item over the request."""
    return place_item(meeting=meeting, request=request, review=review, why="A condition was due.")


def test_what_is_approved_can_be_held_when_the_board_looks_again(
    session: Meeting, approved: ProjectRequest, decide: Decide
) -> None:
    item = again(session, approved)
    [line] = agenda_lines(session)
    assert not line.blocked
    assert line.absences == ()
    until = timezone.localdate() + timedelta(days=9)
    decision = decide(item, "hold", hold=NewHold(PersonFactory.create(), "Is it met?", until))
    approved.refresh_from_db()
    assert approved.status == "on_hold"
    row = decision.requests.get()
    assert (row.status_before, row.status_after) == ("approved_with_conditions", "on_hold")


def test_saying_yes_again_leaves_it_where_it_is(session: Meeting, approved: ProjectRequest, decide: Decide) -> None:
    ProjectRequest.objects.filter(pk=approved.pk).update(status="approved")
    decide(again(session, approved), "approve")
    approved.refresh_from_db()
    assert approved.status == "approved"


def test_taking_back_what_the_board_said_the_second_time_leaves_the_first(
    session: Meeting, approved: ProjectRequest, decide: Decide, secretary: Person
) -> None:
    decision = decide(again(session, approved), "reject")
    take_back(person=secretary, decision=Decision.objects.get(pk=decision.pk), submission="back")
    approved.refresh_from_db()
    assert approved.status == "approved_with_conditions"


def test_an_ordinary_item_decides_nothing_over_what_is_approved(
    session: Meeting, approved: ProjectRequest, decide: Decide
) -> None:
    item = again(session, approved, review=False)
    assert agenda_lines(session)[0].blocked
    with pytest.raises(CannotDecide, match="nothing left to decide"):
        decide(item)


@pytest.fixture
def later(secretary: Person) -> Meeting:
    """Another meeting in session: in each a request has one item."""
    return open_meeting(person=secretary, meeting=plan_meeting(person=secretary, starts_at=timezone.now()))


@pytest.fixture
def waiting(item: AgendaItem, ready: ProjectRequest, decide: Decide) -> ProjectRequest:
    """A request that the board put behind two others."""
    decide(item, "sequence", after=[filed_request(status="approved"), filed_request(status="approved")])
    return now(ready)


def now(request: ProjectRequest) -> ProjectRequest:
    return ProjectRequest.objects.get(pk=request.pk)


def test_what_waits_can_be_put_behind_another_and_back(
    later: Meeting, waiting: ProjectRequest, decide: Decide, secretary: Person
) -> None:
    first = goes_after(waiting)
    other = filed_request(status="approved")
    decision = decide(again(later, waiting), "sequence", after=[other])
    assert goes_after(now(waiting)) == [other]
    take_back(person=secretary, decision=Decision.objects.get(pk=decision.pk), submission="back")
    assert (now(waiting).status, goes_after(now(waiting))) == ("sequenced", first)
    assert not verify_chain().faults


@pytest.mark.parametrize("kind", ["approve", "reject", "merge"])
def test_what_waited_waits_for_the_same_again_when_a_later_decision_is_undone(
    later: Meeting, waiting: ProjectRequest, decide: Decide, secretary: Person, kind: str
) -> None:
    first = goes_after(waiting)
    ruling = {"survivor": filed_request(status="ready")} if kind == "merge" else {}
    decision = decide(again(later, waiting), kind, **ruling)
    assert now(waiting).status != "sequenced"
    back = take_back(person=secretary, decision=Decision.objects.get(pk=decision.pk), submission="back")
    assert (now(waiting).status, goes_after(now(waiting))) == ("sequenced", first)
    row = back.requests.get()
    assert [*row.also_after.order_by("id"), row.after] == first
    assert not verify_chain().faults


def test_an_order_that_would_be_a_circle_by_now_is_not_brought_back(
    later: Meeting, waiting: ProjectRequest, decide: Decide, secretary: Person
) -> None:
    first = goes_after(waiting)[0]
    decision = decide(again(later, waiting), "approve")
    decide(again(later, first), "sequence", after=[now(waiting)])
    with pytest.raises(CannotDecide, match="Take that order back first"):
        take_back(person=secretary, decision=Decision.objects.get(pk=decision.pk), submission="back")
    assert now(waiting).status == "approved"


def test_the_first_of_two_decisions_is_not_undone_before_the_second(
    later: Meeting, item: AgendaItem, ready: ProjectRequest, decide: Decide, secretary: Person
) -> None:
    first = decide(item)
    second = decide(again(later, now(ready)), "approve")
    with pytest.raises(CannotDecide, match="Undo that one first"):
        take_back(person=secretary, decision=Decision.objects.get(pk=first.pk), submission="a")
    assert now(ready).status == "approved"
    take_back(person=secretary, decision=Decision.objects.get(pk=second.pk), submission="b")
    assert now(ready).status == "approved"
    take_back(person=secretary, decision=Decision.objects.get(pk=first.pk), submission="c")
    assert now(ready).status == "ready"
