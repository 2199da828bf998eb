"""Series plan their meetings by themselves, keep what was moved by hand, and leave days out."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from board.errors import CannotDecide, NotAllowed, StaleMeeting
from board.models import Meeting, MeetingSeries
from board.services.meetings.meetings import change_meeting
from board.services.meetings.series import (
    change_series,
    end_series,
    leave_out,
    plan_ahead,
    plan_all_series,
    start_series,
)
from portfolio.models import Person


def tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


@pytest.fixture
def series(secretary: Person, cio: Person) -> MeetingSeries:
    """Every week from tomorrow at 14:00, three ahead."""
    return begin(secretary, chair=cio, secretary=secretary)


def begin(person: Person, **values: Any) -> MeetingSeries:
    """A weekly series from tomorrow, with these values."""
    first = tomorrow()
    plain: dict[str, Any] = {
        "frequency": "weekly",
        "weekday": first.weekday(),
        "starts_on": first,
        "starts_time": time(14),
        "quorum": 2,
        "ahead": 3,
    }
    return start_series(person=person, **(plain | values))


def days(series: MeetingSeries, status: str = "planned") -> list[date]:
    """The days of its meetings in this state."""
    rows = series.meetings.filter(status=status).order_by("starts_at")
    return [timezone.localdate(row.starts_at) for row in rows]


def weeks(*numbers: int) -> list[date]:
    return [tomorrow() + timedelta(weeks=n) for n in numbers]


def kept(series: MeetingSeries) -> dict[str, Any]:
    """Its values, for a change that leaves them."""
    names = ("title", "starts_time", "place", "weekday", "minutes", "ahead")
    return {name: getattr(series, name) for name in names}


def test_a_series_plans_its_next_meetings_once(series: MeetingSeries, cio: Person) -> None:
    assert days(series) == weeks(0, 1, 2)
    assert plan_ahead(series=series) == []
    assert plan_all_series() == 0
    meeting = series.meetings.order_by("starts_at").first()
    assert meeting is not None
    assert (meeting.chair, meeting.quorum, timezone.localtime(meeting.starts_at).hour) == (cio, 2, 14)
    assert meeting.attendances.exists()


def test_a_week_later_one_more_is_planned(series: MeetingSeries) -> None:
    assert [row.series_day for row in plan_ahead(series=series, today=tomorrow() + timedelta(days=1))] == weeks(3)


def test_it_meets_at_the_same_hour_in_summer_and_winter(secretary: Person) -> None:
    year = timezone.localdate().year + 1
    series = begin(secretary, frequency="monthly", nth=1, weekday=3, starts_on=date(year, 1, 1), ahead=12)
    hours = {timezone.localtime(row.starts_at).hour for row in series.meetings.all()}
    offsets = {timezone.localtime(row.starts_at).utcoffset() for row in series.meetings.all()}
    assert hours == {14}
    assert len(offsets) == 2


def test_a_day_that_is_left_out_is_cancelled_and_the_next_one_planned(series: MeetingSeries, secretary: Person) -> None:
    leave_out(person=secretary, series=series, day=weeks(1)[0], because="Holiday.")
    assert days(series) == weeks(0, 2, 3)
    assert days(series, "cancelled") == weeks(1)
    assert plan_ahead(series=series) == []
    with pytest.raises(ValidationError, match="left out already"):
        leave_out(person=secretary, series=series, day=weeks(1)[0], because="Holiday.")
    with pytest.raises(CannotDecide, match="does not meet on"):
        leave_out(person=secretary, series=series, day=weeks(1)[0] + timedelta(days=1), because="Holiday.")


def test_a_change_is_followed_except_by_what_was_moved(series: MeetingSeries, secretary: Person) -> None:
    first, second, third = series.meetings.order_by("starts_at")
    moved = second.starts_at + timedelta(days=2)
    values = {name: getattr(second, name) for name in ("title", "minutes", "place", "chair", "secretary", "quorum")}
    change_meeting(person=secretary, meeting=second, expected=second.version, starts_at=moved, **values)
    change_series(
        person=secretary,
        series=series,
        expected=series.version,
        **(kept(series) | {"starts_time": time(9), "place": "B"}),
    )
    first, second, third = (Meeting.objects.get(pk=each.pk) for each in (first, second, third))
    assert [timezone.localtime(each.starts_at).hour for each in (first, third)] == [9, 9]
    assert (second.starts_at, second.place) == (moved, "B")
    assert {first.place, third.place} == {"B"}
    assert first.sequence == 1


def test_meetings_on_days_that_are_no_longer_of_the_rule_are_cancelled(
    series: MeetingSeries, secretary: Person
) -> None:
    other = (series.weekday + 1) % 7
    change_series(person=secretary, series=series, expected=series.version, **(kept(series) | {"weekday": other}))
    assert days(series, "cancelled") == weeks(0, 1, 2)
    assert {day.weekday() for day in days(series)} == {other}


def test_two_who_change_it_do_not_overwrite_each_other(series: MeetingSeries, secretary: Person) -> None:
    version = series.version
    change_series(person=secretary, series=series, expected=version, **kept(series))
    with pytest.raises(StaleMeeting):
        change_series(person=secretary, series=series, expected=version, **kept(series))


def test_an_ended_series_plans_nothing_and_cancels_what_it_is_told_to(series: MeetingSeries, secretary: Person) -> None:
    assert end_series(person=secretary, series=series, because="The board meets daily.", cancel=True) == 3
    assert end_series(person=secretary, series=series, because="Again.", cancel=True) == 0
    assert plan_all_series() == 0
    assert days(series) == []


def test_only_who_manages_meetings_keeps_series(board_member: Person) -> None:
    with pytest.raises(NotAllowed):
        begin(board_member)


def test_a_series_that_ends_before_it_starts_is_refused(secretary: Person) -> None:
    with pytest.raises(ValidationError, match="ends on or after"):
        begin(secretary, ends_on=tomorrow() - timedelta(days=1))


def test_a_series_that_comes_back_to_its_old_day_meets_on_it_again(series: MeetingSeries, secretary: Person) -> None:
    first = series.weekday
    for weekday in ((first + 1) % 7, first):
        again = MeetingSeries.objects.get(pk=series.pk)
        values = kept(again) | {"weekday": weekday}
        change_series(person=secretary, series=again, expected=again.version, **values)
    assert days(series) == weeks(0, 1, 2)
