"""A document as it is laid out on sheets, for HTML and PDF: each item's page with what fits, and the rest at the end.
No Django. Works on the plain document as its reader may read it."""

from datetime import date
from typing import Any

from board.packs import words
from board.packs.trim import AT_THE_END, BROWSER, ELSEWHERE, Sheet, fitted, more_on

MOST_WITH_MORE = 60
"""In a pack of more items, what has no room on their pages stands in the workbook only."""


def on_paper(document: dict[str, Any], sheet: Sheet = BROWSER) -> dict[str, Any]:
    """The document with fitted pages; what had no room becomes sections after the others."""
    is_long = len(document["pages"]) > MOST_WITH_MORE
    pages = [fitted(page, sheet, ELSEWHERE if is_long else AT_THE_END) for page in document["pages"]]
    cut = [] if is_long else [page for page, shown in zip(document["pages"], pages, strict=True) if shown["continued"]]
    more = [
        {
            "title": f"More on item {page['number']}: {page['question']}",
            "anchor": f"more-{page['number']}",
            "blocks": more_on(page),
            "starts_page": place == 0,
        }
        for place, page in enumerate(cut)
    ]
    return {
        **document,
        "pages": [{**page, "members": [_member(each) for each in page.get("members", [])]} for page in pages],
        "front": [_section(each) for each in document["front"]],
        "back": [_section(each) for each in (*document["back"], *more)],
    }


def _section(section: dict[str, Any]) -> dict[str, Any]:
    return {**section, "blocks": [_block(each) for each in section["blocks"]]}


def _block(block: dict[str, Any]) -> dict[str, Any]:
    """The block; in a table days are short, so that each keeps to one line."""
    if block["kind"] != "table":
        return block
    days = {place for place, column in enumerate(block["columns"]) if column["kind"] == "day"}
    rows = [
        {**row, "cells": [_short(cell) if place in days else cell for place, cell in enumerate(row["cells"])]}
        for row in block["rows"]
    ]
    return {**block, "rows": rows}


def _member(member: dict[str, Any]) -> dict[str, Any]:
    return {**member, "live": _short(member["live"])}


def _short(cell: Any) -> Any:
    """A day as "2 Mar 2026"; anything else as it is."""
    if isinstance(cell, dict) and cell.get("iso"):
        return {**cell, "text": words.short_day(date.fromisoformat(cell["iso"]))}
    return cell
