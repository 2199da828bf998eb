"""What is known while several search at once: the best plan, the best bound, and when to stop."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from board.planner.check import check_plan, value_of
from board.planner.clock import Clock
from board.planner.model import Floats, Program
from board.planner.scenario import Start

# Closer than this is as good as equal: what double precision leaves of sums over thousands of requests.
EQUAL = 1e-9


@dataclass(frozen=True, slots=True)
class Incumbent:
    """The best plan so far, while the search goes on. Without a plan yet, `objective` is None and `chosen` empty."""

    seconds: float
    objective: float | None
    bound: float | None
    chosen: tuple[Start, ...] = ()


def gap_of(objective: float | None, bound: float | None) -> float | None:
    """How much better another plan could be at most, as a share of this one's value."""
    if objective is None or bound is None:
        return None
    return max(0.0, bound - objective) / max(abs(objective), EQUAL)


class Race:
    """What is known so far: the best plan, the best bound, and when to stop. Shared by whoever searches."""

    def __init__(
        self,
        program: Program,
        clock: Clock,
        gap: float,
        progress: Callable[[Incumbent], None] | None,
    ) -> None:
        self.program = program
        self.began = time.monotonic()
        self.clock = clock
        self.gap = gap
        self.progress = progress
        self.x: Floats | None = None
        self.objective = -math.inf
        self.bound = math.inf
        self.over = False
        self.lock = threading.RLock()

    def apart(self) -> "Race":
        """A race of its own from here on, with as much work."""
        other = Race(self.program, self.clock.apart(), self.gap, None)
        other.x, other.objective, other.bound = self.x, self.objective, self.bound
        return other

    def join(self, other: "Race", *, alone: bool) -> None:
        """Take what another race came to: the better of both, or what it has `alone`."""
        if alone:
            self.x, self.objective, self.bound = other.x, other.objective, other.bound
            # How far this one came until it heard of the end depends on the machine.
            self.clock.follow(other.clock)
        elif other.x is not None:
            self.found(other.x)
        self.proven(other.bound)

    def stop(self) -> bool:
        """Whether to end the search now."""
        return self.over or self.ended() or self.near()

    def ended(self) -> bool:
        """Whether the time is up or somebody said to stop."""
        return self.clock.left <= 0

    def instead(self, x: Floats) -> None:
        """Take a plan in place of one that is as good."""
        plan = self.program.plan_of(x)
        objective = value_of(self.program.scenario, plan)
        as_good = objective >= self.objective - 2 * EQUAL * abs(self.objective)
        if as_good and not check_plan(self.program.scenario, plan):
            self.x, self.objective = x, objective

    def end(self) -> None:
        """End the search in all threads."""
        self.over = True

    def offer(self, objective: float) -> Floats | None:
        """The best plan for who only has one of that value."""
        with self.lock:
            better = self.x is not None and self.objective > objective + EQUAL * abs(objective)
            return self.x if better else None

    def near(self) -> bool:
        """Whether the proven gap is as small as was asked for."""
        if self.x is None or not math.isfinite(self.bound):
            return False
        return self.bound - self.objective <= max(self.gap, EQUAL) * max(abs(self.objective), EQUAL)

    def found(self, x: Floats) -> bool:
        """Take a plan if it is better than the one there is and keeps every rule."""
        plan = self.program.plan_of(x)
        objective = value_of(self.program.scenario, plan)
        if objective <= self.objective or check_plan(self.program.scenario, plan):
            return False
        with self.lock:
            if self.over or objective <= self.objective:
                return False
            self.x, self.objective = x, objective
            self.tell()
        return True

    def proven(self, bound: float) -> None:
        """Take a bound if it is closer."""
        with self.lock:
            self.bound = self.bound if self.over else min(self.bound, bound)

    def tell(self) -> None:
        """Report what there is."""
        if self.progress:
            objective = self.objective if self.x is not None else None
            bound = self.bound if math.isfinite(self.bound) else None
            self.progress(Incumbent(time.monotonic() - self.began, objective, bound, chosen_of(self.program, self.x)))


def chosen_of(program: Program, x: Floats | None) -> tuple[Start, ...]:
    """In the order of the periods, then of the requests."""
    if x is None:
        return ()
    plan = program.plan_of(x)
    place = {request.id: n for n, request in enumerate(program.scenario.requests)}
    return tuple(Start(request, plan[request]) for request in sorted(plan, key=lambda each: (plan[each], place[each])))
