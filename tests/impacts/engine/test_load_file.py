"""Contact load of a file: its answers against counting every window, and errors that name the path."""

import json
import re
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from impacts.engine.load_file import BadLoadFile, answer, read_load

FIRST = date(2027, 3, 1)
NAMES = st.sampled_from(["A", "B", "C"])
CHANNELS = st.sampled_from(["email", "letter"])
CONTACTS = st.lists(
    st.fixed_dictionaries(
        {
            "request": st.sampled_from([f"REQ-{number}" for number in range(5)]),
            "segment": NAMES,
            "channel": CHANNELS,
            "first": st.integers(0, 60).map(lambda days: (FIRST + timedelta(days=days)).isoformat()),
            "times": st.integers(0, 5),
            "every_days": st.integers(0, 12),
        }
    ),
    max_size=8,
)
POLICIES = st.lists(
    st.fixed_dictionaries(
        {
            "segment": st.none() | st.sampled_from(["A", "B", "D"]),
            "channel": st.none() | CHANNELS,
            "limit": st.integers(0, 4),
            "days": st.integers(1, 30),
        }
    ),
    min_size=1,
    max_size=3,
)


def example(**changes: Any) -> dict[str, Any]:
    """A file with one contact and one policy."""
    contact = {"request": "A", "segment": "S", "channel": "email", "first": "2027-03-01", "times": 3, "every_days": 7}
    policy = {"segment": None, "channel": None, "limit": 3, "days": 21}
    return {"contacts": [contact], "policies": [policy], **changes}


