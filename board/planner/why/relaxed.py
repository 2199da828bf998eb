"""A contradiction that shows already where requests may go in parts: found by a few relaxations instead of searches.

Every limit of a scenario is some rows of one relaxation, or closes some of its columns, so that letting limits go is a
change of bounds. Where a relaxation has no point, HiGHS's dual ray says which rows cannot hold together (Farkas); the
proof is summed up here once more before it is believed.
"""

from collections.abc import Callable, Collection, Iterator

import numpy as np
import scipy.sparse as sp

from board.planner import highs
from board.planner.check import over
from board.planner.model import Floats
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
from board.planner.why.clock import Clock
from board.planner.why.limits import KINDS, OWN
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

    def core(self, limits: Collection[Limit]) -> list[Limit] | None:
        """Those of the limits on which a proof rests that they cannot hold together; None without such a proof."""
        asked = frozenset(limits)
        lower, upper, room = self._bounds(asked)
        relaxation = self.relaxation
        relaxation.bind(np.arange(self.columns), np.zeros(self.columns), room)
        relaxation.limit(lower, upper)
        if relaxation.solve(self.clock.left, "simplex").status != "infeasible":
            return None
        ray = relaxation.ray()
        if ray is None:
            return None
        # What HiGHS says of limits that there are not is rounding; the proof has to do without.
        rays = (np.where(np.isfinite(np.where(each > 0, lower, upper)), each, 0.0) for each in (ray, -ray))
        signed = next((each for each in rays if self._proves(each, lower, upper, room)), None)
        if signed is None:
            return None
        rests = set()
        for row in np.flatnonzero(signed):
            # What must go by itself and what has a fixed start may both say that it must go: one of them is enough.
            rests |= set(sorted(self.owners[row] & asked)[:1])
        for column in map(int, np.flatnonzero((self.rows.T @ signed > 0) & (room == 0))):
            rests |= set([each for each in self.closers[column] if each in asked][:1])
        return [limit for limit in limits if limit in rests]

    def holds(self, limits: Collection[Limit]) -> bool:
        """Whether there is no proof that the limits cannot hold together."""
        return self.core(limits) is None

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


def plain_contradiction(
    relaxed: Relaxed, limits: list[Limit], least: Callable[[list[Limit]], list[Limit]]
) -> list[Limit]:
    """Limits that cannot hold together even where requests go in parts, as few as `least` leaves of them; empty when
    the relaxation shows none, or the clock ran out before.

    What is simple to tell is tried first: one target or share by itself, with one resource, with all of them, with all
    that is no target. Where several of the same kind fail, the one with the fewest limits is taken.
    """
    for families in _families(limits):
        found = []
        for family in families:
            if relaxed.clock.left <= 0:
                return []
            core = _narrowed(relaxed, family)
            if core is not None:
                found.append(least(core))
        if found:
            return min(found, key=len)
    return []


def _families(limits: list[Limit]) -> Iterator[list[list[Limit]]]:
    """Parts of the limits to look at, the simplest first."""
    targets = [limit for limit in limits if limit.kind in ("at_least", "share")]
    own = [limit for limit in limits if limit.kind in OWN]
    capacities = [limit for limit in limits if limit.kind == "capacity"]
    resources = sorted({limit.subject for limit in capacities})
    rest = [limit for limit in limits if limit not in set(targets)]
    yield [[target, *own] for target in targets]
    yield [rest]
    yield [
        [target, *own, *(limit for limit in capacities if limit.subject == resource)]
        for target in targets
        for resource in resources
    ]
    yield [[target, *own, *capacities] for target in targets]
    yield [[target, *rest] for target in targets]
    yield [limits]


def _narrowed(relaxed: Relaxed, limits: list[Limit]) -> list[Limit] | None:
    """Those that one proof after another leaves; None without a proof."""
    core = relaxed.core(limits)
    while core is not None and (fewer := relaxed.core(core)) is not None and len(fewer) < len(core):
        core = fewer
    return core
