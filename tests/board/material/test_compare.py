"""Which change asks for another look, and which makes an approval void."""

from typing import Any

import pytest

from board.material.compare import Verdict, compare, verdict_of
from board.material.limits import LIMITS, with_changes

ONLINE = ["online", "Online customers"]
OLDER = ["older", "Older customers"]


def touchpoint(**fields: Any) -> dict[str, Any]:
    return {
        "code": "statement",
        "name": "Statement",
        "effect": "changes",
        "direction": "better",
        "measure": "",
        "segments": [ONLINE],
        **fields,
    }


def contact(**fields: Any) -> dict[str, Any]:
    return {"segment": ONLINE, "channel": ["email", "E-mail"], "first": "2027-03-01", "times": 2, "every": 7, **fields}


SEEN: dict[str, Any] = {
    "title": "Card alerts by push",
    "problem": "Customers learn of fraud too late and call us about it.",
    "proposal": "Send a push message for each card payment above fifty euro.",
    "promised_effect": "10,000 fewer calls a year.",
    "kind": "Customer-facing",
    "sponsor": ["1", "Anika Sharma"],
    "silo": ["cards", "Cards"],
    "one_off": "100000.00",
    "yearly": None,
    "start": "2027-01-01",
    "go_live": "2027-06-01",
    "promised_by": "2027-12-01",
    "touchpoints": [touchpoint()],
    "data": [{"key": "Reads Cards", "words": "Reads Cards"}],
    "systems": [],
    "contacts": [contact()],
    "skills": [{"key": "1", "name": "Java", "days": 40}],
}


def changed(**fields: Any) -> list[tuple[str, str]]:
    return [(each.field, each.verdict.value) for each in compare(SEEN, {**SEEN, **fields})]


