"""Calendar files, read back by an independent parser: text survives, lines are folded, zones tell the right time."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from board.calendars.ical import Event, Party, calendar_text, folded

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


def parsed(text: str) -> Any:
    """The only event of the file."""
    [found] = icalendar.Calendar.from_ical(text).walk("VEVENT")
    return found


def test_a_request_says_who_when_where_and_which_state() -> None:
    text = calendar_text([event()], method="REQUEST")
    whole = icalendar.Calendar.from_ical(text)
    found = parsed(text)
    assert (whole["METHOD"], whole["VERSION"]) == ("REQUEST", "2.0")
    assert (str(found["UID"]), found["SEQUENCE"], str(found["STATUS"])) == (event().uid, 2, "CONFIRMED")
    assert found["DTSTART"].dt == datetime(2026, 12, 10, 13, 0, tzinfo=UTC)
    assert found["DTEND"].dt - found["DTSTART"].dt == timedelta(minutes=90)
    assert str(found["LOCATION"]) == "Main branch, room 4"
    assert found["ORGANIZER"] == "mailto:mara.lindqvist@meridian.example"
    assert found["ATTENDEE"] == "mailto:margaret.ashby@meridian.example"
    assert found["ATTENDEE"].params["ROLE"] == "CHAIR"
    assert found["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"


def test_a_cancellation_keeps_the_uid_and_says_so() -> None:
    text = calendar_text([event(sequence=3)], method="CANCEL")
    assert icalendar.Calendar.from_ical(text)["METHOD"] == "CANCEL"
    assert (str(parsed(text)["STATUS"]), parsed(text)["SEQUENCE"]) == ("CANCELLED", 3)


def test_a_published_file_names_nobody() -> None:
    found = parsed(calendar_text([event()], method="PUBLISH"))
    assert "ATTENDEE" not in found
    assert "ORGANIZER" not in found


@given(title=texts, place=texts, text=texts, name=texts)
@example(title='a\\n, b; c: "d"', place="\\", text=";,\\;", name='Anna "Ann" O\'Neil; Head, Cards ^n')
@example(title="é" * 500, place="🏦" * 40, text="مجلس المراجعة", name="王" * 30)
@example(title="x" * 66, place="x" * 67, text="x" * 68, name="\u200f")
def test_any_text_survives_the_way_there_and_back(title: str, place: str, text: str, name: str) -> None:
    made = calendar_text(
        [event(title=title, place=place, text=text, attendees=[Party(name, "a@b.example")])], method="REQUEST"
    )
    found = parsed(made)
    assert str(found["SUMMARY"]) == title
    assert str(found.get("LOCATION", "")) == place
    assert str(found.get("DESCRIPTION", "")) == text
    assert all(len(line.encode()) <= 75 for line in made.split("\r\n"))
    assert "\n" not in made.replace("\r\n", "")


def test_line_breaks_stay_within_their_value() -> None:
    found = parsed(calendar_text([event(text="One\r\nBEGIN:VEVENT\nTwo\rThree")], method="REQUEST"))
    assert str(found["DESCRIPTION"]) == "One\nBEGIN:VEVENT\nTwo\nThree"


def test_nobody_smuggles_a_line_in_through_an_address_or_a_name() -> None:
    odd = Party("A\r\nATTENDEE:mailto:x@y", "a@b.example\r\nX-EVIL:1")
    made = calendar_text([event(attendees=[odd], url="https://a/\r\nX-EVIL:2")], method="REQUEST")
    assert not any(line.startswith(("X-EVIL", "ATTENDEE:")) for line in made.split("\r\n"))
    parsed(made)


@given(line=texts)
def test_folding_loses_nothing(line: str) -> None:
    assert folded(line).replace("\r\n ", "") == line


@pytest.mark.parametrize(
    ("zone", "starts"),
    [
        ("Europe/Amsterdam", datetime(2026, 7, 9, 14, 0)),
        ("Europe/Amsterdam", datetime(2026, 12, 10, 14, 0)),
        ("America/St_Johns", datetime(2026, 3, 9, 9, 30)),
        ("Australia/Lord_Howe", datetime(2026, 4, 7, 9, 0)),
        ("Africa/Casablanca", datetime(2026, 3, 2, 9, 0)),
        ("Asia/Kolkata", datetime(2026, 1, 8, 9, 0)),
        ("UTC", datetime(2026, 1, 8, 9, 0)),
    ],
)
def test_the_zone_that_is_written_out_tells_the_same_time(zone: str, starts: datetime) -> None:
    """The zone is renamed, so that the reader must go by what is written out instead of its own knowledge."""
    here = starts.replace(tzinfo=ZoneInfo(zone))
    made = calendar_text([event(starts=here)], method="REQUEST").replace(zone, "Nowhere/Land")
    calendar = icalendar.Calendar.from_ical(made)
    [written] = calendar.walk("VTIMEZONE")
    clock = written.to_tz(lookup_tzid=False) if "lookup_tzid" in _names(written.to_tz) else written.to_tz()
    assert starts.replace(tzinfo=clock).utcoffset() == here.utcoffset()
    for days in (30, 90, 180, 270):
        there = starts + timedelta(days=days)
        assert there.replace(tzinfo=clock).utcoffset() == there.replace(tzinfo=ZoneInfo(zone)).utcoffset()


def _names(function: Any) -> tuple[str, ...]:
    return tuple(function.__code__.co_varnames)


def test_a_meeting_over_the_change_of_the_clock_keeps_its_length() -> None:
    night = event(starts=datetime(2026, 10, 25, 1, 30, tzinfo=AMSTERDAM), minutes=120)
    found = parsed(calendar_text([night], method="REQUEST"))
    assert found["DTEND"].dt.replace(tzinfo=None) == datetime(2026, 10, 25, 2, 30)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        calendar_text([event(starts=datetime(2026, 1, 1, tzinfo=UTC))], method="REQUEST")
