"""Promises and money: hand-worked."""

from datetime import date
from decimal import Decimal

import pytest

from board.reporting.bars import BarRow, Series, bars
from board.reporting.document import Link
from board.reporting.worth import PromiseFact, SpendFact, benefits_report, money_report
from impacts.engine.bets import BetFact

TODAY = date(2026, 6, 1)


def promise(silo: str, promised: int, came: int | None, due: date = date(2026, 3, 1)) -> PromiseFact:
    bet = BetFact(silo, Decimal(promised), None if came is None else Decimal(came), due)
    return PromiseFact(bet, Link("REQ-1", "/requests/REQ-1/"), "More", "Savers", "")


def test_promised_against_delivered() -> None:
    report = benefits_report([promise("Cards", 10, 10), promise("Cards", 10, 4), promise("Retail", 10, None)], TODAY)
    assert report.title == ("1 of 2 promises was kept; the median delivers 70 %; of 1 nobody has said what came")
    assert report.tables[0].rows == (
        ("Cards", 2, 2, 1, 70, 0, 0),
        ("Retail", 1, 0, 0, None, 1, 0),
        ("All", 3, 2, 1, 70, 1, 0),
    )


def test_the_title_over_one_promise_is_a_sentence() -> None:
    assert benefits_report([promise("Cards", 10, 4)], TODAY).title == (
        "The only promise with an answer was not kept; it delivered 40 %"
    )
    assert benefits_report([promise("Cards", 10, 4)] * 2, TODAY).title == (
        "None of 2 promises was kept; the median delivers 40 %"
    )


def test_money_of_which_nobody_said_what_it_is_for_is_no_table_stake() -> None:
    kinds = {"customer_facing": 60, "internal": 30, "": 10}
    spends = [SpendFact(date(2026, 1, 5), kind, "Cards", Decimal(money)) for kind, money in kinds.items()]
    assert money_report(spends, "€").title == (
        "60 % of the money goes to customers, 30 % to table stakes; of 10 % nobody said"
    )


def test_money_to_customers_against_table_stakes() -> None:
    spends = [
        SpendFact(date(2026, 1, 5), "customer_facing", "Cards", Decimal(300)),
        SpendFact(date(2026, 1, 6), "regulatory", "Risk", Decimal(100)),
        SpendFact(date(2026, 4, 6), "internal", "Cards", Decimal(200)),
    ]
    report = money_report(spends, "€")
    assert report.title == "50 % of the money goes to customers, 50 % to table stakes"
    assert report.tables[0].rows == (
        ("Q1 2026", 300, 100, 0, 0, 400, 75),
        ("Q2 2026", 0, 0, 200, 0, 200, 0),
    )
    assert [row[0] for row in report.tables[1].rows] == ["Cards", "Risk"]
    assert sum(row[5] for row in report.tables[0].rows) == sum(row[5] for row in report.tables[1].rows)  # type: ignore[misc]


def test_nothing_says_so() -> None:
    assert money_report([], "€").title == "The board said yes to nothing with a price in this period"
    assert benefits_report([], TODAY).title == "No promise to customers is due in this period"


def test_bars_lie_side_by_side_and_end_at_the_longest() -> None:
    found = bars(
        [BarRow("A", (30.0, 10.0), "40"), BarRow("B", (0.0, 20.0), "20")],
        (Series("Yes", "acc"), Series("No", "")),
        what="Requests",
    )
    first, second = found.rows
    assert [part.x for part in first.parts] == [found.left, found.left + first.parts[0].width]
    assert first.parts[-1].x + first.parts[-1].width == found.right
    assert [part.title for part in second.parts] == ["B, no: 20"]
    assert [label for _, label in found.ticks] == ["0", "10", "20", "30", "40"]
    assert bars([], (Series("Yes", "acc"),), what="Requests").rows == ()


def test_bars_of_money_say_the_currency() -> None:
    found = bars([BarRow("A", (3_000_000.0,), "all of it")], (Series("Yes", "acc"),), what="Cost", sign="€")
    assert [label for _, label in found.ticks] == ["€0", "€1 m", "€2 m", "€3 m"]
    assert [part.title for part in found.rows[0].parts] == ["A, yes: €3,000,000"]


@pytest.mark.parametrize(
    ("label", "left", "letters"), [("Q4", 90, 10), ("Ready for the board", 158, 18), ("A very long name " * 9, 290, 36)]
)
def test_short_names_leave_the_bars_the_room(label: str, left: int, letters: int) -> None:
    drawn = bars([BarRow(label, (1.0,), "1")], (Series("Yes", "acc"),), what="x")
    assert (drawn.left, drawn.rows[0].parts[0].x, drawn.rows[0].letters) == (left, left, letters)


def test_a_name_below_others_begins_further_in_and_has_less_room() -> None:
    top, below = bars(
        [BarRow("A", (1.0,), "1"), BarRow("B", (1.0,), "1", depth=2)], (Series("Yes", ""),), what="x"
    ).rows
    assert (top.text_x, below.text_x) == (0, 28)
    assert below.letters < top.letters
