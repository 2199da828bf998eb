"""The board room: whose turn it is, how the time goes, who may vote, and whether anything changed since it was
shown."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from board.models import Attendance, ItemClock, Meeting
from board.selectors.meetings.items import Members
from board.selectors.meetings.meetings import AgendaLine
from board.selectors.meetings.presence import Aside, asides_of
from portfolio.models import Person

#: Minutes by which a meeting may stray from its agenda and still counts as on time.
SLACK = 2
#: So many items are shown after the present one; one before it.
AHEAD = 5


@dataclass(frozen=True, slots=True)
class Pace:
    """How the time goes: when the item's time is over (None while its clock does not run), how many minutes the meeting
    is late (negative: ahead), how many are left of it, and how many what is still open takes by the agenda."""

    started: datetime | None
    ends: datetime | None
    late: int
    left: int
    needed: int

    @property
    def words(self) -> str:
        """ "Meeting on time, 71 minutes left"."""
        if self.left < 0:
            return f"The meeting is over its time by {_minutes(-self.left)}"
        left = f"{_minutes(self.left)} left"
        if self.late > SLACK:
            return f"Meeting {_minutes(self.late)} late, {left}"
        if self.late < -SLACK:
            return f"Meeting {_minutes(-self.late)} ahead, {left}"
        return f"Meeting on time, {left}"

    @property
    def is_late(self) -> bool:
        """Whether the meeting is late, or over."""
        return self.late > SLACK or self.left < 0

    @property
    def is_short(self) -> bool:
        """Whether what is still open takes longer than what is left."""
        return 0 <= self.left < self.needed


def _minutes(count: int) -> str:
    return f"{count} minute{'' if count == 1 else 's'}"


def pace_of(meeting: Meeting, lines: Sequence[AgendaLine], line: AgendaLine, now: datetime) -> Pace | None:
    """How the time goes while the meeting is in session; None before and after. One query.

    The meeting is late by what it took so far, less what the agenda gave to the items that are done and, at most, to
    the one that is open on the screen.
    """
    if meeting.status != Meeting.Status.IN_SESSION or meeting.opened_at is None:
        return None
    started = ItemClock.objects.filter(item=line.item).order_by().values_list("started_at", flat=True).first()
    is_open = line.is_open
    given = sum(each.item.minutes for each in lines if each.is_done)
    spent = 0.0
    if is_open and started:
        spent = min((now - started).total_seconds() / 60, line.item.minutes)
    took = (now - meeting.opened_at).total_seconds() / 60
    open_minutes = sum(each.item.minutes for each in lines if each.is_open)
    return Pace(
        started=started if is_open else None,
        ends=started + timedelta(minutes=line.item.minutes) if started and is_open else None,
        late=round(took - given - spent),
        left=int(meeting.minutes - took) if took <= meeting.minutes else -int(took - meeting.minutes) - 1,
        needed=round(open_minutes - spent),
    )


def around(lines: Sequence[AgendaLine], line: AgendaLine) -> list[AgendaLine]:
    """The item before this one, and those after it, for the list of what comes next."""
    place = lines.index(line)
    return [*lines[max(place - 1, 0) : place], *lines[place + 1 : place + 1 + AHEAD]]


def present_with_vote(meeting: Meeting) -> list[Person]:
    """Who is there and has a vote, by name. One query."""
    rows = Attendance.objects.filter(meeting=meeting, present=True, votes=True).select_related("person")
    return [row.person for row in rows.order_by("person__name", "id")]


def asides_from(line: AgendaLine) -> list[Aside]:
    """Who stands aside from the item of this line, by name. A fixed number of queries."""
    members = Members(requests={line.item.pk: list(line.requests)})
    return asides_of([line.item], members)[line.item.pk]


def stamp_of(meeting: Meeting, lines: Sequence[AgendaLine], line: AgendaLine, *more: Any) -> tuple[str, str]:
    """Two short digests that change with what the room shows: of the item on the screen, and of everything. One query
    for who is there."""
    there = list(Attendance.objects.filter(meeting=meeting).order_by("id").values_list("person_id", "present"))
    own = _digest(meeting.status, _state(line))
    return own, _digest(own, meeting.version, there, [_state(each) for each in lines], *more)


def _state(line: AgendaLine) -> list[Any]:
    item = line.item
    requests = [(request.pk, request.version, request.status) for request in line.requests]
    said = [(each.person, each.reference, each.reason) for each in line.objections]
    decision = line.decision.pk if line.decision else None
    return [item.pk, item.version, item.status, item.question, item.minutes, item.advice, decision, requests, said]


def _digest(*parts: Any) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
