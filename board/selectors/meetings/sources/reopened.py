"""Requests whose decision was taken back: they are ready for the board again."""

from datetime import date

from board.models import DecidedRequest, Decision
from board.packs.words import cut
from board.selectors.meetings.sources.base import Cause
from portfolio.lifecycle import Status


def causes(day: date) -> list[Cause]:
    """What is ready and was decided last by taking an earlier decision back. One query."""
    rows = (
        DecidedRequest.objects.filter(request__status=Status.READY.value)
        .select_related("decision")
        .order_by("decision__at", "decision_id")
    )
    last = {row.request_id: row.decision for row in rows}
    return [
        Cause(request, "reopened", f"What was decided was taken back: {cut(decision.reason, 160)}", decision.at)
        for request, decision in sorted(last.items())
        if decision.kind == Decision.Kind.REOPEN
    ]
