"""Who sits on the board changes: the meetings to come expect who joined, and no longer who left."""

from django.db import transaction
from django.utils import timezone

from board.models import Attendance, Meeting
from board.services.meetings.meetings import VOTING
from portfolio.models import Membership
from portfolio.models.people import gone
from portfolio.permissions import BOARD_ROLES

JOINED, LEFT = "Joined the board", "Left"
"""Why they are expected, or no longer, in the history of attendance."""


def follow_the_board() -> int:
    """Expect who is of the board at every meeting that is planned, and nobody who has left. Whom somebody took off by
    hand stays off. Twice changes nothing more. Returns how many places changed."""
    coming = Meeting.objects.filter(status=Meeting.Status.PLANNED, starts_at__gt=timezone.now())
    return sum(_follow(meeting) for meeting in coming.order_by("id"))


@transaction.atomic
def _follow(meeting: Meeting) -> int:
    rows = Attendance.objects.filter(meeting=meeting).order_by("id")
    left = list(rows.filter(gone("person"), present=False))
    for row in left:
        row._change_reason = LEFT  # type: ignore[attr-defined]
        row.delete()
    by_hand = Attendance.history.filter(meeting=meeting, history_type="-")
    off = set(by_hand.exclude(history_change_reason=LEFT).order_by().values_list("person_id", flat=True))
    known = off | set(rows.values_list("person_id", flat=True))
    seats = Membership.objects.filter(~gone("person"), role__in=BOARD_ROLES).exclude(person__in=known)
    roles = list(seats.order_by("person_id", "id").values_list("person_id", "role"))
    voting = {pk for pk, role in roles if role in VOTING}
    joined = sorted({pk for pk, _ in roles})
    for pk in joined:
        row = Attendance(meeting=meeting, person_id=pk, votes=pk in voting)
        row._change_reason = JOINED  # type: ignore[attr-defined]
        row.save()
    return len(left) + len(joined)
