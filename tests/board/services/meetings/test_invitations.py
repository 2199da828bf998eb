"""Invitations: sent once each, followed by changes and cancellations under the same UID with a higher SEQUENCE."""

import smtplib
from datetime import UTC, timedelta
from email.message import Message
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from django.utils.timezone import localtime

from board.errors import CannotDecide, MeetingNotOpen, NotAllowed
from board.models import AgendaItem, Attendance, Meeting
from board.services.meetings.agenda import add_item
from board.services.meetings.invitations import invite, send_due_invitations, uninvite
from board.services.meetings.meetings import cancel_meeting, change_meeting, open_meeting, plan_meeting
from board.services.meetings.presence import expect
from portfolio.models import Notification, Person, ProjectRequest
from tests.board.calendars.reading import Part, read


@pytest.fixture
def coming(secretary: Person, cio: Person, board_member: Person) -> Meeting:
    """A meeting in three weeks, of three people."""
    at = timezone.now() + timedelta(days=21)
    return plan_meeting(person=secretary, starts_at=at, chair=cio, secretary=secretary, place="Room 4")


class Refusing(BaseEmailBackend):
    """A server that is away."""

    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPServerDisconnected("away")


def entry(mail: EmailMessage) -> tuple[str, Part]:
    """Method and entry of the calendar part, read from the mail as it goes over the wire."""
    whole: Message = mail.message()
    [part] = [each for each in whole.walk() if each.get_content_type() == "text/calendar"]
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    calendar = read(payload.decode())
    assert part.get_param("method") == calendar["METHOD"].value
    [event] = calendar.walk("VEVENT")
    return calendar["METHOD"].value, event


def changed(meeting: Meeting, person: Person, **values: Any) -> Meeting:
    """The meeting with these values changed."""
    names = ("title", "starts_at", "minutes", "place", "chair", "secretary", "quorum")
    kept = {name: getattr(meeting, name) for name in names}
    return change_meeting(person=person, meeting=meeting, expected=meeting.version, **(kept | values))


def test_everybody_expected_gets_one_invitation(
    coming: Meeting, secretary: Person, mailoutbox: list[EmailMessage]
) -> None:
    assert invite(person=secretary, meeting=coming) == 3
    assert invite(person=secretary, meeting=coming) == 0
    assert send_due_invitations() == 3
    assert send_due_invitations() == 0
    method, event = entry(mailoutbox[0])
    assert method == "REQUEST"
    assert event["UID"].text == f"{coming.uid}@ombud"
    assert event["SEQUENCE"].value == "0"
    assert event["DTSTART"].value == f"{coming.starts_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    assert len(event.all("ATTENDEE")) == 3
    assert {mail.to[0] for mail in mailoutbox} == {row.person.email for row in coming.attendances.all()}
    assert mailoutbox[0].subject.startswith("Invitation: Review board, ")
    assert any(name == "meeting.ics" for name, *_ in mailoutbox[0].attachments)


def test_nobody_is_mailed_before_the_secretary_says_so(
    coming: Meeting, secretary: Person, mailoutbox: list[EmailMessage]
) -> None:
    changed(coming, secretary, place="Room 5")
    assert send_due_invitations() == 0
    assert mailoutbox == []


def test_a_change_follows_under_the_same_uid(
    coming: Meeting, secretary: Person, cio: Person, mailoutbox: list[EmailMessage]
) -> None:
    invite(person=secretary, meeting=coming)
    send_due_invitations()
    Attendance.objects.filter(meeting=coming, person=cio).update(reply="accepted")
    changed(coming, secretary, place="Room 5")
    assert Attendance.objects.get(meeting=coming, person=cio).reply == "accepted"
    changed(coming, secretary, starts_at=coming.starts_at + timedelta(days=1))
    assert Attendance.objects.get(meeting=coming, person=cio).reply == "none"
    assert send_due_invitations() == 3
    method, event = entry(mailoutbox[-1])
    assert (method, event["UID"].text, event["SEQUENCE"].value) == ("REQUEST", f"{coming.uid}@ombud", "2")
    assert mailoutbox[-1].subject.startswith("Changed: ")


def test_who_is_invited_after_a_change_is_invited_and_reads_when_and_where(
    coming: Meeting, secretary: Person, cio: Person, mailoutbox: list[EmailMessage]
) -> None:
    Attendance.objects.filter(meeting=coming).exclude(person=cio).delete()
    invite(person=secretary, meeting=coming)
    send_due_invitations()
    changed(coming, secretary, place="Room 5")
    expect(person=secretary, meeting=coming, who=secretary)
    invite(person=secretary, meeting=coming)
    assert send_due_invitations() == 2
    coming.refresh_from_db()
    subjects = {mail.to[0]: mail.subject for mail in mailoutbox[1:]}
    assert subjects[secretary.email].startswith("Invitation: Review board, ")
    assert subjects[cio.email].startswith("Changed: Review board, ")
    at = localtime(coming.starts_at)
    assert f"{at:%A} {at.day} {at:%B} {at.year}, {at:%H:%M} to " in mailoutbox[-1].body
    assert "Room 5" in mailoutbox[-1].body


