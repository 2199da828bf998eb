"""Large neighbourhood search: most of the plan is held, a part is set free and planned anew as well as HiGHS can.

What is set free changes from step to step: some periods, some resources, requests that stand in rules together, those
where the relaxation disagrees with the plan, any. Parts grow while they are solved at once and shrink while they are
not. Steps are limited by nodes, not by seconds, so the same seed goes through the same plans on any machine.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from board.planner import highs
from board.planner.greedy import shortfall
from board.planner.model import Floats, Ints, Program

NODES = 60
LOOKS = 120


@dataclass(frozen=True)
class Guide:
    """What the relaxation says: how much it takes of each start, and what each start loses against it at least."""

    x: Floats
    reduced: Floats


class Local:
    """One search, from one plan on."""

    def __init__(self, program: Program, x: Floats, seed: int, guide: Guide | None = None) -> None:
        self.program = program
        self.x = x
        self.guide = guide
        self.draw = np.random.default_rng((seed, 71))
        self.request_of = program.request_of
        self.period_of = np.fromiter((period for _, period in program.starts), np.int64, len(program.starts))
        self.by_column = sp.csc_array(program.rows)
        self.missing = shortfall(program, x)
        self.sizes = [100.0] * 4
        self.loss = self.losses()
        self.sorted_loss = np.sort(self.loss)
        self.kinds: tuple[Callable[[], Ints], ...] = (self.some_periods, self.some_row, self.disagreeing, self.any)
        self.step_number = 0
        self.size = self.sizes[0]

    @property
    def value(self) -> float:
        """What the plan is worth."""
        return float(self.program.value @ self.x)

    def step(self, seconds: float, stop: Callable[[], bool]) -> bool:
        """Plan one part anew; whether the plan got better."""
        which = self.step_number % len(self.kinds)
        kind = self.kinds[which]
        self.size = self.sizes[which]
        self.step_number += 1
        free = self.limited(kind())
        answer = self.replan(free, seconds, stop)
        if answer is None:
            return False
        x, solved = answer
        self.sizes[which] = min(4000.0, self.size * 1.05) if solved else max(40.0, self.size * 0.9)
        return self.take(x)

    def take(self, x: Floats) -> bool:
        """Go on from this plan if it is better."""
        missing = shortfall(self.program, x)
        worth = float(self.program.value @ x)
        better = missing < self.missing - 1e-12 or (
            missing <= self.missing and worth > self.value + 1e-9 * abs(self.value)
        )
        if better:
            self.x, self.missing = x, missing
        return better

    def replan(self, free: Ints, seconds: float, stop: Callable[[], bool]) -> tuple[Floats, bool] | None:
        """The best plan that differs in the free starts only, and whether that is proven; None when none was found.
        While something that must be met is not, falling short of it is allowed and costs more than all values."""
        program = self.program
        held = self.x.copy()
        held[free] = 0.0
        done = program.rows @ held
        rows = sp.csr_array(self.by_column[:, free])
        filled = np.diff(rows.indptr) > 0
        rows = rows[filled]
        lower, upper = (_left(limit, done)[filled] for limit in (program.lower, program.upper))
        value, first, loose = program.value[free], self.x[free], 0
        if self.missing > 0:
            rows, value, first, loose = _elastic(rows, value, lower, first)
        limits = highs.Limits(seconds=seconds, nodes=NODES, looks=LOOKS, gap=1e-6, seed=int(self.draw.integers(2**31)))
        watch = highs.Watch(stop=stop)
        answer = highs.search(value, rows, lower, upper, limits, first=first, loose=loose, watch=watch)
        if answer.x is None:
            return None
        held[free] = answer.x[: len(free)]
        return held, answer.status == "optimal"

    def losses(self) -> Floats:
        """What the relaxation loses at least with each start; 0 for those that it takes."""
        if self.guide is None:
            return np.zeros(len(self.program.starts))
        return np.where(self.guide.x > 1e-6, 0.0, np.maximum(0.0, -self.guide.reduced))

    def limited(self, requests: Ints) -> Ints:
        """The starts of the requests that are set free, best placed first, as many as the part may have. Starts that
        the relaxation thinks bad are left out, more of them at one time than at another."""
        often = self.draw.choice((1.0, 2.0, 4.0, 100.0), p=(0.3, 0.3, 0.3, 0.1))
        most = self.sorted_loss[min(len(self.loss) - 1, int(often * len(self.program.columns)))]
        good = (self.loss <= most) | (self.x > 0.5)
        counts = np.bincount(self.request_of[good], minlength=len(self.program.columns))
        _, first = np.unique(requests, return_index=True)
        requests = requests[np.sort(first)]
        taken = requests[: 1 + int(np.searchsorted(np.cumsum(counts[requests]), self.size))]
        mask = np.zeros(len(self.program.columns), bool)
        mask[taken] = True
        return np.flatnonzero(mask[self.request_of] & good)

    def shuffled(self, requests: Ints) -> Ints:
        """The requests in random order, those first that go or that the relaxation would rather have."""
        weight = self.draw.random(len(requests))
        if self.guide is not None:
            likely = np.zeros(len(self.program.columns))
            np.maximum.at(likely, self.request_of, np.minimum(1.0, self.guide.x + self.x + self.near()))
            weight *= 0.15 + likely[requests]
        return requests[np.argsort(-weight, kind="stable")]

    def near(self) -> Floats:
        """From 1 (the relaxation is indifferent to the start) to 0 (it would lose much)."""
        if self.guide is None:
            return np.ones(len(self.x))
        scale = np.median(self.program.value[self.program.value > 0]) if (self.program.value > 0).any() else 1.0
        return np.exp(-8.0 * self.loss / max(scale, 1e-12))

    def some_periods(self) -> Ints:
        """Requests that start or could start in a few periods that follow each other."""
        periods = len(self.program.scenario.periods)
        width = int(self.draw.integers(1, max(2, periods // 2 + 1)))
        first = int(self.draw.integers(0, max(1, periods - width + 1)))
        inside = (self.period_of >= first) & (self.period_of < first + width)
        hot = inside & ((self.x > 0.5) | (self.near() > 0.3))
        return self.shuffled(np.unique(self.request_of[hot]))

    def some_row(self) -> Ints:
        """Requests that meet in one row after another."""
        rows = self.program.rows
        found: list[Ints] = []
        count = 0
        for row in self.draw.permutation(rows.shape[0])[:200]:
            inside = rows.indices[rows.indptr[row] : rows.indptr[row + 1]]
            if len(inside) > 1:
                found.append(self.shuffled(np.unique(self.request_of[inside])))
                count += len(found[-1])
            if count * len(self.program.scenario.periods) > self.size:
                break
        return np.concatenate(found) if found else self.any()

    def disagreeing(self) -> Ints:
        """Requests where the relaxation differs from the plan."""
        if self.guide is None:
            return self.any()
        differs = np.unique(self.request_of[np.abs(self.guide.x - self.x) > 1e-6])
        return np.concatenate([self.draw.permutation(differs), self.any()])

    def any(self) -> Ints:
        """Any requests."""
        return self.shuffled(np.arange(len(self.program.columns)))


def _left(limit: Floats, done: Floats) -> Floats:
    """What a limit leaves; what rounding alone makes of nothing is nothing."""
    left = limit - done
    size = np.maximum(1.0, np.abs(np.where(np.isfinite(limit), limit, 0.0)))
    return np.where(np.abs(left) <= 1e-9 * size, 0.0, left)


def _elastic(
    rows: sp.csr_array, value: Floats, lower: Floats, first: Floats
) -> tuple[sp.csr_array, Floats, Floats, int]:
    """A column more for each row that asks for something, which fills what is missing at a price above all values."""
    asking = np.flatnonzero(lower > 0)
    price = 10.0 * (float(np.abs(value).sum()) + 1.0)
    fill = sp.csr_array((lower[asking], (asking, np.arange(len(asking)))), shape=(len(lower), len(asking)))
    missing = np.clip((lower - rows @ first)[asking] / lower[asking], 0.0, 1.0)
    return (
        sp.csr_array(sp.hstack([rows, fill])),
        np.concatenate([value, np.full(len(asking), -price)]),
        np.concatenate([first, missing]),
        len(asking),
    )
