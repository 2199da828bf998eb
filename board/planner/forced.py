"""The part of a scenario that decides whether it has a plan at all."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from board.planner.scenario import (
    AtLeast,
    AtMost,
    Before,
    ExactlyOne,
    Exclude,
    Load,
    Requires,
    Rule,
    Scenario,
    Share,
)

# A rule that asks nothing. It stands where another one stood, so that the places of the rest stay.
NOTHING = Exclude(())


def what_matters(scenario: Scenario, wanted: Collection[str] = ()) -> Scenario:
    """The scenario with only those requests that are wanted or that some limit may force to go, its rules at their
    places. If there is a plan, there is one with these alone: what a plan has besides uses up room, and nothing asks
    for it."""
    kept = _forced(scenario, wanted)
    return replace(
        scenario,
        requests=tuple(request for request in scenario.requests if request.id in kept),
        rules=tuple(_among(rule, kept) for rule in scenario.rules),
    )


def _forced(scenario: Scenario, wanted: Collection[str]) -> set[str]:
    kept = set(wanted)
    kept |= {request.id for request in scenario.requests if request.mandatory or request.start is not None}
    for rule in scenario.rules:
        if isinstance(rule, ExactlyOne):
            kept |= set(rule.requests)
    size = -1
    while size < len(kept):
        size = len(kept)
        for rule in scenario.rules:
            kept |= set(_helpers(rule, scenario, kept))
    return kept


def _helpers(rule: Rule, scenario: Scenario, kept: set[str]) -> Iterator[str]:
    """Requests that may have to go for the rule, if those that are kept go."""
    match rule:
        case Requires(request, needs):
            if request in kept:
                yield needs
        case AtLeast(measure, amount):
            harmed = any(each.id in kept and each.effects.get(measure, 0.0) < 0 for each in scenario.requests)
            if amount > 0 or harmed:
                yield from (each.id for each in scenario.requests if each.effects.get(measure, 0.0) > 0)
        case Share(requests, measure, least):
            among = set(requests)
            part = {
                each.id: each.effects.get(measure, 0.0) * ((each.id in among) - least) for each in scenario.requests
            }
            if any(part[id_] < 0 for id_ in kept):
                yield from (id_ for id_, helps in part.items() if helps > 0)


def _among(rule: Rule, kept: Collection[str]) -> Rule:
    """The rule as far as it concerns these requests."""
    match rule:
        case Before(first, then):
            return rule if first in kept and then in kept else NOTHING
        case Requires(request):
            return rule if request in kept else NOTHING
        case Load(starts):
            return replace(rule, starts={start: amount for start, amount in starts.items() if start[0] in kept})
        case Exclude(requests) | AtMost(requests) | Share(requests):
            return replace(rule, requests=tuple(id_ for id_ in requests if id_ in kept))
    return rule


def without_sums(scenario: Scenario) -> Scenario:
    """The scenario without targets and shares, which draw in every request that could help."""
    rules = tuple(NOTHING if isinstance(rule, AtLeast | Share) else rule for rule in scenario.rules)
    return replace(scenario, rules=rules)
