"""Sets a document as a PDF with typst: tagged (PDF/UA-1), with bookmarks, page labels and its own fonts.

The document goes in as JSON; nothing of it is ever read as markup. Signs that no face has are put in words before
(`fonts.printable`), since one of them would stop the tagged compile; should one slip through all the same, the pack is
set untagged rather than refused.
"""

import json
import logging
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

from board.packs.fonts import faces, families_for, printable
from board.packs.paper import on_paper
from board.packs.trim import PDF

logger = logging.getLogger(__name__)

Standard = Literal["ua-1"] | None
TEMPLATE = Path(__file__).with_name("pack.typ")


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def pdf_of(document: dict[str, Any], seal: str = "") -> bytes:
    """The PDF of a plain document as its reader may read it. `seal` is printed; without one it says "draft"."""
    data = json.dumps(_printable({"pack": on_paper(document, PDF), "seal": seal}), ensure_ascii=False)
    fonts = json.dumps(families_for(data))
    try:
        return _compile(data, fonts, "ua-1")
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        logger.warning("The pack has a sign that no face has, and is not tagged: %s", error)
        return _compile(data, fonts, None)


def _compile(data: str, fonts: str, standard: Standard) -> bytes:
    return typst.compile(
        _template(),
        sys_inputs={"data": data, "fonts": fonts},
        font_paths=faces(),
        pdf_standards=standard,
        format="pdf",
    )


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _printable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_printable(each) for each in value]
    return value
