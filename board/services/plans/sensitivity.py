"""How the choice and the order of a plan move as the weights of segments move: each halved and doubled in turn."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from django.utils import timezone

from board.errors import CannotPlan
from board.models import PlanRun
from board.planner.clock import Clock
from board.planner.leaning import Leaning
from board.planner.plan import plan
from board.planner.scenario import Scenario as PlannerScenario
from board.planning.build import reweighted
from board.planning.facts import Asked
from board.planning.settings import PlanSettings
from board.selectors.plans.planning import read_asked
from board.services.plans.planning import Watch, asked_question, previous_plan, refuse_problems

FACTORS: Final = ((50, "half"), (200, "twice"))
SECONDS: Final = 4.0
"""For each weight that is tried with whole requests."""
FEW: Final = 100
"""Of more requests no search ends within those seconds: two of its plans would differ by more than the weight does. So
their plans are compared in the relaxation, where requests may go in parts."""
LONGEST: Final = 120.0
"""Seconds for one relaxation."""

Planned = Callable[[PlannerScenario, Mapping[str, int] | None], dict[str, int]]


def search_sensitivity(run: PlanRun, watch: Watch) -> dict[str, Any]:
    """Plan again under each weight, from the scenario's plan on. Returns, of each, what joined, left and moved; what
    was found so far where it is stopped. `about` says that all plans were compared in the relaxation."""
    asked = read_asked(timezone.localdate())
    base = asked_question(run.seen, asked)
    refuse_problems(base)
    about = len(base.question.scenario.requests) > FEW
    planned = _relaxed(watch) if about else _searched(watch)
    before = None if about else previous_plan(run)
    before = before or planned(base.question.scenario, None)
    tried: list[dict[str, Any]] = []
    for segment, weight, words in _weights(asked, base.settings):
        if watch.stop.is_set():
            break
        settings = replace(base.settings, weights={**base.settings.weights, segment: weight})
        after = planned(reweighted(base.question, asked, settings), before)
        if watch.stop.is_set():
            break
        tried.append({"segment": segment, "name": _name(asked, segment), "weight": weight, "words": words}
                     | _difference(asked, before, after))  # fmt: skip
        PlanRun.objects.filter(pk=run.pk).update(result={"tried": tried, "about": about})
    return {"going": len(before), "tried": tried, "steady": _steady(asked, before, tried), "about": about}


def _weights(asked: Asked, settings: PlanSettings) -> Iterator[tuple[str, int, str]]:
    """(segment, weight in per cent, in words) of all that is tried. What is worth nothing is left alone."""
    for pk in sorted(asked.worth, key=lambda pk: (-asked.worth[pk].yearly_value, pk)):
        worth = asked.worth[pk]
        weight = settings.weights.get(worth.code, 100)
        if worth.yearly_value and weight:
            for factor, words in FACTORS:
                yield worth.code, weight * factor // 100, words


def _name(asked: Asked, segment: str) -> str:
    return next(worth.name for worth in asked.worth.values() if worth.code == segment)


def _searched(watch: Watch) -> Planned:
    """The best plan that is found, from the one before on."""

    def planned(scenario: PlannerScenario, before: Mapping[str, int] | None) -> dict[str, int]:
        found = plan(scenario, seconds=SECONDS, previous=before, cancelled=watch.stop.is_set, explain=False)
        return {start.id: start.period for start in found.solution.chosen}

    return planned


def _relaxed(watch: Watch) -> Planned:
    """What the relaxation takes. Raises CannotPlan where it has no point: then no plan keeps all rules."""
    leaning = Leaning()

    def planned(scenario: PlannerScenario, before: Mapping[str, int] | None) -> dict[str, int]:
        found = leaning.of(scenario, Clock(LONGEST, watch.stop.is_set))
        if found is None and not watch.stop.is_set():
            raise CannotPlan(
                ["No plan keeps all rules. Plan the scenario, and its page says what cannot hold together."]
            )
        return found or {}

    return planned


def _difference(asked: Asked, before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, Any]:
    names = {str(wish.id): wish.facts.reference for wish in asked.wishes}
    both = before.keys() & after.keys()
    return {
        "joined": sorted(names[each] for each in after.keys() - before.keys() if each in names),
        "left": sorted(names[each] for each in before.keys() - after.keys() if each in names),
        "earlier": sorted(names[each] for each in both if after[each] < before[each]),
        "later": sorted(names[each] for each in both if after[each] > before[each]),
    }


def _steady(asked: Asked, before: Mapping[str, int], tried: list[dict[str, Any]]) -> int:
    """How many of the requests that go stay in their quarter whatever weight was tried."""
    shaken = {each for row in tried for key in ("left", "earlier", "later") for each in row[key]}
    names = {str(wish.id): wish.facts.reference for wish in asked.wishes}
    return sum(names.get(request) not in shaken for request in before)
