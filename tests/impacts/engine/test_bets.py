"""Promised against delivered, by silo."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from impacts.engine.bets import BetFact, overall, track_records

TODAY = date(2026, 11, 23)


def bet(silo, promised, delivered=None, days=-10):
    came = None if delivered is None else Decimal(delivered)
    return BetFact(silo, Decimal(promised), came, TODAY + timedelta(days))


def test_a_record_counts_what_was_kept_and_the_middle_share():
    bets = [
        bet("Cards", 100, 40),
        bet("Cards", 10, 10),
        bet("Cards", 200, 300),
        bet("Cards", 5),
        bet("Cards", 5, days=9),
    ]
    (record,) = track_records(bets, today=TODAY)
    assert (record.bets, record.answered, record.kept, record.silent, record.coming) == (5, 3, 2, 1, 1)
    assert (record.shares, record.median, record.hit_rate) == ((0.4, 1.0, 1.5), 1.0, 2 / 3)


def test_a_bet_is_due_on_its_day():
    assert [overall([bet("Cards", 5, days=n)], today=TODAY).silent for n in (-1, 0, 1)] == [1, 1, 0]


def test_who_delivers_most_of_what_they_promise_stands_first_and_who_never_answered_last():
    bets = [bet("Cards", 10, 4), bet("Retail", 10, 9), bet("Branches", 10), bet("Risk", 10, -2)]
    assert [record.silo for record in track_records(bets, today=TODAY)] == ["Retail", "Cards", "Risk", "Branches"]


def test_without_an_answer_there_is_no_rate():
    record = overall([bet("Cards", 5)], today=TODAY)
    assert (record.hit_rate, record.median) == (None, None)


BETS = st.lists(
    st.builds(
        BetFact,
        st.sampled_from(["Cards", "Retail", "Risk"]),
        st.decimals("0.01", 10_000, places=2),
        st.none() | st.decimals(-10_000, 20_000, places=2),
        st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    ),
    max_size=30,
)


@given(BETS, st.randoms())
def test_every_bet_is_counted_once_in_whatever_order(bets, random):
    records = track_records(bets, today=TODAY)
    assert sum(record.bets for record in records) == overall(bets, today=TODAY).bets == len(bets)
    assert sum(record.kept for record in records) == sum(
        b.delivered is not None and b.delivered >= b.promised for b in bets
    )
    shuffled = list(bets)
    random.shuffle(shuffled)
    assert track_records(shuffled, today=TODAY) == records


@given(BETS)
def test_delivering_more_never_makes_a_record_worse(bets):
    before = overall(bets, today=TODAY)
    better = [BetFact(b.silo, b.promised, b.delivered if b.delivered is None else b.delivered + 1, b.due) for b in bets]
    after = overall(better, today=TODAY)
    assert after.kept >= before.kept
    assert before.median is None or after.median >= before.median
