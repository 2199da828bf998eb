"""Reads documents that were published before the model was what it is now. No Django.

The first model had amounts as words and no marks of what is not for everybody: such a document is shown to the board as
it was frozen, and to nobody else.
"""

from typing import Any

from board.packs.document import MODEL


def upgraded(document: dict[str, Any]) -> dict[str, Any]:
    """The document in today's shape; itself where it has it already."""
    if document.get("model", 1) >= MODEL:
        return document
    return {
        "kind": "pack",
        "organisation": document.get("organisation", ""),
        "title": document.get("title", ""),
        "day": {"text": document.get("day", ""), "iso": ""},
        "starts": document.get("starts", ""),
        "ends": document.get("ends", ""),
        "place": document.get("place", ""),
        "number": document.get("number", 0),
        "made": document.get("made", ""),
        "summary": document.get("summary", ""),
        "stats": [],
        "facts": document.get("facts", []),
        "agenda": [{**row, "secret": []} for row in document.get("agenda", [])],
        "front": [_table("Decided last time", "last-decisions", ("On", "Decision", "Over", "Because"), [
            [row["day"], row["label"], row["what"], row["reason"]] for row in document.get("decisions", [])
        ])],
        "pages": [_page(page) for page in document.get("pages", [])],
        "back": [_table("Appendix: open conditions", "conditions", ("Due", "Condition", "Who sees to it", "Over"), [
            [row["due"], row["text"], row["owner"], row["over"]] for row in document.get("conditions", [])
        ])],
        "currency": "",
        "model": 1,
    }  # fmt: skip


def is_open_to_others(document: dict[str, Any]) -> bool:
    """Whether the document says what in it is not for everybody, so that others than the board may read it."""
    return bool(document.get("model", 1) >= MODEL)


def _table(title: str, anchor: str, labels: tuple[str, ...], rows: list[list[str]]) -> dict[str, Any]:
    columns = [{"label": label, "kind": "text", "width": 1.0} for label in labels]
    plain = [{"cells": cells, "secret": []} for cells in rows]
    table = {"kind": "table", "name": title[:31], "caption": title, "columns": columns, "rows": plain, "empty": "None."}
    return {"title": title, "anchor": anchor, "blocks": [table], "starts_page": anchor == "conditions",
            "secret": [], "instead": None}  # fmt: skip


def _page(page: dict[str, Any]) -> dict[str, Any]:
    members = [
        {"reference": each["label"], "title": each["text"], "silo": "", "cost": "", "live": ""}
        for each in page.get("members", [])
    ]
    touches = [{**row, "reach": int(str(row["reach"]).replace(",", "") or 0)} for row in page.get("touches", [])]
    findings = [{"remedy": "", **found, "secret": [], "instead": ""} for found in page.get("findings", [])]
    chart = page.get("chart")
    kept = ("number", "of", "minutes", "anchor", "kicker", "question", "facts", "why", "effect", "options", "advice")
    same = ("adviser", "against", "last", "waits", "gone", "boxes")
    return {
        **{name: page[name] for name in (*kept, *same)},
        "time": "", "kind": "request", "members": members, "touches": touches, "findings": findings, "secret": [],
        "charts": [_chart(chart)] if chart else [],
    }  # fmt: skip


def _chart(chart: dict[str, Any]) -> dict[str, Any]:
    """One chart with two kinds of bars becomes two panels."""
    bars = chart["bars"]
    filed = [{"label": bar["week"], "value": bar["value"], "over": bar["over"]} for bar in bars]
    without = [{"label": bar["week"], "value": bar["without"], "over": bar["without"] > chart["limit"]} for bar in bars]
    panels = [{"title": "As filed", "bars": filed}, {"title": "Without this item", "bars": without}]
    named = ("title", "caption", "alt", "limit", "top")
    return {**{name: chart[name] for name in named}, "panels": panels, "wide": False, "secret": [], "kind": "chart"}
