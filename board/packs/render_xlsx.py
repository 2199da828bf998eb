"""Writes a document as an Excel workbook: a cover, then one sheet with a real table for each table of the document.

Amounts and counts are numbers, days are days. Text is always written as text, so that nothing that people typed can
become a formula or a link.
"""

import datetime as dt
import io
import re
from decimal import Decimal, InvalidOperation
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from board.packs.tables import Sheet, cover_lines, sheets_of
from board.packs.trim import text_of

MOST_TEXT = 32_000
"""Excel takes 32,767 characters in a cell."""

_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WORDS = {"serious": "Serious", "look": "Look", "note": "Note"}


def xlsx_of(document: dict[str, Any], seal: str = "") -> bytes:
    """The workbook of a plain document as its reader may read it. `seal` is written on the cover."""
    buffer = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(buffer, options) as book:
        title = _clean(f"{document['title']}, {text_of(document['day'])}")
        book.set_properties({"title": title[:250], "author": _clean(document["organisation"])[:250]})
        formats = _formats(book, document["currency"])
        sheets = sheets_of(document)
        _cover(book, document, seal, formats, sheets)
        for number, sheet in enumerate(sheets, start=1):
            _table(book, sheet, number, formats)
    return buffer.getvalue()


def _formats(book: Workbook, currency: str) -> dict[str, Format]:
    sign = currency.replace('"', "")
    wrapped = {"text_wrap": True, "valign": "top", "font_size": 10}
    return {
        "title": book.add_format({"bold": True, "font_size": 20}),
        "soft": book.add_format({"font_color": "#504E48", "valign": "top", "font_size": 10}),
        "head": book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom", "font_size": 10}),
        "text": book.add_format(wrapped),
        "count": book.add_format({**wrapped, "num_format": "#,##0"}),
        "money": book.add_format({**wrapped, "num_format": f'"{sign}"#,##0'}),
        "day": book.add_format({**wrapped, "num_format": "d mmm yyyy", "align": "left"}),
        "time": book.add_format({**wrapped, "num_format": "hh:mm", "align": "left"}),
        "serious": book.add_format({**wrapped, "bold": True, "font_color": "#A4231C"}),
        "link": book.add_format({"font_color": "#1D4F91", "underline": 1, "font_size": 10}),
    }


def _cover(
    book: Workbook, document: dict[str, Any], seal: str, formats: dict[str, Format], sheets: list[Sheet]
) -> None:
    sheet = book.add_worksheet("Cover")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, _clean(document["organisation"]), formats["soft"])
    sheet.write_string(1, 0, _clean(document["title"]), formats["title"])
    lines = [*cover_lines(document), *([("Seal", seal)] if seal else [])]
    for row, (label, value) in enumerate(lines, start=3):
        sheet.write_string(row, 0, _clean(label), formats["soft"])
        _write(sheet, (row, 1), value, _kind_of(value), formats)
    start = len(lines) + 4
    sheet.write_string(start, 0, "Sheets", formats["soft"])
    for row, each in enumerate(sheets, start=start):
        sheet.write_url(
            row, 1, f"internal:'{_name(each.name)}'!A1", formats["link"], f"{each.name} ({len(each.rows):,})"
        )
    _print(sheet, document)


def _kind_of(value: Any) -> str:
    if isinstance(value, dict):
        return "day" if "iso" in value else "money"
    return "text"


def _table(book: Workbook, table: Sheet, number: int, formats: dict[str, Format]) -> None:
    sheet = book.add_worksheet(_name(table.name))
    rows = table.rows or [["" for _ in table.columns]]
    headings = [{"header": label, "header_format": formats["head"]} for label, _, _ in table.columns]
    area = {
        "columns": headings,
        "name": "T" + re.sub(r"\W", "", table.name.title()) + str(number),
        "style": "Table Style Light 1",
        "autofilter": True,
    }
    sheet.add_table(0, 0, len(rows), len(headings) - 1, area)
    for column, (_, kind, width) in enumerate(table.columns):
        sheet.set_column(column, column, width)
        for row, cells in enumerate(rows, start=1):
            _write(sheet, (row, column), cells[column], kind, formats)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&RPage &P of &N")


def _print(sheet: Worksheet, document: dict[str, Any]) -> None:
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{_clean(document['organisation']).replace('&', '&&')}, internal&RPage &P of &N"[:250])


def _write(sheet: Worksheet, place: tuple[int, int], value: Any, kind: str, formats: dict[str, Format]) -> None:
    """One cell, by what it is: a number, an amount, a day, a time, else text."""
    row, column = place
    if isinstance(value, int):
        sheet.write_number(row, column, value, formats["count"])
        return
    if isinstance(value, dict) and value.get("iso"):
        sheet.write_datetime(row, column, dt.datetime.fromisoformat(value["iso"]), formats["day"])
        return
    amount = _amount(value)
    if amount is not None and kind == "money":
        sheet.write_number(row, column, amount, formats["money"])
        return
    text = text_of(value)
    if kind == "time" and re.fullmatch(r"\d\d:\d\d", text):
        hours, minutes = text.split(":")
        sheet.write_number(row, column, (int(hours) * 60 + int(minutes)) / 1440, formats["time"])
        return
    style = formats["serious"] if text in ("serious", "Overdue") else formats["text"]
    sheet.write_string(row, column, _clean(_WORDS.get(text, text) if kind == "mark" else text), style)


def _amount(value: Any) -> float | None:
    if not isinstance(value, dict) or not value.get("value"):
        return None
    try:
        return float(Decimal(value["value"]))
    except InvalidOperation:
        return None


def _name(text: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", text)[:31]


def _clean(text: str) -> str:
    return _UNSPEAKABLE.sub(" ", text)[:MOST_TEXT]
