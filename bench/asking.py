"""Asks Ombud's pages through Django's test client and times them: the measurements of bench.pages.

Import it where Django is set up.
"""

import json
import random
import re
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import psutil
from django.core.management import call_command
from django.db import connection
from django.test import Client

from bench.generate import generate
from portfolio.models import Person, ProjectRequest

WARM_UP = 3
WORDS = ("notification", "customer", "warranty", "complaints", "fraud", "letters", "spreadsheets", "licences")
FILTERS = (
    "status=submitted", "status=ready&status=in_triage", "silo=silo-03", "silo=silo-03&silo=silo-07&kind=internal",
    "heads_up=yes", "go_live_from=2027-01-01&go_live_to=2027-03-31", "objective=goal-2&status=approved",
    "cost_from=4000000", "status=on_hold&sort=go_live", "silo=silo-11&sort=title", "status=submitted&page=40",
)  # fmt: skip


def _load(rows: int) -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    generate(rows)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _measure(rows: int, repeats: int) -> list[dict[str, Any]]:
    draw = random.Random(7)
    architect, head = Client(), Client()
    architect.force_login(Person.objects.get(email="architect@bench.example"))
    drafted = ProjectRequest.objects.filter(status="draft").select_related("requester").order_by("id")[0]
    head.force_login(drafted.requester)
    filed = list(
        ProjectRequest.objects.exclude(status="draft").order_by("id").values_list("reference", flat=True)[:5000]
    )

    def get(path: str) -> Callable[[], None]:
        return lambda: _asked(architect, path)

    pages: list[tuple[str, Callable[[], Callable[[], None]]]] = [
        ("list", lambda: get(f"/requests/?page={draw.choice((1, 1, 1, 2, 3, 20))}")),
        ("list, for a head", lambda: lambda: _asked(head, "/requests/")),
        ("list, last page", lambda: get(f"/requests/?page={rows // 60}")),
        ("filter", lambda: get(f"/requests/?{draw.choice(FILTERS)}")),
        ("search", lambda: get(f"/requests/?q={'+'.join(draw.sample(WORDS, draw.choice((1, 2))))}")),
        ("search, rare", lambda: get(f"/requests/?q={draw.randrange(100_000):05d}")),
        ("sort by title", lambda: get("/requests/?sort=title")),
        ("sort by silo", lambda: get("/requests/?sort=silo")),
        ("one request", lambda: get(f"/requests/{draw.choice(filed)}/")),
        ("file a step", lambda: _step(head, drafted.reference, draw)),
    ]
    results = [_timed(name, make, repeats) for name, make in pages]
    return [*results, *(_export(architect, fmt) for fmt in ("csv", "xlsx"))]


def _asked(client: Any, path: str) -> None:
    response = client.get(path)
    if response.status_code != 200:
        raise RuntimeError(f"{path} answered {response.status_code}")


def _step(client: Any, draft: str, draw: random.Random) -> Callable[[], None]:
    """What a browser does on leaving step 1: it posts the whole page, hidden fields and all."""
    path = f"/requests/{draft}/file/what/"
    page = client.get(path).content.decode()
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    number = draw.randrange(10**6)
    words = {
        "title": f"Step {number}",
        "problem": f"The letters of case {number} arrive late.",
        "proposal": "Send them.",
    }

    def post() -> None:
        response = client.post(path, {**dict(hidden), **words})
        if response.status_code != 302:
            raise RuntimeError(f"{path} answered {response.status_code}")

    return post


def _timed(name: str, make: Callable[[], Callable[[], None]], repeats: int) -> dict[str, Any]:
    seconds, worked, queries = [], 0.0, [0]

    def counted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        queries[0] += 1
        return execute(sql, params, many, context)

    for turn in range(WARM_UP + repeats):
        ask = make()
        if turn == 0:
            with connection.execute_wrapper(counted):
                ask()
            continue
        started, before = time.perf_counter(), _processor_seconds()
        ask()
        if turn >= WARM_UP:
            seconds.append(time.perf_counter() - started)
            worked += _processor_seconds() - before
    return _result(name, seconds, worked) | {"queries": queries[0]}


def _processor_seconds() -> float:
    """What this process and its PostgreSQL session have worked so far (the session counts in hundredths)."""

    own = time.process_time()
    if connection.vendor != "postgresql":
        return own
    times = psutil.Process(connection.connection.info.backend_pid).cpu_times()
    return own + float(times.user + times.system)


def _result(name: str, seconds: list[float], worked: float) -> dict[str, Any]:
    ranked = sorted(1000 * each for each in seconds)
    p95 = ranked[min(len(ranked) - 1, int(0.95 * len(ranked)))]
    return {"name": name, "p50": ranked[len(ranked) // 2], "p95": p95, "processor": 1000 * worked / len(seconds)}


def _export(client: Any, fmt: str) -> dict[str, Any]:
    seconds, size, rounds = [], 0, 3 if fmt == "csv" else 2
    peak, before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, _processor_seconds()
    for _ in range(rounds):
        started = time.perf_counter()
        size = sum(len(chunk) for chunk in client.get(f"/requests/export/{fmt}/").streaming_content)
        seconds.append(time.perf_counter() - started)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak) / 1024
    result = _result(f"{fmt.upper()}, {size / 2**20:.0f} MB", seconds, _processor_seconds() - before)
    return result | {"memory": grown}


def one(part: str, rows: str, repeats: str) -> None:
    """Load or measure in this process, whose environment names the database."""
    if part == "load":
        _load(int(rows))
    else:
        sys.stdout.write(json.dumps(_measure(int(rows), int(repeats))) + "\n")
