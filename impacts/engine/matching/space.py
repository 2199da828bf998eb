"""A space of features (stems, title stems, character grams, tags): which request has which, how telling each is, and
how alike two requests are by them.

Every number that enters a likeness is a multiple of a power of two, few enough digits long that sums of products are
exact in 64-bit floats. So a likeness depends neither on the order in which requests or features came, nor on which of
two requests asks, nor on whether it was computed alone or together with many others.
"""

from abc import ABC, abstractmethod
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from impacts.engine.matching.rows import MOST, Columns, Counts, Flags, Floats, Growing, Ints, SparseRows, Taken

SHORTEST = 1e-9
"""A row whose weights are no longer than this has no feature that counts."""

COMMON_SHARE = 0.05
COMMON_LEAST = 1000
"""A feature of more requests than this share of all, and than this many, brings no pair together in a scan. It counts
as ever once a pair is looked at. Portfolios of up to COMMON_LEAST requests leave nothing out."""

TAIL = 2000
"""So many rows are searched one by one before the turned rows (see `_turned`) are made anew."""

BLOCK = 50_000
"""So many rows are measured at a time."""

LAID_OUT = 2_000
"""So many at a time where rows are put together first: a row of a thousand grams takes some 50 kB until it is."""

FIRM = 1.0
"""Columns whose squared weight is less do not count in `Space.bounds`."""

SHRUNK = 0.5
"""When a weight has become less than this share of what it was, rows are measured anew for `Space.bounds`."""

LEVELS: Floats = np.rint((1.0 + np.log(np.maximum(np.arange(MOST + 1), 1))) * 1024) / 1024
"""What a count weighs: 1 + ln(count), in steps of 1/1024."""


def exact(weights: Floats) -> Floats:
    """The squares of weights in steps of 1/256."""
    return np.asarray(np.rint(weights * weights * 256) / 256, np.float64)


class Query(NamedTuple):
    """One text or request in a space: its columns, what its counts weigh, and the square of its length."""

    columns: Columns
    levels: Floats
    square: float


