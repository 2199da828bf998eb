"""Scans the whole portfolio, in shards that any number of workers take: after a change of registers, and by night.

A shard is a range of requests, scanned against the whole portfolio like a batch of marked ones, so what it finds does
not depend on the others, but for crowding, which it measures for its own. A pair across two shards is found by both and
stored once. A shard whose worker died is taken again after LEASE; the sweep sees to it. A later full scan overtakes one
that is not done.
"""

import time
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from impacts.models import Finding, FindingMember, ScanRun, ScanShard
from impacts.services.findings.clusters import refresh_clusters
from impacts.services.scans.encoding import encode_requests
from impacts.services.scans.scanning import Scanned, scan_requests, scan_until_done
from impacts.services.scans.storing import close_findings
from impacts.services.scans.telling import summarise_findings_since
from portfolio.models import ProjectRequest, ScanMark

SHARD, SHARDS = 4_000, 8
"""Requests in a shard at least, and shards at most: each lays out the whole portfolio anew, and what lies across two of
them is compared twice. Eight are enough for four workers to be done at about the same time."""

LEASE = timedelta(minutes=15)
"""After so long a shard that is not done is taken by another worker. Scanned twice, it is stored once."""

ENCODED = 2_000
"""Requests read by the language model before a full scan: some minutes. More are left to the timetable."""

CLOCKS = timedelta(seconds=5)
"""By so much the clocks of two machines may differ."""

LAST = 2**62
"""Above every id."""


def scan_all(*, anew: bool = True) -> Scanned:
    """Scan the whole portfolio now, with whoever else takes shards of it. For `anew` see ScanRun. Returns what came of
    it; when a later full scan overtakes it, what has come of it so far."""
    run = plan_full_scan(anew=anew)
    while run.shards.filter(done_at__isnull=True).exists():
        if not work_on_shards():
            time.sleep(0.2)
    _finish(run)
    run.refresh_from_db()
    return Scanned(run.requests, run.seconds or 0.0, run.counts)


def plan_full_scan(*, anew: bool = True) -> ScanRun:
    """Divide the portfolio into shards for workers to take. Those of an earlier full scan are dropped. First reads what
    the language model has not read yet, up to ENCODED requests; what is beyond that takes part by its words."""
    encode_requests(limit=ENCODED)
    with transaction.atomic():
        return _planned(anew)


def _planned(anew: bool) -> ScanRun:
    ScanShard.objects.all().delete()
    ids = list(ProjectRequest.objects.live().order_by("id").values_list("id", flat=True))
    run = ScanRun.objects.create(started_at=timezone.now(), requests=len(ids), anew=anew)
    size = max(SHARD, -(-len(ids) // SHARDS))
    bounds = [0, *ids[size::size], LAST]
    ScanShard.objects.bulk_create(ScanShard(run=run, first=first, last=after - 1) for first, after in pairwise(bounds))
    return run


def work_on_shards() -> int:
    """Take shards until none is free, and in between what is newly marked; finish what a worker left that died after
    the last shard. Returns how many requests were scanned."""
    done = 0
    while (shard := _take_shard()) is not None:
        done += _scan_shard(shard)
        _finish(shard.run)
        if ScanMark.objects.exists():
            scan_until_done()
    for run in _unfinished().order_by("id"):
        _finish(run)
    return done


def began_since(asked: datetime) -> bool:
    """Whether a full scan began after this moment that no other overtook: it saw all that was stored before."""
    began = ScanRun.objects.filter(started_at__gt=asked + CLOCKS, anew=True)
    return began.filter(Q(complete=True) | Q(shards__isnull=False)).exists()


def full_scan_waits() -> bool:
    """Whether a full scan is under way, or was left by a worker that died."""
    return ScanShard.objects.filter(done_at__isnull=True).exists() or _unfinished().exists()


def _free() -> QuerySet[ScanShard]:
    free = Q(taken_at__isnull=True) | Q(taken_at__lt=timezone.now() - LEASE)
    return ScanShard.objects.filter(free, done_at__isnull=True)


def _unfinished() -> QuerySet[ScanRun]:
    waiting = ScanShard.objects.filter(done_at__isnull=True).order_by().values("run_id")
    return ScanRun.objects.filter(complete=False, shards__isnull=False).exclude(pk__in=waiting).distinct()


def _take_shard() -> ScanShard | None:
    """A shard that is now this worker's, if one is free: of two who reach for it, one gets it."""
    for shard in _free().select_related("run").order_by("run_id", "first")[:50]:
        mine = ScanShard.objects.filter(pk=shard.pk, taken_at=shard.taken_at, done_at__isnull=True)
        if mine.update(taken_at=timezone.now()):
            return shard
    return None


def _scan_shard(shard: ScanShard) -> int:
    inside = {"id__gte": shard.first, "id__lte": shard.last}
    ids = set(ProjectRequest.objects.live().filter(**inside).order_by().values_list("id", flat=True))
    found = FindingMember.objects.filter(request_id__gte=shard.first, request_id__lte=shard.last)
    left = found.exclude(finding__state=Finding.State.CLOSED).order_by().values_list("request_id", flat=True)
    rows = ScanMark.objects.filter(request_id__gte=shard.first, request_id__lte=shard.last).order_by("request_id")
    marks = dict(rows.values_list("request_id", "version"))
    about = frozenset(ids.union(left.distinct(), marks))
    stored = scan_requests(about, marks, now=timezone.now(), tell=False, anew=shard.run.anew)
    ScanShard.objects.filter(pk=shard.pk).update(done_at=timezone.now(), counts=dict(stored.counts))
    return len(ids)


def _finish(run: ScanRun) -> None:
    """Once all shards are done: the clusters, one message to the architects, and the run is complete. However many
    workers come here, it is done once."""
    done = list(run.shards.values_list("done_at", flat=True))
    if not done or None in done or not ScanRun.objects.filter(pk=run.pk, complete=False).exists():
        return
    _close_what_is_about_nobody()
    counts = sum((Counter(each) for each in run.shards.values_list("counts", flat=True)), Counter[str]())
    counts["clusters"] = refresh_clusters(afresh=True)
    seconds = round((timezone.now() - run.started_at).total_seconds(), 3)
    with transaction.atomic():
        mine = ScanRun.objects.filter(pk=run.pk, complete=False)
        if mine.update(complete=True, counts=dict(counts), seconds=seconds):
            summarise_findings_since(run.started_at)


def _close_what_is_about_nobody() -> None:
    """Close the findings whose requests were all deleted."""
    with transaction.atomic():
        close_findings(
            findings=Finding.objects.standing().filter(members__isnull=True).order_by("id"), now=timezone.now()
        )
