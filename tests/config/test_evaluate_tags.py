"""The command that measures suggested tags: every set, clear errors, and no database."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from config.demo.facts import demo_facts
from config.demo.story import read_story
from config.management.commands.evaluate_tags import TOPICS
from impacts.engine.matching.tags import tags_of
from tests.config.bank import TODAY

QUESTIONS = "text,category\n" + "".join(
    f"{text},{topic}\n"
    for topic, texts in {
        "card_arrival": ("When does my card come", "My card has not come", "Has the card come by post"),
        "exchange_rate": ("Which rate do you use", "The rate for dollars", "Is the rate of today fair"),
    }.items()
    for text in texts
)


def run(*arguments: Any) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("evaluate_tags", *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "questions.csv"
    file.write_text(QUESTIONS)
    return file


def test_texts_with_topics_are_measured_against_the_baselines(questions: Path) -> None:
    out, _ = run("--items", questions, "--json")
    ((name, found),) = json.loads(out).items()
    assert name.endswith("questions.csv")
    assert found["requests"] == found["folds"] == 6
    assert found["figures"]["engine"]["touchpoint"]["recall@3"] == 1.0
    assert set(found["figures"]) == {"engine", "majority", "nearest", "nearest ten"}


def test_without_json_it_prints_a_table(questions: Path) -> None:
    out, _ = run("--items", questions)
    assert "6 requests, left out in 6 parts" in out
    assert [line.split()[0] for line in out.splitlines()[2:]] == ["engine"] * 2 + ["majority"] * 2 + ["nearest"] * 4


def test_sets_that_are_not_there_are_named_and_the_rest_is_measured(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("config.management.commands.evaluate_tags.demo_facts", _few)
    out, err = run("--data", tmp_path, "--json")
    assert list(json.loads(out)) == ["demo"]
    assert err.count("is not there") == 2


def test_wrong_paths_are_said_clearly(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no such folder"):
        run("--data", tmp_path / "none")
    with pytest.raises(CommandError, match="cannot be read"):
        run("--items", tmp_path / "none.csv")
    with pytest.raises(CommandError, match="Name these with --items"):
        run("--demo", "--labels", tmp_path / "topics.csv")


def test_the_demo_is_read_from_its_story() -> None:
    story = read_story(TODAY)
    register, requests = demo_facts(story)
    assert len(register.touchpoints) == len(story.registers["touchpoints"])
    push = next(thing for thing in register.touchpoints.values() if thing.code == "push")
    assert "notification" in push.synonyms
    alerts = next(each for each in requests if each.reference == "cards-spend-alerts")
    assert {("touchpoint", push.id)} < tags_of(alerts)
    assert len(alerts.contacts) == 1
    drafts = {row["key"] for row in story.requests if not row.get("filed") or row.get("status") == "withdrawn"}
    assert drafts
    assert drafts.isdisjoint(each.reference for each in requests)


def test_the_topics_of_the_real_portfolio_fit_its_items(shared_data: Path) -> None:
    items = [json.loads(line) for line in (shared_data / "us-ai-2024" / "items.jsonl").read_text().splitlines()]
    ids = [line.split(",")[0] for line in TOPICS.read_text().splitlines()[1:]]
    assert len(ids) == 2092
    assert set(ids) <= {item["id"] for item in items}


def _few(story: Any) -> Any:
    register, requests = demo_facts(story)
    return register, requests[:12]
