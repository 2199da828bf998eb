"""Clusters as one person may see them, and what the pages of clusters and families share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from impacts.charts.cluster_map import ClusterMap, MapRequest, MapTie, cluster_map
from impacts.models import Answer, Cluster, Finding, FindingMember, TriageAct
from impacts.selectors.findings.comparing import cost_words
from impacts.selectors.findings.families import SeenFamily, family_among
from impacts.selectors.findings.findings import dismissals_with
from impacts.selectors.findings.presenting import Money, PresentedFinding, money_of, present, whom_to_ask, with_members
from portfolio.lifecycle import GONE, Status
from portfolio.models import Person, ProjectRequest
from portfolio.permissions import can_see, can_see_money

MEMBERS = Prefetch("requests", ProjectRequest.objects.select_related("silo", "requester").order_by("id"))


@dataclass(frozen=True, slots=True)
class SeenCluster:
    """A cluster as one person may see it: `requests` are the visible members, `hidden` counts the others."""

    cluster: Cluster
    title: str
    requests: tuple[ProjectRequest, ...]
    hidden: int
    money: Money | None

    @property
    def silo_names(self) -> list[str]:
        """The silos of the visible members."""
        return sorted({request.silo.name for request in self.requests})


@dataclass(frozen=True, slots=True)
class Tie:
    """One overlap between two members, with what people say of it."""

    finding: PresentedFinding
    looked_at: str
    shares: str


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One request of a cluster or family, with its cost and what its requester answered."""

    request: ProjectRequest
    cost: str
    answer: Answer | None

    @property
    def is_gone(self) -> bool:
        """Whether it is asked for no more by itself: withdrawn, rejected or merged."""
        return is_gone(self.request)


@dataclass(frozen=True, slots=True)
class ClusterPage:
    """Everything that the page of a cluster shows."""

    seen: SeenCluster
    rows: tuple[MemberRow, ...]
    ties: tuple[Tie, ...]
    map: ClusterMap
    family: SeenFamily | None
    apart: tuple[tuple[PresentedFinding, TriageAct], ...]
    contact: Person | None
    strongest: Tie | None


def is_gone(request: ProjectRequest) -> bool:
    """Whether a request is asked for no more by itself: withdrawn, rejected or merged into another."""
    return request.state in GONE or request.state is Status.MERGED


def seen_cluster(cluster: Cluster, user: Any) -> SeenCluster | None:
    """The cluster as `user` may see it; None when they see fewer than two of its requests, because then it says nothing
    but that something hidden resembles theirs. With hidden members its words are left out."""
    members = list(cluster.requests.all())
    visible = tuple(request for request in members if can_see(user, request))
    if len(visible) < 2:
        return None
    hidden = len(members) - len(visible)
    title = cluster.title if not hidden else f"{len(members)} requests ask for the same thing"
    return SeenCluster(cluster, title, visible, hidden, None if hidden else money_of(visible, user))


def open_clusters(user: Any) -> list[SeenCluster]:
    """The clusters that stand, the strongest first, as `user` may see them. Two queries."""
    rows = Cluster.objects.filter(closed_at__isnull=True).order_by("-score", "id").prefetch_related(MEMBERS)
    return [seen for seen in (seen_cluster(cluster, user) for cluster in rows) if seen is not None]


def cluster_page(cluster: Cluster, user: Any) -> ClusterPage | None:
    """The page of a cluster (from a queryset with MEMBERS); None when `user` may not see it."""
    seen = seen_cluster(cluster, user)
    if seen is None:
        return None
    ids = [request.pk for request in seen.requests]
    ties = ties_between(ids, user)
    family = family_among(ids, user)
    return ClusterPage(
        seen,
        member_rows(seen.requests, user),
        ties,
        draw(seen.requests, ties, user, family.family.lead_id if family else None),
        family,
        _apart(ids, user),
        whom_to_ask() if seen.hidden else None,
        ties[0] if ties else None,
    )


def ties_between(ids: Sequence[int], user: Any) -> tuple[Tie, ...]:
    """The standing overlaps between these requests, the strongest first, with who confirmed them."""
    inside = FindingMember.objects.filter(request__in=ids).order_by().values("finding_id")
    rows = with_members(
        Finding.objects.standing().filter(kind=Finding.Kind.OVERLAP, pk__in=inside).order_by("-score", "id")
    ).prefetch_related(Prefetch("acts", TriageAct.objects.select_related("person").order_by("at", "id")))
    known = set(ids)
    chosen = [row for row in rows if {member.request_id for member in row.members.all()} <= known]
    shown = present(chosen, user)
    by_pk = {row.pk: row for row in chosen}
    return tuple(Tie(each, _looked_at(by_pk[each.pk]), _shares(each)) for each in shown)


def _looked_at(finding: Finding) -> str:
    undone = {act.undoes_id for act in finding.acts.all() if act.undoes_id}
    standing = [act for act in finding.acts.all() if act.kind != TriageAct.Kind.UNDO and act.pk not in undone]
    if not standing:
        return str(finding.get_state_display())
    last = standing[-1]
    return f"{last.get_kind_display()}, {last.person.name}"


def _shares(finding: PresentedFinding) -> str:
    """What the two have in common: the finding's one sentence, else its two strongest reasons."""
    if finding.summary:
        return finding.summary
    told = [line for line in finding.reasons if line.kind != "spelling" and (line.weight or 0) > 0]
    return ". ".join(line.text for line in told[:2])


def member_rows(requests: Iterable[ProjectRequest], user: Any) -> tuple[MemberRow, ...]:
    """These requests with their costs, as far as shown, and the latest answer of each. One query."""
    known = list(requests)
    answers = Answer.objects.filter(request__in=known).select_related("person").order_by("at", "id")
    latest = {answer.request_id: answer for answer in answers}
    return tuple(MemberRow(request, cost_words(request, user), latest.get(request.pk)) for request in known)


def draw(requests: Sequence[ProjectRequest], ties: Sequence[Tie], user: Any, lead: int | None = None) -> ClusterMap:
    """The map of these requests; circles are all the same size unless `user` may see every cost."""
    silos = {silo: at for at, silo in enumerate(sorted({request.silo_id for request in requests}))}
    shown = all(can_see_money(user, request) for request in requests)
    nodes = [
        MapRequest(
            request.pk,
            request.reference.rsplit("-", 1)[-1][-5:],
            _short(request.title),
            _short(request.silo.name + (f", {cost_words(request, user)}" if shown and request.one_off_cost else "")),
            request.get_absolute_url(),
            float(request.one_off_cost or 0) if shown else None,
            silos[request.silo_id],
            request.pk == lead,
        )
        for request in requests
    ]
    lines = [
        MapTie(tie.finding.requests[0].pk, tie.finding.requests[1].pk, tie.finding.score, tie.shares, tie.finding.url)
        for tie in ties
        if len(tie.finding.requests) == 2
    ]
    return cluster_map(nodes, lines)


def _short(text: str, most: int = 28) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"


def _apart(ids: Sequence[int], user: Any) -> tuple[tuple[PresentedFinding, TriageAct], ...]:
    """Overlaps with these requests that were dismissed: what does not belong, and why."""
    acts = {act.finding_id: act for act in dismissals_with(ids) if act.finding.kind == Finding.Kind.OVERLAP}
    rows = with_members(Finding.objects.filter(pk__in=list(acts)).order_by("-score", "id"))
    return tuple((shown, acts[shown.pk]) for shown in present(rows, user) if not shown.hidden)[:20]
