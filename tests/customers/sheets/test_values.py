"""Money, days and yes or no, as people write them."""

import datetime as dt
from decimal import Decimal

import pytest

from customers.sheets.values import is_not_known, read_day, read_money, read_yes


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("$1,400,000", "1400000.00"), ("1400000", "1400000.00"), ("€ 1,400,000.50", "1400000.50"), ("CAD 5", "5.00"),
        ("5 EUR", "5.00"), ("1'400'000", "1400000.00"), ("1 400 000", "1400000.00"), ("1.4m", "1400000.00"),
        ("2 million", "2000000.00"), ("3bn", "3000000000.00"), ("250k", "250000.00"), ("0", "0.00"),
        (1400000, "1400000.00"),
        (1.5, "1.50"), ("A$12.345", "12.34"), ("1\u00a0400\u202f000", "1400000.00"),
    ],
)  # fmt: skip
def test_amounts(written: object, amount: str) -> None:
    assert read_money(written) == Decimal(amount)


def test_amounts_with_a_comma_before_the_cents_and_in_millions() -> None:
    assert read_money("1.400.000,50", decimal=",") == Decimal("1400000.50")
    assert read_money("29", unit=1_000_000) == Decimal("29000000.00")
    assert read_money("0.4", unit=1_000_000) == Decimal("400000.00")


@pytest.mark.parametrize(
    "written",
    ["1,4", "1.400.000", "14,00,000", "twelve", "1-2", "-5", "(5)", "=SUM(A1)", "5 apples", "1e9999", "9" * 20, "",
     dt.date(2026, 1, 1), True, "1.2.3", "$", "<b>5</b>", float("inf"), float("nan")],
)  # fmt: skip
def test_what_is_not_plainly_an_amount_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="“"):
        read_money(written)


@pytest.mark.parametrize(
    "written",
    ["2026-06-03", "3.06.2026", "03.06.2026", "June 3, 2026", "Jun 3, 2026", "3 June 2026", "3 Jun 2026", "3-Jun-2026",
     "2026/06/03", "20260603", "2026-06-03 00:00:00", dt.date(2026, 6, 3), dt.datetime(2026, 6, 3, 9)],
)  # fmt: skip
def test_days(written: object) -> None:
    assert read_day(written) == dt.date(2026, 6, 3)


def test_days_with_slashes_need_to_be_told() -> None:
    assert read_day("03/06/2026", slashes="day") == dt.date(2026, 6, 3)
    assert read_day("06/03/2026", slashes="month") == dt.date(2026, 6, 3)
    with pytest.raises(ValueError, match="two days"):
        read_day("03/06/2026")


@pytest.mark.parametrize("written", ["31.02.2026", "soon", "2026", "0001-01-01", "9999-12-31", "Q3 2026", "🚀", 45000])
def test_what_is_not_a_day_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="“"):
        read_day(written)


def test_words_for_not_known() -> None:
    assert all(map(is_not_known, ["TBD", "n/a", "NFP", "Ongoing", "Ongoing -  No End Date", "-"]))
    assert not any(map(is_not_known, ["5", "nothing much"]))


def test_yes_and_no() -> None:
    assert [read_yes(word) for word in ("Yes", "x", "no", "0", True, False)] == [True, True, False, False, True, False]
    with pytest.raises(ValueError, match="neither"):
        read_yes("maybe")
