"""change-collision (conflict): the same touchpoint or system is changed twice within a few days.

Changes: introduces, changes, replaces or retires; a mere use of a system is no change. Two requests collide on a thing
when both change it, both have a go-live on or after today, and the go-lives are fewer than `settings.collision_days`
apart (so with 14 days: 13 days apart fires, 14 does not). Requests without a go-live never fire.

One finding for each thing and run. A run is a longest series of go-lives of which each is fewer than collision_days
after the one before it; two requests make a run, and so do forty. So many requests on one thing give a few findings and
not n². The identity names the thing and the oldest request (smallest id) of the run: it stays when others join, leave
or move their dates. When a request in the middle leaves, a run may part in two.

Look; serious when every request of the run is approved, or when three or more silos are in it.
"""

from collections.abc import Iterator
from datetime import date

from impacts.engine.facts import EngineSettings, Evidence, FindingKind, FoundFinding, RequestFacts, Severity
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.rules.common import (
    both_silos,
    involves,
    name_of,
    raised,
    request_keys,
    silo_name,
    silos_of,
    weight,
)

CODE = "change-collision"
KIND: FindingKind = "conflict"
SEVERITY: Severity = "look"
REASON = "The same touchpoint or system is changed several times within a few days."

_CHANGES = frozenset({"introduces", "changes", "replaces", "retires"})

Going = tuple[date, RequestFacts]


def find(
    portfolio: PortfolioIndex, settings: EngineSettings, today: date, about: frozenset[int] | None = None
) -> list[FoundFinding]:
    """All findings, or those that involve one of `about`."""
    found = []
    for kind in ("touchpoint", "system"):
        for thing in portfolio.things(kind, about):
            going = sorted(
                (
                    (request.go_live, request.id)
                    for request in map(portfolio.requests.__getitem__, portfolio.carriers(kind, thing))
                    if request.go_live is not None and request.go_live >= today and _changes(request, kind, thing)
                ),
            )
            for run in _runs([(day, portfolio.requests[request]) for day, request in going], settings.collision_days):
                if involves([request.id for _, request in run], about):
                    found.append(_finding(portfolio, kind, thing, run))
    return found


def _changes(request: RequestFacts, kind: str, thing: int) -> bool:
    if kind == "touchpoint":
        return any(impact.touchpoint == thing and impact.effect in _CHANGES for impact in request.impacts)
    return any(use.system == thing and use.effect in _CHANGES for use in request.system_uses)


def _runs(going: list[Going], days: int) -> Iterator[list[Going]]:
    """Runs of two or more, by day."""
    run: list[Going] = []
    for entry in going:
        if run and (entry[0] - run[-1][0]).days >= days:
            if len(run) > 1:
                yield run
            run = []
        run.append(entry)
    if len(run) > 1:
        yield run


def _finding(portfolio: PortfolioIndex, kind: str, thing: int, run: list[Going]) -> FoundFinding:
    register, name = portfolio.register, name_of(portfolio.register, kind, thing)
    requests = [request for _, request in run]
    span = (run[-1][0] - run[0][0]).days
    within = "on the same day" if span == 0 else f"within {span + 1} days"
    severity = raised(SEVERITY, requests)
    if len({request.silo for request in requests}) >= 3:
        severity = "serious"
    if len(run) == 2:
        title = f"{both_silos(register, *requests)} change {name} {within}"
    else:
        title = f"{len(run)} requests of {silos_of(register, requests)} change {name} {within}"
    return FoundFinding(
        rule=CODE,
        kind=KIND,
        severity=severity,
        identity=(CODE, f"{kind}:{thing}", *request_keys(min(request.id for request in requests))),
        requests=tuple(sorted(request.id for request in requests)),
        title=title,
        evidence=tuple(
            Evidence("dates", f"{silo_name(register, request)} goes live on {day:%-d %B %Y}", (request.id,))
            for day, request in run
        ),
        score=weight(severity, requests),
        material=tuple(f"request:{request.id} {day.isoformat()}" for day, request in run),
    )
