"""Reading labelled portfolios: what is forgiven, and what is refused with file, line and advice."""

import json

import pytest

from impacts.engine.evaluation.labelled import BadLabels, read_labelled

ITEMS = [{"id": f"P{n}", "silo": f"S{n % 2}", "title": f"Title {n}", "text": "…"} for n in range(1, 5)]
PAIRS = [{"a": "P1", "b": "P2"}, {"a": "P3", "b": "P1", "label": "same_kind_of_system"}]


@pytest.fixture
def read(tmp_path):
    """Writes both files, then reads them: rows are objects or lines as they stand."""

    def as_text(rows) -> str:
        return "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)

    def write_and_read(items=ITEMS, pairs=PAIRS):
        (tmp_path / "items.jsonl").write_text(as_text(items), encoding="utf-8")
        (tmp_path / "pairs.jsonl").write_text(as_text(pairs), encoding="utf-8")
        return read_labelled(tmp_path / "items.jsonl", tmp_path / "pairs.jsonl")

    return write_and_read


def test_items_and_pairs_are_read_with_places_for_ids(read):
    labelled = read()
    assert [item.id for item in labelled.items] == ["P1", "P2", "P3", "P4"]
    assert labelled.positives == {(0, 1), (0, 2)}
    assert labelled.partners() == {0: {1, 2}, 1: {0}, 2: {0}}


def test_accidents_of_acronyms_are_negatives_and_no_queries(read):
    labelled = read(pairs=[*PAIRS, {"a": "P4", "b": "P3", "label": "acronym_accident"}])
    assert labelled.labels[(2, 3)] == "acronym_accident"
    assert (2, 3) not in labelled.positives
    assert 3 not in labelled.partners()


def test_across_silos_only_pairs_of_different_silos_count(read):
    labelled = read().across_silos()
    assert labelled.positives == {(0, 1)}
    assert len(labelled.items) == 4


def test_without_titles_the_texts_stay(read):
    assert {(item.title, item.text) for item in read().without_titles().items} == {("", "…")}


def test_marks_blank_lines_and_windows_line_ends_are_forgiven(read):
    written = [json.dumps(item) + "\r" for item in ITEMS]
    labelled = read(items=["\ufeff" + written[0], "", *written[1:], "  ", ""], pairs=["\ufeff", *PAIRS, ""])
    assert len(labelled.items) == 4
    assert len(labelled.positives) == 2


def test_line_separators_inside_a_text_do_not_part_lines(read):
    labelled = read(items=[json.dumps({**item, "text": "one\u2028two\u0085"}, ensure_ascii=False) for item in ITEMS])
    assert labelled.items[0].text == "one\u2028two\u0085"


def test_the_same_pair_twice_in_both_orders_counts_once(read):
    assert read(pairs=[*PAIRS, {"a": "P2", "b": "P1"}, PAIRS[0]]).positives == {(0, 1), (0, 2)}


def test_numbers_as_ids_and_empty_texts_are_taken(read):
    items = [{"id": n, "silo": None, "title": None, "text": ""} for n in (1, 2)]
    labelled = read(items=items, pairs=[{"a": 1, "b": "2"}])
    assert labelled.positives == {(0, 1)}
    assert labelled.items[0].title == labelled.items[0].silo == ""


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ([], "items.jsonl: it is empty. Write one JSON object in each line."),
        (["", "  "], "items.jsonl: it is empty."),
        ([ITEMS[0]], "it holds 1 items; at least two are needed"),
        ([ITEMS[0], "{not json"], "items.jsonl, line 2: it is not JSON. Write one"),
        ([ITEMS[0], "[" * 100_000], "items.jsonl, line 2: it is not JSON."),
        ([ITEMS[0], "", '["P2"]'], "items.jsonl, line 3: it is not a JSON object."),
        ([ITEMS[0], {"id": "P2", "silo": "S"}], "line 2: “title” is missing; it has id, silo. Add it."),
        ([ITEMS[0], {}], "line 2: “id” is missing; it has nothing. Add it."),
        ([*ITEMS, {**ITEMS[0]}], "items.jsonl, line 5: the id “P1” stands in line 1 already. Give each item its own."),
        ([ITEMS[0], {**ITEMS[1], "text": 7}], "line 2: “text” is not a text. Write it in quotation marks."),
        ([ITEMS[0], {**ITEMS[1], "text": "\ud800"}], "line 2: “text” holds half of a character. Take it out."),
        ([ITEMS[0], {**ITEMS[1], "id": ""}], "line 2: “id” is not an id."),
        ([ITEMS[0], {**ITEMS[1], "id": True}], "line 2: “id” is not an id."),
        ([ITEMS[0], {**ITEMS[1], "id": None}], "line 2: “id” is not an id."),
    ],
)
def test_items_that_cannot_be_used_are_refused_with_advice(read, items, words):
    with pytest.raises(BadLabels) as refused:
        read(items=items)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([], "pairs.jsonl: it is empty."),
        (["P1,P2"], "pairs.jsonl, line 1: it is not JSON."),
        ([{"a": "P1"}], "pairs.jsonl, line 1: “b” is missing; it has a. Add it."),
        ([*PAIRS, {"a": "P1", "b": "P9"}], "pairs.jsonl, line 3: no item has the id “P9”. Correct it, or add the item"),
        ([{"a": "P1", "b": "P1"}], "pairs.jsonl, line 1: it pairs “P1” with itself."),
        (
            [*PAIRS, {"a": "P2", "b": "P1", "label": "acronym_accident"}],
            "pairs.jsonl, line 3: it contradicts line 1",
        ),
        ([{"a": "P1", "b": "P2", "label": 0}], "pairs.jsonl, line 1: “label” is not a text."),
        ([{"a": "P1", "b": "P2", "label": ["acronym_accident"]}], "pairs.jsonl, line 1: “label” is not a text."),
        ([{"a": "P1", "b": "P2", "label": "acronym_accident"}], "pairs.jsonl: it holds no pair of the same thing"),
    ],
)
def test_pairs_that_cannot_be_used_are_refused_with_advice(read, pairs, words):
    with pytest.raises(BadLabels) as refused:
        read(pairs=pairs)
    assert words in str(refused.value)


def test_a_file_that_is_missing_or_not_utf8_is_refused(tmp_path):
    (tmp_path / "items.jsonl").write_bytes(b'\xef\xbb\xbf{"id": 1}\n{"id": "\xe9"}')
    with pytest.raises(BadLabels, match=r"items\.jsonl, line 2: it is not UTF-8 \(byte 21\)\. Save it as UTF-8\."):
        read_labelled(tmp_path / "items.jsonl", tmp_path / "pairs.jsonl")
    with pytest.raises(
        BadLabels, match=r"none\.jsonl: it cannot be read: No such file or directory\. Check the name\."
    ):
        read_labelled(tmp_path / "none.jsonl", tmp_path / "pairs.jsonl")
