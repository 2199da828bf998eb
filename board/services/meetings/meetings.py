"""Planning, changing, opening, closing and cancelling meetings."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from board.errors import AlreadyPlanned, CannotDecide, MeetingNotOpen, NotAllowed
from board.models import AgendaItem, Attendance, Deciding, Meeting, MeetingSeries
from board.permissions import can_manage_meetings, can_run
from board.services.decisions.objections import put_waiting_on_next_meeting
from board.services.meetings.claims import check_open, claim_meeting
from board.services.meetings.invitations import wake_invitations
from board.services.meetings.own_items import carry_own_items, own_items_open
from board.services.meetings.presence import check_quorum, waive_quorum
from board.services.wording import in_full
from portfolio.models import Membership, Person, Role
from portfolio.permissions import BOARD_ROLES

#: Who of the board has a vote; a secretary who is neither keeps the minutes.
VOTING = frozenset({Role.BOARD_MEMBER, Role.CIO})


def plan_meeting(  # noqa: PLR0913 (the fields of a meeting)
    *,
    person: Person,
    starts_at: datetime,
    title: str = "Review board",
    minutes: int = 90,
    place: str = "",
    chair: Person | None = None,
    secretary: Person | None = None,
    voting: str = Meeting.Voting.DISSENT,
    quorum: int | None = None,
    deciding: str = Deciding.CONSENSUS,
) -> Meeting:
    """Plan a meeting and expect everybody of the board; objections that wait become its items. Raises NotAllowed,
    AlreadyPlanned when the form was sent twice, ValidationError."""
    if not can_manage_meetings(person):
        raise NotAllowed("Meetings are planned by the board's secretary or the CIO.")
    same = Meeting.objects.filter(title=title, starts_at=starts_at, place=place, status=Meeting.Status.PLANNED)
    if same.exists():
        raise AlreadyPlanned(
            f"“{title}” is planned for this time already. Change that one, or give this another title."
        )
    meeting = Meeting(title=title, starts_at=starts_at, minutes=minutes, place=place, chair=chair, secretary=secretary)
    meeting.voting = voting or Meeting.Voting.DISSENT
    meeting.quorum, meeting.deciding = quorum, deciding or Deciding.CONSENSUS
    return write_meeting(meeting=meeting)


def write_meeting(*, meeting: Meeting) -> Meeting:
    """Write a new meeting and expect everybody of the board, whoever asks: `plan_meeting` for people, a series by
    itself. Raises ValidationError."""
    with transaction.atomic():
        meeting.full_clean()
        meeting.save()
        rows = Membership.objects.filter(role__in=BOARD_ROLES, person__is_active=True).order_by("id")
        roles = list(rows.values_list("person_id", "role"))
        named = {pk for pk in (meeting.chair_id, meeting.secretary_id) if pk}
        voting = {pk for pk, role in roles if role in VOTING} | ({meeting.chair_id} - {None})
        people = {pk for pk, _ in roles} | named
        Attendance.objects.bulk_create(
            [Attendance(meeting=meeting, person_id=pk, votes=pk in voting) for pk in sorted(people)]
        )
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
    quorum: int | None = None,
    deciding: str | None = None,
) -> Meeting:
    """Change when, where and with whom, how the board decides, and what is written down of votes. `expected` is the
    version that the person saw. Who was invited is sent the change; who had accepted another time is asked anew. Raises
    NotAllowed, MeetingNotOpen once it is over, StaleMeeting when somebody else was quicker, ValidationError."""
    check_open(person=person, meeting=meeting)
    with transaction.atomic():
        claim_meeting(meeting=meeting, expected=expected)
        before = Meeting.objects.get(pk=meeting.pk)
        meeting.title, meeting.starts_at, meeting.minutes, meeting.place = title, starts_at, minutes, place
        meeting.chair, meeting.secretary, meeting.quorum = chair, secretary, quorum
        meeting.voting, meeting.deciding = voting or meeting.voting, deciding or meeting.deciding
        save_change(meeting=meeting, before=before)
    return meeting


def _seat(meeting: Meeting, before: Meeting) -> None:
    """Expect who is named in the chair or for the minutes now: the chair votes, and who of the board has a vote does.
    Who is expected already keeps what they replied. Who left the chair and has no vote of their own votes no more."""
    named = {pk for pk in (meeting.chair_id, meeting.secretary_id) if pk}
    voting = set(Membership.objects.filter(role__in=VOTING, person__in=named).values_list("person_id", flat=True))
    for pk in sorted(named):
        votes = pk == meeting.chair_id or pk in voting
        row, _ = Attendance.objects.get_or_create(meeting=meeting, person_id=pk, defaults={"votes": votes})
        if pk == meeting.chair_id and not row.votes:
            row.votes = True
            row.save()
    if before.chair_id and before.chair_id != meeting.chair_id:
        _take_vote(meeting, before.chair_id)


def _take_vote(meeting: Meeting, person: int) -> None:
    """Take the vote that somebody had for being in the chair; who of the board has one of their own keeps that."""
    if Membership.objects.filter(role__in=VOTING, person=person).exists():
        return
    for row in Attendance.objects.filter(meeting=meeting, person=person, votes=True).order_by("id"):
        row.votes = False
        row.save()


def save_change(*, meeting: Meeting, before: Meeting) -> None:
    """Save a changed meeting and seat who is named for it now; where calendars must know of it, its SEQUENCE grows and
    invitations follow."""
    told = ("title", "starts_at", "minutes", "place")
    with transaction.atomic():
        if any(getattr(meeting, name) != getattr(before, name) for name in told):
            meeting.sequence = before.sequence + 1
        meeting.full_clean()
        meeting.save()
        if meeting.starts_at != before.starts_at:
            asked = Attendance.objects.filter(meeting=meeting).exclude(reply=Attendance.Reply.NONE)
            asked.update(reply=Attendance.Reply.NONE, replied_at=None, absent_because="")
        _seat(meeting, before)
        wake_invitations()


def cancel_meeting(*, person: Person, meeting: Meeting, expected: int, because: str) -> Meeting:
    """Cancel a planned meeting and say why: what was on its agenda waits for the next one with its words and advice,
    and who was invited is told. Raises NotAllowed, CannotDecide without a reason or for one longer than 300
    characters, StaleMeeting, MeetingNotOpen once it has begun."""
    check_open(person=person, meeting=meeting)
    why = in_full(because, most=300)
    if not why:
        raise CannotDecide("Say why, so that everybody can read it.", {"because": "Say why."})
    with transaction.atomic():
        claim_meeting(meeting=meeting, expected=expected)
        call_off(meeting=meeting, because=why)
    return meeting


def call_off(*, meeting: Meeting, because: str, at: datetime | None = None) -> None:
    """Cancel it, whoever asks. Raises MeetingNotOpen once it has begun."""
    with transaction.atomic():
        meeting.refresh_from_db()
        if meeting.status != Meeting.Status.PLANNED:
            raise MeetingNotOpen("Only a meeting that has not begun is cancelled. Close this one instead.")
        meeting.status, meeting.cancelled_at = Meeting.Status.CANCELLED, at or timezone.now()
        meeting.cancelled_because = because
        meeting.sequence += 1
        meeting.save()
        left = own_items_open(meeting)
        for item in AgendaItem.objects.filter(meeting=meeting, status=AgendaItem.Status.OPEN).order_by("id"):
            item.status, item.gave_way = AgendaItem.Status.DROPPED, True
            item.dropped_because, item.version = "The meeting was cancelled.", item.version + 1
            item.save()
        put_waiting_on_next_meeting()
        carry_own_items(meeting=meeting, left=left)
        wake_invitations()


def write_note(*, person: Person, meeting: Meeting, expected: int, note: str) -> Meeting:
    """Write what the minutes say besides the decisions. Raises NotAllowed, MeetingNotOpen, StaleMeeting."""
    check_open(person=person, meeting=meeting)
    with transaction.atomic():
        claim_meeting(meeting=meeting, expected=expected)
        meeting.note = note
        meeting.full_clean()
        meeting.save()
    return meeting


def open_meeting(*, person: Person, meeting: Meeting, without_quorum: str = "", at: datetime | None = None) -> Meeting:
    """Start the meeting, so that decisions can be recorded; a second start changes nothing. Without a quorum it starts
    only with a reason, `without_quorum`, which is kept and stands in the minutes. Raises NotAllowed, NoQuorum,
    MeetingNotOpen once it is over."""
    check_open(person=person, meeting=meeting)
    with transaction.atomic():
        waiting = Meeting.objects.filter(pk=meeting.pk, status=Meeting.Status.PLANNED)
        if waiting.update(version=F("version") + 1):
            meeting.refresh_from_db()
            _settle_quorum(person, meeting, without_quorum, at)
            meeting.status = Meeting.Status.IN_SESSION
            meeting.opened_at = at or timezone.now()
            meeting.save()
        else:
            meeting.refresh_from_db()
    return meeting


def _settle_quorum(person: Person, meeting: Meeting, reason: str, at: datetime | None) -> None:
    if reason.strip():
        try:
            waive_quorum(person=person, meeting=meeting, because=reason, at=at)
        except CannotDecide:
            return  # There is a quorum after all.
    check_quorum(meeting=meeting)


def close_meeting(*, person: Person, meeting: Meeting, at: datetime | None = None) -> Meeting:
    """Close the meeting: its decisions, notes and attendance are frozen as its minutes. Objections that it did not
    answer, and what of the board's own it did not come to, become items of the next meeting, where one is planned. A
    second close changes nothing. Raises NotAllowed, MeetingNotOpen when it never started."""
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
            carry_own_items(meeting=meeting, left=own_items_open(meeting))
        elif meeting.status == Meeting.Status.PLANNED:
            raise MeetingNotOpen("The meeting has not started yet, so there is nothing to close.")
    return meeting


def meeting_of_series(series: MeetingSeries, day: date, starts_at: datetime) -> Meeting:
    """The series' meeting of this day, not yet written."""
    return Meeting(
        title=series.title,
        starts_at=starts_at,
        minutes=series.minutes,
        place=series.place,
        chair=series.chair,
        secretary=series.secretary,
        quorum=series.quorum,
        deciding=series.deciding,
        series=series,
        series_day=day,
    )
