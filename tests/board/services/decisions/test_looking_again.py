"""The board looks again at what it approved: on an item that says so, an approved request can be decided over."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from board.errors import CannotDecide
from board.models import AgendaItem, Decision, Meeting
from board.selectors.meetings.meetings import agenda_lines
from board.services.decisions.rulings import NewHold
from board.services.decisions.undoing import take_back
from board.services.meetings.agenda import place_item
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
