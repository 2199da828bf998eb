"""Sets a pack's document as a PDF with typst: tagged (PDF/UA-1), with bookmarks, page numbers and its own fonts.

The document goes in as JSON; nothing of it is ever read as markup. A character that no font has would fail the tagged
compile, so the text is tried as it is, then with emoji spelt out, then with the machine's fonts, and at last untagged:
a pack is never refused because of a character.
"""

import json
import logging
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

logger = logging.getLogger(__name__)

Standard = Literal["ua-1"] | None
TEMPLATE = Path(__file__).with_name("pack.typ")
_JOINERS = frozenset("\u200d\ufe0e\ufe0f")


@cache
def _compiler_input() -> bytes:
    return TEMPLATE.read_bytes()


def pdf_of(document: dict[str, Any], seal: str = "") -> bytes:
    """The PDF of a composed document (as `seal.plain` gives it). `seal` is printed; without one it says "draft"."""
    spelt = _spell(document)
    tries: tuple[tuple[dict[str, Any], bool, Standard], ...] = (
        (document, True, "ua-1"),
        (spelt, True, "ua-1"),
        (spelt, False, "ua-1"),
    )
    for data, only_own_fonts, standard in tries:
        try:
            return _compile(data, seal, only_own_fonts, standard)
        except typst.TypstError as error:
            if "could not be displayed" not in str(error):
                raise
            logger.info("The pack has a character that no font has: %s", error)
    return _compile(spelt, seal, False, None)


def _compile(document: dict[str, Any], seal: str, only_own_fonts: bool, standard: Standard) -> bytes:
    data = json.dumps({"pack": document, "seal": seal}, ensure_ascii=False)
    return typst.compile(
        _compiler_input(),
        sys_inputs={"data": data},
        ignore_system_fonts=only_own_fonts,
        pdf_standards=standard,
        format="pdf",
    )


def _spell(value: Any) -> Any:
    """The same document with emoji and control characters in words: "🙂" becomes "[slightly smiling face]"."""
    if isinstance(value, str):
        return "".join(_spelt(character) for character in value)
    if isinstance(value, dict):
        return {key: _spell(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_spell(each) for each in value]
    return value


def _spelt(character: str) -> str:
    if character in _JOINERS:
        return ""
    if ord(character) >= 0x1F000:
        return f"[{unicodedata.name(character, 'symbol').lower()}]"
    if unicodedata.category(character) in ("Cc", "Cf", "Co", "Cn") and character not in "\n\t\u200e\u200f":
        return " "
    return character
