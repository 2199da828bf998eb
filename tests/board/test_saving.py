"""What was saved: nothing is counted twice, and what no longer stands saves nothing."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from board.saving import Decided, Savings, savings, total

START = datetime(2026, 1, 1, tzinfo=UTC)
STATES = ["merged", "rejected", "on_hold", "deferred", "returned", "sequenced", "approved", "ready"]


def decided(request: int, decision: int = 1, **fields: Any) -> Decided:
    given_ = {"after": "merged", "now": "merged", "asked": Decimal(100), "contacts": 10, "survivor": 99, "lives": True}
    at = START + timedelta(days=decision)
    return Decided(request=request, decision=decision, at=at, stands=fields.pop("stands", True), **{**given_, **fields})


def figures(found: Savings) -> tuple[Decimal, Decimal, Decimal]:
    return total(found.spend), total(found.not_sent), total(found.put_off)


def test_merged_requests_save_what_they_asked_for() -> None:
    assert figures(savings([decided(1), decided(2, asked=Decimal(50))])) == (150, 20, 0)


def test_what_the_survivor_grows_by_is_taken_off_once_and_shared() -> None:
    rows = [decided(1, cost_grown=Decimal(30)), decided(2, asked=Decimal(200), cost_grown=Decimal(30))]
    found = savings(rows)
    assert total(found.spend) == 270
    assert [row.taken_over for row in found.spend] == [20, 10]


def test_a_survivor_that_grows_by_more_than_all_saves_nothing() -> None:
    assert savings([decided(1, cost_grown=Decimal(500))]).spend == []


@pytest.mark.parametrize(
    "fields",
    [
        {"stands": False},
        {"now": "ready"},
        {"lives": False},
        {"after": "approved", "now": "approved"},
    ],
)
def test_what_no_longer_holds_saves_nothing(fields: dict[str, Any]) -> None:
    assert figures(savings([decided(1, **fields)])) == (0, 0, 0)


def test_only_the_last_decision_over_a_request_counts() -> None:
    held = decided(1, 1, after="on_hold", now="rejected", survivor=None)
    rejected = decided(1, 2, after="rejected", now="rejected", survivor=None)
    assert figures(savings([rejected, held])) == (0, 10, 0)


def test_a_superseded_decisions_saving_vanishes() -> None:
    held = decided(1, 1, after="on_hold", now="on_hold", survivor=None)
    merged = decided(1, 2, stands=False, now="on_hold")
    assert figures(savings([held, merged])) == (0, 0, 10)


def test_what_waits_puts_contacts_off() -> None:
    rows = [
        decided(n, after=state, now=state, survivor=None)
        for n, state in enumerate(("on_hold", "deferred", "sequenced"))
    ]
    assert figures(savings(rows)) == (0, 0, 30)


def test_a_member_of_a_family_saves_what_it_asks_for_less() -> None:
    joined = decided(1, after="approved", now="approved", led=True, asks=Decimal(40), survivor=None)
    lead = decided(2, after="approved", now="approved", led=False, asks=Decimal(40), survivor=None)
    assert figures(savings([joined, lead])) == (60, 0, 0)


def test_what_only_moved_to_the_lead_of_the_family_is_not_saved() -> None:
    member = {"after": "approved", "now": "approved", "led": True, "asks": Decimal(40)}
    found = savings([decided(1, **member, cost_grown=Decimal(45))])
    assert [(row.gross, row.taken_over, row.amount) for row in found.spend] == [(100, 85, 15)]
    assert savings([decided(1, **member, cost_grown=Decimal(60))]).spend == []


def test_the_growth_of_one_that_both_leads_and_survives_is_taken_off_once() -> None:
    member = {"after": "approved", "now": "approved", "led": True, "asks": Decimal(40)}
    rows = [decided(1, **member, cost_grown=Decimal(80)), decided(2, cost_grown=Decimal(80))]
    assert total(savings(rows).spend) == 60 + 100 - 80


def test_unsaid_amounts_count_nothing() -> None:
    assert total(savings([decided(1, asked=None)]).spend) == 0


rows_of = st.builds(
    Decided,
    request=st.integers(1, 6),
    decision=st.integers(1, 30),
    at=st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 1), timezones=st.just(UTC)),
    stands=st.booleans(),
    after=st.sampled_from(STATES),
    now=st.sampled_from(STATES),
    asked=st.none() | st.decimals(0, 1000, places=2),
    asks=st.none() | st.decimals(0, 1000, places=2),
    contacts=st.integers(0, 1000),
    survivor=st.integers(1, 3),
    lives=st.booleans(),
    cost_grown=st.decimals(0, 1000, places=2),
    contacts_grown=st.integers(0, 1000),
    led=st.booleans(),
)


@given(st.lists(rows_of, max_size=30))
def test_each_request_is_in_each_figure_at_most_once(rows: list[Decided]) -> None:
    found = savings(rows)
    for figure in (found.spend, found.not_sent, found.put_off):
        assert len({row.request for row in figure}) == len(figure)
        assert all(0 < row.amount <= row.gross for row in figure)
    waiting, gone = ({row.request for row in each} for each in (found.put_off, found.not_sent))
    assert waiting.isdisjoint(gone)


@given(st.lists(rows_of, max_size=30), st.randoms())
def test_the_order_of_the_rows_does_not_matter(rows: list[Decided], random: Any) -> None:
    unique = list({(row.at, row.decision, row.request): row for row in rows}.values())
    shuffled = unique[:]
    random.shuffle(shuffled)
    assert savings(unique) == savings(shuffled)


@given(st.lists(rows_of, max_size=30))
def test_what_does_not_stand_changes_no_figure(rows: list[Decided]) -> None:
    assert savings(rows) == savings([row for row in rows if row.stands])


@given(st.lists(rows_of, max_size=30))
def test_no_more_is_saved_than_was_asked_for(rows: list[Decided]) -> None:
    asked: dict[int, Decimal] = {}
    for row in rows:
        if row.stands and row.asked is not None:
            asked[row.request] = max(asked.get(row.request, Decimal(0)), row.asked)
    assert total(savings(rows).spend) <= sum(asked.values(), Decimal(0))
