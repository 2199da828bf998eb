"""The demo's YAML, read as data: references resolve, stories add up, nothing in it dates or repeats itself."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

import config

FOLDER = Path(config.__file__).parent / "demo"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DATED = re.compile(rf"\b(?:{MONTHS}|(?:19|20)\d\d|spring|summer|autumn|winter|Easter|Christmas)\b")
REQUEST_KEYS = {
    "key", "title", "problem", "proposal", "kind", "confidential", "heads_up", "objective", "requester", "sponsor",
    "first_heard", "filed", "start", "go_live", "one_off_cost", "yearly_cost", "promised_effect", "promised_by",
    "skills", "needs", "impacts", "data_uses", "system_uses", "contacts", "status",
}  # fmt: skip
LINE_KEYS = {
    "skills": {"skill", "days"},
    "needs": {"key", "why"},
    "impacts": {"touchpoint", "effect", "direction", "measure", "sign", "segments", "note"},
    "data_uses": {"domain", "mode", "system", "by"},
    "system_uses": {"system", "effect"},
    "contacts": {"segment", "channel", "first_day", "times", "every_days", "purpose"},
}
NOTIFICATIONS = {
    "cards": "cards-spend-alerts",
    "retail": "retail-notification-centre",
    "mortgages": "mort-payment-reminders",
    "marketing": "mkt-campaign-messaging",
    "contact-centre": "cc-proactive-callback",
}


def read(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


REGISTERS = read("registers.yaml")
PEOPLE = {person["email"]: person for person in read("people.yaml")}
BOARD = read("board.yaml")
EXPECTED = read("expected.yaml")
ANCHOR: date = REGISTERS["anchor"]
REQUESTS: dict[str, dict[str, Any]] = {
    request["key"]: {**request, "silo": path.stem}
    for path in sorted((FOLDER / "requests").glob("*.yaml"))
    for request in yaml.safe_load(path.read_text(encoding="utf-8"))
}
FAMILIES = {family["key"]: family for family in BOARD["families"]}


def codes(register: str) -> set[str]:
    return {entry["code"] for entry in REGISTERS[register]}


def texts(value: Any) -> Iterator[str]:
    """Every string in a piece of YAML."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


def decisions() -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Each meeting, item and decision that was made."""
    for meeting in BOARD["meetings"]:
        for item in meeting["items"]:
            if item["decision"]:
                yield meeting, item, item["decision"]


def members_of(item: dict[str, Any]) -> list[str]:
    return [item["request"]] if "request" in item else FAMILIES[item["family"]]["members"]


def contact_days(segment: str) -> list[tuple[date, str]]:
    """Each day on which a segment is contacted, and by whom."""
    return sorted(
        (contact["first_day"] + timedelta(days=contact["every_days"] * turn), key)
        for key, request in REQUESTS.items()
        for contact in request.get("contacts", [])
        if contact["segment"] == segment
        for turn in range(contact["times"])
    )


def test_the_bank_has_the_size_that_was_asked_for() -> None:
    sizes = {name: len(REGISTERS[name]) for name in ("silos", "segments", "touchpoints", "domains", "systems")}
    assert sizes == {"silos": 9, "segments": 6, "touchpoints": 40, "domains": 30, "systems": 25}
    assert 130 <= len(REQUESTS) <= 150
    assert {request["silo"] for request in REQUESTS.values()} == codes("silos")


def keys(value: Any) -> Iterator[str]:
    """Every key in a piece of YAML."""
    if isinstance(value, dict):
        yield from value
        for part in value.values():
            yield from keys(part)
    elif isinstance(value, list):
        for part in value:
            yield from keys(part)


def test_no_comma_has_cut_a_text_in_two() -> None:
    """In YAML's short form an unquoted comma ends a text; the rest of it becomes a key."""
    everything = [REGISTERS, list(PEOPLE.values()), list(REQUESTS.values()), BOARD, EXPECTED]
    assert [key for key in keys(everything) if not re.fullmatch(r"[a-z_]+|[a-z.]+@meridian\.example", key)] == []


def test_keys_and_titles_are_unique() -> None:
    count = sum(len(yaml.safe_load(path.read_text(encoding="utf-8"))) for path in (FOLDER / "requests").glob("*.yaml"))
    assert len(REQUESTS) == count
    titles = Counter(request["title"].casefold() for request in REQUESTS.values())
    assert [title for title, times in titles.items() if times > 1] == []


def test_every_person_named_exists() -> None:
    named = {text for text in texts([REGISTERS, list(REQUESTS.values()), BOARD]) if text.endswith("@meridian.example")}
    assert named - set(PEOPLE) == set()


