"""From filed to decided; looked at against decided: hand-worked."""

from datetime import UTC, date, datetime, timedelta

from board.reporting.journeys import (
    OPEN,
    PUT_OFF,
    SETTLED,
    Approved,
    ItemFact,
    Journey,
    filed_to_decided,
    reviewed_against_decided,
    spells_by_state,
    until_settled,
)
from portfolio.lifecycle import Status

START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = START + timedelta(days=100)


def journey(request: int, silo: str, *steps: tuple[Status, int]) -> Journey:
    return Journey(request, silo, tuple((status, START + timedelta(days=day)) for status, day in steps))


CARDS = [
    journey(1, "Cards", (Status.SUBMITTED, 0), (Status.IN_TRIAGE, 5), (Status.READY, 10), (Status.APPROVED, 30)),
    journey(2, "Cards", (Status.SUBMITTED, 0), (Status.READY, 20), (Status.ON_HOLD, 40), (Status.REJECTED, 60)),
]
RETAIL = [
    journey(3, "Retail", (Status.SUBMITTED, 0), (Status.WITHDRAWN, 12)),
    journey(4, "Retail", (Status.SUBMITTED, 50)),
]


def test_the_last_state_is_open_until_now() -> None:
    spells = spells_by_state([*CARDS, *RETAIL], NOW)
    assert sorted((each.days, each.is_over) for each in spells[Status.SUBMITTED]) == [
        (5, True),
        (12, True),
        (20, True),
        (50, False),
    ]
    assert [(each.days, each.is_over) for each in spells[Status.ON_HOLD]] == [(20, True)]


def test_a_hold_settles_nothing_and_a_withdrawal_ends_the_wait_without_a_decision() -> None:
    found = until_settled([*CARDS, *RETAIL], NOW)
    assert [(each.days, each.is_over) for each in found] == [(30, True), (60, True), (12, False), (50, False)]


def test_the_funnel_counts_who_came_so_far() -> None:
    report = filed_to_decided([*CARDS, *RETAIL], NOW)
    assert [row[:2] for row in report.tables[0].rows] == [
        ("Filed", 4),
        ("Taken into triage", 2),
        ("Ready for the board", 2),
        ("The board spoke", 2),
        ("Settled", 2),
        ("The board said yes", 1),
        ("Delivered", 0),
    ]
    assert [row[0] for row in report.tables[2].rows] == ["Cards", "Retail"]
    assert report.tables[2].rows[1][1] == "more than 50 days"
    # 30 of 3 at risk (12 left before): 2/3 stay; 60 of the last one: none.
    assert report.title == "2 of 4 requests are settled; the median takes 60 days"


def test_each_department_has_its_funnel_and_its_time_in_each_state() -> None:
    tables = {table.name: table for table in filed_to_decided([*CARDS, *RETAIL], NOW).tables}
    funnel, states = tables["How far, by department"], tables["Time in states, by department"]
    assert [heading.label for heading in funnel.headings][:3] == ["Department", "Filed", "Taken into triage"]
    assert sum(int(str(row[1])) for row in funnel.rows) == 4
    assert [row[0] for row in states.rows] == ["Cards", "Retail"]
    assert all(len(row) == len(states.headings) for row in states.rows)
    assert all(len(name) <= 31 for name in tables), "a longer name is cut as a sheet's"


def test_a_title_claims_no_half_that_is_not_settled_yet() -> None:
    waiting = [Journey(1, "Cards", ((Status.SUBMITTED, NOW - timedelta(days=40)),))]
    assert filed_to_decided(waiting, NOW).title == "The only request is not settled; it takes more than 40 days"


def test_nothing_filed_says_so() -> None:
    report = filed_to_decided([], NOW)
    assert (report.title, report.bars) == ("Nothing was filed in this period", None)


def test_looked_at_against_settled() -> None:
    items = [ItemFact(date(2026, 2, 1), SETTLED)] * 3 + [ItemFact(date(2026, 5, 1), PUT_OFF)]
    items.append(ItemFact(date(2026, 5, 1), OPEN))
    yes = [Approved(date(2026, 2, 1), True, False, True), Approved(date(2026, 2, 1), False, False, False)]
    report = reviewed_against_decided(items, yes)
    assert report.tables[0].rows == (("Q1 2026", 3, 3, 0, 0), ("Q2 2026", 2, 0, 1, 1))
    assert report.tables[1].rows == (("Q1 2026", 2, 1, 0, 1),)
    assert report.title == "The board settled 3 of the 5 items it looked at; of 1 promise that is due nobody has looked"


def test_titles_over_one_item_none_and_all_are_sentences() -> None:
    day = date(2026, 2, 1)
    titles = [
        reviewed_against_decided([ItemFact(day, outcome) for outcome in outcomes], []).title
        for outcomes in ([SETTLED], [OPEN], [OPEN, OPEN], [SETTLED, SETTLED])
    ]
    assert titles == [
        "The board settled the only item it looked at",
        "The board did not settle the only item it looked at",
        "The board settled none of the 2 items it looked at",
        "The board settled all 2 items it looked at",
    ]
