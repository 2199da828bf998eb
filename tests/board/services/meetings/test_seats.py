"""Meetings to come expect who sits on the board now."""

from datetime import timedelta

import pytest
from django.utils import timezone

from board.models import Attendance, Meeting
from board.services.meetings.invitations import uninvite
from board.services.meetings.seats import follow_the_board
from portfolio.models import Person, Role
from tests.factories import person_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def coming(meeting: Meeting, board_member: Person) -> Meeting:
    """A meeting in a week, planned before anybody joined or left."""
    Meeting.objects.update(starts_at=timezone.now() + timedelta(days=7))
    follow_the_board()
    return meeting


def expected(meeting: Meeting) -> dict[str, bool]:
    return dict(Attendance.objects.filter(meeting=meeting).values_list("person__name", "votes"))


def test_who_joins_is_expected_with_the_vote_of_their_role(coming: Meeting) -> None:
    before = expected(coming)
    person_with(Role.BOARD_MEMBER, name="Nora New")
    person_with(Role.SECRETARY, name="Sue Second")
    assert follow_the_board() == 2
    assert expected(coming) == {**before, "Nora New": True, "Sue Second": False}
    assert follow_the_board() == 0


def test_who_left_is_expected_no_more_and_again_when_back(coming: Meeting, board_member: Person) -> None:
    Person.objects.filter(pk=board_member.pk).update(is_active=False)
    assert (follow_the_board(), board_member.name in expected(coming)) == (1, False)
    Person.objects.filter(pk=board_member.pk).update(is_active=True)
    assert (follow_the_board(), board_member.name in expected(coming)) == (1, True)


def test_whom_the_secretary_took_off_stays_off(coming: Meeting, secretary: Person, board_member: Person) -> None:
    uninvite(person=secretary, meeting=coming, who=board_member)
    assert (follow_the_board(), board_member.name in expected(coming)) == (0, False)


@pytest.mark.parametrize("status", [Meeting.Status.IN_SESSION, Meeting.Status.CLOSED, Meeting.Status.CANCELLED])
def test_a_meeting_that_has_begun_or_is_over_stays_as_it_is(coming: Meeting, status: str) -> None:
    Meeting.objects.update(status=status)
    person_with(Role.BOARD_MEMBER)
    assert follow_the_board() == 0
