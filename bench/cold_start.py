"""How long a process that starts waits for its index: mapped from disk, against built anew.

    ./dev bench cold_start [--rows 100000]

Fills a SQLite database with generated requests (bench.generate) and a made-up vector for each, lets one process
build the index and store it, then starts three processes one after another that each ask for the index and for one
look-alike. Prints one line of JSON: seconds of building, of storing, MB on disk; then by start the seconds from asking
to the index being up to date, to the first look-alike, and the process's memory in MB (shared pages included). What
loading Python and Django takes is not counted; it is given by itself.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

FILL = """
import sys, django; django.setup()
import numpy as np
from django.core.management import call_command
call_command("migrate", verbosity=0); call_command("createcachetable", verbosity=0)
from bench.generate import generate
generate(int(sys.argv[1]))
from impacts.models import RequestMeaning
from impacts.selectors.scans.meaning import fingerprint, model_in_use
from portfolio.models import ProjectRequest
dice, model, rows = np.random.default_rng(7), model_in_use(), []
for pk, *text in ProjectRequest.objects.order_by("id").values_list("id", "title", "problem", "proposal").iterator():
    vector = dice.normal(size=384)
    stored = (vector / np.linalg.norm(vector)).astype(np.float16).tobytes()
    rows.append(RequestMeaning(request_id=pk, fingerprint=fingerprint(model, *text), vector=stored))
RequestMeaning.objects.bulk_create(rows, batch_size=2000)
"""
BUILD = """
import json, time, django; django.setup()
from impacts.services.scans.index import held_index
began = time.perf_counter()
with held_index() as held:
    built = time.perf_counter()
    size = held.save()
    print(json.dumps({"requests": len(held.versions), "build_s": round(built - began, 1),
                      "store_s": round(time.perf_counter() - built, 1), "mb": round(size / 2**20)}))
"""
START = """
import time; zero = time.perf_counter()
import json, resource, django; django.setup()
from impacts.services.scans.index import held_index
django_s, began = time.perf_counter() - zero, time.perf_counter()
with held_index() as held:
    ready = time.perf_counter()
    held.index.nearest(min(held.versions), 5)
print(json.dumps({"index_s": round(ready - began, 2), "first_look_alike_s": round(time.perf_counter() - began, 2),
                  "django_s": round(django_s, 1),
                  "mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)}))
"""


def run(program: str, folder: Path, *arguments: str) -> str:
    """Run a program with Django's settings on the database in this folder; what it prints."""
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "OMBUD_LOCAL": "1",
        "OMBUD_VAR_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'cold.sqlite3'}",
    }
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, env=environ, check=True, stdout=subprocess.PIPE, text=True).stdout


def measure(rows: int) -> dict[str, Any]:
    """All figures."""
    with tempfile.TemporaryDirectory(prefix="ombud-cold-") as name:
        folder, began = Path(name), time.monotonic()
        run(FILL, folder, str(rows))
        result: dict[str, Any] = {"fill_s": round(time.monotonic() - began)}
        result |= json.loads(run(BUILD, folder))
        result["starts"] = [json.loads(run(START, folder)) for _ in range(3)]
    return result


def main() -> None:
    """Print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    sys.stdout.write(json.dumps(measure(parser.parse_args().rows)) + "\n")


if __name__ == "__main__":
    main()
