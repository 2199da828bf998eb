"""The words of the requests, or of their titles: a space of stems, weighted by how few requests use them."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from impacts.engine.matching.rows import Floats, Growing, Ints, as_counts
from impacts.engine.matching.space import LEVELS, Query, Space, exact
from impacts.engine.matching.text import PRIOR_REQUESTS, prose_shares_of_stems

COMMON_POWER = 0.61
"""A word of n requests among N weighs log(N / n), squared, of the log(N), squared, of a word of one request: less than
a sixth when n is more than N to this power. That is 5 % of 2,000 requests, 1.1 % of 100,000 and 0.5 % of a million."""


class WordSpace(Space):
    """A space of stems."""

    least_length = 3.0
    """About one word that few others use. So two titles of which nothing is left but "new system" are not the same."""

    def __init__(self, steady: float = 0.0) -> None:
        super().__init__()
        self.steady = steady
        self._columns: dict[str, int] = {}
        self._stems: list[str] = []  # by column
        self._prior: Growing[np.float64] = Growing(np.float64)

    def put(self, counts: Mapping[str, float]) -> None:
        """Add the stems of a request as the next row."""
        for stem in counts:
            if stem not in self._columns:
                self._columns[stem] = len(self._columns)
                self._stems.append(stem)
                self._containing.append(0)
                self._prior.append(prose_shares_of_stems().get(stem, 0.0))
        columns = np.fromiter((self._columns[stem] for stem in counts), np.int32, len(counts))
        order = np.argsort(columns)
        self.append(columns[order], as_counts(counts.values())[order])

    def telling(self) -> Floats:
        """0 for a word that everybody uses, about log(requests), squared, for a rare one."""
        seen = self._containing.view() + PRIOR_REQUESTS * self._prior.view() + 0.5
        return exact(-np.log(np.minimum(seen / self._all(), 1.0)))

    def most_carriers(self) -> float:
        """So many that the word weighs too little to bring a pair together."""
        return float(np.power(self._living, COMMON_POWER))

    def _all(self) -> float:
        return self._living + PRIOR_REQUESTS + 0.5

    def query(self, counts: Mapping[str, float]) -> Query:
        """The stems of a text that is not stored. Stems that nobody uses weigh as if new."""
        known = [stem for stem in counts if stem in self._columns]
        columns = np.fromiter((self._columns[stem] for stem in known), np.int32, len(known))
        levels = LEVELS[as_counts(counts[stem] for stem in counts if stem not in self._columns)]
        unseen = float(exact(-np.log(np.array([0.5 / self._all()])))[0])
        return self._query(columns, as_counts(counts[stem] for stem in known), float(np.sum(unseen * levels * levels)))

    def weights(self, query: Query) -> dict[str, float]:
        """The weight of each stem, in alphabetical order, of length one (less where least_length applies)."""
        values = np.sqrt(self.squared()[query.columns]) * query.levels * self.inverse(np.array([query.square]))
        stems = (self._stems[column] for column in query.columns.tolist())
        return {stem: weight for stem, weight in sorted(zip(stems, values.tolist(), strict=True)) if weight}

    def shared(self, one: Query, other: Query) -> dict[str, float]:
        """What each stem of both adds to the product of two queries, in alphabetical order; those that add nothing are
        left out. (Stems that no request uses are in no query.)"""
        both, first, second = np.intersect1d(one.columns, other.columns, assume_unique=True, return_indices=True)
        added = self.squared()[both] * one.levels[first] * other.levels[second]
        stems = (self._stems[column] for column in both.tolist())
        return {stem: each for stem, each in sorted(zip(stems, added.tolist(), strict=True)) if each > 0}

    def common_stems(self, firsts: Ints, seconds: Ints) -> list[list[str]]:
        """The stems that both rows of many pairs have, in alphabetical order."""
        common = self.in_common(firsts, seconds).levels
        stems = [self._stems[column] for column in common.indices.tolist()]
        return [sorted(stems[start:stop]) for start, stop in pairwise(common.indptr.tolist())]

    def common_shares(self, firsts: Ints, seconds: Ints) -> Floats:
        """Of all stems that one or both rows of many pairs have, the share that both have."""
        common = self.in_common(firsts, seconds).sizes()
        return np.asarray(common / np.maximum(self._rows.sizes(firsts) + self._rows.sizes(seconds) - common, 1))

    def product_by(self, stems: frozenset[str], query: Query, row: int) -> float:
        """What some stems add to the product of the query and a row."""
        columns, counts = self._rows.row(row)
        chosen = [self._columns[stem] for stem in sorted(stems) if stem in self._columns]
        dense = np.zeros(self.columns)
        dense[query.columns] = self.squared()[query.columns] * query.levels
        mine = np.isin(columns, chosen)
        return float(np.sum(dense[columns[mine]] * LEVELS[counts[mine]]))
