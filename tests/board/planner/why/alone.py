"""A scenario in which one limit is all there is, to see whether it alone is passed."""

import math
from dataclasses import replace

from board.planner.scenario import Candidate, Resource, Scenario
from board.planner.why.reasons import Limit


def alone(scenario: Scenario, limits: set[Limit]) -> Scenario:
    """The scenario with these limits and no others. "Must go" and fixed starts are kept apart: a fixed start that is no
    limit any more leaves a request that may go, or must if it was mandatory and that is kept."""
    return replace(
        scenario,
        resources=tuple(_resource(resource, limits) for resource in scenario.resources),
        requests=tuple(_request(request, limits) for request in scenario.requests),
        rules=tuple(rule for place, rule in enumerate(scenario.rules) if place in {each.rule for each in limits}),
    )


def _resource(resource: Resource, limits: set[Limit]) -> Resource:
    return replace(
        resource,
        capacity=tuple(
            there if Limit("capacity", resource.id, period) in limits else math.inf
            for period, there in enumerate(resource.capacity)
        ),
    )


def _request(request: Candidate, limits: set[Limit]) -> Candidate:
    kept = {each.kind for each in limits if each.subject == request.id and each.kind != "capacity"}
    return replace(
        request,
        earliest=request.earliest if "earliest" in kept else None,
        latest=request.latest if "latest" in kept else None,
        barred=request.barred if "barred" in kept else {},
        mandatory=request.mandatory and "mandatory" in kept,
        start=request.start if "start" in kept else None,
    )
