"""Days on which a request may not go live, and the first on which it may.

A freeze holds for every request (it names no touchpoint) or for those that introduce, change, replace or retire one of
its touchpoints.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from impacts.engine.facts import FreezeFact, RequestFacts

Span = tuple[date, date]
"""The first and the last day of a freeze."""


def holds_for(freeze: FreezeFact, request: RequestFacts) -> bool:
    """Whether the request may not go live in this freeze."""
    return not freeze.touchpoints or any(impact.touchpoint in freeze.touchpoints for impact in request.impacts)


def spans_for(freezes: Iterable[FreezeFact], request: RequestFacts) -> list[Span]:
    """The freezes that hold for the request."""
    return [(freeze.first, freeze.last) for freeze in freezes if holds_for(freeze, request)]


def first_thawed(day: date, spans: Iterable[Span]) -> date | None:
    """The first day from this one on that lies in none of these freezes; None where the calendar ends before."""
    held = list(spans)
    while ends := [last for first, last in held if first <= day <= last]:
        if max(ends) == date.max:
            return None
        day = max(ends) + timedelta(days=1)
    return day
