"""What a decision asks of who records it: checked against what is on the table, before anything is written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from board.errors import CannotDecide
from board.models import Decision
from portfolio.lifecycle import LIVE, Status
from portfolio.models import Person, ProjectRequest

Kind = Decision.Kind

TARGETS: Mapping[str, Status] = {
    Kind.APPROVE: Status.APPROVED,
    Kind.APPROVE_WITH_CONDITIONS: Status.APPROVED_WITH_CONDITIONS,
    Kind.HOLD: Status.ON_HOLD,
    Kind.MERGE: Status.MERGED,
    Kind.SEQUENCE: Status.SEQUENCED,
    Kind.DEFER: Status.DEFERRED,
    Kind.REJECT: Status.REJECTED,
}


@dataclass(frozen=True, slots=True)
class NewCondition:
    """What must be true for the approval to hold, who sees to it, by when."""

    text: str
    owner: Person
    due: date


@dataclass(frozen=True, slots=True)
class NewHold:
    """Who answers which question, and when it returns by itself."""

    owner: Person
    condition: str
    expires_on: date


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the board said, as typed. `survivor` goes with a merge, `order` (requests, the first first) with a sequence
    over several requests, `after` with a sequence of one request behind another. `approve_survivor` says yes to the
    survivor of a merge as well; without it the survivor stays as it is."""

    kind: str
    reason: str
    conditions: Sequence[NewCondition] = ()
    hold: NewHold | None = None
    survivor: ProjectRequest | None = None
    approve_survivor: bool = False
    order: Sequence[ProjectRequest] = ()
    after: ProjectRequest | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """One request's step: where to, and with whom."""

    request: ProjectRequest
    target: Status
    survivor: ProjectRequest | None = None
    after: ProjectRequest | None = None
    position: int = 0


@dataclass(slots=True)
class _Problems:
    found: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, text: str) -> None:
        """The first message for a field is kept."""
        self.found.setdefault(name, text)

    def check(self) -> None:
        """Raises CannotDecide with all that was found."""
        if self.found:
            raise CannotDecide("The decision is not recorded yet. " + " ".join(self.found.values()), self.found)


def moves_for(ruling: Ruling, members: Sequence[ProjectRequest], today: date) -> list[Move]:
    """The steps that the ruling means for these requests (those of the item that can be decided over), in order.
    Raises CannotDecide with a message for each field that does not fit."""
    problems = _Problems()
    if ruling.kind not in TARGETS:
        problems.add("kind", "Choose one of the options first.")
    if not ruling.reason.strip():
        problems.add("reason", "Say why in a sentence: whoever is concerned reads it.")
    if not members:
        problems.add("kind", "Nothing on this item can be decided over any more.")
    problems.check()
    _check_conditions(ruling, today, problems)
    if ruling.kind == Kind.HOLD:
        _check_hold(ruling.hold, today, problems)
    if ruling.kind == Kind.MERGE:
        _check_merge(ruling, members, problems)
    if ruling.kind == Kind.SEQUENCE:
        _check_sequence(ruling, members, problems)
    problems.check()
    if ruling.kind == Kind.MERGE:
        return _merge(ruling, members)
    if ruling.kind == Kind.SEQUENCE:
        return _sequence(ruling, members)
    target = TARGETS[ruling.kind]
    # Holding what is on hold, or deferring what is deferred, keeps it there: the decision is recorded, nothing moves.
    return [Move(request, target, position=place) for place, request in enumerate(members, start=1)]


def _check_conditions(ruling: Ruling, today: date, problems: _Problems) -> None:
    if ruling.kind == Kind.APPROVE_WITH_CONDITIONS and not ruling.conditions:
        problems.add("conditions", "Write down at least one condition with its owner and day, or choose “approve”.")
    if ruling.conditions and ruling.kind != Kind.APPROVE_WITH_CONDITIONS:
        problems.add("kind", "There are conditions, but the choice has none. Choose “with conditions” or empty them.")
    for condition in ruling.conditions:
        if condition.due < today:
            problems.add("conditions", f"“{condition.text}” is due on a day that has passed. Choose a later one.")
        if not condition.owner.is_active:
            problems.add("conditions", f"{condition.owner} is no longer here and cannot see to a condition.")


