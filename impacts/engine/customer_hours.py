"""Hours that IT spends with customers, month by month, against the target. Pure: hours in, months and sentences out.

The target of a month is a third more than the same month a year before. A month without hours a year before has none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

Month = tuple[int, int]
"""Year and 1 to 12."""

MORE = Decimal(4) / 3
NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def month_name(month: Month) -> str:
    """'October 2026'."""
    return f"{NAMES[month[1] - 1]} {month[0]}"


def month_code(month: Month) -> str:
    """'2026-10', as files write it."""
    return f"{month[0]}-{month[1]:02}"


def months_back(until: Month, count: int) -> list[Month]:
    """The `count` months that end with `until`, the earliest first."""
    last = 12 * until[0] + until[1] - 1
    return [(number // 12, number % 12 + 1) for number in range(last - count + 1, last + 1)]


@dataclass(frozen=True, slots=True)
class MonthOfHours:
    """One month. `before` are the hours of the same month a year before, None where there were none; `is_over` whether
    the month has ended."""

    month: Month
    hours: Decimal
    before: Decimal | None
    is_over: bool = True

    @property
    def target(self) -> Decimal | None:
        """A third more than a year before, to a tenth of an hour."""
        return None if self.before is None else (self.before * MORE).quantize(Decimal("0.1"))

    @property
    def short(self) -> Decimal | None:
        """Hours that the target lacks, below zero where it is passed; None without a target."""
        return None if self.target is None else self.target - self.hours

    @property
    def is_met(self) -> bool:
        """Whether the target is reached; without a target it is not."""
        return self.short is not None and self.short <= 0

    @property
    def name(self) -> str:
        """'October 2026'."""
        return month_name(self.month)

    @property
    def short_name(self) -> str:
        """'Oct'."""
        return NAMES[self.month[1] - 1][:3]


def months_of(hours: Mapping[Month, Decimal], until: Month, count: int) -> tuple[MonthOfHours, ...]:
    """The `count` months that end with `until`, which is not over yet."""
    return tuple(
        MonthOfHours(
            month,
            hours.get(month, Decimal(0)),
            hours.get((month[0] - 1, month[1])) or None,
            month != until,
        )
        for month in months_back(until, count)
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """Hours and target summed over the months that are over and have a target."""

    hours: Decimal
    target: Decimal
    months: int
    met: int

    @property
    def share(self) -> int:
        """Hours in per cent of the target; 0 where there is none."""
        return round(100 * self.hours / self.target) if self.target else 0


def measured(months: Iterable[MonthOfHours]) -> Measured:
    """What was reached in the months that can be measured."""
    known = [each for each in months if each.is_over and each.target is not None]
    return Measured(
        sum((each.hours for each in known), Decimal(0)),
        sum((each.target or Decimal(0) for each in known), Decimal(0)),
        len(known),
        sum(each.is_met for each in known),
    )


def hours_title(months: Iterable[MonthOfHours]) -> str:
    """What the months say, as a sentence."""
    rows = list(months)
    if not any(each.hours for each in rows):
        return "Nobody from IT has written down an hour with customers yet"
    over = [each for each in rows if each.is_over]
    last = next((each for each in reversed(over) if each.target is not None), None)
    if last is None or last.short is None:
        shown = next((each for each in reversed(over) if each.hours), rows[-1])
        so_far = "" if shown.is_over else " so far"
        return (
            f"In {shown.name} IT spent {said(shown.hours)} with customers{so_far}; "
            "there is no year before to measure it by"
        )
    spent = f"In {last.name} IT spent {said(last.hours)} with customers"
    if last.short > 0:
        return f"{spent}: {said(last.short)} short of its target"
    return f"{spent}: {said(-last.short)} above its target" if last.short < 0 else f"{spent}: exactly its target"


def hours_deck(months: Iterable[MonthOfHours]) -> str:
    """How often the target was met, and what it is."""
    rule = "The target is a third more than in the same month a year before."
    sums = measured(months)
    if not sums.months:
        return rule
    if sums.months == 1:
        return f"{rule} Only one month can be measured yet."
    return f"{rule} It was met in {sums.met} of the {sums.months} months that can be measured."


def plain(hours: Decimal) -> str:
    """'46', '2.5', '1,200.25'."""
    return f"{hours:,.2f}".rstrip("0").rstrip(".")


def said(hours: Decimal) -> str:
    """'1 hour', '46 hours', '2.5 hours'."""
    return f"{plain(hours)} hour{'' if hours == 1 else 's'}"
