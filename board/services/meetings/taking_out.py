"""Taking one request out of an item over several, so that the board decides over it alone."""

from django.db import transaction
from django.db.models import F

from board.errors import CannotDecide, StaleMeeting
from board.models import AgendaItem, ItemRequest
from board.packs.words import cut
from board.selectors.meetings.candidates import why_by_consent
from board.selectors.meetings.items import can_take_out, members_of
from board.services.meetings.agenda import Group, add_item, default_question, move_item
from board.services.meetings.claims import hold_open
from portfolio.models import Person, ProjectRequest


def take_out(*, person: Person, item: AgendaItem, request: ProjectRequest) -> AgendaItem:
    """Give a request of a group, or of what is agreed by consent, an item of its own right after it; the others stay
    together. Asked twice it is done once, and the item is returned that the request has. Whoever has the old item open
    is told that it changed.

    Raises NotAllowed, MeetingNotOpen, StaleMeeting when the item is decided or was taken off, CannotDecide for the last
    request of an item, for a family, and where the board could not decide over the request alone.
    """
    with transaction.atomic():
        hold_open(person=person, meeting=item.meeting)
        if not AgendaItem.objects.filter(pk=item.pk, status=AgendaItem.Status.OPEN).update(version=F("version") + 1):
            raise StaleMeeting("Somebody else decided this item or took it off. Nothing was taken out.")
        item.refresh_from_db()
        before = members_of([item]).requests[item.pk]
        if alone := _own_item(item, request):
            return alone
        if request not in before or not can_take_out(item, len(before)):
            raise CannotDecide("Only one of several requests that are no family is taken out of an item.")
        ItemRequest.objects.filter(item=item, request=request).delete()
        _say_anew(item, before, [each for each in before if each != request])
        why = f"Taken out of “{cut(item.title, 160)}”, to be decided alone."
        alone = add_item(person=person, meeting=item.meeting, request=request, review=item.review)
        alone.why = why
        alone.save()
        place = [each.pk for each in _standing(item)].index(item.pk) + 2
        move_item(person=person, item=alone, to=place)
        alone.refresh_from_db()
    return alone


def _standing(item: AgendaItem) -> list[AgendaItem]:
    rows = AgendaItem.objects.filter(meeting=item.meeting_id).exclude(status=AgendaItem.Status.DROPPED)
    return list(rows.order_by("position", "id"))


def _own_item(item: AgendaItem, request: ProjectRequest) -> AgendaItem | None:
    return next((each for each in _standing(item) if each.request_id == request.pk), None)


def _say_anew(item: AgendaItem, before: list[ProjectRequest], rest: list[ProjectRequest]) -> None:
    """The question, and why it is there, where they count or name the requests; what somebody worded stays."""
    was = Group(item.title, before, item.cluster, item.finding, item.kind)
    if item.question == default_question(group=was):
        item.question = default_question(group=Group(item.title, rest, item.cluster, item.finding, item.kind))
    if item.why == why_by_consent(len(before)):
        item.why = why_by_consent(len(rest))
    item.full_clean()
    item.save()
