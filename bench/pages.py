# ruff: noqa: PLC0415 # Django is set up by the process that measures, with the database of its environment.
"""Times the requests list, its filters, search and exports, one request and a step of filing, on generated portfolios.

    python -m bench.pages [--rows 20000 100000] [--database sqlite|postgres|both] [--repeats 40]

Each portfolio is generated (bench.generate, the same for the same seed) by a process of its own; another one asks the
pages through Django's test client: middleware, session, permissions, queries and templates, but no network and no
second user. Every page is asked thrice before it counts. "of it CPU" is the mean of what this process and its
PostgreSQL session worked: what is left is waiting, on a busy machine for a turn. Memory is the growth of the process's
peak while the file is read to its end. PostgreSQL is an embedded server without fsync; both databases are
analysed after loading.
"""

import argparse
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from tests.postgres import postgres_server

WARM_UP = 3
WORDS = ("notification", "customer", "warranty", "complaints", "fraud", "letters", "spreadsheets", "licences")
FILTERS = (
    "status=submitted", "status=ready&status=in_triage", "silo=silo-03", "silo=silo-03&silo=silo-07&kind=internal",
    "heads_up=yes", "go_live_from=2027-01-01&go_live_to=2027-03-31", "objective=goal-2&status=approved",
    "cost_from=4000000", "status=on_hold&sort=go_live", "silo=silo-11&sort=title", "status=submitted&page=40",
)  # fmt: skip


def main() -> None:
    """Measure what the arguments say and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, nargs="+", default=[20_000, 100_000])
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--repeats", type=int, default=40)
    parser.add_argument("--part", choices=["load", "measure"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        _child(options.part, options.rows[0], options.repeats)
        return
    for database in ["sqlite", "postgres"] if options.database == "both" else [options.database]:
        for rows in options.rows:
            with _database(database) as environment:
                print(f"\n{rows:,} requests, {database}: ", end="", flush=True)
                started = time.monotonic()
                _run("load", rows, options.repeats, environment)
                print(f"loaded in {time.monotonic() - started:.0f} s", flush=True)
                _print(json.loads(_run("measure", rows, options.repeats, environment)))


@contextmanager
def _database(kind: str) -> Iterator[dict[str, str]]:
    """The environment of a process that uses an empty database of this kind."""
    with tempfile.TemporaryDirectory(prefix="ombud-bench-") as folder:
        settings = {"OMBUD_VAR_DIR": folder, "OMBUD_LOCAL": "1", "DEBUG": "0", "ALLOWED_HOSTS": "testserver",
                    "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "ERROR"}  # fmt: skip
        if kind == "sqlite":
            yield {**os.environ, **settings, "DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.sqlite3'}"}
        else:
            with postgres_server() as address:
                yield {**os.environ, **settings, "DATABASE_URL": address}


def _run(part: str, rows: int, repeats: int, environment: dict[str, str]) -> str:
    command = [sys.executable, "-m", "bench.pages", "--part", part, "--rows", str(rows), "--repeats", str(repeats)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def _print(results: list[dict[str, Any]]) -> None:
    print(f"{'page':<18}{'p50 ms':>10}{'p95 ms':>10}{'of it CPU':>11}{'queries':>9}{'memory MB':>11}")
    for result in results:
        memory = f"{result['memory']:.0f}" if "memory" in result else ""
        queries = result.get("queries", "")
        times = f"{result['p50']:>10.1f}{result['p95']:>10.1f}{result['processor']:>11.1f}"
        print(f"{result['name']:<18}{times}{queries:>9}{memory:>11}")


def _child(part: str, rows: int, repeats: int) -> None:
    import django

    django.setup()
    if part == "load":
        _load(rows)
    else:
        print(json.dumps(_measure(rows, repeats)))


def _load(rows: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    from bench.generate import generate

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    generate(rows)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _measure(rows: int, repeats: int) -> list[dict[str, Any]]:
    from django.test import Client

    from portfolio.models import Person, ProjectRequest

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
    from django.db import connection

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
    from django.db import connection

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


if __name__ == "__main__":
    main()
