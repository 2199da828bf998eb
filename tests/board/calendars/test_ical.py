"""Calendar files, read back by a reader of our own: text survives, times are exact, rules name their zone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from hypothesis import example, given
from hypothesis import strategies as st

from board.agenda.recurrence import Rule, days_of
from board.calendars.ical import Event, Party, Repeated, calendar_text
from tests.board.calendars.reading import Part, read

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CHAIR = Party("Margaret Ashby", "margaret.ashby@meridian.example", "ACCEPTED", chairs=True)
#: What a calendar can hold: no control signs, no halves of characters.
texts = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\x85\u2028\u2029"), max_size=500)


def event(**values: Any) -> Event:
    """A meeting of an hour and a half in Amsterdam, on 10 December 2026 at 14:00."""
    given: dict[str, Any] = {
        "uid": "0b6d2f6e-7b6c-4f6e-9d1c-3a2b1c0d9e8f@ombud",
        "sequence": 2,
        "starts": datetime(2026, 12, 10, 14, 0, tzinfo=AMSTERDAM),
        "minutes": 90,
        "title": "Review board",
        "place": "Main branch, room 4",
        "text": "Eight items.",
        "url": "https://ombud.example/board/7/",
        "organizer": Party("Mara Lindqvist", "mara.lindqvist@meridian.example"),
        "attendees": [CHAIR],
        "stamp": datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
    }
    return Event(**(given | values))


def entry(text: str) -> Part:
    """The only entry of the file."""
    [found] = read(text).walk("VEVENT")
    return found


def test_a_request_says_who_when_where_and_which_state() -> None:
    text = calendar_text([event()], method="REQUEST")
    whole, found = read(text), entry(text)
    assert (whole["METHOD"].value, whole["VERSION"].value) == ("REQUEST", "2.0")
    assert (found["UID"].text, found["SEQUENCE"].value, found["STATUS"].value) == (event().uid, "2", "CONFIRMED")
    assert (found["DTSTART"].value, found["DTEND"].value) == ("20261210T130000Z", "20261210T143000Z")
    assert found["DTSTAMP"].value == "20261122T093000Z"
    assert found["LOCATION"].text == "Main branch, room 4"
    assert found["ORGANIZER"].value == "mailto:mara.lindqvist@meridian.example"
    assert found["ATTENDEE"].value == "mailto:margaret.ashby@meridian.example"
    assert found["ATTENDEE"].params == {
        "CN": "Margaret Ashby", "CUTYPE": "INDIVIDUAL", "PARTSTAT": "ACCEPTED", "ROLE": "CHAIR",
    }  # fmt: skip


def test_who_has_not_replied_is_asked_to_and_guests_are_named_so() -> None:
    asked = [Party("Anna", "a@b.example"), Party("Guest", "g@b.example", "DECLINED", votes=False)]
    found = entry(calendar_text([event(attendees=asked)], method="REQUEST")).all("ATTENDEE")
    assert [(each.params["ROLE"], each.params["PARTSTAT"], each.params.get("RSVP")) for each in found] == [
        ("REQ-PARTICIPANT", "NEEDS-ACTION", "TRUE"),
        ("NON-PARTICIPANT", "DECLINED", None),
    ]


def test_a_cancellation_keeps_the_uid_and_says_so() -> None:
    text = calendar_text([event(sequence=3)], method="CANCEL")
    found = entry(text)
    assert read(text)["METHOD"].value == "CANCEL"
    assert (found["UID"].text, found["STATUS"].value, found["SEQUENCE"].value) == (event().uid, "CANCELLED", "3")


def test_a_published_file_names_nobody() -> None:
    found = entry(calendar_text([event()], method="PUBLISH"))
    assert "ATTENDEE" not in found
    assert "ORGANIZER" not in found


@given(title=texts, place=texts, text=texts, name=texts)
@example(title='a\\n, b; c: "d"', place="\\", text=";,\\;", name='Anna "Ann" O\'Neil; Head, Cards ^n')
@example(title="é" * 500, place="🏦" * 40, text="مجلس المراجعة", name="王" * 30)
@example(title="x" * 66, place="x" * 67, text="x" * 68, name="\u200f")
def test_any_text_survives_the_way_there_and_back(title: str, place: str, text: str, name: str) -> None:
    made = event(title=title, place=place, text=text, attendees=[Party(name, "a@b.example")])
    found = entry(calendar_text([made], method="REQUEST"))
    assert found["SUMMARY"].text == title
    assert (found["LOCATION"].text if place else "") == place
    assert (found["DESCRIPTION"].text if text else "") == text
    assert found["ATTENDEE"].params["CN"] == name


def test_line_breaks_stay_within_their_value() -> None:
    found = entry(calendar_text([event(text="One\r\nBEGIN:VEVENT\nTwo\rThree")], method="REQUEST"))
    assert found["DESCRIPTION"].text == "One\nBEGIN:VEVENT\nTwo\nThree"


def test_nobody_smuggles_a_line_or_a_control_sign_in() -> None:
    odd = Party("A\r\nATTENDEE:mailto:x@y\x07", "a@b.example\r\nX-EVIL:1")
    made = calendar_text([event(title="a\x00b\x07c", attendees=[odd], url="https://a/\r\nX-EVIL:2")], method="REQUEST")
    found = entry(made)
    assert found["SUMMARY"].text == "abc"
    assert not found.all("X-EVIL")
    assert len(found.all("ATTENDEE")) == 1
    assert not any(ord(sign) < 32 for sign in made.replace("\r\n", ""))


def test_a_meeting_over_the_change_of_the_clock_keeps_its_length() -> None:
    night = event(starts=datetime(2026, 10, 25, 1, 30, tzinfo=AMSTERDAM), minutes=120)
    found = entry(calendar_text([night], method="REQUEST"))
    assert (found["DTSTART"].value, found["DTEND"].value) == ("20261024T233000Z", "20261025T013000Z")


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        calendar_text([event(starts=datetime(2026, 1, 1))], method="REQUEST")
    with pytest.raises(ValueError, match="zone"):
        calendar_text([], method="PUBLISH", repeated=repeated(starts=datetime(2026, 1, 1, tzinfo=UTC)))


def repeated(**values: Any) -> Repeated:
    """Every second Thursday at 14:00 in Amsterdam, from 7 January 2027."""
    given: dict[str, Any] = {
        "uid": "series@ombud",
        "sequence": 4,
        "starts": datetime(2027, 1, 7, 14, 0, tzinfo=AMSTERDAM),
        "minutes": 90,
        "title": "Review board",
        "place": "Room 4",
        "text": "By rule.",
        "url": "https://ombud.example/board/series/1/",
        "stamp": datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
        "rule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH",
    }
    return Repeated(**(given | values))


def test_a_rule_is_written_as_an_rrule_in_its_zone_with_the_days_left_out() -> None:
    out = [datetime(2027, 2, 4, 14, 0, tzinfo=AMSTERDAM)]
    text = calendar_text([event()], method="PUBLISH", repeated=repeated(left_out=out))
    _, found = read(text).walk("VEVENT")
    assert (found["DTSTART"].value, found["DTSTART"].params["TZID"]) == ("20270107T140000", "Europe/Amsterdam")
    assert found["RRULE"].value == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"
    assert (found["EXDATE"].value, found["EXDATE"].params["TZID"]) == ("20270204T140000", "Europe/Amsterdam")
    assert (found["DURATION"].value, found["STATUS"].value) == ("PT1H30M", "TENTATIVE")


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "America/New_York", "Australia/Sydney", "Asia/Kolkata"])
def test_the_zone_that_is_written_out_tells_the_same_time(zone: str) -> None:
    """Each change of the clock is looked up in what is written: the last one before a day says its offset."""
    here = datetime(2027, 1, 7, 14, 0, tzinfo=ZoneInfo(zone))
    [written] = read(calendar_text([], method="PUBLISH", repeated=repeated(starts=here))).walk("VTIMEZONE")
    assert written["TZID"].value == zone
    changes = sorted(
        (at, part["TZOFFSETTO"].value)
        for part in written.parts
        for line in (*part.all("DTSTART"), *part.all("RDATE"))
        for at in line.value.split(",")
    )
    for days in range(0, 4 * 365, 30):
        there = here + timedelta(days=days)
        [*_, (_, offset)] = [each for each in changes if each[0] <= f"{there:%Y%m%dT%H%M%S}"]
        assert offset == f"{there:%z}"


@pytest.mark.parametrize(
    "rule",
    [
        Rule(date(2026, 1, 8), None, weekday=3),
        Rule(date(2026, 1, 8), date(2026, 12, 31), weekday=3, every=4),
        Rule(date(2026, 1, 1), None, weekday=0, nth=1),
        Rule(date(2026, 1, 30), None, weekday=4, every=3, nth=-1),
        Rule(date(2026, 1, 1), None, weekday=6, every=2, nth=4),
    ],
)
def test_the_rrule_means_the_same_days_as_our_own_rule(rule: Rule) -> None:
    """Read by another library's understanding of RRULE."""
    days = days_of(rule, since=rule.starts, most=12)
    found = rrulestr(rule.rrule, dtstart=datetime.combine(days[0], datetime.min.time()))
    assert [each.date() for each, _ in zip(found, days, strict=False)] == days
