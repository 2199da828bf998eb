"""Reads answers to invitations: calendar files with METHOD:REPLY (RFC 5546, 3.2.3), as they are or within a mail."""

import email
import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Any

import icalendar
from icalendar.error import BrokenCalendarProperty

#: A reply is a few lines; what is larger is something else.
MOST_BYTES = 1024 * 1024
STATES = ("ACCEPTED", "TENTATIVE", "DECLINED")
_TYPES = ("text/calendar", "application/ics")


class UnreadableReply(ValueError):
    """The file is no answer to an invitation; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class CalendarReply:
    """What one person answered. `uid` and `sequence` are those of the invitation, `stamp` is when the answer was made,
    `state` one of STATES, `sender` who sent the mail that it came in; empty where it came as a file."""

    uid: str
    sequence: int
    stamp: datetime
    address: str
    state: str
    comment: str = ""
    sender: str = ""


def read_replies(data: bytes) -> list[CalendarReply]:
    """The answers in a calendar file, or in that of a mail. Raises UnreadableReply where there is none."""
    if len(data) > MOST_BYTES:
        raise UnreadableReply("The file is larger than 1 MB, which no reply is. Choose the file of the reply.")
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:15].upper() == b"BEGIN:VCALENDAR":
        return _of_calendar(data, sender="")
    mail = email.message_from_bytes(data, policy=email.policy.default)
    parts = [part for part in mail.walk() if part.get_content_type() in _TYPES]
    if not parts:
        raise UnreadableReply(
            "The file is neither a calendar file (.ics) nor a mail (.eml) with one. Save the reply that the calendar "
            "sent, and choose that."
        )
    # A mail often holds the same calendar twice, as a part and as a file.
    return list(dict.fromkeys(_of_calendar(_content(parts[0]), sender=_sender(mail))))


def _content(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _sender(mail: EmailMessage) -> str:
    """Who sent the mail; who sent it twice over, or nobody, is an error."""
    found = getaddresses([str(each) for each in mail.get_all("From", [])])
    if len(found) != 1 or not found[0][1]:
        raise UnreadableReply("The mail does not say who sent it (From), so its reply cannot be trusted.")
    return found[0][1].lower()


def _of_calendar(data: bytes, *, sender: str) -> list[CalendarReply]:
    try:
        calendar = icalendar.Calendar.from_ical(data.decode("utf-8-sig"))
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise UnreadableReply(f"The calendar file cannot be read: {str(error)[:200]}.") from error
    method = str(calendar.get("METHOD", "")).upper()
    if method != "REPLY":
        is_ours = method in ("REQUEST", "PUBLISH", "CANCEL")
        raise UnreadableReply(
            "This is the invitation, not an answer to it. Answer it in the calendar first, and choose the reply that "
            "the calendar sends."
            if is_ours
            else f"The calendar file is no reply: its METHOD is {method[:40] or 'not said'}, not REPLY."
        )
    found = [_reply(entry, sender) for entry in calendar.walk("VEVENT")]
    if not found:
        raise UnreadableReply("The reply names no meeting: it has no VEVENT.")
    return found


def _reply(entry: Any, sender: str) -> CalendarReply:
    attendees = entry.get("ATTENDEE", [])
    attendees = attendees if isinstance(attendees, list) else [attendees]
    if len(attendees) != 1:
        raise UnreadableReply(f"A reply is of one person; this one names {len(attendees)} (ATTENDEE).")
    [who] = attendees
    state = str(who.params.get("PARTSTAT", "")).upper()
    if state not in STATES:
        raise UnreadableReply(
            f"The reply says {state[:40] or 'nothing'} (PARTSTAT); it must be accepted, tentative or declined."
        )
    return CalendarReply(
        uid=_needed(entry, "UID"),
        sequence=_number(entry),
        stamp=_stamp(entry),
        address=str(who).removeprefix("mailto:").removeprefix("MAILTO:").strip().lower(),
        state=state,
        comment=_comment(entry),
        sender=sender,
    )


def _needed(entry: Any, name: str) -> str:
    value = entry.get(name)
    if value is None or isinstance(value, list) or not str(value).strip():
        raise UnreadableReply(f"The reply has no {name}, so nobody can say what it answers.")
    return str(value).strip()


def _number(entry: Any) -> int:
    """SEQUENCE; where a calendar leaves it out it is 0 (RFC 5545, 3.8.7.4)."""
    text = str(entry.get("SEQUENCE", "0"))
    if not text.isdecimal() or len(text) > 9:
        raise UnreadableReply("The reply's SEQUENCE is not a number.")
    return int(text)


def _stamp(entry: Any) -> datetime:
    _needed(entry, "DTSTAMP")
    try:
        at = getattr(entry["DTSTAMP"], "dt", None)
    except BrokenCalendarProperty:  # written so that it is no date at all
        at = None
    if not isinstance(at, datetime):
        raise UnreadableReply("The reply's DTSTAMP is not a date with a time.")
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _comment(entry: Any) -> str:
    said = entry.get("COMMENT", "")
    return " ".join(" ".join(str(each) for each in (said if isinstance(said, list) else [said])).split())
