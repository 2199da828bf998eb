"""Keeps the clusters in step with the overlaps that stand: a cluster keeps its code as long as most of it stays.

Who is not tied to a request, not even through others, has no say in its cluster (engine/clusters.py). So after a scan
only what is tied to the requests whose overlaps were stored or closed is read, grouped and stored anew; all of it by a
process that did not see what came before, which may be that another one died, and at the end of a full scan.
"""

import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Count, Max
from django.utils import timezone

from impacts.engine.facts import FoundCluster
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.matching.summary import listed
from impacts.engine.rules import same_purpose
from impacts.engine.scan import Tie, scan_clusters
from impacts.models import Cluster, Finding, FindingChange, FindingMember, TriageAct
from impacts.selectors.scans.facts import engine_settings
from impacts.services.scans.index import held_index

TRIES = 5
TITLE_TERMS = 3
REMEMBERED = 50

MOST_TIED = 3_000
"""When more requests are tied to those whose overlaps changed, all overlaps are read."""

CHUNK = 1_000
PAUSE = 0.05
"""Seconds in which a scan that waits for the index gets its turn: a lock alone does not give it one."""

NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")

Print = tuple[object, ...]
State = Finding.State


class Overlap(NamedTuple):
    """A stored overlap, as far as clusters are concerned."""

    score: float
    state: str
    version: int


def refresh_clusters(*, changed: bool = False, afresh: bool = False) -> int:
    """Bring the clusters in step with the overlaps that stand. Returns how many clusters there are.

    With `changed` only those that may be others than when this process last did so (`HeldIndex.tied_anew`); all when
    it never did. What the requests of a cluster share is remembered while they do not change, unless `afresh`.
    Idempotent. Done again while findings change under it, so that of two workers the last one stores the last state.
    """
    with held_index() as held:
        about, held.tied_anew = held.tied_anew if changed else None, set()
        if afresh:
            held.forget_terms()
    try:
        if about is None or about:
            _refresh(about)
    except BaseException:
        with held_index() as held:
            held.tied_anew = None
        raise
    return Cluster.objects.filter(closed_at__isnull=True).count()


def _refresh(about: set[int] | None) -> None:
    for attempt in range(TRIES):
        scope = None if about is None else tied_to(about, MOST_TIED)
        before = _fingerprint(scope)
        ties = standing_ties(engine_settings().family, scope)
        with held_index() as held:
            found = scan_clusters(held.index, ties, held.terms_of)
            titles = {cluster.requests: _title(held.index, cluster) for cluster in found}
        try:
            with transaction.atomic():
                _store(found, titles, scope)
        except IntegrityError:
            time.sleep(0.05 * 2**attempt)
            continue
        if _fingerprint(scope) == before:
            break


def remember_terms() -> int:
    """Read what the requests of each standing cluster share, ahead of this process's first `refresh_clusters`; a few
    clusters at a time, so that a scan can go in between. Returns how many there are."""
    members: dict[int, list[int]] = {}
    rows = Cluster.requests.through.objects.filter(cluster__closed_at__isnull=True).order_by("cluster_id")
    for cluster, request in rows.values_list("cluster_id", "projectrequest_id"):
        members.setdefault(cluster, []).append(request)
    groups = [tuple(sorted(group)) for group in members.values()]
    for start in range(0, len(groups), REMEMBERED):
        with held_index() as held:
            for group in groups[start : start + REMEMBERED]:
                if all(held.facts(request) for request in group):
                    held.terms_of(group)
        time.sleep(PAUSE)
    return len(groups)


def tied_to(about: Collection[int], most: int) -> frozenset[int] | None:
    """These requests and all that are tied to them, also through others, by overlaps that stand or by a cluster as it
    is stored. None when they are more than `most`: then it is as well to read everything."""
    known, fresh = set(about), sorted(about)
    through = Cluster.requests.through.objects
    while fresh and len(known) <= most:
        clusters = through.filter(cluster__closed_at__isnull=True, projectrequest__in=fresh).order_by()
        together = through.filter(cluster__in=clusters.values("cluster_id")).order_by()
        found = set(together.values_list("projectrequest_id", flat=True))
        found.update(*_members(list(_standing(fresh))).values())
        fresh = sorted(found - known)
        known.update(fresh)
    return frozenset(known) if len(known) <= most else None


def _standing(scope: Collection[int] | None) -> dict[int, Overlap]:
    """The overlaps that stand, of all requests or of these, by id. Of these they are found by their members, and what
    does not stand is excluded: asked for a rule or for states, SQLite walks through all of them."""
    if scope is None:
        all_of_them = Finding.objects.standing().filter(rule=same_purpose.CODE).order_by("id")
        rows = all_of_them.values_list("id", "score", "state", "version")
        return {pk: Overlap(score, state, version) for pk, score, state, version in rows}
    found: dict[int, Overlap] = {}
    members = FindingMember.objects.filter(request__in=scope).order_by().values_list("finding_id", flat=True)
    ids = sorted(set(members))
    for part in (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)):
        some = Finding.objects.filter(pk__in=part).exclude(state__in=[State.DISMISSED, State.CLOSED]).order_by("id")
        for pk, rule, score, state, version in some.values_list("id", "rule", "score", "state", "version"):
            if rule == same_purpose.CODE:
                found[pk] = Overlap(score, state, version)
    return found


