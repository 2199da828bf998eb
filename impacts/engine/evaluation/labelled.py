"""Reading a labelled portfolio: items.jsonl and pairs.jsonl, or clear errors that name file, line and what to do."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

Pair = tuple[int, int]

ACCIDENT = "acronym_accident"
"""The label of pairs that only share an acronym: negatives."""

UNLABELLED = "same"
"""What a pair without a label counts as."""

_HALVES = re.compile(r"[\ud800-\udfff]")
"""Halves of characters, which JSON can spell and no language model can read."""

TEXTS = ("silo", "title", "text")


class BadLabels(ValueError):
    """A file cannot be used; the message names the file, the line and what to do."""


@dataclass(frozen=True, slots=True)
class Item:
    """One request of a labelled portfolio."""

    id: str
    silo: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """A portfolio with known pairs: places in `items`, smaller first, with the label of each."""

    items: tuple[Item, ...]
    labels: Mapping[Pair, str]

    @property
    def positives(self) -> frozenset[Pair]:
        """The pairs that are the same thing: all that are not labelled ACCIDENT."""
        return frozenset(pair for pair, label in self.labels.items() if label != ACCIDENT)

    def across_silos(self) -> "LabelledSet":
        """The same items with only the pairs whose silos differ."""
        labels = {pair: label for pair, label in self.labels.items() if self.are_of_different_silos(*pair)}
        return replace(self, labels=labels)

    def without_titles(self) -> "LabelledSet":
        """The same items with empty titles."""
        return replace(self, items=tuple(replace(item, title="") for item in self.items))

    def are_of_different_silos(self, one: int, other: int) -> bool:
        """Whether two items come from different silos."""
        return self.items[one].silo != self.items[other].silo

    def partners(self) -> dict[int, frozenset[int]]:
        """The queries, ascending: each item that occurs in a positive pair, with its partners."""
        found: dict[int, set[int]] = {}
        for one, other in self.positives:
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
        return {query: frozenset(found[query]) for query in sorted(found)}


def read_labelled(items_file: Path, pairs_file: Path) -> LabelledSet:
    """Read both files. The same pair twice, in either order, counts once; a byte order mark and blank lines are fine.

    Raises BadLabels.
    """
    items = read_items(items_file)
    places = {item.id: place for place, item in enumerate(items)}
    labels: dict[Pair, str] = {}
    lines: dict[Pair, int] = {}
    for line, entry in _objects(pairs_file):
        pair = _pair(pairs_file, line, entry, places)
        label = _label(pairs_file, line, entry)
        if (labels.setdefault(pair, label) == ACCIDENT) != (label == ACCIDENT):
            what = f"it contradicts line {lines[pair]}: only one of them calls the pair {ACCIDENT}. Keep one"
            raise _bad(pairs_file, line, what)
        lines.setdefault(pair, line)
    labelled = LabelledSet(tuple(items), labels)
    if not labelled.positives:
        raise BadLabels(f"{pairs_file}: it holds no pair of the same thing, so there is nothing to measure. Add pairs.")
    return labelled


def read_items(file: Path) -> list[Item]:
    """Read items.jsonl: at least two items with different ids. Raises BadLabels."""
    items: list[Item] = []
    lines: dict[str, int] = {}
    for line, entry in _objects(file):
        item = Item(_id(file, line, entry, "id"), *(_text(file, line, entry, key) for key in TEXTS))
        if item.id in lines:
            first_line = lines[item.id]
            raise _bad(file, line, f"the id “{item.id}” stands in line {first_line} already. Give each item its own")
        lines[item.id] = line
        items.append(item)
    if len(items) < 2:
        raise BadLabels(
            f"{file}: it holds {len(items)} items; at least two are needed to compare. Is it the right file?"
        )
    return items


def _pair(file: Path, line: int, entry: dict[str, object], places: dict[str, int]) -> Pair:
    ids = [_id(file, line, entry, key) for key in ("a", "b")]
    for each in ids:
        if each not in places:
            raise _bad(file, line, f"no item has the id “{each}”. Correct it, or add the item to the items file")
    if ids[0] == ids[1]:
        raise _bad(file, line, f"it pairs “{ids[0]}” with itself. Remove the line or correct one id")
    one, other = sorted(places[each] for each in ids)
    return one, other


def _label(file: Path, line: int, entry: dict[str, object]) -> str:
    label = entry.get("label", "")
    if label in (None, ""):
        return UNLABELLED
    if not isinstance(label, str):
        raise _bad(file, line, f"“label” is not a text. Write a name or leave it out; {ACCIDENT} denies the pair")
    return label


def read_text(file: Path) -> str:
    """What a file holds, as UTF-8 with or without a byte order mark. Raises BadLabels."""
    try:
        written = file.read_bytes()
        return written.decode("utf-8").removeprefix("\ufeff")
    except OSError as error:
        raise BadLabels(f"{file}: it cannot be read: {error.strerror}. Check the name.") from error
    except UnicodeDecodeError as error:
        line = written.count(b"\n", 0, error.start) + 1
        raise BadLabels(f"{file}, line {line}: it is not UTF-8 (byte {error.start}). Save it as UTF-8.") from error


def _objects(file: Path) -> Iterator[tuple[int, dict[str, object]]]:
    """Every line that is not blank, with its number, as a JSON object."""
    text = read_text(file)
    if not text.strip():
        raise BadLabels(f"{file}: it is empty. Write one JSON object in each line.")
    for line, written in enumerate(text.split("\n"), 1):
        if not written.strip():
            continue
        try:
            entry = json.loads(written)
        except (ValueError, RecursionError) as error:
            raise _bad(file, line, "it is not JSON. Write one JSON object in each line") from error
        if not isinstance(entry, dict):
            raise _bad(file, line, "it is not a JSON object. Write one in each line, such as {…}")
        yield line, entry


def _id(file: Path, line: int, entry: dict[str, object], key: str) -> str:
    value = _value(file, line, entry, key)
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise _bad(file, line, f"“{key}” is not an id. Write a text that is not empty, or a whole number")
    return str(value)


def _text(file: Path, line: int, entry: dict[str, object], key: str) -> str:
    value = _value(file, line, entry, key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _bad(file, line, f"“{key}” is not a text. Write it in quotation marks")
    return value


def _value(file: Path, line: int, entry: dict[str, object], key: str) -> object:
    if key not in entry:
        raise _bad(file, line, f"“{key}” is missing; it has {', '.join(sorted(entry)) or 'nothing'}. Add it")
    value = entry[key]
    if isinstance(value, str) and _HALVES.search(value):
        raise _bad(file, line, f"“{key}” holds half of a character. Take it out")
    return value


def _bad(file: Path, line: int, what: str) -> BadLabels:
    return BadLabels(f"{file}, line {line}: {what}.")
