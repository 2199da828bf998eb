"""How crowded it is around a request: what two have in common tells less when others have as much in common with one
of them, and more when they stand out.

Around a request stand its neighbours, ordered by how much their text has alike with its own. The second nearest tells
whether a pair is a pair or one of several; the eleventh, whether these several are a crowd: a family of ten has no
eleventh. So a pair gives up NEXT_SHARE of what it has in common with the second nearest of either, as far as it lies
above ABOVE, and LATER_SHARE of what it has in common with the eleventh, as far as it lies above LATER_ABOVE; of
what it has left it gains OWN_GAIN, the less the more that is. The typical pair gains what it gives up, so scores mean
what they would without all this: a pair with little else around it gains up to a twenty-eighth, copies of each other
stay at 1, and a pair among forty that all have .8 in common keeps half and is still found. Nearly all requests have a
second nearest above ABOVE, one in twenty an eleventh above LATER_ABOVE. After the hubness correction of Conneau
et al. ("Word Translation Without Parallel Data", 2018: CSLS), which takes off the mean of the ten nearest and so pushes
families below strangers.

Crowding moves slowly, so it is measured for all requests in a full scan and for a changed one in its own scan, and kept
in between. Around a request that was never scanned there is nobody.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from impacts.engine.matching.rows import Floats, Ints

NEXT, LATER = 2, 11
ABOVE, LATER_ABOVE = 0.10, 0.20
NEXT_SHARE, LATER_SHARE = 0.20, 0.50
OWN_GAIN = 1 / 7


class Crowding(NamedTuple):
    """What texts have alike with those second and eleventh nearest to them; 0 where that is not above its level."""

    second: Floats
    eleventh: Floats

    def of(self, rows: Ints) -> "Crowding":
        """That of some."""
        return Crowding(self.second[rows], self.eleventh[rows])

    def or_more(self, other: "Crowding") -> "Crowding":
        """The greater of both."""
        return Crowding(np.maximum(self.second, other.second), np.maximum(self.eleventh, other.eleventh))


NOBODY = Crowding(np.zeros(1), np.zeros(1))
"""Around pairs that stand alone, however many."""


def crowding(texts: Floats) -> Crowding:
    """Around one request, from what its text has alike with all near ones, in any order."""
    nearest = np.asarray(np.round(np.sort(texts[texts > ABOVE]), 6), np.float64)
    return _crowding(nearest, np.array([len(nearest)]))


def crowding_of_all(near: Iterable[tuple[Ints, Ints, Floats]], size: int) -> Crowding:
    """By row, of so many rows, from every near pair once: rows, other rows, likeness of the texts. 6 digits."""
    found = list(near) or [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))]
    firsts, seconds, texts = (np.concatenate(parts) for parts in zip(*found, strict=True))
    above = texts > ABOVE
    rows = np.concatenate([firsts[above], seconds[above]])
    texts = np.round(np.concatenate([texts[above], texts[above]]), 6)
    texts = texts[np.lexsort((texts, rows))]
    return _crowding(texts, np.bincount(rows, minlength=size))


def _crowding(texts: Floats, counts: Ints) -> Crowding:
    """By row; `texts` are those of each row, ascending, so many of each."""
    eleventh = _at(LATER, texts, counts)
    return Crowding(_at(NEXT, texts, counts), np.where(eleventh > LATER_ABOVE, eleventh, 0.0))


def _at(place: int, texts: Floats, counts: Ints) -> Floats:
    """By row the text at this place, counted from the greatest; `texts` are those of each row, ascending."""
    found, enough = np.zeros(len(counts)), counts >= place
    found[enough] = texts[np.cumsum(counts)[enough] - place]
    return found


def standing_out(texts: Floats, around: Crowding) -> Floats:
    """What is added to texts that have so much alike, of pairs around which it is so crowded; below 0, taken off."""
    second = np.maximum(np.minimum(texts, around.second) - ABOVE, 0.0)
    eleventh = np.maximum(np.minimum(texts, around.eleventh) - LATER_ABOVE, 0.0)
    own = texts - NEXT_SHARE * second - LATER_SHARE * eleventh
    return np.asarray(own + OWN_GAIN * own * (1.0 - own) - texts)
