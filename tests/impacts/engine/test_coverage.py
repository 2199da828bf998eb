"""Coverage over time: what was there on a day, and who was."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from impacts.engine.coverage import EntryState, PersonNow, PersonState, coverage, month_ends

JAN, FEB, MAR = date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)
BEGIN = date(2025, 12, 1)
RITA = PersonNow(1, never=False, left_on=None)


def shares(entries, people=(RITA,), known=()):
    return [(each.owned, each.total) for each in coverage([JAN, FEB, MAR], entries, people, known)]


def test_an_entry_counts_from_the_day_it_was_added():
    assert shares([EntryState("a", BEGIN, 1), EntryState("b", date(2026, 2, 28), 1)]) == [(1, 1), (2, 2), (2, 2)]


def test_naming_somebody_counts_from_that_day_on():
    assert shares([EntryState("a", BEGIN, None), EntryState("a", date(2026, 2, 10), 1)]) == [(0, 1), (1, 1), (1, 1)]


def test_a_retired_or_deleted_entry_is_in_neither_number():
    retired = EntryState("a", date(2026, 2, 10), 1, retired_on=date(2026, 2, 10))
    deleted = EntryState("b", date(2026, 3, 1), 1, there=False)
    states = [EntryState("a", BEGIN, 1), retired, EntryState("b", BEGIN, 1), deleted]
    assert shares(states) == [(2, 2), (1, 1), (0, 0)]


def test_who_left_in_february_answered_in_january_whenever_that_was_written_down():
    gone = PersonNow(1, never=False, left_on=date(2026, 2, 15), is_active=False)
    known = [PersonState(1, BEGIN, is_active=False, left_on=date(2026, 2, 15))]
    assert shares([EntryState("a", BEGIN, 1)], [gone], known) == [(1, 1), (0, 1), (0, 1)]


def test_who_was_away_and_came_back_did_not_answer_meanwhile():
    known = [
        PersonState(1, BEGIN, is_active=True, left_on=None),
        PersonState(1, date(2026, 2, 1), is_active=False, left_on=date(2026, 2, 1)),
        PersonState(1, date(2026, 3, 5), is_active=True, left_on=None),
    ]
    assert shares([EntryState("a", BEGIN, 1)], [RITA], known) == [(1, 1), (0, 1), (1, 1)]


def test_who_was_switched_off_without_a_day_answers_until_that_was_done():
    off = PersonNow(1, never=False, left_on=None, is_active=False)
    known = [PersonState(1, BEGIN, is_active=True, left_on=None), PersonState(1, MAR, is_active=False, left_on=None)]
    assert shares([EntryState("a", BEGIN, 1)], [off], known) == [(1, 1), (1, 1), (0, 1)]


def test_a_team_was_never_a_person():
    assert shares([EntryState("a", BEGIN, 1)], [PersonNow(1, never=True, left_on=None)]) == [(0, 1)] * 3


def test_nothing_to_answer_for_has_no_per_cent():
    (empty,) = coverage([JAN], [], [])
    assert empty.percent is None


@pytest.mark.parametrize(
    ("today", "ends"),
    [
        (date(2026, 3, 31), [date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28)]),
        (date(2028, 3, 1), [date(2027, 12, 31), date(2028, 1, 31), date(2028, 2, 29)]),
    ],
)
def test_month_ends_are_those_before_today(today, ends):
    assert month_ends(today, 3) == ends


DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 31))
STATES = st.lists(
    st.builds(EntryState, st.sampled_from("abc"), DAYS, st.sampled_from([None, 1, 2]), st.none() | DAYS, st.booleans()),
    max_size=12,
    unique_by=lambda state: (state.entry, state.since),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STATES, st.permutations(range(12)), DAYS)
def test_it_never_covers_more_than_there_is_and_order_does_not_matter(states, order, day):
    people = [RITA, PersonNow(2, never=False, left_on=date(2026, 6, 1))]
    (counted,) = coverage([day], states, people)
    shuffled = [states[place] for place in order if place < len(states)]
    assert 0 <= counted.owned <= counted.total <= 3
    assert coverage([day], shuffled, people) == [counted]
