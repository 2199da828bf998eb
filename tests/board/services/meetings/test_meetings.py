"""Planning, opening and closing meetings."""

from datetime import time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from board.errors import MeetingNotOpen, NotAllowed, StaleMeeting
from board.models import Attendance, Meeting
from board.services.meetings.meetings import (
    change_meeting,
    close_meeting,
    open_meeting,
    plan_meeting,
    write_note,
)
from board.services.meetings.presence import record_attendance
from board.services.meetings.series import change_series, start_series
from portfolio.models import Person, Role
from tests.factories import person_with


def test_the_board_is_expected(secretary: Person, cio: Person, board_member: Person, architect: Person) -> None:
    meeting = plan_meeting(person=secretary, starts_at=timezone.now())
    expected = set(Attendance.objects.filter(meeting=meeting).values_list("person", flat=True))
    assert {secretary.pk, cio.pk, board_member.pk} <= expected
    assert architect.pk not in expected


@pytest.mark.parametrize("role", [Role.BOARD_MEMBER, Role.ARCHITECT, Role.READER])
def test_others_do_not_plan_meetings(db: None, role: Role) -> None:
    with pytest.raises(NotAllowed):
        plan_meeting(person=person_with(role), starts_at=timezone.now())


@pytest.mark.parametrize("minutes", [0, 4, 601])
def test_length_has_bounds(secretary: Person, minutes: int) -> None:
    with pytest.raises(ValidationError):
        plan_meeting(person=secretary, starts_at=timezone.now(), minutes=minutes)
    assert not Meeting.objects.exists()


def test_two_who_change_a_meeting_do_not_overwrite_each_other(meeting: Meeting, secretary: Person, cio: Person) -> None:
    fields = {"starts_at": meeting.starts_at, "minutes": 60, "place": "Room 4", "chair": cio, "secretary": secretary}
    change_meeting(person=secretary, meeting=meeting, expected=1, title="Board", **fields)
    with pytest.raises(StaleMeeting):
        write_note(person=cio, meeting=Meeting.objects.get(pk=meeting.pk), expected=1, note="Mine")
    assert Meeting.objects.get(pk=meeting.pk).note == ""
    assert Meeting.objects.get(pk=meeting.pk).minutes == 60


def test_who_is_put_in_the_chair_or_writes_the_minutes_is_expected_with_their_vote(
    meeting: Meeting, secretary: Person
) -> None:
    chair, writer = person_with(Role.BOARD_MEMBER), person_with(Role.BOARD_MEMBER)
    fields = {"title": "Board", "starts_at": meeting.starts_at, "minutes": 60, "place": ""}
    change_meeting(person=secretary, meeting=meeting, expected=1, chair=chair, secretary=writer, **fields)
    rows = Attendance.objects.filter(meeting=meeting)
    assert dict(rows.filter(person__in=[chair, writer]).values_list("person", "votes")) == {
        chair.pk: True,
        writer.pk: True,
    }
    change_meeting(person=secretary, meeting=meeting, expected=2, chair=secretary, secretary=writer, **fields)
    assert rows.get(person=secretary).votes


def test_who_leaves_the_chair_votes_only_by_their_own_role(
    meeting: Meeting, secretary: Person, cio: Person, board_member: Person
) -> None:
    fields = {"title": "Board", "starts_at": meeting.starts_at, "minutes": 60, "place": "", "secretary": secretary}

    def votes(person: Person) -> bool:
        return Attendance.objects.get(meeting=meeting, person=person).votes

    change_meeting(person=secretary, meeting=meeting, expected=1, chair=secretary, **fields)
    assert (votes(secretary), votes(cio)) == (True, True), "the CIO has a vote without being in the chair"
    change_meeting(person=secretary, meeting=meeting, expected=2, chair=board_member, **fields)
    assert (votes(secretary), votes(board_member)) == (False, True)
    change_meeting(person=secretary, meeting=meeting, expected=3, chair=None, **fields)
    assert votes(board_member)


def test_a_series_that_gets_another_chair_takes_the_vote_of_the_former_one(secretary: Person, cio: Person) -> None:
    first = timezone.localdate() + timedelta(days=1)
    rule = {"frequency": "weekly", "weekday": first.weekday(), "starts_on": first, "starts_time": time(14)}
    series = start_series(person=secretary, chair=secretary, **rule)
    change_series(person=secretary, series=series, expected=series.version, chair=cio, **rule)
    votes = Attendance.objects.filter(meeting__series=series)
    assert set(votes.filter(person=secretary).values_list("votes", flat=True)) == {False}
    assert set(votes.filter(person=cio).values_list("votes", flat=True)) == {True}


def test_named_chair_of_the_board_runs_the_meeting(secretary: Person, board_member: Person) -> None:
    meeting = plan_meeting(person=secretary, starts_at=timezone.now(), chair=board_member)
    assert open_meeting(person=board_member, meeting=meeting).status == Meeting.Status.IN_SESSION


def test_opening_and_closing_twice_changes_nothing(meeting: Meeting, secretary: Person) -> None:
    opened = open_meeting(person=secretary, meeting=meeting).opened_at
    assert open_meeting(person=secretary, meeting=meeting).opened_at == opened
    closed = close_meeting(person=secretary, meeting=meeting).closed_at
    assert close_meeting(person=secretary, meeting=meeting).closed_at == closed


def test_an_empty_meeting_opens_and_closes(meeting: Meeting, secretary: Person) -> None:
    open_meeting(person=secretary, meeting=meeting)
    assert close_meeting(person=secretary, meeting=meeting).status == Meeting.Status.CLOSED


def test_what_never_started_cannot_be_closed(meeting: Meeting, secretary: Person) -> None:
    with pytest.raises(MeetingNotOpen):
        close_meeting(person=secretary, meeting=meeting)


def test_closing_freezes_notes_and_attendance(session: Meeting, secretary: Person, cio: Person) -> None:
    record_attendance(person=secretary, meeting=session, present=[cio.pk])
    close_meeting(person=secretary, meeting=session)
    with pytest.raises(MeetingNotOpen):
        record_attendance(person=secretary, meeting=session, present=[])
    with pytest.raises(MeetingNotOpen):
        write_note(person=secretary, meeting=session, expected=session.version, note="Late")
    assert Attendance.objects.get(meeting=session, person=cio).present
