"""How long something may take: in seconds, or in work that is counted and so the same on any machine at any time."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypedDict

from board.planner.highs import Limits


class Work:
    """Work that was done so far, in units of about a second of an idle processor; see `highs.work_of`."""

    def __init__(self) -> None:
        self.done = 0.0

    def __call__(self) -> float:
        """So much."""
        return self.done


class Asked(TypedDict, total=False):
    """How long a search may take: one of the two."""

    seconds: float
    work: float


@dataclass
class Clock:
    """Runs out after so much of what `meter` counts (seconds, unless it is `Work`), or as soon as somebody cancels."""

    amount: float
    cancelled: Callable[[], bool] | None = None
    meter: Callable[[], float] = time.monotonic
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self.meter()

    @property
    def left(self) -> float:
        """What is left; 0 once cancelled."""
        if self.cancelled and self.cancelled():
            return 0.0
        return max(0.0, self._began + self.amount - self.meter())

    @property
    def gone(self) -> float:
        """What was taken."""
        return self.meter() - self._began

    @property
    def counts_work(self) -> bool:
        """Whether work is counted instead of seconds."""
        return isinstance(self.meter, Work)

    def part(self, share: float) -> "Clock":
        """A clock for a share of what is left."""
        return self.of(self.left * share)

    def of(self, amount: float) -> "Clock":
        """Another clock of this kind, for so much."""
        return Clock(amount, self.cancelled, self.meter)

    def counting(self, work: float, share: float = 1.0) -> "Clock":
        """A clock for so much counted work. Where this one counts seconds it also ends with a share of what is left of
        them."""
        ends = self.part(share)
        cancelled = self.cancelled if self.counts_work else lambda: ends.left <= 0
        return Clock(work, cancelled, Work())

    def limits(self, most: float = math.inf) -> Limits:
        """Limits for a search: what is left, and no more than `most`."""
        left = min(self.left, most)
        return Limits(work=left) if self.counts_work else Limits(seconds=left)

    def asked(self) -> Asked:
        """What is left, as `solve` is asked for it."""
        return {"work": self.left} if self.counts_work else {"seconds": self.left}

    def spend(self, work: float) -> None:
        """Note work that was done."""
        if isinstance(self.meter, Work):
            self.meter.done += work

    def apart(self) -> "Clock":
        """A clock for what is left of the work, that counts by itself from here on."""
        meter = Work()
        meter.done = self.meter()
        return Clock(self.left, self.cancelled, meter)

    def follow(self, other: "Clock") -> None:
        """Take what another clock has counted for what was done."""
        if isinstance(self.meter, Work):
            self.meter.done = other.meter()
