"""What a decision asks of who records it: checked against what is on the table, before anything is written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from board.errors import CannotDecide
from board.models import Decision, Vote
from board.selectors.meetings.waits import chain_between, live_survivor, waits
from portfolio.lifecycle import LABELS, LIVE, Status
from portfolio.models import Person, ProjectRequest

Kind = Decision.Kind

TARGETS: Mapping[str, Status] = {
    Kind.APPROVE: Status.APPROVED,
    Kind.APPROVE_WITH_CONDITIONS: Status.APPROVED_WITH_CONDITIONS,
    Kind.JOIN: Status.APPROVED,
    Kind.HOLD: Status.ON_HOLD,
    Kind.MERGE: Status.MERGED,
    Kind.SEQUENCE: Status.SEQUENCED,
    Kind.RETURN: Status.RETURNED,
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
class NewQuestion:
    """What the board wants to know, who supplies it, by when."""

    text: str
    owner: Person
    due: date


@dataclass(frozen=True, slots=True)
class NewFamily:
    """Under whose lead the requests go together, and who owns that. `partner` is the request that a single one goes
    together with. With `approve` the requests on the table are approved; without it they stay as they are."""

    lead: ProjectRequest
    owner: Person
    partner: ProjectRequest | None = None
    approve: bool = True


@dataclass(frozen=True, slots=True)
class NewVote:
    """How somebody present voted; `words` are their dissent, or why."""

    person: Person
    choice: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the board said, as typed. `survivor` goes with a merge, `order` (requests, the first first) with a sequence
    over several requests, `after` with a sequence of one request behind others. `places` are the places of `order`
    where some go at the same time (1, 1, 2); without them each goes after the one before it. `approve_survivor` says
    yes to the survivor of a merge as well; without it the survivor stays as it is. `until` is the day on which what is
    deferred comes back by itself; None for when somebody brings it back. `questions` go with a return for information,
    `family` with joining. `override` is why who is
    in the chair decides against the vote."""

    kind: str
    reason: str
    conditions: Sequence[NewCondition] = ()
    hold: NewHold | None = None
    survivor: ProjectRequest | None = None
    approve_survivor: bool = False
    order: Sequence[ProjectRequest] = ()
    places: Sequence[int] = ()
    after: Sequence[ProjectRequest] = ()
    until: date | None = None
    questions: Sequence[NewQuestion] = ()
    family: NewFamily | None = None
    votes: Sequence[NewVote] = ()
    override: str = ""

    @property
    def takes_conditions(self) -> bool:
        """Whether it says yes to something, so that conditions can go with it."""
        return (
            self.kind in (Kind.APPROVE_WITH_CONDITIONS, Kind.SEQUENCE)
            or (self.kind == Kind.JOIN and self.family is not None and self.family.approve)
            or (self.kind == Kind.MERGE and self.approve_survivor)
        )

    @property
    def yes(self) -> Status:
        """The state to which it brings what it says yes to."""
        return Status.APPROVED_WITH_CONDITIONS if self.conditions else Status.APPROVED


@dataclass(frozen=True, slots=True)
class Move:
    """One request's step: where to, and with whom; `after` ends with the one that goes live last."""

    request: ProjectRequest
    target: Status
    survivor: ProjectRequest | None = None
    after: Sequence[ProjectRequest] = ()
    position: int = 0


@dataclass(slots=True)
class Problems:
    """What does not fit, by form field."""

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
    problems = Problems()
    if ruling.kind not in TARGETS:
        problems.add("kind", "Choose one of the options first.")
    if not ruling.reason.strip():
        problems.add("reason", "Say why in a sentence: whoever is concerned reads it.")
    if not members:
        problems.add("kind", "Nothing on this item can be decided over any more.")
    problems.check()
    _check_conditions(ruling, today, problems)
    _check_votes(ruling, problems)
    if ruling.kind == Kind.HOLD:
        _check_hold(ruling.hold, today, problems)
    if ruling.kind == Kind.RETURN:
        _check_questions(ruling.questions, today, problems)
    if ruling.kind == Kind.DEFER and ruling.until is not None and ruling.until <= today:
        problems.add("until", "What is deferred comes back on a day to come. Choose a later day.")
    if ruling.kind == Kind.JOIN:
        _check_family(ruling.family, members, problems)
    if ruling.kind == Kind.MERGE:
        _check_merge(ruling, members, problems)
    if ruling.kind == Kind.SEQUENCE:
        _check_sequence(ruling, members, problems)
    problems.check()
    return _moves(ruling, members)


