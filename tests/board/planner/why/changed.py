"""What a change that is told would come to: the scenario and the plan in which it is made."""

from collections.abc import Mapping
from dataclasses import replace

from board.planner.scenario import Candidate, Scenario
from board.planner.why.reasons import Change
from board.planner.why.wording import Words, said_amount


def with_change(scenario: Scenario, id_: str, change: Change) -> Scenario:
    """The scenario in which the change is made: its capacities, rules and the limits of the request itself."""
    extra = {(resource, period): amount for resource, period, amount in change.extra}
    resources = tuple(
        replace(
            resource,
            capacity=tuple(
                each + extra.get((resource.id, period), 0.0) for period, each in enumerate(resource.capacity)
            ),
        )
        for resource in scenario.resources
    )
    requests = tuple(
        _widened(request, change.start) if change.widen and request.id == id_ else request
        for request in scenario.requests
    )
    rules = tuple(rule for place, rule in enumerate(scenario.rules) if place not in change.drop)
    return replace(scenario, resources=resources, requests=requests, rules=rules)


def as_said(scenario: Scenario, change: Change) -> Change:
    """The change with its amounts as its sentence says them, and what these cost."""
    words = Words(scenario)
    extra = tuple((name, period, said_amount(amount)) for name, period, amount in change.extra)
    more = sum(
        (said - amount) * words.resources[name].unit_cost
        for (name, _, said), (_, _, amount) in zip(extra, change.extra, strict=True)
    )
    return replace(change, extra=extra, cost=change.cost + more)


def _widened(request: Candidate, start: int) -> Candidate:
    earliest = None if request.earliest is None else min(request.earliest, start)
    latest = None if request.latest is None else max(request.latest, start)
    barred = {period: why for period, why in request.barred.items() if period != start}
    return replace(request, earliest=earliest, latest=latest, barred=barred)


def with_plan(chosen: Mapping[str, int], id_: str, change: Change) -> dict[str, int]:
    """The plan in which the change is made and the request goes."""
    plan = {other: start for other, start in chosen.items() if other not in change.out}
    return {**plan, **dict(change.moved), **dict(change.along), id_: change.start}