class Space(ABC):
    """Rows by number, in step with those of the index. A subclass says how telling columns are."""

    least_length = SHORTEST
    """How long a row counts at least when likeness is measured."""

    steady = 0.0
    """What is added to the square of a row's length: so what two short rows have in common tells less than the same
    share of two long ones."""

    def __init__(self) -> None:
        self._rows = SparseRows()
        self._containing: Growing[np.int64] = Growing(np.int64)  # by column: how many living rows have it
        self._living = 0
        self._forget_computed()

    def _forget_computed(self) -> None:
        self._squared: Floats | None = None
        self._squares: Floats | None = None
        self._common: Flags | None = None
        self._turned: csr_array | None = None
        self._firm: tuple[Floats, Floats] | None = None

    def __getstate__(self) -> dict[str, object]:
        """Leave out what can be computed again."""
        return {**self.__dict__, "_squared": None, "_squares": None, "_common": None, "_turned": None, "_firm": None}

    def __len__(self) -> int:
        return self._living

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return self._containing.size

    def append(self, columns: Columns, counts: Counts) -> None:
        """Add a row; its columns are in ascending order."""
        self._rows.append(columns, counts)
        self._containing.view()[columns] += 1
        self._living += 1
        self._squared = self._squares = self._common = None

    def drop(self, row: int) -> None:
        """Count a row no more. It keeps its number until `keep`."""
        self._containing.view()[self._row(row)[0]] -= 1
        self._living -= 1
        self._squared = self._squares = self._common = None

    def keep(self, rows: Ints) -> None:
        """Forget the rows that are not among these, the living ones; they are numbered anew in this order."""
        self._rows.keep(rows)
        self._forget_computed()

    def _row(self, row: int) -> tuple[Columns, Counts]:
        return self._rows.row(row)

    def _take(self, rows: Ints) -> Taken:
        return self._rows.take(rows)

    @abstractmethod
    def telling(self) -> Floats:
        """The square of how telling each column is, in exact steps: 0 for what everybody has."""

    def squared(self) -> Floats:
        """What `telling` says, remembered until a row comes or goes."""
        if self._squared is None:
            self._squared = self.telling()
        return self._squared

    def common(self) -> Flags:
        """By column whether it is too common to bring pairs together."""
        if self._common is None:
            self._common = np.asarray(self._containing.view() > max(COMMON_LEAST, self.most_carriers()))
        return self._common

    def most_carriers(self) -> float:
        """How many requests may have a feature before it is common, in a portfolio of more than COMMON_LEAST."""
        return COMMON_SHARE * self._living

    def of_row(self, row: int) -> Query:
        """A row as a query."""
        columns, counts = self._row(row)
        return self._query(columns, counts, 0.0)

    def _query(self, columns: Columns, counts: Counts, beside: float) -> Query:
        levels = LEVELS[counts]
        return Query(columns, levels, float(np.sum(self.squared()[columns] * levels * levels)) + beside)

    def squares_of(self, rows: Ints) -> Floats:
        """The squares of the lengths of some rows; the others are not looked at."""
        if self._squares is None:
            self._squares = np.full(len(self._rows), np.nan)
        missing = np.unique(rows[np.isnan(self._squares[rows])])
        for start in range(0, len(missing), LAID_OUT):
            some = missing[start : start + LAID_OUT]
            taken = self._take(some)
            self._squares[some] = taken.sums(self.squared()[taken.columns] * (LEVELS * LEVELS)[taken.counts])
        return self._squares[rows]

    def inverse(self, squares: Floats) -> Floats:
        """One over the length that counts; 0 for a row without a feature that does."""
        lengths = np.sqrt(squares + self.steady)
        return (squares > SHORTEST**2) / np.maximum(lengths, max(self.least_length, SHORTEST))

    def all_products(self, query: Query, rare: bool = False) -> Floats:
        """By row the product of its weights with those of the query; `rare` leaves common columns out."""
        chosen = ~self.common()[query.columns] if rare else np.ones(len(query.columns), np.bool_)
        columns, weights = query.columns[chosen], (self.squared()[query.columns] * query.levels)[chosen]
        turned = self._by_column()
        starts, known = turned.indptr.astype(np.int64), columns < turned.shape[0]
        first, sizes = starts[columns[known]], starts[columns[known] + 1] - starts[columns[known]]
        before = np.cumsum(sizes) - sizes
        at = np.repeat(first - before, sizes) + np.arange(int(sizes.sum()))
        values = np.repeat(weights[known], sizes) * LEVELS[turned.data[at]]
        found = np.bincount(turned.indices[at], values, minlength=len(self._rows)).astype(np.float64)
        tail = self._rows.span(turned.shape[1], len(self._rows))
        if len(tail.columns):
            dense = np.zeros(self.columns)
            dense[columns] = weights
            found[turned.shape[1] :] = tail.sums(dense[tail.columns] * LEVELS[tail.counts])
        return found

    def _by_column(self) -> csr_array:
        turned = self._turned
        if turned is None or len(self._rows) > turned.shape[1] + TAIL + turned.shape[1] // 50:
            turned = self._turned = None  # first of all: the old and the new one at once would take much room
            turned = self._turned = self._rows.by_column(self.columns)
        return turned

    def having(self, column: int) -> Ints:
        """The rows that have a column, the dead ones included, in ascending order."""
        turned = self._by_column()
        start, stop = turned.indptr[column : column + 2].tolist() if column < turned.shape[0] else (0, 0)
        tail = self._rows.span(turned.shape[1], len(self._rows))
        late = np.searchsorted(tail.offsets, np.flatnonzero(tail.columns == column), "right") - 1
        return np.concatenate([turned.indices[start:stop].astype(np.int64), late + turned.shape[1]])

    def products(self, query: Query, rows: Ints, rare: bool = False) -> Floats:
        """The same for some rows, in their order."""
        weights = self.squared()[query.columns] * query.levels
        if rare:
            weights[self.common()[query.columns]] = 0.0
        taken = self._take(rows)
        dense = np.zeros(self.columns)
        dense[query.columns] = weights
        return taken.sums(dense[taken.columns] * LEVELS[taken.counts])

    def likeness(self, query: Query, rows: Ints, rare: bool = False) -> Floats:
        """The cosine of the query with some rows, in 0..1; `rare` leaves what common columns add out."""
        return self.cosines(query, self.products(query, rows, rare), self.squares_of(rows))

    def at_most(self, query: Query, rare: bool = False) -> Floats:
        """By row more than the likeness can be, without measuring every row anew whenever a request comes or goes."""
        lengths = np.sqrt(self._square_at_least())
        own = self.inverse(np.array([query.square]))
        most = self.all_products(query, rare) * (own / np.maximum(lengths, max(self.least_length, SHORTEST)))
        return np.minimum(most * (1 + 1e-9), 1.0)

    def _square_at_least(self) -> Floats:
        """By row less than the square of its length: what it was by weighty columns when all rows were last measured,
        times how much the weight of such a column has shrunk since at most."""
        now = self.squared()
        if self._firm is not None:
            then, squares = self._firm
            weighty = then >= FIRM
            shrunk = float(np.min(now[: len(then)][weighty] / then[weighty], initial=1.0))
            if shrunk >= SHRUNK and len(self._rows) - len(squares) <= TAIL:
                return np.concatenate([squares * shrunk, self._summed_squares(len(squares), now)])
        self._firm = now, self._summed_squares(0, np.where(now >= FIRM, now, 0.0))
        return self._firm[1]

    def _summed_squares(self, start: int, weights: Floats) -> Floats:
        sums = [np.zeros(0)]  # block by block: side by side the weights of all rows would take more than the rows
        for first in range(start, len(self._rows), BLOCK):
            span = self._rows.span(first, min(first + BLOCK, len(self._rows)))
            sums.append(span.sums(weights[span.columns] * (LEVELS * LEVELS)[span.counts]))
        return np.concatenate(sums)

    def cosines(self, query: Query, products: Floats, squares: Floats) -> Floats:
        """The cosines from the products with rows of these squares."""
        return np.minimum(products * (self.inverse(np.array([query.square])) * self.inverse(squares)), 1.0)

    def pair_cosines(self, firsts: Ints, seconds: Ints, products: Floats) -> Floats:
        """The cosines of many pairs of rows from their products."""
        inverse = self.inverse(self.squares_of(firsts)) * self.inverse(self.squares_of(seconds))
        return np.minimum(products * inverse, 1.0)

    def in_common(self, firsts: Ints, seconds: Ints) -> "InCommon":
        """What each of many pairs of rows has in common."""
        one, other = (self._take(rows) for rows in (firsts, seconds))
        left, right = (each.matrix(LEVELS[each.counts], self.columns) for each in (one, other))
        return InCommon(self, firsts, seconds, csr_array(left.multiply(right)))

    def matrix(self, rows: Ints, share: float, rare: bool = True) -> csr_array:
        """Rows of weights whose products are `share` times the likeness, in 32-bit floats; `rare` leaves common columns
        out."""
        taken = self._take(rows)
        weights = np.sqrt(share * self.squared()) * (~self.common() if rare else 1.0)
        inverse = np.repeat(self.inverse(self.squares_of(rows)), np.diff(taken.offsets))
        data = (weights[taken.columns] * LEVELS[taken.counts] * inverse).astype(np.float32)
        found = taken.matrix(data, self.columns)
        found.eliminate_zeros()
        return found


class InCommon(NamedTuple):
    """What many pairs of rows of a space have in common: worked out once, asked several times."""

    space: Space
    firsts: Ints
    seconds: Ints
    levels: csr_array
    """A row a pair: by column that both have, in ascending order, the product of what its two counts weigh."""

    def of(self, chosen: Flags) -> "InCommon":
        """The same of some of the pairs."""
        return InCommon(self.space, self.firsts[chosen], self.seconds[chosen], csr_array(self.levels[chosen]))

    def sizes(self) -> Ints:
        """How many columns each pair has in common."""
        return np.diff(self.levels.indptr).astype(np.int64)

    def summed(self, weights: Floats | Flags) -> Floats:
        """By pair the sum of its levels, each times the weight of its column."""
        return np.asarray(self.levels @ weights) if self.levels.nnz else np.zeros(len(self.firsts))

    def likeness(self, rare: bool = False) -> Floats:
        """The cosine of each pair, in 0..1; `rare` leaves what common columns add out."""
        space = self.space
        weights = space.squared() * ~space.common() if rare else space.squared()
        return space.pair_cosines(self.firsts, self.seconds, self.summed(weights))