def _moves(ruling: Ruling, members: Sequence[ProjectRequest]) -> list[Move]:
    if ruling.kind == Kind.MERGE:
        return _merge(ruling, members)
    if ruling.kind == Kind.SEQUENCE:
        return _sequence(ruling, members)
    if ruling.kind == Kind.JOIN and ruling.family is not None:
        approve = ruling.family.approve
        return [
            Move(request, ruling.yes if approve else request.state, position=place)
            for place, request in enumerate(members, start=1)
        ]
    target = TARGETS[ruling.kind]
    # Holding what is on hold, or deferring what is deferred, keeps it there: the decision is recorded, nothing moves.
    return [Move(request, target, position=place) for place, request in enumerate(members, start=1)]


def _check_conditions(ruling: Ruling, today: date, problems: Problems) -> None:
    if ruling.kind == Kind.APPROVE_WITH_CONDITIONS and not ruling.conditions:
        problems.add("conditions", "Write down at least one condition with its owner and day, or choose “approve”.")
    if ruling.conditions and not ruling.takes_conditions:
        problems.add("kind", "There are conditions, but the choice has none. Choose “with conditions” or empty them.")
    for condition in ruling.conditions:
        if condition.due < today:
            problems.add("conditions", f"“{condition.text}” is due on a day that has passed. Choose a later one.")
        if not condition.owner.is_active:
            problems.add("conditions", f"{condition.owner} is no longer here and cannot see to a condition.")


def _check_votes(ruling: Ruling, problems: Problems) -> None:
    voters = [vote.person.pk for vote in ruling.votes]
    if len(set(voters)) != len(voters):
        problems.add("votes", "Somebody voted twice. Keep one vote for each person.")
    for vote in ruling.votes:
        if vote.choice not in Vote.Choice.values:
            problems.add("votes", f"Say how {vote.person} voted: for, against, or abstaining.")


def _check_hold(hold: NewHold | None, today: date, problems: Problems) -> None:
    if hold is None or not hold.condition.strip():
        problems.add("hold_condition", "Write down the question that must be answered before it goes on.")
    if hold is None:
        problems.add("hold_owner", "Name the one person who answers it.")
        problems.add("hold_until", "Say on which day it returns by itself.")
    elif hold.expires_on <= today:
        problems.add("hold_until", "A hold returns on a day to come. Choose a later day.")


def _check_questions(questions: Sequence[NewQuestion], today: date, problems: Problems) -> None:
    if not questions:
        problems.add("questions", "Write down what the board wants to know, who supplies it, and by when.")
    for question in questions:
        if question.due < today:
            problems.add("questions", f"“{question.text}” is due on a day that has passed. Choose a later one.")
        if not question.owner.is_active:
            problems.add("questions", f"{question.owner} is no longer here and cannot answer.")


def _check_family(family: NewFamily | None, members: Sequence[ProjectRequest], problems: Problems) -> None:
    if family is None:
        problems.add("lead", "Choose the request that leads.")
        problems.add("family_owner", "Name the one person who owns the family.")
        return
    own = {request.pk for request in members}
    partner = family.partner
    if len(own) == 1:
        if partner is None or partner.pk in own:
            problems.add("partner", "Choose the request that this one goes together with.")
        elif partner.state not in LIVE:
            problems.add("partner", _not_live(partner, "so nothing can go together with it"))
    elif partner is not None:
        problems.add("partner", "The requests that go together are those on the table.")
    if family.lead.pk not in own | ({partner.pk} if partner else set()):
        problems.add("lead", "The lead must be one of the requests that go together.")
    if reason := family.owner.accountability_problem:
        problems.add("family_owner", f"{reason}, and cannot own a family. Name one person who is here.")


def _not_live(request: ProjectRequest, so: str) -> str:
    """Why nothing can be tied to a request that is no longer live, and what to choose instead."""
    heir = live_survivor(request) if request.state is Status.MERGED else None
    if heir is not None:
        return f"{request.reference} was itself merged into {heir.reference}. Choose {heir.reference} instead."
    return f"{request.reference} is {LABELS[request.state].lower()}, {so}. Choose another one."


def _check_merge(ruling: Ruling, members: Sequence[ProjectRequest], problems: Problems) -> None:
    survivor = ruling.survivor
    own = {request.pk for request in members}
    if survivor is None:
        problems.add("survivor", "Choose the request that stays: the others are merged into it.")
    elif len(own) > 1 and survivor.pk not in own:
        problems.add("survivor", "The one that stays must be one of the requests on the table.")
    elif own == {survivor.pk}:
        problems.add("survivor", "A request cannot be merged into itself. Choose another one.")
    elif survivor.state not in LIVE:
        problems.add("survivor", _not_live(survivor, "so nothing can be merged into it"))
    elif ruling.approve_survivor and survivor.pk not in own:
        problems.add("survivor", f"{survivor.reference} is not on the table, so it cannot be approved here.")
    elif ahead := [request for request in members if request.pk in _goes_after(survivor)]:
        problems.add(
            "survivor",
            f"{survivor.reference} waits for {_named([ahead[0].pk], members)}: merged into it, it would wait for "
            "itself. Take the order back first.",
        )


