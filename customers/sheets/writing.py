"""Sheets as files: CSV that spreadsheets read as it is meant, and XLSX; streamed, so that a hundred thousand rows start
at once."""

from collections.abc import Iterable, Iterator
from typing import Any

from customers.csv_file import stream_csv
from customers.sheets.sheet import Sheet
from customers.sheets.xlsx import stream_xlsx
from customers.spreadsheets import safe_cell

CHUNK = 1000


def in_chunks(rows: Any) -> Iterator[Any]:
    """The rows of a queryset, CHUNK in memory at a time, what belongs to them fetched with each chunk."""
    yield from rows.iterator(chunk_size=CHUNK)


def sheet_csv(sheet: Sheet, rows: Iterable[Any]) -> Iterator[bytes]:
    """The bytes of the CSV file."""
    return stream_csv([column.heading for column in sheet.columns()], sheet.export(rows))


def sheet_xlsx(sheet: Sheet, rows: Iterable[Any]) -> Iterator[bytes]:
    """The bytes of the workbook."""
    columns = sheet.columns()
    headings, widths = [column.heading for column in columns], [column.width for column in columns]
    cells = ([safe_cell(cell) for cell in row] for row in sheet.export(rows))
    return stream_xlsx(sheet.title[:31], headings, widths, cells)
