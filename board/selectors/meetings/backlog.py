"""What waits for the board and is on no agenda: why it belongs before it, why it waits, and for how long."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from board.models import Meeting
from board.selectors.meetings.candidates import Candidate, gathered, on_agendas
from board.selectors.meetings.meetings import next_meeting
from board.selectors.meetings.proposals import propose

NO_TIME = "What weighs more takes the time of the next meeting."


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits. `days` since it began to wait, `passed` meetings that were held since, `reason` why it is
    on no agenda; `group` the same, in words that hold for all that wait for the like of it."""

    candidate: Candidate
    reason: str
    group: str
    days: int
    passed: int
    coming: bool = False

    @property
    def how_long(self) -> str:
        """ "23 days, 2 meetings passed"."""
        if self.coming:
            return "comes up by the next meeting"
        days = "since today" if self.days == 0 else f"{self.days} day{'' if self.days == 1 else 's'}"
        if not self.passed:
            return days
        return f"{days}, {self.passed} meeting{'' if self.passed == 1 else 's'} passed"


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits, as far as it was narrowed, longest or weightiest first; the next meeting; how many wait in all."""

    rows: Sequence[Waiting]
    meeting: Meeting | None
    total: int = 0

    @property
    def longest(self) -> int:
        """Days that the oldest waits; 0 where nothing does."""
        return max((row.days for row in self.rows), default=0)

    @property
    def by_reason(self) -> dict[str, list[Waiting]]:
        """What waits by why it waits, each reason where the first of it stands."""
        groups: dict[str, list[Waiting]] = {}
        for row in self.rows:
            groups.setdefault(row.group, []).append(row)
        return groups


def backlog(*, words: str = "", order: str = "stake", now: datetime | None = None) -> Backlog:
    """What waits and is on no agenda to come, narrowed by title or reference; by "stake" or by "age". A fixed number of
    queries."""
    now = now or timezone.now()
    meeting = next_meeting(planned=True)
    reasons, short = _reasons(meeting) if meeting else ({}, set())
    day = timezone.localdate(meeting.starts_at) if meeting else timezone.localdate(now)
    held = list(
        Meeting.objects.filter(status=Meeting.Status.CLOSED).order_by("starts_at").values_list("starts_at", flat=True)
    )
    none = "No meeting is planned." if meeting is None else "It was taken off the next agenda."
    waiting = gathered(max(day, timezone.localdate(now)), taken=on_agendas(None))
    rows = [
        Waiting(
            candidate=each,
            reason=reasons.get(each.key) or each.held_back or none,
            group=NO_TIME if each.key in short else reasons.get(each.key) or each.held_back or none,
            days=max((timezone.localdate(now) - timezone.localdate(each.since)).days, 0),
            coming=each.since > now,
            passed=len(held) - bisect_right(held, each.since),
        )
        for each in waiting
        if _says(each, words.strip().lower())
    ]
    if order == "age":
        rows.sort(key=lambda row: (row.candidate.since, row.candidate.key))
    else:
        rows.sort(key=lambda row: bool(row.candidate.held_back))
    return Backlog(rows, meeting, len(waiting))


def _reasons(meeting: Meeting) -> tuple[dict[str, str], set[str]]:
    """By the key of what waits why the next meeting does not take it; and the keys of what has too few minutes left."""
    proposal = propose(meeting)
    fits = f"There is time for it on {meeting.day_words}: build the agenda."
    found = {line.key: fits for line in proposal.new}
    found |= {line.key: line.reason for line in proposal.waiting if line.candidate}
    for line in proposal.waiting:
        if line.item is not None:
            item = line.item
            key = f"family:{item.family_id}" if item.family_id else f"request:{item.request_id}"
            key = f"cluster:{item.cluster_id}" if item.cluster_id else key
            found[f"finding:{item.finding_id}" if item.finding_id else key] = f"{line.reason} ({meeting.day_words})"
    return found, {line.key for line in proposal.waiting if line.candidate and not line.candidate.held_back}


def _says(candidate: Candidate, text: str) -> bool:
    said = [candidate.title, *(f"{each.reference} {each.title}" for each in candidate.requests)]
    return not text or any(text in each.lower() for each in said)
