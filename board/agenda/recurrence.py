"""The days on which a series of meetings meets. Pure: dates in, dates out.

As RFC 5545 (RRULE) has it: weekly by one weekday with an interval that is counted from the week of the first day;
monthly by the first, second, third, fourth or last such weekday, counted from the month of the first day.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, islice

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
_EVERY = {1: "", 2: "second ", 3: "third ", 4: "fourth ", 6: "sixth "}
_LAST_YEAR = 2200


@dataclass(frozen=True, slots=True)
class Rule:
    """On `weekday` (0 is Monday), every so many weeks; or, with `nth`, on the nth such day every so many months."""

    starts: date
    ends: date | None
    weekday: int
    every: int = 1
    nth: int | None = None

    @property
    def words(self) -> str:
        """ "every second Thursday", "the last Friday of each month"."""
        name = WEEKDAYS[self.weekday]
        often = _EVERY.get(self.every, f"{self.every}th ")
        if self.nth is None:
            return f"every {often}{name}"
        return f"the {_NTH[self.nth]} {name} of {'each' if self.every == 1 else 'every'} {often}month"

    @property
    def rrule(self) -> str:
        """The same as an RRULE (RFC 5545, 3.3.10) without its end, counted from any day of the rule."""
        day = WEEKDAYS[self.weekday][:2].upper()
        if self.nth is None:
            return f"FREQ=WEEKLY;INTERVAL={self.every};BYDAY={day}"
        return f"FREQ=MONTHLY;INTERVAL={self.every};BYDAY={self.nth}{day}"


def days_of(rule: Rule, *, since: date, most: int) -> list[date]:
    """The first `most` days of the rule on or after `since`, in order; fewer where the rule ends."""
    floor = max(since, rule.starts)
    days = (day for day in _all(rule, floor) if day >= floor)
    return list(islice(days, most))


def is_on(rule: Rule, day: date) -> bool:
    """Whether the rule meets on this day."""
    return days_of(rule, since=day, most=1) == [day]


def _all(rule: Rule, floor: date) -> Iterator[date]:
    """All days of the rule from somewhat before `floor`, until it ends."""
    for day in _weekly(rule, floor) if rule.nth is None else _monthly(rule, floor):
        if day.year >= _LAST_YEAR or (rule.ends is not None and day > rule.ends):
            return
        yield day


def _weekly(rule: Rule, floor: date) -> Iterator[date]:
    first = rule.starts + timedelta(days=(rule.weekday - rule.starts.weekday()) % 7)
    step = 7 * rule.every
    passed = max((floor - first).days // step, 0)
    for n in count(passed):
        yield first + timedelta(days=n * step)


def _monthly(rule: Rule, floor: date) -> Iterator[date]:
    start = rule.starts.year * 12 + rule.starts.month - 1
    passed = max((floor.year * 12 + floor.month - 1 - start) // rule.every, 0)
    for n in count(passed):
        year, month = divmod(start + n * rule.every, 12)
        yield nth_weekday(year, month + 1, rule.weekday, rule.nth or 1)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth (1 to 4, or -1 for the last) such weekday of a month."""
    if nth > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    last = date(year, month, monthrange(year, month)[1])
    return last - timedelta(days=(last.weekday() - weekday) % 7)
