"""Kills the worker again and again in the middle of its work, with kill -9, and compares with an undisturbed one.

    ./dev bench kills [--rows 2000] [--kills 50]

Two equal databases (SQLite, bench.tagged) that were scanned once; architects have dismissed a third of the overlaps and
confirmed a third, and a fifth of the requests were edited since. One is scanned in peace. On the other a real Celery
worker with its timetable (a sweep each second) is started and killed at a random moment after it is ready, until it has
been killed so often. Before each start, when nothing is left to do, by turns every request is marked, a full scan is
planned in shards of a few hundred requests, or both. Then it may finish. Prints a line for each kill and whether both
hold the same findings with the same members in the same state, each found once, every act of the architects, and each
message once. Ends with status 1 when they differ. No language model takes part.
"""

import argparse
import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FILL = """
import sys, django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0); call_command("createcachetable", verbosity=0)
from bench.tagged import fill; fill(int(sys.argv[1]))
"""
SAY = """
import django; django.setup()
from django.db import transaction
from impacts.models import Finding
from impacts.services.findings.triage import confirm_finding, dismiss_finding
from portfolio.models import Membership, ProjectRequest, Role
from portfolio.services.marks import mark_for_scan
architect = Membership.objects.filter(role=Role.ARCHITECT).order_by("id").first().person
for number, finding in enumerate(Finding.objects.open().order_by("id")):
    if number % 3 == 0:
        dismiss_finding(finding=finding, person=architect, reason="They only share words.", version=finding.version)
    if number % 3 == 1:
        confirm_finding(finding=finding, person=architect, version=finding.version)
with transaction.atomic():
    for request in ProjectRequest.objects.live().order_by("id")[::5]:
        request.title, request.version = f"{request.title}, again", request.version + 1
        request.save()
        mark_for_scan(request=request)
"""
MARK = """
import django; django.setup()
from django.db import transaction
from portfolio.models import ProjectRequest
from portfolio.services.marks import mark_for_scan
with transaction.atomic():
    for request in ProjectRequest.objects.live().order_by("id"):
        mark_for_scan(request=request)
"""
SHARDS = """
import django; django.setup()
from impacts.services.scans import full_scan
full_scan.SHARD = 300
full_scan.plan_full_scan()
"""
COUNT = """
SELECT (SELECT count(*) FROM portfolio_scanmark) + (SELECT count(*) FROM impacts_scanshard WHERE done_at IS NULL)
     + (SELECT count(*) FROM impacts_scanrun r WHERE NOT complete
        AND EXISTS (SELECT 1 FROM impacts_scanshard s WHERE s.run_id = r.id)),
       (SELECT count(*) FROM impacts_findingchange)
"""
FREE = "UPDATE impacts_scanshard SET taken_at = NULL WHERE done_at IS NULL"
FINDINGS = """
import django; django.setup()
from collections import Counter, defaultdict
from impacts.models import Finding, FindingChange, FindingMember, TriageAct
from portfolio.models import Notification
members = defaultdict(list)
for finding, request in FindingMember.objects.order_by("request_id").values_list("finding__identity", "request_id"):
    members[finding].append(request)
for identity, state, severity in Finding.objects.order_by("identity").values_list("identity", "state", "severity"):
    print(identity, state, severity, *members[identity])
for act in TriageAct.objects.order_by("finding__identity", "id").values_list("finding__identity", "kind", "reason"):
    print("said", *act)
found = Counter(FindingChange.objects.filter(what="found").values_list("finding_id", flat=True))
print("found twice:", sum(count > 1 for count in found.values()))
told = Counter(Notification.objects.values_list("person_id", "key"))
print("told twice:", sum(count > 1 for count in told.values()))
"""


class Place:
    """A folder with a database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "bench.sqlite3"
        self.environ = {
            **os.environ,
            "DEBUG": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "CELERY_BROKER_URL": "filesystem://localhost",
            "OMBUD_VAR_DIR": str(folder),
            "OMBUD_SWEEP_SECONDS": "1",
            "OMBUD_MODEL": "off",
            "DATABASE_URL": f"sqlite:///{self.database}",
            "PYTHONUNBUFFERED": "1",
        }

    def run(self, code: str, *arguments: str) -> str:
        """Run some Python on this database. Returns what it printed."""
        command = [sys.executable, "-c", code, *arguments]
        return subprocess.run(command, env=self.environ, check=True, stdout=subprocess.PIPE, text=True).stdout

    def scan(self, *options: str) -> None:
        """Scan in peace."""
        subprocess.run([sys.executable, "manage.py", "scan", *options], env=self.environ, check=True)

    def counts(self) -> tuple[int, int]:
        """How many marks and shards are left, and how often a finding was changed."""
        with contextlib.closing(sqlite3.connect(self.database, timeout=30)) as database:
            left, changes = database.execute(COUNT).fetchone()
        return left, changes

    def free_shards(self) -> None:
        """Let the shards of a dead worker be taken at once, instead of after LEASE."""
        with contextlib.closing(sqlite3.connect(self.database, timeout=30)) as database, database:
            database.execute(FREE)

    def worker(self) -> "subprocess.Popen[bytes]":
        """Start a worker with its timetable; returns when it takes tasks."""
        log_file = self.folder / "worker.log"
        seen = log_file.stat().st_size if log_file.exists() else 0
        command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-P", "threads", "-c", "2", "-l", "INFO"]
        command += ["-B", "-s", str(self.folder / "beat"), "--without-gossip", "--without-mingle"]
        with log_file.open("ab") as log:
            process = subprocess.Popen(command, env=self.environ, stdout=log, stderr=log, start_new_session=True)
        while b"ready." not in log_file.read_bytes()[seen:]:
            if process.poll() is not None:
                raise RuntimeError(log_file.read_text(errors="replace")[-3000:])
            time.sleep(0.05)
        return process


def kill_often(place: Place, kills: int) -> None:
    """Kill the worker so many times, each at a moment of its own."""
    dice, given = random.Random(5), 0
    for number in range(1, kills + 1):
        left, _ = place.counts()
        if not left:
            for work in ((MARK,), (SHARDS,), (MARK, SHARDS))[given % 3]:
                place.run(work)
            given += 1
        worker = place.worker()
        wait = dice.uniform(0.1, 5)
        time.sleep(wait)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        place.free_shards()
        left, changes = place.counts()
        print(f"kill {number} after {wait:.1f} s: {left} marks and shards left, {changes} changes stored", flush=True)


def main() -> None:
    """Compare a scan that is killed with one that is not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=50)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        peace, war = Place(Path(made) / "peace"), Place(Path(made) / "war")
        peace.folder.mkdir()
        peace.run(FILL, str(chosen.rows))
        peace.run(MARK)
        peace.scan()
        peace.run(SAY)
        shutil.copytree(peace.folder, war.folder)
        peace.scan()
        peace.scan("--all")
        kill_often(war, chosen.kills)
        war.run(SHARDS)
        worker = war.worker()
        while war.counts()[0]:
            time.sleep(1)
        worker.terminate()
        worker.wait(60)
        expected, found = peace.run(FINDINGS), war.run(FINDINGS)
    said = sum(line.startswith("said") for line in expected.splitlines())
    lines = len(expected.splitlines()) - 2 - said
    print(f"{lines} findings and {said} acts undisturbed; after kills {'the same' if expected == found else 'OTHERS'}")
    for line in sorted(set(expected.splitlines()) ^ set(found.splitlines()))[:10]:
        print("differs:", line)
    print("\n".join(found.splitlines()[-2:]))
    sys.exit(expected != found)


if __name__ == "__main__":
    main()
