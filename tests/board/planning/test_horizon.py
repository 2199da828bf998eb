"""Quarters, and where days move with a start."""

from dataclasses import replace
from datetime import date

import pytest

from board.planning.dates import days_at, mind_freezes, parts, shift
from board.planning.horizon import Horizon, after, moved
from impacts.engine.facts import ContactFact, FreezeFact
from tests.board.planning.portfolio import HORIZON, wish


def test_periods_are_counted_from_the_first_quarter() -> None:
    horizon = Horizon((2026, 3), 4)
    assert horizon.names == ("Q3 2026", "Q4 2026", "Q1 2027", "Q2 2027")
    assert horizon.period(date(2027, 1, 1)) == 2
    assert horizon.period(date(2026, 6, 30)) == -1
    assert horizon.days == (date(2026, 7, 1), date(2027, 6, 30))
    assert after((2026, 4)) == (2027, 1)


@pytest.mark.parametrize(
    ("day", "quarters", "then"),
    [
        (date(2027, 1, 15), 1, date(2027, 4, 15)),
        (date(2027, 1, 31), 1, date(2027, 4, 30)),
        (date(2027, 11, 30), 1, date(2028, 2, 29)),
        (date(2027, 1, 1), 4, date(2028, 1, 1)),
        (date(2027, 4, 15), -2, date(2026, 10, 15)),
    ],
)
def test_a_day_keeps_its_place_in_the_quarter(day: date, quarters: int, then: date) -> None:
    assert moved(day, quarters) == then


def test_a_moved_request_keeps_its_length_and_takes_its_contacts_along() -> None:
    late = wish(1, contacts=(ContactFact(1, "email", date(2027, 3, 1)),))
    assert days_at(late, HORIZON, 1) == (date(2027, 5, 1), date(2027, 7, 31))
    assert shift(late, HORIZON, 1) == (date(2027, 5, 1) - date(2027, 2, 1)).days


def test_what_runs_keeps_its_days_whatever_the_period() -> None:
    runs = wish(1, start=date(2026, 10, 1), running=True)
    assert days_at(runs, HORIZON, 0) == (date(2026, 10, 1), date(2027, 5, 3))
    assert shift(runs, HORIZON, 0) == 0


def test_costs_are_spread_over_the_days_and_sum_to_the_whole() -> None:
    spread = parts(91_000, wish(1, start=date(2027, 2, 1), live=date(2027, 5, 2)), HORIZON)
    assert spread == (59_000.0, 32_000.0)  # 59 days in the first quarter, 32 in the second


def test_of_what_runs_only_what_is_left_counts() -> None:
    runs = wish(1, start=date(2026, 12, 1), live=date(2027, 1, 31), running=True)
    assert parts(62_000, runs, HORIZON) == (31_000.0,)


def test_a_request_without_days_takes_the_quarter_it_is_put_in() -> None:
    undated = wish(1, start=None, live=None)
    assert days_at(undated, HORIZON, 2) == (date(2027, 7, 1), date(2027, 9, 30))
    assert parts(500, undated, HORIZON) == (500.0,)


EASTER = FreezeFact(1, "easter", "Easter", date(2027, 5, 1), date(2027, 5, 20))


def test_a_moved_go_live_keeps_out_of_a_freeze_and_says_between_which_days() -> None:
    moved = replace(wish(1, start=date(2027, 2, 1), live=date(2027, 2, 10)), freezes=(EASTER,))
    assert days_at(moved, HORIZON, 1) == (date(2027, 5, 1), date(2027, 5, 21))
    words = "It can start in Q2 2027, but not go live between 1 and 20 May 2027 (“Easter”)."
    assert mind_freezes(moved, HORIZON, 1) == words
    assert not mind_freezes(moved, HORIZON, 0)


def test_a_day_that_was_named_stays_even_in_a_freeze() -> None:
    named = replace(wish(1, start=date(2027, 5, 3), live=date(2027, 5, 10)), freezes=(EASTER,))
    assert days_at(named, HORIZON, 1) == (date(2027, 5, 3), date(2027, 5, 10))
    assert not mind_freezes(named, HORIZON, 1)


def test_without_a_day_after_the_freeze_it_goes_live_before_it_but_not_before_it_begins() -> None:
    late = FreezeFact(1, "late", "Late", date(2027, 6, 10), date(2027, 7, 9))
    undated = replace(wish(1, start=None, live=None), freezes=(late,))
    assert days_at(undated, HORIZON, 1) == (date(2027, 4, 1), date(2027, 6, 9))
    words = "It can start in Q2 2027, but not go live between 10 June and 9 July 2027 (“Late”)."
    assert mind_freezes(undated, HORIZON, 1) == words
    begins = replace(wish(1, start=date(2027, 3, 12), live=date(2027, 3, 20)), freezes=(late,))
    assert days_at(begins, HORIZON, 1) == (date(2027, 6, 12), date(2027, 7, 10))
