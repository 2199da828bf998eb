"""The faces that papers are set in, all from packages, and what none of them can show.

Inter for the text, Noto for other scripts, East Asian signs and emoji. A sign that no face has would stop a tagged PDF,
so it is put in words beforehand: one sign by its name, a run of letters by its script.
"""

import importlib.util
import re
import struct
import unicodedata
from bisect import bisect_right
from functools import cache
from pathlib import Path

import typst

PACKAGES = ("fontpkg_inter", "manimgx_fonts", "manimgx_fonts_cjk")
_FAMILIES = (
    "Inter", "Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Armenian", "Noto Sans Georgian",
    "Noto Sans Ethiopic", "Noto Sans Devanagari", "Noto Sans Bengali", "Noto Sans Gurmukhi", "Noto Sans Gujarati",
    "Noto Sans Oriya", "Noto Sans Tamil", "Noto Sans Telugu", "Noto Sans Kannada", "Noto Sans Malayalam",
    "Noto Sans Sinhala", "Noto Sans Thai", "Noto Sans Lao", "Noto Sans Myanmar", "Noto Sans Khmer",
)  # fmt: skip
_LAST = ("Noto Sans Symbols", "Noto Emoji", "DejaVu Sans Mono")
_SHAPERS = frozenset("\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f\u00ad")
"""Signs that shape or join others and have no form of their own."""

_LONGEST_NAME = 40


def folders() -> list[Path]:
    """Where the faces lie. Raises ModuleNotFoundError for a package that is not installed."""
    found = []
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        if spec is None or not spec.submodule_search_locations:
            raise ModuleNotFoundError(f"The fonts of the package {name} are not installed.")
        found += [Path(each) for each in spec.submodule_search_locations]
    return found


@cache
def faces() -> typst.Fonts:
    """The faces for typst, read once."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(each) for each in folders()])


def families_for(text: str) -> list[str]:
    """The faces in the order in which they are tried; the East Asian one by the language that the text shows."""
    if re.search(r"[\u3040-\u30ff]", text):
        asian = "Noto Sans CJK JP"
    elif re.search(r"[\uac00-\ud7af]", text):
        asian = "Noto Sans CJK KR"
    else:
        asian = "Noto Sans CJK SC"
    return [*_FAMILIES, asian, *_LAST]


# --- what the faces cover -----------------------------------------------------------------------------------------


@cache
def _covered() -> tuple[list[int], list[int]]:
    """First and last code points of the stretches that some face has, ascending and apart."""
    spans: list[tuple[int, int]] = []
    for folder in folders():
        for path in sorted(folder.rglob("*.tt[fc]")):
            spans += _spans(path.read_bytes())
    merged: list[list[int]] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1] + 1:
            merged[-1][1] = max(merged[-1][1], last)
        else:
            merged.append([first, last])
    return [first for first, _ in merged], [last for _, last in merged]


def _tables(data: bytes) -> dict[bytes, int]:
    """Where the tables of a TrueType or OpenType file begin; of a collection those of its first face, whose table of
    characters all share (OpenType 1.9)."""
    start = struct.unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
    count = struct.unpack_from(">H", data, start + 4)[0]
    rows = (struct.unpack_from(">4sIII", data, start + 12 + 16 * place) for place in range(count))
    return {tag: offset for tag, _, offset, _ in rows}


def _subtables(data: bytes, cmap: int) -> list[tuple[int, int]]:
    """The format of each table of characters and where it begins."""
    count = struct.unpack_from(">H", data, cmap + 2)[0]
    places = {cmap + struct.unpack_from(">HHI", data, cmap + 4 + 8 * place)[2] for place in range(count)}
    return [(struct.unpack_from(">H", data, at)[0], at) for at in sorted(places)]


def _spans(data: bytes) -> list[tuple[int, int]]:
    """The stretches of code points that a file has."""
    found: list[tuple[int, int]] = []
    for form, at in _subtables(data, _tables(data)[b"cmap"]):
        if form == 12:
            found += [(first, last) for first, last, _ in _groups(data, at)]
        elif form == 4:
            count = struct.unpack_from(">H", data, at + 6)[0] // 2
            last = struct.unpack_from(f">{count}H", data, at + 14)
            first = struct.unpack_from(f">{count}H", data, at + 16 + 2 * count)
            found += [pair for pair in zip(first, last, strict=True) if pair[0] != 0xFFFF]
    return found


def _groups(data: bytes, at: int) -> list[tuple[int, int, int]]:
    """First and last code point and first glyph of each group (cmap, format 12)."""
    count = struct.unpack_from(">I", data, at + 12)[0]
    numbers = struct.unpack_from(f">{count * 3}I", data, at + 16)
    return list(zip(numbers[0::3], numbers[1::3], numbers[2::3], strict=True))


@cache
def advances() -> dict[str, float]:
    """How wide each character of Inter is at its regular weight, in parts of the type size."""
    path = next(path for path in sorted(folders()[0].rglob("*.ttf")) if "Italic" not in path.name)
    data = path.read_bytes()
    tables = _tables(data)
    unit = struct.unpack_from(">H", data, tables[b"head"] + 18)[0]
    count = struct.unpack_from(">H", data, tables[b"hhea"] + 34)[0]
    widths = struct.unpack_from(">" + "Hh" * count, data, tables[b"hmtx"])[0::2]
    found: dict[str, float] = {}
    for form, at in _subtables(data, tables[b"cmap"]):
        for first, last, glyph in _groups(data, at) if form == 12 else ():
            for code in range(first, last + 1):
                found[chr(code)] = widths[min(glyph + code - first, count - 1)] / unit
    return found


@cache
def is_covered(character: str) -> bool:
    """Whether some face has the character, or it needs no form of its own."""
    if character in _SHAPERS or character.isspace():
        return True
    code = ord(character)
    first, last = _covered()
    place = bisect_right(first, code) - 1
    return place >= 0 and code <= last[place]


# --- what is said instead -----------------------------------------------------------------------------------------


def printable(text: str) -> str:
    """The text with control characters as spaces and every sign that no face has in words: "[mahjong tile red dragon]",
    "[7 signs, Tibetan]"."""
    if text.isascii() and text.isprintable():
        return text
    if all(character == "\n" or _is_fine(character) for character in text):
        return text
    parts: list[str] = []
    run = ""
    for character in text:
        if character in "\n\t" or _is_fine(character):
            parts += [_in_words(run), character]
            run = ""
        elif unicodedata.category(character) in ("Cc", "Cf", "Co", "Cn", "Cs"):
            parts += [_in_words(run), " "]
            run = ""
        else:
            run += character
    return "".join([*parts, _in_words(run)])


def _is_fine(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Co", "Cn", "Cs") and is_covered(character)


def _in_words(run: str) -> str:
    if not run:
        return ""
    name = unicodedata.name(run[0], f"U+{ord(run[0]):04X}")
    if len(run) == 1 and unicodedata.category(run).startswith("S") and len(name) <= _LONGEST_NAME:
        return f"[{name.lower()}]"
    return f"[{len(run)} {'sign' if len(run) == 1 else 'signs'}, {name.split()[0].title()}]"


def runs_from_the_right(text: str) -> bool:
    """Whether the first letter of the text belongs to a script that runs from the right; what is isolated in it, such
    as the title of a request in a sentence, does not count."""
    depth = 0
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("LRI", "RLI", "FSI"):
            depth += 1
        elif kind == "PDI":
            depth = max(0, depth - 1)
        elif not depth and kind in ("L", "R", "AL"):
            return kind != "L"
    return False
