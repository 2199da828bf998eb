# ruff: noqa: PLC0415 # Django is set up by the process that measures, with the database of its environment.
"""A plan of a whole portfolio through the application: web server, worker and browser's requests, as in use.

    ./dev bench planning_app [--rows 3000] [--database sqlite|postgres|both] [--seconds 20] [--keep FOLDER]

Fills a database of its own (bench.planning_portfolio) and runs what `./dev run` runs. A signed-in architect makes a
scenario through its form, has it planned by the worker, has the weights tried (`--kinds` chooses), opens each page over
HTTP three times, of which the middle one counts, and proposes twenty requests to the board. Processor seconds and
queries are those of Django's test client for the same page. Prints what the planning took and the worker's memory, then
each page with seconds, processor seconds, queries and kilobytes. With `--keep` the SQLite database stays, and is used
again.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.findings import database_address

if TYPE_CHECKING:
    from bench.serving import Running, Visitor
    from portfolio.models import Person

PATIENCE = 900
KINDS = ("plan", "sensitivity")


def main() -> None:
    """Measure what the arguments say and print a table for each database."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="sqlite")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS), help="what the worker does first")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        _child(Path(options.child), options.rows, options.seconds, options.kinds)
        return
    for database in ("sqlite", "postgres") if options.database == "both" else (options.database,):
        with tempfile.TemporaryDirectory() as made:
            folder = options.keep.resolve() if options.keep and database == "sqlite" else Path(made)
            folder.mkdir(parents=True, exist_ok=True)
            with database_address(database, folder) as url:
                environ = {**os.environ, "DATABASE_URL": url, "OMBUD_VAR_DIR": str(folder), "DEBUG": "0"}
                environ |= {
                    "DJANGO_SETTINGS_MODULE": "config.settings",
                    "OMBUD_LOCAL": "1",
                    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
                }
                environ |= {"CELERY_BROKER_URL": "filesystem://localhost", "OMBUD_MODEL": "off"}
                command = [sys.executable, "-m", "bench.planning_app", "--child", str(folder)]
                command += ["--rows", str(options.rows), "--seconds", str(options.seconds)]
                command += ["--kinds", *options.kinds]
                print(f"{options.rows:,} requests, {database}", flush=True)
                subprocess.run(command, env=environ, check=True)


def _child(folder: Path, rows: int, seconds: int, kinds: list[str]) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    from bench.planning_portfolio import make_portfolio
    from bench.serving import Visitor, running
    from portfolio.models import Person

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    if not Person.objects.exists():
        _meeting(make_portfolio(rows))
    architect = Person.objects.get(email="architect@bench.example")
    setup_test_environment()
    with running(folder) as server:
        visitor = Visitor(architect, server.port)
        scenario = _scenario(architect, seconds)
        idle = server.memory_mb("celery")
        took = {name: _planned(visitor, server, scenario, name) for name in kinds}
        print(json.dumps({"worker_mb_before": idle, **took}), flush=True)
        _pages(visitor, architect, scenario)
        _adopt(visitor, scenario)
        load = [round(each, 1) for each in os.getloadavg()]
        print(json.dumps({"web_mb": server.memory_mb("gunicorn"), "load": load}))


def _meeting(architect: "Person") -> None:
    """A meeting, so that the plan can be proposed."""
    import datetime as dt

    from django.utils import timezone

    from board.models import Meeting

    starts = timezone.now() + dt.timedelta(days=14)
    Meeting.objects.create(starts_at=starts, chair=architect, secretary=architect)


