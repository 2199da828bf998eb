"""What a little more of each scarce capacity would be worth: estimated by the prices of the relaxation.

In the relaxation requests may go in parts; the price of a row (its dual) is what the best point gains by one unit more
of what the row limits. It is exact for small steps there; of whole requests it is an estimate, since they need their
room at once. A larger step gains no more for each unit than the first one does.
"""

import math

from board.planner import highs
from board.planner.clock import Clock
from board.planner.model import Program, build
from board.planner.scenario import Resource, Scenario
from board.planner.why.reasons import Limit, Scarce
from board.planner.why.wording import Words, amount, sentence

# A step is about this share of what there is, rounded down to 1, 10, 100 and so on.
STEP = 0.02
# What is worth less than this share of the plan is not told.
LEAST = 1e-6


def explain_scarce(scenario: Scenario, words: Words, clock: Clock) -> tuple[Scarce, ...]:
    """The capacities of which more would be worth something, those first that bring most for what the step costs.
    Nothing when the clock runs out before the relaxation is solved."""
    if not any(resource.capacity for resource in scenario.resources) or clock.left <= 0:
        return ()
    program = build(scenario)
    relaxed = highs.relax(program.value, program.rows, program.lower, program.upper, clock.limits())
    clock.spend(relaxed.work)
    if relaxed.prices is None:
        return ()
    least = LEAST * max(1e-9, abs(relaxed.value))
    found = (_told(words, words.resources[name], period, price) for name, period, price in _priced(program, relaxed))
    return tuple(sorted((each for each in found if each.worth > least), key=_order))


def _priced(program: Program, relaxed: highs.Relaxed) -> list[tuple[str, int, float]]:
    prices = relaxed.prices if relaxed.prices is not None else ()
    return [(name, period, abs(float(prices[row]))) for (name, period), row in program.capacity_rows.items()]


def _order(scarce: Scarce) -> tuple[float, Limit]:
    return -scarce.worth / (scarce.cost or scarce.amount), scarce.limit


def step_of(capacity: float) -> float:
    """How much more is spoken of where there is so much: 1 of 60, 10 of 1,200, 100,000 of 46 million."""
    return max(1.0, 10.0 ** math.floor(math.log10(max(1.0, STEP * capacity))))


def _told(words: Words, resource: Resource, period: int, price: float) -> Scarce:
    step = step_of(resource.capacity[period])
    worth, cost = price * step, step * resource.unit_cost
    costs = f"; it costs {words.value(cost)}" if resource.unit_cost not in (0.0, 1.0) else ""
    unit = resource.unit.removesuffix("s") if step == 1 else resource.unit
    more = f"{amount(step, unit)} more of {words.resource(resource.id)} in {words.period(period)}"
    text = sentence(f"{more} would be worth about {words.value(worth)} (estimated){costs}")
    return Scarce(Limit("capacity", resource.id, period), text, step, worth, cost)