def test_every_role_has_somebody() -> None:
    roles = Counter((role["role"], role["silo"]) for person in PEOPLE.values() for role in person["roles"])
    assert all(roles["head", silo] == 1 for silo in codes("silos"))
    wanted = {"architect": 3, "board_member": 5, "cio": 1, "secretary": 1, "administrator": 1, "reader": 1}
    assert {role: roles[role, None] for role in wanted} == wanted
    assert roles["segment_manager", None] == 6


def test_three_touchpoints_have_nobody_who_answers() -> None:
    missing = {
        touchpoint["code"]
        for touchpoint in REGISTERS["touchpoints"]
        if touchpoint["accountable"] is None
        or PEOPLE[touchpoint["accountable"]]["kind"] == "team"
        or PEOPLE[touchpoint["accountable"]]["left_on"]
    }
    assert missing == {"text-message", "phone-menu", "dispute-form"}


def test_registers_refer_to_what_is_there() -> None:
    assert {holding["system"] for holding in REGISTERS["holdings"]} <= codes("systems")
    assert {holding["domain"] for holding in REGISTERS["holdings"]} <= codes("domains")
    keys = {key["attribute"] for holding in REGISTERS["holdings"] for key in holding.get("by", [])}
    assert keys == codes("attributes")
    assert {row["skill"] for row in REGISTERS["skill_capacities"]} == codes("skills")
    assert len({row["channel"] for row in REGISTERS["capacities"]}) == len(REGISTERS["capacities"])
    assert {policy["segment"] for policy in REGISTERS["policies"]} - {None} <= codes("segments")
    assert {code for freeze in REGISTERS["freezes"] for code in freeze["touchpoints"]} <= codes("touchpoints")
    for synonym in REGISTERS["synonyms"]:
        assert synonym["code"] in codes(f"{synonym['kind']}s"), synonym


@pytest.mark.parametrize("key", list(REQUESTS))
def test_a_request_refers_to_what_is_there(key: str) -> None:
    request = REQUESTS[key]
    assert set(request) - {"silo"} <= REQUEST_KEYS
    for name, allowed in LINE_KEYS.items():
        for line in request.get(name, []):
            assert set(line) <= allowed
    assert request.get("objective") in codes("objectives") | {None}
    assert {line["skill"] for line in request.get("skills", [])} <= codes("skills")
    assert {line["key"] for line in request.get("needs", [])} <= set(REQUESTS) - {key}
    for impact in request.get("impacts", []):
        assert impact["touchpoint"] in codes("touchpoints")
        assert impact.get("measure") in codes("measures") | {None}
        assert bool(impact.get("measure")) == bool(impact.get("sign"))
        assert set(impact["segments"]) <= codes("segments")
    for use in [*request.get("data_uses", []), *request.get("system_uses", [])]:
        assert use.get("domain") in codes("domains") | {None}
        assert use.get("system") in codes("systems") | {None}
    assert {contact["segment"] for contact in request.get("contacts", [])} <= codes("segments")


@pytest.mark.parametrize("key", list(REQUESTS))
def test_a_requests_dates_lie_where_the_story_wants_them(key: str) -> None:
    request = REQUESTS[key]
    if request.get("filed") is None:
        assert request["status"] == "draft"
        return
    assert timedelta(days=-182) <= request["filed"] - ANCHOR < timedelta(0)
    if request.get("go_live"):
        assert request["start"] <= request["go_live"]
        assert timedelta(weeks=-4) <= request["go_live"] - ANCHOR <= timedelta(weeks=62)


def test_most_requests_go_live_within_forty_weeks() -> None:
    waits = [request["go_live"] - ANCHOR for request in REQUESTS.values() if request.get("go_live")]
    assert sum(wait <= timedelta(weeks=40) for wait in waits) > 0.7 * len(waits)


def test_nothing_is_dated_or_lorem() -> None:
    """The loader moves all dates, so a text that names a month, a year or a season would soon be wrong."""
    said = [
        text
        for text in texts([list(REQUESTS.values()), BOARD, REGISTERS])
        if DATED.search(text) or "lorem" in text.lower()
    ]
    assert [text for text in said if not re.fullmatch(r"20\d\d-\d\d-\d\d \d\d:\d\d", text)] == []


def test_no_two_requests_use_the_same_sentence() -> None:
    sentences = Counter(
        sentence.strip().casefold()
        for request in REQUESTS.values()
        for text in (request["problem"], request["proposal"])
        for sentence in re.split(r"(?<=[.!?])\s+", text)
    )
    assert [sentence for sentence, times in sentences.items() if times > 1] == []


def test_every_filed_request_gives_a_figure_and_says_something() -> None:
    for key, request in REQUESTS.items():
        assert len(request["problem"].split()) >= 12, key
        assert len(request["proposal"].split()) >= 8, key


