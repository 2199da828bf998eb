"""A series as a calendar file: its meetings each with their own entry, the days after them by the rule."""

from datetime import time, timedelta
from typing import Any

from django.utils import timezone

from board.models import MeetingSeries
from board.selectors.meetings.calendars import series_file
from board.services.meetings.series import end_series, leave_out, start_series
from portfolio.models import Person
from tests.board.calendars.reading import Part, read


def begin(person: Person, **values: Any) -> MeetingSeries:
    """A weekly series from tomorrow at 14:00, three ahead."""
    first = timezone.localdate() + timedelta(days=1)
    plain: dict[str, Any] = {"frequency": "weekly", "weekday": first.weekday(), "starts_on": first}
    return start_series(person=person, starts_time=time(14), **(plain | values))


def rule(series: MeetingSeries) -> Part | None:
    """The entry that says the rule, of the series' file."""
    return next((entry for entry in read(series_file(series)).walk("VEVENT") if "RRULE" in entry), None)


def in_weeks(series: MeetingSeries, number: int) -> str:
    return f"{series.starts_on + timedelta(weeks=number):%Y%m%d}T140000"


def test_meetings_have_their_own_entries_and_the_rule_begins_after_them(secretary: Person) -> None:
    series = begin(secretary)
    uids = {entry["UID"].text for entry in read(series_file(series)).walk("VEVENT") if "RRULE" not in entry}
    assert uids == {f"{meeting.uid}@ombud" for meeting in series.meetings.all()}
    found = rule(series)
    assert found is not None
    assert found["DTSTART"].value == in_weeks(series, 3)
    assert found["RRULE"].value.startswith("FREQ=WEEKLY;INTERVAL=1;BYDAY=")
    assert "UNTIL" not in found["RRULE"].value


def test_days_left_out_are_not_of_the_rule_and_each_change_is_a_newer_state(secretary: Person) -> None:
    series = begin(secretary)
    before = rule(series)
    leave_out(person=secretary, series=series, day=series.starts_on + timedelta(weeks=3), because="Holidays")
    leave_out(person=secretary, series=series, day=series.starts_on + timedelta(weeks=5), because="Holidays")
    after = rule(series)
    assert before is not None
    assert after is not None
    assert after["UID"].text == before["UID"].text
    assert int(after["SEQUENCE"].value) > int(before["SEQUENCE"].value)
    assert (after["DTSTART"].value, after["EXDATE"].value) == (in_weeks(series, 4), in_weeks(series, 5))


def test_the_rule_ends_with_the_series(secretary: Person) -> None:
    first = timezone.localdate() + timedelta(days=1)
    ending = rule(begin(secretary, ends_on=first + timedelta(weeks=8)))
    assert ending is not None
    assert f"UNTIL={first + timedelta(weeks=8):%Y%m%d}T" in ending["RRULE"].value
    assert rule(begin(secretary, ends_on=first + timedelta(weeks=2))) is None
    ended = begin(secretary)
    end_series(person=secretary, series=ended, because="", cancel=False)
    ended.refresh_from_db()
    assert rule(ended) is None
