"""What could go on an agenda, from all sources, each request once, weightiest first.

A request goes with the first tie that holds it (family, then cluster, then conflict); what is internal and meets no
customer goes together by consent; the rest stands alone. What anybody says of a request (it is ready, its hold ran
out, somebody objects) goes with it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Q, Sum
from django.utils import timezone

from board.agenda.stakes import Stake
from board.models import AgendaItem, Meeting
from board.packs.words import counted, listed
from board.selectors.meetings.items import DECIDABLE, members_of
from board.selectors.meetings.meetings import OVER
from board.selectors.meetings.sources import CAUSES, TIES, Cause, Tie
from impacts.models import Cluster, Family, Finding, FindingMember, Impact, PlannedContact
from portfolio.lifecycle import Status
from portfolio.models import ProjectRequest

MOST = 25
CONSENT = "consent"
CONSENT_TITLE = "Internal work that no customer meets"
#: Sources that bring a request to the board though no architect has called it ready.
_URGENT = frozenset({"objection", "hold", "deferral", "condition", "change", "reopened", "order", "merge"})


@dataclass(frozen=True)
class Candidate:
    """Something that could go on the agenda. `key` names it for good, `kind` is that of the item it would become.

    `causes` say why, the most pressing first; `since` is when the oldest of them began to wait. `review`: the board
    said yes to it and looks again. `held_back` says why it cannot go on an agenda by itself yet, empty where it can.
    """

    key: str
    kind: str
    title: str
    requests: tuple[ProjectRequest, ...]
    causes: tuple[str, ...]
    sources: frozenset[str]
    since: datetime
    stake: Stake
    family: Family | None = None
    cluster: Cluster | None = None
    finding: Finding | None = None
    review: bool = False
    held_back: str = ""
    objections: tuple[str, ...] = ()

    @property
    def request(self) -> ProjectRequest | None:
        """The request, where it is over one alone."""
        return self.requests[0] if self.kind == AgendaItem.Kind.REQUEST else None

    @property
    def count(self) -> int:
        """How many requests it is over."""
        return len(self.requests)

    @cached_property
    def silos(self) -> tuple[str, ...]:
        """The names of the departments, each once."""
        return tuple(sorted({request.silo.name for request in self.requests}))

    @property
    def weight(self) -> float:
        """The sum of the weights of its standing findings."""
        return self.stake.findings

    @property
    def reach(self) -> int:
        """Customers a month at its touchpoints."""
        return self.stake.reach

    @cached_property
    def money(self) -> Decimal | None:
        """The one-off cost; None where nobody said any."""
        costs = [each.one_off_cost for each in self.requests if each.one_off_cost is not None]
        return sum(costs, Decimal(0)) if costs else None

    @cached_property
    def points(self) -> float:
        """What is at stake."""
        return self.stake.points

    @property
    def returned(self) -> bool:
        """Whether a hold of it ran out."""
        return "hold" in self.sources

    @property
    def why(self) -> str:
        """Why it belongs before the board, in one line."""
        return " ".join(self.causes)

    @property
    def order(self) -> tuple[bool, float, str]:
        """What candidates are sorted by: who speaks for customers before what was computed."""
        return not self.objections, -self.points, self.key


@dataclass(frozen=True, slots=True)
class Candidates:
    """The weightiest candidates, and how many there are in all."""

    shown: Sequence[Candidate]
    total: int


def candidates_for(meeting: Meeting, words: str = "", most: int | None = MOST) -> Candidates:
    """What could go on this agenda and is on no open one yet; `words` narrow it by title or reference. At most `most`
    are shown, all for None. A fixed number of queries."""
    rows = gathered(day_of(meeting), taken=on_agendas(meeting), consent=0)
    text = words.strip().lower()
    if text:
        rows = [row for row in rows if _says(row, text)]
    able = [row for row in rows if not row.held_back]
    return Candidates(able[:most], len(able))


def _says(candidate: Candidate, text: str) -> bool:
    said = [candidate.title, *(f"{each.reference} {each.title}" for each in candidate.requests)]
    return any(text in each.lower() for each in said)


def day_of(meeting: Meeting) -> date:
    """The meeting's day in the organisation's time zone; today for one whose day has passed."""
    return max(timezone.localdate(meeting.starts_at), timezone.localdate())


def on_agendas(meeting: Meeting | None) -> set[int]:
    """The ids of the requests that are on this agenda, decided or not, or open on that of another meeting to come."""
    coming = ~Q(meeting__status__in=OVER)
    taken = Q(status=AgendaItem.Status.OPEN) & coming
    if meeting is not None:
        taken |= Q(meeting=meeting) & ~Q(status=AgendaItem.Status.DROPPED)
    items = AgendaItem.objects.filter(taken).select_related("request", "family").order_by("id")
    return {request.pk for requests in members_of(items).requests.values() for request in requests}


def gathered(day: date, *, taken: Collection[int] = (), consent: int = 2) -> list[Candidate]:
    """All candidates for a meeting on this day, weightiest first, without the requests that are `taken`. Internal ones
    that no customer meets are one candidate by consent where there are at least `consent` of them (0: never). A fixed
    number of queries."""
    causes: dict[int, list[Cause]] = defaultdict(list)
    for source in CAUSES:
        for cause in source(day):
            causes[cause.request].append(cause)
    ties = [tie for tie_source in TIES for tie in tie_source(day)]
    known = _requests({cause.request for found in causes.values() for cause in found if cause.review})
    facts = _Facts.of(known)
    free = {pk for pk in known if pk not in taken}
    made = []
    for tie in ties:
        ids = [pk for pk in tie.requests if pk in free]
        if len(ids) > (0 if tie.family else 1):
            free.difference_update(ids)
            made.append(_tied(tie, [known[pk] for pk in ids], causes, facts, _elsewhere(tie, known, taken)))
    singles = [pk for pk in sorted(causes) if pk in free]
    quiet = [pk for pk in singles if consent and _is_table_stake(known[pk], causes[pk], facts)]
    if quiet and len(quiet) >= consent:
        made.append(_by_consent([known[pk] for pk in quiet], causes, facts))
        together = set(quiet)
        singles = [pk for pk in singles if pk not in together]
    made += [_single(known[pk], causes[pk], facts) for pk in singles]
    return sorted(made, key=lambda candidate: candidate.order)


def _requests(review: Collection[int]) -> dict[int, ProjectRequest]:
    """What the board can decide over, and what it should look at again, by id. One query."""
    able = Q(status__in=[status.value for status in DECIDABLE]) | Q(pk__in=review)
    rows = ProjectRequest.objects.filter(able).select_related("silo")
    return {row.pk: row for row in rows.defer("problem", "proposal", "typed", "promised_effect").order_by("id")}


@dataclass(frozen=True, slots=True)
class _Facts:
    """By request: weights of its standing findings, customers a month at its touchpoints, and who touches customers."""

    weights: Mapping[int, float]
    reach: Mapping[int, int]
    customers: Collection[int]
    tied: Collection[int]

    @classmethod
    def of(cls, known: Collection[int]) -> "_Facts":
        """Four queries."""
        standing = FindingMember.objects.filter(finding__state__in=[Finding.State.OPEN, Finding.State.CONFIRMED])
        weights = standing.order_by().values("request").annotate(sum=Sum("finding__weight"))
        tied = standing.exclude(finding__kind=Finding.Kind.GAP).order_by().values_list("request_id", flat=True)
        touched = Impact.objects.order_by().values("request").annotate(sum=Sum("touchpoint__customers_per_month"))
        reach = dict(touched.values_list("request", "sum"))
        contacts = set(PlannedContact.objects.order_by().values_list("request_id", flat=True).distinct())
        return cls(dict(weights.values_list("request", "sum")), reach, contacts | set(reach), set(tied.distinct()))

    def stake(self, requests: Iterable[Any], objections: int) -> Stake:
        """What is at stake with these requests. The reach is the widest of theirs: they meet the same customers."""
        rows = list(requests)
        return Stake(
            findings=sum(self.weights.get(row.pk, 0.0) for row in rows),
            reach=max((self.reach.get(row.pk) or 0 for row in rows), default=0),
            money=sum((row.one_off_cost for row in rows if row.one_off_cost), Decimal(0)),
            objections=objections,
            requests=len(rows),
        )


def stakes_of(members: Mapping[int, Sequence[ProjectRequest]], objections: Mapping[int, int]) -> dict[int, Stake]:
    """What is at stake with each item (by its id, with its requests and how many object). Four queries."""
    facts = _Facts.of({request.pk for requests in members.values() for request in requests})
    return {item: facts.stake(requests, objections.get(item, 0)) for item, requests in members.items()}


def _is_table_stake(request: ProjectRequest, causes: Sequence[Cause], facts: _Facts) -> bool:
    """Whether it is internal, meets no customer, overlaps and collides with nothing, and nobody speaks against it."""
    return (
        request.kind == ProjectRequest.Kind.INTERNAL
        and request.status == Status.READY.value
        and request.pk not in facts.customers
        and request.pk not in facts.tied
        and {cause.source for cause in causes} == {"ready"}
    )


def _elsewhere(tie: Tie, known: Mapping[int, ProjectRequest], taken: Collection[int]) -> tuple[str, ...]:
    """A sentence that names what belongs to the tie and is decided over otherwise: else five would be spoken of, and
    four shown."""
    names = [known[pk].reference for pk in tie.requests if pk in known and pk in taken]
    verbs = "belongs to it and is" if len(names) == 1 else "belong to it and are"
    return (f"{listed(names, 4)} {verbs} on an agenda already.",) if names else ()


def _tied(
    tie: Tie,
    requests: list[ProjectRequest],
    causes: Mapping[int, list[Cause]],
    facts: _Facts,
    elsewhere: tuple[str, ...],
) -> Candidate:
    own = [cause for request in requests for cause in causes.get(request.pk, ())]
    urgent = [cause for cause in own if cause.source in _URGENT]
    said = _Said(
        texts=(*dict.fromkeys(cause.text for cause in urgent), tie.text, *elsewhere),
        since=min([tie.since, *(cause.since for cause in urgent)]),
        sources=frozenset({tie.source, *(cause.source for cause in own)}),
    )
    kind = AgendaItem.Kind.FAMILY if tie.family else AgendaItem.Kind.GROUP
    made = _candidate(tie.key, kind, tie.title, requests, own, said, facts)
    return replace(made, family=tie.family, cluster=tie.cluster, finding=tie.finding)


def _single(request: ProjectRequest, causes: Sequence[Cause], facts: _Facts) -> Candidate:
    said = _Said(
        texts=tuple(dict.fromkeys(cause.text for cause in causes)),
        since=min(cause.since for cause in causes),
        sources=frozenset(cause.source for cause in causes),
    )
    key = f"request:{request.pk}"
    return _candidate(key, AgendaItem.Kind.REQUEST, request.title, [request], causes, said, facts)


def why_by_consent(count: int) -> str:
    """Why this many internal requests are asked for together."""
    verbs = "overlaps and collides" if count == 1 else "overlap and collide"
    return f"{counted(count, 'internal request')} that {verbs} with nothing.".capitalize()


def _by_consent(requests: list[ProjectRequest], causes: Mapping[int, list[Cause]], facts: _Facts) -> Candidate:
    own = [cause for request in requests for cause in causes[request.pk]]
    said = _Said((why_by_consent(len(requests)),), min(cause.since for cause in own), frozenset({"consent"}))
    return _candidate(CONSENT, AgendaItem.Kind.CONSENT, CONSENT_TITLE, requests, own, said, facts)


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said of a candidate: why, by which sources, since when."""

    texts: tuple[str, ...]
    since: datetime
    sources: frozenset[str]


def _candidate(
    key: str,
    kind: str,
    title: str,
    requests: Sequence[ProjectRequest],
    own: Sequence[Cause],
    said: _Said,
    facts: _Facts,
) -> Candidate:
    objections = tuple(cause.short for cause in own if cause.source == "objection")
    ready = any(request.status == Status.READY.value for request in requests) or bool(said.sources & _URGENT)
    return Candidate(
        key=key,
        kind=kind,
        title=title,
        requests=tuple(requests),
        causes=said.texts,
        sources=said.sources,
        since=said.since,
        stake=facts.stake(requests, len(objections)),
        review=any(cause.review for cause in own),
        objections=objections,
        held_back="" if ready else "Still in triage: no architect has called it ready for the board.",
    )
