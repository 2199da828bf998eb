"""The two orders of the queue, and what their disagreements would mean for customers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from board.models import Proposal, RankedRequest, Ranking, RankMove
from board.priorities.orders import Comparison, Pair, agreed, compare, let_before
from board.priorities.tree import RequestFigures
from board.selectors.priorities.goals import WAITING, figures_of
from customers.models import Segment, Touchpoint
from impacts.models import Finding, FindingMember
from impacts.selectors.findings.presenting import with_members
from portfolio.models import ProjectRequest

WAITING_VALUES = [status.value for status in WAITING]
SHOWN, UNPLACED = 40, 20
"""So many disagreements, and so many unplaced requests, are shown at once."""


def placed_ids(side: str) -> list[int]:
    """The requests that this side has placed and that still wait for the board, the first first. One query."""
    rows = RankedRequest.objects.filter(ranking__side=side, request__status__in=WAITING_VALUES)
    return list(rows.order_by("position", "id").values_list("request_id", flat=True))


@dataclass(frozen=True, slots=True)
class OrderRow:
    """A request at its place; `other` is its place in the other order."""

    place: int
    request: ProjectRequest
    other: int | None


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One side's order as `user` may see it, what is not placed (at most UNPLACED of `unplaced_count`), and the last
    moves. `hidden` counts confidential requests that are placed and not shown."""

    ranking: Ranking
    rows: list[OrderRow]
    hidden: int
    unplaced: list[ProjectRequest]
    unplaced_count: int
    moves: list[RankMove]


def order_page(side: str, user: Any, *, find: str = "") -> OrderPage:
    """The order of one side. A fixed number of queries."""
    ranking = Ranking.objects.filter(side=side).first() or Ranking(side=side)
    other_side = next(each for each in Ranking.Side.values if each != side)
    ids, others = placed_ids(side), {pk: n for n, pk in enumerate(placed_ids(other_side), start=1)}
    visible = ProjectRequest.objects.visible_to(user)
    known = visible.filter(pk__in=ids).select_related("silo").in_bulk()
    rows = [OrderRow(n, known[pk], others.get(pk)) for n, pk in enumerate(ids, start=1) if pk in known]
    rest = _unplaced(visible, ids, find)
    moves = ranking.moves.filter(request__in=visible.order_by().values("pk")) if ranking.pk else RankMove.objects.none()
    return OrderPage(
        ranking=ranking,
        rows=rows,
        hidden=len(ids) - len(rows),
        unplaced=list(rest.select_related("silo").order_by("submitted_at", "id")[:UNPLACED]),
        unplaced_count=rest.count(),
        moves=list(moves.select_related("request", "by").order_by("-at", "-id")[:8]),
    )


def _unplaced(visible: QuerySet[ProjectRequest], ids: list[int], find: str) -> QuerySet[ProjectRequest]:
    rest = visible.filter(status__in=WAITING_VALUES).exclude(pk__in=ids)
    for word in find.split()[:6]:
        rest = rest.filter(Q(title__icontains=word) | Q(reference__icontains=word))
    return rest


@dataclass(frozen=True, slots=True)
class Clash:
    """A conflict that the request stands in: its title, and with whom, as far as the person may know."""

    title: str
    severity: str
    label: str
    url: str
    others: list[ProjectRequest]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a request does to customers: `customers` of its segments, `visits` a month at its touchpoints, single
    `messages` that are planned, its segments and touchpoints by name, its conflicts."""

    figures: RequestFigures
    customers: int
    visits: int
    messages: int
    segments: list[str]
    touchpoints: list[str]
    clashes: list[Clash]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A request on which the two orders differ, with what it means for customers; `before` are those that go first
    only in the order of who wants it later."""

    pair: Pair
    request: ProjectRequest
    meaning: Meaning | None
    before: list[ProjectRequest] = field(default_factory=list)

    @property
    def late(self) -> str:
        """In whose order it comes later."""
        return "CIO" if self.pair.wanted_by == Ranking.Side.CUSTOMERS else "customer leader"

    @property
    def early(self) -> str:
        """Who wants it earlier."""
        return "customer leader" if self.pair.wanted_by == Ranking.Side.CUSTOMERS else "CIO"

    @property
    def later(self) -> str:
        """What its later place would mean for customers, as a sentence."""
        done = self.meaning.figures if self.meaning else None
        better = "wait longer for what gets better" if done and done.better else ""
        worse = "are spared longer what gets worse" if done and done.worse else ""
        means = " and ".join(each for each in (better, worse) if each)
        means = means or "get it later, and nothing is said of what gets better or worse for them"
        return f"In the order of the {self.late}, customers {means}."


