"""Putting the queue in order, and proposing to the board what both sides want first."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from board.errors import BoardError, NotAllowed, StaleMeeting
from board.models import AgendaItem, Meeting, Proposal, ProposedRequest, RankedRequest, Ranking, RankMove
from board.packs.words import cut
from board.permissions import can_propose_order, can_rank, can_run
from board.priorities.orders import agreed
from board.selectors.meetings.items import absence
from board.selectors.priorities.goals import WAITING
from board.selectors.priorities.orders import placed_ids
from board.services.meetings.agenda import add_item
from board.services.wording import in_full
from portfolio.models import Membership, Person, ProjectRequest, Role
from portfolio.permissions import can_see
from portfolio.services.notifications import notify


class CannotOrder(BoardError):
    """The request does not wait for the board, or there is nothing to propose. The message says what to do."""


def place_request(*, person: Person, side: str, request: ProjectRequest, to: int, expected: int) -> Ranking:
    """Put a request at a place of the order: 1 is first, beyond the end means the end, 0 takes it out. `expected` is
    the version of the order that was seen. Returns the order, one version on.

    What stands there already stays, whatever was seen: the second click of a double click changes nothing. Raises
    NotAllowed, CannotOrder where the request is decided, StaleMeeting where somebody moved something meanwhile:
    nothing is moved then.
    """
    if not can_rank(person, side) or not can_see(person, request):
        raise NotAllowed("The CIO keeps one order and the customer leader the other. This one is not yours.")
    if to and request.state not in WAITING:
        raise CannotOrder(f"{request.reference} no longer waits for the board, so it has no place in the queue.")
    with transaction.atomic():
        ranking, _ = Ranking.objects.get_or_create(side=side)
        if _place(placed_ids(side), request) == to:
            return ranking
        if not Ranking.objects.filter(pk=ranking.pk, version=expected).update(version=F("version") + 1):
            raise StaleMeeting("Somebody moved something in this order at the same time. It is shown as it is now.")
        ids = placed_ids(side)
        source = _place(ids, request) or None
        rest = [pk for pk in ids if pk != request.pk]
        target = min(to, len(rest) + 1) or None
        if target:
            rest.insert(target - 1, request.pk)
        _store(ranking, rest)
        if source != target:
            RankMove.objects.create(
                ranking=ranking, request=request, source=source, target=target, by=person, at=timezone.now()
            )
    ranking.refresh_from_db()
    return ranking


def _place(ids: list[int], request: ProjectRequest) -> int:
    """Where a request stands, from 1 on; 0 where it has no place."""
    return ids.index(request.pk) + 1 if request.pk in ids else 0


def _store(ranking: Ranking, ids: list[int]) -> None:
    """Make the rows of an order these, in this order; those that no longer wait fall out."""
    stored = {row.request_id: row for row in RankedRequest.objects.filter(ranking=ranking).order_by("id")}
    RankedRequest.objects.filter(pk__in=[row.pk for pk, row in stored.items() if pk not in set(ids)]).delete()
    moved, new = [], []
    for position, pk in enumerate(ids, start=1):
        row = stored.get(pk)
        if row is None:
            new.append(RankedRequest(ranking=ranking, request_id=pk, position=position))
        elif row.position != position:
            row.position = position
            moved.append(row)
    RankedRequest.objects.bulk_create(new)
    RankedRequest.objects.bulk_update(moved, ["position"], batch_size=500)


def propose_agreed(*, person: Person, first: int, note: str = "") -> Proposal:
    """Propose to the board what stands among the first so many of both orders; the secretaries and the other side are
    told. Raises NotAllowed, CannotOrder where nothing is agreed or a proposal waits already."""
    if not can_propose_order(person):
        raise NotAllowed("The CIO and the customer leader propose what they agree on.")
    it, customers = placed_ids(Ranking.Side.IT), placed_ids(Ranking.Side.CUSTOMERS)
    both = agreed(it, customers, first)
    if not both:
        raise CannotOrder(f"Nothing stands among the first {first} of both orders yet. Look further down, or talk.")
    try:
        with transaction.atomic():
            made = Proposal(made_by=person, at=timezone.now(), first=first, note=note.strip())
            made.full_clean(validate_constraints=False)
            made.save()
            ProposedRequest.objects.bulk_create(
                ProposedRequest(
                    proposal=made,
                    request_id=pk,
                    position=position,
                    it_place=it.index(pk) + 1,
                    customer_place=customers.index(pk) + 1,
                )
                for position, pk in enumerate(both, start=1)
            )
            _tell(made, person, f"{person} proposes to the board what both orders agree on: {len(both)} requests.")
    except IntegrityError as error:
        raise CannotOrder("A proposal waits for the secretary already. It is taken up or declined first.") from error
    return made


def _tell(proposal: Proposal, person: Person, text: str) -> None:
    """Tell the secretaries, the CIO and the customer leader, but not who did it."""
    roles = [Role.SECRETARY, Role.CIO, Role.CUSTOMER_LEADER]
    ids = set(Membership.objects.filter(role__in=roles).values_list("person_id", flat=True)) - {person.pk}
    people = Person.objects.filter(pk__in=ids, is_active=True).order_by("id")
    notify(people=people, key=f"proposal:{proposal.pk}:{proposal.state}", text=text, url=proposal.get_absolute_url())


def take_proposal(*, person: Person, proposal: Proposal, meeting: Meeting) -> list[AgendaItem]:
    """Put what is proposed on a meeting's agenda, in its order, at the end; what is decided meanwhile, or may not be
    seen by who takes it, is left out and says so. Returns the items. Raises NotAllowed, CannotOrder where it was
    settled already or nothing of it can be decided, MeetingNotOpen."""
    if not can_run(person, meeting):
        raise NotAllowed("The board's secretary takes a proposal onto an agenda.")
    with transaction.atomic():
        _claim(proposal, person, Proposal.State.ACCEPTED, meeting=meeting)
        items = []
        for row in proposal.rows.select_related("request__survivor", "request__silo").order_by("position", "id"):
            row.left_out = absence(row.request) if can_see(person, row.request) else "Not to be seen."
            if not row.left_out:
                row.item = add_item(person=person, meeting=meeting, request=row.request)
                items.append(row.item)
            row.save()
        if not items:
            raise CannotOrder("Nothing of it can be decided any more. Decline the proposal and say so.")
        _tell(proposal, person, f"{person} put the proposal of both orders on the agenda of {meeting}.")
    return items


def decline_proposal(*, person: Person, proposal: Proposal, because: str) -> Proposal:
    """Do not take up a proposal, and say why: the secretary, and who made it. Raises NotAllowed, CannotOrder without a
    reason or where it was settled already."""
    if not (can_run(person, Meeting()) or person.pk == proposal.made_by_id):
        raise NotAllowed("The board's secretary declines a proposal, or who made it takes it back.")
    why = in_full(because, most=500)
    if not why:
        raise CannotOrder("Say why, so that both sides can read it.")
    with transaction.atomic():
        _claim(proposal, person, Proposal.State.DECLINED, because=why)
        _tell(proposal, person, f"The proposal of both orders is not taken up: {cut(why, 300)}")
    return proposal


def _claim(proposal: Proposal, person: Person, state: str, **fields: object) -> None:
    """Settle a proposal that still waits, once."""
    if not Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.OPEN).update(
        state=state, settled_by=person, settled_at=timezone.now(), **fields
    ):
        raise CannotOrder("Somebody settled this proposal already. Look at what became of it.")
    proposal.refresh_from_db()
    proposal.save()  # for its history


def requests_of(proposal: Proposal) -> Iterable[ProposedRequest]:
    """The rows of a proposal with their requests."""
    return proposal.rows.select_related("request__silo", "item__meeting").order_by("position", "id")
