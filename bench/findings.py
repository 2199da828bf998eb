"""How soon a filed request has its findings, with web server, Celery worker and timetable run as `./dev run` runs them.

    ./dev bench findings [--rows 10000] [--database sqlite|postgres|both] [--requests 15] [--keep FOLDER]

Fills a database of its own with made-up tagged requests (bench.tagged) and stored vectors (bench.meanings; none with
OMBUD_MODEL=off), stores the index, scans them all once, and starts Ombud, which reads each draft with the model. Then
heads of departments file drafts over HTTP; each resembles one filed request of another department. The clock starts
when the answer to "file it" has been read and stops when the overlap with that request is in the database (asked
every 25 ms), and when the panel with the hold-on card shows it to the requester and then to the other requester.

`cold`: filed the moment the worker says it is ready. `warm`: one after the other, each when the one before is done.
`burst`: 20 filed as fast as one visitor can. `look-alikes`: the panel beside the form, from outside, one visitor;
`look-alikes cold`: the first that a freshly started web server answers. Seconds, but for look-alikes: milliseconds.
`worker_cpu`: the processor seconds of the worker from filing until stored, and until nothing is marked any more.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import postgres_server

CODE = "import sys, django; django.setup(); from bench.filing import one; one(*sys.argv[1:])"


@contextmanager
def database_address(database: str, folder: Path) -> Iterator[str]:
    """The address of a database of this kind, for as long as the block runs."""
    if database == "sqlite":
        yield f"sqlite:///{folder / 'bench.sqlite3'}"
        return
    with postgres_server() as url:
        yield url


def main() -> None:
    """Print one object for each database."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--requests", type=int, default=15)
    parser.add_argument("--keep", type=Path, help="keep the SQLite database here, and use the one that is there")
    chosen = parser.parse_args()
    for database in ("sqlite", "postgres") if chosen.database == "both" else (chosen.database,):
        with tempfile.TemporaryDirectory() as made:
            folder = chosen.keep.resolve() if chosen.keep and database == "sqlite" else Path(made)
            folder.mkdir(parents=True, exist_ok=True)
            with database_address(database, folder) as url:
                environ = {**os.environ, "DATABASE_URL": url, "OMBUD_VAR_DIR": str(folder), "DEBUG": "1"}
                environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "CELERY_BROKER_URL": "filesystem://localhost"}
                arguments = [sys.executable, "-c", CODE, database, str(folder), str(chosen.rows), str(chosen.requests)]
                subprocess.run(arguments, env=environ, check=True)


if __name__ == "__main__":
    main()
