"""The weighted order of scored requests, and how far it moves as weights move.

A request's value is the sum of weight times points over the criteria, as a share of the most that is possible. Only the
proportions of the weights matter.

Two exact answers to "what if the weights were others":

- *One weight at a time*: while one weight moves within a range and the others stay, every value is a line, so the rank
  of a request changes only where two lines cross. The crossings are worked out and walked through: the best and the
  worst rank are exact.
- *A pair, all weights at once*: each weight may move by up to the share s of itself, each by itself. The lower of two
  requests can draw level when s reaches (sum of w d) / (sum of w |d|), d being the differences of their points: that
  many of the weights' own size must move against the order, no less. Where d is nowhere below zero it never can.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Scored:
    """A request with its points by criterion, in the order of the weights."""

    id: int
    points: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A request in the weighted order. `rank` is 1 + how many are worth more (equals share one), `value` 0 to 100;
    `swap` is the least share by which weights must be free to move so that the next one below draws level (None: never,
    or it is the last, which `is_last` says)."""

    id: int
    rank: int
    value: float
    swap: float | None
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class RankRange:
    """The best and worst rank of a request while one weight moves."""

    id: int
    rank: int
    best: int
    worst: int

    @property
    def moves(self) -> int:
        """How many places there are between best and worst."""
        return self.worst - self.best


def value(points: Sequence[int], weights: Sequence[int], most: int) -> float:
    """What the points are worth, 0 to 100; 0 where no weight counts."""
    total = sum(weights)
    return 100 * sum(w * p for w, p in zip(weights, points, strict=True)) / (total * most) if total else 0.0


def weighted_order(scored: Iterable[Scored], weights: Sequence[int], most: int) -> list[Placed]:
    """All in order, the worthiest first; equals in the order of their ids."""
    rows = sorted(scored, key=lambda each: (-_raw(each.points, weights), each.id))
    found, rank = [], 0
    for place, row in enumerate(rows):
        if not place or _raw(row.points, weights) != _raw(rows[place - 1].points, weights):
            rank = place + 1
        below = rows[place + 1] if place + 1 < len(rows) else None
        swap = swap_share(row.points, below.points, weights) if below else None
        found.append(Placed(row.id, rank, value(row.points, weights, most), swap, is_last=below is None))
    return found


def _raw(points: Sequence[int], weights: Sequence[int]) -> int:
    return sum(w * p for w, p in zip(weights, points, strict=True))


def swap_share(higher: Sequence[int], lower: Sequence[int], weights: Sequence[int]) -> float | None:
    """The least share of themselves by which the weights must be free to move so that the lower draws level with the
    higher: 0 for equals, None where no weights would do it."""
    apart = [w * (h - low) for w, h, low in zip(weights, higher, lower, strict=True)]
    lead, spread = sum(apart), sum(abs(each) for each in apart)
    if lead <= 0:
        return 0.0
    return None if lead == spread else lead / spread


def rank_ranges(
    scored: Sequence[Scored], weights: Sequence[int], share: float, wanted: Iterable[int]
) -> dict[int, RankRange]:
    """Of each wanted request the exact best and worst rank while any one weight moves by up to `share` of itself and
    the others stay."""
    if not scored:
        return {}
    points = np.array([each.points for each in scored], dtype=np.int64)
    by = np.array(weights, dtype=np.int64)
    row_of = {each.id: place for place, each in enumerate(scored)}
    return {pk: _range_of(pk, points - points[row_of[pk]], by, share) for pk in wanted if pk in row_of}


def _range_of(pk: int, apart: Array, weights: Array, share: float) -> RankRange:
    """`apart` is every request's points less this one's."""
    lead = apart @ weights
    now = 1 + int(np.count_nonzero(lead > 0))
    moved = [_one_weight(lead, apart[:, place], weight, share) for place, weight in enumerate(weights.tolist())]
    best = min([now, *(low for low, _ in moved)])
    worst = max([now, *(high for _, high in moved)])
    return RankRange(pk, now, best, worst)


def _one_weight(lead: Array, slope: Array, weight: int, share: float) -> tuple[int, int]:
    """Best and worst rank while one weight goes from (1 - share) to (1 + share) of itself. `lead` is by how much each
    other is worth more now, `slope` what one more of the weight adds to that."""
    reach = weight * share
    moving = slope != 0
    crossings, rising = -lead[moving] / slope[moving], slope[moving] > 0
    above = int(np.count_nonzero(lead[~moving] > 0))
    above += int(np.count_nonzero(rising & (crossings < -reach)) + np.count_nonzero(~rising & (crossings > -reach)))
    best = worst = above
    inside = (crossings >= -reach) & (crossings <= reach)
    crossings, rising = crossings[inside], rising[inside]
    for at in np.unique(crossings).tolist():
        here = crossings == at
        if at > -reach:  # what falls level here is no longer above; at the very start it was not above at all
            above -= int(np.count_nonzero(here & ~rising))
        best = min(best, above)
        if at < reach:
            above += int(np.count_nonzero(here & rising))
        worst = max(worst, above)
    return best + 1, worst + 1


def rank_bounds(
    scored: Sequence[Scored], weights: Sequence[int], share: float, wanted: Iterable[int]
) -> dict[int, tuple[int, int]]:
    """Of each wanted request the ranks that it cannot leave while all weights move at once, each by up to `share` of
    itself: above it stay those that it can never draw level with, below those that can never with it. (Whether all that
    it can pass can be passed at the same time is not said: these are bounds.)"""
    if not scored:
        return {}
    points = np.array([each.points for each in scored], dtype=np.int64)
    by = np.array(weights, dtype=np.int64)
    row_of = {each.id: place for place, each in enumerate(scored)}
    found = {}
    for pk in wanted:
        if pk in row_of:
            apart = points - points[row_of[pk]]
            lead, spread = apart @ by, np.abs(apart) @ by
            surely_above = int(np.count_nonzero(lead - share * spread > 1e-9))
            surely_not = int(np.count_nonzero(lead + share * spread <= 1e-9)) - 1  # itself
            found[pk] = (1 + surely_above, len(scored) - surely_not)
    return found