def _scenario(architect: "Person", seconds: int) -> int:
    """Made through the form: a pot for all, and one for half of the departments, each for about a quarter."""
    from django.db.models import Sum
    from django.test import Client

    from bench.planning_portfolio import silo_codes
    from board.models import Scenario
    from portfolio.models import ProjectRequest

    client = Client()
    client.force_login(architect)
    form = client.get("/plan/new/").context["form"]
    values = {field.html_name: field.value() for field in form}
    sent = {name: value for name, value in values.items() if value is not None and value is not False}
    asked = int(ProjectRequest.objects.live().aggregate(all=Sum("one_off_cost"))["all"])
    name = f"Measured {Scenario.objects.count() + 1}"
    sent |= {"name": name, "seconds": seconds, "pot-0-name": "Budget", "pot-0-0": asked // 30}
    sent |= {"pot-1-name": "Half of the departments", "pot-1-silos": silo_codes()[::2], "pot-1-0": asked // 50}
    answer = client.post("/plan/new/", sent)
    if answer.status_code != 302:
        raise RuntimeError(f"The form said no: {answer.context['form'].errors}")
    return int(answer["Location"].strip("/").rsplit("/", 1)[-1])


def _planned(visitor: "Visitor", server: "Running", scenario: int, kind: str) -> dict[str, Any]:
    """Ask for it, and wait until the worker is done; the most memory that it had meanwhile."""
    from board.models import PlanRun

    began, worked, most = time.perf_counter(), server.worked("celery"), 0
    status, where, seconds = visitor.ask("POST", f"/plan/{scenario}/run/", kind=kind)
    if status != 302:
        raise RuntimeError(f"It was not taken on: {where[:300]}")
    run = PlanRun.objects.filter(scenario=scenario, kind=kind).latest("id")
    while run.is_open:
        most = max([most, *server.memory_mb("celery")])
        visitor.ask("GET", f"/plan/{scenario}/progress/?kind={kind}")
        time.sleep(1)
        run.refresh_from_db()
        if time.perf_counter() - began > PATIENCE:
            raise RuntimeError("It never ended")
    figures = run.result.get("figures", {})
    return {
        "state": run.state, "answered_s": round(seconds, 2), "done_s": round(time.perf_counter() - began, 1),
        "cpu_s": round(server.worked("celery") - worked, 1), "worker_mb": most,
        "goes": figures.get("goes"), "gap": run.result.get("gap"), "error": run.error[:300],
    }  # fmt: skip


def _pages(visitor: "Visitor", architect: "Person", scenario: int) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(architect)
    print(f"{'':<34}{'seconds':>9}{'CPU s':>9}{'queries':>9}{'KB':>9}")
    for name, path in {
        "list of plans": "/plan/",
        "new plan": "/plan/new/",
        "the plan": f"/plan/{scenario}/",
        "what goes, page 5": f"/plan/{scenario}/?page=5",
        "as asked": "/plan/as-asked/",
        "compare": f"/plan/compare/?plans=as-asked&plans=as-approved&plans={scenario}",
        "what the weights do": f"/plan/{scenario}/weights/",
        "move a request": f"/plan/{scenario}/move/",
        "propose to the board": f"/plan/{scenario}/adopt/",
        "CSV": f"/plan/{scenario}.csv",
        "settings": f"/plan/{scenario}/settings/",
        "API": f"/api/v1/plans/{scenario}/",
    }.items():
        asked = [visitor.ask("GET", path) for _ in range(3)]
        if any(status != 200 for status, _, _ in asked):
            raise RuntimeError(f"{path} answered {asked[0][0]}: {asked[0][1][:300]}")
        with CaptureQueriesContext(connection) as queries:
            began = time.process_time()
            answer = client.get(path)
            _ = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
            worked = time.process_time() - began
        seconds = statistics.median(took for _, _, took in asked)
        print(f"{name:<34}{seconds:>9.2f}{worked:>9.2f}{len(queries):>9}{len(asked[0][1]) // 1024:>9}", flush=True)


def _adopt(visitor: "Visitor", scenario: int) -> None:
    """Put twenty of those that the page offers on the agenda."""
    from board.models import Meeting

    page = visitor.ask("GET", f"/plan/{scenario}/adopt/")[1]
    chosen = re.findall(r'name="requests" id="p-(\d+)"', page)[:20]
    meeting = Meeting.objects.latest("id")
    status, where, seconds = visitor.ask("POST", f"/plan/{scenario}/adopt/", meeting=str(meeting.pk), requests=chosen)
    print(f"{'20 proposed to the board':<34}{seconds:>9.2f}", flush=True)
    if status != 302:
        raise RuntimeError(f"The board's agenda said no: {where[:300]}")


if __name__ == "__main__":
    main()
