"""Makes a presentation of a document: a cover, the agenda, one slide an item, then what stands before and after them.

Each item's slide is read from the back of a room: the question, what it does to the customer, what works against it,
the options, the advice. Everything else that the pack says of it stands in the slide's notes.
"""

import io
from typing import Any

from pptx import Presentation
from pptx.util import Inches

from board.packs import words
from board.packs.slides import (
    SOFT,
    chart,
    clean,
    fitted_text,
    headed_box,
    rows_that_fit,
    set_text,
    table,
    text_box,
)
from board.packs.trim import text_of

WIDTH, HEIGHT, EDGE = 13.333, 7.5, 0.55
MOST_SLIDES = 6
"""So many slides at most for one table; the rest stands in the other formats."""

MOST_NOTES = 6000
MARKS = {"serious": "Serious", "look": "Look", "note": "Note"}
Page = dict[str, Any]


def pptx_of(document: Page, seal: str = "") -> bytes:
    """The presentation of a plain document as its reader may read it."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    title = clean(f"{document['title']}, {text_of(document['day'])}")
    deck.core_properties.title, deck.core_properties.author = title[:250], clean(document["organisation"])[:250]
    deck.core_properties.language = "en-GB"
    maker = _Maker(deck, document, seal)
    maker.cover()
    maker.agenda()
    for section in document["front"]:
        maker.section(section)
    for page in document["pages"]:
        maker.item(page)
    for section in document["back"]:
        maker.section(section)
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


class _Maker:
    """Adds slides to a presentation."""

    def __init__(self, deck: Any, document: Page, seal: str) -> None:
        self.deck, self.document, self.seal, self.number = deck, document, seal, 0
        version = "Minutes" if document["kind"] == "minutes" else "Draft"
        self.version = f"Pack {document['number']}" if document["number"] else version

    def slide(self, title: str, kicker: str = "", *, large: bool = False) -> Any:
        """A new slide with its title in the title's own place, a line above it and one at the foot."""
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[5])
        self.number += 1
        top, height = (1.6, 1.9) if large else (0.62, 0.95)
        shape = slide.shapes.title
        shape.left, shape.top, shape.width, shape.height = (
            Inches(each) for each in (EDGE, top, WIDTH - 2 * EDGE, height)
        )
        frame = shape.text_frame
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        sizes = [40, 36, 32, 26, 20] if large else [28, 24, 20, 17, 14]
        shown, size = fitted_text(title, WIDTH - 2 * EDGE, height, sizes)
        set_text(frame, shown, size, bold=True)
        for paragraph in frame.paragraphs:
            if paragraph.alignment is None:
                paragraph.alignment = 1
        frame.vertical_anchor = 1
        if kicker:
            text_box(slide, (EDGE, 0.32, WIDTH - 2 * EDGE, 0.26), kicker, 12, color=SOFT)
        foot = f"{self.document['organisation']}, internal. {self.version}, as of {self.document['made']}."
        text_box(slide, (EDGE, HEIGHT - 0.4, WIDTH - 2 * EDGE - 1, 0.22), foot, 9, color=SOFT)
        text_box(slide, (WIDTH - EDGE - 0.9, HEIGHT - 0.4, 0.9, 0.22), str(self.number), 9, color=SOFT)
        return slide

    def cover(self) -> None:
        """Who meets when, over how much."""
        document = self.document
        when = f"{text_of(document['day'])}, {document['starts']} to {document['ends']}"
        place = f", {document['place']}" if document["place"] else ""
        slide = self.slide(f"{document['title']}\n{text_of(document['day'])}", document["organisation"], large=True)
        text_box(slide, (EDGE, 3.55, WIDTH - 2 * EDGE, 0.4), f"{when}{place}", 18, color=SOFT)
        text_box(slide, (EDGE, 4.1, WIDTH - 2 * EDGE, 1.1), text_of(document["summary"]), 20)
        self._stats(slide, document["stats"], 5.4)
        facts = "\n".join(f"{fact['label']}: {text_of(fact['text'])}" for fact in document["facts"])
        sealed = f"\nSeal: {self.seal}" if self.seal else ""
        _note(slide, f"{facts}{sealed}")

    def _stats(self, slide: Any, stats: list[Page], top: float) -> None:
        step = (WIDTH - 2 * EDGE) / max(len(stats), 1)
        for place, stat in enumerate(stats):
            left = EDGE + step * place
            text_box(slide, (left, top, step - 0.2, 0.55), text_of(stat["value"]), 28, bold=True)
            text_box(slide, (left, top + 0.58, step - 0.2, 0.5), stat["label"], 13, color=SOFT)

    def agenda(self) -> None:
        """The agenda with times, on as many slides as it takes."""
        rows = [
            [
                row["time"],
                str(row["number"]),
                words.cut(row["question"], 200),
                words.cut(row["subject"], 80),
                str(row["minutes"]),
            ]
            for row in self.document["agenda"]
        ]
        if rows:
            head = ["At", "", "The board is asked to decide", "Over", "Minutes"]
            self._tables("Agenda", "Agenda with times", (0.7, 0.5, 6.4, 3.6, 0.8), head, rows, {4}, most=20)

    def _tables(
        self, title: str, alt: str, widths: tuple[float, ...], head: list[str], rows: list[list[str]], right: set[int],
        most: int = MOST_SLIDES,
    ) -> None:  # fmt: skip
        """A table on as many slides as it takes, at most so many."""
        left, number = rows, 0
        while left and number < most:
            number += 1
            room = rows_that_fit(left, widths, WIDTH - 2 * EDGE, 4.9)
            shown, left = left[:room], left[room:]
            slide = self.slide(title if number == 1 else f"{title}, continued")
            table(slide, (EDGE, 1.65, WIDTH - 2 * EDGE, 4.9), alt, widths, [head, *shown], right)
            if left and number == most:
                text = f"{len(left):,} more rows stand in the PDF and the workbook."
                text_box(slide, (EDGE, HEIGHT - 0.7, 8, 0.25), text, 11, color=SOFT)

    def section(self, section: Page) -> None:
        """A section: its words and figures, its charts, its tables."""
        texts = [text_of(block["text"]) for block in section["blocks"] if block["kind"] == "words"]
        for block in section["blocks"]:
            if block["kind"] == "stats":
                charts = [each for each in section["blocks"] if each["kind"] == "chart"][:1]
                slide = self.slide(section["title"])
                self._stats(slide, block["stats"], 1.75)
                for each in charts:
                    chart(slide, (EDGE, 3.1, WIDTH - 2 * EDGE, 3.8), each)
            elif block["kind"] == "chart" and block["limit"]:
                chart(self.slide(section["title"]), (EDGE, 1.7, WIDTH - 2 * EDGE, 5.1), block)
            elif block["kind"] == "table" and block["rows"]:
                self._section_table(section["title"], block)
            elif block["kind"] == "facts":
                slide = self.slide(section["title"])
                lines = "\n".join(f"{fact['label']}: {text_of(fact['text'])}" for fact in block["facts"])
                text_box(slide, (EDGE, 1.7, WIDTH - 2 * EDGE, 5), lines, 16)
        if not any(block["kind"] != "words" and block.get("rows", True) for block in section["blocks"]):
            empty = [block["empty"] for block in section["blocks"] if block["kind"] == "table"]
            slide = self.slide(section["title"])
            text_box(slide, (EDGE, 1.7, WIDTH - 2 * EDGE, 5), "\n".join([*texts, *empty]), 16)

    def _section_table(self, title: str, block: Page) -> None:
        head = [column["label"] for column in block["columns"]]
        rows = [[words.cut(_shown(cell), 240) for cell in row["cells"]] for row in block["rows"]]
        right = {place for place, column in enumerate(block["columns"]) if column["kind"] in ("count", "money")}
        widths = tuple(column["width"] for column in block["columns"])
        self._tables(f"{title}: {block['caption'].lower()}", block["caption"], widths, head, rows, right)

    def item(self, page: Page) -> None:
        """One item on one slide."""
        minutes = "1 minute" if page["minutes"] == 1 else f"{page['minutes']} minutes"
        kicker = f"Item {page['number']} of {page['of']}, {page['time']}, {minutes}. {page['kicker']}"
        slide = self.slide(page["question"], words.cut(kicker, 150))
        if page["kind"] == "hidden":
            text_box(slide, (EDGE, 1.8, WIDTH - 2 * EDGE, 1), text_of(page["effect"]), 18)
            return
        if page["kind"] == "own":
            said = "\n\n".join(filter(None, [page["why"], f"{page['advice']} {page['adviser']}".strip()]))
            text_box(slide, (EDGE, 1.8, WIDTH - 2 * EDGE, 5), said or "Nothing is said of it yet.", 20)
            return
        half = (WIDTH - 2 * EDGE - 0.5) / 2
        self._left(slide, page, (EDGE, 1.7, half, 5.3))
        self._right(slide, page, (EDGE + half + 0.5, 1.7, half, 5.3))
        _note(slide, _notes(page))

    def _left(self, slide: Any, page: Page, box: tuple[float, float, float, float]) -> None:
        left, top, width, _ = box
        gone = "".join(f"Cannot be decided: {words.cut(text, 120)}\n" for text in page["gone"][:2])
        facts = gone + "\n".join(f"{fact['label']}: {text_of(fact['text'])}" for fact in page["facts"])
        headed_box(slide, (left, top, width, 1.95), "Who asks, for what", facts)
        effect = text_of(page["effect"])
        if page["charts"]:
            headed_box(slide, (left, top + 2.0, width, 1.25), "What it does to the customer", effect, 13)
            chart(slide, (left, top + 3.3, width, 2.0), page["charts"][0])
            return
        touches = "\n".join(f"{row['touchpoint']}: {words.in_sentence(row['what'])}" for row in page["touches"][:4])
        members = "\n".join(f"{each['reference']}: {each['title']} ({each['silo']})" for each in page["members"])
        text = "\n".join(filter(None, [effect, touches, members]))
        headed_box(slide, (left, top + 2.0, width, 3.2), "What it does to the customer", text)

    def _right(self, slide: Any, page: Page, box: tuple[float, float, float, float]) -> None:
        left, top, width, _ = box
        found = (
            "\n".join(f"{MARKS[each['mark']]}: {each['title']}" for each in page["findings"][:3]) or "None is known."
        )
        if len(page["findings"]) > 3:
            found += f"\nand {len(page['findings']) - 3} more"
        headed_box(slide, (left, top, width, 1.45), "Overlaps and conflicts", found)
        rows = [[words.cut(row["label"], 60), words.cut(text_of(row["cost"]), 24)] for row in page["options"]]
        if rows:
            headed_box(slide, (left, top + 1.5, width, 0.4), "Options", "")
            shown = rows[: rows_that_fit(rows, (4.2, 1.4), width, 1.65)]
            table(
                slide,
                (left, top + 1.82, width, 1.7),
                "Options with their cost",
                (4.2, 1.4),
                [["Option", "Cost"], *shown],
                {1},
            )
        advice = f"{page['advice']} {page['adviser']}".strip() or "No architect has advised."
        against = f"\nAgainst: {page['against'][0]}" if page["against"] else ""
        headed_box(slide, (left, top + 3.72, width, 0.95), "Architect’s advice", advice + against, 13)
        headed_box(slide, (left, top + 4.68, width, 0.68), "If it waits", text_of(page["waits"]), 13)


def _shown(cell: Any) -> str:
    if isinstance(cell, int):
        return f"{cell:,}".replace("-", "\u2212")
    text = text_of(cell)
    return MARKS.get(text, text)


def _note(slide: Any, text: str) -> None:
    slide.notes_slide.notes_text_frame.text = clean(text)[:MOST_NOTES]


def _notes(page: Page) -> str:
    """All that the pack says of the item, as plain lines."""
    parts = [page["why"]]
    parts += [
        f"{MARKS[found['mark']]}: {found['title']} ({found['references']})\n"
        + "\n".join(f"  {line}" for line in found["evidence"])
        + (f"\n  What would end it: {found['remedy']}" if found["remedy"] else "")
        for found in page["findings"]
    ]
    parts += [
        f"{row['label']}: {text_of(row['customer'])} {text_of(row['cost'])}. {row['undo']}." for row in page["options"]
    ]
    parts += [f"Who disagrees: {text}" for text in page["against"]]
    parts += [f"Last decision: {text_of(page['last'])}", f"If it waits: {text_of(page['waits'])}"]
    return "\n\n".join(filter(None, parts))
