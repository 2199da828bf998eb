"""Decision records as Markdown: the four parts, and texts that stay what they are."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from board.packs.markdown import DecisionRecord, RecordOption, RecordRequest, as_markdown, plain_text


def record(**fields: Any) -> DecisionRecord:
    request = RecordRequest(
        "REQ-2026-0001", "Card alerts", "Cards", "They call.", "We push.", ["Start 1 May 2027"], "Approved"
    )
    base: dict[str, Any] = {
        "number": 7,
        "title": "Should Cards go ahead?",
        "kind": "approve",
        "label": "Approve",
        "status": "stands",
        "at": datetime(2026, 11, 5, 14, 30, tzinfo=UTC),
        "meeting": "Review board, 5 November 2026",
        "recorded_by": "Mara Lindqvist",
        "reason": "It serves the customer.",
        "requests": [request],
        "findings": ["Two want the same"],
        "options": [
            RecordOption("approve", "Approve as filed", "They have it in May.", "Nothing waits.", "€100"),
            RecordOption("hold", "Hold", "Nobody builds.", "", "€0 now"),
        ],
        "conditions": [("Name an owner.", "Tomás Rey", date(2027, 1, 31))],
        "votes": ["Grace Mwangi: Against. Too soon"],
        "followed": ["REQ-2026-0001 was changed on 3 March 2027: another look."],
        "seal": "ab" * 32,
    }
    return DecisionRecord(**{**base, **fields})


def test_a_record_has_context_options_decision_and_consequences() -> None:
    text = as_markdown(record())
    heads = [line for line in text.splitlines() if line.startswith("#")]
    assert heads == [
        "# Decision 7: Should Cards go ahead?",
        "## Context",
        "### REQ-2026-0001 Card alerts",
        "### What Ombud had found",
        "## Options",
        "## Decision",
        "### Votes",
        "## Consequences",
    ]
    assert "- **Approve as filed** (chosen): They have it in May. Nothing waits. Cost: €100." in text
    assert "**Approve.** It serves the customer." in text
    assert "- Name an owner. (Tomás Rey, by 2027-01-31)" in text
    assert text.endswith(f"Seal: `{'ab' * 32}`\n")


def test_a_record_of_what_is_hidden_says_nothing_of_it() -> None:
    hidden = record(requests=[], options=[], findings=[], conditions=[], votes=[], followed=[], seal="")
    text = as_markdown(hidden)
    assert "It concerns requests that are confidential." in text
    assert "None were laid out." in text
    assert "Nothing else follows from it." in text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("# No heading", "\\# No heading"),
        ("1. No list", "1\\. No list"),
        ("- no item", "\\- no item"),
        ("*bold* <b>and</b> `code`", "\\*bold\\* \\<b\\>and\\</b\\> \\`code\\`"),
        ("one\n\n\ntwo\nthree", "one\n\ntwo three"),
        ("مرحبا 👋", "مرحبا 👋"),
    ],
)
def test_what_somebody_typed_is_no_markup(typed: str, shown: str) -> None:
    assert plain_text(typed) == shown


@given(st.text(max_size=200))
def test_no_text_makes_a_heading_of_its_own(text: str) -> None:
    made = as_markdown(record(title=text, reason=text, followed=[text]))
    assert sum(1 for line in made.splitlines() if line.startswith("## ")) == 4
