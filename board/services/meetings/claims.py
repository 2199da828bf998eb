"""Who may change a meeting now, and who was first: what every write to a meeting or its agenda begins with."""

from django.db.models import F

from board.errors import MeetingNotOpen, NotAllowed, StaleMeeting
from board.models import Meeting
from board.permissions import can_run
from portfolio.models import Person


def check_open(*, person: Person, meeting: Meeting) -> None:
    """Raises NotAllowed where the person does not run the meeting, MeetingNotOpen once it is closed or cancelled."""
    if not can_run(person, meeting):
        raise NotAllowed("Only the board's secretary and the chair change a meeting.")
    status = Meeting.objects.values_list("status", flat=True).get(pk=meeting.pk)
    if status == Meeting.Status.CANCELLED:
        raise MeetingNotOpen("The meeting was cancelled. What was on its agenda waits for the next one.")
    if status == Meeting.Status.CLOSED:
        raise MeetingNotOpen(
            "The meeting is closed and its minutes are frozen. Put what is left on the next meeting's agenda."
        )


def hold_open(*, person: Person, meeting: Meeting) -> None:
    """As `check_open`, holding the meeting's row first, so that nobody closes it before this transaction ends."""
    lock_meeting(meeting=meeting)
    check_open(person=person, meeting=meeting)


def claim_meeting(*, meeting: Meeting, expected: int) -> None:
    """Take the meeting's next version. Raises StaleMeeting when somebody changed it after version `expected`."""
    if not Meeting.objects.filter(pk=meeting.pk, version=expected).update(version=F("version") + 1):
        raise StaleMeeting(
            "Somebody else changed this meeting while you had it open. What you typed is kept: look at what is new, "
            "then save again."
        )
    meeting.version = expected + 1


def lock_meeting(*, meeting: Meeting) -> None:
    """Let nobody else reorder this agenda until the transaction ends: an update that changes nothing holds the row."""
    Meeting.objects.filter(pk=meeting.pk).update(version=F("version"))
