"""The parts that slides are made of: fitted text, plain tables, native charts, notes. Lengths are in inches."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from board.packs import words
from board.packs.fit import height_of
from board.packs.fonts import runs_from_the_right

FACE = "Arial"
INK = RGBColor(0x1B, 0x1A, 0x17)  # type: ignore[no-untyped-call]
SOFT = RGBColor(0x50, 0x4E, 0x48)  # type: ignore[no-untyped-call]
GREY = RGBColor(0x86, 0x82, 0x77)  # type: ignore[no-untyped-call]
HIGH = RGBColor(0xA4, 0x23, 0x1C)  # type: ignore[no-untyped-call]
PALE = "D9D6CD"
PITCH = 1.24
NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""PowerPoint's own name of a table without style and grid."""

Box = tuple[float, float, float, float]
"""Left, top, width, height in inches."""


def fitted_text(text: str, width: float, height: float, sizes: Sequence[float]) -> tuple[str, float]:
    """The text and the first of the sizes at which it fits the box; at the last one it is cut until it does."""
    for size in sizes:
        if _fits(text, width, height, size):
            return text, size
    size, lines = sizes[-1], text.split("\n")
    while len(lines) > 1 and not _fits("\n".join(lines), width, height, size):
        lines.pop()
    kept, most = "\n".join(lines[:-1]), len(lines[-1])
    last = lines[-1]
    while most > 20 and not _fits(f"{kept}\n{last}".strip("\n"), width, height, size):
        most = int(most * 0.85)
        last = words.cut(lines[-1], most)
    return f"{kept}\n{last}".strip("\n"), size


def _fits(text: str, width: float, height: float, size: float) -> bool:
    lines = text.split("\n")
    return sum(height_of(line or " ", width * 72 - 4, size, PITCH) for line in lines) <= height * 72


def set_text(frame: Any, text: str, size: float, *, bold: bool = False, color: RGBColor = INK) -> None:
    """Put the text into a frame, a paragraph for each line, running from the right where its script does."""
    frame.word_wrap = True
    frame.auto_size = MSO_AUTO_SIZE.NONE
    for number, line in enumerate(text.split("\n")):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        add_run(paragraph, line, size, bold=bold, color=color)


def add_run(paragraph: Any, text: str, size: float, *, bold: bool = False, color: RGBColor = INK) -> None:
    """One stretch of text in one dress."""
    run = paragraph.add_run()
    run.text = clean(text)
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, FACE
    run.font.color.rgb = color
    if runs_from_the_right(text):
        paragraph.alignment = PP_ALIGN.RIGHT
        paragraph._p.get_or_add_pPr().set("rtl", "1")


def clean(text: str) -> str:
    """The text without what XML cannot hold."""
    return "".join(
        c if c in "\t\n" or (ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF and c not in "\ufffe\uffff") else " "
        for c in text
    )


def text_box(slide: Any, box: Box, text: str, size: float, **dress: Any) -> Any:
    """A box with fitted text, without margins."""
    left, top, width, height = box
    shape = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(height))
    frame = shape.text_frame
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    shown, fit = fitted_text(text, width, height, [size, size - 1, size - 2, size - 3])
    set_text(frame, shown, fit, **dress)
    return shape


def headed_box(slide: Any, box: Box, heading: str, text: str, size: float = 14) -> None:
    """A small heading over a line, and a fitted text below it."""
    left, top, width, height = box
    rule = slide.shapes.add_connector(1, Inches(left), Inches(top), Inches(left + width), Inches(top))
    rule.line.color.rgb, rule.line.width = INK, Pt(1)
    describe(rule, "", decorative=True)
    text_box(slide, (left, top + 0.06, width, 0.28), heading, 14, bold=True)
    text_box(slide, (left, top + 0.36, width, height - 0.4), text, size)


def describe(shape: Any, text: str, *, decorative: bool = False) -> None:
    """Give a shape its alternative text; a decorative one is left out by screen readers."""
    properties = shape._element.xpath(".//p:cNvPr")[0]
    properties.set("descr", clean(text)[:2000])
    if decorative:
        _ = properties.append(deepcopy(_DECORATIVE))


_DECORATIVE = parse_xml(
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}">'
    '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/>'
    "</a:ext></a:extLst>"
)


