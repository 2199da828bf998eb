"""Meetings as calendar entries."""

import uuid
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from board.agenda.recurrence import days_of
from board.calendars.ical import Event, Method, Party, Repeated, calendar_text
from board.models import AgendaItem, Attendance, Meeting, MeetingSeries, SeriesSkip
from board.packs.words import counted
from board.selectors.meetings.meetings import attendance_of

_STATES = {
    Attendance.Reply.NONE: "NEEDS-ACTION",
    Attendance.Reply.ACCEPTED: "ACCEPTED",
    Attendance.Reply.TENTATIVE: "TENTATIVE",
    Attendance.Reply.DECLINED: "DECLINED",
}


def method_of(meeting: Meeting) -> Method:
    """What a calendar is asked to do with the meeting's entry."""
    return "CANCEL" if meeting.status == Meeting.Status.CANCELLED else "REQUEST"


def event_of(
    meeting: Meeting, *, only: Attendance | None = None, cancelled: bool = False, people: bool = True
) -> Event:
    """The meeting as an entry, with everybody expected, with `only` one of them, or without `people`. Two queries."""
    rows = [only] if only is not None else attendance_of(meeting) if people else []
    keeper = meeting.secretary or meeting.chair
    return Event(
        uid=f"{meeting.uid}@ombud",
        sequence=meeting.sequence,
        starts=meeting.starts_at,
        minutes=max(meeting.minutes, 1),
        title=meeting.title,
        place=meeting.place,
        text=_text(meeting, cancelled=cancelled),
        url=f"{settings.OMBUD_SITE_URL}{meeting.get_absolute_url()}",
        organizer=Party(keeper.name, keeper.email) if keeper else Party("Ombud", "ombud@localhost"),
        attendees=[
            Party(
                row.person.name,
                row.person.email,
                _STATES[Attendance.Reply(row.reply)],
                row.person_id == meeting.chair_id,
                row.votes,
            )
            for row in rows
        ],
        stamp=timezone.now(),
        cancelled=cancelled or meeting.status == Meeting.Status.CANCELLED,
    )


def _text(meeting: Meeting, *, cancelled: bool) -> str:
    """What the entry says: no request is named, for calendars are read by others."""
    if meeting.status == Meeting.Status.CANCELLED:
        return f"The meeting is cancelled: {meeting.cancelled_because}"
    if cancelled:
        return "You are no longer expected at this meeting."
    items = AgendaItem.objects.filter(meeting=meeting).exclude(status=AgendaItem.Status.DROPPED).count()
    agenda = f"{counted(items, 'item').capitalize()} on the agenda." if items else "The agenda is being built."
    return f"{agenda} Agenda, pack and your reply are in Ombud."


def meeting_file(meeting: Meeting) -> str:
    """The meeting as a calendar file, with everybody expected."""
    return calendar_text([event_of(meeting)], method=method_of(meeting))


def series_file(series: MeetingSeries) -> str:
    """The series' meetings to come as one calendar file, cancelled ones as cancelled; the days after them by the
    rule."""
    rows = Meeting.objects.filter(series=series, starts_at__gte=timezone.now()).exclude(status=Meeting.Status.CLOSED)
    events = [event_of(row, people=False) for row in rows.select_related("chair", "secretary").order_by("starts_at")]
    return calendar_text(events, method="PUBLISH", name=series.title, repeated=_repeated(series))


def _repeated(series: MeetingSeries) -> Repeated | None:
    """The days of the rule after the last one that a meeting is planned for; None where the series ends before. Each
    meeting keeps an entry of its own, so none stands in a calendar twice. Three queries."""
    planned = Meeting.objects.filter(series=series).order_by("id")
    last = max((day for day in planned.values_list("series_day", flat=True) if day), default=None)
    first = planned.first()
    if series.ended_at is not None or last is None or first is None:
        return None
    skips = list(SeriesSkip.objects.filter(series=series).order_by("day").values_list("day", flat=True))
    coming = days_of(series.rule, since=last + timedelta(days=1), most=len(skips) + 1)
    since = next((day for day in coming if day not in skips), None)
    if since is None:
        return None
    zone = ZoneInfo(settings.TIME_ZONE)
    return Repeated(
        uid=f"{uuid.uuid5(first.uid, 'series')}@ombud",
        # Each meeting that is planned, each day that is left out and each change makes it another state of the rule.
        sequence=series.version + planned.count() + len(skips),
        starts=datetime.combine(since, series.starts_time, zone),
        minutes=series.minutes,
        title=series.title,
        place=series.place,
        text="The board meets by this rule. Each meeting is planned, with its agenda, as its day comes closer.",
        url=f"{settings.OMBUD_SITE_URL}{series.get_absolute_url()}",
        stamp=timezone.now(),
        rule=_rrule(series, zone),
        left_out=[datetime.combine(day, series.starts_time, zone) for day in skips if day > since],
    )


def _rrule(series: MeetingSeries, zone: ZoneInfo) -> str:
    """The rule with its last day, in UTC as RFC 5545 asks for where its start names a zone."""
    if series.ends_on is None:
        return series.rule.rrule
    until = datetime.combine(series.ends_on, time.max, zone).astimezone(UTC)
    return f"{series.rule.rrule};UNTIL={until:%Y%m%dT%H%M%SZ}"
