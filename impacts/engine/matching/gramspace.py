"""Character grams: they see through spelling, compound words and endings that stems miss.

Only how many requests contain each gram is kept for all; the grams of a request are computed when it is a candidate
and remembered for a while. So 100,000 requests cost one small array and not a gigabyte.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from impacts.engine.matching.text import GRAM_BUCKETS, PRIOR_REQUESTS, PROSE_SHARES, gram_counts

Floats = npt.NDArray[np.float64]
Grams = tuple[npt.NDArray[np.int32], Floats]
Remembered = tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]

REMEMBERED = 12_000
"""Requests whose grams are kept at hand: about 80 MB at 700 grams each."""


SHORTEST = 1e-9


def sublinear(text: str) -> Grams:
    """The gram buckets of a text and 1 + ln(count) of each."""
    buckets, counts = gram_counts(text)
    return buckets, 1.0 + np.log(counts)


@lru_cache(maxsize=1)
def prose_shares_of_grams() -> Floats:
    """By bucket the share of requests that contain it in any portfolio, as far as PROSE_SHARES tells."""
    shares = np.zeros(GRAM_BUCKETS)
    for word, share in PROSE_SHARES.items():
        buckets = gram_counts(word)[0]
        shares[buckets] = np.maximum(shares[buckets], share)
    return shares


class GramSpace:
    """How many requests contain each gram, and the likeness of one text with others by their grams."""

    def __init__(self) -> None:
        self._containing = np.zeros(GRAM_BUCKETS, np.int32)
        self._requests = 0
        self._remembered: OrderedDict[int, Remembered] = OrderedDict()
        self._idf: Floats | None = None

    def __getstate__(self) -> dict[str, object]:
        """Leave out what can be computed again."""
        return {**self.__dict__, "_remembered": OrderedDict(), "_idf": None}

    def put(self, owner: int, text: str) -> None:
        """Count a request's grams."""
        grams = sublinear(text)
        self._containing[grams[0]] += 1
        self._requests += 1
        self._idf = None
        self._remember(owner, grams)

    def drop(self, owner: int, text: str) -> None:
        """Take back what `put` counted for the same text."""
        self._containing[sublinear(text)[0]] -= 1
        self._requests -= 1
        self._idf = None
        self._remembered.pop(owner, None)

    def _remember(self, owner: int, grams: Grams) -> Remembered:
        kept = self._remembered[owner] = (grams[0], grams[1].astype(np.float32))
        while len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
        return kept

    def _grams(self, owner: int, text_of: Callable[[int], str]) -> Remembered:
        known = self._remembered.get(owner)
        return known if known is not None else self._remember(owner, sublinear(text_of(owner)))

    def idf(self) -> Floats:
        """How telling each bucket is."""
        if self._idf is None:
            seen = self._containing + PRIOR_REQUESTS * prose_shares_of_grams() + 0.5
            share = seen / (self._requests + PRIOR_REQUESTS + 0.5)
            self._idf = np.asarray(-np.log(np.minimum(share, 1.0)), np.float64)
        return self._idf

    def likeness(self, text: str, owners: Sequence[int], text_of: Callable[[int], str]) -> Floats:
        """The cosine of a text with each of `owners`, in 0..1, rounded to 9 digits."""
        values = np.zeros(len(owners))
        idf = self.idf()
        buckets, counts = sublinear(text)
        own = counts.astype(np.float32).astype(np.float64) * idf[buckets]
        length = float(np.sqrt(np.sum(own * own)))
        if length <= SHORTEST:
            return values
        dense = np.zeros(GRAM_BUCKETS)
        dense[buckets] = own
        for at, owner in enumerate(owners):
            other_buckets, other_counts = self._grams(owner, text_of)
            other = other_counts * idf[other_buckets]
            squared = float(np.dot(other, other))
            if squared > SHORTEST:
                values[at] = float(np.dot(other, dense[other_buckets])) / (length * np.sqrt(squared))
        return np.round(values, 9)