def table(
    slide: Any, box: Box, alt: str, widths: Sequence[float], rows: Sequence[Sequence[str]], right: set[int]
) -> None:
    """A plain table; the first row is its head. `right` are the columns of numbers. See rows_that_fit."""
    left, top, width, _ = box
    heights = [row_height(row, [width * part / sum(widths) for part in widths]) for row in rows]
    shape = slide.shapes.add_table(
        len(rows), len(widths), Inches(left), Inches(top), Inches(width), Inches(sum(heights))
    )
    describe(shape, alt)
    grid = shape.table
    grid._tbl.tblPr.find(qn("a:tableStyleId")).text = NO_STYLE
    grid.horz_banding = False
    for column, part in enumerate(widths):
        grid.columns[column].width = Inches(width * part / sum(widths))
    for number, row in enumerate(rows):
        grid.rows[number].height = Inches(heights[number])
        for column, text in enumerate(row):
            _cell(grid.cell(number, column), text, head=number == 0, right=column in right)


TABLE_SIZE = 12.0


def row_height(row: Sequence[str], widths: Sequence[float]) -> float:
    """How high a row of a table becomes, in inches."""
    return (
        max(height_of(text or " ", width * 72 - 9, TABLE_SIZE, PITCH) for text, width in zip(row, widths, strict=True))
        / 72
        + 0.09
    )


def rows_that_fit(rows: Sequence[Sequence[str]], widths: Sequence[float], width: float, height: float) -> int:
    """How many of the rows have room in a table of this size, at least one."""
    parts = [width * part / sum(widths) for part in widths]
    used = 0.0
    for number, row in enumerate(rows):
        used += row_height(row, parts)
        if used > height:
            return max(number, 1)
    return len(rows)


def _cell(cell: Any, text: str, *, head: bool, right: bool) -> None:
    cell.margin_left, cell.margin_right = 0, Inches(0.1)
    cell.margin_top = cell.margin_bottom = Inches(0.035)
    cell.vertical_anchor = MSO_ANCHOR.BOTTOM if head else MSO_ANCHOR.TOP
    set_text(cell.text_frame, text, TABLE_SIZE - (1 if head else 0), bold=head, color=SOFT if head else INK)
    if right:
        cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
    properties = cell._tc.get_or_add_tcPr()
    properties.append(_line("1B1A17" if head else PALE, 12700 if head else 6350))


def _line(color: str, width: int) -> Any:
    space = "http://schemas.openxmlformats.org/drawingml/2006/main"
    return parse_xml(
        f'<a:lnB xmlns:a="{space}" w="{width}"><a:solidFill><a:srgbClr val="{color}"/></a:solidFill></a:lnB>'
    )


def chart(slide: Any, box: Box, data: dict[str, Any]) -> None:
    """A native chart of the document's chart: columns for each panel, the policy as a line of its own."""
    left, top, width, height = box
    text_box(slide, (left, top, width, 0.5), data["title"], 12, bold=True)
    plotted: Any = CategoryChartData()  # type: ignore[no-untyped-call]
    bars = data["panels"][0]["bars"]
    plotted.categories = _labels(bars)
    for number, panel in enumerate(data["panels"], start=1):
        plotted.add_series(clean(panel["title"]) or f"Series {number}", [bar["value"] for bar in panel["bars"]])
    lying = not data["limit"]
    kind = XL_CHART_TYPE.BAR_CLUSTERED if lying else XL_CHART_TYPE.COLUMN_CLUSTERED
    frame = slide.shapes.add_chart(
        kind, Inches(left), Inches(top + 0.45), Inches(width), Inches(height - 0.75), plotted
    )
    describe(frame, data["alt"])
    drawn = frame.chart
    drawn.font.size, drawn.font.name = Pt(10), FACE
    drawn.has_legend = len(data["panels"]) > 1
    if drawn.has_legend:
        drawn.legend.include_in_layout = False
    drawn.has_title = False
    drawn.value_axis.has_major_gridlines = False
    drawn.value_axis.visible = not lying
    drawn.category_axis.reverse_order = lying
    plot = drawn.plots[0]
    plot.gap_width, plot.overlap = 40, 0
    plot.has_data_labels = lying
    colors = [SOFT, GREY]
    fullest = max(data["panels"], key=lambda panel: max((bar["value"] for bar in panel["bars"]), default=0))
    for series, panel, color in zip(plot.series, data["panels"], colors, strict=False):
        series.format.fill.solid()
        over = bool(data["limit"]) and panel is fullest and any(bar["over"] for bar in panel["bars"])
        series.format.fill.fore_color.rgb = HIGH if over else color
    limit = f" The policy allows {data['limit']}." if data["limit"] else ""
    text_box(slide, (left, top + height - 0.28, width, 0.28), data["caption"] + limit, 10, color=SOFT)


def _labels(bars: Sequence[dict[str, Any]]) -> list[str]:
    """Labels that are apart: a chart takes those without one for the same."""
    return [clean(bar["label"]) or " " * (number % 7 + 1) for number, bar in enumerate(bars)]
