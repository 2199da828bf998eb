"""freeze (conflict): a request goes live in days in which nothing may.

Fires for a request and a freeze when the request's go-live is today or later and lies from the first to the last day
of the freeze, both included, and the freeze is for everywhere (it names no touchpoint) or names a touchpoint that the
request introduces, changes, replaces or retires. Where a request has no go-live, or only contacts customers or uses a
system in those days, it does not fire: a freeze is about what goes live. Whether the request is internal, regulatory
or customer-facing does not matter.

One finding for each request and freeze, since each is moved or excepted by itself; the identity names both. A dismissal
rests on the go-live and the days of the freeze.

The remedy is the first day after it on which the request may go live, so that no other freeze that holds for it is in
the way.

Look; serious when the request is approved, for then the date is a promise.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from impacts.engine.facts import (
    EngineSettings,
    Evidence,
    FindingKind,
    FoundFinding,
    FreezeFact,
    RequestFacts,
    Severity,
)
from impacts.engine.freezes import first_thawed, holds_for
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.remedy import Remedy, on, remedy
from impacts.engine.rules.common import chosen, joined, name_of, raised, request_keys, silo_name, weight

CODE = "freeze"
KIND: FindingKind = "conflict"
SEVERITY: Severity = "look"
REASON = "A request goes live in days in which nothing may."


def find(
    portfolio: PortfolioIndex, settings: EngineSettings, today: date, about: frozenset[int] | None = None
) -> list[FoundFinding]:
    """All findings, or those of one of `about`."""
    coming = [freeze for freeze in portfolio.register.freezes if freeze.last >= today]
    if not coming:
        return []
    found = []
    for request in chosen(portfolio, about):
        if request.go_live is None or request.go_live < today:
            continue
        held = [freeze for freeze in coming if holds_for(freeze, request)]
        for freeze in held:
            if freeze.first <= request.go_live <= freeze.last:
                last = _remedy(portfolio, request, request.go_live, held)
                found.append(_finding(portfolio, request, request.go_live, freeze, last))
    return found


def _finding(
    portfolio: PortfolioIndex, request: RequestFacts, day: date, freeze: FreezeFact, last: Remedy
) -> FoundFinding:
    register, silo = portfolio.register, silo_name(portfolio.register, request)
    severity = raised(SEVERITY, [request])
    touched = {impact.touchpoint for impact in request.impacts} & freeze.touchpoints
    places = joined(sorted(name_of(register, "touchpoint", place) for place in touched)) if touched else ""
    where = f"at {places}" if places else "anywhere"
    return FoundFinding(
        rule=CODE,
        kind=KIND,
        severity=severity,
        identity=(CODE, f"freeze:{freeze.id}", *request_keys(request.id)),
        requests=(request.id,),
        title=f"{silo} goes live in the change freeze “{freeze.name}”",
        evidence=(
            Evidence("dates", f"{silo} goes live on {on(day)}", (request.id,)),
            Evidence(
                "freeze",
                f"“{freeze.name}”, {on(freeze.first)} to {on(freeze.last)}: nothing goes live {where}",
                (request.id,),
            ),
            last,
        ),
        score=weight(severity, [request]),
        material=(
            f"it goes live on {day.isoformat()}",
            f"the freeze from {freeze.first.isoformat()} to {freeze.last.isoformat()}",
        ),
    )


def _remedy(portfolio: PortfolioIndex, request: RequestFacts, day: date, held: Iterable[FreezeFact]) -> Remedy:
    free = first_thawed(day, [(freeze.first, freeze.last) for freeze in held])
    if free is None:
        return remedy("No day after the freeze is left in the calendar: give the freeze an end.", [request])
    days = (free - day).days
    length = "a day" if days == 1 else f"{days} days"
    silo = silo_name(portfolio.register, request)
    text = f"If {silo} went live {length} later, on {on(free)}, no freeze would be in its way."
    return remedy(text, [request], [replace(request, go_live=free)])