def _check_hold(hold: NewHold | None, today: date, problems: _Problems) -> None:
    if hold is None or not hold.condition.strip():
        problems.add("hold_condition", "Write down the question that must be answered before it goes on.")
    if hold is None:
        problems.add("hold_owner", "Name the one person who answers it.")
        problems.add("hold_until", "Say on which day it returns by itself.")
    elif hold.expires_on <= today:
        problems.add("hold_until", "A hold returns on a day to come. Choose a later day.")


def _check_merge(ruling: Ruling, members: Sequence[ProjectRequest], problems: _Problems) -> None:
    survivor = ruling.survivor
    own = {request.pk for request in members}
    if survivor is None:
        problems.add("survivor", "Choose the request that stays: the others are merged into it.")
    elif len(own) > 1 and survivor.pk not in own:
        problems.add("survivor", "The one that stays must be one of the requests on the table.")
    elif own == {survivor.pk}:
        problems.add("survivor", "A request cannot be merged into itself. Choose another one.")
    elif survivor.state not in LIVE:
        problems.add("survivor", f"{survivor.reference} is no longer live, so nothing can be merged into it.")
    elif ruling.approve_survivor and survivor.pk not in own:
        problems.add("survivor", f"{survivor.reference} is not on the table, so it cannot be approved here.")


def _check_sequence(ruling: Ruling, members: Sequence[ProjectRequest], problems: _Problems) -> None:
    if len(members) == 1:
        first = ruling.after
        if first is None or first.pk == members[0].pk:
            problems.add("after", "Choose the request that goes before this one.")
        elif first.state not in LIVE:
            problems.add("after", f"{first.reference} is no longer live, so nothing can wait for it.")
        elif _waits_for(first, members[0].pk):
            problems.add("after", f"{first.reference} itself waits for this one: they would wait for each other.")
        return
    if sorted(request.pk for request in ruling.order) != sorted(request.pk for request in members):
        problems.add("order", "Give each request its own place in the order: 1 for the first, then 2, 3 and so on.")


def _waits_for(request: ProjectRequest, pk: int) -> bool:
    """Whether `request` waits, directly or through others, for the request with this id."""
    seen: set[int] = set()
    here: ProjectRequest | None = request
    while here is not None and here.pk not in seen:
        seen.add(here.pk)
        if here.after_id == pk and here.state is Status.SEQUENCED:
            return True
        here = here.after if here.state is Status.SEQUENCED else None
    return False


def _merge(ruling: Ruling, members: Sequence[ProjectRequest]) -> list[Move]:
    survivor = ruling.survivor
    others = [request for request in members if survivor is None or request.pk != survivor.pk]
    moves = [
        Move(request, Status.MERGED, survivor=survivor, position=place) for place, request in enumerate(others, start=2)
    ]
    if ruling.approve_survivor:
        moves.insert(0, Move(_same(survivor, members), Status.APPROVED, position=1))
    return moves


def _same(request: ProjectRequest | None, members: Iterable[ProjectRequest]) -> ProjectRequest:
    """The member that is this request: one object a request, so that its version is counted once."""
    return next(member for member in members if request is not None and member.pk == request.pk)


def _sequence(ruling: Ruling, members: Sequence[ProjectRequest]) -> list[Move]:
    if len(members) == 1:
        return [Move(members[0], Status.SEQUENCED, after=ruling.after, position=2)]
    order = [_same(request, members) for request in ruling.order]
    moves = [Move(order[0], Status.APPROVED, position=1)]
    for place, (before, request) in enumerate(pairwise(order), start=2):
        moves.append(Move(request, Status.SEQUENCED, after=before, position=place))
    return moves
