"""The XLSX writer: what a spreadsheet program reads back is what was put in."""

import datetime as dt
import io
from decimal import Decimal

from openpyxl import load_workbook

from customers.sheets.xlsx import stream_xlsx


def read_back(rows: list[list[object]]) -> list[tuple[object, ...]]:
    """Write rows, read them again."""
    data = b"".join(stream_xlsx("It's <one> & only", ["A", "B"], [10, 20], rows))  # type: ignore[arg-type]
    book = load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["It's <one> & only"]
    return list(book.worksheets[0].iter_rows(values_only=True))


def test_values_come_back_as_what_they_are() -> None:
    day, moment = dt.date(2026, 2, 28), dt.datetime(2026, 11, 22, 13, 45)
    rows = read_back([["text", Decimal("1400000.50")], [day, moment], [None, 7]])
    assert rows[0] == ("A", "B")
    assert rows[1] == ("text", 1400000.5)
    assert rows[2] == (dt.datetime(2026, 2, 28), moment)
    assert rows[3] == (None, 7)


def test_text_is_never_a_formula_and_keeps_every_sign() -> None:
    odd = ["=1+1", "<b>&amp;</b>", "a\nb", " spaced ", "🚀 ünï", "+cmd|' /C calc'!A0"]
    rows = read_back([[text, "x"] for text in odd])
    assert [row[0] for row in rows[1:]] == odd
    assert all(isinstance(row[0], str) for row in rows[1:])


def test_signs_that_xml_cannot_hold_do_not_break_the_file() -> None:
    assert len(read_back([["a\x0bb\x00c\ufffe", "_x0041_"]])) == 2


def test_rows_leave_as_they_come() -> None:
    seen = []

    def rows() -> object:
        for number in range(2000):
            seen.append(number)
            yield [f"row {number}", number]

    stream = stream_xlsx("S", ["A", "B"], [10, 10], rows())  # type: ignore[arg-type]
    next(stream)
    assert 0 < len(seen) < 2000
