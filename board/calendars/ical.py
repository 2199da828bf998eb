"""Writes meetings as iCalendar text (RFC 5545) with the methods of RFC 5546: PUBLISH, REQUEST and CANCEL.

What matters to a calendar: UID never changes; SEQUENCE grows with each change that people must know of; local times
name their zone, which is written out; lines end in CRLF and are folded at 75 octets without cutting a character; and
commas, semicolons, backslashes and line breaks within text are escaped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from board.calendars.zones import observances

Method = Literal["PUBLISH", "REQUEST", "CANCEL"]
PRODUCT = "-//Ombud//Review board//EN"
_OCTETS = 75


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
    """One meeting. `starts` is aware, in the zone in which the meeting is held; `stamp` is when this state was made."""

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


def calendar_text(events: Sequence[Event], *, method: Method, name: str = "") -> str:
    """A calendar file of these events. Raises ValueError where their times name no zone."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", f"METHOD:{method}"]
    if name:
        lines.append(f"X-WR-CALNAME:{escaped(name)}")
    for zone in sorted({_zone(event.starts).key for event in events}):
        spans = [event for event in events if _zone(event.starts).key == zone]
        first, last = min(event.starts for event in spans), max(event.starts for event in spans)
        lines += ["BEGIN:VTIMEZONE", f"TZID:{zone}", *observances(ZoneInfo(zone), first, last), "END:VTIMEZONE"]
    for event in events:
        lines += _event(event, method)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _event(event: Event, method: Method) -> list[str]:
    zone = _zone(event.starts).key
    # The end is counted in real time, so that a meeting during which clocks change keeps its length.
    ends = (event.starts.astimezone(UTC) + timedelta(minutes=event.minutes)).astimezone(_zone(event.starts))
    cancelled = event.cancelled or method == "CANCEL"
    lines = [
        "BEGIN:VEVENT",
        f"UID:{escaped(event.uid)}",
        f"SEQUENCE:{event.sequence}",
        f"DTSTAMP:{event.stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;TZID={zone}:{event.starts:%Y%m%dT%H%M%S}",
        f"DTEND;TZID={zone}:{ends:%Y%m%dT%H%M%S}",
        f"SUMMARY:{escaped(event.title)}",
        f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}",
        f"TRANSP:{'TRANSPARENT' if cancelled else 'OPAQUE'}",
    ]
    if event.place:
        lines.append(f"LOCATION:{escaped(event.place)}")
    if event.text:
        lines.append(f"DESCRIPTION:{escaped(event.text)}")
    if event.url:
        lines.append(f"URL:{plain(event.url)}")
    if method != "PUBLISH":
        lines.append(f"ORGANIZER;CN={parameter(event.organizer.name)}:mailto:{plain(event.organizer.email)}")
        lines += [_attendee(party) for party in event.attendees]
    return [*lines, "END:VEVENT"]


def _attendee(party: Party) -> str:
    role = "CHAIR" if party.chairs else "REQ-PARTICIPANT" if party.votes else "NON-PARTICIPANT"
    asked = ";RSVP=TRUE" if party.state == "NEEDS-ACTION" else ""
    who = f"CN={parameter(party.name)};ROLE={role};PARTSTAT={party.state}{asked}"
    return f"ATTENDEE;CUTYPE=INDIVIDUAL;{who}:mailto:{plain(party.email)}"


def _zone(at: datetime) -> ZoneInfo:
    if not isinstance(at.tzinfo, ZoneInfo) or not at.tzinfo.key:
        raise ValueError("A meeting's time must name its zone, as in Europe/Amsterdam.")
    return at.tzinfo


def escaped(text: str) -> str:
    """A text value (RFC 5545, 3.3.11): backslash, semicolon, comma and line breaks are escaped, control signs left
    out."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(sign for sign in text if sign in "\n\t" or (ord(sign) >= 0x20 and ord(sign) != 0x7F))
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def parameter(text: str) -> str:
    """A parameter's value between double quotes, with quotes and line breaks written as RFC 6868 has it (^' and ^n)."""
    text = "".join(sign for sign in text if sign in "\r\n\t" or (ord(sign) >= 0x20 and ord(sign) != 0x7F))
    text = text.replace("^", "^^").replace('"', "^'").replace("\r\n", "\n").replace("\r", "\n")
    return f'"{text.replace(chr(10), "^n")}"'


def plain(text: str) -> str:
    """An address as it stands, without anything that would begin another line."""
    return "".join(sign for sign in text if ord(sign) >= 0x20 and ord(sign) != 0x7F).strip()


def folded(line: str) -> str:
    """The line in pieces of at most 75 octets, each further one begun by a space; no character is cut in two."""
    pieces: list[str] = []
    piece, size = "", 0
    for sign in line:
        width = len(sign.encode())
        if size + width > _OCTETS:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + sign, size + width
    return "\r\n".join([*pieces, piece])
