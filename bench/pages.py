"""Times the requests list, its filters, search and exports, one request and a step of filing, on generated portfolios.

    ./dev bench pages [--rows 20000 100000] [--database sqlite|postgres|both] [--repeats 40]

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
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.postgres import postgres_server

CODE = "import sys, django; django.setup(); from bench.asking import one; one(*sys.argv[1:])"


def main() -> None:
    """Measure what the arguments say and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, nargs="+", default=[20_000, 100_000])
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--repeats", type=int, default=40)
    options = parser.parse_args()
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
    command = [sys.executable, "-c", CODE, part, str(rows), str(repeats)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def _print(results: list[dict[str, Any]]) -> None:
    print(f"{'page':<18}{'p50 ms':>10}{'p95 ms':>10}{'of it CPU':>11}{'queries':>9}{'memory MB':>11}")
    for result in results:
        memory = f"{result['memory']:.0f}" if "memory" in result else ""
        queries = result.get("queries", "")
        times = f"{result['p50']:>10.1f}{result['p95']:>10.1f}{result['processor']:>11.1f}"
        print(f"{result['name']:<18}{times}{queries:>9}{memory:>11}")


if __name__ == "__main__":
    main()
