"""How much room text takes on paper, so that an item keeps to its page in every renderer.

Widths are those of Inter, which HTML and PDF are set in; signs that it lacks take a full em and more. The PDF measures
exactly besides; the estimate decides what is left out, once, for all formats alike.
"""

import unicodedata
from functools import cache, lru_cache

from board.packs.fonts import advances

SAFETY = 1.03
"""Bold words within the text, and room that lines leave at their ends."""


@cache
def _em(character: str) -> float:
    """The width of one character in em."""
    known = advances().get(character)
    if known is not None:
        return known
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0.0
    if ord(character) >= 0x1F000:
        return 1.3
    return 1.02 if unicodedata.east_asian_width(character) in ("W", "F") else 0.75


def width_of(text: str, size: float) -> float:
    """The width of a line in points at this type size, on the safe side."""
    return SAFETY * size * sum(_em(character) for character in text)


@lru_cache(maxsize=50_000)
def lines_of(text: str, width: float, size: float) -> int:
    """How many lines the text takes in a column of this width (points); words longer than it are broken."""
    if not text:
        return 0
    lines, used, space = 1, 0.0, width_of(" ", size)
    for word in text.split():
        needs = width_of(word, size)
        if used and used + space + needs > width:
            lines, used = lines + 1, 0.0
        if needs > width:
            breaks = int(needs // width)
            lines, used = lines + breaks, needs - breaks * width
        else:
            used += needs + (space if used else 0.0)
    return lines


def height_of(text: str, width: float, size: float, leading: float = 1.3) -> float:
    """The height of the text in points."""
    return lines_of(text, width, size) * size * leading
