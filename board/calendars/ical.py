"""Writes meetings as iCalendar text (RFC 5545) with the methods of RFC 5546: PUBLISH, REQUEST and CANCEL.

The library icalendar writes the lines: folding, escaping, names in quotes. Here stands what it writes. UID never
changes; SEQUENCE grows with each change that people must know of; a meeting's times are in UTC, so that no calendar
needs to know a zone to show the right hour. Only the rule of a series names its zone, since the board meets at the same
hour on the wall in summer and winter.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import icalendar

Method = Literal["PUBLISH", "REQUEST", "CANCEL"]
PRODUCT = "-//Ombud//Review board//EN"
#: So many years of a zone's clock changes are written out with a rule.
ZONE_YEARS = 5
_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Party:
    """A person in a calendar entry. `state` is PARTSTAT: NEEDS-ACTION, ACCEPTED, TENTATIVE or DECLINED."""

    name: str
    email: str
    state: str = "NEEDS-ACTION"
    chairs: bool = False
    votes: bool = True


@dataclass(frozen=True, slots=True)
class Event:
    """One meeting. `starts` is aware; `stamp` is when this state was made."""

    uid: str
    sequence: int
    starts: datetime
    minutes: int
    title: str
    place: str
    text: str
    url: str
    organizer: Party
    attendees: Sequence[Party]
    stamp: datetime
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Repeated:
    """The days to come of a series that are not planned as meetings yet. `starts` is the first of them, in the zone in
    which the board meets; `rule` is an RRULE; `left_out` are starts on which it does not meet."""

    uid: str
    sequence: int
    starts: datetime
    minutes: int
    title: str
    place: str
    text: str
    url: str
    stamp: datetime
    rule: str
    left_out: Sequence[datetime] = field(default=())


def calendar_text(events: Sequence[Event], *, method: Method, name: str = "", repeated: Repeated | None = None) -> str:
    """A calendar file of these meetings, and of the days that follow by a rule. Raises ValueError where the time of a
    meeting has no zone, or that of a rule names none."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", _text(name))
    for event in events:
        calendar.add_component(_entry(event, method))
    if repeated is not None:
        calendar.add_component(_by_rule(repeated))
        first = repeated.starts.date()
        calendar.add_missing_timezones(first - _YEAR, first + ZONE_YEARS * _YEAR)
    return str(calendar.to_ical().decode())


def _entry(event: Event, method: Method) -> icalendar.Event:
    if event.starts.tzinfo is None:
        raise ValueError("A meeting's time must have a zone, as in 14:00 Europe/Amsterdam.")
    cancelled = event.cancelled or method == "CANCEL"
    starts = event.starts.astimezone(UTC)
    entry = _common(event)
    entry.add("dtstart", starts)
    entry.add("dtend", starts + timedelta(minutes=event.minutes))
    entry.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    entry.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    if method != "PUBLISH":
        entry.add("organizer", _address(event.organizer))
        for party in event.attendees:
            entry.add("attendee", _attendee(party))
    return entry


def _by_rule(repeated: Repeated) -> icalendar.Event:
    if not isinstance(repeated.starts.tzinfo, ZoneInfo) or not repeated.starts.tzinfo.key:
        raise ValueError("The time of a rule must name its zone, as in Europe/Amsterdam.")
    entry = _common(repeated)
    entry.add("dtstart", repeated.starts)
    entry.add("duration", timedelta(minutes=repeated.minutes))
    entry.add("rrule", icalendar.vRecur.from_ical(repeated.rule))
    for day in repeated.left_out:
        entry.add("exdate", day)
    entry.add("status", "TENTATIVE")
    entry.add("transp", "OPAQUE")
    return entry


def _common(event: Event | Repeated) -> icalendar.Event:
    entry = icalendar.Event()
    entry.add("uid", event.uid)
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", event.stamp.astimezone(UTC))
    entry.add("summary", _text(event.title))
    if event.place:
        entry.add("location", _text(event.place))
    if event.text:
        entry.add("description", _text(event.text))
    if event.url:
        entry.add("url", _line(event.url))
    return entry


def _address(party: Party) -> icalendar.vCalAddress:
    address = icalendar.vCalAddress(f"mailto:{_line(party.email)}")
    address.params["CN"] = _text(party.name)
    return address


def _attendee(party: Party) -> icalendar.vCalAddress:
    address = _address(party)
    address.params["CUTYPE"] = "INDIVIDUAL"
    address.params["ROLE"] = "CHAIR" if party.chairs else "REQ-PARTICIPANT" if party.votes else "NON-PARTICIPANT"
    address.params["PARTSTAT"] = party.state
    if party.state == "NEEDS-ACTION":
        address.params["RSVP"] = "TRUE"
    return address


def _text(text: str) -> str:
    """Without control signs but line breaks and tabs: a calendar may refuse a whole file for one of them."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in text if sign in "\n\t" or (ord(sign) >= 0x20 and ord(sign) != 0x7F))


def _line(text: str) -> str:
    """An address as it stands, without anything that would begin another line."""
    return "".join(sign for sign in text if ord(sign) >= 0x20 and ord(sign) != 0x7F).strip()