def _members(findings: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for part in (findings[start : start + CHUNK] for start in range(0, len(findings), CHUNK)):
        rows = FindingMember.objects.filter(finding__in=part).order_by("finding_id", "request_id")
        for finding, request in rows.values_list("finding_id", "request_id"):
            found.setdefault(finding, []).append(request)
    return found


def standing_ties(family: float, scope: Collection[int] | None = None) -> list[Tie]:
    """The overlaps that stand, of all requests or of these, as ties. What an architect confirmed counts as a strong
    one, whatever its score."""
    known = _standing(scope)
    members = _members(list(known))
    ties = []
    for finding, overlap in known.items():
        pair = members.get(finding, [])
        if len(pair) == 2:
            confirmed = overlap.state == State.CONFIRMED
            ties.append((pair[0], pair[1], max(overlap.score, family) if confirmed else overlap.score))
    return ties


def _fingerprint(scope: Collection[int] | None) -> Print:
    """What changes when the ties of these requests (None: any) do."""
    standing = Finding.objects.standing().filter(rule=same_purpose.CODE)
    return (
        tuple(standing.aggregate(Count("pk"), Max("pk"), Max("version")).values())
        if scope is None
        else tuple(_standing(scope).items()),
        FindingChange.objects.aggregate(Max("pk"))["pk__max"],
        TriageAct.objects.aggregate(Max("pk"))["pk__max"],
    )


def _title(index: PortfolioIndex, cluster: FoundCluster) -> str:
    silos = len({index.requests[pk].silo for pk in cluster.requests})
    number = NUMBERS[silos] if silos < len(NUMBERS) else str(silos)
    what = named(cluster.terms)
    return f"{number} departments ask for the same thing{f', about {what}' if what else ''}"[:300]


def named(terms: Sequence[str]) -> str:
    """What some requests share, as a phrase: '“branch kiosk” and “queue”'. The strongest three at most."""
    return listed(f"“{term}”" for term in terms[:TITLE_TERMS])


def _store(found: Sequence[FoundCluster], titles: Mapping[tuple[int, ...], str], scope: frozenset[int] | None) -> None:
    """Store the clusters of these requests (None: of all)."""
    now = timezone.now()
    # The highest code is read before the clusters: if another worker adds one in between, the code collides and all is
    # tried again, and two workers never store the same cluster twice.
    number = max((int(code[2:]) for code in Cluster.objects.order_by("id").values_list("code", flat=True)), default=0)
    standing = Cluster.objects.filter(closed_at__isnull=True).order_by("id")
    old = list(standing if scope is None else standing.filter(requests__in=scope).distinct())
    members: dict[int, set[int]] = {cluster.pk: set() for cluster in old}
    rows = Cluster.requests.through.objects.filter(cluster__in=list(members)).order_by("id")
    for cluster, request in rows.values_list("cluster_id", "projectrequest_id"):
        members[cluster].add(request)
    match = _matched(found, members)
    by_pk = {cluster.pk: cluster for cluster in old}
    closed = _closed(scope) if len(match) < len(found) else {}
    for item in found:
        score = round(sum(tie[2] for tie in item.ties), 4)
        fields = {"title": titles[item.requests], "terms": list(item.terms), "score": score}
        known = by_pk.pop(match[item.requests], None) if item.requests in match else None
        if known is None and (back := closed.pop(frozenset(item.requests), None)):
            Cluster.objects.filter(pk=back).update(closed_at=None, **fields)
            continue
        if known is None:
            number += 1
            known = Cluster.objects.create(code=f"C-{number:03d}", found_at=now, **fields)
            known.requests.add(*item.requests)
            continue
        if {key: getattr(known, key) for key in fields} != fields:
            Cluster.objects.filter(pk=known.pk).update(**fields)
        if members[known.pk] != set(item.requests):
            known.requests.set(item.requests)
    for gone in by_pk.values():
        Cluster.objects.filter(pk=gone.pk, closed_at__isnull=True).update(closed_at=now)


def _closed(scope: frozenset[int] | None) -> dict[frozenset[int], int]:
    """Closed clusters of these requests (None: all) by their members, of the same members the latest: one that comes
    about again, because a merge was undone or a request was filed again, has its code again. One query."""
    members: dict[int, set[int]] = {}
    through = Cluster.requests.through.objects
    rows = through.filter(cluster__closed_at__isnull=False).order_by("cluster_id")
    if scope is not None:
        rows = rows.filter(cluster__in=through.filter(projectrequest__in=scope).order_by().values("cluster_id"))
    for cluster, request in rows.values_list("cluster_id", "projectrequest_id"):
        members.setdefault(cluster, set()).add(request)
    return {frozenset(requests): cluster for cluster, requests in members.items()}


def _matched(found: Sequence[FoundCluster], members: Mapping[int, set[int]]) -> dict[tuple[int, ...], int]:
    """Which old cluster each new one is: the one with most members in common, each old one once."""
    home: dict[int, list[int]] = {}
    for cluster, requests in members.items():
        for request in requests:
            home.setdefault(request, []).append(cluster)
    candidates: list[tuple[int, int, tuple[int, ...]]] = []
    for item in found:
        common = Counter(cluster for request in item.requests for cluster in home.get(request, ()))
        candidates += [(-count, cluster, item.requests) for cluster, count in common.items()]
    match: dict[tuple[int, ...], int] = {}
    taken: set[int] = set()
    for _, cluster, together in sorted(candidates):
        if cluster not in taken and together not in match:
            match[together] = cluster
            taken.add(cluster)
    return match
