"""Holds, duplicates and conditions: hand-worked."""

from datetime import date
from decimal import Decimal

from board.reporting.document import Link
from board.reporting.follow_up import (
    ConditionFact,
    DuplicateFact,
    HoldFact,
    condition_state,
    conditions_report,
    duplicates_report,
    holds_report,
)

TODAY = date(2026, 6, 1)


def hold(on: date, became: str, days: float, *, is_over: bool = True) -> HoldFact:
    links = (Link("REQ-1", "/requests/REQ-1/"), Link("REQ-2", "/requests/REQ-2/"))
    return HoldFact(on, links, "Who is master?", "Ina", days, is_over, False, became)


def test_holds_by_what_became_of_them() -> None:
    report = holds_report(
        [hold(date(2026, 1, 5), "yes", 10), hold(date(2026, 1, 6), "away", 20), hold(TODAY, "holds", 30, is_over=False)]
    )
    assert report.tables[0].rows == (("Q1 2026", 2, 1, 1, 0, 0, 0), ("Q2 2026", 1, 0, 0, 0, 0, 1))
    assert report.tables[1].rows[0][1] == Link("REQ-1 and 1 more", "/requests/REQ-1/")
    assert "the median lasts 20 days" in report.title


def duplicate(on: date, *, is_after: bool) -> DuplicateFact:
    return DuplicateFact(on, "Two alerts", "/f/1/", 2, is_after, True, Decimal(100))


def test_duplicates_found_in_time_and_too_late() -> None:
    found = [duplicate(date(2026, 1, 5), is_after=False), duplicate(date(2026, 4, 5), is_after=True)]
    report = duplicates_report(found, shows_money=True)
    assert report.title == "1 of 2 duplicates were found in time; 1 only after an approval"
    assert report.tables[0].rows == (("Q1 2026", 1, 1, 0), ("Q2 2026", 1, 0, 1))
    assert report.tables[1].rows[0][-1] == Decimal(100)
    assert len(duplicates_report(found, shows_money=False).tables[1].rows[0]) == 5
    assert "before anything was approved" in duplicates_report(found[:1], shows_money=False).title


def condition(due: date, met: date | None, owner: str = "Ina") -> ConditionFact:
    return ConditionFact(due, met, "One service for all", owner, (Link("REQ-1", "/requests/REQ-1/"),))


def test_a_condition_met_on_the_day_is_in_time() -> None:
    states = [
        condition_state(each, TODAY)
        for each in (
            condition(TODAY, TODAY),
            condition(date(2026, 5, 1), TODAY),
            condition(date(2026, 5, 31), None),
            condition(TODAY, None),
        )
    ]
    assert states == ["in_time", "late", "overdue", "open"]


def test_conditions_by_quarter_and_owner() -> None:
    report = conditions_report(
        [
            condition(date(2026, 3, 1), date(2026, 2, 1)),
            condition(date(2026, 5, 1), None, "Otto"),
            condition(date(2026, 9, 1), None),
        ],
        TODAY,
    )
    assert report.title == "1 of 2 conditions that came due were kept in time, 1 is overdue"
    assert [row[0] for row in report.tables[1].rows] == ["Otto", "Ina"]
    assert report.tables[2].rows == (
        (date(2026, 5, 1), "One service for all", "Otto", Link("REQ-1", "/requests/REQ-1/"), 31),
    )


def test_nothing_says_so() -> None:
    assert holds_report([]).title == "The board held nothing in this period"
    assert duplicates_report([], shows_money=False).title == "No duplicate was found in this period"
    assert conditions_report([], TODAY).bars is None
