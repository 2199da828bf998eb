"""The quarters that a scenario plans, and the days on which requests begin and go live when they are moved."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from impacts.engine.quarters import Quarter, first_day, last_day, quarter_name, quarter_of

LEAST, MOST = 4, 12
"""A scenario plans so many quarters."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """`number` quarters of the calendar from `first` on. A period is a place among them, counted from 0."""

    first: Quarter
    number: int

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """The quarters in order."""
        return tuple(self.quarter(period) for period in range(self.number))

    @property
    def names(self) -> tuple[str, ...]:
        """'Q1 2027', and so on."""
        return tuple(quarter_name(quarter) for quarter in self.quarters)

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day."""
        return first_day(self.first), last_day(self.quarter(self.number - 1))

    def quarter(self, period: int) -> Quarter:
        """The quarter of a period, also of one before or after the horizon."""
        year, place = divmod(self.first[0] * 4 + self.first[1] - 1 + period, 4)
        return year, place + 1

    def period(self, day: date) -> int:
        """The period in which a day lies: below 0 before the horizon, `number` or more after it."""
        return self.period_of(quarter_of(day))

    def period_of(self, quarter: Quarter) -> int:
        """The period of a quarter, below 0 before the horizon."""
        return (quarter[0] - self.first[0]) * 4 + quarter[1] - self.first[1]

    def name(self, period: int) -> str:
        """'Q1 2027'."""
        return quarter_name(self.quarter(period))


def after(quarter: Quarter) -> Quarter:
    """The quarter after this one."""
    return Horizon(quarter, 2).quarter(1)


def moved(day: date, quarters: int) -> date:
    """The same place in the quarter so many quarters later (or earlier): 15 January becomes 15 April. The last days of
    a month stay within their month."""
    year, month = divmod(day.year * 12 + day.month - 1 + 3 * quarters, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def later(day: date, days: int) -> date:
    """So many days later; what lies beyond the calendar is its end."""
    return day + timedelta(days=min(days, (date.max - day).days)) if days >= 0 else day + timedelta(days=days)
