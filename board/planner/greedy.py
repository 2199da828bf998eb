"""A first plan within moments: what must be met comes first, then what is worth most for what it uses.

Where what must be met does not fit beside each other, one is forced in and whatever stands in its way is taken out, the
less willingly the more often that happened to it before (guided ejection); so the hard ones settle first.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from board.planner.model import Floats, Ints, Program

Marks = npt.NDArray[np.bool_]
# How many starts may be forced in before what is missing is left to the search, for each demand.
OFTEN = 1e6
"""The most that a request is held back for having been taken out, so that trouble stays a number."""
PATIENCE = 40


def shortfall(program: Program, x: Floats) -> float:
    """How far a point is from meeting every row, each row in its own size; 0 when it keeps all."""
    done = program.rows @ x
    size = program.size
    missing = np.maximum(program.lower - done, 0.0) + np.maximum(done - program.upper, 0.0)
    missing[missing < 1e-9 * size] = 0.0
    return float((missing / size).sum())


class Greedy:
    """Builds plans start by start. Every row holds at any time but those that ask for something (`demands`)."""

    def __init__(self, program: Program) -> None:
        self.program = program
        columns = sp.csc_array(program.rows)
        self.ends, self.index, self.amount = columns.indptr, columns.indices, columns.data
        asked = program.lower > 0
        self.demands: Ints = np.flatnonzero(asked)
        self.upper = program.upper + 1e-9 * program.size
        self.lower = np.where(asked, -np.inf, program.lower) - 1e-9 * program.size
        self.asked = program.lower - 1e-9 * program.size
        self.request_of = program.request_of
        limit = np.where(np.isfinite(program.upper) & (program.upper > 0), program.upper, np.inf)
        self.burden: Floats = np.asarray(abs(columns).T @ (1.0 / limit)) + 1e-3
        self.worth: Floats = program.value / self.burden
        self.empty()

    def empty(self) -> None:
        """Begin with nothing."""
        self.x = np.zeros(len(self.program.starts))
        self.done = np.zeros(len(self.program.lower))
        self.at = np.full(len(self.program.columns), -1)
        self.often = np.ones(len(self.program.columns))
        self.liking = np.ones(len(self.program.starts))

    def plan(self, seed: int, stop: Callable[[], bool], likely: Floats | None = None) -> Floats:
        """A plan, as a point, that may fall short of a demand. `likely` says how much a relaxation takes of each start:
        what it takes whole goes in first, then the rest by how much; without it, value for burden decides."""
        self.empty()
        worth = self.worth
        self.liking = np.ones(len(self.x)) if likely is None else 0.02 + likely
        if likely is not None:
            whole = np.flatnonzero(likely > 1 - 1e-6)
            for column in whole[np.argsort(self.burden[whole], kind="stable")]:
                self.put_with_needs(int(column))
        self.meet(np.random.default_rng((seed, 17)), stop)
        self.fill(worth if likely is None else likely + 1e-3 * worth / max(1e-12, np.abs(worth).max(initial=0.0)))
        return self.x.copy()

    def in_line(self, seed: int, likely: Floats) -> Floats:
        """A plan, as a point, where requests queue in the order in which the relaxation starts them on average (those
        that it hardly takes last) and each starts as soon as it fits; then what brings nothing and is needed by nobody
        is left out. This is how chains of orders and needs are rounded: what comes first in them need bring nothing
        by itself (Chicoisne et al., Operations Research 60, 2012: "TopoSort")."""
        self.empty()
        draw = np.random.default_rng((seed, 29))
        periods = len(self.program.scenario.periods)
        period = np.fromiter((period for _, period in self.program.starts), float, len(self.x))
        count = len(self.program.columns)
        taken = np.bincount(self.request_of, likely, count)
        mean = np.bincount(self.request_of, likely * period, count) + periods * (1.0 - taken)
        queue = np.argsort(mean + draw.uniform(0.0, 0.3, count) * (seed > 0), kind="stable")
        queue = queue[taken[queue] > 0.0]
        waiting = len(queue) + 1
        while len(queue) < waiting:
            waiting = len(queue)
            queue = queue[[not any(map(self.put, self.program.columns[request])) for request in queue]]
        self.prune()
        self.fill(self.worth)
        return self.x.copy()

    def prune(self) -> None:
        """Take out what costs more than it brings, the last first, where every row holds without it."""
        value = self.program.value
        costing = [int(column) for column in np.flatnonzero((self.x > 0.5) & (value <= 0))]
        out = True
        while out:
            out = False
            for column in reversed(costing):
                if self.x[column] > 0.5 and self.spared(column):
                    self.remove(column)
                    out = True

    def spared(self, column: int) -> bool:
        """Whether every row holds without the start."""
        cells = self.rows_of(column)
        rows = self.index[cells]
        after = self.done[rows] - self.amount[cells]
        met = (after >= self.asked[rows]) | (after >= self.done[rows])
        return not ((after > self.upper[rows]).any() or (after < self.lower[rows]).any()) and bool(met.all())

    def put_with_needs(self, column: int, deep: int = 4) -> bool:
        """Put the start in if every row then holds, with what rows allow it only together with."""
        if self.put(column):
            return True
        if deep == 0 or self.at[self.request_of[column]] >= 0:
            return False
        cells = self.rows_of(column)
        rows = self.program.rows
        for row in self.index[cells][self.done[self.index[cells]] + self.amount[cells] > self.upper[self.index[cells]]]:
            entries = slice(rows.indptr[row], rows.indptr[row + 1])
            helpers = rows.indices[entries][rows.data[entries] < 0]
            ranked = helpers[np.argsort(self.burden[helpers], kind="stable")][:8]
            if not any(self.put_with_needs(int(helper), deep - 1) for helper in ranked):
                return False
        return self.put(column)

    def fill(self, weight: Floats) -> None:
        """Put in whatever still fits and brings something."""
        worth = np.flatnonzero(self.program.value > 0)
        ranked = worth[np.argsort(-weight[worth], kind="stable")]
        for _ in range(2):
            open_ = self.at[self.request_of[ranked]] < 0
            for column in ranked[open_]:
                self.put(int(column))

    def rows_of(self, column: int) -> slice:
        """Where the rows of the start stand."""
        return slice(self.ends[column], self.ends[column + 1])

    def put(self, column: int) -> bool:
        """Put the start in if every row then holds."""
        if self.at[self.request_of[column]] >= 0:
            return False
        cells = self.rows_of(column)
        rows = self.index[cells]
        after = self.done[rows] + self.amount[cells]
        if (after > self.upper[rows]).any() or (after < self.lower[rows]).any():
            return False
        self.insert(column)
        return True

    def insert(self, column: int) -> None:
        """Put the start in, whatever then breaks."""
        cells = self.rows_of(column)
        self.done[self.index[cells]] += self.amount[cells]
        self.at[self.request_of[column]] = column
        self.x[column] = 1.0

    def remove(self, column: int) -> None:
        """Take the start out; its request is held to more the next time."""
        cells = self.rows_of(column)
        self.done[self.index[cells]] -= self.amount[cells]
        self.at[self.request_of[column]] = -1
        self.x[column] = 0.0
        self.often[self.request_of[column]] = min(self.often[self.request_of[column]] * 1.3, OFTEN)

    def unmet(self) -> Ints:
        """The demands that are not met."""
        return self.demands[self.done[self.demands] < self.asked[self.demands]]

    def meet(self, draw: np.random.Generator, stop: Callable[[], bool]) -> None:
        """Force in what the demands ask for, those with the fewest ways first, until all are met or patience ends.
        The plan kept is the one that falls least short."""
        rows = self.program.rows
        ways = np.diff(rows.indptr).astype(float)
        least, kept = np.inf, self.x.copy()
        for step in range(PATIENCE * (len(self.demands) + 5)):
            unmet = self.unmet()
            missing = self.missing(unmet)
            if missing < least:
                least, kept = missing, self.x.copy()
            if not np.isfinite(ways[unmet]).any() or (step % 16 == 0 and stop()):
                break
            row = int(unmet[np.argmin(ways[unmet] * draw.uniform(0.5, 1.0, len(unmet)))])
            column = self.helper(row, draw)
            if column < 0:
                ways[row] = np.inf
                continue
            self.force(column, draw)
        self.start_from(kept)

    def missing(self, unmet: Ints) -> float:
        """How much the demands fall short, each in its own size."""
        return float(((self.program.lower[unmet] - self.done[unmet]) / self.program.size[unmet]).sum())

    def start_from(self, x: Floats) -> None:
        """Go on from this point."""
        self.x = x.copy()
        self.done = np.asarray(self.program.rows @ x, float)
        self.at[:] = -1
        for column in np.flatnonzero(x > 0.5):
            self.at[self.request_of[column]] = column

    def helper(self, row: int, draw: np.random.Generator) -> int:
        """The start that would help the demand most for its trouble; -1 if there is none."""
        rows = self.program.rows
        entries = slice(rows.indptr[row], rows.indptr[row + 1])
        open_ = (self.x[rows.indices[entries]] == 0) & (rows.data[entries] > 0)
        columns, helps = rows.indices[entries][open_], rows.data[entries][open_]
        if not len(columns):
            return -1
        short = self.asked[row] - self.done[row]
        trouble = (self.burden[columns] + 0.05) * self.often[self.request_of[columns]]
        rank = np.minimum(helps, short) / trouble * self.liking[columns] * draw.uniform(0.3, 1.0, len(columns))
        for place in _best(rank, 25):
            if self.fits(int(columns[place])):
                return int(columns[place])
        return int(columns[np.argmax(rank)])

    def fits(self, column: int) -> bool:
        """Whether the start could be put in as things are."""
        cells = self.rows_of(column)
        rows = self.index[cells]
        after = self.done[rows] + self.amount[cells]
        return self.at[self.request_of[column]] < 0 and not (
            (after > self.upper[rows]).any() or (after < self.lower[rows]).any()
        )

    def force(self, column: int, draw: np.random.Generator, deep: int = 8) -> None:
        """Put the start in, with what it needs, and take out what stands in its way."""
        request = self.request_of[column]
        if self.at[request] >= 0:
            self.remove(int(self.at[request]))
        self.insert(column)
        changed = list(self.index[self.rows_of(column)])
        kept = {column}
        while (broken := next((row for row in changed if not self.holds(row)), None)) is not None:
            moved = self.give_way(int(broken), kept, draw, deep)
            if moved is None:
                # Only what was just put in could give way: it does, and nothing more is put in.
                for each in kept:
                    changed += list(self.index[self.rows_of(each)])
                    self.remove(each)
                kept, deep = set(), 0
            else:
                changed += list(self.index[self.rows_of(moved)])

    def holds(self, row: int) -> bool:
        """Whether the row's limits are kept; what it asks for does not count."""
        return bool(self.lower[row] <= self.done[row] <= self.upper[row])

    def give_way(self, row: int, kept: set[int], draw: np.random.Generator, deep: int) -> int | None:
        """Mend a broken row by one start: put in one that it needs, or take one out that it has too much of. The start
        that was moved; None if only those that were just put in could."""
        rows = self.program.rows
        entries = slice(rows.indptr[row], rows.indptr[row + 1])
        columns, amounts = rows.indices[entries], rows.data[entries]
        sign = amounts if self.done[row] > self.upper[row] else -amounts
        helpers = columns[(sign < 0) & (self.at[self.request_of[columns]] < 0)]
        if len(helpers) and len(kept) < deep:
            rank = (
                self.burden[helpers]
                * self.often[self.request_of[helpers]]
                / self.liking[helpers]
                * draw.uniform(0.5, 1.0, len(helpers))
            )
            chosen = int(helpers[np.argmin(rank)])
            self.insert(chosen)
            kept.add(chosen)
            return chosen
        inside = [int(each) for each in columns[(sign > 0) & (self.x[columns] > 0)] if int(each) not in kept]
        if not inside:
            return None
        weights = self.often[self.request_of[inside]] * self.liking[inside] * draw.uniform(0.5, 1.0, len(inside))
        out = inside[int(np.argmin(weights))]
        self.remove(out)
        return out


def _best(rank: Floats, count: int) -> Ints:
    """Where the greatest stand, the greatest first: of thousands only those are put in order."""
    few = np.argpartition(-rank, count)[:count] if len(rank) > count else np.arange(len(rank))
    return np.asarray(few[np.argsort(-rank[few], kind="stable")])
