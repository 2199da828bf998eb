"""Requests that were approved with conditions of which one is due."""

from datetime import date

from django.utils import timezone

from board.models import Condition
from board.packs.words import cut
from board.packs.words import day as day_words
from board.selectors.decisions.decisions import moved
from board.selectors.meetings.sources.base import Cause, start_of
from portfolio.lifecycle import COMMITTED


def causes(day: date) -> list[Cause]:
    """Open conditions that are due by this day, for each request that they hold for: the board looks again. Two
    queries."""
    rows = (
        Condition.objects.filter(met_at__isnull=True, replaced_by__isnull=True, due__lte=day)
        .filter(decision__superseded_by__isnull=True)
        .select_related("owner", "decision")
        .prefetch_related(moved("decision__requests"))
        .order_by("due", "id")
    )
    today = timezone.localdate()
    states = {status.value for status in COMMITTED}
    return [
        Cause(
            each.request_id,
            "condition",
            f"A condition {'was' if row.due < today else 'is'} due on {day_words(row.due)}, of {row.owner}: "
            f"{cut(row.text, 160)}",
            start_of(row.due),
            review=True,
        )
        for row in rows
        for each in row.decision.requests.all()
        if each.request.status in states
    ]
