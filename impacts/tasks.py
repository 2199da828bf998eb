"""Celery's way into the scanner. A message only wakes it; what is to be done stands in the database."""

from typing import Any

from celery import shared_task
from celery.signals import worker_process_init, worker_ready

from impacts.selectors.rules import owes_full_scan
from impacts.services.clusters import remember_terms
from impacts.services.index import load_addresses, store_index, warm_beside, warm_index
from impacts.services.scanning import scan_all, scan_until_done
from impacts.services.suggesting import refresh_suggestions


@shared_task
def scan_marked_task() -> int:
    """Scan what is marked until nothing is left, everything where the full scan after new settings got lost, then bring
    suggested tags up to date. Woken by a save and by the sweep. Returns how many were scanned."""
    scanned = scan_until_done().requests
    if owes_full_scan():
        scanned += scan_all().requests
    refresh_suggestions()
    return scanned


@shared_task
def rescan_all_task() -> int:
    """Scan the whole portfolio: after a change of the registers, and by night. Returns how many were scanned."""
    done = scan_all().requests
    store_index(anyway=True)
    return done


@worker_process_init.connect
@worker_ready.connect
def warm_worker(**_: Any) -> None:
    """Build the index when a worker starts, beside its other work, so that the first scan need not wait for it."""
    warm_beside(load_addresses, warm_index, remember_terms)
