"""Sets a document as a PDF with typst: tagged (PDF/UA-1), with bookmarks, page labels and its own fonts.

The document goes in as JSON; nothing of it is ever read as markup. Signs that no face has are put in words before
(`fonts.printable`), since one of them would stop the tagged compile; should one slip through all the same, the pack is
set without the standard's checks rather than refused. Each compile is a process of its own: typst keeps what it used.
"""

import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

from board.packs.fonts import faces, families_for, printable
from board.packs.join_pdf import count_pages, join
from board.packs.paper import on_paper
from board.packs.trim import PDF

logger = logging.getLogger(__name__)

Standard = Literal["ua-1"] | None
TEMPLATE = Path(__file__).with_name("pack.typ")

PART = 60
"""A pack of more items is set in parts of so many, which are joined: what typst holds of a layout grows with it."""

SCALES = (1.0, 0.94, 0.88, 0.8, 0.7)
"""The type of an item that would run over its page gives way by these steps."""


_LONG_WORD = re.compile(r"[!-~\u00a1-\u058f]{30,}")
"""In scripts whose words are set apart by spaces, and whose letters do not join."""


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def pdf_of(document: dict[str, Any], seal: str = "") -> bytes:
    """The PDF of a plain document as its reader may read it. `seal` is printed; without one it says "draft"."""
    paper = on_paper(document, PDF)
    given = {"seal": seal[:8], "fonts": families_for(json.dumps(document, ensure_ascii=False))}
    if len(paper["pages"]) <= PART:
        return _set_apart({**given, "pack": paper, "part": "all", "before": 0, "total": 0, "from": 0})
    return join(list(_parts(paper, given)))


def _parts(paper: dict[str, Any], given: dict[str, Any]) -> Iterator[bytes]:
    """A long pack in parts: what stands before the items, the items, what stands after them. How many pages the first
    and the last take is seen from setting them once without numbers."""
    pages = paper["pages"]
    front = {**given, "part": "front", "pack": {**paper, "pages": [], "back": []}, "before": 0, "total": 0, "from": 0}
    back = {**front, "part": "back", "pack": {**paper, "pages": [], "agenda": [], "front": []}}
    before = count_pages(_set_apart(front))
    total = before + len(pages) + count_pages(_set_apart(back))
    numbers = {"total": total, "from": before + 1}
    yield _set_apart({**front, **numbers})
    bare = {**paper, "agenda": [], "front": [], "back": []}
    for place in range(0, len(pages), PART):
        some = {**bare, "pages": pages[place : place + PART]}
        yield _set_apart({**given, "part": "items", "pack": some, **numbers, "before": before + place})
    yield _set_apart({**back, **numbers, "before": before + len(pages)})


def _set_apart(given: dict[str, Any]) -> bytes:
    """Have a process of its own set it, which gives its memory back."""
    command = [sys.executable, "-m", "board.packs.render_pdf"]
    # Our own module, by its name, without a shell.
    done = subprocess.run(  # noqa: S603
        command, input=json.dumps(given).encode(), stdout=subprocess.PIPE, check=True, cwd=TEMPLATE.parents[2]
    )
    return done.stdout


def set_pdf(given: dict[str, Any]) -> bytes:
    """Set what the template is given: a whole document or a part of one."""
    pages = given["pack"]["pages"]
    for page in pages:
        page["scale"] = SCALES[0]
    standard: Standard = "ua-1"
    while True:
        try:
            return _compile(json.dumps(_printable(given), ensure_ascii=False), given["fonts"], standard)
        except typst.TypstError as error:
            if "could not be displayed" in str(error) and standard:
                logger.warning("The pack has a sign that no face has, and is set without its checks: %s", error)
                standard = None
            elif not _give_way(pages, str(error)):
                raise


def _give_way(pages: list[dict[str, Any]], problem: str) -> bool:
    """Set the items smaller that run over their pages, as the template says. False where that is not the problem, or
    they are as small as can be."""
    told = re.search(r"over its page: ([\d ]+)", problem)
    numbers = {int(each) for each in told[1].split()} if told else set()
    smaller = [page for page in pages if page["number"] in numbers and page["scale"] > SCALES[-1]]
    for page in smaller:
        page["scale"] = SCALES[SCALES.index(page["scale"]) + 1]
    return bool(smaller)


def _compile(data: str, fonts: list[str], standard: Standard) -> bytes:
    return typst.compile(
        _template(),
        sys_inputs={"data": data, "fonts": json.dumps(fonts)},
        font_paths=faces(),
        pdf_standards=standard,
        format="pdf",
    )


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return _LONG_WORD.sub(_breakable, printable(value))
    if isinstance(value, dict):
        return {key: _printable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_printable(each) for each in value]
    return value


def _breakable(word: re.Match[str]) -> str:
    """A word that may be longer than its line, with places to break it."""
    return "\u200b".join(word[0][at : at + 6] for at in range(0, len(word[0]), 6))


if __name__ == "__main__":
    sys.stdout.buffer.write(set_pdf(json.load(sys.stdin.buffer)))
