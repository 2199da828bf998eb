"""Correcting the minutes of a closed meeting: what was written stays, and the correction stands beside it."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from board.errors import CannotDecide, MeetingNotOpen, NotAllowed
from board.models import AgendaItem, Attendance, Meeting, MinutesCorrection
from board.packs.words import cut
from board.permissions import can_correct, can_run
from customers.words import isolated
from portfolio.models import Person
from portfolio.services.notifications import notify


def correct_minutes(
    *,
    person: Person,
    meeting: Meeting,
    text: str,
    submission: str,
    item: AgendaItem | None = None,
    at: datetime | None = None,
) -> MinutesCorrection:
    """Add what the minutes should say, of one of the meeting's items or of the whole. Who was there is told. The same
    `submission` does it once. Raises NotAllowed, MeetingNotOpen before the meeting is closed, CannotDecide without
    words, for an item of another meeting, or where the submission added something else."""
    _check(person, meeting, text, item)
    known = MinutesCorrection.objects.filter(submission=submission).first()
    if known is not None:
        return _same(known, meeting, item, text)
    made = MinutesCorrection(
        meeting=meeting,
        item=item,
        text=text.strip(),
        person=person,
        at=at or timezone.now(),
        submission=submission,
    )
    made.full_clean(validate_unique=False)
    try:
        with transaction.atomic():
            made.save()
            _tell(made)
    except IntegrityError:  # the same form, at the same moment
        return _same(MinutesCorrection.objects.get(submission=submission), meeting, item, text)
    return made


def _same(known: MinutesCorrection, meeting: Meeting, item: AgendaItem | None, text: str) -> MinutesCorrection:
    """What the form added before, if it was the same: whoever sends it must not believe that something else was."""
    if (known.meeting_id, known.item_id, known.text) != (meeting.pk, item.pk if item else None, text.strip()):
        raise CannotDecide("Nothing was added: this form added another correction already. Open it anew.")
    return known


def _check(person: Person, meeting: Meeting, text: str, item: AgendaItem | None) -> None:
    if not can_run(person, meeting):
        raise NotAllowed("The board's secretary, the CIO or the chair corrects the minutes.")
    if not can_correct(person, meeting):
        raise MeetingNotOpen("The minutes are corrected once the meeting is closed. Until then, write in its notes.")
    if not text.strip():
        raise CannotDecide("Say what the minutes should say.", {"text": "Say what the minutes should say."})
    if item is not None and item.meeting_id != meeting.pk:
        raise CannotDecide("This item is of another meeting.", {"item": "Choose an item of this meeting."})


def _tell(made: MinutesCorrection) -> None:
    """Who was there hears that the minutes were corrected, and reads there what they may read."""
    rows = Attendance.objects.filter(meeting=made.meeting, present=True).exclude(person=made.person)
    people = [row.person for row in rows.select_related("person").order_by("id")]
    where = f"{reverse('board:meeting-minutes', args=[made.meeting_id])}#corrections"
    text = f"{made.person} corrected the minutes of {isolated(cut(made.meeting.title, 160))}, {made.meeting.day_words}."
    notify(people=people, key=f"minutes-corrected:{made.pk}", text=text, url=where)
