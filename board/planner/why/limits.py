"""All the limits of a scenario, a scenario with only some of them, and which of them a plan breaks."""

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from board.planner.forced import NOTHING
from board.planner.scenario import (
    AtLeast,
    AtMost,
    Before,
    Candidate,
    ExactlyOne,
    Exclude,
    Load,
    Requires,
    Resource,
    Rule,
    Scenario,
    Share,
)
from board.planner.why.ledger import Ledger
from board.planner.why.reasons import Limit

KINDS: Mapping[type[Rule], str] = {
    Before: "before",
    Requires: "requires",
    Exclude: "exclude",
    ExactlyOne: "exactly_one",
    AtMost: "at_most",
    AtLeast: "at_least",
    Share: "share",
    Load: "load",
}
OWN = ("mandatory", "start", "earliest", "latest", "barred")


def limits_of(scenario: Scenario) -> list[Limit]:
    """Every limit, what must happen first: rules that demand something, requests that must go, then what restricts."""
    return sorted(_limits(scenario), key=lambda limit: (_ORDER.index(limit.kind), limit))


_ORDER = (
    *("mandatory", "start", "at_least", "exactly_one", "share", "requires", "before", "exclude", "at_most", "load"),
    *("latest", "earliest", "barred", "capacity"),
)


def _limits(scenario: Scenario) -> Iterator[Limit]:
    for place, rule in enumerate(scenario.rules):
        if rule != NOTHING:
            yield Limit(KINDS[type(rule)], rule=place)
    for request in scenario.requests:
        yield from (Limit(kind, request.id) for kind in _own_kinds(request, len(scenario.periods)))
    for resource in scenario.resources:
        for period in range(len(scenario.periods)):
            yield Limit("capacity", resource.id, period)


def _own_kinds(request: Candidate, periods: int) -> list[str]:
    asked = {
        "mandatory": request.mandatory,
        "start": request.start is not None,
        "earliest": bool(request.earliest),
        "latest": request.latest is not None and request.latest < periods - 1,
        "barred": bool(request.barred),
    }
    return [kind for kind in OWN if asked[kind]]


def with_only(scenario: Scenario, limits: Collection[Limit]) -> Scenario:
    """The scenario with these limits alone. The rules keep their places."""
    kept = frozenset(limits)
    own: dict[str, set[str]] = {}
    for limit in kept:
        if limit.kind in OWN:
            own.setdefault(limit.subject, set()).add(limit.kind)
    return replace(
        scenario,
        resources=tuple(_resource(scenario, resource, kept) for resource in scenario.resources),
        requests=tuple(_request(request, own.get(request.id, set())) for request in scenario.requests),
        rules=tuple(
            rule if Limit(KINDS[type(rule)], rule=place) in kept else NOTHING
            for place, rule in enumerate(scenario.rules)
        ),
    )


def without(scenario: Scenario, *limits: Limit) -> Scenario:
    """The scenario without these limits."""
    return with_only(scenario, set(limits_of(scenario)) - set(limits))


def _resource(scenario: Scenario, resource: Resource, kept: frozenset[Limit]) -> Resource:
    # Enough for all requests at once; a scenario knows no infinity.
    ample = math.fsum(max(request.use.get(resource.id, ()), default=0.0) for request in scenario.requests)
    capacity = tuple(
        there if Limit("capacity", resource.id, period) in kept else max(there, ample)
        for period, there in enumerate(resource.capacity)
    )
    return replace(resource, capacity=capacity)


def _request(request: Candidate, kept: set[str]) -> Candidate:
    return replace(
        request,
        mandatory="mandatory" in kept and request.mandatory,
        start=request.start if "start" in kept else None,
        earliest=request.earliest if "earliest" in kept else None,
        latest=request.latest if "latest" in kept else None,
        barred=request.barred if "barred" in kept else {},
    )


def broken_by(scenario: Scenario, plan: Mapping[str, int]) -> set[Limit]:
    """The limits that the plan breaks, each looked at by itself."""
    ledger = Ledger(scenario, plan)
    broken = {passed.limit for passed in ledger.all_passed() if passed.limit.kind not in OWN}
    for request in scenario.requests:
        broken |= {Limit(kind, request.id) for kind in _own_broken(request, plan.get(request.id))}
    return broken


def _own_broken(request: Candidate, start: int | None) -> Iterator[str]:
    if request.start is not None and start != request.start:
        yield "start"
    if start is None:
        if request.mandatory:
            yield "mandatory"
        return
    if request.earliest is not None and start < request.earliest:
        yield "earliest"
    if request.latest is not None and start > request.latest:
        yield "latest"
    if start in request.barred:
        yield "barred"
