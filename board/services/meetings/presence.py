"""Replies to invitations, who is there, who stands aside, and going on without a quorum."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from board.errors import CannotDecide, NoQuorum, NotAllowed, StaleMeeting
from board.models import AgendaItem, Attendance, Meeting, QuorumWaiver, StandAside
from board.permissions import can_run
from board.selectors.meetings.presence import Quorum, asides_of, quorum_of, quorum_of_item
from board.services.meetings.claims import check_open, hold_open, lock_meeting
from board.services.wording import in_full
from portfolio.models import Person


def reply_to(
    *, person: Person, meeting: Meeting, reply: str, because: str = "", whose: Person | None = None
) -> Attendance:
    """Say whether one comes: oneself, or for `whose` by who runs the meeting. Raises NotAllowed for somebody who is not
    expected, MeetingNotOpen once it is over, CannotDecide for an unknown reply, ValidationError."""
    who = whose or person
    if who.pk != person.pk and not can_run(person, meeting):
        raise NotAllowed("You reply for yourself; the board's secretary replies for others.")
    if reply not in Attendance.Reply.values:
        raise CannotDecide("Choose whether you come.", {"reply": "Choose whether you come."})
    with transaction.atomic():
        lock_meeting(meeting=meeting)
        _still_on(meeting)
        row = Attendance.objects.filter(meeting=meeting, person=who).first()
        if row is None:
            raise NotAllowed(f"{who} is not expected at this meeting.")
        row.reply, row.replied_at = reply, timezone.now()
        row.absent_because = because.strip() if reply == Attendance.Reply.DECLINED else ""
        row.full_clean()
        row.save()
    return row


def _still_on(meeting: Meeting) -> None:
    if Meeting.objects.get(pk=meeting.pk).is_over:
        raise StaleMeeting("This meeting is over. Nothing was changed.")


def record_attendance(
    *, person: Person, meeting: Meeting, present: Collection[int], because: Mapping[int, str] | None = None
) -> Meeting:
    """Record who is there: the ids of the people present; others expected are absent, with the reasons of `because` by
    id. Raises NotAllowed, MeetingNotOpen, ValidationError."""
    reasons = because or {}
    with transaction.atomic():
        hold_open(person=person, meeting=meeting)
        known = {row.person_id: row for row in Attendance.objects.filter(meeting=meeting).order_by("id")}
        for pk, row in known.items():
            here = pk in present
            why = "" if here else reasons.get(pk, row.absent_because).strip()
            if (row.present, row.absent_because) != (here, why):
                row.present, row.absent_because = here, why
                row.full_clean()
                row.save()
        for each in Person.objects.filter(pk__in=set(present) - known.keys(), is_active=True).order_by("id"):
            Attendance.objects.create(meeting=meeting, person=each, present=True)
    return meeting


def expect(*, person: Person, meeting: Meeting, who: Person, votes: bool = False) -> Attendance:
    """Expect somebody more: a guest, or with `votes` somebody who counts. Who is expected already keeps what they
    replied. Raises NotAllowed, MeetingNotOpen, CannotDecide for somebody who has left."""
    check_open(person=person, meeting=meeting)
    if not who.is_active:
        raise CannotDecide(f"{who} is no longer here.", {"who": "Choose somebody who is still here."})
    with transaction.atomic():
        hold_open(person=person, meeting=meeting)
        row, made = Attendance.objects.get_or_create(meeting=meeting, person=who, defaults={"votes": votes})
        if not made and row.votes != votes:
            row.votes = votes
            row.save()
    return row


def say_aside(*, person: Person, item: AgendaItem, who: Person, because: str, stays: bool = False) -> StandAside:
    """Say that somebody stands aside from an item, or with `stays` that they need not, and why. A second word about the
    same person takes the place of the first. Raises NotAllowed, MeetingNotOpen, StaleMeeting once it is decided,
    CannotDecide without a reason or for somebody who is not expected."""
    check_open(person=person, meeting=item.meeting)
    if not because.strip():
        raise CannotDecide("Say why: it stands in the minutes.", {"because": "Say why: it stands in the minutes."})
    if not Attendance.objects.filter(meeting=item.meeting, person=who).exists():
        raise CannotDecide(f"{who} is not expected at this meeting.", {"who": "Choose somebody who is expected."})
    with transaction.atomic():
        hold_open(person=person, meeting=item.meeting)
        if AgendaItem.objects.get(pk=item.pk).status != AgendaItem.Status.OPEN:
            raise StaleMeeting("This item is decided or was taken off, so who stood aside from it stays as it was.")
        row = StandAside.objects.filter(item=item, person=who).first() or StandAside(item=item, person=who)
        row.because, row.stays, row.said_by, row.at = because.strip(), stays, person, timezone.now()
        row.full_clean()
        row.save()
    return row


def unsay_aside(*, person: Person, aside: StandAside) -> None:
    """Take back what was said of somebody and an item: what follows from their department holds again. Raises
    NotAllowed, MeetingNotOpen, StaleMeeting once the item is decided."""
    with transaction.atomic():
        hold_open(person=person, meeting=aside.item.meeting)
        if AgendaItem.objects.get(pk=aside.item_id).status != AgendaItem.Status.OPEN:
            raise StaleMeeting("This item is decided or was taken off, so who stood aside from it stays as it was.")
        StandAside.objects.filter(pk=aside.pk).delete()


def write_asides(*, item: AgendaItem, at: datetime) -> None:
    """Write down who stands aside from the item by their department, so that its minutes stay as they are. Call it in
    the transaction of its decision, before anybody changes departments."""
    for aside in asides_of([as_open(item)])[item.pk]:
        StandAside.objects.get_or_create(
            item=item, person=aside.person, defaults={"because": aside.because[:300], "at": at}
        )


def as_open(item: AgendaItem) -> AgendaItem:
    """The item as it was before the decision that is being recorded over it."""
    row = AgendaItem.objects.select_related("meeting", "request__silo", "family").get(pk=item.pk)
    row.status = AgendaItem.Status.OPEN
    return row


def waive_quorum(
    *, person: Person, meeting: Meeting, because: str, item: AgendaItem | None = None, at: datetime | None = None
) -> QuorumWaiver:
    """Let the board go on without a quorum, over the whole meeting or over one item, and say why: it stands in the
    minutes. The first word holds. Raises NotAllowed, MeetingNotOpen, CannotDecide without a reason, for one longer than
    300 characters, or where there is a quorum."""
    check_open(person=person, meeting=meeting)
    why = in_full(because, most=300)
    if not why:
        raise CannotDecide("Say why the board goes on without a quorum.", {"because": "Say why."})
    quorum = quorum_of_item(item) if item else quorum_of(meeting)
    if quorum.enough or quorum.needed is None:
        raise CannotDecide("There is a quorum, so nothing needs to be waived.")
    with transaction.atomic():
        hold_open(person=person, meeting=meeting)
        row, _ = QuorumWaiver.objects.get_or_create(
            meeting=meeting,
            item=item,
            defaults={
                "because": why,
                "person": person,
                "present": quorum.counted,
                "needed": quorum.needed,
                "at": at or timezone.now(),
            },
        )
    return row


def check_quorum(*, meeting: Meeting, item: AgendaItem | None = None) -> Quorum:
    """Raises NoQuorum where the meeting, or the item of it, has no quorum and nobody said that the board goes on
    without one."""
    quorum = quorum_of_item(as_open(item)) if item else quorum_of(meeting)
    if not quorum.holds:
        what = "Nothing was recorded" if item else "The meeting has not started"
        raise NoQuorum(
            f"{what}. {quorum.words}. Record who is there; or say on the page of who is there that the board goes on "
            "without a quorum, and why."
        )
    return quorum
