"""What a plan breaks, in words that a board understands."""

import math
from collections.abc import Mapping

from board.planner.check import check_plan, over, starts_of
from board.planner.scenario import Candidate, Scenario
from board.planner.why.wording import with_unit


def broken_words(scenario: Scenario, chosen: Mapping[str, int]) -> list[str]:
    """What the plan (request to period) breaks, a sentence each; empty when it keeps every rule."""
    found = []
    for request in scenario.requests:
        period = chosen.get(request.id)
        if period is None and (request.mandatory or request.start is not None):
            found.append(f"{request.name} must go.")
        elif period is not None and period not in starts_of(request, len(scenario.periods)):
            why = request.barred.get(period, "it asked for a later one, or must go earlier")
            found.append(f"{request.name} cannot start in {scenario.periods[period]}: {why}.")
    found += _overused(scenario, chosen)
    # The rules by themselves, each broken one by its place.
    ruled = Scenario(scenario.periods, requests=_bare(scenario), rules=scenario.rules)
    places = [line.split("]")[0].removeprefix("rules[") for line in check_plan(ruled, chosen)]
    found += [f"It breaks: {scenario.rules[int(place)].label}." for place in dict.fromkeys(places)]
    return found


def _bare(scenario: Scenario) -> tuple[Candidate, ...]:
    """The requests with nothing of their own to keep but their effects."""
    return tuple(
        Candidate(each.id, each.value, effects=each.effects, duration=each.length) for each in scenario.requests
    )


def _overused(scenario: Scenario, chosen: Mapping[str, int]) -> list[str]:
    found = []
    for resource in scenario.resources:
        used = [0.0] * len(scenario.periods)
        for request in scenario.requests:
            if request.id in chosen:
                for place, part in enumerate(request.use.get(resource.id, ())):
                    if chosen[request.id] + place < len(used):
                        used[chosen[request.id] + place] += part
        for period, (need, there) in enumerate(zip(used, resource.capacity, strict=True)):
            if over(need, there):
                needed = with_unit(f"{math.ceil(need):,}", resource.unit)
                room = with_unit(f"{math.floor(there):,}", resource.unit)
                where = f"{resource.label} in {scenario.periods[period]}"
                found.append(f"{where}: {needed} would be needed, {room} is there.")
    return found
