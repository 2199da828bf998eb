"""Files requests over HTTP in a running Ombud and times what becomes of them: the measurements of bench.findings.

Import it where Django is set up.
"""

import json
import os
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management import call_command

from bench.engine_size import SILOS, Maker
from bench.meanings import READ, give_meanings
from bench.serving import Visitor, running
from bench.tagged import Portfolio, fill
from impacts.models import Cluster, Finding
from impacts.services.scans.full_scan import scan_all
from impacts.services.scans.index import store_index
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest, ScanMark

BURST = 20
PATIENCE = 120
SLOW = 2000
LIVE = "/panels/live/look-alikes/"
MORE = " more, among the "

Pair = tuple[ProjectRequest, ProjectRequest]


def summary(values: Sequence[float], digits: int = 2) -> dict[str, float]:
    """Median, 95th percentile and maximum."""
    ranked = sorted(values)
    places = {"p50": 0.5, "p95": 0.95, "max": 1.0}
    return {
        name: round(ranked[min(len(ranked) - 1, int(share * len(ranked)))], digits) for name, share in places.items()
    }


class Bench:
    """Files drafts in a portfolio that is there, and times what becomes of them."""

    def __init__(self, folder: Path, rows: int) -> None:
        self.folder, self.rows, self.dice = folder, rows, random.Random(11)
        self.made = int(time.time()) % 10**6
        self.portfolio = Portfolio()
        self.visitors: dict[tuple[int, int], Visitor] = {}
        self.maker = Maker(rows, seed=self.dice.randrange(10**6))

    def draft(self) -> Pair:
        """Write a draft that resembles a filed request of another silo, one that the model has read. Returns both."""
        read = ProjectRequest.objects.live().filter(reference__startswith="GEN").order_by("id")[:READ]
        twin = self.dice.choice(list(read.select_related("requester")))
        self.made += 1
        facts = self.maker.request(self.made)
        words = twin.problem.split()
        self.dice.shuffle(words)

        own = [number for number in range(SILOS) if self.portfolio.silos[number].pk != twin.silo_id]
        facts = replace(
            facts,
            silo=self.dice.choice(own),
            title=" ".join([*twin.title.split()[:4], facts.title.split()[-1]]),
            problem=" ".join(words[:28] + facts.problem.split()[:8]),
        )
        return self.portfolio.rows([facts], [Status.DRAFT], "NEW")[0], twin

    def visitor(self, port: int, person: Person) -> Visitor:
        """This person, signed in."""
        return self.visitors.setdefault((port, person.pk), Visitor(person, port))

    def file(self, port: int, draft: ProjectRequest, twin: ProjectRequest) -> tuple[float, float]:
        """File it over HTTP. Returns the moment when the answer was read, and the seconds that it took."""
        visitor = self.visitor(port, draft.requester)
        self.visitor(port, twin.requester)
        status, where, seconds = visitor.ask("POST", f"/requests/{draft.reference}/file/check/")
        if status != 302 or "filed=1" not in where:
            raise RuntimeError(f"Filing {draft.reference} was answered with {status}: {where[:500]}")
        return time.perf_counter(), seconds

    def wait(self, draft: ProjectRequest, twin: ProjectRequest, since: float) -> float:
        """Seconds until their overlap is in the database."""
        found = Finding.objects.filter(rule="same-purpose", requests=draft).filter(requests=twin)
        while not found.exists():
            if time.perf_counter() - since > PATIENCE:
                raise RuntimeError(f"No overlap of {draft.reference} with {twin.reference}")
            time.sleep(0.025)
        return time.perf_counter() - since

    def wait_for_card(self, port: int, draft: ProjectRequest, twin: ProjectRequest, since: float) -> float:
        """Seconds until the hold-on card shows each to the requester of the other; of more than six it counts some."""
        for mine, other in ((draft, twin), (twin, draft)):
            visitor = self.visitor(port, mine.requester)
            card = ""
            while other.reference not in card and MORE not in card:
                if time.perf_counter() - since > PATIENCE:
                    raise RuntimeError(f"{other.reference} is not on the card of {mine.reference}")
                time.sleep(0.1)
                card = visitor.ask("GET", f"/panels/{mine.reference}/hold-on/")[1]
        return time.perf_counter() - since

    def idle(self) -> float:
        """Wait until nothing is marked any more. Seconds."""
        began = time.perf_counter()
        while ScanMark.objects.exists():
            time.sleep(0.05)
        return time.perf_counter() - began

    def cold(self) -> dict[str, Any]:
        """File at the moment a fresh worker is ready; and ask a fresh web server for look-alikes."""
        draft, twin = self.draft()
        with running(self.folder) as server:
            since, _ = self.file(server.port, draft, twin)
            stored = self.wait(draft, twin, since)
            shown = self.wait_for_card(server.port, draft, twin, since)
            self.idle()
        with running(self.folder) as server:
            visitor = self.visitor(server.port, self.portfolio.heads[0])
            first = [self._alike(visitor, twin) for _ in range(6)]
        return {"stored": round(stored, 2), "shown": round(shown, 2), "look_alikes_cold_ms": first}

    def _alike(self, visitor: Visitor, like: ProjectRequest) -> float:
        status, page, seconds = visitor.ask("POST", LIVE, title=like.title, problem=like.problem[:200])
        if status != 200 or like.reference not in page:
            raise RuntimeError(f"Look-alikes were answered with {status}: {page[:500]}")
        return round(1000 * seconds, 1)

    def warm(self, count: int) -> dict[str, Any]:
        """File one after the other, then a burst; then type."""
        result: dict[str, Any] = {}
        with running(self.folder) as server:
            self._warm_up(server.port)
            filed, stored, shown, scanned = list[float](), list[float](), list[float](), list[float]()
            worked, worked_in_all = list[float](), list[float]()
            for _ in range(count):
                draft, twin = self.draft()
                before = server.worked("celery")
                since, seconds = self.file(server.port, draft, twin)
                filed.append(seconds)
                stored.append(self.wait(draft, twin, since))
                worked.append(server.worked("celery") - before)
                shown.append(self.wait_for_card(server.port, draft, twin, since))
                self.idle()
                scanned.append(time.perf_counter() - since)
                worked_in_all.append(server.worked("celery") - before)
            result |= {"file": summary(filed), "stored": summary(stored), "shown": summary(shown)}
            result |= {"marks_gone": summary(scanned), "load": [round(each, 1) for each in os.getloadavg()]}
            result |= {"worker_cpu_until_stored": summary(worked), "worker_cpu_until_gone": summary(worked_in_all)}
            drafts = [self.draft() for _ in range(BURST)]
            since_of = [self.file(server.port, draft, twin)[0] for draft, twin in drafts]
            took = self._burst(drafts, since_of)
            result["burst"] = summary(took) | {"filed_in": round(since_of[-1] - since_of[0], 2)}
            result["burst"]["marks_gone"] = round(self.idle(), 2)
            visitor = self.visitor(server.port, self.portfolio.heads[0])
            times = [self._alike(visitor, self.draft()[1]) for _ in range(60)]
            result["look_alikes_ms"] = summary(times[10:], 0)
            result["worker_mb"] = server.memory_mb("celery")[:1]
            result["web_mb"] = server.memory_mb("gunicorn")
        return result

    def _warm_up(self, port: int) -> None:
        """File two that do not count, and let both web processes answer."""
        for _ in range(2):
            draft, twin = self.draft()
            self.wait(draft, twin, self.file(port, draft, twin)[0])
            self.idle()
        visitor = self.visitor(port, self.portfolio.heads[0])
        while max(self._alike(visitor, twin) for _ in range(8)) > SLOW:
            pass
        time.sleep(5)

    def _burst(self, drafts: Sequence[Pair], since: Sequence[float]) -> list[float]:

        waiting, took = dict(enumerate(drafts)), []
        while waiting:
            for at, (draft, twin) in list(waiting.items()):
                if Finding.objects.filter(rule="same-purpose", requests=draft).filter(requests=twin).exists():
                    took.append(time.perf_counter() - since[at])
                    del waiting[at]
            if time.perf_counter() - since[0] > PATIENCE:
                raise RuntimeError(f"No overlaps of {[draft.reference for draft, _ in waiting.values()]}")
            time.sleep(0.025)
        return took


def measure(folder: Path, rows: int, count: int) -> dict[str, Any]:
    """Fill the database if it is empty, then measure."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    result: dict[str, Any] = {"load": [round(each, 1) for each in os.getloadavg()]}
    if not ProjectRequest.objects.exists():
        began = time.perf_counter()
        fill(rows)
        result["fill_s"] = round(time.perf_counter() - began, 1)
        result["meanings"] = give_meanings()
        result["index_mb"] = round(store_index(anyway=True) / 2**20)
        result["scan_all_s"] = round(scan_all().seconds, 1)
    result |= {"requests": ProjectRequest.objects.count(), "findings": Finding.objects.count()}
    result["clusters"] = Cluster.objects.filter(closed_at__isnull=True).count()
    bench = Bench(folder, rows)
    return result | {"cold": bench.cold(), "warm": bench.warm(count)}


def one(database: str, folder: str, rows: str, count: str) -> None:
    """Measure in this process, whose environment names the database, and print."""
    result = {"database": database} | measure(Path(folder), int(rows), int(count))
    sys.stdout.write(json.dumps(result, indent=2) + "\n")
    sys.stdout.flush()
