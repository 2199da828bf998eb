"""What this organisation's verdicts say of a score: how many overlaps as strong as this were confirmed.

From the judged overlaps (score, confirmed or dismissed) comes the best map from score to share confirmed that never
falls as the score rises: isotonic regression by pooling adjacent violators (Robertson, Wright and Dykstra 1988, ch. 1;
Zadrozny and Elkan 2002 for calibration), every verdict weighing the same. Each block of the map is a stretch of scores
with its verdicts, so that a share is always said with the number that it rests on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import isotonic_regression

LEAST_JUDGED: Final = 30
"""Verdicts without which nothing is said of a share."""

LEAST_OF_EACH: Final = 5
"""Of these verdicts so many must be confirmations, and so many dismissals: one kind alone says nothing of the other."""

LEAST_IN_BLOCK: Final = 5
"""Verdicts without which nothing is said beside a finding."""

LEAST_FOR_HINT: Final = 10
"""Verdicts without which nothing is said of a level."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An overlap that somebody judged."""

    score: float
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Block:
    """Judged overlaps with scores from `low` to `high`, which the map gives one share."""

    low: float
    high: float
    judged: int
    confirmed: int

    @property
    def share(self) -> float:
        """The share confirmed, 0 to 1."""
        return self.confirmed / self.judged


@dataclass(frozen=True, slots=True)
class Calibration:
    """The map: blocks by score, their shares strictly rising."""

    blocks: tuple[Block, ...]

    @property
    def judged(self) -> int:
        """How many verdicts it rests on."""
        return sum(block.judged for block in self.blocks)

    @property
    def confirmed(self) -> int:
        """How many of them are confirmations."""
        return sum(block.confirmed for block in self.blocks)

    def block_at(self, score: float) -> Block | None:
        """The block that speaks for a score: the last that begins at or below it. None below everything judged, and
        where too few verdicts stand behind it."""
        at_or_below = [block for block in self.blocks if block.low <= score]
        return at_or_below[-1] if at_or_below and at_or_below[-1].judged >= LEAST_IN_BLOCK else None


def calibrate(judged: Iterable[Judged]) -> Calibration | None:
    """The map from these verdicts; None with fewer than LEAST_JUDGED, or fewer than LEAST_OF_EACH of either kind."""
    known = sorted(judged, key=lambda each: each.score)
    confirmed = sum(each.confirmed for each in known)
    if len(known) < LEAST_JUDGED or min(confirmed, len(known) - confirmed) < LEAST_OF_EACH:
        return None
    # Equal scores must get equal shares, so they are one point that weighs as many.
    scores, points, counts = np.unique([each.score for each in known], return_inverse=True, return_counts=True)
    right = np.bincount(points, weights=[each.confirmed for each in known])
    bounds = isotonic_regression(right / counts, weights=counts).blocks
    return Calibration(
        tuple(
            Block(
                float(scores[start]), float(scores[end - 1]), int(counts[start:end].sum()), int(right[start:end].sum())
            )
            for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)
        )
    )


def least_sure(calibration: Calibration | None, threshold: float) -> tuple[float, float]:
    """The stretch of scores whose verdicts would teach most, first and last: from the highest score at which fewer than
    half are confirmed to the lowest at which more than half are. Without a calibration, the threshold itself.
    """
    if calibration is None:
        return threshold, threshold
    below = [block.high for block in calibration.blocks if block.share < 0.5]
    above = [block.low for block in calibration.blocks if block.share > 0.5]
    first = below[-1] if below else calibration.blocks[0].low
    last = above[0] if above else calibration.blocks[-1].high
    return first, last


def confirmed_from(judged: Iterable[Judged], threshold: float) -> tuple[int, int] | None:
    """Of the verdicts on scores from this threshold on: how many there are and how many confirm. None with fewer than
    LEAST_FOR_HINT."""
    strong = [each.confirmed for each in judged if each.score >= threshold]
    return (len(strong), sum(strong)) if len(strong) >= LEAST_FOR_HINT else None
