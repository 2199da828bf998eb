"""Amounts in few signs, as the pack's large figures write them."""

import pytest

from board.packs.words import NBSP, short_amount


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("", "not said"),
        ("0", "€0"),
        ("900", "€900"),
        ("999.99", "€1,000"),
        ("420000", f"€420{NBSP}k"),
        ("999996", f"€1{NBSP}m"),
        ("2010000", f"€2.01{NBSP}m"),
        ("999990000", f"€999.99{NBSP}m"),
        ("999999999", f"€1{NBSP}bn"),
        ("1257370000", f"€1.26{NBSP}bn"),
        ("-1257370000", f"€-1.26{NBSP}bn"),
    ],
)
def test_short_amounts_take_the_unit_that_reads_best(value: str, shown: str) -> None:
    assert short_amount(value, "€") == shown
