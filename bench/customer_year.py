# ruff: noqa: PLC0415 # Django is set up by the process that measures, with the database of its environment.
"""Times the customer's year and the contact load at size.

    ./dev bench customer_year [--rows 10000] [--database sqlite|postgres|both] [--repeats 20]

Fills a database of its own with generated requests (bench.generate): each changes two touchpoints and plans two
contacts to one of 20 segments; 500 live ones reach one segment besides. Asked through Django's test client, so with
middleware, session, permissions, queries and templates: the year of any 7 of all requests; of one segment with 500
requests, whole and without two of them; both over 52 and 104 weeks. Then, without a database, 10,000 planned contacts
over two years against ten policies, as `contact_load --file` counts them. Every page is asked thrice before it counts.
"p50" and "p95" are seconds on the clock, "CPU" is the mean of what this process worked.
"""

import argparse
import datetime as dt
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from bench.pages import _database

SEGMENTS, TOUCHPOINTS, CROWD = 20, 60, 500
WARM_UP = 3


def main() -> None:
    """Measure what the arguments say and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        _child(options.rows, options.repeats)
        return
    print(f"{'':<52}{'p50 s':>8}{'p95 s':>8}{'CPU s':>8}{'queries':>9}")
    _print("contact_load: 10,000 contacts, two years, 10 policies", *_file(options.repeats))
    for database in ["sqlite", "postgres"] if options.database == "both" else [options.database]:
        with _database(database) as environment:
            arguments = ["--child", "--rows", str(options.rows), "--repeats", str(options.repeats)]
            command = [sys.executable, "-m", "bench.customer_year", *arguments]
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
            print(f"{options.rows:,} requests, {database}")
            for row in json.loads(done.stdout.strip().splitlines()[-1]):
                _print(*row)


def _print(name: str, seconds: list[float], worked: float, queries: int | str = "") -> None:
    ranked = sorted(seconds)
    p95 = ranked[min(len(ranked) - 1, int(0.95 * len(ranked)))]
    print(f"{name:<52}{statistics.median(ranked):>8.3f}{p95:>8.3f}{worked:>8.3f}{queries:>9}", flush=True)


def _timed(work: Callable[[], Any], repeats: int) -> tuple[list[float], float]:
    for _ in range(WARM_UP):
        work()
    seconds, before = [], time.process_time()
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return seconds, (time.process_time() - before) / repeats


def _file(repeats: int) -> tuple[list[float], float]:
    from impacts.engine.load_file import answer, read_load

    draw = random.Random(5)
    contacts = [
        {
            "request": f"REQ-{draw.randrange(2_000):04d}",
            "segment": f"segment-{draw.randrange(SEGMENTS)}",
            "channel": draw.choice(["email", "letter", "sms"]),
            "first": (dt.date(2027, 1, 1) + dt.timedelta(days=draw.randrange(700))).isoformat(),
            "times": draw.randrange(1, 6),
            "every_days": draw.randrange(1, 21),
        }
        for _ in range(10_000)
    ]
    policies = [
        {"segment": None, "channel": draw.choice([None, "email"]), "limit": limit, "days": 7 * limit}
        for limit in range(1, 11)
    ]
    text = json.dumps({"contacts": contacts, "policies": policies})
    return _timed(lambda: answer(read_load(json.loads(text))), max(3, repeats // 4))


def _child(rows: int, repeats: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from bench.generate import generate

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    architect = generate(rows)
    _tag()
    print(json.dumps(_measure(architect, repeats)))


def _tag() -> None:
    """What the requests touch and whom they contact."""
    from django.db import transaction

    from customers.models import ContactPolicy, Segment, Touchpoint
    from impacts.models import Impact, PlannedContact
    from portfolio.models import ProjectRequest

    draw = random.Random(11)
    with transaction.atomic():
        segments = [
            Segment.objects.create(
                code=f"segment-{n}", name=f"Segment {n}", customer_count=9_000 * (n + 1), yearly_value=10**6 * (n + 1)
            )
            for n in range(SEGMENTS)
        ]
        points = [
            Touchpoint.objects.create(
                code=f"point-{n}", name=f"Touchpoint {n}", channel="app", journey_stage="use", customers_per_month=700
            )
            for n in range(TOUCHPOINTS)
        ]
        for number, (limit, days) in enumerate([(3, 21), (1, 3), (8, 90)]):
            ContactPolicy.objects.create(code=f"policy-{number}", name=f"Policy {number}", limit=limit, days=days)
        requests = list(ProjectRequest.objects.order_by("id").only("id", "status"))
        live = list(ProjectRequest.objects.live().order_by("id").values_list("pk", flat=True))
        crowd = set(draw.sample(live, min(CROWD, len(live))))
        first = dt.date.today()
        impacts, contacts, named = [], [], []
        for request in requests:
            segment = segments[0] if request.pk in crowd else draw.choice(segments[1:])
            for point in draw.sample(points, 2):
                effect = draw.choice(["introduces", "changes", "changes", "replaces", "retires"])
                way = draw.choice(["better", "worse", "neutral"])
                impacts.append(Impact(request=request, touchpoint=point, effect=effect, direction=way))
                named.append(segment.pk)
            for _ in range(2):
                day = first + dt.timedelta(days=draw.randrange(700))
                times, every = draw.randrange(1, 5), draw.randrange(3, 30)
                channel = draw.choice(["email", "letter"])
                contacts.append(
                    PlannedContact(request=request, segment=segment, channel=channel, first_day=day, times=times,
                                   every_days=every)
                )  # fmt: skip
        made = Impact.objects.bulk_create(impacts, batch_size=2_000)
        through = Impact.segments.through
        links = [through(impact_id=impact.pk, segment_id=pk) for impact, pk in zip(made, named, strict=True)]
        through.objects.bulk_create(links, batch_size=2_000)
        PlannedContact.objects.bulk_create(contacts, batch_size=2_000)
        for number, request in enumerate(ProjectRequest.objects.filter(pk__in=crowd).order_by("id")):
            go_live = first + dt.timedelta(days=number % 360)
            ProjectRequest.objects.filter(pk=request.pk).update(wanted_start=None, wanted_go_live=go_live)


def _measure(architect: Any, repeats: int) -> list[Any]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from portfolio.models import ProjectRequest

    draw = random.Random(3)
    client = Client()
    client.force_login(architect)
    filed = list(ProjectRequest.objects.exclude(status="draft").order_by("id").values_list("reference", flat=True))
    crowd = list(
        ProjectRequest.objects.live().filter(contacts__segment__code="segment-0").order_by("id").distinct()
        .values_list("reference", flat=True)
    )  # fmt: skip

    def any_seven() -> str:
        return f"/customers-year/?request={','.join(draw.sample(filed, 7))}"

    without = ",".join(crowd[:2])
    pages: list[tuple[str, Callable[[], str]]] = [
        ("any 7 requests, 52 weeks", any_seven),
        ("any 7 requests, 104 weeks", lambda: f"{any_seven()}&weeks=104"),
        (f"a segment with {len(crowd)} requests, 52 weeks", lambda: "/customers-year/segment-0/?weeks=52"),
        (f"a segment with {len(crowd)} requests, 104 weeks", lambda: "/customers-year/segment-0/?weeks=104"),
        ("the same without two, side by side", lambda: f"/customers-year/segment-0/?without={without}&view=both"),
        ("its CSV by day", lambda: "/customers-year/segment-0/csv/?rows=days&weeks=104"),
    ]

    def ask(path: str) -> None:
        response = client.get(path)
        if response.status_code != 200:
            raise RuntimeError(f"{path} answered {response.status_code}")

    results = []
    for name, make in pages:
        with CaptureQueriesContext(connection) as queries:
            ask(make())
            asked = len(queries)
        seconds, worked = _timed(lambda make=make: ask(make()), repeats)  # type: ignore[misc]
        results.append((name, seconds, worked, asked))
    return results


if __name__ == "__main__":
    main()
