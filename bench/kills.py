"""Kills the worker again and again in the middle of a scan, with kill -9, and compares with an undisturbed scan.

    ./dev bench kills [--rows 2000] [--kills 12]

Two equal databases (SQLite, bench.tagged), every request marked for scanning. One is scanned in peace. On the other a
real Celery worker with its timetable (a sweep each second) is started and killed at a random moment after it is ready,
until it has been killed so often; when it finishes too early, everything is marked again. Then it may finish. Prints a
line for each kill and whether both hold the same findings with the same members, each found once, and each message
once. Ends with status 1 when they differ.
"""

import argparse
import os
import random
import shutil
import signal
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
MARK = """
import django; django.setup()
from django.db import transaction
from portfolio.models import ProjectRequest
from portfolio.services.marks import mark_for_scan
with transaction.atomic():
    for request in ProjectRequest.objects.live().order_by("id"):
        mark_for_scan(request=request)
"""
COUNT = """
import django; django.setup()
from impacts.models import Finding
from portfolio.models import ScanMark
print(ScanMark.objects.count(), Finding.objects.count())
"""
FINDINGS = """
import django; django.setup()
from collections import Counter, defaultdict
from impacts.models import Finding, FindingChange, FindingMember
from portfolio.models import Notification
members = defaultdict(list)
for finding, request in FindingMember.objects.order_by("request_id").values_list("finding__identity", "request_id"):
    members[finding].append(request)
for identity, state, severity in Finding.objects.order_by("identity").values_list("identity", "state", "severity"):
    print(identity, state, severity, *members[identity])
found = Counter(FindingChange.objects.filter(what="found").values_list("finding_id", flat=True))
print("found twice:", sum(count > 1 for count in found.values()))
told = Counter(Notification.objects.values_list("person_id", "key"))
print("told twice:", sum(count > 1 for count in told.values()))
"""


class Place:
    """A folder with a database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = {
            **os.environ,
            "DEBUG": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "CELERY_BROKER_URL": "filesystem://localhost",
            "OMBUD_VAR_DIR": str(folder),
            "OMBUD_SWEEP_SECONDS": "1",
            "DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite3'}",
            "PYTHONUNBUFFERED": "1",
        }

    def run(self, code: str, *arguments: str) -> str:
        """Run some Python on this database. Returns what it printed."""
        command = [sys.executable, "-c", code, *arguments]
        return subprocess.run(command, env=self.environ, check=True, stdout=subprocess.PIPE, text=True).stdout

    def counts(self) -> tuple[int, int]:
        """How many requests are marked, and how many findings are stored."""
        marks, findings = self.run(COUNT).split()
        return int(marks), int(findings)

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
    dice = random.Random(5)
    for number in range(1, kills + 1):
        marks, _ = place.counts()
        if not marks:
            place.run(MARK)
        worker = place.worker()
        wait = dice.uniform(0.5, 8)
        time.sleep(wait)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        left, stored = place.counts()
        print(f"kill {number} after {wait:.1f} s: {left} marks left, {stored} findings stored", flush=True)


def main() -> None:
    """Compare a scan that is killed with one that is not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=12)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        peace, war = Place(Path(made) / "peace"), Place(Path(made) / "war")
        peace.folder.mkdir()
        peace.run(FILL, str(chosen.rows))
        peace.run(MARK)
        shutil.copytree(peace.folder, war.folder)
        subprocess.run([sys.executable, "manage.py", "scan"], env=peace.environ, check=True)
        kill_often(war, chosen.kills)
        worker = war.worker()
        while war.counts()[0]:
            time.sleep(1)
        worker.terminate()
        worker.wait(60)
        expected, found = peace.run(FINDINGS), war.run(FINDINGS)
    lines = len(expected.splitlines()) - 2
    print(f"{lines} findings undisturbed; the killed scan has {'the same' if expected == found else 'OTHERS'}")
    print("\n".join(found.splitlines()[-2:]))
    sys.exit(expected != found)


if __name__ == "__main__":
    main()
