"""Large neighbourhood search: most of the plan is held, a part is set free and planned anew as well as HiGHS can.

What is set free changes from step to step: some periods, some resources, requests that stand in rules together, those
where the relaxation disagrees with the plan, some that go with whatever they keep out. Parts grow while they are solved
at once and shrink while they are not. Steps are limited by nodes, not by seconds, so the same seed goes through the
same plans on any machine.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from board.planner import highs
from board.planner.clock import Clock
from board.planner.greedy import shortfall
from board.planner.model import Floats, Ints, Program

NODES = 30
LOOKS = 60
# How many plans there are to be crossed, how many steps each is improved by first, and when two are too alike.
PLANS = 4
YOUTH = 12
ALIKE = 4


@dataclass(frozen=True)
class Guide:
    """What the relaxation says: how much it takes of each start, what each start loses against it at least, and what
    each row's limit is worth to it."""

    x: Floats
    reduced: Floats
    prices: Floats


class Local:
    """One plan, and the search for better ones around it."""

    def __init__(self, program: Program, x: Floats, seed: int, clock: Clock, guide: Guide | None = None) -> None:
        self.program, self.clock = program, clock
        self.guide = guide
        self.draw = np.random.default_rng((seed, 71))
        self.request_of = program.request_of
        self.period_of = np.fromiter((period for _, period in program.starts), np.int64, len(program.starts))
        self.by_column = sp.csc_array(program.rows)
        self.loss = self.losses()
        self.sorted_loss = np.sort(self.loss)
        # Of one period there are no parts by periods.
        first = self.some_periods if len(program.scenario.periods) > 1 else self.unsure
        self.kinds: tuple[Callable[[], Ints], ...] = (first, self.some_row, self.disagreeing, self.some_taken)
        part = max(100.0, len(program.starts) / 30)
        self.sizes = {kind.__name__: part for kind in self.kinds} | {"cross": 1.8 * part}
        self.steps = 0
        self.doubt = self.doubts()
        self.start_from(x)

    def start_from(self, x: Floats) -> None:
        """Go on from this plan."""
        self.x = x
        self.missing = shortfall(self.program, x)

    @property
    def value(self) -> float:
        """What the plan is worth."""
        return float(self.program.value @ self.x)

    def step(self, stop: Callable[[], bool]) -> bool:
        """Plan one part anew; whether the plan got better."""
        kind = self.kinds[self.steps % len(self.kinds)]
        self.steps += 1
        most = self.often((1.0, 2.0, 4.0, 100.0), (0.3, 0.3, 0.3, 0.1))
        good = (self.loss <= most) | (self.x > 0.5)
        return self.tried(kind.__name__, self.limited(kind(), good, self.sizes[kind.__name__]), stop)

    def cross(self, other: Floats, stop: Callable[[], bool]) -> bool:
        """Plan anew where the plan differs from another, with the starts of both; whether it got better."""
        differs = np.unique(self.request_of[np.abs(self.x - other) > 0.5])
        good = (self.loss <= self.often((1.0, 2.0), (0.7, 0.3))) | (self.x > 0.5) | (other > 0.5)
        free = self.limited(self.draw.permutation(differs), good, self.sizes["cross"])
        return self.tried("cross", free, stop)

    def often(self, choices: tuple[float, ...], chances: tuple[float, ...]) -> float:
        """A loss that one of so many starts for each request keeps below, by chance."""
        many = self.draw.choice(choices, p=chances) * len(self.program.columns)
        return float(self.sorted_loss[min(len(self.loss) - 1, int(many))])

    def tried(self, kind: str, free: Ints, stop: Callable[[], bool]) -> bool:
        """Plan the free starts anew and note how large a part of this kind may be; whether the plan got better."""
        answer = self.replan(free, stop)
        if answer is None:
            return False
        x, solved = answer
        size = self.sizes[kind]
        self.sizes[kind] = min(4000.0, size * 1.05) if solved else max(40.0, size * 0.9)
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

    def replan(self, free: Ints, stop: Callable[[], bool]) -> tuple[Floats, bool] | None:
        """The best plan that differs in the free starts only, and whether that is proven; None when none was found.
        While something that must be met is not, falling short of it is allowed and costs more than all values."""
        program = self.program
        held = self.x.copy()
        held[free] = 0.0
        done = program.rows @ held
        rows = sp.csr_array(self.by_column[:, free])
        filled = np.diff(rows.indptr) > 0
        rows = rows[filled]
        lower, upper = (_left(limit, done, program.size)[filled] for limit in (program.lower, program.upper))
        value, first, loose = program.value[free], self.x[free], 0
        if self.missing > 0:
            rows, value, first, loose = _elastic(rows, value, lower, first)
        seed = int(self.draw.integers(2**31))
        limits = replace(self.clock.limits(), nodes=NODES, looks=LOOKS, gap=1e-6, seed=seed)
        watch = highs.Watch(stop=stop)
        answer = highs.search(value, rows, lower, upper, limits, first=first, loose=loose, watch=watch)
        self.clock.spend(answer.work)
        if answer.x is None:
            return None
        held[free] = answer.x[: len(free)]
        return held, answer.status == "optimal"

    def losses(self) -> Floats:
        """What the relaxation loses at least with each start; 0 for those that it takes."""
        if self.guide is None:
            return np.zeros(len(self.program.starts))
        return np.where(self.guide.x > 1e-6, 0.0, np.maximum(0.0, -self.guide.reduced))

    def limited(self, requests: Ints, good: npt.NDArray[np.bool_], size: float) -> Ints:
        """The good starts of the requests, the first ones first, as many as a part of that size may have."""
        counts = np.bincount(self.request_of[good], minlength=len(self.program.columns))
        _, first = np.unique(requests, return_index=True)
        requests = requests[np.sort(first)]
        taken = requests[: 1 + int(np.searchsorted(np.cumsum(counts[requests]), size))]
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
            if count > self.sizes["some_row"]:
                break
        return np.concatenate(found) if found else self.any()

    def disagreeing(self) -> Ints:
        """Requests where the relaxation differs from the plan."""
        if self.guide is None:
            return self.any()
        differs = np.unique(self.request_of[np.abs(self.guide.x - self.x) > 1e-6])
        return np.concatenate([self.draw.permutation(differs), self.any()])

    def some_taken(self) -> Ints:
        """Some requests that go, and those that could go in their place: so few that together they fill a part. Where
        many exclude each other any others would be kept out by what is held."""
        taken = self.draw.permutation(np.flatnonzero(self.x > 0.5))
        few, many = 1, len(taken)
        while few < many:
            half = (few + many) // 2
            if len(self.let_in(taken[:half])) < self.sizes["some_taken"]:
                few = half + 1
            else:
                many = half
        away = taken[:few]
        return np.concatenate([self.request_of[away], self.draw.permutation(self.request_of[self.let_in(away)])])

    def let_in(self, away: Ints) -> Ints:
        """The starts for each of which there would be room if those did not go."""
        program, held = self.program, self.x.copy()
        held[away] = 0.0
        room = program.upper - program.rows @ held + 1e-9 * program.size
        too_much = program.rows.data > np.repeat(room, np.diff(program.rows.indptr))
        fits = held < 0.5
        fits[program.rows.indices[too_much]] = False
        return np.flatnonzero(fits)

    def unsure(self) -> Ints:
        """Requests that the relaxation would almost as soon decide otherwise."""
        scale = float(np.sort(self.doubt)[min(len(self.doubt) - 1, int(self.sizes["unsure"]))])
        return np.argsort(self.doubt + max(scale, 1e-12) * self.draw.gumbel(0.0, 0.3, len(self.doubt)), kind="stable")

    def doubts(self) -> Floats:
        """What the relaxation loses at least when a request is decided otherwise than it does."""
        if self.guide is None:
            return np.zeros(len(self.program.columns))
        program, guide = self.program, self.guide
        loss = np.where(guide.x > 1 - 1e-6, np.maximum(0.0, guide.reduced), self.loss)
        rows = program.rows
        ones = np.flatnonzero((program.upper == 1.0) & (np.diff(rows.indptr) > 1))
        for row in ones:
            cells = slice(rows.indptr[row], rows.indptr[row + 1])
            columns = rows.indices[cells]
            taken = columns[guide.x[columns] > 1 - 1e-6]
            if (rows.data[cells] == 1.0).all() and len(taken) == 1 and loss[taken[0]] <= 1e-9:
                others = float(loss[columns[columns != taken[0]]].min())
                if program.lower[row] < 1.0:
                    others = min(others, abs(float(guide.prices[row])))
                loss[taken[0]] = others
        doubt = np.full(len(program.columns), np.inf)
        np.minimum.at(doubt, self.request_of, loss)
        return doubt

    def any(self) -> Ints:
        """Any requests."""
        return self.shuffled(np.arange(len(self.program.columns)))


