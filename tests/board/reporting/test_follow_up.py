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
    assert report.title == "1 of 2 duplicates was found in time; 1 only after an approval"
    assert report.tables[0].rows == (("Q1 2026", 1, 1, 0), ("Q2 2026", 1, 0, 1))
    assert report.tables[1].rows[0][-1] == Decimal(100)
    assert len(duplicates_report(found, shows_money=False).tables[1].rows[0]) == 5
    assert "before any of its requests was approved" in duplicates_report(found[:1], shows_money=False).title


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
    assert report.title == "1 of 2 conditions that came due was kept in time, 1 is overdue"
    assert [row[0] for row in report.tables[1].rows] == ["Otto", "Ina"]
    assert report.tables[2].rows == (
        (date(2026, 5, 1), "One service for all", "Otto", Link("REQ-1", "/requests/REQ-1/"), 31),
    )


def test_the_title_of_holds_names_all_that_became_of_them() -> None:
    several = [hold(TODAY, became, 10) for became in ("yes", "again", "back", "back")]
    assert holds_report(several).title == (
        "4 holds: 1 approved afterwards, 1 held or deferred again, 2 back and waiting for the board; "
        "the median lasts 10 days"
    )


def test_titles_over_one_thing_are_sentences() -> None:
    assert holds_report([hold(TODAY, "holds", 30, is_over=False)]).title == (
        "The only hold: still on hold; it lasts more than 30 days"
    )
    assert holds_report([hold(TODAY, "yes", 1)]).title == "The only hold: approved afterwards; it lasted 1 day"
    before, after = duplicate(TODAY, is_after=False), duplicate(TODAY, is_after=True)
    assert duplicates_report([before], shows_money=False).title == (
        "The only duplicate was found before any of its requests was approved"
    )
    assert duplicates_report([after], shows_money=False).title == "The only duplicate was found only after an approval"
    assert duplicates_report([after] * 3, shows_money=False).title == (
        "All 3 duplicates were found only after an approval"
    )
    due, early = date(2026, 5, 1), date(2026, 4, 1)
    titles = [
        conditions_report([each], TODAY).title
        for each in (
            condition(due, early),
            condition(due, TODAY),
            condition(due, None),
            condition(date(2026, 7, 1), None),
        )
    ]
    assert titles == [
        "The only condition that came due was kept in time",
        "The only condition that came due was met late",
        "The only condition that came due is overdue",
        "The only condition is not due yet",
    ]
    assert conditions_report([condition(due, None)] * 2, TODAY).title == (
        "None of 2 conditions that came due was kept in time, 2 are overdue"
    )


def test_nothing_says_so() -> None:
    assert holds_report([]).title == "The board held nothing in this period"
    assert duplicates_report([], shows_money=False).title == "No duplicate was found in this period"
    assert conditions_report([], TODAY).bars is None
