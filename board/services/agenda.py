"""Building an agenda: put on, word, move, take off, advise."""

from django.db import transaction
from django.db.models import F

from board.errors import CannotDecide, MeetingNotOpen, NotAllowed, StaleMeeting
from board.models import AgendaItem, Meeting
from board.packs.words import cut
from board.permissions import can_advise, can_propose
from board.selectors.items import absence, members_of
from board.services.claims import check_open, lock_meeting
from impacts.models import Family
from portfolio.models import Person, ProjectRequest
from portfolio.permissions import can_see

REQUEST_MINUTES = 5
FAMILY_MINUTES = 10


def default_question(*, request: ProjectRequest | None = None, family: Family | None = None) -> str:
    """The decision asked for, in one sentence of at most 300 characters; the secretary may word it better."""
    if family is not None:
        members = family.members.filter(left_at__isnull=True)
        silos = members.order_by().values("request__silo").distinct().count()
        who = f"{silos} departments" if silos > 1 else family.lead.silo.name
        return f"Should {who} go together on “{cut(family.title, 180)}”, led by {family.lead.silo.name}?"
    if request is None:
        raise ValueError("a question is about a request or a family")
    return f"Should {request.silo.name} go ahead with “{cut(request.title, 200)}”?"


def add_item(
    *,
    person: Person,
    meeting: Meeting,
    request: ProjectRequest | None = None,
    family: Family | None = None,
    question: str = "",
    minutes: int | None = None,
) -> AgendaItem:
    """Put a request or a family at the end of the agenda. What is on it already stays where it is and is returned.

    Raises NotAllowed, MeetingNotOpen once the meeting is closed, CannotDecide where the board could not decide over it.
    """
    if not can_propose(person, meeting) or (request is not None and not can_see(person, request)):
        raise NotAllowed("Only the board's secretary, the chair and architects put things on the agenda.")
    _check_subject(request, family)
    return place_item(meeting=meeting, request=request, family=family, question=question, minutes=minutes)


def place_item(
    *,
    meeting: Meeting,
    request: ProjectRequest | None = None,
    family: Family | None = None,
    question: str = "",
    minutes: int | None = None,
) -> AgendaItem:
    """Put it at the end of the agenda, whoever asks: `add_item` for people, an objection by itself. What is on it
    already stays where it is and is returned. Raises MeetingNotOpen once the meeting is closed."""
    with transaction.atomic():
        lock_meeting(meeting=meeting)
        if Meeting.objects.filter(pk=meeting.pk, status=Meeting.Status.CLOSED).exists():
            raise MeetingNotOpen("The meeting is closed. Put this on the next meeting's agenda.")
        there = AgendaItem.objects.filter(meeting=meeting, request=request, family=family)
        known = there.exclude(status=AgendaItem.Status.DROPPED).order_by("id").first()
        if known is not None:
            return known
        last = AgendaItem.objects.filter(meeting=meeting).order_by("-position").first()
        item = AgendaItem(
            meeting=meeting,
            position=last.position + 1 if last else 1,
            request=request,
            family=family,
            question=question.strip() or default_question(request=request, family=family),
            minutes=minutes or (FAMILY_MINUTES if family else REQUEST_MINUTES),
        )
        item.full_clean()
        item.save()
    return item


def _check_subject(request: ProjectRequest | None, family: Family | None) -> None:
    if request is not None and absence(request):
        raise CannotDecide(f"{absence(request)} The board has nothing to decide over it.")
    if family is not None:
        probe = AgendaItem(pk=0, family=family, family_id=family.pk)
        if family.dissolved_at or all(absence(member) for member in members_of([probe]).requests[0]):
            raise CannotDecide(f"{family.code} has no request left that the board could decide over.")


