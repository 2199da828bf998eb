"""Quarters of the calendar, and work spread over them. A quarter is (year, 1 to 4): (2027, 1) is January to March."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from impacts.engine.matching.rows import Ints

Quarter = tuple[int, int]

TENTHS = 10
"""Work is counted in tenths of a person-day, as whole numbers, so that sums do not depend on their order."""


def quarter_of(day: date) -> Quarter:
    """The quarter in which a day lies."""
    return day.year, (day.month - 1) // 3 + 1


def first_day(quarter: Quarter) -> date:
    """The first day of a quarter."""
    return date(quarter[0], 3 * quarter[1] - 2, 1)


def last_day(quarter: Quarter) -> date:
    """The last day of a quarter."""
    year, number = quarter
    return date(year, 12, 31) if number == 4 else date(year, 3 * number + 1, 1) - timedelta(days=1)


def quarter_name(quarter: Quarter) -> str:
    """'Q1 2027'."""
    return f"Q{quarter[1]} {quarter[0]}"


def spread(days: int, first: date, last: date) -> dict[Quarter, int]:
    """So many person-days, evenly over all calendar days from `first` to `last` (both included): tenths of a person-day
    by quarter. What is due by the end of each quarter is rounded down, so that the parts sum to the whole. A `last`
    before `first` is taken for `first`.
    """
    last = max(first, last)
    length = (last - first).days + 1
    parts: dict[Quarter, int] = {}
    done, day = 0, first
    while day <= last:
        quarter = quarter_of(day)
        end = min(last_day(quarter), last)
        due = TENTHS * days * ((end - first).days + 1) // length
        parts[quarter], done = due - done, due
        if end == date.max:
            break
        day = end + timedelta(days=1)
    return parts


def spread_all(days: Sequence[int], first: Sequence[date], last: Sequence[date], quarters: Sequence[Quarter]) -> Ints:
    """What `spread` says of many at once: a row for each, a column for each of these quarters."""
    whole, begin = TENTHS * np.array(days, np.int64), np.array([day.toordinal() for day in first], np.int64)
    length = np.maximum(np.array([day.toordinal() for day in last], np.int64) - begin, 0) + 1
    parts = np.zeros((len(days), len(quarters)), np.int64)
    for column, quarter in enumerate(quarters):
        due, before = (
            whole * np.clip(until - begin, 0, length) // length
            for until in (last_day(quarter).toordinal() + 1, first_day(quarter).toordinal())
        )
        parts[:, column] = due - before
    return parts
