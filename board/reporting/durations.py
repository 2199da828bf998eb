"""How long things take when some are not over yet.

Leaving out what is still open makes everything look fast, and counting it as over today does too. The median here is
that of Kaplan and Meier ("Nonparametric estimation from incomplete observations", 1958): what is open counts as lasting
at least as long as it has so far.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spell:
    """Something that lasted so many days, or has lasted so long and is not over."""

    days: float
    is_over: bool


@dataclass(frozen=True, slots=True)
class Median:
    """The middle duration in days; None where too many are open to tell, which then is more than `at_least`."""

    days: float | None
    at_least: float
    over: int
    open: int

    @property
    def words(self) -> str:
        """'12 days', 'more than 40 days', 'less than a day so far', or "nothing yet"."""
        if not self.over + self.open:
            return "nothing yet"
        if self.days is None:
            return "less than a day so far" if _is_none(self.at_least) else f"more than {_days(self.at_least)}"
        return _days(self.days)

    @property
    def number(self) -> float:
        """The days to draw: the median, or what it is known to exceed."""
        return self.at_least if self.days is None else self.days


def _is_none(days: float) -> bool:
    """Whether so short a time would be written as 0 days."""
    return f"{days:.1f}" == "0.0"


def _days(days: float) -> str:
    if _is_none(days):
        return "less than a day"
    number = f"{days:.0f}" if days >= 10 else f"{days:.1f}".removesuffix(".0")
    return f"{number} day{'' if number == '1' else 's'}"


def median(spells: Iterable[Spell]) -> Median:
    """The median of these durations, those that are open counted as lasting longer. Where one ends and another is
    still open on the same day, the end comes first."""
    rows = sorted(spells, key=lambda spell: (spell.days, not spell.is_over))
    staying, at_risk, middle = 1.0, len(rows), None
    for spell in rows:
        if spell.is_over:
            staying *= 1 - 1 / at_risk
            if middle is None and staying <= 0.5 + 1e-12:
                middle = spell.days
        at_risk -= 1
    over = sum(spell.is_over for spell in rows)
    return Median(middle, rows[-1].days if rows else 0.0, over, len(rows) - over)
