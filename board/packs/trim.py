"""Leaves out of an item's page what has no room on paper, the least telling first, so that it keeps to one page. What
is left out stands at the end of the document, under "More on item 3". No Django.

Works on the plain page (see `seal.plain`) as its reader may read it. Sizes are in points.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from board.packs import words
from board.packs.fit import height_of

Page = dict[str, Any]

WIDTH = 498.0
BODY, SMALL = 8.6, 8.15
HEADING = 19.5
LINE = 25.5
"""What one line to write on takes at the foot of the page; there are two of them."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a page has room for: its height, and the pitch of lines in parts of the type size."""

    height: float
    pitch: float


#: A sheet of the PDF, which is A4; and one printed by a browser, which may be Letter, lower by 18 mm.
PDF, BROWSER = Sheet(726.0, 1.24), Sheet(672.0, 1.3)


AT_THE_END = "What had no room here stands under “More on item {number}” at the end."
ELSEWHERE = "What had no room here stands in the workbook, and on the pages of the requests."
"""Where it stands in a pack of so many items that its end would be longer than the rest."""

#: What each part of the page shows, the most telling first: what is left of the room goes to it first.
PARTS: dict[str, tuple[str, ...]] = {
    "findings": ("findings",),
    "customer": ("effect", "touches", "charts"),
    "options": ("options",),
    "members": ("members",),
    "said": ("advice", "adviser", "against"),
    "head": ("facts", "why", "gone"),
    "time": ("last", "waits"),
}


def fitted(page: Page, sheet: Sheet = BROWSER, where: str = AT_THE_END) -> Page:
    """The page with what fits. Adds `more`, the number of findings that were left out, `more_members` of requests, and
    `continued`, where that stands; empty when nothing was."""
    if page["kind"] in ("hidden", "own"):
        return {**page, "more": 0, "more_members": 0, "continued": ""}
    layout = Layout(sheet.pitch)
    stages = [page]
    heights = [layout.parts({**page, "more": 0, "more_members": 0})]
    for step in _STEPS:
        if sum(heights[-1].values()) <= sheet.height:
            break
        stages.append({**stages[-1], **step(stages[-1])})
        heights.append(layout.parts(stages[-1]))
    shown = {**page, **_filled(stages, heights, sheet.height)}
    shown["more"] = len(page["findings"]) - len(shown["findings"])
    shown["more_members"] = len(page["members"]) - len(shown["members"])
    is_cut = any(shown[name] != value for name, value in page.items())
    shown["continued"] = where.format(number=page["number"]) if is_cut else ""
    return shown


def _filled(stages: list[Page], heights: list[dict[str, float]], most: float) -> Page:
    """The last stage, with each part as full as the room that is left allows, the most telling part first."""
    slack = most - sum(heights[-1].values())
    shown: Page = {}
    for part, names in PARTS.items():
        for stage, height in zip(stages, heights, strict=True):
            more = height[part] - heights[-1][part]
            if more <= max(slack, 0.0):
                slack -= more
                shown |= {name: stage[name] for name in names}
                break
    return shown


def text_of(value: Any) -> str:
    """The words of a text that may be guarded."""
    return str(value["text"]) if isinstance(value, dict) else str(value)


