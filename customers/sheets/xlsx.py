"""Writes an XLSX file row by row to anybody who reads on: nothing is held back, so neither rows nor time add up.

Written by hand because a library must finish the whole file before the first byte leaves; this one starts at once.
Text is written as inline strings, so nothing can become a formula.
"""

import datetime as dt
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from xml.sax.saxutils import escape

#: The longest text of one cell and the most rows of one sheet, as Excel has them.
MAX_TEXT, MAX_ROWS = 32_767, 1_048_576

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>',
    "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    # Styles: 0 plain, 1 heading, 2 day, 3 day and time, 4 amount.
    "xl/styles.xml": f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}
#: What XML cannot hold is written the way Excel does, and what would look like that is kept apart from it.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_SPECIAL = re.compile(f"[&<>]|{_UNSPEAKABLE.pattern}")
_DAY_ZERO = dt.datetime(1899, 12, 30)  # noqa: DTZ001 # sheets know no time zones
_ORDINAL_ZERO = _DAY_ZERO.toordinal()

Cell = str | int | float | Decimal | dt.date | dt.datetime | None


class Sink:
    """A file that can only be written to; what came in is taken out by the reader."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Take what the archive writes."""
        self._chunks.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing to do: the reader takes what there is."""

    def take(self) -> bytes:
        """What was written since the last time."""
        data = b"".join(self._chunks)
        self._chunks.clear()
        return data


def stream_xlsx(
    sheet: str, headings: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[Cell]]
) -> Iterator[bytes]:
    """The bytes of a workbook with one sheet: a heading row that stays in view, then `rows`.

    `widths` are in characters. Dates and amounts are real dates and numbers. Texts must not be longer than MAX_TEXT.
    """
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:  # type: ignore[call-overload]
        for name, content in _PARTS.items():
            archive.writestr(name, content)
        archive.writestr("xl/workbook.xml", _workbook(sheet))
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(_sheet_head(widths).encode())
            part.write(_row(1, [_text(heading, 1) for heading in headings]).encode())
            lines: list[str] = []
            for number, row in enumerate(rows, start=2):
                lines.append(_row(number, [_cell(value) for value in row]))
                if len(lines) == 500:
                    part.write("".join(lines).encode())
                    lines.clear()
                    yield sink.take()
            part.write(("".join(lines) + "</sheetData></worksheet>").encode())
        yield sink.take()
    yield sink.take()


def _workbook(sheet: str) -> str:
    name = escape(sheet, {'"': "&quot;"})
    return (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f'<sheets><sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )


def _sheet_head(widths: Sequence[int]) -> str:
    columns = "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>' for place, width in enumerate(widths, 1)
    )
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>"
    )


def _row(number: int, cells: list[str]) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(value: Cell) -> str:
    """One cell. Cells follow each other without an address, so an empty one must still be written."""
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dt.datetime):
        span = value.replace(tzinfo=None) - _DAY_ZERO
        return f'<c s="3"><v>{span.days + span.seconds / 86_400:.8f}</v></c>'
    if isinstance(value, dt.date):
        return f'<c s="2"><v>{value.toordinal() - _ORDINAL_ZERO}</v></c>'
    return f'<c s="4"><v>{value}</v></c>'


def _text(value: str, style: int = 0) -> str:
    if _SPECIAL.search(value):
        value = escape(_UNSPEAKABLE.sub(lambda found: f"_x{ord(found.group()):04X}_", value))
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'
