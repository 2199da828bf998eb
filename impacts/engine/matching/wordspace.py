"""The words of every request as rows of one sparse matrix that grows by appending.

A changed request gets a new row and its old one is left dead until the rows are packed. Only raw, sublinear counts are
stored; how telling a word is (its idf) and how long a row is are computed from the counts when somebody asks. The
entries of a row lie in the alphabetical order of their stems, whatever number a stem got, so that every sum runs in
the same order and results do not depend on the order in which requests arrived.
"""

from collections.abc import Mapping
from math import log, sqrt

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from impacts.engine.matching.text import PRIOR_REQUESTS, prose_shares_of_stems

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SHORTEST = 1e-9
"""A text whose weights are no longer than this has no word that counts."""

LEAST_LENGTH = 3.0
"""How long a text's weights count at least: about one word that few others use. So two titles of which nothing is left
but "new system" are not the same title."""


class _Growing:
    """A one-dimensional array that grows by doubling."""

    def __init__(self, dtype: npt.DTypeLike) -> None:
        self._store: npt.NDArray[np.generic] = np.zeros(1024, dtype)
        self.size = 0

    def extend(self, values: npt.NDArray[np.generic]) -> None:
        """Append values."""
        needed = self.size + len(values)
        if needed > len(self._store):
            store = np.zeros(max(needed, 2 * len(self._store)), self._store.dtype)
            store[: self.size] = self._store[: self.size]
            self._store = store
        self._store[self.size : needed] = values
        self.size = needed

    def view(self) -> npt.NDArray[np.generic]:
        """What is stored, without a copy."""
        return self._store[: self.size]


