"""Character grams: a space that sees through spelling, compound words and endings that stems miss."""

import zlib
from functools import lru_cache
from itertools import pairwise

import numpy as np

from impacts.engine.matching.rows import MOST, Columns, Counts, Floats, Growing, Ints, Taken
from impacts.engine.matching.space import LEVELS, Query, Space
from impacts.engine.matching.text import GRAM_BUCKETS, PRIOR_REQUESTS, gram_counts, prose_words


@lru_cache(maxsize=1)
def prose_shares_of_grams() -> Floats:
    """By bucket the share of requests that contain it in any portfolio, as far as prose_words tells."""
    shares = np.zeros(GRAM_BUCKETS)
    for word, share, _ in prose_words():
        buckets = gram_counts(word)[0]
        shares[buckets] = np.maximum(shares[buckets], share)
    return shares


KEPT = 150_000_000
"""So many grams of requests are kept, at five bytes each: those of 150,000 to 200,000 requests. Of requests beyond,
the text is kept, compressed, and its grams are found again when they are asked for."""

AT_HAND = 10_000
"""Rows found again that are kept for a while."""

Row = tuple[Columns, Counts]
Read = tuple[str, Row]


class GramSpace(Space):
    """A space of hashed character grams. It is only ever asked about some rows, so lengths are computed when asked."""

    def __init__(self) -> None:
        super().__init__()
        self._containing = Growing(np.int64, [0] * GRAM_BUCKETS)
        self._texts: dict[int, bytes] = {}  # of the rows whose grams are not kept
        self._at_hand: dict[int, Row] = {}

    def __getstate__(self) -> dict[str, object]:
        """Leave out what can be computed again."""
        return {**super().__getstate__(), "_at_hand": {}}

    def read(self, text: str) -> Read:
        """What `put` takes: the grams of a text, and the text."""
        return text, _grams(text)

    def put(self, read: Read) -> None:
        """Add the grams of a request as the next row."""
        text, (columns, counts) = read
        row = len(self._rows)
        if self._rows.entries + len(columns) <= KEPT:
            self.append(columns, counts)
            return
        self.append(columns[:0], counts[:0])
        self._containing.view()[columns] += 1
        self._texts[row] = zlib.compress(text.encode("utf-8", "surrogatepass"))

    def drop(self, row: int) -> None:
        """Count a row no more."""
        super().drop(row)
        self._texts.pop(row, None)
        self._at_hand.pop(row, None)

    def keep(self, rows: Ints) -> None:
        """Forget the rows that are not among these, the living ones; they are numbered anew in this order."""
        super().keep(rows)
        self._at_hand = {}
        self._texts = {new: self._texts[old] for new, old in enumerate(rows.tolist()) if old in self._texts}

    def _row(self, row: int) -> Row:
        if row not in self._texts:
            return super()._row(row)
        known = self._at_hand.get(row)
        if known is None:
            if len(self._at_hand) >= AT_HAND:
                self._at_hand.clear()
            text = zlib.decompress(self._texts[row]).decode("utf-8", "surrogatepass")
            known = self._at_hand[row] = _grams(text)
        return known

    def _take(self, rows: Ints) -> Taken:
        if not self._texts:
            return super()._take(rows)
        found = [self._row(row) for row in rows.tolist()]
        offsets = np.cumsum([0, *(len(columns) for columns, _ in found)], dtype=np.int64)
        columns = np.concatenate([each[0] for each in found] or [np.empty(0, np.int32)])
        return Taken(columns, np.concatenate([each[1] for each in found] or [np.empty(0, np.uint8)]), offsets)

    def _summed(self, firsts: Ints, seconds: Ints, weights: Floats) -> Floats:
        """One first row after the other is laid out in full: rows are long here, and pairs come grouped by first."""
        found, dense = np.zeros(len(firsts)), np.zeros(self.columns)
        bounds = np.flatnonzero(np.diff(firsts, prepend=-1, append=-1))
        for start, stop in pairwise(bounds.tolist()):
            columns, counts = self._row(int(firsts[start]))
            dense[columns] = weights[columns] * LEVELS[counts]
            taken = self._take(seconds[start:stop])
            found[start:stop] = taken.sums(dense[taken.columns] * LEVELS[taken.counts])
            dense[columns] = 0.0
        return found

    def telling(self) -> Floats:
        """How few requests contain each gram."""
        seen = self._containing.view() + PRIOR_REQUESTS * prose_shares_of_grams() + 0.5
        return np.asarray(-np.log(np.minimum(seen / (self._living + PRIOR_REQUESTS + 0.5), 1.0)))

    def query(self, text: str) -> Query:
        """The grams of a text that is not stored."""
        return self._query(*_grams(text), 0.0)


def _grams(text: str) -> Row:
    buckets, counts = gram_counts(text)
    return buckets, np.minimum(counts, MOST).astype(np.uint8)
