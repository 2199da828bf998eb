"""A contradiction that shows already where requests may go in parts: found by a few relaxations instead of searches.

Every limit of a scenario is some rows of one relaxation, or closes some of its columns, so that letting limits go is a
change of bounds. Where a relaxation has no point, HiGHS's dual ray says which rows cannot hold together (Farkas); the
proof is summed up here once more before it is believed.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator

import numpy as np
import scipy.sparse as sp

from board.planner import highs
from board.planner.check import over
from board.planner.clock import Clock
from board.planner.model import Floats, Ints
from board.planner.scenario import (
    AtLeast,
    AtMost,
    Before,
    Candidate,
    ExactlyOne,
    Exclude,
    Load,
    Requires,
    Rule,
    Scenario,
    Share,
)
from board.planner.why.feasible import OutOfTime
from board.planner.why.limits import KINDS
from board.planner.why.reasons import Limit

# By how much of what it is made of a proof must hold.
MARGIN = 1e-7

Terms = dict[int, float]
Row = tuple[Terms, float, float]


class Relaxed:
    """The relaxation of a scenario of which any limits may be let go."""

    def __init__(self, scenario: Scenario, clock: Clock) -> None:
        self.scenario, self.clock = scenario, clock
        self.periods = len(scenario.periods)
        self.place = {request.id: place for place, request in enumerate(scenario.requests)}
        self.closers: dict[int, list[Limit]] = {}
        self.owners: list[frozenset[Limit]] = []
        rows: list[Row] = []
        for owners, row in self._rows():
            self.owners.append(owners)
            rows.append(row)
        self.lower = np.array([lower for _, lower, _ in rows])
        self.upper = np.array([upper for _, _, upper in rows])
        counts = np.cumsum([0, *(len(terms) for terms, _, _ in rows)])
        index = np.array([column for terms, _, _ in rows for column in terms], np.int32)
        amount = np.array([each for terms, _, _ in rows for each in terms.values()], float)
        self.columns = self.periods * len(scenario.requests)
        self.rows = sp.csr_array((amount, index, counts.astype(np.int32)), shape=(len(rows), self.columns))
        self.rows.eliminate_zeros()
        self.relaxation = highs.Relaxation(np.zeros(self.columns), self.rows, self.lower, self.upper)
        # A ray is only there for a program that was not made smaller first.
        self.relaxation.engine.setOptionValue("presolve", "off")
        # To hand it over is work once, however often it is asked.
        self.clock.spend(highs.work_of(self.rows.nnz, 0))

    def core(self, limits: Collection[Limit]) -> list[Limit] | None:
        """Those of the limits on which a proof rests that they cannot hold together; None without such a proof. Raises
        `OutOfTime`."""
        asked = frozenset(limits)
        lower, upper, room = self._bounds(asked)
        relaxation = self.relaxation
        relaxation.bind(np.arange(self.columns), np.zeros(self.columns), room)
        relaxation.limit(lower, upper)
        found = self._solved()
        if found.status == "stopped":
            raise OutOfTime
        if found.status != "infeasible":
            return None
        ray = relaxation.ray()
        if ray is None:
            return None
        # What HiGHS says of limits that there are not is rounding; the proof has to do without.
        rays = (np.where(np.isfinite(np.where(each > 0, lower, upper)), each, 0.0) for each in (ray, -ray))
        signed = next((each for each in rays if self._proves(each, lower, upper, room)), None)
        if signed is None:
            return None
        proof = _Proof(self, asked, signed, lower, upper, room)
        proof.spare()
        return [limit for limit in limits if limit in proof.rests_on]

    def least(self, limit: Limit, limits: Collection[Limit]) -> float | None:
        """By how much a limit on a sum has to give way at least, for the others to hold where requests go in parts;
        None when they do not even then. Raises `OutOfTime`."""
        lower, upper, room = self._bounds(frozenset(limits) - {limit})
        row = next(place for place, owners in enumerate(self.owners) if limit in owners)
        inside = slice(self.rows.indptr[row], self.rows.indptr[row + 1])
        floor = bool(np.isfinite(self.lower[row]))
        value = np.zeros(self.columns)
        value[self.rows.indices[inside]] = self.rows.data[inside] if floor else -self.rows.data[inside]
        relaxation = self.relaxation
        relaxation.bind(np.arange(self.columns), np.zeros(self.columns), room)
        relaxation.limit(lower, upper)
        relaxation.weigh(value)
        found = self._solved()
        relaxation.weigh(np.zeros(self.columns))
        if found.status == "stopped":
            raise OutOfTime
        if found.x is None:
            return None
        most = float(value @ found.x)
        return max(0.0, float(self.lower[row]) - most if floor else -most - float(self.upper[row]))

    def _solved(self) -> highs.Relaxed:
        found = self.relaxation.solve(self.clock.limits(), "simplex")
        self.clock.spend(found.work - (1 - 1 / highs.STARTING) * highs.work_of(self.rows.nnz, 0))
        return found

    def _bounds(self, asked: frozenset[Limit]) -> tuple[Floats, Floats, Floats]:
        """The rows' limits and how much of each column there may be, when only these limits are kept."""
        kept = np.array([bool(owners & asked) for owners in self.owners], bool)
        own = np.array([not owners for owners in self.owners], bool)
        lower = np.where(kept, self.lower, -np.inf)
        # A request starts once at most whatever is let go; its row has an owner only for that it must go.
        upper = np.where(kept | own | (self.once > 0), self.upper, np.inf)
        room = np.ones(self.columns)
        room[[column for column, closers in self.closers.items() if not asked.isdisjoint(closers)]] = 0.0
        return lower, upper, room

    @property
    def once(self) -> Floats:
        """1 for the rows of the requests, which come first."""
        return (np.arange(len(self.owners)) < len(self.scenario.requests)).astype(float)

    def _proves(self, ray: Floats, lower: Floats, upper: Floats, room: Floats) -> bool:
        """Whether the rows, each so many times, ask for more than all columns together can bring."""
        used = ray != 0
        asked = ray[used] * np.where(ray[used] > 0, lower[used], upper[used])
        brought = np.maximum(self.rows.T @ ray, 0.0) * room
        size = float(np.abs(asked).sum() + brought.sum())
        return bool(asked.sum() > brought.sum() + MARGIN * size)

    def _rows(self) -> Iterator[tuple[frozenset[Limit], Row]]:
        """Each row with the limits that ask for it."""
        for request in self.scenario.requests:
            yield self._choice(request)
        for place, rule in enumerate(self.scenario.rules):
            limit = Limit(KINDS[type(rule)], rule=place)
            for row in self._of_rule(rule, limit):
                yield frozenset({limit}), row
        for resource in self.scenario.resources:
            for period, capacity in enumerate(resource.capacity):
                limit = Limit("capacity", resource.id, period)
                used = self._used(resource.id, period)
                for column, each in used.items():
                    if over(each, capacity):
                        self.closers.setdefault(column, []).append(limit)
                yield frozenset({limit}), (used, -np.inf, capacity)

    def _choice(self, request: Candidate) -> tuple[frozenset[Limit], Row]:
        must = set()
        if request.mandatory:
            must.add(Limit("mandatory", request.id))
        if request.start is not None:
            must.add(Limit("start", request.id))
        for period in range(self.periods):
            closers = [Limit(kind, request.id) for kind in _closed_by(request, period)]
            if closers:
                self.closers[self.column(request.id, period)] = closers
        return frozenset(must), (self.of([request.id]), 1.0 if must else -np.inf, 1.0)

    def column(self, request: str, period: int) -> int:
        """Where the start of the request in the period stands."""
        return self.place[request] * self.periods + period

    def of(self, requests: Collection[str]) -> Terms:
        """Every start of the requests, once each."""
        every = range(self.periods)
        return {self.column(each, period): 1.0 for each in requests for period in every if each in self.place}

    def _used(self, resource: str, period: int) -> Terms:
        return {
            self.column(request.id, start): amounts[period - start]
            for request in self.scenario.requests
            if (amounts := request.use.get(resource))
            for start in range(max(0, period + 1 - len(amounts)), period + 1)
            if amounts[period - start]
        }

    def _of_rule(self, rule: Rule, limit: Limit) -> Iterator[Row]:  # noqa: C901 one case a kind
        match rule:
            case Before(first, then, lag):
                for period in range(self.periods):
                    late = [self.column(first, each) for each in range(max(0, period - lag + 1), self.periods)]
                    yield (
                        dict.fromkeys([*(self.column(then, each) for each in range(period + 1)), *late], 1.0),
                        -np.inf,
                        1.0,
                    )
            case Requires(request, needs) if request != needs:
                yield self.of([request]) | dict.fromkeys(self.of([needs]), -1.0), -np.inf, 0.0
            case Exclude(requests):
                yield self.of(requests), -np.inf, 1.0
            case ExactlyOne(requests):
                yield self.of(requests), 1.0, 1.0
            case AtMost(requests, most, window):
                span = window or self.periods
                for first_ in range(max(1, self.periods - span + 1)):
                    within = [column for column in self.of(requests) if first_ <= column % self.periods < first_ + span]
                    yield dict.fromkeys(within, 1.0), -np.inf, most
            case AtLeast(measure, amount, by):
                yield self._brought(measure, by), amount, np.inf
            case Share(requests, measure, least):
                among = {self.place[each] for each in requests if each in self.place}
                brought = self._brought(measure, None)
                shares = {
                    column: each * ((column // self.periods in among) - least) for column, each in brought.items()
                }
                yield shares, 0.0, np.inf
            case Load(starts, most):
                loads = {self.column(*start): each for start, each in starts.items() if start[0] in self.place}
                for column, each in loads.items():
                    if over(each, most):
                        self.closers.setdefault(column, []).append(limit)
                yield loads, -np.inf, most

    def _brought(self, measure: str, by: int | None) -> Terms:
        return {
            self.column(request.id, start): amount
            for request in self.scenario.requests
            if (amount := request.effects.get(measure, 0.0))
            for start in range(self.periods)
            if by is None or start + request.length - 1 <= by
        }


class _Proof:
    """Rows, each so many times, that together ask for more than all columns bring; and what can be spared of them."""

    def __init__(
        self, relaxed: Relaxed, asked: frozenset[Limit], ray: Floats, lower: Floats, upper: Floats, room: Floats
    ) -> None:
        self.relaxed, self.ray, self.room = relaxed, ray.copy(), room.copy()
        self.bound = np.where(ray > 0, lower, upper)
        self.sums = relaxed.rows.T @ ray
        self.rows_of: dict[Limit, list[int]] = defaultdict(list)
        self.closes: dict[Limit, list[int]] = defaultdict(list)
        for row in map(int, np.flatnonzero(ray)):
            # What must go by itself and what has a fixed start may both say that it must go: one of them is enough.
            if (ray[row] > 0 or not relaxed.once[row]) and (owners := sorted(relaxed.owners[row] & asked)):
                self.rows_of[owners[0]].append(row)
        for column in map(int, np.flatnonzero((self.sums > 0) & (room == 0))):
            closers = [each for each in relaxed.closers[column] if each in asked]
            # Those on which the proof rests anyway need no company.
            self.closes[next((each for each in closers if each in self.rows_of), closers[0])].append(column)
        # What closes a column that brings nothing is not among those the proof rests on. Once a row is spared it may
        # bring something: then it counts.
        self.room[self.sums <= 0] = 1.0
        counted = np.where(ray != 0, ray * np.where(ray != 0, self.bound, 0.0), 0.0)
        brought = np.maximum(self.sums, 0.0) * room
        self.slack = float(counted.sum() - brought.sum())
        self.least = MARGIN * float(np.abs(counted).sum() + brought.sum())

    @property
    def rests_on(self) -> set[Limit]:
        """The limits that the proof needs."""
        return self.rows_of.keys() | self.closes.keys()

    def spare(self) -> None:
        """Leave out what the proof does without, those first that add least to it."""
        adds = {limit: self.slack - self._without(limit)[0] for limit in self.rests_on}
        for limit in sorted(adds, key=lambda each: (adds[each], each)):
            slack, columns, sums = self._without(limit)
            if slack > self.least:
                self.slack, self.sums[columns] = slack, sums
                self.ray[self.rows_of.pop(limit, [])] = 0.0
                self.room[self.closes.pop(limit, [])] = 1.0

    def _without(self, limit: Limit) -> tuple[float, Ints, Floats]:
        """What the rows ask for above what there is without the limit, and the columns whose sums change."""
        matrix, rows, opened = self.relaxed.rows, self.rows_of.get(limit, []), self.closes.get(limit, [])
        change: dict[int, float] = dict.fromkeys(opened, 0.0)
        for row in rows:
            inside = slice(matrix.indptr[row], matrix.indptr[row + 1])
            for column, amount in zip(matrix.indices[inside].tolist(), matrix.data[inside].tolist(), strict=True):
                change[column] = change.get(column, 0.0) - self.ray[row] * amount
        columns = np.fromiter(change, np.int64, len(change))
        sums = self.sums[columns] + np.fromiter(change.values(), float, len(change))
        room = self.room[columns].copy()
        room[: len(opened)] = 1.0
        before = float((np.maximum(self.sums[columns], 0.0) * self.room[columns]).sum())
        after = float((np.maximum(sums, 0.0) * room).sum())
        return self.slack - float((self.ray[rows] * self.bound[rows]).sum()) + before - after, columns, sums


def _closed_by(request: Candidate, period: int) -> Iterator[str]:
    """The request's own limits that do not let it start in the period."""
    if request.start is not None and period != request.start:
        yield "start"
    if request.earliest is not None and period < request.earliest:
        yield "earliest"
    if request.latest is not None and period > request.latest:
        yield "latest"
    if period in request.barred:
        yield "barred"
