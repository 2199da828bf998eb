"""What is the board's own on an agenda, over no request: put on, dealt with in words, taken up again, carried over."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from board.errors import CannotDecide, StaleMeeting
from board.models import AgendaItem, Meeting
from board.packs.words import cut
from board.selectors.meetings.meetings import next_meeting
from board.services.decisions.decisions import check_session, keep_open
from board.services.meetings.claims import hold_open
from portfolio.models import Person

OWN_MINUTES = 10


def add_own_item(
    *, person: Person, meeting: Meeting, title: str, note: str = "", minutes: int = OWN_MINUTES
) -> AgendaItem:
    """Put something of the board's own at the end of the agenda, such as next year's budget: its title, what it is
    about, and its minutes. The same title that is on the agenda and open stays where it is and is returned.

    Raises NotAllowed, MeetingNotOpen, CannotDecide without a title, ValidationError for what is too long."""
    if not title.strip():
        raise CannotDecide("Give it a title.", {"question": "Give it a title."})
    with transaction.atomic():
        hold_open(person=person, meeting=meeting)
        return _place(meeting, title=title.strip(), note=note.strip(), minutes=minutes, why="")


def _place(meeting: Meeting, *, title: str, note: str, minutes: int, why: str) -> AgendaItem:
    """At the end of the agenda, unless it is there. Call it in a transaction that holds the meeting."""
    there = AgendaItem.objects.filter(meeting=meeting).exclude(status=AgendaItem.Status.DROPPED)
    same = there.filter(kind=AgendaItem.Kind.OWN, question=title, status=AgendaItem.Status.OPEN)
    if known := same.order_by("id").first():
        return known
    last = there.order_by("-position").values_list("position", flat=True).first()
    item = AgendaItem(
        meeting=meeting,
        kind=AgendaItem.Kind.OWN,
        position=(last or 0) + 1,
        question=title,
        note=note,
        minutes=minutes,
        minutes_by_hand=True,
        why=why,
    )
    item.full_clean()
    item.save()
    return item


def close_own_item(
    *, person: Person, item: AgendaItem, expected: int, outcome: str, at: datetime | None = None
) -> AgendaItem:
    """Write down what was said and resolved, and leave the item as dealt with: there is nothing to approve, so no
    quorum is asked for. The same words sent twice close it once.

    Raises NotAllowed, MeetingNotOpen while the meeting is not in session, CannotDecide without words, StaleMeeting when
    somebody else was quicker."""
    check_session(person=person, meeting=item.meeting)
    words = outcome.strip()
    if not item.is_own:
        raise CannotDecide("Only what is the board's own is closed in words. Record a decision over its requests.")
    if not words:
        why = "Write down what was said or resolved; “Noted.” is enough."
        raise CannotDecide(why, {"outcome": why})
    with transaction.atomic():
        keep_open(item.meeting)
        fresh = AgendaItem.objects.filter(pk=item.pk, version=expected, status=AgendaItem.Status.OPEN)
        claimed = fresh.update(version=F("version") + 1)
        item.refresh_from_db()
        if not claimed:
            return _known(item, person, words)
        item.status, item.outcome = AgendaItem.Status.DECIDED, words
        item.closed_at, item.closed_by = at or timezone.now(), person
        item.full_clean()
        item.save()
    return item


def _known(item: AgendaItem, person: Person, words: str) -> AgendaItem:
    """The item as the same form closed it before; StaleMeeting where that was somebody else, or other words."""
    done = item.status == AgendaItem.Status.DECIDED
    if done and item.closed_by_id == person.pk and item.outcome == words:
        return item
    if done:
        raise StaleMeeting(
            f"{item.closed_by} wrote down meanwhile: “{cut(item.outcome, 300)}” Nothing was written over it. What you "
            "typed is kept: take the item up again to add it."
        )
    raise StaleMeeting(
        "Somebody else changed this item while you had it open. What you typed is kept: look at what is new, then "
        "record it again."
    )


def reopen_own_item(*, person: Person, item: AgendaItem) -> AgendaItem:
    """Take it up again while the meeting is in session: its words stay, to be gone on with. Raises NotAllowed,
    MeetingNotOpen, StaleMeeting where it is open already."""
    check_session(person=person, meeting=item.meeting)
    with transaction.atomic():
        keep_open(item.meeting)
        done = AgendaItem.objects.filter(pk=item.pk, kind=AgendaItem.Kind.OWN, status=AgendaItem.Status.DECIDED)
        if not done.update(version=F("version") + 1):
            raise StaleMeeting("Somebody else took this item up again. Nothing was changed.")
        item.refresh_from_db()
        item.status, item.closed_at, item.closed_by = AgendaItem.Status.OPEN, None, None
        item.save()
    return item


def carry_own_items(*, meeting: Meeting, left: list[AgendaItem]) -> int:
    """Put what a meeting that is over did not come to on the next one, with its words and its minutes. Returns how many
    were carried over; none where no meeting is planned."""
    following = next_meeting(planned=True)
    if following is None:
        return 0
    why = f"Left open on {meeting.day_words}."
    for item in left:
        _place(following, title=item.question, note=item.note, minutes=item.minutes, why=why)
    return len(left)


def own_items_open(meeting: Meeting) -> list[AgendaItem]:
    """What is the board's own on this agenda and not dealt with, in its order. One query."""
    rows = AgendaItem.objects.filter(meeting=meeting, kind=AgendaItem.Kind.OWN, status=AgendaItem.Status.OPEN)
    return list(rows.order_by("position", "id"))
