"""Series of meetings: the rule, the meetings that follow from it, and the days on which the board does not meet."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from board.agenda.recurrence import days_of, is_on
from board.errors import AlreadyPlanned, CannotDecide, MeetingNotOpen, NotAllowed, StaleMeeting
from board.models import Meeting, MeetingSeries, SeriesSkip
from board.packs.words import day as day_words
from board.permissions import can_manage_meetings
from board.services.meetings.meetings import call_off, meeting_of_series, save_change, write_meeting
from board.services.wording import in_full
from portfolio.models import Person

FIELDS = (
    "title", "frequency", "every", "weekday", "nth", "starts_on", "ends_on", "starts_time", "minutes", "place", "chair",
    "secretary", "quorum", "deciding", "ahead",
)  # fmt: skip


def _check(person: Person) -> None:
    if not can_manage_meetings(person):
        raise NotAllowed("Series of meetings are kept by the board's secretary or the CIO.")


def start_series(*, person: Person, **values: Any) -> MeetingSeries:
    """Start a series with these FIELDS, and plan its next meetings. Raises NotAllowed, AlreadyPlanned when
    the form was sent twice, ValidationError."""
    _check(person)
    series = MeetingSeries(**values)
    same = {name: getattr(series, name) for name in FIELDS}
    if MeetingSeries.objects.filter(**same, ended_at__isnull=True).exists():
        raise AlreadyPlanned("This series runs already. Change that one, or give this another title.")
    with transaction.atomic():
        series.full_clean()
        series.save()
        plan_ahead(series=series)
    return series


def change_series(*, person: Person, series: MeetingSeries, expected: int, **values: Any) -> MeetingSeries:
    """Change the rule or what meetings begin with. Meetings to come follow, except those that were moved by hand; those
    whose day is no longer one of the rule are cancelled. Raises NotAllowed, StaleMeeting, ValidationError."""
    _check(person)
    with transaction.atomic():
        fresh = MeetingSeries.objects.filter(pk=series.pk, version=expected, ended_at__isnull=True)
        if not fresh.update(version=F("version") + 1):
            raise StaleMeeting("Somebody else changed or ended this series meanwhile. Look at what is new, then save.")
        before = MeetingSeries.objects.get(pk=series.pk)
        for name, value in values.items():
            setattr(series, name, value)
        series.version = expected + 1
        series.full_clean()
        series.save()
        for meeting in _coming(series):
            _follow(meeting, before, series)
        plan_ahead(series=series)
    return series


def _coming(series: MeetingSeries) -> list[Meeting]:
    rows = Meeting.objects.filter(series=series, status=Meeting.Status.PLANNED, starts_at__gte=timezone.now())
    return list(rows.select_related("chair", "secretary").order_by("starts_at", "id"))


def _follow(meeting: Meeting, before: MeetingSeries, series: MeetingSeries) -> None:
    """Let a meeting follow its series: each part that is still as the series had it."""
    meant = meeting.series_day
    if meant is None:
        return
    moved = meeting.starts_at != starts_at(before, meant)
    if not is_on(series.rule, meant) and not moved:
        call_off(meeting=meeting, because="The series meets on other days now.")
        # Should the rule come back to this day, the board meets on it again.
        meeting.series_day = None
        meeting.save()
        return
    old = Meeting.objects.get(pk=meeting.pk)
    for name in _FOLLOWED:
        if getattr(meeting, name) == getattr(before, name):
            setattr(meeting, name, getattr(series, name))
    if not moved:
        meeting.starts_at = starts_at(series, meant)
    if any(getattr(meeting, name) != getattr(old, name) for name in ("starts_at", *_FOLLOWED)):
        Meeting.objects.filter(pk=meeting.pk).update(version=F("version") + 1)
        meeting.version = old.version + 1
        save_change(meeting=meeting, before=old)


_FOLLOWED = ("title", "minutes", "place", "chair", "secretary", "quorum", "deciding")


def starts_at(series: MeetingSeries, day: date) -> datetime:
    """When the series meets on this day: the same hour on the wall in summer and winter."""
    return timezone.make_aware(datetime.combine(day, series.starts_time))


def plan_ahead(*, series: MeetingSeries, today: date | None = None) -> list[Meeting]:
    """Plan the series' next meetings, as many as it wants ahead, without the days that are left out. Twice plans
    nothing twice. Returns the new ones."""
    if series.ended_at is not None:
        return []
    since = today or timezone.localdate()
    left_out = set(SeriesSkip.objects.filter(series=series).values_list("day", flat=True))
    wanted = [
        day for day in days_of(series.rule, since=since, most=series.ahead + len(left_out)) if day not in left_out
    ]
    there = set(Meeting.objects.filter(series=series, series_day__in=wanted).values_list("series_day", flat=True))
    made = []
    for day in wanted[: series.ahead]:
        at = starts_at(series, day)
        if day in there or at < timezone.now():
            continue
        try:
            with transaction.atomic():
                made.append(write_meeting(meeting=meeting_of_series(series, day, at)))
        except IntegrityError:
            continue  # Another worker planned it at the same moment.
    return made


def plan_all_series() -> int:
    """Plan ahead in every series that runs. Returns how many meetings were planned."""
    rows = MeetingSeries.objects.filter(ended_at__isnull=True).select_related("chair", "secretary").order_by("id")
    return sum(len(plan_ahead(series=series)) for series in rows)


def leave_out(*, person: Person, series: MeetingSeries, day: date, because: str) -> SeriesSkip:
    """Do not meet on this day of the series, and say why; a meeting that is planned for it is cancelled. The next one
    of the rule is planned instead. Raises NotAllowed, CannotDecide where the rule has no such day or without a reason,
    MeetingNotOpen when that meeting has begun, ValidationError when the day is left out already."""
    _check(person)
    if not because.strip():
        raise CannotDecide("Say why the board does not meet.", {"because": "Say why."})
    if not is_on(series.rule, day):
        raise CannotDecide(
            f"The series does not meet on {day_words(day)}: it meets {series.rule.words}.",
            {"day": "Choose a day of the series."},
        )
    with transaction.atomic():
        skip = SeriesSkip(series=series, day=day, because=because.strip(), person=person, at=timezone.now())
        skip.full_clean()
        skip.save()
        meeting = Meeting.objects.filter(series=series, series_day=day).first()
        if meeting is not None and meeting.status == Meeting.Status.PLANNED:
            call_off(meeting=meeting, because=skip.because)
        elif meeting is not None and meeting.status != Meeting.Status.CANCELLED:
            raise MeetingNotOpen("That meeting has begun or is over. Nothing was changed.")
        plan_ahead(series=series)
    return skip


def end_series(*, person: Person, series: MeetingSeries, because: str, cancel: bool) -> int:
    """End the series: nothing more is planned. With `cancel` its meetings to come are cancelled, else they stay. Twice
    changes nothing. Returns how many were cancelled. Raises NotAllowed, CannotDecide without a reason to cancel."""
    _check(person)
    why = in_full(because, most=200)
    if cancel and not why:
        raise CannotDecide("Say why, so that everybody who was invited can read it.", {"because": "Say why."})
    with transaction.atomic():
        if not MeetingSeries.objects.filter(pk=series.pk, ended_at__isnull=True).update(version=F("version") + 1):
            return 0
        series.refresh_from_db()
        series.ended_at = timezone.now()
        series.save()
        coming = _coming(series) if cancel else []
        for meeting in coming:
            call_off(meeting=meeting, because=why)
    return len(coming)
