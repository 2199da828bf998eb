"""Reading texts that somebody sorted by topic, as a stand-in for requests whose touchpoints are known.

A file of lines of JSON (.jsonl) or a CSV with a head line. Of each row count `text`, `title` where there is one, and
the first of LABELS that the row has: the topics, parted by semicolons. Topics may also stand in a file of their own
that names them by `id`.
"""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

from impacts.engine.evaluation.labelled import BadLabels, read_text
from impacts.engine.evaluation.tags import TaggedSet
from impacts.engine.facts import ImpactFact, RegisterFacts, RequestFacts, ThingFact

LABELS = ("topics", "topic", "category", "label")

Row = dict[str, str]


def read_topics(items: Path, labels: Path | None = None) -> TaggedSet:
    """The texts as requests, and their topics as touchpoints, each named by its words ("card_arrival" is "card
    arrival"). Texts without a topic are left out. `labels`: a file with `id` and topics, for items that have none.

    Raises BadLabels.
    """
    known = _topics_by_id(labels) if labels else None
    found: list[tuple[Row, list[str]]] = []
    rows = list(_rows(items, needed="text"))
    for row in rows:
        topics = known.get(row.get("id", ""), []) if known is not None else _topics(row)
        if topics:
            found.append((row, topics))
    if not found:
        has = ", ".join(rows[0])
        what = f"none of its ids stands in {labels}" if labels else f"no row names a topic: its columns are {has}"
        raise BadLabels(
            f"{items}: {what}. Give a file whose rows have one of {', '.join(LABELS)}, or name with --labels one "
            f"that has id and topics."
        )
    ids = {topic: place for place, topic in enumerate(sorted({each for _, topics in found for each in topics}), 1)}
    register = RegisterFacts(
        touchpoints={place: ThingFact(place, "", topic.replace("_", " ")) for topic, place in ids.items()}
    )
    requests = tuple(
        RequestFacts(
            id=place,
            reference=row.get("id", str(place)),
            silo=1,
            title=row.get("title", ""),
            problem=row["text"],
            impacts=tuple(ImpactFact(ids[topic], "changes") for topic in topics),
        )
        for place, (row, topics) in enumerate(found, 1)
    )
    return TaggedSet(f"{items.parent.name}/{items.name}", register, requests)


def _topics_by_id(labels: Path) -> dict[str, list[str]]:
    """The topics of each id; an id in several rows has those of all of them."""
    known: dict[str, set[str]] = {}
    for row in _rows(labels, needed="id"):
        known.setdefault(row["id"], set()).update(_topics(row))
    return {name: sorted(topics) for name, topics in known.items()}


def _topics(row: Row) -> list[str]:
    written = next((row[label] for label in LABELS if row.get(label)), "")
    return sorted({topic.strip() for topic in written.split(";")} - {""})


def _rows(file: Path, needed: str) -> Iterator[Row]:
    """The rows of a file with their texts by column. Raises BadLabels."""
    text, empty = read_text(file), True
    for line, row in _json_lines(file, text) if file.suffix == ".jsonl" else _csv_lines(file, text):
        if needed not in row:
            has = ", ".join(row) or "nothing"
            raise BadLabels(f"{file}, line {line}: “{needed}” is missing; it has {has}. Add it or name that column so.")
        empty = False
        yield row
    if empty:
        raise BadLabels(f"{file}: it holds no row. Is it the right file?")


def _csv_lines(file: Path, text: str) -> Iterator[tuple[int, Row]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)  # a quotation mark left open is no text
    try:
        for row in reader:
            yield reader.line_num, {key: value or "" for key, value in row.items() if key}
    except csv.Error as error:
        raise BadLabels(
            f"{file}, after line {reader.line_num}: it is not CSV: {error}. Is a quotation mark open?"
        ) from error


def _json_lines(file: Path, text: str) -> Iterator[tuple[int, Row]]:
    for line, written in enumerate(text.split("\n"), 1):
        if not written.strip():
            continue
        try:
            row = json.loads(written)
        except (ValueError, RecursionError) as error:
            raise BadLabels(f"{file}, line {line}: it is not JSON. Write one JSON object in each line.") from error
        if not isinstance(row, dict):
            raise BadLabels(f"{file}, line {line}: it is not a JSON object. Write one in each line, such as {{…}}.")
        if odd := [key for key, value in row.items() if isinstance(value, list | dict | bool)]:
            what = f"“{odd[0]}” is neither text nor number. Write it in quotation marks, several topics with semicolons"
            raise BadLabels(f"{file}, line {line}: {what}.")
        yield line, {key: "" if value is None else str(value) for key, value in row.items()}
