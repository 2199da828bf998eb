"""What is at stake with an item of the agenda, in points: about the minutes that a board without haste gives it.

Each part grows by its order of magnitude, not by its amount: ten times the customers is one step more, for a board does
not need ten times the minutes. An objection counts most, since it is the only part that somebody said instead of
Ombud computing it.
"""

from dataclasses import dataclass
from decimal import Decimal
from math import log2, log10

PER_OBJECTION = 4.0
MOST_OBJECTIONS = 3
MOST_REQUESTS = 5


@dataclass(frozen=True, slots=True)
class Stake:
    """`findings` is the sum of the weights of the standing findings, `reach` customers a month at the touchpoints,
    `money` the one-off cost in the organisation's currency, `objections` and `requests` are counts."""

    findings: float = 0.0
    reach: int = 0
    money: Decimal = Decimal(0)
    objections: int = 0
    requests: int = 1

    @property
    def points(self) -> float:
        """At least 1; never less where any part is greater."""
        return (
            1.0
            + 1.5 * log2(1 + max(self.findings, 0.0))
            + 1.5 * log10(1 + max(self.reach, 0) / 1_000)
            + 1.5 * log10(1 + max(float(self.money), 0.0) / 10_000)
            + PER_OBJECTION * min(max(self.objections, 0), MOST_OBJECTIONS)
            + min(max(self.requests - 1, 0), MOST_REQUESTS)
        )
