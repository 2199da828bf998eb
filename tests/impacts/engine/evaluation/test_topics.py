"""Texts sorted by topic become requests that touch touchpoints; what cannot be read is said clearly."""

from pathlib import Path

import pytest

from impacts.engine.evaluation.labelled import BadLabels
from impacts.engine.evaluation.topics import read_topics


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_rows_of_a_table_become_requests(tmp_path: Path) -> None:
    found = read_topics(
        written(tmp_path, "q.csv", 'text,category\n"Where, is it?",card_arrival\nNone,\nLost,lost_card\n')
    )
    assert [thing.name for thing in found.register.touchpoints.values()] == ["card arrival", "lost card"]
    assert [(each.problem, each.impacts[0].touchpoint) for each in found.requests] == [
        ("Where, is it?", 1),
        ("Lost", 2),
    ]


def test_lines_of_json_may_have_their_topics_in_another_file(tmp_path: Path) -> None:
    items = written(
        tmp_path, "items.jsonl", '{"id": 7, "title": "Babel", "text": "Speaks"}\n\n{"id": 8, "text": "x"}\n'
    )
    labels = written(tmp_path, "topics.csv", "id,topics\n7,Law; Health ; Law\n9,Law\n")
    found = read_topics(items, labels)
    assert [(each.reference, each.title, len(each.impacts)) for each in found.requests] == [("7", "Babel", 2)]
    assert [thing.name for thing in found.register.touchpoints.values()] == ["Health", "Law"]


def test_an_id_that_stands_twice_has_the_topics_of_both_rows(tmp_path: Path) -> None:
    items = written(tmp_path, "items.csv", "id,text\n1,x\n")
    found = read_topics(items, written(tmp_path, "topics.csv", "id,topic\n1,Law\n1,Tax\n"))
    assert [thing.name for thing in found.register.touchpoints.values()] == ["Law", "Tax"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "", "holds no row"),
        ("a.csv", "text,category\n", "holds no row"),
        ("a.csv", "words,category\nLost,lost\n", "line 2: “text” is missing; it has words, category"),
        ("a.csv", "text,silo\nLost,Cards\n", "no row names a topic: its columns are text, silo"),
        ("a.csv", f'text,topic\n"{"x" * 140_000},Law\n', "after line 1: it is not CSV"),
        ("a.csv", 'text,topic\nfound,Law\n"lost,Law\nleft,Tax\n', "after line 2: it is not CSV.*mark open"),
        (
            "a.jsonl",
            '{"text": "x", "topics": ["Law", "Tax"]}\n',
            "“topics” is neither text nor number.*semicolons",
        ),
        ("a.jsonl", '{"text": "x"}\n{\n', "line 2: it is not JSON"),
        ("a.jsonl", "[1]\n", "line 1: it is not a JSON object"),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(BadLabels, match=message):
        read_topics(written(tmp_path, name, text))


def test_files_that_are_not_there_or_do_not_fit_are_said(tmp_path: Path) -> None:
    with pytest.raises(BadLabels, match="cannot be read"):
        read_topics(tmp_path / "none.csv")
    (tmp_path / "latin.csv").write_bytes(b"text,category\ncaf\xe9,x\n")
    with pytest.raises(BadLabels, match="not UTF-8"):
        read_topics(tmp_path / "latin.csv")
    items = written(tmp_path, "items.csv", "id,text\n1,x\n")
    with pytest.raises(BadLabels, match="none of its ids"):
        read_topics(items, written(tmp_path, "topics.csv", "id,topic\n2,Law\n"))
