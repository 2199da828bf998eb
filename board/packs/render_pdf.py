"""Sets a document as a PDF with typst: tagged (PDF/UA-1), with bookmarks, page labels and its own fonts.

The document goes in as JSON; nothing of it is ever read as markup. Signs that no face has are put in words before
(`fonts.printable`), since one of them would stop the tagged compile; should one slip through all the same, the pack is
set untagged rather than refused. A long document is set by a process of its own, which gives its memory back.
"""

import json
import logging
import re
import subprocess
import sys
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

APART = 60
"""Documents with more items are set by a process of their own."""

SCALES = (1.0, 0.94, 0.88, 0.8, 0.7)
"""The type of an item that would run over its page gives way by these steps."""


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def pdf_of(document: dict[str, Any], seal: str = "") -> bytes:
    """The PDF of a plain document as its reader may read it. `seal` is printed; without one it says "draft"."""
    if len(document["pages"]) <= APART:
        return set_pdf(document, seal)
    given = json.dumps([document, seal]).encode()
    command = [sys.executable, "-m", "board.packs.render_pdf"]
    # Our own module, by its name, without a shell.
    done = subprocess.run(command, input=given, stdout=subprocess.PIPE, check=True, cwd=TEMPLATE.parents[2])  # noqa: S603
    return done.stdout


def set_pdf(document: dict[str, Any], seal: str) -> bytes:
    """The same, set by this process."""
    paper = on_paper(document, PDF)
    for page in paper["pages"]:
        page["scale"] = SCALES[0]
    standard: Standard = "ua-1"
    while True:
        data = json.dumps(_printable({"pack": paper, "seal": seal}), ensure_ascii=False)
        try:
            return _compile(data, standard)
        except typst.TypstError as error:
            if "could not be displayed" in str(error) and standard:
                logger.warning("The pack has a sign that no face has, and is not tagged: %s", error)
                standard = None
            elif not _give_way(paper["pages"], str(error)):
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


def _compile(data: str, standard: Standard) -> bytes:
    return typst.compile(
        _template(),
        sys_inputs={"data": data, "fonts": json.dumps(families_for(data))},
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


if __name__ == "__main__":
    sys.stdout.buffer.write(set_pdf(*json.load(sys.stdin.buffer)))