class WordSpace:
    """Rows of stems by owner (a request's id), with weights computed when asked for."""

    def __init__(self) -> None:
        self._columns: dict[str, int] = {}
        self._stems: list[str] = []  # by column
        self._rows: dict[int, int] = {}  # owner -> its living row
        self._clear_rows()
        self._containing = np.zeros(1024, np.int64)  # living rows that contain a column
        self._prior = np.zeros(1024)

    def _clear_rows(self) -> None:
        self._indices = _Growing(np.int32)
        self._counts = _Growing(np.float64)
        self._ends = _Growing(np.int64)
        self._ends.extend(np.zeros(1, np.int64))
        self._owners = _Growing(np.int64)  # by row; a dead row keeps its owner but is not alive
        self._alive = _Growing(np.bool_)
        self._changed()

    def _changed(self) -> None:
        self._idf: Floats | None = None
        self._order: tuple[Ints, Ints] | None = None
        self._weighted: tuple[csr_array, Floats] | None = None

    def __getstate__(self) -> dict[str, object]:
        """Leave out what can be computed again."""
        return {**self.__dict__, "_idf": None, "_order": None, "_weighted": None}

    def __len__(self) -> int:
        return len(self._rows)

    def _column(self, stem: str) -> int:
        column = self._columns.get(stem)
        if column is None:
            column = self._columns[stem] = len(self._columns)
            self._stems.append(stem)
            if column >= len(self._containing):
                self._containing = np.concatenate([self._containing, np.zeros_like(self._containing)])
                self._prior = np.concatenate([self._prior, np.zeros_like(self._prior)])
            self._prior[column] = prose_shares_of_stems().get(stem, 0.0)
        return column

    def put(self, owner: int, counts: Mapping[str, float]) -> None:
        """Store the stems of a request, in place of what was there."""
        self.drop(owner)
        ordered = sorted(counts)
        columns = np.fromiter((self._column(stem) for stem in ordered), np.int32, len(ordered))
        weights = 1.0 + np.log(np.fromiter((counts[stem] for stem in ordered), np.float64, len(ordered)))
        self._rows[owner] = self._owners.size
        self._indices.extend(columns)
        self._counts.extend(weights)
        self._ends.extend(np.array([self._indices.size], np.int64))
        self._owners.extend(np.array([owner], np.int64))
        self._alive.extend(np.array([True]))
        self._containing[columns] += 1
        self._changed()

    def drop(self, owner: int) -> None:
        """Forget a request; nothing happens when it is not there."""
        row = self._rows.pop(owner, None)
        if row is None:
            return
        self._alive.view()[row] = False
        self._containing[self._slice(row)[0]] -= 1
        self._changed()
        if self._owners.size > 1000 + 2 * len(self._rows):
            self._pack()

    def _slice(self, row: int) -> tuple[npt.NDArray[np.int32], Floats]:
        ends = self._ends.view()
        part = slice(int(ends[row]), int(ends[row + 1]))
        return self._indices.view()[part].astype(np.int32), self._counts.view()[part].astype(np.float64)

    def _pack(self) -> None:
        """Write the living rows anew, without the dead ones."""
        kept = [(owner, *self._slice(row)) for owner, row in self._rows.items()]
        self._clear_rows()
        self._rows = {owner: row for row, (owner, _, _) in enumerate(kept)}
        for owner, columns, counts in kept:
            self._indices.extend(columns)
            self._counts.extend(counts)
            self._ends.extend(np.array([self._indices.size], np.int64))
            self._owners.extend(np.array([owner], np.int64))
            self._alive.extend(np.array([True]))

    def idf(self) -> Floats:
        """How telling each column is: 0 for a word that everybody uses, about log(requests) for a rare one."""
        if self._idf is not None:
            return self._idf
        used = len(self._columns)
        seen = self._containing[:used] + PRIOR_REQUESTS * self._prior[:used] + 0.5
        share = np.minimum(seen / (len(self._rows) + PRIOR_REQUESTS + 0.5), 1.0)
        self._idf = np.asarray(-np.log(share), np.float64)
        return self._idf

    def weighted(self) -> tuple[csr_array, Floats]:
        """All rows, dead ones too, weighted by idf, and one over each row's length (0 for empty and dead rows)."""
        if self._weighted is None:
            indices = self._indices.view()
            data = self._counts.view() * self.idf()[indices] if self._indices.size else np.zeros(0)
            shape = (self._owners.size, max(len(self._columns), 1))
            matrix = csr_array((data, indices, self._ends.view()), shape=shape)
            squares = csr_array((data * data, indices, self._ends.view()), shape=shape)
            lengths = np.sqrt(squares @ np.ones(shape[1]))
            inverse = (lengths > SHORTEST) / np.maximum(lengths, LEAST_LENGTH)
            self._weighted = (matrix, inverse * self._alive.view())
        return self._weighted

    def vector(self, counts: Mapping[str, float]) -> dict[str, float]:
        """The weights of a text's stems, in alphabetical order, of length one (less when LEAST_LENGTH applies).

        Unknown stems weigh as if new.
        """
        idf, unseen = self.idf(), -log(0.5 / (len(self._rows) + PRIOR_REQUESTS + 0.5))
        weights = {}
        for stem in sorted(counts):
            column = self._columns.get(stem)
            weights[stem] = (1.0 + log(counts[stem])) * (unseen if column is None else float(idf[column]))
        length = sqrt(sum(weight * weight for weight in weights.values()))
        if length <= SHORTEST:
            return {}
        length = max(length, LEAST_LENGTH)
        return {stem: weight / length for stem, weight in weights.items()}

    def vector_of(self, owner: int) -> dict[str, float]:
        """The same for a stored request, without its text."""
        columns, counts = self._slice(self._rows[owner])
        weights = counts * self.idf()[columns]
        length = sqrt(float(np.sum(weights * weights)))
        if length <= SHORTEST:
            return {}
        length = max(length, LEAST_LENGTH)
        return dict(zip(map(self._stems.__getitem__, columns.tolist()), (weights / length).tolist(), strict=True))

    def likeness(self, counts: Mapping[str, float]) -> tuple[Ints, Floats]:
        """The cosine of a text with every stored request: owners in ascending order, and values in 0..1 rounded to 9
        digits. A text without a word that counts is like nothing.
        """
        owners, rows = self._living()
        vector = self.vector(counts)
        matrix, inverse = self.weighted()
        dense = np.zeros(matrix.shape[1])
        for stem, weight in vector.items():
            column = self._columns.get(stem)
            if column is not None:
                dense[column] = weight
        values = (matrix @ dense) * inverse
        return owners, np.round(values[rows], 9)

    def _living(self) -> tuple[Ints, Ints]:
        """Owners in ascending order, and the living row of each."""
        if self._order is None:
            owners = np.fromiter(self._rows.keys(), np.int64, len(self._rows))
            rows = np.fromiter(self._rows.values(), np.int64, len(self._rows))
            by_owner = np.argsort(owners)
            self._order = (owners[by_owner], rows[by_owner])
        return self._order
