"""A document as it is laid out on sheets, for HTML and PDF: each item's page with what fits, and the rest at the end.
No Django. Works on the plain document as its reader may read it."""

from typing import Any

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
    return {**document, "pages": pages, "back": [*document["back"], *more]}