def test_what_calendars_need_not_know_sends_nothing(coming: Meeting, secretary: Person) -> None:
    invite(person=secretary, meeting=coming)
    send_due_invitations()
    changed(coming, secretary, quorum=2)
    coming.refresh_from_db()
    assert coming.sequence == 0
    assert send_due_invitations() == 0


def test_a_cancellation_is_sent_to_who_was_invited(
    coming: Meeting, secretary: Person, mailoutbox: list[EmailMessage], ready: ProjectRequest
) -> None:
    item = add_item(person=secretary, meeting=coming, request=ready)
    invite(person=secretary, meeting=coming)
    send_due_invitations()
    with pytest.raises(CannotDecide):
        cancel_meeting(person=secretary, meeting=coming, expected=coming.version, because="")
    cancel_meeting(person=secretary, meeting=coming, expected=coming.version, because="Two are ill.")
    item.refresh_from_db()
    assert (item.status, item.gave_way) == (AgendaItem.Status.DROPPED, True)
    assert send_due_invitations() == 3
    method, event = entry(mailoutbox[-1])
    assert (method, event["STATUS"].value, event["SEQUENCE"].value) == ("CANCEL", "CANCELLED", "1")
    assert "Two are ill." in event["DESCRIPTION"].text
    with pytest.raises(NotAllowed):
        add_item(person=secretary, meeting=Meeting.objects.get(pk=coming.pk), request=ready)


def test_a_meeting_that_has_begun_is_not_cancelled(coming: Meeting, secretary: Person) -> None:
    open_meeting(person=secretary, meeting=coming)
    with pytest.raises(MeetingNotOpen, match="Close this one"):
        cancel_meeting(person=secretary, meeting=coming, expected=coming.version, because="Late.")


def test_who_is_no_longer_expected_is_told_and_nobody_else_is_mailed(
    coming: Meeting,
    secretary: Person,
    board_member: Person,
    mailoutbox: list[EmailMessage],
    django_capture_on_commit_callbacks: Any,
) -> None:
    invite(person=secretary, meeting=coming)
    send_due_invitations()
    with django_capture_on_commit_callbacks(execute=True):
        uninvite(person=secretary, meeting=coming, who=board_member)
    method, event = entry(mailoutbox[-1])
    assert (method, mailoutbox[-1].to, event["SEQUENCE"].value) == ("CANCEL", [board_member.email], "1")
    assert send_due_invitations() == 0
    coming.refresh_from_db()
    changed(coming, secretary, place="Room 5")
    assert send_due_invitations() == 2
    event = entry(mailoutbox[-1])[1]
    assert (event["SEQUENCE"].value, len(event.all("ATTENDEE"))) == ("2", 2)


def test_a_change_that_still_waits_is_sent_though_somebody_is_no_longer_expected(
    coming: Meeting, secretary: Person, board_member: Person, mailoutbox: list[EmailMessage]
) -> None:
    invite(person=secretary, meeting=coming)
    send_due_invitations()
    changed(coming, secretary, place="Room 5")
    coming.refresh_from_db()
    uninvite(person=secretary, meeting=coming, who=board_member)
    assert send_due_invitations() == 2
    assert [mail.subject.split(":")[0] for mail in mailoutbox[-2:]] == ["Changed", "Changed"]


def test_nothing_is_lost_while_the_server_is_away(
    coming: Meeting, secretary: Person, settings: Any, mailoutbox: list[EmailMessage]
) -> None:
    invite(person=secretary, meeting=coming)
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    assert send_due_invitations() == 0
    settings.EMAIL_BACKEND = working
    assert send_due_invitations() == 3
    assert len(mailoutbox) == 3


def test_who_wants_no_mail_reads_it_on_screen(
    coming: Meeting, secretary: Person, cio: Person, mailoutbox: list[EmailMessage]
) -> None:
    Person.objects.filter(pk=cio.pk).update(wants_mail=False)
    invite(person=secretary, meeting=coming)
    send_due_invitations()
    assert cio.email not in {mail.to[0] for mail in mailoutbox}
    assert Notification.objects.filter(person=cio, text__startswith="Invitation: ").count() == 1


def test_only_who_runs_the_meeting_invites(coming: Meeting, architect: Person) -> None:
    with pytest.raises(NotAllowed):
        invite(person=architect, meeting=coming)
