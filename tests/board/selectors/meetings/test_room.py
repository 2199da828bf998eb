"""How the time of a meeting goes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from board.models import AgendaItem, Decision, Meeting
from board.selectors.meetings.meetings import agenda_lines
from board.selectors.meetings.room import Pace, around, pace_of
from board.services.meetings.agenda import add_item
from board.services.meetings.clocks import start_clock
from portfolio.lifecycle import Status
from portfolio.models import Person
from tests.factories import filed_request

Decide = Callable[..., Decision]


@pytest.fixture
def items(session: Meeting, secretary: Person) -> list[AgendaItem]:
    """Four items of ten minutes each, of a meeting of 90."""
    requests = [filed_request(status=Status.READY.value) for _ in range(4)]
    return [add_item(person=secretary, meeting=session, request=request, minutes=10) for request in requests]


def pace(session: Meeting, number: int, minutes: int) -> Pace:
    """So many minutes after the start, with this item on the screen."""
    lines = agenda_lines(session)
    assert session.opened_at is not None
    found = pace_of(session, lines, lines[number - 1], session.opened_at + timedelta(minutes=minutes))
    assert found is not None
    return found


def test_meeting_that_keeps_to_its_agenda_is_on_time(
    session: Meeting, items: list[AgendaItem], secretary: Person, decide: Decide
) -> None:
    assert session.opened_at is not None
    decide(items[0])
    start_clock(person=secretary, item=items[1], at=session.opened_at + timedelta(minutes=10))
    now = pace(session, 2, 17)
    assert now.words == "Meeting on time, 73 minutes left"
    assert now.ends == session.opened_at + timedelta(minutes=20)
    assert (now.is_late, now.is_short, now.needed) == (False, False, 23)


def test_item_that_takes_longer_makes_the_meeting_late(
    session: Meeting, items: list[AgendaItem], secretary: Person
) -> None:
    start_clock(person=secretary, item=items[0], at=session.opened_at)
    late = pace(session, 1, 25)
    assert late.words == "Meeting 15 minutes late, 65 minutes left"
    assert late.is_late


def test_meeting_that_decides_faster_is_ahead(session: Meeting, items: list[AgendaItem], decide: Decide) -> None:
    for item in items[:3]:
        decide(item)
    assert pace(session, 4, 12).words == "Meeting 18 minutes ahead, 78 minutes left"


def test_over_its_time_and_too_short_for_what_is_open(session: Meeting, items: list[AgendaItem]) -> None:
    assert pace(session, 1, 95).words == "The meeting is over its time by 6 minutes"
    assert pace(session, 1, 70).is_short


def test_no_time_is_told_outside_the_meeting(meeting: Meeting, secretary: Person) -> None:
    add_item(person=secretary, meeting=meeting, request=filed_request(status=Status.READY.value))
    lines = agenda_lines(meeting)
    assert pace_of(meeting, lines, lines[0], timezone.now()) is None


def test_next_are_the_one_before_and_five_after(session: Meeting, items: list[AgendaItem], secretary: Person) -> None:
    for _ in range(6):
        add_item(person=secretary, meeting=session, request=filed_request(status=Status.READY.value))
    lines = agenda_lines(session)
    assert [line.number for line in around(lines, lines[3])] == [3, 5, 6, 7, 8, 9]
    assert [line.number for line in around(lines, lines[0])] == [2, 3, 4, 5, 6]