def reword_item(
    *, person: Person, item: AgendaItem, expected: int, question: str, minutes: int, advice: str | None = None
) -> AgendaItem:
    """Change the question and its minutes. `advice` None leaves the advice as it is; else it becomes this, in the name
    of `person`, who must be an architect. Raises NotAllowed, MeetingNotOpen, StaleMeeting, ValidationError."""
    check_open(person=person, meeting=item.meeting)
    if advice is not None and advice != item.advice and not can_advise(person, item.meeting):
        raise NotAllowed("The advice on an item is an architect's.")
    with transaction.atomic():
        _claim_item(item=item, expected=expected)
        item.question, item.minutes = question.strip(), minutes
        if advice is not None and advice != item.advice:
            item.advice, item.advised_by = advice.strip(), person if advice.strip() else None
        item.full_clean()
        item.save()
    return item


def advise(*, person: Person, item: AgendaItem, expected: int, advice: str) -> AgendaItem:
    """Write the architect's advice on an item, or take it away with an empty text. Raises NotAllowed, StaleMeeting,
    MeetingNotOpen once the item is decided or dropped."""
    if not can_advise(person, item.meeting):
        raise NotAllowed("The advice on an item is an architect's, and is written before the meeting is closed.")
    with transaction.atomic():
        _claim_item(item=item, expected=expected)
        item.advice = advice.strip()
        item.advised_by = person if item.advice else None
        item.full_clean()
        item.save()
    return item


def _claim_item(*, item: AgendaItem, expected: int) -> None:
    """Take the item's next version. Raises StaleMeeting when somebody changed it after version `expected`."""
    fresh = AgendaItem.objects.filter(pk=item.pk, version=expected, status=AgendaItem.Status.OPEN)
    if not fresh.update(version=F("version") + 1):
        raise StaleMeeting(
            "Somebody else changed or decided this item while you had it open. What you typed is kept: look at what is "
            "new, then save again."
        )
    item.version = expected + 1


def move_item(*, person: Person, item: AgendaItem, to: int) -> list[AgendaItem]:
    """Put the item at place `to` (1 is first; beyond the ends means the end). Returns the agenda in its new order.
    Raises NotAllowed, MeetingNotOpen."""
    check_open(person=person, meeting=item.meeting)
    with transaction.atomic():
        lock_meeting(meeting=item.meeting)
        order = list(
            AgendaItem.objects.filter(meeting=item.meeting)
            .exclude(status=AgendaItem.Status.DROPPED)
            .order_by("position", "id")
        )
        rest = [each for each in order if each.pk != item.pk]
        moved = next((each for each in order if each.pk == item.pk), None)
        if moved is None:
            raise StaleMeeting("Somebody took this item off the agenda. Nothing was moved.")
        place = min(max(to, 1), len(order)) - 1
        rest.insert(place, moved)
        for position, each in enumerate(rest, start=1):
            if each.position != position:
                each.position = position
                AgendaItem.objects.filter(pk=each.pk).update(position=position)
    return rest


def drop_item(*, person: Person, item: AgendaItem, reason: str) -> AgendaItem:
    """Take an open item off the agenda, and say why. Raises NotAllowed, MeetingNotOpen, CannotDecide without a reason,
    StaleMeeting when it is decided or dropped already."""
    check_open(person=person, meeting=item.meeting)
    if not reason.strip():
        raise CannotDecide("Say why it is taken off, so that who asked for it can read it.", {"reason": "Say why."})
    with transaction.atomic():
        fresh = AgendaItem.objects.filter(pk=item.pk, status=AgendaItem.Status.OPEN)
        if not fresh.update(version=F("version") + 1):
            raise StaleMeeting("Somebody else decided this item or took it off. Nothing was changed.")
        item.refresh_from_db()
        item.status, item.dropped_because = AgendaItem.Status.DROPPED, reason.strip()
        item.full_clean()
        item.save()
    return item


def restore_item(*, person: Person, item: AgendaItem) -> AgendaItem:
    """Put a dropped item back at the end, with its advice: the undo of `drop_item`. Raises as `add_item` does."""
    check_open(person=person, meeting=item.meeting)
    with transaction.atomic():
        back = add_item(
            person=person,
            meeting=item.meeting,
            request=item.request,
            family=item.family,
            question=item.question,
            minutes=item.minutes,
        )
        if item.advice and not back.advice:
            back.advice, back.advised_by = item.advice, item.advised_by
            back.save()
    return back
