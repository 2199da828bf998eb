"""A document as tables, for sheets: one for the agenda, one for each kind of thing that items say, and those of the
sections, tables of one name together. No Django. Works on the plain document as its reader may read it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from board.packs.trim import text_of

Page = dict[str, Any]


@dataclass(slots=True)
class Sheet:
    """A table: its name, its columns as (label, kind, width in characters), its rows of plain cells."""

    name: str
    columns: tuple[tuple[str, str, int], ...]
    rows: list[list[Any]] = field(default_factory=list)


def sheets_of(document: dict[str, Any]) -> list[Sheet]:
    """All tables of the document that have rows; what every pack has (agenda, items, findings) also without."""
    sheets = [make(document["pages"]) for make in _OF_ITEMS] if document["kind"] == "pack" else []
    if document["kind"] == "pack":
        sheets.insert(0, _agenda(document))
    known: dict[str, Sheet] = {}
    for block in _tables([*document["front"], *document["back"]]):
        labels = tuple((column["label"], column["kind"], _WIDTHS.get(column["kind"], 0)) for column in block["columns"])
        columns = tuple(
            (label, kind, width or min(60, max(14, round(16 * column["width"]))))
            for (label, kind, width), column in zip(labels, block["columns"], strict=True)
        )
        sheet = known.setdefault(block["name"], Sheet(block["name"], columns))
        if [label for label, _, _ in sheet.columns] == [label for label, _, _ in columns]:
            sheet.rows += [row["cells"] for row in block["rows"]]
    return [*sheets, *(sheet for sheet in known.values() if sheet.rows)]


_WIDTHS = {"count": 11, "money": 14, "day": 12, "mark": 10}


def _tables(sections: Iterable[Page]) -> Iterator[Page]:
    for section in sections:
        for block in section["blocks"]:
            if block["kind"] == "table":
                yield block


def _agenda(document: Page) -> Sheet:
    columns = (
        ("Item", "count", 7), ("At", "time", 8), ("Minutes", "count", 10), ("The board is asked to decide", "text", 60),
        ("Over", "text", 40),
    )  # fmt: skip
    rows = [[row["number"], row["time"], row["minutes"], row["question"], row["subject"]] for row in document["agenda"]]
    return Sheet("Agenda", columns, rows)


def _items(pages: list[Page]) -> Sheet:
    columns = (
        ("Item", "count", 7), ("Question", "text", 50), ("Over", "text", 28), ("Asked by", "text", 24),
        ("Answers for it", "text", 24), ("Speaks for the customer", "text", 24), ("Asked for, once", "money", 16),
        ("Wanted live", "text", 20), ("Promised", "text", 30), ("For the customer", "text", 50),
        ("Overlaps", "count", 10), ("Conflicts", "count", 10), ("Gaps", "count", 8), ("Architect’s advice", "text", 50),
        ("Adviser", "text", 20), ("Who disagrees", "text", 40), ("Last decision", "text", 34),
        ("If it waits", "text", 34), ("Cannot be decided", "text", 24), ("What it is about", "text", 50),
    )  # fmt: skip
    return Sheet("Items", columns, [_item(page) for page in pages])


def _item(page: Page) -> list[Any]:
    facts = {fact["label"]: fact["text"] for fact in page["facts"]}
    kinds = [found["kind"] for found in page["findings"]]
    named = ("Asked by", "Answers for it", "Speaks for the customer", "Asked for", "Wanted live", "Promised")
    return [
        page["number"],
        page["question"],
        page["kicker"],
        *(facts.get(label, "") for label in named),
        page["effect"],
        *(kinds.count(kind) for kind in ("overlap", "conflict", "gap")),
        page["advice"],
        page["adviser"],
        "\n".join(page["against"]),
        page["last"],
        page["waits"],
        "\n".join(page["gone"]),
        page["why"] if page["kind"] == "own" else "",
    ]


def _members(pages: list[Page]) -> Sheet:
    columns = (
        ("Item", "count", 7), ("Request", "text", 16), ("Title", "text", 50), ("Department", "text", 20),
        ("Cost, once", "money", 14), ("Live", "day", 12),
    )  # fmt: skip
    rows = [
        [page["number"], each["reference"], each["title"], each["silo"], each["cost"], each["live"]]
        for page in pages
        for each in page["members"]
    ]
    return Sheet("Requests of groups", columns, rows)


def _findings(pages: list[Page]) -> Sheet:
    columns = (
        ("Item", "count", 7), ("Weight", "mark", 10), ("Kind", "text", 10), ("Finding", "text", 50),
        ("Evidence", "text", 60), ("What would end it", "text", 44), ("Requests", "text", 34),
    )  # fmt: skip
    rows = [
        [page["number"], found["mark"], found["kind"], found["title"], "\n".join(found["evidence"]), found["remedy"],
         found["references"]]
        for page in pages
        for found in page["findings"]
    ]  # fmt: skip
    return Sheet("Findings", columns, rows)


def _touches(pages: list[Page]) -> Sheet:
    columns = (
        ("Item", "count", 7), ("Touchpoint", "text", 28), ("What", "text", 44), ("For", "text", 28),
        ("Customers a month", "count", 18), ("Answers for it", "text", 24),
    )  # fmt: skip
    rows = [
        [page["number"], row["touchpoint"], row["what"], row["whom"], row["reach"], row["answers"] or "Nobody"]
        for page in pages
        for row in page["touches"]
    ]
    return Sheet("Changes for customers", columns, rows)


def _contacts(pages: list[Page]) -> Sheet:
    columns = (
        ("Item", "count", 7), ("What is counted", "text", 60), ("Week from", "day", 12), ("As filed", "count", 10),
        ("Without the item", "count", 16), ("Policy", "count", 8),
    )  # fmt: skip
    rows: list[list[Any]] = []
    for page in pages:
        for chart in page["charts"]:
            filed, without = (panel["bars"] for panel in chart["panels"])
            for one, other in zip(filed, without, strict=True):
                week = {"text": one["label"], "iso": one.get("day", "")}
                rows.append([page["number"], chart["caption"], week, one["value"], other["value"], chart["limit"]])
    return Sheet("Contacts", columns, rows)


def _options(pages: list[Page]) -> Sheet:
    columns = (
        ("Item", "count", 7), ("Option", "text", 36), ("For the customer and the portfolio", "text", 70),
        ("Cost, once", "money", 14), ("Can be undone", "text", 34),
    )  # fmt: skip
    rows = [
        [page["number"], row["label"], row["customer"], row["cost"], row["undo"]]
        for page in pages
        for row in page["options"]
    ]
    return Sheet("Options", columns, rows)


_OF_ITEMS = (_items, _members, _touches, _contacts, _findings, _options)


def cover_lines(document: Page) -> list[tuple[str, Any]]:
    """What the first sheet says, as label and text."""
    version = f"Pack {document['number']}" if document["number"] else "Draft, not published"
    lines: list[tuple[str, Any]] = [
        ("What", "Minutes" if document["kind"] == "minutes" else version),
        ("Day", document["day"]),
        ("Time", f"{document['starts']} to {document['ends']}"),
        ("In short", text_of(document["summary"])),
    ]
    lines += [(fact["label"], text_of(fact["text"])) for fact in document["facts"]]
    lines += [(stat["label"].capitalize(), stat["value"]) for stat in document["stats"]]
    return [*lines, ("As of", document["made"])]
