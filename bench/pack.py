# ruff: noqa: PLC0415 # Django is set up by the process that measures, with the database of its environment.
"""Times packs of many items in each form, and what memory they take.

    ./dev bench pack [--items 40 200] [--rows 2000] [--database sqlite|postgres] [--forms pdf xlsx pptx html]

Fills a database of its own with generated requests (bench.generate), tagged as in bench.customer_year, and a meeting
with so many items: each over one request with three overlaps or conflicts, advice and contacts to a segment;
every tenth is over a group of three requests. Each form is made in a process of its own, which has set up Django and
made nothing before: from the database to the finished file, fonts and all. "facts" is gathering and composing, "file"
setting it; "total" is what a person waits; "CPU" is what it and the process that sets a long PDF worked of that;
"peak" is the highest memory of either, Django and all.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from typing import Any

from bench.pages import _database

FORMS = ("pdf", "xlsx", "pptx", "html")


def main() -> None:
    """Measure what the arguments say and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--items", type=int, nargs="+", default=[40, 200])
    parser.add_argument("--rows", type=int, default=2_000)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--forms", nargs="+", choices=FORMS, default=list(FORMS))
    parser.add_argument("--child", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        _child(options.child, options.items[0], options.rows)
        return
    print(f"load {os.getloadavg()[0]:.1f}")
    heads = ("facts s", "file s", "total s", "CPU s", "peak MB", "file kB")
    print(f"{'':<26}{''.join(f'{head:>9}' for head in heads)}{'pages':>7}{'queries':>9}")
    for items in options.items:
        with _database(options.database) as environment:
            _run("load", items, options.rows, environment)
            for form in options.forms:
                found = json.loads(_run(form, items, options.rows, environment))
                name = f"{items:,} items, {form}, {options.database}"
                numbers = "".join(f"{found[key]:>9.2f}" for key in ("facts", "file", "total", "cpu"))
                numbers += f"{found['peak']:>9.0f}{found['size']:>9.0f}{found['pages'] or '':>7}"
                print(f"{name:<26}{numbers}{found['queries']:>9}", flush=True)


def _run(part: str, items: int, rows: int, environment: dict[str, str]) -> str:
    command = [sys.executable, "-m", "bench.pack", "--child", part, "--items", str(items), "--rows", str(rows)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip().splitlines()[-1]


def _child(part: str, items: int, rows: int) -> None:
    import django

    django.setup()
    if part == "load":
        _load(items, rows)
        print("loaded")
    else:
        print(json.dumps(_measure(part)))


def _load(items: int, rows: int) -> None:
    from django.core.management import call_command

    from bench.customer_year import _tag
    from bench.generate import generate
    from board.models import AgendaItem, ItemRequest, Meeting
    from portfolio.models import Person, ProjectRequest, Role
    from tests.factories import person_with

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    generate(max(rows, items * 2))
    _tag()
    secretary: Person = person_with(Role.SECRETARY, name="Bench Secretary")
    from django.utils import timezone

    meeting = Meeting.objects.create(starts_at=timezone.now(), minutes=600, chair=secretary, secretary=secretary)
    requests = list(ProjectRequest.objects.filter(status__in=["submitted", "in_triage", "ready"]).order_by("id"))
    for number in range(items):
        request = requests[number % len(requests)]
        grouped = number % 10 == 9
        item = AgendaItem.objects.create(
            meeting=meeting, position=number + 1, request=None if grouped else request,
            kind="group" if grouped else "request", title="What three want" if grouped else "",
            question=f"Should we go on with number {number + 1}: {request.title}?", minutes=8,
            advice="Go, on the condition that one system is master. " * 4, advised_by=secretary,
        )  # fmt: skip
        if grouped:
            for place, each in enumerate(requests[-3 * number - 3 : -3 * number or None][:3], start=1):
                ItemRequest.objects.create(item=item, request=each, position=place)
    _find(requests, items)


def _find(requests: list[Any], items: int) -> None:
    from django.db import transaction

    from tests.factories import FindingFactory

    text = "Both change the text message for card holders within three weeks."
    lines = [{"kind": "tags", "text": text, "requests": [], "words": []}] * 4
    with transaction.atomic():
        for number in range(items):
            for step in (1, 2, 3):
                pair = [requests[number % len(requests)], requests[(number + step * 7) % len(requests)]]
                if pair[0].pk != pair[1].pk:
                    FindingFactory.create(
                        between=pair, severity="serious" if step == 1 else "look", evidence=lines,
                        identity=f"bench-{number}-{step}", title=f"Two do the same thing, number {number}-{step}",
                    )  # fmt: skip


def _measure(form: str) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from board.models import Meeting
    from board.packs.compose import compose
    from board.packs.seal import plain
    from board.selectors.papers.packs import pack_facts
    from board.services.papers.papers import paper_of

    meeting = Meeting.objects.select_related("chair", "secretary").get()
    worked, started = time.process_time(), time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        document = plain(compose(pack_facts(meeting, meeting.secretary)))
    gathered = time.perf_counter()
    content = paper_of(document, form)
    ended = time.perf_counter()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "facts": gathered - started,
        "file": ended - gathered,
        "total": ended - started,
        "cpu": time.process_time() - worked + children.ru_utime + children.ru_stime,
        "peak": max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, children.ru_maxrss) / 1024,
        "size": len(content) / 1024,
        "pages": _pages(content) if form == "pdf" else 0,
        "queries": len(queries),
    }


def _pages(content: bytes) -> int:
    import io

    import pypdf

    return len(pypdf.PdfReader(io.BytesIO(content)).pages)


if __name__ == "__main__":
    main()
