"""Why there was nothing left to decide over some requests in a meeting: they were withdrawn, merged or rejected before
the board came to them. As it was when the meeting closed, since minutes do not change."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils import timezone

from board.models import Meeting
from board.packs import words
from portfolio.lifecycle import Status
from portfolio.models import Person, Transition

#: The states from which the board has nothing left to decide, as the minutes say it.
ENDED: Mapping[Status, str] = {Status.WITHDRAWN: "withdrawn", Status.MERGED: "merged", Status.REJECTED: "rejected"}


def gone_in(meeting: Meeting, requests: Iterable[int]) -> Mapping[int, str]:
    """Of these requests those that had ended when the meeting closed, each with a sentence on when, by whom and why.
    For who may see the requests: the words are on their pages too. One query."""
    until = meeting.closed_at or timezone.now()
    rows = Transition.objects.filter(request__in=set(requests), at__lte=until).select_related("request", "person")
    last = {row.request_id: row for row in rows.order_by("at", "id")}
    return {pk: _said(row, meeting) for pk, row in last.items() if row.target in ENDED}


def _said(row: Transition, meeting: Meeting) -> str:
    done = ENDED[Status(row.target)]
    text = f"{row.request.reference} was {done} {_when(row.at, meeting)}{_by(row.person)}"
    return f"{text}: {words.cut(row.why, 300)}" if row.why.strip() else f"{text}."


def _when(at: datetime, meeting: Meeting) -> str:
    local = timezone.localtime(at)
    if meeting.opened_at and at >= meeting.opened_at:
        opened = timezone.localdate(meeting.opened_at)
        moment = f"{local:%H:%M}" if local.date() == opened else f"{local:%H:%M} on {words.day(local.date())}"
        return f"during the meeting, at {moment},"
    return f"before the meeting, on {words.day(local.date())},"


def _by(person: Person | None) -> str:
    return f" by {person.get_full_name()}" if person else " by Ombud itself"