def by_hand(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The same by counting, for each day from the first contact to the last, the window that begins on it."""
    named = {row["segment"] for row in (*data["contacts"], *data["policies"])} - {None}
    rows = []
    for number, policy in enumerate(data["policies"]):
        for segment in sorted(named if policy["segment"] is None else {policy["segment"]}):
            sent = [
                (date.fromisoformat(row["first"]) + timedelta(days=turn * row["every_days"]), row["request"])
                for row in data["contacts"]
                if row["segment"] == segment and policy["channel"] in (None, row["channel"])
                for turn in range(row["times"])
            ]
            counts: Counter[date] = Counter()
            if sent:
                start, last = min(sent)[0], max(sent)[0]
                while start <= last:
                    counts[start] = sum(start <= day < start + timedelta(days=policy["days"]) for day, _ in sent)
                    start += timedelta(days=1)
            peak = max(counts.values(), default=0)
            begin = min((day for day, count in counts.items() if count == peak), default=None)
            end = begin + timedelta(days=policy["days"] - 1) if begin else None
            rows.append(
                {
                    "policy": number,
                    "segment": segment,
                    "peak": peak,
                    "from": begin.isoformat() if begin else None,
                    "to": end.isoformat() if end else None,
                    "breach": peak > policy["limit"],
                    "requests": sorted({who for day, who in sent if begin and end and begin <= day <= end}),
                }
            )
    return rows


@settings(max_examples=200, deadline=None)
@given(CONTACTS, POLICIES)
def test_the_answer_is_that_of_counting_every_window(contacts: Any, policies: Any) -> None:
    data = {"contacts": contacts, "policies": policies}
    assert answer(read_load(data)) == by_hand(data)


def test_the_customer_with_17_offers_in_three_weeks_from_17_requests() -> None:
    """Each department sends one; together they are 17 in three weeks, where three are allowed."""
    offers = [
        {
            "request": f"REQ-2027-{number:04d}",
            "segment": "card-holders",
            "channel": "letter" if number % 3 else "email",
            "first": (FIRST + timedelta(days=number + number // 5)).isoformat(),
            "times": 1,
            "every_days": 7,
        }
        for number in range(17)
    ]
    (row,) = answer(read_load(example(contacts=offers)))
    assert row == {
        "policy": 0,
        "segment": "card-holders",
        "peak": 17,
        "from": "2027-03-01",
        "to": "2027-03-21",
        "breach": True,
        "requests": sorted(offer["request"] for offer in offers),
    }


def test_a_policy_for_a_segment_that_nobody_contacts_has_no_peak() -> None:
    rows = answer(read_load(example(contacts=[], policies=[{"segment": "S", "limit": 0, "days": 7}])))
    assert rows == [{"policy": 0, "segment": "S", "peak": 0, "from": None, "to": None, "breach": False, "requests": []}]


def test_quiet_periods_are_answered_after_the_policies() -> None:
    rows = answer(read_load(example(quiet=[{"segment": "S", "from": "2027-03-08", "to": "2027-03-15"}])))
    assert rows[1] == {
        "quiet": 0,
        "segment": "S",
        "contacts": 2,
        "from": "2027-03-08",
        "to": "2027-03-15",
        "breach": True,
        "requests": ["A"],
    }


def test_whole_numbers_may_stand_for_names() -> None:
    contacts = [{"request": number, "segment": 1, "channel": "x", "first": "2027-03-01"} for number in (10, 9)]
    (row,) = answer(read_load(example(contacts=contacts)))
    assert (row["segment"], row["requests"], row["peak"]) == (1, [9, 10], 2)


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ([], "the file"),
        ({"contacts": []}, "policies: it is missing"),
        (example(contacts={}), "contacts: it should be a list"),
        (example(contacts=[3]), "contacts[0]: it should be an object"),
        (example(budget=3), "budget: nobody knows this field"),
        (example(quiet=[{"from": "2027-03-09", "to": "2027-03-08"}]), "quiet[0].to: it lies before from"),
    ],
)
def test_an_error_names_the_path(wrong: Any, path: str) -> None:
    with pytest.raises(BadLoadFile, match=f"^{re.escape(path)}"):
        read_load(wrong)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("request", None), ("request", ""), ("request", True), ("request", chr(0xD800)),
        ("segment", None), ("segment", ["S"]), ("channel", None),
        ("first", "2027-02-30"), ("first", "tomorrow"), ("first", 20270301), ("first", None), ("first", "9999-12-31"),
        ("times", -1), ("times", 2.5), ("times", "3"), ("times", True), ("times", 10_001), ("times", None),
        ("times", float("nan")), ("times", float("inf")),
        ("every_days", -7), ("every_days", 36_526), ("purpose", "an offer"),
    ],
)  # fmt: skip
def test_an_error_in_a_contact_names_its_place_and_field(key: str, value: Any) -> None:
    data = example()
    data["contacts"] = [dict(data["contacts"][0]), {**data["contacts"][0], key: value}]
    with pytest.raises(BadLoadFile, match=rf"^contacts\[1\]\.{key}: "):
        read_load(data)


def test_more_contacts_than_fit_into_memory_are_refused() -> None:
    contact = {**example()["contacts"][0], "times": 10_000, "every_days": 0}
    with pytest.raises(BadLoadFile, match=r"^contacts: with all their times they are 5,010,000"):
        read_load(example(contacts=[contact] * 501))


@pytest.mark.parametrize(
    ("key", "value"), [("limit", -1), ("limit", None), ("limit", 1.0), ("days", 0), ("days", "21"), ("segment", 2.5)]
)
def test_an_error_in_a_policy_names_its_place_and_field(key: str, value: Any) -> None:
    data = example()
    data["policies"][0][key] = value
    with pytest.raises(BadLoadFile, match=rf"^policies\[0\]\.{key}: "):
        read_load(data)


def test_the_command_prints_the_answer_as_json_and_as_sentences(tmp_path: Any, capsys: Any) -> None:
    file = tmp_path / "load.json"
    file.write_text(json.dumps(example(policies=[{"segment": None, "channel": None, "limit": 2, "days": 21}])))
    call_command("contact_load", file=file, json=True)
    printed = json.loads(capsys.readouterr().out)
    assert printed == answer(read_load(json.loads(file.read_text())))
    call_command("contact_load", file=file)
    assert capsys.readouterr().out == "Policy 0, S: BREACH, 3 contacts from 2027-03-01 to 2027-03-21, by A\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "line 1: it is not JSON"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b'{"contacts": [], "policies": NaN}', "policies: it should be a list"),
        (b"[" * 100_000, "not JSON"),
        (b'{"contacts": [{}], "policies": []}', r"contacts\[0\]\.request: it is missing"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, words: str, tmp_path: Any) -> None:
    file = tmp_path / "load.json"
    file.write_bytes(content)
    with pytest.raises(CommandError, match=words):
        call_command("contact_load", file=file)
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("contact_load", file=tmp_path / "none.json")
