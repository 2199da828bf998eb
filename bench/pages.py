"""How long the pages take with many requests: `./dev bench pages [--rows 20000 100000] [--database sqlite|postgres|both]`.

Loads generated requests (bench.generate) into an empty database of each kind and times, through Django's test client in
this process, the server's part of: the list, a filter, a search for common and for rare words, one request, the saving
of a step of filing, and the exports. Prints the median and the 95th percentile in milliseconds, the seconds and the
memory that an export adds, and the memory of the process. Every size and database is measured in a process of its own.
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TIMES = 30
TARGETS = "aim: list, filter, one request 60 ms p50 at 20,000, at most 1.5 times that at 100,000; search 100 ms"


def main() -> None:
    """Measure what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[20_000, 100_000])
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(_measure(options.measure)))
        return
    print(TARGETS)
    databases = ["sqlite", "postgres"] if options.database == "both" else [options.database]
    for database in databases:
        for rows in options.rows:
            _report(database, rows, _apart(database, rows))


def _apart(database: str, rows: int) -> dict[str, Any]:
    """Measure in a process of its own, with a database that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="ombud-bench-") as folder:
        ours = {**os.environ, "OMBUD_VAR_DIR": folder, "OMBUD_LOCAL": "1", "LOG_LEVEL": "ERROR", "DEBUG": "0"}
        command = [sys.executable, "-m", "bench.pages", "--measure", str(rows)]
        if database == "sqlite":
            return _run(command, ours)
        from tests.postgres import postgres_server

        with postgres_server() as address:
            return _run(command, {**ours, "DATABASE_URL": address})


def _run(command: list[str], environment: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _report(database: str, rows: int, result: dict[str, Any]) -> None:
    print(f"\n{database}, {rows:,} requests (loaded in {result['load_seconds']:.0f} s; process {result['rss_mb']} MB)")
    for name, (middle, high) in result["pages"].items():
        print(f"  {name:<22} p50 {middle:7.1f} ms   p95 {high:7.1f} ms")
    for name, (seconds, megabytes, size) in result["exports"].items():
        print(f"  {name:<22} {seconds:7.2f} s     adds {megabytes:5.0f} MB   ({size / 2**20:.1f} MB sent)")


def _measure(rows: int) -> dict[str, Any]:
    """Fill the database and time the pages. Imports Django, so it runs in a process of its own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    import psutil
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from bench.generate import generate

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    began = time.perf_counter()
    architect = generate(rows)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    loaded = time.perf_counter() - began
    client = Client()
    client.force_login(architect)
    pages = {name: _percentiles(_timed(visit)) for name, visit in _visits(client, rows).items()}
    exports = {f"export {fmt}": _export(client, fmt) for fmt in ("csv", "xlsx")}
    memory = psutil.Process().memory_info().rss >> 20
    return {"load_seconds": loaded, "pages": pages, "exports": exports, "rss_mb": memory}


def _visits(client: Any, rows: int) -> dict[str, Callable[[], Any]]:
    draw = random.Random(7)

    def get(path: str) -> Callable[[], Any]:
        return lambda: _answered(client.get(path, headers={"host": "localhost"}))

    def one() -> Any:
        return _answered(client.get(f"/requests/{_filed(draw, rows)}/", headers={"host": "localhost"}))

    return {
        "list": get("/requests/"),
        "list, page 50": get("/requests/?page=50"),
        "list by cost": get("/requests/?sort=-cost"),
        "filter": get("/requests/?status=submitted&silo=silo-03&kind=internal"),
        "search common words": get("/requests/?q=customer+notification"),
        "search rare word": get("/requests/?q=00042"),
        "one request": one,
        "file a step": _filing(client),
    }


def _filed(draw: random.Random, rows: int) -> str:
    from portfolio.models import ProjectRequest

    while True:
        reference = f"GEN-{draw.randrange(rows):06d}"
        if ProjectRequest.objects.filter(reference=reference).exclude(status="draft").exists():
            return reference


def _filing(client: Any) -> Callable[[], Any]:
    """Saves the first step of a draft again and again, each time with other words, as a browser does."""
    page = _answered(client.get("/requests/new/", headers={"host": "localhost"})).content.decode()
    token = re.search(r'name="page" value="([^"]+)"', page)
    base = re.search(r'name="base" value="([^"]*)"', page)
    silo = re.search(r'name="silo".*?<option value="([^"]+)"', page, re.DOTALL)
    fields = {"page": token and token[1], "base": base and base[1].replace("&quot;", '"')}
    if silo:
        fields["silo"] = silo[1]
    count = iter(range(10_000))

    def save() -> Any:
        typed = {**fields, "title": f"Tell customers sooner {next(count)}", "problem": "They call because nobody told."}
        headers = {"hx-request": "true", "host": "localhost"}
        return _answered(client.post("/requests/new/", {k: v for k, v in typed.items() if v}, headers=headers))

    return save


def _answered(response: Any) -> Any:
    if response.status_code >= 400:
        raise RuntimeError(f"{response.request['PATH_INFO']} answered {response.status_code}")
    return response


def _timed(visit: Callable[[], Any]) -> list[float]:
    for _ in range(3):
        visit()
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        visit()
        times.append(1000 * (time.perf_counter() - began))
    return sorted(times)


def _percentiles(times: list[float]) -> tuple[float, float]:
    return round(times[len(times) // 2], 1), round(times[int(len(times) * 0.95)], 1)


def _export(client: Any, fmt: str) -> tuple[float, float, int]:
    """Seconds, megabytes that the process grows at most, and bytes sent, of an export of everything."""
    import psutil

    process = psutil.Process()
    before, peak, size = process.memory_info().rss, 0, 0
    began = time.perf_counter()
    answer = _answered(client.get(f"/requests/export/{fmt}/", headers={"host": "localhost"}))
    for number, chunk in enumerate(answer.streaming_content if answer.streaming else [answer.content]):
        size += len(chunk)
        if number % 50 == 0:
            peak = max(peak, process.memory_info().rss)
    return round(time.perf_counter() - began, 2), round((max(peak, before) - before) / 2**20, 1), size


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    main()
