"""How crowded it is around a request: what two have in common tells less when others have as much in common with one
of them.

Around a request stand its neighbours, ordered by how much their text has alike with its own. The second nearest tells
whether a pair is a pair or one of several; the eleventh, whether these several are a crowd: a family of ten has no
eleventh. So a pair gives up NEXT_SHARE of what it has in common with the second nearest of either, and LATER_SHARE of
what it has in common with the eleventh, each as far as it lies above ABOVE. Two that are each other's clear best keep
all; a pair among forty that all have .8 in common keeps nearly half and is still found. In real portfolios about half
of the requests have a second nearest above ABOVE, and one in twenty an eleventh. After the hubness correction of
Conneau et al. ("Word Translation Without Parallel Data", 2018: CSLS), which takes off the mean of the ten nearest and
so pushes families below strangers.

Crowding moves slowly, so it is measured for all requests in a full scan and for a changed one in its own scan, and kept
in between. Around a request that was never scanned there is nobody.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from impacts.engine.matching.rows import Floats, Ints

ABOVE = 0.20
NEXT, LATER = 2, 11
NEXT_SHARE, LATER_SHARE = 0.15, 0.50


class Crowding(NamedTuple):
    """What texts have alike with those second and eleventh nearest to them; 0 where that is not above ABOVE."""

    second: Floats
    eleventh: Floats

    def of(self, rows: Ints) -> "Crowding":
        """That of some."""
        return Crowding(self.second[rows], self.eleventh[rows])

    def or_more(self, other: "Crowding") -> "Crowding":
        """The greater of both."""
        return Crowding(np.maximum(self.second, other.second), np.maximum(self.eleventh, other.eleventh))


def crowding(texts: Floats) -> Crowding:
    """Around one request, from what its text has alike with all near ones, in any order."""
    nearest = np.asarray(np.round(np.sort(texts[texts > ABOVE]), 6), np.float64)
    second, eleventh = (_at(place, nearest, np.array([len(nearest)])) for place in (NEXT, LATER))
    return Crowding(second, eleventh)


def crowding_of_all(near: Iterable[tuple[Ints, Ints, Floats]], size: int) -> Crowding:
    """By row, of so many rows, from every near pair once: rows, other rows, likeness of the texts. 6 digits."""
    found = list(near) or [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))]
    firsts, seconds, texts = (np.concatenate(parts) for parts in zip(*found, strict=True))
    above = texts > ABOVE
    rows = np.concatenate([firsts[above], seconds[above]])
    texts = np.round(np.concatenate([texts[above], texts[above]]), 6)
    texts = texts[np.lexsort((texts, rows))]
    counts = np.bincount(rows, minlength=size)
    second, eleventh = (_at(place, texts, counts) for place in (NEXT, LATER))
    return Crowding(second, eleventh)


def _at(place: int, texts: Floats, counts: Ints) -> Floats:
    """By row the text at this place, counted from the greatest; `texts` are those of each row, ascending."""
    found, enough = np.zeros(len(counts)), counts >= place
    found[enough] = texts[np.cumsum(counts)[enough] - place]
    return found


def taken_off(texts: Floats, around: Crowding) -> Floats:
    """What crowding takes off texts that have so much alike, of pairs around which it is so crowded."""
    second, eleventh = (np.maximum(np.minimum(texts, each) - ABOVE, 0.0) for each in around)
    return np.asarray(NEXT_SHARE * second + LATER_SHARE * eleventh)
