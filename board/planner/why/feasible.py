"""Whether a scenario has any plan, asked as cheaply as that can be."""

from collections.abc import Collection, Mapping

import numpy as np

from board.planner import highs
from board.planner.clock import Clock
from board.planner.forced import what_matters
from board.planner.model import Floats, Program, build
from board.planner.scenario import Scenario
from board.planner.why.limits import broken_by, limits_of, with_only
from board.planner.why.reasons import Limit


class OutOfTime(Exception):
    """The clock ran out before there was an answer."""


def some_plan(scenario: Scenario, clock: Clock) -> dict[str, int] | None:
    """A plan that keeps all limits, None when there is none. Raises `OutOfTime`."""
    program = build(what_matters(scenario))
    return _answered(program, np.zeros(len(program.starts)), clock)


def least_plan(scenario: Scenario, amounts: Mapping[tuple[str, int], float], clock: Clock) -> dict[str, int] | None:
    """The plan that keeps all limits and whose starts (request, period) sum to the least of these amounts."""
    wanted = {request for (request, _), amount in amounts.items() if amount < 0}
    program = build(what_matters(scenario, wanted))
    ids = [request.id for request in program.scenario.requests]
    value = np.array([-amounts.get((ids[place], period), 0.0) for place, period in program.starts])
    return _answered(program, value.reshape(-1), clock)


def _answered(program: Program, value: Floats, clock: Clock) -> dict[str, int] | None:
    if program.impossible:
        return None
    if not program.starts:
        return {}
    if clock.left <= 0:
        raise OutOfTime
    watch = highs.Watch(stop=lambda: clock.left <= 0)
    answer = highs.search(value, program.rows, program.lower, program.upper, clock.limits(), watch=watch)
    clock.spend(answer.work)
    if answer.status == "infeasible":
        return None
    if answer.status == "stopped" or answer.x is None:
        raise OutOfTime
    return program.plan_of(answer.x)


class Feasibility:
    """Answers whether sets of limits can hold together, and remembers what it learnt: a plan answers for every set that
    it keeps, a conflict for every set that holds it."""

    def __init__(self, scenario: Scenario, clock: Clock) -> None:
        self.scenario, self.clock = what_matters(scenario), clock
        self.limits = limits_of(self.scenario)
        self.place = {limit: place for place, limit in enumerate(self.limits)}
        self._possible: list[frozenset[Limit]] = []
        self._impossible: list[frozenset[Limit]] = []

    def holds(self, limits: Collection[Limit]) -> bool:
        """Whether some plan keeps all these limits. Raises `OutOfTime`."""
        return self.most_kept(limits) is not None

    def fails_within(self, limits: Collection[Limit], amount: float) -> bool:
        """Whether it is proven within so much of the clock that no plan keeps all these limits."""
        whole, self.clock = self.clock, self.clock.of(min(amount, self.clock.left))
        try:
            return not self.holds(limits)
        except OutOfTime:
            return False
        finally:
            self.clock = whole

    def most_kept(self, limits: Collection[Limit]) -> frozenset[Limit] | None:
        """All the limits that some plan keeps which keeps these; None when there is none."""
        asked = frozenset(limits)
        for known in self._possible:
            if asked <= known:
                return known
        if any(known <= asked for known in self._impossible):
            return None
        plan = some_plan(with_only(self.scenario, asked), self.clock)
        if plan is None:
            self._impossible.append(asked)
            return None
        known = frozenset(self.limits) - broken_by(self.scenario, plan)
        # What the plan keeps within the solver's tolerance counts as kept.
        known |= asked
        self._possible.append(known)
        return known

    def learn_impossible(self, limits: Collection[Limit]) -> None:
        """Remember that these cannot hold together, as somebody else has proven."""
        if limits:
            self._impossible.append(frozenset(limits))

    @property
    def smallest_impossible(self) -> frozenset[Limit] | None:
        """The smallest set that is known not to hold; it may hold more than it needs."""
        return min(self._impossible, key=lambda known: (len(known), sorted(known)), default=None)
