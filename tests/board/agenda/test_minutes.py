"""Minutes in proportion to stake: properties that hold for every agenda, and examples."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from board.agenda.minutes import LEAST, MOST, Ask, allot, wanted
from board.agenda.stakes import Stake

points = st.floats(1, 60, allow_nan=False)
free = st.lists(points, max_size=30).map(lambda many: [Ask(f"k{n:02}", each) for n, each in enumerate(many)])
mixed = st.lists(st.tuples(points, st.none() | st.integers(1, 60), st.booleans()), max_size=25).map(
    lambda many: [Ask(f"k{n:02}", each, fixed, must) for n, (each, fixed, must) in enumerate(many)]
)
lengths = st.integers(0, 600)
leasts = st.integers(1, 20)


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no mistake
@given(asks=mixed, length=lengths, least=leasts)
def test_never_more_than_the_meeting_and_never_less_than_the_least(asks: list[Ask], length: int, least: int) -> None:
    found = allot(asks, length=length, least=least)
    fixed = {ask.key: ask.fixed for ask in asks}
    assert sum(found.minutes.values()) + found.left == length
    assert found.left >= 0
    assert all(given == fixed[key] or (fixed[key] is None and given >= least) for key, given in found.minutes.items())
    assert sorted([*found.minutes, *found.waiting]) == [ask.key for ask in asks]


@given(asks=free, length=lengths, least=leasts)
def test_a_bigger_stake_never_gets_fewer_minutes(asks: list[Ask], length: int, least: int) -> None:
    given = allot(asks, length=length, least=least).minutes
    for one in asks:
        for other in asks:
            if one.points > other.points:
                assert given.get(one.key, 0) >= given.get(other.key, 0)


@given(asks=mixed, length=lengths, seed=st.randoms(use_true_random=False))
def test_the_order_in_which_items_come_changes_nothing(asks: list[Ask], length: int, seed: object) -> None:
    shuffled = list(asks)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    assert allot(shuffled, length=length) == allot(asks, length=length)


@given(asks=free, length=lengths)
def test_more_time_never_takes_an_item_off(asks: list[Ask], length: int) -> None:
    assert set(allot(asks, length=length).minutes) <= set(allot(asks, length=length + 1).minutes)


@given(asks=free)
def test_with_time_enough_each_gets_what_it_asks_for(asks: list[Ask]) -> None:
    given = allot(asks, length=MOST * 30).minutes
    assert given == {ask.key: wanted(ask.points) for ask in asks}


def test_the_first_that_does_not_fit_is_not_passed_by_a_smaller_one() -> None:
    found = allot([Ask("a", 20), Ask("b", 20), Ask("c", 5)], length=22)
    assert (found.minutes, found.waiting) == ({"a": 20}, ("b", "c"))


def test_time_that_is_short_is_shared_in_proportion() -> None:
    assert allot([Ask("a", 30), Ask("b", 15)], length=36).minutes == {"a": 24, "b": 12}


def test_what_must_go_on_goes_before_a_bigger_stake() -> None:
    found = allot([Ask("pinned", 5, fixed=10, must=True), Ask("big", 30)], length=20)
    assert (found.minutes, found.waiting, found.left) == ({"pinned": 10}, ("big",), 10)


def test_pins_that_cannot_all_hold_are_said_to_wait() -> None:
    found = allot([Ask("a", 9, fixed=50, must=True), Ask("b", 8, fixed=50, must=True), Ask("c", 1)], length=90)
    assert (found.minutes, found.waiting) == ({"a": 50, "c": LEAST}, ("b",))


@pytest.mark.parametrize("length", [0, -5, 4])
def test_a_meeting_without_time_takes_nothing(length: int) -> None:
    found = allot([Ask("a", 9)], length=length)
    assert (found.minutes, found.waiting) == ({}, ("a",))


def test_nothing_asked_is_nothing_given() -> None:
    assert allot([], length=90).left == 90


@given(
    findings=st.floats(0, 500), reach=st.integers(0, 10**8), money=st.integers(0, 10**9), objections=st.integers(0, 9)
)
def test_each_part_only_ever_adds_to_the_stake(findings: float, reach: int, money: int, objections: int) -> None:
    low = Stake(findings, reach, Decimal(money), objections, 2).points
    assert low >= 1
    assert Stake(findings + 1, reach, Decimal(money), objections, 2).points >= low
    assert Stake(findings, reach + 1000, Decimal(money), objections, 2).points >= low
    assert Stake(findings, reach, Decimal(money + 10_000), objections, 2).points >= low
    assert Stake(findings, reach, Decimal(money), objections + 1, 2).points >= low
    assert Stake(findings, reach, Decimal(money), objections, 3).points >= low
