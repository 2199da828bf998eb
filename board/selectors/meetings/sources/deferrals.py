"""Requests that were deferred until a day that has come."""

from datetime import date

from board.models import DecidedRequest, Decision
from board.packs.words import day as day_words
from board.selectors.meetings.sources.base import Cause, start_of
from portfolio.lifecycle import Status


def causes(day: date) -> list[Cause]:
    """What is deferred until this day or an earlier one, and what came back from it. One query."""
    rows = (
        DecidedRequest.objects.filter(decision__kind=Decision.Kind.DEFER, decision__superseded_by__isnull=True)
        .filter(decision__deferral__until__lte=day)
        .filter(request__status__in=[Status.DEFERRED.value, Status.READY.value])
        .select_related("decision__deferral", "request")
        .order_by("decision__at", "id")
    )
    return [
        Cause(
            row.request_id,
            "deferral",
            f"It was deferred until {day_words(row.decision.deferral.until)}.",
            start_of(row.decision.deferral.until),
        )
        for row in rows
        if row.request.status == Status.READY.value or row.decision.deferral.ended_at is None
    ]
