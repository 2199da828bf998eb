"""Medians of what is not all over: hand-worked."""

from statistics import median_low

from hypothesis import given
from hypothesis import strategies as st

from board.reporting.durations import Spell, median


def of(*days: float, open_: tuple[float, ...] = ()) -> list[Spell]:
    return [Spell(each, True) for each in days] + [Spell(each, False) for each in open_]


def test_what_is_open_makes_the_median_longer() -> None:
    # Left out, 1, 2 and 3 days would say 2. With three open at 10: after 1, 5/6 stay; 2, 4/6; 3, half.
    assert median(of(1, 2, 3, open_=(10, 10, 10))).days == 3
    # One more open: after 3, 4/7 stay; nobody can say more than that half last longer than the longest so far.
    found = median(of(1, 2, 3, open_=(10, 10, 10, 11)))
    assert (found.days, found.at_least, found.words) == (None, 11, "more than 11 days")


def test_what_is_open_early_counts_only_as_long_as_it_has_lasted() -> None:
    # The open one at 2 leaves: after 1, 3/4 stay; at 5, of two one ends: 3/8.
    found = median(of(1, 5, 6, open_=(2,)))
    assert (found.days, found.over, found.open) == (5, 3, 1)


def test_nothing_has_no_median() -> None:
    found = median([])
    assert (found.days, found.words, found.number) == (None, "nothing yet", 0)


def test_words_are_plain() -> None:
    assert [median(of(days)).words for days in (1, 1.5, 61.4)] == ["1 day", "1.5 days", "61 days"]


def test_what_began_today_does_not_take_more_than_0_days() -> None:
    assert [median(of(open_=(days,))).words for days in (0.0, 0.04, 0.1)] == [
        "less than a day so far",
        "less than a day so far",
        "more than 0.1 days",
    ]
    assert median(of(0.01)).words == "less than a day"


@given(st.lists(st.integers(0, 400), min_size=1))
def test_without_open_ones_it_is_the_median_that_everybody_knows(days: list[int]) -> None:
    assert median(of(*days)).days == median_low(days)


@given(st.lists(st.integers(0, 99), min_size=1), st.lists(st.integers(0, 99)))
def test_open_ones_never_make_it_look_faster_than_closing_them_today(days: list[int], open_: list[int]) -> None:
    honest = median(of(*days, open_=tuple(open_))).days
    assert honest is None or honest >= median_low([*days, *open_])