def test_nothing_changed_is_no_difference() -> None:
    assert compare(SEEN, SEEN) == []
    assert verdict_of([]) is Verdict.NONE


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"title": "Card  alerts by push!"}, [("title", "none")]),
        ({"title": "Card alerts by text message"}, [("title", "look")]),
        ({"title": "A new car park"}, [("title", "void")]),
        ({"promised_effect": "9,000 fewer calls a year."}, [("promised_effect", "void")]),
        ({"promised_effect": "10,000 fewer calls a year"}, [("promised_effect", "none")]),
        ({"kind": "Internal"}, [("kind", "void")]),
        ({"one_off": "101000.00"}, [("one_off_up", "none")]),
        ({"one_off": "105000.00"}, [("one_off_up", "look")]),
        ({"one_off": "111000.00"}, [("one_off_up", "void")]),
        ({"one_off": "100000"}, []),
        ({"one_off": "50000.00"}, [("one_off_down", "look")]),
        ({"one_off": None}, [("one_off_gone", "void")]),
        ({"yearly": "1.00"}, [("yearly_up", "void")]),
        ({"sponsor": ["2", "Ruth Adeyemi"]}, [("sponsor", "look")]),
        ({"sponsor": None}, [("sponsor", "look")]),
        ({"sponsor": ["1", "Anika Sharma-Rao"]}, []),
        ({"silo": ["retail", "Retail"]}, [("silo", "look")]),
        ({"skills": [{"key": "1", "name": "Java", "days": 43}]}, [("skills_more", "none")]),
        ({"skills": [{"key": "1", "name": "Java", "days": 60}]}, [("skills_more", "look")]),
        (
            {"skills": [{"key": "1", "name": "Java", "days": 40}, {"key": "2", "name": "Data", "days": 2}]},
            [("skills_more", "look")],
        ),
        ({"skills": [{"key": "1", "name": "Java and Kotlin", "days": 40}]}, []),
        ({"skills": []}, [("skills_fewer", "look")]),
        ({"go_live": "2027-06-10"}, [("go_live", "none")]),
        ({"go_live": "2027-07-10"}, [("go_live", "look")]),
        ({"go_live": "2028-06-01"}, [("go_live", "void")]),
        ({"start": None}, [("start", "void")]),
        ({"touchpoints": []}, [("touchpoints_fewer", "look")]),
        ({"touchpoints": [touchpoint(), touchpoint(code="app")]}, [("touchpoints_more", "void")]),
        ({"touchpoints": [touchpoint(direction="worse")]}, [("touchpoint_effect", "void")]),
        ({"touchpoints": [touchpoint(measure="Calls down")]}, [("touchpoint_measure", "look")]),
        ({"touchpoints": [touchpoint(segments=[ONLINE, OLDER])]}, [("segments_more", "void")]),
        ({"touchpoints": [touchpoint(segments=[])]}, [("segments_more", "void")]),
        ({"touchpoints": [touchpoint(segments=[OLDER])]}, [("segments_more", "void"), ("segments_fewer", "look")]),
        ({"contacts": [contact(), contact(segment=OLDER)]}, [("contacts_more", "void")]),
        ({"contacts": [contact(times=3)]}, [("contacts_more", "void")]),
        ({"contacts": [contact(times=1)]}, [("contacts_fewer", "look")]),
        ({"contacts": [contact(first="2027-03-08")]}, [("contacts_day", "none")]),
        ({"contacts": [contact(first="2027-04-08")]}, [("contacts_day", "look")]),
        ({"contacts": [contact(every=100)]}, [("contacts_day", "void")]),
        ({"data": []}, [("data_fewer", "look")]),
        ({"data": [*SEEN["data"], {"key": "Masters", "words": "Becomes master of Cards"}]}, [("data_more", "void")]),
        ({"systems": [{"key": "crm uses", "words": "Uses CRM"}]}, [("systems_more", "look")]),
    ],
)
def test_each_field_asks_for_what_the_table_says(fields: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert changed(**fields) == expected


def test_the_gravest_counts() -> None:
    found = compare(SEEN, {**SEEN, "title": "Card alerts by text message", "kind": "Internal"})
    assert verdict_of(found) is Verdict.VOID


def test_an_organisation_may_set_other_numbers() -> None:
    lenient = with_changes({"kind": (None, None), "one_off_up": (50, None), "gone": (1, 1)})
    found = compare(SEEN, {**SEEN, "kind": "Internal", "one_off": "160000.00"}, lenient)
    assert [(each.field, each.verdict.value) for each in found] == [("kind", "none"), ("one_off_up", "look")]


def test_what_the_board_did_not_see_is_not_compared() -> None:
    assert compare({"title": SEEN["title"]}, {**SEEN, "one_off": "1.00"}) == []


def test_naming_who_answers_where_nobody_was_asks_for_nothing() -> None:
    found = compare({**SEEN, "sponsor": None}, SEEN)
    assert [(each.field, each.before, each.after, each.verdict.value) for each in found] == [
        ("sponsor", "nobody", "Anika Sharma", "none")
    ]


def test_segments_narrowed_from_all_are_fewer() -> None:
    seen = {**SEEN, "touchpoints": [touchpoint(segments=[])]}
    assert [each.field for each in compare(seen, SEEN)] == ["segments_fewer"]


def test_every_field_of_the_table_can_be_reached() -> None:
    """So that no line of the table is without effect."""
    reached = {"yearly_gone", "yearly_down", "systems_fewer", "promised_by", "problem", "proposal"}
    rows = test_each_field_asks_for_what_the_table_says.pytestmark[0].args[1]  # type: ignore[attr-defined]
    named = {field for _, expected in rows for field, _ in expected} | reached
    assert named == set(LIMITS)
    less = {**SEEN, "yearly": "10.00", "systems": [{"key": "a", "words": "a"}]}
    now = {**SEEN, "promised_by": None, "problem": "No.", "proposal": "No."}
    found = [*compare(less, now), *compare(less, {**less, "yearly": "5.00"})]
    assert {each.field for each in found} == reached