# --- how much room it takes ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Layout:
    """Adds up what the parts of a page take, laid out as the templates do."""

    pitch: float

    def parts(self, page: Page) -> dict[str, float]:
        """The height of each of PARTS in points, and of what is always there."""
        boxes = self.of("      ".join(page["boxes"]), WIDTH, BODY) * 1.3
        return {
            "findings": self._findings(page),
            "customer": self._customer(page),
            "options": self._options(page),
            "members": self._members(page),
            "said": self._said(page),
            "head": self._head(page),
            "time": self._beside([text_of(page["last"])], [text_of(page["waits"])]),
            "foot": HEADING + boxes + 2 * LINE + 18,
        }

    def of(self, text: str, width: float, size: float) -> float:
        """The height of a text in a column of this width."""
        return height_of(text, width, size, self.pitch)

    def _head(self, page: Page) -> float:
        height = 13 + self.of(page["question"], WIDTH * 0.96, 14.6) + 8
        height += sum(self.of(f"Cannot be decided: {text}", WIDTH, BODY) + 5 for text in page["gone"])
        half = (len(page["facts"]) + 1) // 2
        sides = [
            sum(self.of(text_of(fact["text"]), WIDTH / 2 - 108, BODY) + 2.5 for fact in part)
            for part in (page["facts"][:half], page["facts"][half:])
        ]
        return height + max(sides) + 3 + (self.of(page["why"], WIDTH, BODY) + 6 if page["why"] else 0)

    def _members(self, page: Page) -> float:
        if not page["members"]:
            return 0.0
        rows = (max(self.of(each["title"], 182, SMALL), self.of(each["silo"], 62, SMALL)) for each in page["members"])
        return 20 + sum(row + 4.2 for row in rows) + 11

    def _customer(self, page: Page) -> float:
        height = HEADING + self.of(text_of(page["effect"]), WIDTH, BODY)
        if page["touches"]:
            height += 18 + sum(self._row(row, _TOUCH) for row in page["touches"])
        return height + sum(82 + self.of(chart["title"], WIDTH, BODY) for chart in page["charts"])

    def _findings(self, page: Page) -> float:
        height = HEADING + (24 if not page["findings"] else 12)
        for found in page["findings"]:
            height += self.of(found["title"], WIDTH * 0.85, BODY) + 17
            height += sum(self.of(line, WIDTH - 66, SMALL) for line in found["evidence"])
            remedy = f"What would end it: {found['remedy']}"
            height += self.of(remedy, WIDTH - 66, SMALL) if found["remedy"] else 0
        return height

    def _options(self, page: Page) -> float:
        if not page["options"]:
            return 0.0
        return HEADING + 15 + sum(self._row(row, _OPTION) for row in page["options"])

    def _row(self, row: Page, columns: tuple[tuple[str, float], ...]) -> float:
        return max(self.of(text_of(row[name]), width, SMALL) for name, width in columns) + 4.2

    def _said(self, page: Page) -> float:
        """The advice, and who disagrees, who takes the room that no advice needs."""
        if page["advice"] or not page["against"]:
            return self._beside([page["advice"] + page["adviser"]], page["against"])
        return HEADING + max(24.0, sum(self.of(text, WIDTH - 119 - 24, BODY) + 5 for text in page["against"]))

    def _beside(self, left: Iterable[str], right: Iterable[str]) -> float:
        """Two headed columns of paragraphs."""
        sides = [sum(self.of(text, WIDTH / 2 - 12, BODY) + 5 for text in texts) or 12.0 for texts in (left, right)]
        return HEADING + max(sides)


_TOUCH = (("touchpoint", 95.0), ("what", 132.0), ("whom", 86.0), ("answers", 84.0))
_OPTION = (("label", 106.0), ("customer", 232.0), ("cost", 52.0), ("undo", 81.0))


# --- what is left out, step by step -------------------------------------------------------------------------------


def cut_text(value: Any, most: int) -> Any:
    """A text that may be guarded, shortened."""
    return {**value, "text": words.cut(value["text"], most)} if isinstance(value, dict) else words.cut(value, most)


def fewer_sentences(value: Any, most: int) -> Any:
    """A text of ours that may be guarded, shortened to whole sentences where the first has room."""
    if isinstance(value, dict):
        return {**value, "text": words.whole_sentences(value["text"], most)}
    return words.whole_sentences(value, most)


def _found(page: Page, most: int, first: int, others: int, remedies: int) -> Page:
    """At most so many findings, with so many lines of evidence for the first and each other, and so many remedies."""
    kept = []
    for place, found in enumerate(page["findings"][:most]):
        evidence = found["evidence"][: others if place else first]
        kept.append({**found, "evidence": evidence, "remedy": found["remedy"] if place < remedies else ""})
    return {"findings": kept}


def _shorter(page: Page, *, why: int, advice: int, against: tuple[int, int], options: int) -> Page:
    """Texts at most so long; of who disagrees so many, each so long."""
    return {
        "why": words.cut(page["why"], why) if why else "",
        "advice": words.cut(page["advice"], advice),
        "against": [words.cut(text, against[1]) for text in page["against"][: against[0]]],
        "options": [{**row, "customer": fewer_sentences(row["customer"], options)} for row in page["options"]],
    }


def _fewer(page: Page, *, touches: int, members: int, gone: int = 6) -> Page:
    """At most so many touchpoints and requests; a consent item is there for its requests and keeps thrice as many."""
    kept = members * 3 if page["kind"] == "consent" else members
    return {"touches": page["touches"][:touches], "members": page["members"][:kept], "gone": page["gone"][:gone]}


