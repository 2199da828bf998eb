"""Taking over a proposed agenda, as far as the secretary wants it; pinning an item."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F, Max, Q

from board.agenda.minutes import LEAST
from board.errors import CannotDecide, StaleMeeting
from board.models import AgendaItem, ItemRequest, Meeting
from board.selectors.meetings.candidates import Candidate
from board.selectors.meetings.meetings import OVER
from board.selectors.meetings.proposals import Proposal, ProposedLine, propose
from board.services.meetings.agenda import Group, place_item
from board.services.meetings.claims import hold_open
from portfolio.models import Person

GAVE_WAY = "It made room for what weighs more."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the secretary takes of a proposal: keys of new lines with the minutes they should have, ids of items that
    give way, and ids of items that are to get these minutes. Minutes None are as proposed."""

    take: Mapping[str, int | None] = field(default_factory=dict)
    off: Collection[int] = ()
    minutes: Mapping[int, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Built:
    """What became of it: how many came and went, and how many were no longer there to take."""

    added: int
    taken_off: int
    gone: int


def build_agenda(*, person: Person, meeting: Meeting, wanted: Wanted | None = None, least: int = LEAST) -> Built:
    """Make the proposed agenda the meeting's agenda: all of it, or what `wanted` says. Twice does it once.

    Nothing that people did by hand is undone: see `selectors.meetings.proposals`. A new item over what an earlier
    meeting did not come to keeps the words and the advice that it had there. Raises NotAllowed, MeetingNotOpen,
    ValidationError.
    """
    with transaction.atomic():
        hold_open(person=person, meeting=meeting)
        proposal = propose(meeting, least=least)
        chosen = wanted or _everything(proposal)
        known = {line.key: line for line in proposal.new}
        taken = [known[key] for key in chosen.take if key in known]
        waiting = [line for line in proposal.waiting if line.candidate is not None and line.key in chosen.take]
        off = _give_way(proposal, chosen.off)
        made = {line.key: _add(meeting, line.candidate, chosen.take[line.key], line.minutes) for line in taken}
        made |= {line.key: _add(meeting, line.candidate, chosen.take[line.key], least) for line in waiting}
        _refit(proposal, chosen.minutes)
        _put_in_order(meeting, proposal, made)
    return Built(added=len(made), taken_off=off, gone=len(chosen.take) - len(made))


def _everything(proposal: Proposal) -> Wanted:
    return Wanted(
        take={line.key: None for line in proposal.new},
        off=[line.item.pk for line in proposal.giving_way if line.item],
        minutes={line.item.pk: None for line in proposal.lines if line.item and line.changed},
    )


def _give_way(proposal: Proposal, ids: Collection[int]) -> int:
    """Take these items off, unless somebody has touched them since they were proposed to go."""
    done = 0
    for line in proposal.giving_way:
        if line.item is None or line.item.pk not in ids:
            continue
        fresh = AgendaItem.objects.filter(pk=line.item.pk, version=line.item.version, status=AgendaItem.Status.OPEN)
        if fresh.update(version=F("version") + 1):
            item = AgendaItem.objects.get(pk=line.item.pk)
            item.status, item.gave_way, item.dropped_because = AgendaItem.Status.DROPPED, True, GAVE_WAY
            item.save()
            done += 1
    return done


def _add(meeting: Meeting, candidate: Candidate | None, minutes: int | None, proposed: int) -> AgendaItem:
    if candidate is None:
        raise CannotDecide("This is no longer proposed.")
    earlier = _earlier(candidate)
    group = None
    if candidate.kind in (AgendaItem.Kind.GROUP, AgendaItem.Kind.CONSENT):
        group = Group(candidate.title, candidate.requests, candidate.cluster, candidate.finding, candidate.kind)
    item = place_item(
        meeting=meeting,
        request=candidate.request,
        family=candidate.family,
        group=group,
        question=earlier.question if earlier and earlier.kind != AgendaItem.Kind.CONSENT else "",
        minutes=minutes if minutes is not None and minutes != proposed else None,
        why=candidate.why,
        review=candidate.review,
    )
    if not item.minutes_by_hand:
        item.minutes = proposed
    if earlier is not None and earlier.advice and not item.advice:
        item.advice, item.advised_by = earlier.advice, earlier.advised_by
    item.full_clean()
    item.save()
    return item


def _earlier(candidate: Candidate) -> AgendaItem | None:
    """The item over the same that an earlier meeting did not come to; None where there is none."""
    same = (
        Q(kind=candidate.kind)
        & {
            AgendaItem.Kind.REQUEST: Q(request=candidate.request),
            AgendaItem.Kind.FAMILY: Q(family=candidate.family),
            AgendaItem.Kind.GROUP: Q(cluster=candidate.cluster, finding=candidate.finding),
            AgendaItem.Kind.CONSENT: Q(pk__in=[]),
        }[AgendaItem.Kind(candidate.kind)]
    )
    over = Q(meeting__status__in=OVER)
    left = Q(status=AgendaItem.Status.OPEN) | Q(status=AgendaItem.Status.DROPPED, gave_way=True)
    rows = AgendaItem.objects.filter(same & over & left).select_related("advised_by")
    return rows.order_by("-meeting__starts_at", "-id").first()


def _refit(proposal: Proposal, minutes: Mapping[int, int | None]) -> None:
    """Give items that are there their minutes, and those over a cluster or by consent the requests that joined."""
    for line in proposal.lines:
        item = line.item
        if item is None or item.pk not in minutes or item.status != AgendaItem.Status.OPEN:
            continue
        typed = minutes[item.pk]
        if typed is not None and typed != line.minutes:
            item.minutes, item.minutes_by_hand = typed, True
        else:
            item.minutes = line.minutes
        item.full_clean()
        item.save()
        _join(line, item)


def _join(line: ProposedLine, item: AgendaItem) -> None:
    last = ItemRequest.objects.filter(item=item).aggregate(last=Max("position"))["last"] or 0
    for place, request in enumerate(line.joins, start=last + 1):
        ItemRequest.objects.get_or_create(item=item, request=request, defaults={"position": place})


def _put_in_order(meeting: Meeting, proposal: Proposal, made: Mapping[str, AgendaItem]) -> None:
    """The proposal's order for what is on it, then what else is on the agenda as it stood."""
    found = [line.item or made.get(line.key) for line in proposal.lines]
    wanted = [item.pk for item in found if item is not None]
    there = list(
        AgendaItem.objects.filter(meeting=meeting)
        .exclude(status=AgendaItem.Status.DROPPED)
        .order_by("position", "id")
        .values_list("pk", flat=True)
    )
    order = [pk for pk in wanted if pk in set(there)]
    order += [pk for pk in there if pk not in set(order)]
    for position, pk in enumerate(order, start=1):
        AgendaItem.objects.filter(pk=pk).exclude(position=position).update(position=position)


def pin_item(*, person: Person, item: AgendaItem, pinned: bool) -> AgendaItem:
    """Pin an open item, so that it stays on the agenda with its minutes whatever is proposed, or unpin it. Raises
    NotAllowed, MeetingNotOpen, StaleMeeting when it is decided or was taken off."""
    with transaction.atomic():
        hold_open(person=person, meeting=item.meeting)
        if not AgendaItem.objects.filter(pk=item.pk, status=AgendaItem.Status.OPEN).update(version=F("version")):
            raise StaleMeeting("Somebody else decided this item or took it off. Nothing was changed.")
        item.refresh_from_db()
        if item.pinned != pinned:
            item.pinned = pinned
            item.save()
    return item
