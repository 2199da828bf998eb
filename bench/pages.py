"""How long the pages take with many requests: `./dev bench pages [--rows N ...] [--database sqlite|postgres|both]`.

Loads generated requests (bench.generate) into an empty database of each kind and times, through Django's test client in
this process, the server's part of: the list, a filter, a search for common and for rare words, one request, the saving
of a step of filing, and the exports. Prints the median and the 95th percentile in milliseconds, the seconds and the
memory that an export adds, and the memory of the process. Every size and database is measured in a process of its own.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from typing import Any

from tests.postgres import postgres_server

CODE = "import sys, django; django.setup(); from bench.visits import measure; measure(int(sys.argv[1]))"
TARGETS = "aim: list, filter, one request 60 ms p50 at 20,000, at most 1.5 times that at 100,000; search 100 ms"


def main() -> None:
    """Measure what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[20_000, 100_000])
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    options = parser.parse_args()
    print(TARGETS)
    databases = ["sqlite", "postgres"] if options.database == "both" else [options.database]
    for database in databases:
        for rows in options.rows:
            _report(database, rows, _apart(database, rows))


def _apart(database: str, rows: int) -> dict[str, Any]:
    """Measure in a process of its own, with a database that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="ombud-bench-") as folder:
        ours = {**os.environ, "OMBUD_VAR_DIR": folder, "OMBUD_LOCAL": "1", "LOG_LEVEL": "ERROR", "DEBUG": "0"}
        ours["DJANGO_SETTINGS_MODULE"] = "config.settings"
        command = [sys.executable, "-c", CODE, str(rows)]
        if database == "sqlite":
            return _run(command, ours)
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


if __name__ == "__main__":
    main()
