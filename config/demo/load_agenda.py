"""Loads how the demo's board meets: its series, who was invited and what they replied, and why people were absent."""

from datetime import datetime, timedelta

from django.utils import timezone

from board.models import Attendance, Meeting, MeetingSeries

QUORUM = 4
#: A meeting is invited to so long before it.
NOTICE = timedelta(days=14)
REPLIES = (
    ("margaret.ashby@meridian.example", Attendance.Reply.ACCEPTED, ""),
    ("henrik.dahl@meridian.example", Attendance.Reply.ACCEPTED, ""),
    ("grace.mwangi@meridian.example", Attendance.Reply.ACCEPTED, ""),
    ("samuel.ortiz@meridian.example", Attendance.Reply.ACCEPTED, ""),
    ("yasmin.haddad@meridian.example", Attendance.Reply.TENTATIVE, ""),
    ("robert.kincaid@meridian.example", Attendance.Reply.DECLINED, "At the supervisor that afternoon."),
)
ABSENCES = {
    "robert.kincaid@meridian.example": "Sent his apologies.",
    "samuel.ortiz@meridian.example": "Sent his apologies.",
}


def load_agenda() -> None:
    """The meeting that is planned is the next of a series, every fourth week; its people were invited and most have
    replied. Who was not at the past meetings said why."""
    for meeting in Meeting.objects.filter(status=Meeting.Status.CLOSED).order_by("id"):
        _absences(meeting)
    coming = Meeting.objects.filter(status=Meeting.Status.PLANNED).order_by("starts_at", "id").first()
    if coming is not None:
        _series(coming)
        _replies(coming, coming.starts_at - NOTICE)


def _absences(meeting: Meeting) -> None:
    for row in Attendance.objects.filter(meeting=meeting, present=False).select_related("person"):
        row.absent_because = ABSENCES.get(row.person.email, "")
        row.save()


def _series(meeting: Meeting) -> None:
    local = timezone.localtime(meeting.starts_at)
    series = MeetingSeries(
        title="Review board",
        frequency=MeetingSeries.Frequency.WEEKLY,
        every=4,
        weekday=local.weekday(),
        starts_on=local.date(),
        starts_time=local.time(),
        minutes=meeting.minutes,
        place=meeting.place,
        chair=meeting.chair,
        secretary=meeting.secretary,
        quorum=QUORUM,
        deciding=meeting.deciding,
        ahead=1,
    )
    series.full_clean()
    series.save()
    meeting.series, meeting.series_day, meeting.quorum = series, local.date(), QUORUM
    meeting.full_clean()
    meeting.save()


def _replies(meeting: Meeting, invited_at: datetime) -> None:
    """They were mailed when the invitation went out, so nothing is due now."""
    said = {email: (reply, because) for email, reply, because in REPLIES}
    for row in Attendance.objects.filter(meeting=meeting).select_related("person"):
        row.invited_at, row.invited_sequence = invited_at, meeting.sequence
        reply, because = said.get(row.person.email, (Attendance.Reply.NONE, ""))
        row.reply, row.absent_because = reply, because
        row.replied_at = invited_at + timedelta(days=2) if reply != Attendance.Reply.NONE else None
        row.full_clean()
        row.save()