def test_five_silos_ask_for_the_same_notification_service() -> None:
    for silo, key in NOTIFICATIONS.items():
        request = REQUESTS[key]
        assert request["silo"] == silo
        assert {"push", "text-message"} <= {impact["touchpoint"] for impact in request["impacts"]}
        assert "contact-details" in {use["domain"] for use in request["data_uses"]}
    confirmed = {member for family in FAMILIES.values() for member in family["members"]}
    assert confirmed.isdisjoint(NOTIFICATIONS.values())


def test_card_holders_are_contacted_17_times_in_three_weeks_by_nine_silos_none_more_than_twice() -> None:
    first = ANCHOR + timedelta(weeks=14)
    inside = [key for day, key in contact_days("card-holders") if first <= day < first + timedelta(days=21)]
    assert len(inside) == 17
    by_silo = Counter(REQUESTS[key]["silo"] for key in inside)
    assert set(by_silo) == codes("silos")
    assert max(by_silo.values()) == 2
    policy = next(policy for policy in REGISTERS["policies"] if policy["segment"] == "card-holders")
    assert (policy["limit"], policy["days"]) == (3, 21)


def test_two_pairs_of_requests_make_different_systems_master_of_the_same_data() -> None:
    masters: dict[str, set[str]] = {}
    for request in REQUESTS.values():
        for use in request.get("data_uses", []):
            if use["mode"] == "masters":
                masters.setdefault(use["domain"], set()).add(use["system"])
    assert masters == {"address": {"custhub", "loancore"}, "consent": {"beacon", "custhub"}}


def test_the_three_who_move_house_are_in_the_wrong_order_once() -> None:
    wrong = [
        (key, need["key"])
        for key, request in REQUESTS.items()
        for need in request.get("needs", [])
        if request["start"] < REQUESTS[need["key"]]["go_live"]
    ]
    assert ("dig-move-home", "retail-address-once") in wrong
    assert ("cards-follow-move", "dig-move-home") not in wrong


def test_decisions_lie_within_the_story() -> None:
    kinds = Counter(decision["kind"] for _, _, decision in decisions())
    assert set(kinds) == {
        "approve", "approve_with_conditions", "hold", "join", "merge", "sequence", "return", "defer", "reject",
    }  # fmt: skip
    decided: list[str] = []
    for meeting, item, decision in decisions():
        assert meeting["status"] == "closed"
        for key in members_of(item):
            decided.append(key)
            assert REQUESTS[key]["filed"] < date.fromisoformat(meeting["starts"][:10]) - timedelta(days=5), key
        assert set(decision.get("order", members_of(item))) <= set(REQUESTS)
        assert decision.get("survivor", members_of(item)[0]) in members_of(item)
        assert bool(decision.get("conditions")) == (decision["kind"] == "approve_with_conditions")
    assert Counter(decided).most_common(1)[0][1] == 1
    undecided = {"draft", "submitted", "in_triage", "ready", "withdrawn"}
    for key, request in REQUESTS.items():
        assert (request.get("status") in undecided) != (key in decided), key


def test_meetings_keep_their_time_and_the_next_takes_only_what_is_ready() -> None:
    closed = [meeting for meeting in BOARD["meetings"] if meeting["status"] == "closed"]
    planned = [meeting for meeting in BOARD["meetings"] if meeting["status"] == "planned"]
    assert (len(closed), len(planned)) == (2, 1)
    for meeting in BOARD["meetings"]:
        assert sum(item["minutes"] for item in meeting["items"]) <= meeting["minutes"]
    ready = {key for key, request in REQUESTS.items() if request.get("status") == "ready"}
    on_agenda = {key for item in planned[0]["items"] for key in members_of(item)}
    assert on_agenda < ready


def test_words_of_people_are_about_requests_that_were_filed() -> None:
    about = [*BOARD["comments"], *BOARD["answers"]]
    assert {entry["request"] for entry in about} <= set(REQUESTS)
    for comment in BOARD["comments"]:
        said = date.fromisoformat(comment["at"][:10])
        assert REQUESTS[comment["request"]]["filed"] <= said < ANCHOR
    for act in BOARD["triage"]:
        assert set(act["requests"]) <= set(REQUESTS)


def test_what_is_expected_is_about_requests_that_exist() -> None:
    things = {code for name in ("touchpoints", "domains", "systems", "policies") for code in codes(name)}
    for finding in EXPECTED["findings"]:
        assert set(finding["requests"]) <= set(REQUESTS)
        assert set(finding.get("things", [])) <= things
    for cluster in EXPECTED["clusters"]:
        assert set(cluster["members"]) <= set(REQUESTS)
