"""The workbook, opened by openpyxl: real tables, numbers as numbers, days as days, no formula from what people type."""

import io
from datetime import datetime
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from board.packs.compose import compose
from board.packs.redact import Reader, as_read_by
from board.packs.render_xlsx import xlsx_of
from board.packs.seal import plain
from tests.board.packs.test_compose import finding, item, load, pack, request


def book_of(*items: Any, reader: Reader | None = None, seal: str = "") -> openpyxl.Workbook:
    document = plain(compose(pack(*items)))
    return openpyxl.load_workbook(io.BytesIO(xlsx_of(as_read_by(document, reader) if reader else document, seal)))


def column(sheet: Worksheet, heading: str) -> list[Any]:
    headings = [cell.value for cell in sheet[1]]
    return [row[headings.index(heading)].value for row in sheet.iter_rows(min_row=2)]


def test_each_sheet_is_a_real_table_over_all_its_rows() -> None:
    book = book_of(item(request(1), findings=(finding("REQ-2026-0001"),), loads=(load(),)), item(request(2)))
    assert book.sheetnames[:3] == ["Cover", "Agenda", "Items"]
    for sheet in book.worksheets[1:]:
        (table,) = sheet.tables.values()
        assert table.ref == f"A1:{sheet.cell(max(sheet.max_row, 2), sheet.max_column).coordinate}"
        assert [each.name for each in table.tableColumns] == [cell.value for cell in sheet[1]]


def test_numbers_are_numbers_and_days_are_days() -> None:
    book = book_of(item(request(1), request(2, "Retail", 300_000)))
    assert column(book["Items"], "Asked for, once") == [400_000]
    requests = book["Requests"]
    assert column(requests, "One-off") == [100_000, 300_000]
    assert column(requests, "Live") == [datetime(2027, 3, 2), datetime(2027, 3, 3)]
    assert requests["F2"].number_format == '"€"#,##0'
    assert column(book["Agenda"], "Minutes") == [8]
    assert book["Agenda"]["B2"].is_date


def test_contacts_say_from_which_day_each_week_counts() -> None:
    book = book_of(item(request(1), loads=(load(),)))
    assert column(book["Contacts"], "Week from") == [datetime(2027, 3, 1)]


def test_nothing_that_people_type_becomes_a_formula_or_a_link() -> None:
    typed = '=HYPERLINK("http://x.example","x")'
    book = book_of(item(request(1, title=typed), request(2, title="@SUM(1)"), question=typed, advice="+1+1"))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (sheet.title, cell.coordinate)
                assert cell.hyperlink is None or sheet.title == "Cover"
    assert column(book["Items"], "Question") == [typed]


def test_what_no_sheet_can_hold_is_left_out() -> None:
    book = book_of(item(request(1), question="a\x07b\ud800c 🙂 通知 " + "x" * 490, advice="y" * 60_000))
    assert column(book["Items"], "Question")[0].startswith("a b c 🙂 通知")


def test_a_reader_without_money_reads_none() -> None:
    book = book_of(item(request(1), request(2)), reader=Reader())
    assert set(column(book["Requests"], "One-off")) == {"not shown"}
    assert column(book["Items"], "Asked for, once") == ["not shown"]


def test_an_empty_agenda_makes_a_workbook_all_the_same() -> None:
    book = book_of(seal="ab" * 32)
    assert "Seal" in [cell.value for cell in book["Cover"]["A"]]
    assert book["Agenda"].max_row == 2
