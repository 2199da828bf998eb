"""Character grams: a space that sees through spelling, compound words and endings that stems miss."""

from functools import lru_cache

import numpy as np

from impacts.engine.matching.rows import MOST, Floats, Growing
from impacts.engine.matching.space import Query, Space
from impacts.engine.matching.text import GRAM_BUCKETS, PRIOR_REQUESTS, gram_counts, prose_words


@lru_cache(maxsize=1)
def prose_shares_of_grams() -> Floats:
    """By bucket the share of requests that contain it in any portfolio, as far as prose_words tells."""
    shares = np.zeros(GRAM_BUCKETS)
    for word, share, _ in prose_words():
        buckets = gram_counts(word)[0]
        shares[buckets] = np.maximum(shares[buckets], share)
    return shares


class GramSpace(Space):
    """A space of hashed character grams. It is only ever asked about some rows, so lengths are computed when asked."""

    def __init__(self) -> None:
        super().__init__()
        self._containing = Growing(np.int64, [0] * GRAM_BUCKETS)

    def put(self, text: str) -> None:
        """Add the grams of a request as the next row."""
        buckets, counts = gram_counts(text)
        self.append(buckets, np.minimum(counts, MOST).astype(np.uint8))

    def telling(self) -> Floats:
        """How few requests contain each gram."""
        seen = self._containing.view() + PRIOR_REQUESTS * prose_shares_of_grams() + 0.5
        return np.asarray(-np.log(np.minimum(seen / (self._living + PRIOR_REQUESTS + 0.5), 1.0)))

    def query(self, text: str) -> Query:
        """The grams of a text that is not stored."""
        buckets, counts = gram_counts(text)
        return self._query(buckets, np.minimum(counts, MOST).astype(np.uint8), 0.0)
