"""When a series meets: counted against the rules of RFC 5545 as dateutil has them."""

from datetime import date, datetime, timedelta

import pytest
from dateutil.rrule import FR, MO, MONTHLY, SA, SU, TH, TU, WE, WEEKLY, rrule
from hypothesis import given
from hypothesis import strategies as st

from board.agenda.recurrence import Rule, days_of, is_on

DAYS = (MO, TU, WE, TH, FR, SA, SU)
dates = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@given(starts=dates, ahead=st.integers(0, 900), weekday=st.integers(0, 6), every=st.integers(1, 12))
def test_weekly_series_meet_as_the_standard_says(starts: date, ahead: int, weekday: int, every: int) -> None:
    first = starts + timedelta(days=(weekday - starts.weekday()) % 7)
    other = rrule(WEEKLY, interval=every, byweekday=DAYS[weekday], dtstart=_at(first), count=700)
    since = starts + timedelta(days=ahead)
    wanted = [each.date() for each in other if each.date() >= since][:5]
    assert days_of(Rule(starts, None, weekday, every), since=since, most=5) == wanted


@given(
    starts=dates,
    ahead=st.integers(0, 900),
    weekday=st.integers(0, 6),
    every=st.integers(1, 12),
    nth=st.sampled_from([1, 2, 3, 4, -1]),
)
def test_monthly_series_meet_as_the_standard_says(starts: date, ahead: int, weekday: int, every: int, nth: int) -> None:
    other = rrule(MONTHLY, interval=every, byweekday=DAYS[weekday](nth), dtstart=_at(starts), count=60)
    since = starts + timedelta(days=ahead)
    wanted = [each.date() for each in other if each.date() >= since][:4]
    assert days_of(Rule(starts, None, weekday, every, nth), since=since, most=4) == wanted


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


def test_a_series_ends() -> None:
    rule = Rule(date(2026, 1, 1), date(2026, 1, 20), 3)
    assert days_of(rule, since=date(2026, 1, 1), most=9) == [date(2026, 1, 1), date(2026, 1, 8), date(2026, 1, 15)]
    assert days_of(rule, since=date(2026, 2, 1), most=9) == []
    assert is_on(rule, date(2026, 1, 8))
    assert not is_on(rule, date(2026, 1, 9))


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule(date(2026, 1, 1), None, 3), "every Thursday"),
        (Rule(date(2026, 1, 1), None, 3, 2), "every second Thursday"),
        (Rule(date(2026, 1, 1), None, 4, 1, -1), "the last Friday of each month"),
        (Rule(date(2026, 1, 1), None, 4, 3, 2), "the second Friday of every third month"),
    ],
)
def test_a_rule_in_words(rule: Rule, words: str) -> None:
    assert rule.words == words