def _goes_after(request: ProjectRequest) -> set[int]:
    """The ids of what the board put it behind, while that holds."""
    if request.state is not Status.SEQUENCED:
        return set()
    return {
        *request.also_after.order_by().values_list("pk", flat=True),
        *([request.after_id] if request.after_id else []),
    }


def _named(chain: Sequence[int], known: Iterable[ProjectRequest] = ()) -> str:
    names = {request.pk: request.reference for request in known}
    missing = [pk for pk in chain if pk not in names]
    if missing:
        names |= dict(ProjectRequest.objects.filter(pk__in=missing).values_list("pk", "reference"))
    return " → ".join(names[pk] for pk in chain)


def _check_sequence(ruling: Ruling, members: Sequence[ProjectRequest], problems: Problems) -> None:
    if len(members) == 1:
        _check_after(ruling.after, members[0], problems)
        return
    places = places_of(ruling)
    if sorted(request.pk for request in ruling.order) != sorted(request.pk for request in members) or not places:
        problems.add("order", "Give each request a place in the order: 1 for the first, then 2, 3 and so on.")
    elif len(set(places.values())) == 1:
        problems.add("order", "They all have the same place, so none goes before another. “As filed” says that.")
    else:
        _check_circles(places, members, problems)


def _check_after(ahead: Sequence[ProjectRequest], member: ProjectRequest, problems: Problems) -> None:
    if not ahead or member.pk in {first.pk for first in ahead}:
        problems.add("after", "Choose what goes before this one: one request, or several.")
        return
    waiting = waits(first.pk for first in ahead)
    for first in ahead:
        if first.state not in LIVE:
            problems.add("after", _not_live(first, "so nothing can wait for it"))
        elif chain := chain_between(waiting, first.pk, member.pk):
            problems.add(
                "after",
                f"{first.reference} itself waits for {member.reference} ({_named(chain, [first, member])}): they would "
                "wait for each other. Choose another one, or put them in the other order.",
            )


def places_of(ruling: Ruling) -> dict[int, int]:
    """The place of each request in the order, 1 for the first, without gaps; those that go at the same time share one.
    Nothing where the places do not fit the order."""
    given = list(ruling.places) or list(range(1, len(ruling.order) + 1))
    if len(given) != len(ruling.order):
        return {}
    ranks = {place: rank for rank, place in enumerate(sorted(set(given)), start=1)}
    return {request.pk: ranks[place] for request, place in zip(ruling.order, given, strict=True)}


def _check_circles(places: Mapping[int, int], members: Sequence[ProjectRequest], problems: Problems) -> None:
    """What goes earlier must not itself wait for something that goes later."""
    waiting = waits(places)
    names = {request.pk: request.reference for request in members}
    for early in sorted(places, key=lambda pk: (places[pk], pk)):
        for late in sorted(places, key=lambda pk: (places[pk], pk)):
            if places[early] >= places[late]:
                continue
            if chain := chain_between(waiting, early, late):
                problems.add(
                    "order",
                    f"{names[early]} waits for {names[late]} already ({_named(chain, members)}): in this order they "
                    f"would wait for each other. Give {names[late]} the earlier place.",
                )
                return


def _merge(ruling: Ruling, members: Sequence[ProjectRequest]) -> list[Move]:
    survivor = ruling.survivor
    others = [request for request in members if survivor is None or request.pk != survivor.pk]
    moves = [
        Move(request, Status.MERGED, survivor=survivor, position=place) for place, request in enumerate(others, start=2)
    ]
    if ruling.approve_survivor and survivor is not None:
        own = next(member for member in members if member.pk == survivor.pk)
        moves.insert(0, Move(own, ruling.yes, position=1))
    return moves


def _sequence(ruling: Ruling, members: Sequence[ProjectRequest]) -> list[Move]:
    """The first are approved; each of the others waits for all those in the place before it."""
    if len(members) == 1:
        return [Move(members[0], Status.SEQUENCED, after=last_at_end(ruling.after), position=2)]
    # One object a request, so that its version is counted once.
    own = {member.pk: member for member in members}
    places = places_of(ruling)
    moves: list[Move] = []
    for request in sorted(ruling.order, key=lambda each: places[each.pk]):
        place = places[request.pk]
        before = [own[pk] for pk, rank in places.items() if rank == place - 1]
        if before:
            moves.append(Move(own[request.pk], Status.SEQUENCED, after=last_at_end(before), position=place))
        else:
            moves.append(Move(own[request.pk], ruling.yes, position=1))
    return moves


def last_at_end(requests: Sequence[ProjectRequest]) -> list[ProjectRequest]:
    """Requests that go before another, each once, by when they are live; one without a day counts as last."""
    return sorted(
        dict.fromkeys(requests),
        key=lambda each: (each.wanted_go_live is None, each.wanted_go_live or date.min, each.pk),
    )
