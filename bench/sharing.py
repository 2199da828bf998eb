"""Lets Celery workers share full scans and times them: the measurements of bench.workers.

Import it where Django is set up.
"""

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from bench.meanings import give_meanings
from bench.tagged import fill
from impacts.models import Cluster, Finding, FindingChange, FindingMember, ScanRun
from impacts.services.scans.index import store_index
from impacts.tasks import rescan_all_task
from portfolio.models import ProjectRequest, ScanMark

PATIENCE = 3600
QUIET = 1.0
"""A worker that works less than a tenth of so many seconds has loaded its index."""


def _wait(condition: Callable[[], bool], processes: list[psutil.Popen]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if any(process.poll() is not None for process in processes) or time.monotonic() > deadline:
            raise RuntimeError("A worker ended, or it took too long. What it said stands in worker-*.log.")
        time.sleep(0.05)


def _worked(process: psutil.Popen) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


@contextmanager
def workers(folder: Path, count: int) -> Iterator[list[psutil.Popen]]:
    """Run so many workers of one thread each while the block runs; they have loaded the index."""
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-P", "threads", "-c", "1", "-l", "INFO"]
    command += ["--without-gossip", "--without-mingle"]
    logs = [folder / f"worker-{number}.log" for number in range(count)]
    processes = []
    for log in logs:
        with log.open("wb") as file:
            processes.append(psutil.Popen(command, cwd=settings.BASE_DIR, stdout=file, stderr=file))
    try:
        _wait(lambda: all("ready." in log.read_text(errors="replace") for log in logs), processes)
        _wait(lambda: all(_is_quiet(process) for process in processes), processes)
        yield processes
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(60)


def _is_quiet(process: psutil.Popen) -> bool:
    before = _worked(process)
    time.sleep(QUIET)
    return _worked(process) - before < QUIET / 10


def full_scan(processes: list[psutil.Popen]) -> dict[str, Any]:
    """Ask for a full scan and wait for it."""
    known = ScanRun.objects.filter(complete=True).count()
    before = [_worked(process) for process in processes]
    began, load = time.perf_counter(), os.getloadavg()[0]
    rescan_all_task.delay()
    _wait(lambda: ScanRun.objects.filter(complete=True).count() > known, processes)
    seconds = time.perf_counter() - began
    worked = [round(_worked(process) - was, 1) for process, was in zip(processes, before, strict=True)]
    return {
        "seconds": round(seconds, 1),
        "processor_s": worked,
        "load": [round(load, 1), round(os.getloadavg()[0], 1)],
        "findings": Finding.objects.exclude(state=Finding.State.CLOSED).count(),
        "same": findings_hash(),
    }


def findings_hash() -> str:
    """What stands, whoever found it and when. Scores are left out: crowding is measured shard by shard, and a score
    that moves by less than `storing.DRIFT` stays as it was stored."""
    members: dict[int, list[int]] = {}
    for finding, request in FindingMember.objects.order_by("finding_id", "request_id").values_list(
        "finding_id", "request_id"
    ):
        members.setdefault(finding, []).append(request)
    digest = hashlib.sha256()
    standing = Finding.objects.exclude(state=Finding.State.CLOSED).order_by("identity")
    rows = standing.values_list("id", "identity", "severity", "state")
    for pk, *fields in rows.iterator(chunk_size=1000):
        digest.update(repr((fields, members.get(pk))).encode())
    return digest.hexdigest()[:12]


def forget() -> None:
    """Delete what scans have found."""
    with transaction.atomic():
        for model in (FindingMember, FindingChange, Finding, Cluster, ScanMark, ScanRun):
            model.objects.all().delete()


def measure(folder: Path, rows: int, counts: list[int]) -> dict[str, Any]:
    """Fill the database if it is empty, then measure."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    if not ProjectRequest.objects.exists():
        fill(rows)
        give_meanings()
    store_index(anyway=True)
    result: dict[str, Any] = {"requests": ProjectRequest.objects.count()}
    for count in counts:
        forget()
        with workers(folder, count) as processes:
            result[f"{count} workers"] = {"first": full_scan(processes), "again": full_scan(processes)}
    return result


def one(database: str, folder: str, rows: str, *counts: str) -> None:
    """Measure in this process, whose environment names the database, and print."""
    result = {"database": database} | measure(Path(folder), int(rows), [int(count) for count in counts])
    sys.stdout.write(json.dumps(result, indent=2) + "\n")
    sys.stdout.flush()
