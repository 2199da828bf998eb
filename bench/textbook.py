"""The plain ways to plan, to measure the planner against: the textbook program, given to HiGHS and to CP-SAT as it is.

One yes-or-no for each request and period it may start in; an order is one inequality between the two start times,
switched off by a large number unless both go; everything else is the sum that the rule says. Both engines get the same
rows, their own settings and the same time; CP-SAT needs whole numbers and gets amounts in thousandths. Each engine
runs in a process of its own: HiGHS and OR-Tools cannot be loaded into one, as OR-Tools brings another HiGHS.
"""

import json
import math
import pickle
import resource as usage
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from board.planner.check import check_plan, starts_of, value_of
from board.planner.scenario import (
    AtLeast,
    AtMost,
    Before,
    Candidate,
    ExactlyOne,
    Exclude,
    Load,
    Requires,
    Scenario,
    Share,
)

Start = tuple[str, int]
Row = tuple[dict[Start, float], float, float]


@dataclass(frozen=True)
class Outcome:
    """What an engine had when its time was up; objective None without a plan. `first` is when it had its first plan,
    `good` when one within a tenth of the bound, `peak_mb` its most memory, `cpu` the seconds of processor
    time that it got."""

    objective: float | None
    bound: float
    first: float | None = None
    good: float | None = None
    peak_mb: float | None = None
    cpu: float | None = None


def textbook(scenario: Scenario) -> tuple[dict[Start, float], list[Row]]:
    """The value of each start, and the rows over them: amounts, least, most."""
    periods = len(scenario.periods)
    starts = {request.id: starts_of(request, periods) for request in scenario.requests}
    value = {(each.id, t): scenario.worth(each, t) for each in scenario.requests for t in starts[each.id]}
    rows: list[Row] = []
    used: dict[tuple[str, int], dict[Start, float]] = defaultdict(dict)
    for each in scenario.requests:
        must = each.mandatory or each.start is not None
        rows.append(({(each.id, t): 1.0 for t in starts[each.id]}, 1.0 if must else -math.inf, 1.0))
        for resource, amounts in each.use.items():
            for start in starts[each.id]:
                for after, amount in enumerate(amounts[: periods - start]):
                    used[resource, start + after][each.id, start] = amount
    for resource in scenario.resources:
        for period, capacity in enumerate(resource.capacity):
            rows.append((used[resource.id, period], -math.inf, capacity))
    by_id = {each.id: each for each in scenario.requests}
    for rule in scenario.rules:
        rows.extend(_rows_of(rule, by_id, starts, periods))
    return value, rows


def _rows_of(rule: object, by_id: Mapping[str, Candidate], starts: Mapping[str, list[int]], periods: int) -> list[Row]:
    def of(*requests: str) -> dict[Start, float]:
        return {(each, t): 1.0 for each in requests for t in starts[each]}

    match rule:
        case Before(first, then, lag):
            # Where both go, the start of the one is at least the lag after the other's; else `big` makes it hold.
            big = periods + lag
            early = {(first, t): float(-t - big) for t in starts[first]}
            late = {(then, t): float(t - big) for t in starts[then]}
            return [(early | late, float(lag - 2 * big), math.inf)]
        case Requires(request, needs):
            return [(of(request) | dict.fromkeys(of(needs), -1.0), -math.inf, 0.0)]
        case Exclude(requests):
            return [(of(*requests), -math.inf, 1.0)]
        case ExactlyOne(requests):
            return [(of(*requests), 1.0, 1.0)]
        case AtMost(requests, limit, window):
            span = window or periods
            return [
                ({key: 1.0 for key in of(*requests) if first <= key[1] < first + span}, -math.inf, float(limit))
                for first in range(max(1, periods - span + 1))
            ]
        case AtLeast(measure, amount, by):
            brought = {
                (each.id, t): each.effects[measure]
                for each in by_id.values()
                if measure in each.effects
                for t in starts[each.id]
                if t + each.length - 1 <= by
            }
            return [(brought, amount, math.inf)]
        case Share(requests, measure, least):
            among = set(requests)
            return [
                (
                    {
                        (each.id, t): each.effects[measure] * ((each.id in among) - least)
                        for each in by_id.values()
                        if measure in each.effects
                        for t in starts[each.id]
                    },
                    0.0,
                    math.inf,
                )
            ]
        case Load(loads, limit):
            return [({key: amount for key, amount in loads.items() if key[1] in starts[key[0]]}, -math.inf, limit)]
    raise TypeError(rule)


def outcome_of(
    scenario: Scenario, taken: Mapping[Start, bool], bound: float, seen: list[tuple[float, float]]
) -> Outcome:
    """What the starts that an engine took come to; they must keep every rule. `seen` has when each better plan was
    found, and its value."""
    plan = {request: period for (request, period), goes in taken.items() if goes}
    broken = check_plan(scenario, plan)
    if broken:
        raise AssertionError(broken[:3])
    good = next((at for at, value in seen if value >= 0.9 * bound), None)
    return Outcome(value_of(scenario, plan), bound, seen[0][0] if seen else None, good, *spent())


def spent() -> tuple[float, float]:
    """The most memory that this process had, in MB, and the processor's seconds that it got."""
    used = usage.getrusage(usage.RUSAGE_SELF)
    return round(used.ru_maxrss / 1024, 1), round(used.ru_utime + used.ru_stime, 1)


def run_alone(plain: Callable[[Scenario, float], Outcome]) -> None:
    """The command line of a plain engine: takes a pickled scenario and seconds, prints what came of it as JSON."""
    scenario = pickle.loads(Path(sys.argv[1]).read_bytes())
    print(json.dumps(asdict(plain(scenario, float(sys.argv[2])))))
