"""How much sooner a full scan is done when a second Celery worker takes shards of it.

    ./dev bench workers [--rows 24000] [--database sqlite|postgres|both] [--workers 1 2] [--keep FOLDER]

Fills a database of its own with made-up tagged requests (bench.tagged) and stored vectors (bench.meanings), and stores
the index once. Then for each number of workers: the findings of the last turn are deleted, so many workers are started,
each a process with one thread, and when they have loaded the index a full scan is asked for. A scan after that, with
all findings stored, follows in the same way. Prints for each: seconds from asking to the run being complete, the
processor seconds of each worker, and a hash of the standing findings with their severities, states and members, which
must be the same. The busiest worker's processor seconds are what an idle machine would take at least.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.findings import database_address

CODE = "import sys, django; django.setup(); from bench.sharing import one; one(*sys.argv[1:])"


def main() -> None:
    """Print one object for each database."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=24_000)
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="sqlite")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--keep", type=Path, help="keep the SQLite database here, and use the one that is there")
    chosen = parser.parse_args()
    for database in ("sqlite", "postgres") if chosen.database == "both" else (chosen.database,):
        with tempfile.TemporaryDirectory() as made:
            folder = chosen.keep.resolve() if chosen.keep and database == "sqlite" else Path(made)
            folder.mkdir(parents=True, exist_ok=True)
            with database_address(database, folder) as url:
                environ = {**os.environ, "DATABASE_URL": url, "OMBUD_VAR_DIR": str(folder), "DEBUG": "1"}
                environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "CELERY_BROKER_URL": "filesystem://localhost"}
                arguments = [database, str(folder), str(chosen.rows), *map(str, chosen.workers)]
                subprocess.run([sys.executable, "-c", CODE, *arguments], env=environ, check=True)


if __name__ == "__main__":
    main()
