"""Answers to invitations are read from calendar files and mails; what is none says why."""

from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from board.calendars.replies import MOST_BYTES, UnreadableReply, read_replies


def reply_file(*, method: str = "REPLY", **lines: str) -> bytes:
    """A reply as Outlook, Google and Apple send it; `lines` replace lines by their name, "" leaves one out."""
    entry = {
        "UID": "UID:0b6d2f6e-7b6c-4f6e-9d1c-3a2b1c0d9e8f@ombud",
        "DTSTAMP": "DTSTAMP:20261122T093000Z",
        "SEQUENCE": "SEQUENCE:2",
        "ORGANIZER": "ORGANIZER;CN=Mara:mailto:mara@meridian.example",
        "ATTENDEE": 'ATTENDEE;CN="Dahl, Henrik";PARTSTAT=ACCEPTED:MAILTO:Henrik.Dahl@Meridian.example',
        "SUMMARY": "SUMMARY:Accepted: Review board",
    } | lines
    parts = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Elsewhere//EN", f"METHOD:{method}", "BEGIN:VEVENT"]
    parts += [line for line in entry.values() if line]
    return "\r\n".join([*parts, "END:VEVENT", "END:VCALENDAR", ""]).encode()


def mail_with(data: bytes, sender: str = "Henrik Dahl <henrik.dahl@meridian.example>") -> bytes:
    """A mail with the reply as part and as file, as calendars send it."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "ombud@meridian.example", "Accepted: Review board"
    mail.set_content("Henrik Dahl has accepted.")
    mail.add_alternative(data.decode(), subtype="calendar", params={"method": "REPLY"})
    mail.add_attachment(data, maintype="application", subtype="ics", filename="invite.ics")
    return mail.as_bytes()


def test_a_reply_says_who_answers_what_and_when() -> None:
    [found] = read_replies(reply_file(COMMENT="COMMENT:At the supervisor\\, sorry"))
    assert (found.uid, found.sequence) == ("0b6d2f6e-7b6c-4f6e-9d1c-3a2b1c0d9e8f@ombud", 2)
    assert found.stamp == datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    assert (found.address, found.state) == ("henrik.dahl@meridian.example", "ACCEPTED")
    assert (found.comment, found.sender) == ("At the supervisor, sorry", "")


def test_a_mail_holds_one_reply_and_names_its_sender() -> None:
    [found] = read_replies(mail_with(reply_file()))
    assert (found.address, found.sender) == ("henrik.dahl@meridian.example", "henrik.dahl@meridian.example")


def test_a_byte_order_mark_bare_line_feeds_and_a_missing_sequence_are_borne() -> None:
    [found] = read_replies(b"\xef\xbb\xbf" + reply_file(SEQUENCE="").replace(b"\r\n", b"\n"))
    assert found.sequence == 0


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "neither a calendar file"),
        (b"PK\x03\x04 a spreadsheet", "neither a calendar file"),
        (b"x" * (MOST_BYTES + 1), "larger than 1 MB"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "cannot be read|METHOD"),
        (b"BEGIN:VCALENDAR\r\n\xff\xfe\r\nEND:VCALENDAR\r\n", "cannot be read"),
        (reply_file(method="REQUEST"), "the invitation, not an answer"),
        (reply_file(method="COUNTER"), "METHOD is COUNTER"),
        (reply_file(UID=""), "no UID"),
        (reply_file(DTSTAMP=""), "no DTSTAMP"),
        (reply_file(DTSTAMP="DTSTAMP;VALUE=DATE:20261122"), "not a date with a time"),
        (reply_file(DTSTAMP="DTSTAMP:soon"), "not a date with a time"),
        (reply_file(SEQUENCE="SEQUENCE:9999999999"), "not a number"),
        (reply_file(ATTENDEE=""), "names 0"),
        (reply_file(ATTENDEE="ATTENDEE:mailto:a@b.example\r\nATTENDEE:mailto:c@d.example"), "names 2"),
        (reply_file(ATTENDEE="ATTENDEE;PARTSTAT=DELEGATED:mailto:a@b.example"), "says DELEGATED"),
        (reply_file(ATTENDEE="ATTENDEE:mailto:a@b.example"), "says nothing"),
        (mail_with(reply_file(), sender=""), "who sent it"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n", "names no meeting"),
    ],
)
def test_what_is_no_reply_says_why(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableReply, match=said):
        read_replies(data)


@given(st.one_of(st.binary(max_size=400), st.builds(
    lambda cut, noise: reply_file()[:cut] + noise + reply_file()[cut + len(noise):],
    st.integers(0, len(reply_file())), st.binary(max_size=20),
)))  # fmt: skip
def test_nothing_but_an_unreadable_reply_comes_of_a_broken_file(data: bytes) -> None:
    with suppress(UnreadableReply):
        assert read_replies(data)
