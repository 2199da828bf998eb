# ruff: noqa: PLC0415 # Django is set up by the process that measures, with the database of its environment.
"""Times the data map and the map of silos at 100 and 10,000 requests.

    ./dev bench maps [--rows 100 10000] [--database sqlite|postgres|both] [--repeats 10]

Fills a database of its own with generated requests of 40 silos (bench.generate): 200 systems that hold 60 data domains
by 30 attributes; each request uses two of them, one in ten brings an attribute along, one in fifty retires a system;
each has six findings with others, one need and, one in twenty, a place in a family. Asked through Django's test client,
so with middleware, session, permissions, queries and templates. First, without a database, the map alone at 1,000
systems. Every page is asked thrice before it counts. "p50" and "p95" are seconds on the clock, "CPU" is the mean of
what this process worked.
"""

import argparse
import json
import random
import subprocess
import sys
from typing import Any

from bench.customer_year import _print, _timed
from bench.pages import _database

SYSTEMS, DOMAINS, ATTRIBUTES, TOUCHPOINTS = 200, 60, 30, 80


def main() -> None:
    """Measure what the arguments say and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, nargs="+", default=[100, 10_000])
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        _child(options.rows[0], options.repeats)
        return
    print(f"{'':<52}{'p50 s':>8}{'p95 s':>8}{'CPU s':>8}{'queries':>9}")
    _print("the map of 1,000 systems, 3,000 holdings", *_alone(options.repeats))
    for database in ["sqlite", "postgres"] if options.database == "both" else [options.database]:
        for rows in options.rows:
            with _database(database) as environment:
                arguments = ["--child", "--rows", str(rows), "--repeats", str(options.repeats)]
                command = [sys.executable, "-m", "bench.maps", *arguments]
                done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
                print(f"{rows:,} requests, {database}")
                for row in json.loads(done.stdout.strip().splitlines()[-1]):
                    _print(*row)


def _alone(repeats: int) -> tuple[list[float], float]:
    from impacts.engine.data_map import data_map
    from impacts.engine.facts import HoldingFact, KeyFact

    draw = random.Random(3)
    holdings = [
        HoldingFact(system, draw.randrange(200), "master", (KeyFact(draw.randrange(400)), KeyFact(draw.randrange(400))))
        for system in range(1_000)
        for _ in range(3)
    ]
    return _timed(lambda: data_map(holdings), max(3, repeats // 4))


def _child(rows: int, repeats: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from bench.generate import generate

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    architect = generate(rows)
    draw = random.Random(17)
    _use_data(draw)
    _find(draw)
    print(json.dumps(_measure(architect, repeats)))


def _use_data(draw: random.Random) -> None:
    """The registers, and what requests do to data and systems."""
    from django.db import transaction

    from customers.models import (
        DataDomain,
        DataHolding,
        HoldingAttribute,
        IdentifyingAttribute,
        System,
        Touchpoint,
        TouchpointNeed,
    )
    from impacts.models import DataUse, Impact, SystemUse
    from portfolio.models import ProjectRequest

    def entries(model: Any, count: int, **fields: Any) -> Any:
        rows = [
            model(code=f"{model.__name__.lower()}-{n}", name=f"{model.__name__} {n}", **fields) for n in range(count)
        ]
        return model.objects.bulk_create(rows)

    with transaction.atomic():
        systems, domains = entries(System, SYSTEMS), entries(DataDomain, DOMAINS)
        attributes = entries(IdentifyingAttribute, ATTRIBUTES)
        points = entries(Touchpoint, TOUCHPOINTS, channel="app", journey_stage="use")
        for system in systems:
            for domain in draw.sample(domains, 3):
                holding = DataHolding.objects.create(system=system, domain=domain, role=draw.choice(["master", "copy"]))
                quality = draw.choice(["high", "medium", "low"])
                HoldingAttribute.objects.create(holding=holding, attribute=draw.choice(attributes), quality=quality)
        for point in points:
            for domain in draw.sample(domains, 3):
                TouchpointNeed.objects.create(touchpoint=point, domain=domain)
        requests = list(ProjectRequest.objects.order_by("id").only("id"))
        uses, system_uses, impacts = [], [], []
        for number, request in enumerate(requests):
            for domain in draw.sample(domains, 2):
                uses.append(DataUse(request=request, domain=domain, mode="changes", system=draw.choice(systems)))
            effect = "retires" if number % 50 == 0 else "uses"
            system_uses.append(SystemUse(request=request, system=draw.choice(systems), effect=effect))
            impacts += [Impact(request=request, touchpoint=point, effect="changes") for point in draw.sample(points, 2)]
        made = DataUse.objects.bulk_create(uses, batch_size=2000)
        through = DataUse.attributes.through
        through.objects.bulk_create(
            [through(datause=use, identifyingattribute=draw.choice(attributes)) for use in made[::20]], batch_size=2000
        )
        SystemUse.objects.bulk_create(system_uses, batch_size=2000)
        Impact.objects.bulk_create(impacts, batch_size=2000)


def _find(draw: random.Random) -> None:
    """Findings between requests, needs and families."""
    from django.db import transaction
    from django.utils import timezone

    from impacts.models import Family, FamilyMember, Finding, FindingMember
    from portfolio.models import Need, ProjectRequest

    requests = list(ProjectRequest.objects.live().order_by("id").only("id", "requester_id"))
    now, findings, pairs = timezone.now(), [], []
    for number in range(6 * len(requests)):
        kind, rule = ("conflict", "change-collision") if number % 5 == 0 else ("overlap", "same-purpose")
        findings.append(
            Finding(
                rule=rule, kind=kind, identity=f"{number:064x}", about=[rule], severity="look", score=draw.random(),
                title="Two departments ask for the same", evidence=[], material=[], first_seen=now, last_seen=now,
            )
        )  # fmt: skip
        pairs.append(draw.sample(requests, 2))
    with transaction.atomic():
        made = Finding.objects.bulk_create(findings, batch_size=2000)
        members = [
            FindingMember(finding=each, request=one) for each, pair in zip(made, pairs, strict=True) for one in pair
        ]
        FindingMember.objects.bulk_create(members, batch_size=2000)
        needs = {tuple(draw.sample(requests, 2)) for _ in requests}
        Need.objects.bulk_create([Need(request=one, needs=other) for one, other in needs], batch_size=2000)
        for number, (one, other) in enumerate(zip(requests[::40], requests[1::40], strict=False)):
            family = Family.objects.create(
                code=f"F-{number:04d}", title="Together", lead=one, owner_id=one.requester_id,
                created_by_id=one.requester_id, created_at=now,
            )  # fmt: skip
            FamilyMember.objects.bulk_create(
                [FamilyMember(family=family, request=x, joined_at=now) for x in (one, other)]
            )


def _measure(architect: Any, repeats: int) -> list[Any]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(architect)
    found = []
    for name, url in (
        ("the data map", "/customers/data-map/"),
        ("the data map as CSV", "/customers/data-map/csv/"),
        ("the map of silos", "/customers/silos/"),
        ("the map of silos as CSV", "/customers/silos/csv/"),
    ):
        assert client.get(url).status_code == 200
        seconds, worked = _timed(lambda url=url: client.get(url), repeats)  # type: ignore[misc]
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        found.append((name, seconds, worked, len(queries)))
    return found


if __name__ == "__main__":
    main()
