"""Character grams: a space that sees through spelling, compound words and endings that stems miss.

Grams end at a word's edges, so those of a request are those of its words. The space knows the grams of each word of the
portfolio and the words of each request; the grams of a request can always be put together from them.
"""

from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from impacts.engine.matching.rows import MOST, Columns, Counts, Floats, Growing, Ints, SparseRows, Taken, as_counts
from impacts.engine.matching.space import LEVELS, Query, Space, exact
from impacts.engine.matching.text import GRAM_BUCKETS, PRIOR_REQUESTS, gram_words, prose_words, word_grams


@lru_cache(maxsize=1)
def prose_shares_of_grams() -> Floats:
    """By bucket the share of requests that contain it in any portfolio, as far as prose_words tells."""
    shares = np.zeros(GRAM_BUCKETS)
    for word, share, _ in prose_words():
        buckets = word_grams(word)[0]
        shares[buckets] = np.maximum(shares[buckets], share)
    return shares


KEPT = 130_000_000
"""So many grams of requests are kept, at five bytes each: those of about 120,000 requests. Those of requests beyond are
put together whenever they are asked for."""

ASIDE = 512
"""So many pairs are measured at a time: what is copied for them stays in the processor's cache."""

Row = tuple[Columns, Counts]


class Read(NamedTuple):
    """The words of a text, how often each occurs, and the grams of those that were not known when it was read."""

    words: Mapping[str, int]
    new: Mapping[str, Row]


class GramSpace(Space):
    """A space of hashed character grams. It is only ever asked about some rows, so lengths are computed when asked."""

    def __init__(self) -> None:
        super().__init__()
        self._containing = Growing(np.int64, [0] * GRAM_BUCKETS)
        self._numbers: dict[str, int] = {}  # by word: its row in `_of_words`
        self._of_words = SparseRows()
        self._words = SparseRows()  # of each row, how often each word
        self._kept: Growing[np.bool_] = Growing(np.bool_)

    def read(self, text: str) -> Read:
        """What `put` takes. Changes nothing, whatever it raises."""
        words = gram_words(text)
        return Read(words, {word: word_grams(word) for word in words if word not in self._numbers})

    def put(self, read: Read) -> None:
        """Add the grams of a request as the next row."""
        for word, (columns, counts) in read.new.items():
            if word not in self._numbers:
                self._numbers[word] = len(self._numbers)
                self._of_words.append(columns, counts)
        numbers = np.fromiter((self._numbers[word] for word in read.words), np.int32, len(read.words))
        self._words.append(numbers, as_counts(read.words.values()))
        grams = self._put_together(np.array([len(self._words) - 1]))
        kept = self._rows.entries + len(grams.columns) <= KEPT
        self._kept.append(kept)
        if kept:
            self.append(grams.columns, grams.counts)
        else:
            self.append(grams.columns[:0], grams.counts[:0])
            self._containing.view()[grams.columns] += 1

    def keep(self, rows: Ints) -> None:
        """Forget the rows that are not among these, the living ones; they are numbered anew in this order."""
        super().keep(rows)
        self._words.keep(rows)
        self._kept.keep(rows)

    def _put_together(self, rows: Ints) -> Taken:
        """The grams of some rows, from those of their words."""
        words = self._words.take(rows)
        grams = self._of_words.take(words.columns.astype(np.int64))
        counts = np.repeat(words.counts.astype(np.int64), np.diff(grams.offsets)) * grams.counts
        return _merged(grams.columns, counts, grams.offsets[words.offsets])

    def _row(self, row: int) -> Row:
        if self._kept.at(row):
            return super()._row(row)
        grams = self._put_together(np.array([row]))
        return grams.columns, grams.counts

    def _take(self, rows: Ints) -> Taken:
        kept = self._kept.view()[rows]
        if kept.all():
            return super()._take(rows)
        stored, found = super()._take(rows[kept]), self._put_together(rows[~kept])
        sizes = np.zeros(len(rows), np.int64)
        sizes[kept], sizes[~kept] = np.diff(stored.offsets), np.diff(found.offsets)
        mine = np.repeat(kept, sizes)
        columns, counts = np.zeros(len(mine), np.int32), np.zeros(len(mine), np.uint8)
        columns[mine], columns[~mine] = stored.columns, found.columns
        counts[mine], counts[~mine] = stored.counts, found.counts
        return Taken(columns, counts, np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)]))

    def pair_likeness(self, firsts: Ints, seconds: Ints) -> Floats:
        """The cosine of many pairs of rows, in 0..1. Rows are long here, and pairs come grouped by first: those of a
        few hundred pairs are copied side by side."""
        dense = np.zeros(self.columns)
        parts = [slice(start, start + ASIDE) for start in range(0, len(firsts), ASIDE)]
        found = [self._products_aside(firsts[part], seconds[part], dense) for part in parts]
        return self.pair_cosines(firsts, seconds, np.concatenate([np.zeros(0), *found]))

    def _products_aside(self, firsts: Ints, seconds: Ints, dense: Floats) -> Floats:
        """One first row after the other is laid out in full in `dense`, which is all zeros before and after."""
        weights, taken = self.squared(), self._take(seconds)
        laid = np.empty(len(taken.columns))
        bounds = np.flatnonzero(np.diff(firsts, prepend=-1, append=-1))
        for start, stop in pairwise(bounds.tolist()):
            columns, counts = self._row(int(firsts[start]))
            dense[columns] = weights.take(columns, mode="clip") * LEVELS.take(counts, mode="clip")
            some = slice(int(taken.offsets[start]), int(taken.offsets[stop]))
            # Clipping spares a check: no column is out of bounds.
            dense.take(taken.columns[some], mode="clip", out=laid[some])
            dense[columns] = 0.0
        laid *= LEVELS.take(taken.counts, mode="clip")
        return taken.sums(laid)

    def telling(self) -> Floats:
        """How few requests contain each gram."""
        seen = self._containing.view() + PRIOR_REQUESTS * prose_shares_of_grams() + 0.5
        return exact(-np.log(np.minimum(seen / (self._living + PRIOR_REQUESTS + 0.5), 1.0)))

    def query(self, text: str) -> Query:
        """The grams of a text that is not stored."""
        words, new = self.read(text)
        rows = [new[word] if word in new else self._of_words.row(self._numbers[word]) for word in words]
        counts = [row[1] * np.int64(min(count, MOST)) for row, count in zip(rows, words.values(), strict=True)]
        columns = np.concatenate([np.empty(0, np.int32), *(row[0] for row in rows)])
        grams = _merged(columns, np.concatenate([np.empty(0, np.int64), *counts]), np.array([0, len(columns)]))
        return self._query(grams.columns, grams.counts, 0.0)


def _merged(columns: Columns, counts: Ints, offsets: Ints) -> Taken:
    """Rows side by side in which a column may occur several times, with each column once, in ascending order."""
    keys = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets)) * GRAM_BUCKETS + columns
    order = np.argsort(keys)
    keys = keys[order]
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    summed = np.add.reduceat(counts[order], first) if len(first) else counts
    ends = np.searchsorted(keys[first], np.arange(len(offsets)) * GRAM_BUCKETS)
    merged = (keys[first] % GRAM_BUCKETS).astype(np.int32)
    return Taken(merged, np.minimum(summed, MOST).astype(np.uint8), ends)
