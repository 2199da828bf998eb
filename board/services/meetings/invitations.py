"""Invitations as calendar files: sent by mail, followed by changes and cancellations.

An invitation goes to who is expected once the secretary sends it. From then on each change that calendars must know of
is sent by itself. A mail is claimed by a conditional update before it is sent and given back where the server is away,
so that two workers never send the same twice and nothing is lost.
"""

import logging
import smtplib
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from kombu.exceptions import OperationalError

from board.calendars.ical import calendar_text
from board.models import Attendance, Meeting
from board.selectors.meetings.calendars import event_of, method_of
from board.services.meetings.claims import hold_open
from customers.words import isolated
from portfolio.models import Person
from portfolio.services.notifications import notify

logger = logging.getLogger(__name__)
#: What is over for longer is not sent any more.
STALE = timedelta(days=1)


def invite(*, person: Person, meeting: Meeting) -> int:
    """Send the invitation to everybody expected who has not been invited yet. Returns how many will get one. Raises
    NotAllowed, MeetingNotOpen."""
    with transaction.atomic():
        hold_open(person=person, meeting=meeting)
        fresh = Attendance.objects.filter(meeting=meeting, invited_at__isnull=True, person__is_active=True)
        count = fresh.update(invited_at=timezone.now())
        if count:
            wake_invitations()
    return count


def uninvite(*, person: Person, meeting: Meeting, who: Person) -> None:
    """Expect somebody no longer; where they were invited, their calendar is told, and nobody else's: to the others the
    meeting is as it was. Raises NotAllowed, MeetingNotOpen."""
    row = Attendance.objects.filter(meeting=meeting, person=who).select_related("person").first()
    with transaction.atomic():
        hold_open(person=person, meeting=meeting)
        if row is None:
            return
        was_invited = row.invited_sequence is not None
        row.delete()
        if was_invited:
            _next_sequence(meeting)
            transaction.on_commit(lambda: _tell_uninvited(meeting, who))


def _next_sequence(meeting: Meeting) -> None:
    """Count on, for a cancellation to one person: calendars pass over one that is not newer than what they know. Who
    knows all that there was until now owes no mail; who still waits for a change gets that one."""
    Meeting.objects.filter(pk=meeting.pk).update(sequence=F("sequence") + 1)
    meeting.refresh_from_db()
    told = Attendance.objects.filter(meeting=meeting, invited_sequence=meeting.sequence - 1)
    told.update(invited_sequence=meeting.sequence)


def _tell_uninvited(meeting: Meeting, who: Person) -> None:
    gone = Attendance(meeting=meeting, person=who)
    try:
        _mail(gone, cancelled=True)
    except (smtplib.SMTPException, OSError) as error:
        logger.warning("%s could not be told that they are no longer expected: %s", who.email, error)


def wake_invitations() -> None:
    """After the transaction commits, ask a worker to send what is due; the sweep finds it should that fail."""
    transaction.on_commit(_wake)


def _wake() -> None:
    try:
        current_app.send_task("board.tasks.send_invitations_task", ignore_result=True, retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("Invitations wait for the sweep: %s", error)


def send_due_invitations(*, limit: int = 200) -> int:
    """Send up to `limit` invitations, changes and cancellations that are due. Returns how many were sent. Running it
    twice sends nothing twice."""
    stale = timezone.now() - STALE
    due = Attendance.objects.filter(invited_at__isnull=False, meeting__starts_at__gte=stale)
    planned = Q(meeting__status=Meeting.Status.PLANNED) & (
        Q(invited_sequence__isnull=True) | Q(invited_sequence__lt=F("meeting__sequence"))
    )
    cancelled = Q(meeting__status=Meeting.Status.CANCELLED, invited_sequence__lt=F("meeting__sequence"))
    sent = 0
    for row in due.filter(planned | cancelled).select_related("person", "meeting").order_by("id")[:limit]:
        before = row.invited_sequence
        claimed = Attendance.objects.filter(pk=row.pk, invited_sequence=before)
        if not claimed.update(invited_sequence=row.meeting.sequence):
            continue
        try:
            _send(row, first=before is None)
        except smtplib.SMTPRecipientsRefused as error:
            logger.warning("The invitation of %s is refused: %s", row.person.email, error)
            continue
        except (smtplib.SMTPException, OSError) as error:
            Attendance.objects.filter(pk=row.pk).update(invited_sequence=before)
            logger.warning("The invitation of %s waits: %s", row.person.email, error)
            break
        sent += 1
    return sent


def _send(row: Attendance, *, first: bool) -> None:
    """By mail with the calendar file; who wants no mail reads it on screen. `first`: they hear of the meeting for the
    first time, so that to them nothing has changed."""
    if row.person.wants_mail:
        _mail(row, first=first, cancelled=row.meeting.status == Meeting.Status.CANCELLED)
        return
    key = f"invitation:{row.meeting_id}:{row.meeting.sequence}"
    notify(people=[row.person], key=key, text=_subject(row.meeting, first), url=row.meeting.get_absolute_url())


def _subject(meeting: Meeting, first: bool) -> str:
    words = {True: "Cancelled", False: "Invitation" if first else "Changed"}
    start = words[meeting.status == Meeting.Status.CANCELLED]
    at = timezone.localtime(meeting.starts_at)
    return " ".join(f"{start}: {meeting.title}, {at:%A} {at.day} {at:%B} {at.year}, {at:%H:%M}".split())


def _when(meeting: Meeting) -> str:
    """When and where, for who reads the mail without a calendar: "Thursday 3 December 2026, 14:00 to 15:30, Room 4"."""
    at = timezone.localtime(meeting.starts_at)
    ends = timezone.localtime(meeting.starts_at + timedelta(minutes=meeting.minutes))
    where = f", {isolated(meeting.place)}" if meeting.place else ""
    return f"{at:%A} {at.day} {at:%B} {at.year}, {at:%H:%M} to {ends:%H:%M}{where}"


def _mail(row: Attendance, *, cancelled: bool, first: bool = False) -> None:
    meeting = row.meeting
    event = event_of(meeting, only=row if cancelled else None, cancelled=cancelled)
    method = "CANCEL" if cancelled else method_of(meeting)
    text = calendar_text([event], method=method)
    body = f"{isolated(meeting.title)}\n{_when(meeting)}\n\n{event.text}\n\n{event.url}\n"
    subject = _subject(meeting, first)
    if cancelled and meeting.status != Meeting.Status.CANCELLED:
        subject = f"No longer expected: {meeting}"
    mail = EmailMultiAlternatives(subject, body, settings.DEFAULT_FROM_EMAIL, [row.person.email])
    mail.attach_alternative(text, f"text/calendar; method={method}")
    mail.attach("meeting.ics", text, "application/ics")
    mail.send()
