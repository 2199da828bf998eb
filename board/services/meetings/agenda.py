"""Building an agenda: put on, word, move, take off, advise."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from board.errors import CannotDecide, MeetingNotOpen, NotAllowed, StaleMeeting
from board.models import AgendaItem, ItemRequest, Meeting
from board.models.meetings import WHY_LENGTH
from board.packs.words import counted, cut, listed, number_word, quoted
from board.permissions import can_advise, can_propose
from board.selectors.meetings.items import absence, members_of
from board.services.meetings.claims import check_open, hold_open, lock_meeting
from customers.words import isolated
from impacts.models import Cluster, Family, Finding
from portfolio.lifecycle import COMMITTED
from portfolio.models import Person, ProjectRequest
from portfolio.permissions import can_see

REQUEST_MINUTES = 5
GROUP_MINUTES = 10


@dataclass(frozen=True, slots=True)
class Group:
    """Requests that the board is to decide over together, though they are no family: what they have in common, and the
    cluster or finding that says so. `kind` is group or consent."""

    title: str
    requests: Sequence[ProjectRequest]
    cluster: Cluster | None = None
    finding: Finding | None = None
    kind: str = AgendaItem.Kind.GROUP


def default_question(
    *,
    request: ProjectRequest | None = None,
    family: Family | None = None,
    group: Group | None = None,
    review: bool = False,
) -> str:
    """The decision asked for, in one sentence of at most 300 characters; the secretary may word it better. `review`:
    the board said yes to the request already, and looks again."""
    if family is not None:
        members = family.members.filter(left_at__isnull=True)
        silos = members.order_by().values("request__silo").distinct().count()
        who = f"{silos} departments" if silos > 1 else family.lead.silo.name
        return (
            f"Should {who} go together on {quoted(isolated(cut(family.title, 180)))}, led by {family.lead.silo.name}?"
        )
    if group is not None:
        return _group_question(group)
    if request is None:
        raise ValueError("a question is about a request, a family or a group")
    if review and request.state in COMMITTED:
        return f"Does the approval of {quoted(isolated(cut(request.title, 200)))} still hold?"
    return f"Should {request.silo.name} go ahead with {quoted(isolated(cut(request.title, 200)))}?"


def _group_question(group: Group) -> str:
    count = len(group.requests)
    if group.kind == AgendaItem.Kind.CONSENT:
        together = ", all at once" if count > 1 else ""
        return f"Does the board agree to {counted(count, 'internal request')} that no customer meets{together}?"
    if count == 1:
        return default_question(request=group.requests[0])
    if group.finding is not None and group.finding.kind == Finding.Kind.CONFLICT:
        return f"How do these {number_word(count)} requests go on: {quoted(isolated(cut(group.title, 200)))}?"
    silos = sorted({request.silo.name for request in group.requests})
    named = listed(silos, 4)
    who = named if len(silos) > 1 and len(named) <= 100 else f"these {number_word(count)} requests"
    return f"Should {who} go on as one, in order, or each alone: {quoted(isolated(cut(group.title, 140)))}?"


def add_item(
    *,
    person: Person,
    meeting: Meeting,
    request: ProjectRequest | None = None,
    family: Family | None = None,
    group: Group | None = None,
    question: str = "",
    minutes: int | None = None,
    review: bool = False,
) -> AgendaItem:
    """Put a request, a family or a group of requests at the end of the agenda. What is on it already stays where it is
    and is returned. `review`: the board looks again at what it said yes to.

    Raises NotAllowed, MeetingNotOpen once the meeting is closed, CannotDecide where the board could not decide over it,
    or where one of its requests is open on another item of this meeting.
    """
    asked = [request] if request is not None else list(group.requests) if group is not None else []
    if not can_propose(person, meeting) or not all(can_see(person, each) for each in asked):
        raise NotAllowed("Only the board's secretary, the chair and architects put things on the agenda.")
    _check_subject(request, family, group, review=review)
    return place_item(
        meeting=meeting,
        request=request,
        family=family,
        group=group,
        question=question,
        minutes=minutes,
        review=review,
    )


def place_item(
    *,
    meeting: Meeting,
    request: ProjectRequest | None = None,
    family: Family | None = None,
    group: Group | None = None,
    question: str = "",
    minutes: int | None = None,
    why: str = "",
    review: bool = False,
) -> AgendaItem:
    """Put it at the end of the agenda, whoever asks: `add_item` for people, an objection by itself. What is on it
    already stays where it is and is returned; a request that is open on an item with others counts as on it. Raises
    MeetingNotOpen once the meeting is closed, CannotDecide where some requests of a family or group are on the agenda
    otherwise. `why` says what brought it, empty for by hand; `review` looks again at what the board said yes to."""
    with transaction.atomic():
        lock_meeting(meeting=meeting)
        if Meeting.objects.get(pk=meeting.pk).is_over:
            raise MeetingNotOpen("The meeting is over. Put this on the next meeting's agenda.")
        if known := _on_agenda(meeting, request, family, group):
            return known
        item = AgendaItem(
            meeting=meeting,
            position=_next_position(meeting),
            kind=_kind(family, group),
            request=request,
            family=family,
            cluster=group.cluster if group else None,
            finding=group.finding if group else None,
            title=cut(group.title, 300) if group else "",
            question=question.strip() or default_question(request=request, family=family, group=group, review=review),
            minutes=minutes or (REQUEST_MINUTES if request else GROUP_MINUTES),
            minutes_by_hand=minutes is not None,
            why=cut(why, WHY_LENGTH),
            review=review,
        )
        item.full_clean()
        item.save()
        _list_requests(item, group.requests if group else ())
    return item


def _next_position(meeting: Meeting) -> int:
    last = AgendaItem.objects.filter(meeting=meeting).order_by("-position").first()
    return last.position + 1 if last else 1


def _list_requests(item: AgendaItem, requests: Sequence[ProjectRequest]) -> None:
    for position, each in enumerate(requests, start=1):
        ItemRequest.objects.create(item=item, request=each, position=position)


def _kind(family: Family | None, group: Group | None) -> str:
    if group is not None:
        return group.kind
    return AgendaItem.Kind.FAMILY if family is not None else AgendaItem.Kind.REQUEST


def _on_agenda(
    meeting: Meeting, request: ProjectRequest | None, family: Family | None, group: Group | None
) -> AgendaItem | None:
    """The item that holds it already, open or decided; None where nothing of it is on the agenda. Raises CannotDecide
    where only some of its requests are, on other open items: nothing is asked twice in one meeting."""
    there = AgendaItem.objects.filter(meeting=meeting).exclude(status=AgendaItem.Status.DROPPED)
    if group is None:
        known = there.filter(request=request, family=family, kind=_kind(family, group)).order_by("id").first()
        if known is not None:
            return known
    items = list(there.filter(status=AgendaItem.Status.OPEN).select_related("request__silo", "family__lead"))
    members = members_of(items).requests
    wanted = _requests_of(request, family, group)
    for item in items:
        held = {each.pk for each in members[item.pk]}
        if wanted and wanted <= held and (request is not None or wanted == held):
            return item
        if both := sorted(each.reference for each in members[item.pk] if each.pk in wanted):
            raise CannotDecide(
                f"{listed(both, 4)} {'is' if len(both) == 1 else 'are'} on this agenda already: "
                f"“{cut(item.question, 120)}” Take that item off first, or decide over it there."
            )
    return None


def _requests_of(request: ProjectRequest | None, family: Family | None, group: Group | None) -> set[int]:
    if family is not None:
        return set(family.members.filter(left_at__isnull=True).order_by("id").values_list("request_id", flat=True))
    if group is not None:
        return {each.pk for each in group.requests}
    return {request.pk} if request is not None else set()


def _check_subject(request: ProjectRequest | None, family: Family | None, group: Group | None, *, review: bool) -> None:
    if request is not None and (why_not := absence(request, review=review)):
        raise CannotDecide(f"{why_not} The board has nothing to decide over it.")
    if family is not None:
        probe = AgendaItem(pk=0, family=family, family_id=family.pk)
        if family.dissolved_at or all(absence(member, review=review) for member in members_of([probe]).requests[0]):
            raise CannotDecide(f"{family.code} has no request left that the board could decide over.")
    if group is not None:
        if not group.requests or len({each.pk for each in group.requests}) != len(group.requests):
            raise CannotDecide("Name the requests of the item, each once.")
        if all(absence(each, review=review) for each in group.requests):
            raise CannotDecide("None of these requests is left for the board to decide over.")


def reword_item(
    *,
    person: Person,
    item: AgendaItem,
    expected: int,
    question: str,
    minutes: int,
    advice: str | None = None,
    note: str | None = None,
) -> AgendaItem:
    """Change the question, its minutes, and the note of what is the board's own (None leaves it). `advice` None leaves
    the advice as it is; else it becomes this, in the name of `person`, who must be an architect. Raises NotAllowed,
    MeetingNotOpen, StaleMeeting, ValidationError."""
    check_open(person=person, meeting=item.meeting)
    if advice is not None and advice != item.advice and not can_advise(person, item.meeting):
        raise NotAllowed("The advice on an item is an architect's.")
    with transaction.atomic():
        hold_open(person=person, meeting=item.meeting)
        _claim_item(item=item, expected=expected)
        item.minutes_by_hand = item.minutes_by_hand or item.minutes != minutes
        item.question, item.minutes = question.strip(), minutes
        if note is not None and item.is_own:
            item.note = note.strip()
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
        lock_meeting(meeting=item.meeting)
        if Meeting.objects.get(pk=item.meeting_id).is_over:
            raise MeetingNotOpen("The meeting is over and its minutes are frozen. What you typed was not saved.")
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
    with transaction.atomic():
        hold_open(person=person, meeting=item.meeting)
        order = list(
            AgendaItem.objects.filter(meeting=item.meeting)
            .exclude(status=AgendaItem.Status.DROPPED)
            .order_by("position", "id")
        )
        rest = [each for each in order if each.pk != item.pk]
        moved = next((each for each in order if each.pk == item.pk), None)
        if moved is None:
            raise StaleMeeting("Somebody took this item off the agenda. Nothing was moved.")
        AgendaItem.objects.filter(pk=item.pk).update(placed_by_hand=True)
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
        hold_open(person=person, meeting=item.meeting)
        fresh = AgendaItem.objects.filter(pk=item.pk, status=AgendaItem.Status.OPEN)
        if not fresh.update(version=F("version") + 1):
            raise StaleMeeting("Somebody else decided this item or took it off. Nothing was changed.")
        item.refresh_from_db()
        item.status, item.dropped_because = AgendaItem.Status.DROPPED, reason.strip()
        item.pinned = item.gave_way = False
        item.full_clean()
        item.save()
    return item


def restore_item(*, person: Person, item: AgendaItem) -> AgendaItem:
    """Put a dropped item back at the end, as it was: the undo of `drop_item`. Where the agenda has it again already,
    that item is returned, with the advice if it has none. Raises as `add_item` does."""
    with transaction.atomic():
        hold_open(person=person, meeting=item.meeting)
        item.refresh_from_db()
        if item.status != AgendaItem.Status.DROPPED:
            return item
        if not item.is_own:
            group = _group_of(item)
            _check_subject(item.request, item.family, group, review=item.review)
            if known := _on_agenda(item.meeting, item.request, item.family, group):
                return _with_advice(known, item)
        item.status, item.dropped_because, item.gave_way = AgendaItem.Status.OPEN, "", False
        item.position, item.version = _next_position(item.meeting), item.version + 1
        item.full_clean()
        item.save()
    return item


def _with_advice(item: AgendaItem, dropped: AgendaItem) -> AgendaItem:
    if dropped.advice and not item.advice:
        item.advice, item.advised_by = dropped.advice, dropped.advised_by
        item.save()
    return item


def _group_of(item: AgendaItem) -> Group | None:
    """What a group or consent item is over; None for one over a request or a family."""
    if item.kind not in (AgendaItem.Kind.GROUP, AgendaItem.Kind.CONSENT):
        return None
    requests = members_of([item]).requests[item.pk]
    return Group(item.title, requests, item.cluster, item.finding, item.kind)
