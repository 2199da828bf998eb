"""A document as it is laid out on sheets, for HTML and PDF: each item's page with what fits, and the rest at the end.
No Django. Works on the plain document as its reader may read it."""

from typing import Any

from board.packs.trim import BROWSER, Sheet, fitted, more_on


def on_paper(document: dict[str, Any], sheet: Sheet = BROWSER) -> dict[str, Any]:
    """The document with fitted pages; what had no room becomes sections after the others."""
    pages = [fitted(page, sheet) for page in document["pages"]]
    cut = [page for page, shown in zip(document["pages"], pages, strict=True) if shown["continued"]]
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