def _bare(page: Page) -> Page:
    """What must stand there, and no more."""
    facts = [{**fact, "text": cut_text(fact["text"], 60)} for fact in page["facts"]]
    short = {name: cut_text(page[name], 160) for name in ("last", "waits")}
    return {
        **short,
        "effect": fewer_sentences(page["effect"], 240),
        "facts": facts,
        "charts": [],
        "adviser": words.cut(page["adviser"], 40),
    }


_STEPS: tuple[Callable[[Page], Page], ...] = (
    lambda page: _found(page, 6, 3, 1, 6),
    lambda page: _found(page, 5, 2, 1, 5) | _fewer(page, touches=5, members=10),
    lambda page: _shorter(page, why=330, advice=600, against=(3, 260), options=240),
    lambda page: _found(page, 4, 2, 1, 4) | _fewer(page, touches=5, members=8),
    lambda page: _shorter(page, why=240, advice=500, against=(3, 240), options=160),
    lambda page: _found(page, 4, 1, 1, 2),
    lambda page: _shorter(page, why=160, advice=420, against=(3, 200), options=130),
    lambda page: _found(page, 3, 1, 1, 1) | _fewer(page, touches=4, members=7),
    lambda page: _shorter(page, why=0, advice=400, against=(2, 200), options=100),
    lambda page: _found(page, 3, 1, 0, 1) | _fewer(page, touches=3, members=6),
    lambda page: _found(page, 2, 1, 0, 1) | _fewer(page, touches=2, members=5),
    lambda page: _shorter(page, why=0, advice=300, against=(2, 140), options=90),
    lambda page: _found(page, 2, 1, 0, 0),
    lambda page: _found(page, 2, 0, 0, 0) | _fewer(page, touches=2, members=5, gone=3),
    lambda page: _found(page, 1, 0, 0, 0) | _fewer(page, touches=1, members=4, gone=2),
    _bare,
    lambda page: _shorter(page, why=0, advice=200, against=(1, 110), options=60),
    lambda page: _fewer(page, touches=0, members=2, gone=1),
)


# --- what stands at the end ---------------------------------------------------------------------------------------


def more_on(page: Page) -> list[Page]:
    """The blocks of "More on item 3": all findings with their evidence, touchpoints, requests and objections."""
    blocks: list[Page] = []
    for title, text in (("The problem", page["why"]), ("The advice", page["advice"])):
        if text:
            blocks.append(_words(f"{title}: {text}"))
    blocks += [_words(text) for text in (*page["gone"], *page["against"])]
    if page["members"]:
        rows = [
            [each["reference"], each["title"], each["silo"], each["cost"], each["live"]] for each in page["members"]
        ]
        blocks.append(
            _table("Its requests", ("Request", "Title", "Department", "Cost", "Live"), rows, (1.4, 3, 1.4, 1, 1.2))
        )
    if page["findings"]:
        blocks.append({"kind": "findings", "findings": page["findings"]})
    if page["touches"]:
        rows = [
            [row["touchpoint"], row["what"], row["whom"], row["reach"], row["answers"] or "Nobody"]
            for row in page["touches"]
        ]
        labels = ("Touchpoint", "What", "For", "A month", "Answers for it")
        blocks.append(_table("What changes for customers", labels, rows, (1.4, 2, 1.2, 0.8, 1.2)))
    if page["options"]:
        rows = [[row["label"], row["customer"], row["cost"], row["undo"]] for row in page["options"]]
        names = ("Option", "For the customer and the portfolio", "Cost", "Can be undone")
        blocks.append(_table("Options", names, rows, (1.3, 3, 1, 1.3)))
    return blocks


def _words(text: str) -> Page:
    return {"kind": "words", "text": text, "tone": ""}


def _table(caption: str, labels: tuple[str, ...], rows: list[list[Any]], widths: tuple[float, ...]) -> Page:
    columns = [
        {"label": label, "kind": _KINDS.get(label, "text"), "width": width}
        for label, width in zip(labels, widths, strict=True)
    ]
    plain = [{"cells": cells, "secret": []} for cells in rows]
    return {"kind": "table", "name": caption, "caption": caption, "columns": columns, "rows": plain, "empty": "None."}


_KINDS = {"Cost": "money", "Live": "day", "A month": "count"}
