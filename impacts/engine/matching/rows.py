"""Arrays that grow, and sparse rows of small counts made of them: what every space keeps its features in."""

from collections.abc import Iterable
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Columns = npt.NDArray[np.int32]
Counts = npt.NDArray[np.uint8]
Item = TypeVar("Item", bound=np.generic)

MOST = 255
"""A feature that occurs more often in a row counts as if it occurred so many times."""

WITHIN = np.iinfo(np.int32).max


class Growing(Generic[Item]):
    """A one-dimensional array that grows by a sixteenth at a time, in place where nobody looks at it: then the system
    moves its pages and no value is copied. Who updates what it is part of must not hold on to a view."""

    def __init__(self, kind: type[Item], values: Iterable[object] = ()) -> None:
        self._kind = kind
        self._store: npt.NDArray[Item] = np.array(list(values), kind)
        self.size = len(self._store)

    def extend(self, values: npt.NDArray[Item]) -> None:
        """Append values."""
        needed = self.size + len(values)
        self._make_room(needed)
        self._store[self.size : needed] = values
        self.size = needed

    def _make_room(self, needed: int) -> None:
        if needed <= len(self._store):
            return
        room = max(needed, 1024, len(self._store) + len(self._store) // 16)
        try:
            self._store.resize(room)
        except ValueError:  # somebody looks at it, or it is mapped from a file
            store = np.zeros(room, self._kind)
            store[: self.size] = self._store[: self.size]
            self._store = store

    def append(self, value: Any) -> None:
        """Append one value."""
        self._make_room(self.size + 1)
        self._store[self.size] = value
        self.size += 1

    def view(self) -> npt.NDArray[Item]:
        """What is stored, without a copy."""
        return self._store[: self.size]

    def at(self, place: int) -> Any:
        """One value, as a number of Python's."""
        return self._store.item(place)

    def part(self, start: int, stop: int) -> npt.NDArray[Item]:
        """Some of what is stored, without a copy: in half the time of a part of `view`."""
        return self._store[start:stop]

    def keep(self, places: Ints) -> None:
        """Forget all values but those at these places."""
        self._store = self.view()[places]
        self.size = len(self._store)

    def __getstate__(self) -> tuple[type[Item], npt.NDArray[Item]]:
        """Without the room to grow."""
        return self._kind, self.view()

    def __setstate__(self, state: tuple[type[Item], npt.NDArray[Item]]) -> None:
        self._kind, self._store = state
        self.size = len(self._store)


class Taken(NamedTuple):
    """Some rows side by side: row `n` is `columns[offsets[n]:offsets[n + 1]]`, and so are its counts."""

    columns: Columns
    counts: Counts
    offsets: Ints

    def sums(self, values: Floats) -> Floats:
        """The sum of the values of each row; 0 for an empty one."""
        if not len(values):
            return np.zeros(len(self.offsets) - 1)
        filled = self.offsets[:-1] < self.offsets[1:]
        found = np.zeros(len(self.offsets) - 1)
        found[filled] = np.add.reduceat(values, self.offsets[:-1][filled])
        return found

    def matrix(self, values: npt.NDArray[Item], columns: int) -> csr_array:
        """The rows as a matrix of these values. Its numbers of rows and columns take 32 bits where that is enough: half
        the room in the processor's cache of what is multiplied."""
        offsets = self.offsets.astype(np.int32) if len(self.columns) <= WITHIN else self.offsets
        return csr_array((values, self.columns, offsets), shape=(len(offsets) - 1, max(columns, 1)))


class SparseRows:
    """Rows of (column, count), numbered from 0, that are only ever appended; `keep` writes them anew."""

    def __init__(self) -> None:
        self._columns, self._counts = Growing(np.int32), Growing(np.uint8)
        self._ends = Growing(np.int64, [0])

    def __len__(self) -> int:
        return self._ends.size - 1

    @property
    def entries(self) -> int:
        """How many (column, count) there are."""
        return self._columns.size

    def append(self, columns: Columns, counts: Counts) -> None:
        """Add a row."""
        self._columns.extend(columns)
        self._counts.extend(counts)
        self._ends.append(self._columns.size)

    def row(self, number: int) -> tuple[Columns, Counts]:
        """The columns and counts of a row, without a copy."""
        start, stop = self._ends.part(number, number + 2).tolist()
        return self._columns.part(start, stop), self._counts.part(start, stop)

    def take(self, rows: Ints) -> Taken:
        """Copies of some rows, side by side in this order."""
        sizes = self.sizes(rows)
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
        if len(self) < offsets[-1] and self.entries <= WITHIN:  # worth it to look at all ends first
            copied = self._matrix()[rows]
            return Taken(copied.indices, copied.data, offsets)
        at = np.repeat(self._ends.view()[rows] - offsets[:-1], sizes) + np.arange(offsets[-1])
        return Taken(self._columns.view()[at], self._counts.view()[at], offsets)

    def _matrix(self) -> csr_array:
        """All rows, without a copy of them. It copies whole rows, many times faster than value by value."""
        ends = self._ends.view().astype(np.int32)
        return csr_array((self._counts.view(), self._columns.view(), ends), shape=(len(self), WITHIN))

    def sizes(self, rows: Ints) -> Ints:
        """How many columns each of some rows has."""
        ends = self._ends.view()
        return ends[rows + 1] - ends[rows]

    def span(self, start: int, stop: int) -> Taken:
        """The rows from `start` up to `stop`, without a copy."""
        ends = self._ends.view()[start : stop + 1]
        part = slice(int(ends[0]), int(ends[-1]))
        columns, counts = self._columns.view()[part], self._counts.view()[part]
        return Taken(columns, counts, ends - ends[0])

    def keep(self, rows: Ints) -> None:
        """Forget all rows but these, which are numbered anew in this order."""
        taken = self.take(rows)
        self._columns, self._counts = Growing(np.int32), Growing(np.uint8)
        self._ends = Growing(np.int64)
        self._columns.extend(taken.columns)
        self._counts.extend(taken.counts)
        self._ends.extend(taken.offsets)

    def by_column(self, columns: int) -> csr_array:
        """The rows turned: one row for each column, with the numbers of the rows that have it and the counts."""
        taken = self.span(0, len(self))
        turned = taken.matrix(taken.counts, columns).tocsc()
        return csr_array((turned.data, turned.indices, turned.indptr), shape=(max(columns, 1), len(self)))


def as_counts(values: Iterable[float]) -> Counts:
    """Counts as they are stored: whole numbers up to MOST."""
    return np.minimum(np.rint(np.fromiter(values, np.float64)), MOST).astype(np.uint8)
