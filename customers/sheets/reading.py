"""Reads CSV and XLSX as people have them: any common encoding and separator, formulas as text, nothing trusted."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook

from customers.errors import ImportRefused

#: Uploads above these are refused; the XLSX limit is what its parts may unpack to.
MAX_BYTES, MAX_UNPACKED, MAX_ROWS, MAX_COLUMNS = 25 * 1024 * 1024, 300 * 1024 * 1024, 50_000, 200
_LAST_ROW = 1_048_576
"""The last row that Excel has. Rows and cells that a workbook leaves out are read as blank ones, so that a single cell
far away could keep the reader busy for hours."""

_SEPARATORS = ",;\t|"
_OTHER_FILES = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"\x1f\x8b": "a packed file",
    b"Rar!": "a packed file",
    b"7z\xbc\xaf": "a packed file",
}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_END = "--- the end of the file ---"
_WEB_PAGE = re.compile(r"\s*<(!doctype|html|head|body|meta|table|\?xml)\b", re.IGNORECASE)
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file: its number there (the heading is row 1) and its cells, text or a date."""

    number: int
    cells: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A file as it was read: headings, the rows that are not blank, and how it was understood."""

    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    form: str


def read_table(data: bytes, *, columns: Iterable[str] = ()) -> Table:
    """The table in `data`; `columns` are headings that are expected, which helps to find the separator.

    Raises ImportRefused where it is not a table: empty, another kind of file, no readable encoding, no heading, too
    many columns.
    """
    if not data.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        raise ImportRefused("The file is empty. Choose the file with the rows.")
    if data.startswith(b"PK\x03\x04"):
        return _table(_xlsx_rows(data), "an Excel workbook, first sheet")
    for magic, what in _OTHER_FILES.items():
        if data.startswith(magic):
            raise ImportRefused(f"This is {what}, not a table. Save it as CSV (UTF-8) or as XLSX and try again.")
    text, encoding = _decoded(data)
    if _WEB_PAGE.match(text):
        raise ImportRefused(
            "This is a web page, which some systems export under the name of a workbook. Open it in Excel, save it as "
            "an Excel workbook (.xlsx), and choose that file."
        )
    separator = _separator(text, set(columns))
    name = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}[separator]
    return _table(_csv_rows(text, separator), f"CSV, {encoding}, separated by {name}")


def doubt_about(name: str, table: Table) -> str:
    """What to do should a text be misread whose name is that of a workbook; empty where the name fits what was read."""
    if not name.lower().endswith(_WORKBOOKS) or not table.form.startswith("CSV"):
        return ""
    return (
        f"The file is named as a workbook but holds text. It was read as {table.form}. If columns or letters below are "
        "wrong, open it in Excel, save it as an Excel workbook (.xlsx), and choose that file."
    )


def _table(rows: Iterator[tuple[int, Sequence[Any]]], form: str) -> Table:
    heading = next(((number, row) for number, row in rows if not _is_blank(row)), None)
    if heading is None:
        raise ImportRefused("The file has no row with headings. The first row must name the columns.")
    headings = [str(cell).strip() if cell is not None else "" for cell in heading[1]]
    while headings and not headings[-1]:
        headings.pop()
    if len(headings) > MAX_COLUMNS:
        raise ImportRefused(
            f"The file has more than {MAX_COLUMNS} columns, and no more can be read. Keep those that matter."
        )
    lines = tuple(Line(number, _cells(row)) for number, row in rows if not _is_blank(row))
    return Table(tuple(headings), lines, form)


def _cells(row: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(cell.strip() if isinstance(cell, str) else cell for cell in row)


def _is_blank(row: Sequence[Any]) -> bool:
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in row)


# --- CSV ----------------------------------------------------------------------------------------------------------


def _decoded(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    elif b"\x00" in data[:4000]:
        candidates = ["utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"]
    else:
        candidates = ["utf-8-sig", "cp1252"]
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if len(_CONTROL.findall(text[:20_000])) * 100 <= len(text[:20_000]):
            return text.lstrip("\ufeff"), {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}.get(encoding, "UTF-16")
    raise ImportRefused(
        "The file is not text, whatever its name says. Save it as CSV (UTF-8) or as XLSX and try again."
    )


def _separator(text: str, expected: set[str]) -> str:
    """The separator under which the heading holds most of what is expected, then under which rows agree in width."""

    def score(separator: str) -> tuple[int, int, int]:
        sample = []
        try:
            for row in csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=separator):
                sample.append(row)
                if len(sample) == 30:
                    break
        except csv.Error:
            return (0, 0, 0)
        heading = next((row for row in sample if not _is_blank(row)), [])
        if not heading:
            return (0, len(sample), 0)
        hits = len(expected & {cell.strip() for cell in heading})
        agreeing = sum(len(row) == len(heading) for row in sample) if len(heading) > 1 else 0
        return (hits, agreeing, len(heading))

    return max(_SEPARATORS, key=score)


def _csv_rows(text: str, separator: str) -> Iterator[tuple[int, Sequence[Any]]]:
    # A line of our own goes after the last one. Where it does not come back as a row, a quotation mark that nobody
    # closed has taken it in, with every row on the way, and the file would pass with rows missing.
    reader = csv.reader(io.StringIO(f"{text}\n{_END}", newline=""), delimiter=separator)
    begun = start = 1
    try:
        for row in reader:
            if row == [_END]:
                return
            begun = start
            yield start, [_CONTROL.sub("", cell) for cell in row]
            start = reader.line_num + 1
    except csv.Error as error:
        raise ImportRefused(
            f"Row {start} cannot be read: a quotation mark is probably not closed, or a cell is endless ({error})."
        ) from error
    raise ImportRefused(
        f"Row {begun} opens a quotation mark that nothing closes, so all below it would be read as one cell. Close it, "
        "or save the file as XLSX, and try again."
    )


# --- XLSX ---------------------------------------------------------------------------------------------------------


def _xlsx_rows(data: bytes) -> Iterator[tuple[int, Sequence[Any]]]:
    """The rows of the first sheet, without blank ones. Formulas come as their text, never as what somebody calculated
    long ago."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
                raise ImportRefused("The workbook unpacks to more than 300 MB. Split it, or save the sheet as CSV.")
        sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=False).worksheets[0]
        widest = min(sheet.max_column or MAX_COLUMNS + 1, MAX_COLUMNS + 1)
        for number, row in enumerate(sheet.iter_rows(max_col=widest, values_only=True), start=1):
            if number > _LAST_ROW:
                raise ImportRefused("The workbook has a cell below the last row of Excel. Save the sheet as CSV.")
            if row.count(None) < len(row):
                yield number, [_xlsx_value(cell) for cell in row]
    except ImportRefused:
        raise
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError, SyntaxError, TypeError) as error:
        raise ImportRefused(
            "The file is packed like an Excel workbook but cannot be read as one. Open it, save it as .xlsx or CSV, "
            "and try again."
        ) from error


def _xlsx_value(value: Any) -> Any:
    if isinstance(value, str):
        return _CONTROL.sub("", value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
