"""Whether a scenario has any plan, asked as cheaply as that can be."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np

from board.planner import highs
from board.planner.check import check_plan
from board.planner.clock import Clock
from board.planner.forced import what_matters
from board.planner.greedy import Greedy, shortfall
from board.planner.model import Floats, Program, build
from board.planner.scenario import Scenario
from board.planner.why.limits import broken_by, limits_of, with_only
from board.planner.why.reasons import Limit


class OutOfTime(Exception):
    """The clock ran out before there was an answer."""


# With so few starts HiGHS is done before a relaxation would have been rounded.
SMALL = 40
# How often the relaxation is rounded with other luck.
ROUNDINGS = 3


@dataclass(frozen=True, slots=True)
class Least:
    """A plan whose starts sum to `amount`, where no plan's sum to less than `bound`."""

    plan: dict[str, int]
    amount: float
    bound: float


def some_plan(scenario: Scenario, clock: Clock) -> dict[str, int] | None:
    """A plan that keeps all limits, None when there is none. Raises `OutOfTime`."""
    program = build(what_matters(scenario))
    if program.impossible:
        return None
    if not program.starts:
        return {}
    if len(program.starts) > SMALL:
        relaxed = _relaxed(program, _demanded(program), clock)
        if relaxed is None:
            return None
        x = _rounded(replace(program, value=-np.ones(len(program.starts))), relaxed, clock)
        if x is not None:
            return program.plan_of(x)
    answer = _searched(program, np.zeros(len(program.starts)), clock, None)
    return None if answer is None else program.plan_of(_point(answer))


def least_plan(scenario: Scenario, amounts: Mapping[tuple[str, int], float], clock: Clock) -> Least | None:
    """A plan that keeps all limits and whose starts (request, period) sum to as little of these amounts as is found
    within the clock; None when there is no plan. Raises `OutOfTime`."""
    wanted = {request for (request, _), amount in amounts.items() if amount < 0}
    program = build(what_matters(scenario, wanted))
    if program.impossible:
        return None
    ids = [request.id for request in program.scenario.requests]
    value = np.array([-amounts.get((ids[place], period), 0.0) for place, period in program.starts])
    first, bound = None, -np.inf
    if len(program.starts) > SMALL:
        relaxed = _relaxed(program, value, clock)
        if relaxed is None:
            return None
        first, bound = _rounded(replace(program, value=value), relaxed, clock), -float(value @ relaxed)
    answer = _searched(program, value.reshape(-1), clock, first)
    if answer is None:
        return None
    x = _point(answer)
    amount = -float(value @ x)
    within = -answer.bound if np.isfinite(answer.bound) else -np.inf
    return Least(program.plan_of(x), amount, amount if answer.status == "optimal" else min(amount, max(bound, within)))


def most_of(scenario: Scenario, amounts: Mapping[tuple[str, int], float], clock: Clock) -> Least | None:
    """As `least_plan`, of the most: `amount` is what the plan has, and none has more than `bound`."""
    found = least_plan(scenario, {start: -amount for start, amount in amounts.items()}, clock)
    return None if found is None else Least(found.plan, -found.amount, -found.bound)


def _point(answer: highs.Answer) -> Floats:
    if answer.x is None:
        raise OutOfTime
    return answer.x


def _relaxed(program: Program, value: Floats, clock: Clock) -> Floats | None:
    """The best point where requests go in parts, None when there is none."""
    if clock.left <= 0:
        raise OutOfTime
    found = highs.relax(value, program.rows, program.lower, program.upper, clock.limits())
    clock.spend(found.work)
    if found.status == "infeasible":
        return None
    if found.x is None:
        raise OutOfTime
    return found.x


def _demanded(program: Program) -> Floats:
    """What each start brings towards what is asked for, each demand in its own size: the more there is of it, the less
    it falls short once requests go whole."""
    asked = np.isfinite(program.lower) & ~np.isfinite(program.upper)
    return np.asarray(program.rows.T @ np.where(asked, 1 / program.size, 0.0))


def _rounded(program: Program, likely: Floats, clock: Clock) -> Floats | None:
    """A whole point near that of the relaxation that keeps every row, without what is needless and brings nothing by
    the program's values; None if none is found at once."""
    greedy = Greedy(program)
    for seed in range(ROUNDINGS):
        clock.spend(highs.work_of(program.rows.nnz, 0))
        if shortfall(program, greedy.plan(seed, lambda: clock.left <= 0, likely)) == 0:
            greedy.prune()
            if not check_plan(program.scenario, program.plan_of(greedy.x)):
                return greedy.x.copy()
    return None


def _searched(program: Program, value: Floats, clock: Clock, first: Floats | None) -> highs.Answer | None:
    """What HiGHS finds; None when there is no point."""
    if not program.starts:
        return highs.Answer("optimal", np.zeros(0), 0.0, 0.0)
    if clock.left <= 0 and first is None:
        raise OutOfTime
    watch = highs.Watch(stop=lambda: clock.left <= 0)
    answer = highs.search(value, program.rows, program.lower, program.upper, clock.limits(), first=first, watch=watch)
    clock.spend(answer.work)
    if answer.status == "infeasible":
        return None
    if answer.x is None and first is not None:
        return highs.Answer("stopped", first, float(value @ first), answer.bound)
    return answer


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
