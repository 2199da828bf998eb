"""A report as files: CSV of its first table, XLSX with a sheet for each table."""

import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from board.reporting.document import Cell, Link, Period, Report, Table
from customers.spreadsheets import safe_cell

#: A sheet's name has at most so many characters, and none of these.
MOST_NAME, FORBIDDEN = 31, str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def plain(cell: Cell) -> Any:
    """The cell as files carry it: links by their text, nothing that starts a formula."""
    return safe_cell(cell.text if isinstance(cell, Link) else cell)


def file_stem(slug: str, period: Period, today: date, table: int = 1) -> str:
    """The name of a report's file without its ending, so that two periods, or two tables, lie beside each other:
    "holds-2026-01-01-to-2026-11-23-table-2"."""
    last = (period.last or today).isoformat()
    span = f"{period.first.isoformat()}-to-{last}" if period.first else f"until-{last}"
    return f"{slug}-{span}" + (f"-table-{table}" if table > 1 else "")


def report_xlsx(report: Report, name: str, period: str) -> bytes:
    """The workbook: the finding, and the name with the period in words, on the first sheet's top; numbers as numbers,
    headings repeated on print."""
    book = Workbook(write_only=True)
    book.properties.title = report.title[:250]
    book.properties.creator = "Ombud"
    taken: set[str] = set()
    for number, table in enumerate(report.tables):
        _sheet(book, table, _sheet_name(table.name, taken), () if number else (report.title, f"{name}, {period}"))
    if not report.tables:
        book.create_sheet(name[:MOST_NAME])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _sheet_name(name: str, taken: set[str]) -> str:
    stem = name.translate(FORBIDDEN)[:MOST_NAME]
    found, number = stem, 2
    while found.casefold() in taken:
        found, number = f"{stem[: MOST_NAME - 4]} {number}", number + 1
    taken.add(found.casefold())
    return found


def _sheet(book: Workbook, table: Table, name: str, top: Sequence[str]) -> None:
    sheet: Any = book.create_sheet(name)
    for number, heading in enumerate(table.headings, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = 14 if heading.number else 34
    for line in top:
        sheet.append([_bold(sheet, line)])
    if top:
        sheet.append([])
    head = len(top) + 2 if top else 1
    sheet.freeze_panes = f"A{head + 1}"
    sheet.print_title_rows = f"{head}:{head}"
    sheet.append([_bold(sheet, heading.label) for heading in table.headings])
    for row in table.rows:
        sheet.append([_value(sheet, cell) for cell in row])


def _value(sheet: Any, cell: Cell) -> Any:
    """The cell; amounts of money in thousands that can be read."""
    if not isinstance(cell, Decimal):
        return plain(cell)
    amount: Any = WriteOnlyCell(sheet)
    amount.value = cell
    amount.number_format = "#,##0"
    return amount


def _bold(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=safe_cell(text))
    cell.font = Font(bold=True)
    return cell
