"""Scanning in processes of their own: two at once, and one that is killed in the middle."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from impacts.models import Finding, FindingChange, FindingMember
from portfolio.models import Notification, ScanMark
from portfolio.tasks import wake_scanner
from tests.factories import SiloFactory, filed_request, person_with
from tests.workers import database_url

SUBJECTS = ("alpha", "bravo", "carbon", "delta", "ember", "falcon", "granite", "harbour", "indigo", "juniper")
WORDS = ("ledger", "orchard", "velvet", "quarry", "lantern", "meadow", "saddle", "timber", "walnut", "copper")


def file_pairs(count: int) -> set[frozenset[int]]:
    """File pairs of requests that want the same, each pair unlike the others, in one transaction. The pairs."""
    silos = [SiloFactory.create(), SiloFactory.create()]
    people = [person_with("head", silo=silo) for silo in silos]
    pairs = set()
    with transaction.atomic():
        for number in range(count):
            subject = f"{SUBJECTS[number % 10]}{number} {WORDS[number // 10 % 10]}{number}"
            text = f"The {subject} of zone{number} breaks down, so staff of zone{number} repair {subject} by hand."
            twins = [
                filed_request(silo=silo, requester=person, title=f"Renew {subject}", problem=text, proposal=text)
                for silo, person in zip(silos, people, strict=True)
            ]
            pairs.add(frozenset(twin.pk for twin in twins))
    return pairs


def found_pairs() -> set[frozenset[int]]:
    """The pairs that are stored as overlaps and stand."""
    members: dict[int, set[int]] = {}
    rows = FindingMember.objects.filter(finding__rule="same-purpose", finding__state="open")
    for finding, request in rows.values_list("finding_id", "request_id"):
        members.setdefault(finding, set()).add(request)
    return {frozenset(pair) for pair in members.values()}


def assert_nothing_twice() -> None:
    """Every finding has its two members, and was found once."""
    assert Finding.objects.count() == Finding.objects.values("identity").distinct().count()
    assert FindingChange.objects.filter(what="found").count() == Finding.objects.count()
    keys = list(Notification.objects.values_list("person_id", "key"))
    assert len(keys) == len(set(keys))


@pytest.mark.django_db(transaction=True)
def test_two_scans_at_once_store_everything_once(tmp_path: Path) -> None:
    pairs = file_pairs(40)
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "1",
        "DATABASE_URL": database_url(),
        "OMBUD_VAR_DIR": str(tmp_path),
    }
    command = [sys.executable, "manage.py", "scan", "--json"]
    running = [
        subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for _ in range(2)
    ]
    for process in running:
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0, output

    assert pairs <= found_pairs()
    assert not ScanMark.objects.exists()
    assert_nothing_twice()


def test_a_worker_killed_in_the_middle_loses_nothing(celery_worker_process: Any) -> None:
    worker = celery_worker_process.start()
    pairs = file_pairs(150)
    with transaction.atomic():
        wake_scanner()
    worker.wait_until(Finding.objects.exists, what="the first batch is stored")
    worker.kill()

    said = Finding.objects.filter(rule="same-purpose").order_by("id").first()
    assert said is not None
    Finding.objects.filter(pk=said.pk).update(state="confirmed", version=said.version + 1)
    assert ScanMark.objects.exists(), "the scan was over before it was killed"
    missing = pairs - found_pairs() - {frozenset(said.requests.values_list("pk", flat=True))}
    marked = set(ScanMark.objects.values_list("request_id", flat=True))
    assert all(pair & marked for pair in missing)

    worker.start(beat=True, sweep_seconds=1)
    worker.wait_until(lambda: not ScanMark.objects.exists(), seconds=60, what="the sweep has scanned the rest")
    said.refresh_from_db()
    assert said.state == "confirmed"
    assert pairs <= found_pairs() | {frozenset(said.requests.values_list("pk", flat=True))}
    assert_nothing_twice()


def test_a_request_filed_is_scanned_by_a_waiting_worker(celery_worker_process: Any) -> None:
    first = filed_request(title="Push alerts when money leaves the card", problem="Fraud is seen late.")
    worker = celery_worker_process.start()
    with transaction.atomic():
        second = filed_request(title="Alerts by push when money leaves a card", problem="Fraud is seen too late.")
        wake_scanner()
    worker.wait_until(lambda: Finding.objects.filter(requests=second).exists(), what="its findings are stored")
    finding = Finding.objects.get(requests=second, rule="same-purpose")
    assert set(finding.requests.all()) == {first, second}