class Pool:
    """A few good plans of different origin. Where two of them agree they are mostly right: what they differ in is
    planned anew. Between that each is improved by itself; one that got too like another makes room for a new one."""

    def __init__(self, local: Local, fresh: Callable[[int], Floats], first: list[Floats]) -> None:
        self.local, self.fresh = local, fresh
        self.plans = list(first)
        self.origin = len(first)
        self.turn = 0

    def step(self, stop: Callable[[], bool]) -> Floats | None:
        """One step; the plan that it changed, or None."""
        self.turn += 1
        if len(self.plans) < PLANS:
            return self.grown(stop)
        chosen = self.local.draw.choice(PLANS, 2, replace=False)
        one, two = sorted(map(int, chosen), key=self.worth, reverse=True)
        if self.turn % 2:
            self.local.start_from(self.plans[one])
            return self.put(one) if self.local.step(stop) else None
        if self.likeness(one, two) < ALIKE:
            self.plans.pop(two)
            return None
        self.local.start_from(self.plans[one])
        return self.put(two) if self.local.cross(self.plans[two], stop) else None

    def welcome(self, x: Floats) -> None:
        """Take a plan found elsewhere, if it is the best, in place of the least."""
        if len(self.plans) < PLANS or float(self.local.program.value @ x) <= max(map(self.worth, range(PLANS)))[1]:
            return
        self.plans[min(range(PLANS), key=self.worth)] = x

    def grown(self, stop: Callable[[], bool]) -> Floats:
        """Another plan, improved for a while."""
        self.local.start_from(self.fresh(self.origin))
        self.origin += 1
        for _ in range(YOUTH):
            if stop():
                break
            self.local.step(stop)
        self.plans.append(self.local.x)
        return self.local.x

    def put(self, place: int) -> Floats:
        """The plan just worked on goes into this place."""
        self.plans[place] = self.local.x
        return self.local.x

    def worth(self, place: int) -> tuple[float, float]:
        """By which plans are compared: nothing missing first, then the value."""
        x = self.plans[place]
        return (-shortfall(self.local.program, x), float(self.local.program.value @ x))

    def likeness(self, one: int, two: int) -> int:
        """In how many requests two plans differ."""
        apart = np.abs(self.plans[one] - self.plans[two]) > 0.5
        return len(np.unique(self.local.request_of[apart]))


def _left(limit: Floats, done: Floats, size: Floats) -> Floats:
    """What a limit leaves; what rounding alone makes of nothing is nothing."""
    left = limit - done
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
