"""Celery's way into the scanner. A message only wakes it; what is to be done stands in the database."""

from datetime import UTC, datetime
from typing import Any

from celery import shared_task
from celery.signals import worker_process_init, worker_ready
from django.utils import timezone

from impacts.selectors.scans.rules import owes_full_scan
from impacts.services.findings.clusters import remember_terms
from impacts.services.scans.encoding import encode_new_requests, encoder_or_none
from impacts.services.scans.full_scan import began_since, full_scan_waits, plan_full_scan, work_on_shards
from impacts.services.scans.index import load_addresses, store_index, warm_beside, warm_index
from impacts.services.scans.scanning import scan_until_done
from impacts.services.tags.bets import ask_for_answers
from impacts.services.tags.suggesting import refresh_suggestions

HELPERS = 7
"""At most so many other workers are asked to take shards of a full scan."""

ENCODED_AT_ONCE = 500
"""Half a minute's work."""


@shared_task
def scan_marked_task() -> int:
    """Scan what is marked until nothing is left, take shards of a full scan that wait, start one where the full scan
    after new settings got lost, then bring suggested tags up to date. Woken by a save and by the sweep. Returns how
    many were scanned."""
    scanned = scan_until_done().requests
    if full_scan_waits():
        scanned += work_on_shards()
    elif owes_full_scan():
        scanned += rescan_all_task()
    if scanned:
        store_index()
    refresh_suggestions()
    return scanned


@shared_task
def rescan_all_task(anew: bool = True, asked: float | None = None) -> int:
    """Scan the whole portfolio, together with other workers: after a change of the registers, and by night, since
    remedies and limits follow the calendar. For `anew` see ScanRun; `asked` says when this was asked for (seconds since
    1970): a full scan that began later will do. Returns how many this worker scanned."""
    if asked is not None and began_since(datetime.fromtimestamp(asked, UTC)):
        return work_on_shards()
    shards = plan_full_scan(anew=anew).shards.count()
    for _ in range(min(shards - 1, HELPERS)):
        scan_shards_task.delay()
    scanned = work_on_shards()
    store_index(anyway=True)
    return scanned


@shared_task
def scan_shards_task() -> int:
    """Take shards of a full scan until none is free. Returns how many requests were scanned."""
    return work_on_shards()


@shared_task
def encode_waiting_task() -> int:
    """Read requests that the language model has never read, some hundred at a time, and mark them for a scan. By a
    timetable. Returns how many were read."""
    read = encode_new_requests(limit=ENCODED_AT_ONCE)
    if read:
        scan_marked_task.delay()
    return read


@shared_task
def ask_for_answers_task() -> int:
    """Ask the owners of bets whose day has come what came of them. By a timetable. Returns how many were asked."""
    return ask_for_answers(today=timezone.localdate())


@worker_process_init.connect
@worker_ready.connect
def warm_worker(**_: Any) -> None:
    """Build the index when a worker starts, beside its other work, so that the first scan need not wait for it."""
    warm_beside(load_addresses, encoder_or_none, warm_index, remember_terms)
