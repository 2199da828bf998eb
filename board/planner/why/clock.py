"""How long the reasons may take."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Clock:
    """Runs out after `seconds`, or as soon as somebody cancels."""

    seconds: float
    cancelled: Callable[[], bool] | None = None
    _began: float = field(default_factory=time.monotonic, init=False)

    @property
    def left(self) -> float:
        """Seconds that are left; 0 once cancelled."""
        if self.cancelled and self.cancelled():
            return 0.0
        return max(0.0, self._began + self.seconds - time.monotonic())

    def part(self, share: float) -> "Clock":
        """A clock for a share of what is left."""
        return Clock(self.left * share, self.cancelled)
