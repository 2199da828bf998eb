# ruff: noqa: PLC0415 # Django is set up by the process that measures, with the database of its environment.
"""Times the pages of priorities with a long queue: two orders of so many requests, scores, objectives, moves.

    ./dev bench priorities [--rows 500] [--database sqlite|postgres|both] [--repeats 10]

Fills a database of its own with generated requests (bench.generate), all of them waiting for the board, each placed in
the order of the CIO and in that of the customer leader (seeded, different), scored by five criteria and moving one of
forty objectives. Asked through Django's test client, so with middleware, session, permissions, queries and templates;
every page is asked thrice before it counts. A move is posted as the page posts it. "p50" and "p95" are seconds on the
clock, "CPU" is the mean of what this process worked.
"""

import argparse
import json
import random
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from bench.customer_year import _print, _timed
from bench.pages import _database

CRITERIA, OBJECTIVES = 5, 40


def main() -> None:
    """Measure what the arguments say and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        _child(options.rows, options.repeats)
        return
    print(f"{'':<52}{'p50 s':>8}{'p95 s':>8}{'CPU s':>8}{'queries':>9}")
    for database in ["sqlite", "postgres"] if options.database == "both" else [options.database]:
        with _database(database) as environment:
            arguments = ["--child", "--rows", str(options.rows), "--repeats", str(options.repeats)]
            command = [sys.executable, "-m", "bench.priorities", *arguments]
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
            print(f"{options.rows:,} requests, {database}")
            for row in json.loads(done.stdout.strip().splitlines()[-1]):
                _print(*row)


def _child(rows: int, repeats: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from bench.generate import generate
    from portfolio.models import Membership, Person, Role

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    generate(rows)
    cio = Person.objects.create_user("cio@bench.example", name="Bench CIO")
    Membership.objects.create(person=cio, role=Role.CIO)
    _fill(cio)
    print(json.dumps(_measure(cio, repeats)))


def _fill(person: Any) -> None:
    from django.utils import timezone

    from board.models import Criterion, CriterionWeight, RankedRequest, Ranking, Score, WeightSet
    from portfolio.models import Contribution, Objective, ProjectRequest

    draw, now = random.Random(5), timezone.now()
    ProjectRequest.objects.update(status="ready", submitted_at=now, confidential=False)
    ids = list(ProjectRequest.objects.order_by("id").values_list("id", flat=True))
    for side in Ranking.Side.values:
        ranking, _ = Ranking.objects.get_or_create(side=side)
        draw.shuffle(ids)
        RankedRequest.objects.bulk_create(
            RankedRequest(ranking=ranking, request_id=pk, position=place) for place, pk in enumerate(ids, start=1)
        )
    criteria = [
        Criterion.objects.create(code=f"criterion-{number}", name=f"Criterion {number}", question="?", position=number)
        for number in range(CRITERIA)
    ]
    weights = WeightSet.objects.create(number=1000, by=person, at=now, why="So that something counts.")
    for each in criteria:
        CriterionWeight.objects.create(weights=weights, criterion=each, weight=draw.randrange(10, 60))
    Score.objects.bulk_create(
        Score(request_id=pk, criterion=each, points=draw.randrange(6), reason="Because.", person=person, at=now)
        for pk in ids
        for each in criteria
    )
    goals = [Objective.objects.create(code=f"aim-{number}", name=f"Aim {number}") for number in range(OBJECTIVES)]
    Contribution.objects.bulk_create(Contribution(request_id=pk, objective=draw.choice(goals)) for pk in ids)


def _measure(cio: Any, repeats: int) -> list[Any]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from board.models import Ranking
    from portfolio.models import ProjectRequest

    client, draw = Client(), random.Random(3)
    client.force_login(cio)
    references = list(ProjectRequest.objects.order_by("id").values_list("reference", flat=True))

    def get(path: str) -> Callable[[], None]:
        return lambda: _checked(client.get(path).status_code, path)

    def move() -> None:
        version = Ranking.objects.get(side="it").version
        path = f"/priorities/orders/it/{draw.choice(references)}/place/"
        sent = {"to": draw.randrange(1, len(references) + 1), "version": version}
        _checked(client.post(path, sent, headers={"HX-Request": "true"}).status_code, path)

    acts = {
        "objectives": get("/priorities/"),
        "scores": get("/priorities/scores/"),
        "the two orders": get("/priorities/orders/"),
        "the CIO's order": get("/priorities/orders/it/"),
        "one request moved in it": move,
        "the quarter's queue": get("/priorities/queue/"),
        "the two orders as CSV": get("/priorities/orders.csv"),
    }
    results = []
    for name, act in acts.items():
        with CaptureQueriesContext(connection) as queries:
            act()
            asked = len(queries)
        seconds, worked = _timed(act, repeats)
        results.append((name, seconds, worked, asked))
    return results


def _checked(status: int, path: str) -> None:
    if status != 200:
        raise RuntimeError(f"{path} answered {status}")


if __name__ == "__main__":
    main()
