"""Requests whose hold ran out."""

from datetime import date

from django.utils import timezone

from board.models import DecidedRequest, Decision, Hold
from board.packs.words import cut
from board.packs.words import day as day_words
from board.selectors.meetings.sources.base import Cause, start_of
from portfolio.lifecycle import Status


def causes(day: date) -> list[Cause]:
    """What is ready again because its hold ended, and what is on hold until this day or an earlier one. Two queries."""
    last = {
        row.request_id: row.decision_id
        for row in DecidedRequest.objects.filter(request__status=Status.READY.value)
        .filter(decision__superseded_by__isnull=True)
        .select_related("decision")
        .order_by("decision__at", "decision_id")
    }
    held = DecidedRequest.objects.filter(
        decision__kind=Decision.Kind.HOLD, decision__hold__isnull=False, decision__superseded_by__isnull=True
    ).filter(request__status__in=[Status.READY.value, Status.ON_HOLD.value])
    found = []
    for row in held.select_related("decision__hold", "request").order_by("decision__at", "id"):
        hold: Hold = row.decision.hold
        is_back = row.request.status == Status.READY.value and last.get(row.request_id) == row.decision_id
        is_due = row.request.status == Status.ON_HOLD.value and hold.released_at is None and hold.expires_on <= day
        if is_back or is_due:
            ended = hold.released_at or start_of(hold.expires_on)
            verb = "ran" if hold.expires_on <= timezone.localdate() else "runs"
            text = f"Its hold {verb} out on {day_words(hold.expires_on)}: {cut(hold.condition, 160)}"
            found.append(Cause(row.request_id, "hold", text, ended))
    return found