@dataclass(frozen=True, slots=True)
class OrdersPage:
    """Both orders side by side: `rows` with the largest disagreement first, at most SHOWN; `agreed` is what both want
    among their first so many, `it` and `customers` their first ones for the picture."""

    comparison: Comparison
    rows: list[Disagreement]
    agreed: list[Disagreement]
    first: int
    it: list[OrderRow]
    customers: list[OrderRow]
    open_proposal: Proposal | None

    @property
    def title(self) -> str:
        """The finding, as a sentence."""
        if not self.it and not self.customers:
            return "Neither the CIO nor the customer leader has put the queue in order yet"
        if not self.it or not self.customers:
            who = "customer leader" if not self.customers else "CIO"
            return f"The {who} has not put the queue in order yet"
        both = f"They agree on {len(self.agreed)} of the first {self.first}"
        top = self.rows[0] if self.rows and self.rows[0].pair.gap else None
        return f"{both}; furthest apart is {top.request.title}, by {top.pair.gap} places" if top else both


def orders_page(user: Any, *, first: int) -> OrdersPage:
    """Both orders as `user` may see them. A fixed number of queries."""
    it, customers = placed_ids(Ranking.Side.IT), placed_ids(Ranking.Side.CUSTOMERS)
    visible = ProjectRequest.objects.visible_to(user).filter(pk__in={*it, *customers})
    known = visible.select_related("silo").in_bulk()
    comparison = compare(it, customers)
    pairs = {pair.id: pair for pair in comparison.pairs}
    shown = [pair for pair in comparison.pairs if pair.id in known and pair.gap][:SHOWN]
    both = [pk for pk in agreed(it, customers, first) if pk in known]
    means = meanings({pair.id for pair in shown} | set(both), user)
    return OrdersPage(
        comparison=comparison,
        rows=[
            Disagreement(
                pair,
                known[pair.id],
                means.get(pair.id),
                [known[pk] for pk in let_before(pair, it, customers) if pk in known],
            )
            for pair in shown
        ],
        agreed=[Disagreement(pairs[pk], known[pk], means.get(pk)) for pk in both],
        first=first,
        it=[OrderRow(n, known[pk], pairs[pk].customers) for n, pk in enumerate(it, 1) if pk in known][:25],
        customers=[OrderRow(n, known[pk], pairs[pk].it) for n, pk in enumerate(customers, 1) if pk in known][:25],
        open_proposal=Proposal.objects.filter(state=Proposal.State.OPEN).first(),
    )


def meanings(ids: Iterable[int], user: Any) -> Mapping[int, Meaning]:
    """What each of these requests does to customers. A fixed number of queries."""
    ids = sorted(ids)
    rows = ProjectRequest.objects.filter(pk__in=ids, status__in=WAITING_VALUES)
    sizes = {pk: (name, size) for pk, name, size in Segment.objects.values_list("id", "name", "customer_count")}
    places = {pk: (name, n) for pk, name, n in Touchpoint.objects.values_list("id", "name", "customers_per_month")}
    clashes = _clashes(ids, user)
    found = {}
    for each in figures_of(rows):
        found[each.id] = Meaning(
            figures=each,
            customers=sum(sizes[pk][1] for pk in each.segments),
            visits=sum(places[pk][1] for pk in each.touchpoints),
            messages=sum(sizes[pk][1] * times for pk, times in each.contacts),
            segments=sorted(sizes[pk][0] for pk in each.segments),
            touchpoints=sorted(places[pk][0] for pk in each.touchpoints),
            clashes=clashes.get(each.id, []),
        )
    return found


def _clashes(ids: list[int], user: Any) -> Mapping[int, list[Clash]]:
    """The standing conflicts of each request, the weightiest first, with the others in them that `user` may see; one
    with a hidden request keeps its title to itself. Three queries."""
    mine = FindingMember.objects.filter(request__in=ids).order_by().values("finding_id")
    findings = Finding.objects.standing().filter(pk__in=mine, kind=Finding.Kind.CONFLICT)
    visible = set(
        ProjectRequest.objects.visible_to(user)
        .filter(pk__in=FindingMember.objects.filter(finding__in=findings.order_by().values("pk")).values("request_id"))
        .values_list("pk", flat=True)
    )
    found: dict[int, list[Clash]] = defaultdict(list)
    wanted = set(ids)
    for finding in with_members(findings.by_weight()):
        members = [member.request for member in finding.members.all()]
        seen = [each for each in members if each.pk in visible]
        is_whole = len(seen) == len(members)
        for each in members:
            if each.pk in wanted:
                title = finding.title if is_whole else "A conflict with a confidential request"
                others = [other for other in seen if other.pk != each.pk]
                url = finding.get_absolute_url() if is_whole else ""
                found[each.pk].append(Clash(title, finding.severity, finding.get_severity_display(), url, others))
    return found
