"""What could go on an agenda, weightiest first: what somebody objects to, what is ready, families with undecided
members, holds that ended."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from board.models import AgendaItem, DecidedRequest, Decision, ItemRequest, Meeting, Objection
from board.selectors.items import DECIDABLE
from impacts.models import Family, FamilyMember, Finding, FindingMember, Impact
from portfolio.lifecycle import Status
from portfolio.models import ProjectRequest

UNDECIDED = (Status.SUBMITTED.value, Status.IN_TRIAGE.value, Status.READY.value)
MOST = 25


@dataclass(frozen=True, slots=True)
class Candidate:
    """A request or family that could go on the agenda. `weight` is the sum of its standing findings' weights, `reach`
    customers a month at its touchpoints, `money` the one-off cost in the organisation's currency (None: not said),
    `objections` who objects for their customers, in words: these come first."""

    request: ProjectRequest | None
    family: Family | None
    title: str
    silos: tuple[str, ...]
    count: int
    weight: float
    reach: int
    money: Decimal | None
    returned: bool
    why: str
    objections: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[int, float, int, Decimal]:
        """What candidates are sorted by, the weightiest highest: who speaks for customers before what was computed."""
        return len(self.objections), self.weight, self.reach, self.money or Decimal(0)


@dataclass(frozen=True, slots=True)
class Candidates:
    """The weightiest candidates, and how many there are in all."""

    shown: Sequence[Candidate]
    total: int


def candidates_for(meeting: Meeting, words: str = "") -> Candidates:
    """What could go on this agenda and is on no open one yet; `words` narrow it by title or reference. At most MOST are
    shown. A fixed number of queries."""
    on_agendas = AgendaItem.objects.filter(status=AgendaItem.Status.OPEN).exclude(meeting__status=Meeting.Status.CLOSED)
    here = AgendaItem.objects.filter(meeting=meeting).exclude(status=AgendaItem.Status.DROPPED)
    said = _objections()
    families = _families(on_agendas | here, words, said)
    requests = _requests(on_agendas | here, words)
    total = requests.count() + len(families)
    rows = list(requests.select_related("silo")[:MOST])
    returned = _returned([request.pk for request in rows if request.status == Status.READY.value])
    single = [_single(request, request.pk in returned, said.get(request.pk, ())) for request in rows]
    both = sorted([*families, *single], key=lambda candidate: candidate.order, reverse=True)
    return Candidates(both[:MOST], total)


def weighed(requests: QuerySet[ProjectRequest]) -> QuerySet[ProjectRequest]:
    """The requests with `weight`, `reach` and `objected`, in order: objections, weight, reach, money, the oldest."""
    standing = [Finding.State.OPEN, Finding.State.CONFIRMED]
    findings = (
        FindingMember.objects.filter(request=OuterRef("pk"), finding__state__in=standing)
        .order_by()
        .values("request")
        .annotate(sum=Sum("finding__weight"))
        .values("sum")
    )
    touched = (
        Impact.objects.filter(request=OuterRef("pk"))
        .order_by()
        .values("request")
        .annotate(sum=Sum("touchpoint__customers_per_month"))
        .values("sum")
    )
    objected = (
        Objection.objects.open().filter(request=OuterRef("pk")).order_by().values("request").annotate(n=Count("pk"))
    )
    return requests.annotate(
        weight=Coalesce(Subquery(findings), 0.0),
        reach=Coalesce(Subquery(touched), 0),
        objected=Coalesce(Subquery(objected.values("n")), 0),
    ).order_by("-objected", "-weight", "-reach", F("one_off_cost").desc(nulls_last=True), "id")


def _objections() -> dict[int, tuple[str, ...]]:
    """Who objects to what can be decided over, in words, by request. One query."""
    found: dict[int, tuple[str, ...]] = {}
    states = [status.value for status in DECIDABLE]
    rows = Objection.objects.open().filter(request__status__in=states).select_related("person", "segment")
    for row in rows.order_by("at", "id"):
        found[row.request_id] = (*found.get(row.request_id, ()), str(row))
    return found


def _matching(field: str, words: str) -> dict[str, Any]:
    return {f"{field}__icontains": words.strip()} if words.strip() else {}


def _requests(taken: QuerySet[AgendaItem], words: str) -> QuerySet[ProjectRequest]:
    objected = Exists(Objection.objects.open().filter(request=OuterRef("pk")))
    able = Q(status__in=[status.value for status in DECIDABLE])
    ready = ProjectRequest.objects.filter(Q(status=Status.READY.value) | (able & objected))
    ready = ready.exclude(pk__in=taken.filter(request__isnull=False).order_by().values("request_id"))
    ready = ready.exclude(pk__in=ItemRequest.objects.filter(item__in=taken.order_by()).values("request_id"))
    ready = ready.exclude(pk__in=FamilyMember.objects.filter(left_at__isnull=True).order_by().values("request_id"))
    if words.strip():
        text = words.strip()
        ready = ready.filter(title__icontains=text) | ready.filter(reference__icontains=text)
    return weighed(ready)


def _single(request: Any, returned: bool, objections: tuple[str, ...]) -> Candidate:
    return Candidate(
        request=request,
        family=None,
        title=request.title,
        silos=(request.silo.name,),
        count=1,
        weight=request.weight,
        reach=request.reach,
        money=request.one_off_cost,
        returned=returned,
        why="Its hold ended" if returned else request.get_status_display(),
        objections=objections,
    )


def _families(taken: QuerySet[AgendaItem], words: str, said: dict[int, tuple[str, ...]]) -> list[Candidate]:
    """Families with members that nobody decided over, and not on an agenda. Three queries."""
    rows = (
        FamilyMember.objects.filter(left_at__isnull=True, family__dissolved_at__isnull=True)
        .filter(request__status__in=UNDECIDED, **_matching("family__title", words))
        .exclude(family__in=taken.filter(family__isnull=False).order_by().values("family_id"))
        .select_related("family__lead")
        .order_by("family_id", "id")
    )
    members: dict[int, list[int]] = defaultdict(list)
    known: dict[int, Family] = {}
    for row in rows:
        members[row.family_id].append(row.request_id)
        known[row.family_id] = row.family
    ids = [pk for group in members.values() for pk in group]
    weighed_rows: dict[int, Any] = {}
    if ids:
        chosen = weighed(ProjectRequest.objects.filter(pk__in=ids)).select_related("silo")
        weighed_rows = {request.pk: request for request in chosen}
    return [_family(known[pk], [weighed_rows[each] for each in group], said) for pk, group in members.items()]


def _family(family: Family, requests: list[Any], said: dict[int, tuple[str, ...]]) -> Candidate:
    costs = [request.one_off_cost for request in requests if request.one_off_cost is not None]
    return Candidate(
        request=None,
        family=family,
        title=family.title,
        silos=tuple(sorted({request.silo.name for request in requests})),
        count=len(requests),
        weight=sum(request.weight for request in requests),
        reach=max((request.reach for request in requests), default=0),
        money=sum(costs, Decimal(0)) if costs else None,
        returned=False,
        why="Family with undecided requests",
        objections=tuple(text for request in requests for text in said.get(request.pk, ())),
    )


def _returned(ids: Sequence[int]) -> set[int]:
    """Those whose last standing decision was a hold. One query."""
    rows = (
        DecidedRequest.objects.filter(request__in=ids, decision__superseded_by__isnull=True)
        .order_by("decision__at", "decision_id")
        .values_list("request_id", "decision__kind")
    )
    last = dict(rows)
    return {request for request, kind in last.items() if kind == Decision.Kind.HOLD}
