"""change-collision (conflict): the same touchpoint or system is changed twice within a few days.

Changes: introduces, changes, replaces or retires; a mere use of a system is no change. Two requests collide on a thing
when both change it, both have a go-live on or after today, and the go-lives are fewer than `settings.collision_days`
apart (so with 14 days: 13 days apart fires, 14 does not). Requests without a go-live never fire.

One finding for each thing and run. A run is a longest series of go-lives of which each is fewer than collision_days
after the one before it; two requests make a run, and so do forty. So many requests on one thing give a few findings and
not n². The identity names the thing and the oldest request (smallest id) of the run: it stays when others join, leave
or move their dates. When that one leaves, what is stored goes on in the run with most of its members. When a request in
the middle leaves, a run may part in two.

Look; serious when every request of the run is approved, or when three or more silos are in it.

It ends when none of the run collides on the thing any more. The remedy puts one request off by the fewest days where
that is enough, and else several by the fewest days in all; approved ones stay where they do not collide among
themselves (of these the later moves).
"""

from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise

from impacts.engine.facts import (
    EngineSettings,
    Evidence,
    FindingKind,
    FoundFinding,
    FreezeFact,
    RequestFacts,
    Severity,
)
from impacts.engine.freezes import Span, first_thawed, spans_for
from impacts.engine.matching.doers import Doer
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.remedy import MOST, MOST_NAMED, Remedy, later, named, on, one_by_one, remedy
from impacts.engine.rules.common import (
    both_silos,
    involves,
    joined,
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

_CHANGES = ("introduces", "changes", "replaces", "retires")

Going = tuple[date, Doer]
Moved = tuple[date, RequestFacts]


def find(
    portfolio: PortfolioIndex, settings: EngineSettings, today: date, about: frozenset[int] | None = None
) -> list[FoundFinding]:
    """All findings, or those that involve one of `about`."""
    found = []
    for kind in ("touchpoint", "system"):
        for thing in portfolio.things(kind, about):
            doers = portfolio.doing(kind, thing, _CHANGES)
            going = sorted((each.go_live, each) for each in doers if each.go_live is not None and each.go_live >= today)
            for run in _runs(going, settings.collision_days):
                if involves([request.id for _, request in run], about):
                    last = _remedy(portfolio, name_of(portfolio.register, kind, thing), run, going, settings)
                    found.append(_finding(portfolio, kind, thing, run, last))
    return found


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


def _finding(portfolio: PortfolioIndex, kind: str, thing: int, run: list[Going], last: Remedy) -> FoundFinding:
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
        evidence=(
            *(
                Evidence("dates", f"{_who(portfolio, request, requests)} goes live on {day:%-d %B %Y}", (request.id,))
                for day, request in run
            ),
            last,
        ),
        score=weight(severity, requests),
        material=tuple(f"request:{request.id} {day.isoformat()}" for day, request in run),
    )


def _who(portfolio: PortfolioIndex, request: Doer, run: list[Doer]) -> str:
    """The silo, with the reference where several of a run that one can read come from it."""
    register = portfolio.register
    return named(register, portfolio.requests[request.id], run) if len(run) <= MOST else silo_name(register, request)


def _remedy(
    portfolio: PortfolioIndex, name: str, run: list[Going], everyone: list[Going], settings: EngineSettings
) -> Remedy:
    members, days = [request for _, request in run], settings.collision_days
    own = {request.id for request in members}
    others = [(day, request) for day, request in everyone if request.id not in own]
    whole = [(day, portfolio.requests[request.id]) for day, request in run[: MOST + 1]]
    freezes = portfolio.register.freezes
    moves = put_off(whole, [day for day, _ in others], days, freezes) if len(run) <= MOST else []
    if not moves or moves[-1][0] == date.max:
        return remedy(f"No small change ends this: {len(run)} changes of {name} lie too close together.", members)
    changed = [replace(request, go_live=day) for day, request in moves]
    whose = joined(named(portfolio.register, request, members) for _, request in moves)
    if moves != put_off(whole, [day for day, request in others if not request.confidential], days, freezes):
        # The date would tell of a confidential request elsewhere.
        away = f"If {whose} went live {days} days from every other change of {name}, they would no longer collide."
        return remedy(away, members, changed)
    if len(moves) > MOST_NAMED:
        who = f"{len(moves)} of the {len(members)} requests went live later"
        text = f"If {who}, each at least {days} days from the next, they would no longer collide."
        each = (f"{named(portfolio.register, request, members)} on {on(day)}" for day, request in moves)
        return remedy(one_by_one(text, each), members, changed)
    names = [named(portfolio.register, request, members) for _, request in moves]
    days_on = [f"{name} on {on(day)}" for name, (day, _) in zip(names[1:], moves[1:], strict=True)]
    new = joined([f"{names[0]} went live on {on(moves[0][0])}", *days_on])
    first = moves[0][1].go_live
    instead = f" instead of {on(first)}" if len(moves) == 1 and first is not None else ""
    return remedy(f"If {new}{instead}, they would no longer collide.", members, changed)


def put_off(run: list[Moved], others: list[date], days: int, freezes: Iterable[FreezeFact] = ()) -> list[Moved]:
    """The smallest delays after which every two go-lives of the run, and each of it and of `others`, are at least
    `days` apart: (new go-live, request), by day.

    One request if that is enough: the one with the fewest days, of equal ones the later filed. Else the fewest days in
    all: approved ones are placed first, so that they move for each other only, then the rest in the order of their
    go-lives, each on the first day that is free. (All keep the same distance, so no other order needs fewer days, but
    for freezes that hold for some of them.)
    """
    held = {request.id: spans_for(freezes, request) for _, request in run}
    singles = []
    for was, request in run if len(run) <= 3 else ():
        rest = sorted([*others, *(day for day, other in run if other is not request)])
        if not request.committed and all((after - day).days >= days for day, after in pairwise(rest)):
            day = _first_free(was, rest, days, held[request.id])
            singles.append((day - was, -request.id, day, request))
    if singles:
        return [min(singles, key=lambda move: move[:2])[2:]]
    taken, moves = sorted(others), []
    for was, request in sorted(run, key=lambda going: (not going[1].committed, going[0], going[1].id)):
        day = _first_free(was, taken, days, held[request.id])
        insort(taken, day)
        if day != was:
            moves.append((day, request))
    return sorted(moves, key=lambda move: (move[0], move[1].id))


def _first_free(day: date, taken: list[date], days: int, held: list[Span]) -> date:
    """The first day from `day` on that is at least `days` from each of `taken` (ascending) and, where that is another
    day, in none of these freezes; date.max for none.
    """
    was = day
    while True:
        for other in taken[bisect_right(taken, later(day, -days)) :]:
            if abs((other - day).days) >= days:
                break
            day = later(other, days)
        free = day if day == was else first_thawed(day, held) or date.max
        if free in (day, date.max):
            return free
        day = free
