"""The meter beside the form: what a request adds to what its customers hear, what breaks, and what would end that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from impacts.engine.contact_load import LoadForecast, forecast, quiet_breaches
from impacts.engine.contact_shifts import Shifts, own_way_out, smallest_shifts
from impacts.engine.facts import ContactFact, PolicyFact, QuietFact, RegisterFacts, RequestFacts, ThingFact
from impacts.engine.matching.index import PortfolioIndex
from portfolio.models import ProjectRequest

Rule = PolicyFact | QuietFact


@dataclass(frozen=True, slots=True)
class Adding:
    """What one request adds to the fullest window. `request` is None for the one being written."""

    request: ProjectRequest | None
    contacts: int


@dataclass(frozen=True, slots=True)
class Move:
    """A proposal: this request's contacts by this channel begin on another day. `request` is None for one's own."""

    request: ProjectRequest | None
    channel: str
    before: date
    after: date

    @property
    def days(self) -> int:
        """By how many days, whichever way."""
        return abs((self.after - self.before).days)

    @property
    def way(self) -> str:
        """Later or earlier."""
        return "later" if self.after > self.before else "earlier"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Moves that end a breach; with `own_only` they only take one's own contacts out of it. `smallest`: nothing with
    fewer days in all does it."""

    moves: tuple[Move, ...]
    smallest: bool
    own_only: bool = False

    @property
    def days(self) -> int:
        """All days moved."""
        return sum(move.days for move in self.moves)


@dataclass(frozen=True, slots=True)
class ContactLoad:
    """What one segment would hear in the fullest window of a policy that holds one of one's own contacts: from others,
    from this request, and what the policy allows. `hidden` confidential requests contact it besides, at any time, and
    are not counted."""

    segment: str
    code: str
    policy: PolicyFact
    window: tuple[date, date]
    adding: tuple[Adding, ...]
    hidden: int

    @property
    def yours(self) -> int:
        """One's own contacts in the window."""
        return sum(each.contacts for each in self.adding if each.request is None)

    @property
    def total(self) -> int:
        """Everything in that window."""
        return sum(each.contacts for each in self.adding)

    @property
    def others(self) -> int:
        """The contacts of all others in the window."""
        return self.total - self.yours

    @property
    def others_requests(self) -> int:
        """How many other requests add to it."""
        return sum(each.request is not None for each in self.adding)

    @property
    def over(self) -> int:
        """How many more than the policy allows."""
        return max(0, self.total - self.policy.limit)


@dataclass(frozen=True, slots=True)
class QuietLoad:
    """One's own contacts in a quiet period of a segment."""

    segment: str
    quiet: QuietFact
    contacts: int


@dataclass(frozen=True, slots=True)
class Meter:
    """All loads, the worst first, the quiet periods that one's own contacts break, and by segment with a breach what
    would end it (None: no shift within a quarter does)."""

    loads: tuple[ContactLoad, ...]
    quiet: tuple[QuietLoad, ...]
    proposals: tuple[tuple[str, Proposal | None], ...]


def contact_meter_of(index: PortfolioIndex, facts: RequestFacts, user: Any, today: date | None = None) -> Meter:
    """The load of each segment that the request contacts, under each policy that applies, as `user` may see it
    (decision 0011), with what would end the breaches that it is part of. Two queries at most."""
    day, register = today or timezone.localdate(), index.register
    segments = sorted({contact.segment for contact in facts.contacts if contact.segment in register.segments})
    senders = [each for each in index.requests.values() if each.contacts and each.id != facts.id]
    unseen = _unseen(senders, user)
    others = [each for each in senders if each.id not in unseen]
    loads = [
        load
        for segment in segments
        for policy in register.policies
        if _mine(facts.contacts, policy, segment)
        and (load := forecast([*others, facts], policy, segment, since=day, holding=facts.id)).window
    ]
    quiet = quiet_breaches([facts], register.quiet_periods, segments, since=day)
    broken = sorted({load.segment for load in loads if load.breach} | {each.segment for each in quiet})
    found = [(segment, _shifts(facts, others, register, segment, day)) for segment in broken]
    ids = {who for load in loads for who, _ in load.contributors}
    ids |= {move.request.id for _, (shifts, _) in found for move in shifts.moves}
    rows = ProjectRequest.objects.filter(pk__in=ids - {facts.id}).select_related("silo").order_by("id")
    requests = {row.pk: row for row in rows} if ids - {facts.id} else {}
    hidden = [each for each in senders if each.id in unseen]
    told = [_told(load, register.segments[load.segment], requests, hidden) for load in loads]
    return Meter(
        tuple(sorted(told, key=lambda load: (-load.over, -load.total, load.segment, load.policy.id))),
        tuple(QuietLoad(register.segments[each.segment].name, each.quiet, each.contacts) for each in quiet),
        tuple((register.segments[at].name, _proposal(each, register, requests)) for at, each in found),
    )


def _unseen(requests: Sequence[RequestFacts], user: Any) -> set[int]:
    """The confidential ones that `user` may not see."""
    secret = {request.id for request in requests if request.confidential}
    if not secret:
        return secret
    return secret - set(ProjectRequest.objects.visible_to(user).filter(pk__in=secret).values_list("pk", flat=True))


def _mine(contacts: Sequence[ContactFact], policy: PolicyFact, segment: int) -> bool:
    applies = policy.segment in (None, segment)
    return applies and any(each.segment == segment and policy.channel in (None, each.channel) for each in contacts)


def _shifts(
    own: RequestFacts, others: list[RequestFacts], register: RegisterFacts, segment: int, today: date
) -> tuple[Shifts, bool]:
    """What ends the breaches of a segment; where nothing does, what takes one's own out of them (then True)."""
    rules: list[Rule] = [*register.policies, *register.quiet_periods]
    near = [each for each in others if any(contact.segment == segment for contact in each.contacts)]
    found = smallest_shifts(own, near, rules, segment, today)
    return (found, False) if found.moves else (own_way_out(own, near, rules, segment, today), True)


def _told(
    load: LoadForecast, segment: ThingFact, requests: Mapping[int, ProjectRequest], hidden: list[RequestFacts]
) -> ContactLoad:
    unseen = sum(_mine(each.contacts, load.policy, load.segment) for each in hidden)
    adding = tuple(Adding(requests.get(who), contacts) for who, contacts in load.contributors)
    window = load.window or (date.min, date.min)
    return ContactLoad(segment.name, segment.code, load.policy, window, adding, unseen)


def _proposal(
    found: tuple[Shifts, bool], register: RegisterFacts, requests: Mapping[int, ProjectRequest]
) -> Proposal | None:
    shifts, own_only = found
    moves = tuple(
        Move(
            requests.get(each.request.id),
            register.channels.get(each.contact.channel, each.contact.channel),
            each.contact.first_day,
            each.first_day,
        )
        for each in sorted(shifts.moves, key=lambda move: (move.request.id in requests, move.contact.first_day))
    )
    return Proposal(moves, shifts.smallest, own_only) if moves else None
