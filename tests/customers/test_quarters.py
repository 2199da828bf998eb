"""Quarters of the calendar, and that the engine's say the same."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.quarters import (
    first_day,
    next_quarter,
    quarter_before,
    quarter_code,
    quarter_label,
    quarter_of,
    quarters_from,
    read_quarter,
)
from impacts.engine import quarters as engine


@pytest.mark.parametrize("words", ["2027Q1", "Q1 2027", "q1 2027", "2027-Q1", "2027 q1"])
def test_quarters_are_read_as_people_write_them(words):
    assert read_quarter(words) == (2027, 1)


@pytest.mark.parametrize("words", ["", "Q5 2027", "27Q1", "2027", "Q1", "1999Q1", "2027Q12", "²027Q1"])
def test_what_is_no_quarter_is_none(words):
    assert read_quarter(words) is None


@given(st.integers(2000, 2199), st.integers(1, 4))
def test_quarters_are_called_as_everywhere(year, number):
    quarter = (year, number)
    assert quarter_label(quarter) == engine.quarter_name(quarter)
    assert read_quarter(quarter_label(quarter)) == read_quarter(quarter_code(quarter)) == quarter
    assert quarter_before(next_quarter(quarter)) == quarter


@given(st.dates(date(2, 1, 1), date(9998, 12, 31)))
def test_a_day_lies_between_the_first_days_of_its_quarter_and_the_next(day):
    quarter = quarter_of(day)
    assert first_day(quarter) <= day < first_day(next_quarter(quarter))
    assert engine.quarter_of(day) == quarter
    assert (engine.first_day(quarter), engine.last_day(quarter)) == (
        first_day(quarter),
        first_day(next_quarter(quarter)) - timedelta(days=1),
    )


def test_quarters_follow_one_another_over_the_year():
    assert quarters_from((2027, 3), 4) == [(2027, 3), (2027, 4), (2028, 1), (2028, 2)]
