"""Planning, opening and closing meetings, and who was there."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from board.errors import MeetingNotOpen, NotAllowed
from board.models import Attendance, Meeting
from board.permissions import can_manage_meetings, can_run
from board.services.claims import check_open, claim_meeting
from board.services.objections import put_waiting_on_next_meeting
from portfolio.models import Membership, Person
from portfolio.permissions import BOARD_ROLES


def plan_meeting(
    *,
    person: Person,
    starts_at: datetime,
    title: str = "Review board",
    minutes: int = 90,
    place: str = "",
    chair: Person | None = None,
    secretary: Person | None = None,
    voting: str = Meeting.Voting.DISSENT,
) -> Meeting:
    """Plan a meeting and expect everybody of the board; objections that wait become its items. Raises NotAllowed,
    ValidationError."""
    if not can_manage_meetings(person):
        raise NotAllowed("Meetings are planned by the board's secretary or the CIO.")
    meeting = Meeting(title=title, starts_at=starts_at, minutes=minutes, place=place, chair=chair, secretary=secretary)
    meeting.voting = voting or Meeting.Voting.DISSENT
    with transaction.atomic():
        meeting.full_clean()
        meeting.save()
        members = {row.person_id for row in Membership.objects.filter(role__in=BOARD_ROLES, person__is_active=True)}
        members |= {pk for pk in (meeting.chair_id, meeting.secretary_id) if pk}
        Attendance.objects.bulk_create([Attendance(meeting=meeting, person_id=pk) for pk in sorted(members)])
        put_waiting_on_next_meeting()
    return meeting


def change_meeting(  # noqa: PLR0913 (the fields of a meeting)
    *,
    person: Person,
    meeting: Meeting,
    expected: int,
    title: str,
    starts_at: datetime,
    minutes: int,
    place: str,
    chair: Person | None,
    secretary: Person | None,
    voting: str | None = None,
) -> Meeting:
    """Change when, where and with whom, and what is written down of votes. `expected` is the version that the person
    saw. Raises NotAllowed, MeetingNotOpen once it is closed, StaleMeeting when somebody else was quicker, ValidationError."""
    check_open(person=person, meeting=meeting)
    with transaction.atomic():
        claim_meeting(meeting=meeting, expected=expected)
        meeting.title, meeting.starts_at, meeting.minutes, meeting.place = title, starts_at, minutes, place
        meeting.chair, meeting.secretary, meeting.voting = chair, secretary, voting or meeting.voting
        meeting.full_clean()
        meeting.save()
    return meeting


def write_note(*, person: Person, meeting: Meeting, expected: int, note: str) -> Meeting:
    """Write what the minutes say besides the decisions. Raises NotAllowed, MeetingNotOpen, StaleMeeting."""
    check_open(person=person, meeting=meeting)
    with transaction.atomic():
        claim_meeting(meeting=meeting, expected=expected)
        meeting.note = note
        meeting.full_clean()
        meeting.save()
    return meeting


def record_attendance(*, person: Person, meeting: Meeting, present: Collection[int]) -> Meeting:
    """Record who is there: the ids of the people present, others expected are absent. Raises NotAllowed,
    MeetingNotOpen."""
    check_open(person=person, meeting=meeting)
    with transaction.atomic():
        known = set(Attendance.objects.filter(meeting=meeting).values_list("person_id", flat=True))
        Attendance.objects.filter(meeting=meeting).exclude(person__in=present).update(present=False)
        Attendance.objects.filter(meeting=meeting, person__in=present).update(present=True)
        new = Person.objects.filter(pk__in=set(present) - known, is_active=True).order_by("id")
        Attendance.objects.bulk_create([Attendance(meeting=meeting, person=each, present=True) for each in new])
    return meeting


def open_meeting(*, person: Person, meeting: Meeting, at: datetime | None = None) -> Meeting:
    """Start the meeting, so that decisions can be recorded; a second start changes nothing. Raises NotAllowed,
    MeetingNotOpen once it is closed."""
    check_open(person=person, meeting=meeting)
    with transaction.atomic():
        waiting = Meeting.objects.filter(pk=meeting.pk, status=Meeting.Status.PLANNED)
        if waiting.update(version=F("version") + 1):
            meeting.refresh_from_db()
            meeting.status = Meeting.Status.IN_SESSION
            meeting.opened_at = at or timezone.now()
            meeting.save()
        else:
            meeting.refresh_from_db()
    return meeting


def close_meeting(*, person: Person, meeting: Meeting, at: datetime | None = None) -> Meeting:
    """Close the meeting: its decisions, notes and attendance are frozen as its minutes; objections that it did not
    answer become items of the next meeting, where one is planned. A second close changes nothing. Raises NotAllowed,
    MeetingNotOpen when it never started."""
    if not can_run(person, meeting):
        raise NotAllowed("The board's secretary or the chair closes the meeting.")
    with transaction.atomic():
        in_session = Meeting.objects.filter(pk=meeting.pk, status=Meeting.Status.IN_SESSION)
        claimed = in_session.update(version=F("version") + 1)
        meeting.refresh_from_db()
        if claimed:
            meeting.status = Meeting.Status.CLOSED
            meeting.closed_at = at or timezone.now()
            meeting.save()
            put_waiting_on_next_meeting()
        elif meeting.status == Meeting.Status.PLANNED:
            raise MeetingNotOpen("The meeting has not started yet, so there is nothing to close.")
    return meeting
