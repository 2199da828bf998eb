"""A document as one reader may read it: money of other departments and confidential requests are taken out. No Django.

Works on the plain document (see `seal.plain`), so that a published one is redacted exactly as it was frozen. What is
taken out says so where its place would be missed.
"""

from dataclasses import dataclass
from typing import Any

from board.packs.document import EVERY_REQUEST

HIDDEN_ITEM = "An item about a confidential request"
HIDDEN_NOTE = "It concerns a confidential request. The board's secretary can tell you if it matters to you."
_GONE = object()


@dataclass(frozen=True, slots=True)
class Reader:
    """What somebody may read: requests whose money, and confidential requests, by id; `everything` for the board and
    architects."""

    everything: bool = False
    money: frozenset[int] = frozenset()
    secrets: frozenset[int] = frozenset()


Page = dict[str, Any]

BOARD = Reader(everything=True)


def requests_named(document: Any) -> tuple[set[int], set[int]]:
    """The ids of the requests whose money the document names, and of the confidential ones that it speaks of."""
    money: set[int] = set()
    secrets: set[int] = set()

    def visit(value: Any) -> None:
        if isinstance(value, dict):
            money.update(value.get("requests") or ())
            secrets.update(value.get("secret") or ())
            for each in value.values():
                visit(each)
        elif isinstance(value, list) and value and isinstance(value[0], dict | list):
            for each in value:
                visit(each)

    visit(document)
    return money - {EVERY_REQUEST}, secrets


def as_read_by(document: dict[str, Any], reader: Reader) -> dict[str, Any]:
    """The plain document as `reader` may read it; the same object where nothing is taken out."""
    if reader.everything:
        return document
    read: dict[str, Any] = _read(document, reader)
    return read


def _read(value: Any, reader: Reader) -> Any:
    if isinstance(value, list):
        rows = [_read(each, reader) for each in value]
        return [each for each in rows if each is not _GONE]
    if not isinstance(value, dict):
        return value
    if not reader.secrets.issuperset(value.get("secret") or ()):
        return _hidden(value, reader)
    if not reader.money.issuperset(value.get("requests") or ()):
        return {**value, "text": value["instead"], "value": "", "requests": []}
    read = {name: _read(each, reader) for name, each in value.items() if name != "instead"}
    if "instead" in value:
        read["instead"] = None if isinstance(value["instead"], dict) else value["instead"]
    return {name: None if each is _GONE else each for name, each in read.items()}


def _hidden(value: dict[str, Any], reader: Reader) -> Any:
    """What stands in the place of something that speaks of a confidential request."""
    if "options" in value:
        return _hidden_page(value)
    if "subject" in value:
        return {**value, "question": HIDDEN_ITEM, "subject": "confidential", "secret": []}
    if "evidence" in value:
        return {**value, "title": value["instead"], "evidence": [], "references": "", "remedy": "", "secret": []}
    if isinstance(value.get("instead"), dict):
        return _read(value["instead"], reader)
    if "text" in value:
        return {**value, "text": value["instead"], "value": "", "requests": [], "secret": []}
    return _GONE


def _hidden_page(page: dict[str, Any]) -> dict[str, Any]:
    """A page that keeps its place on the agenda and says nothing else."""
    kept = {name: page[name] for name in ("number", "of", "minutes", "time", "anchor")}
    empty: Page = {name: [] for name, value in page.items() if isinstance(value, list)}
    blank = {name: "" for name, value in page.items() if isinstance(value, str | dict)}
    return {**page, **blank, **empty, **kept, "kind": "hidden", "question": HIDDEN_ITEM, "effect": HIDDEN_NOTE}
