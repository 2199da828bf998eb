"""What bench.decision_log times, in a process of its own in which Django is set up."""

import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.management import call_command
from django.db import transaction
from django.test import Client

from board.models import AgendaItem, DecidedRequest, Decision
from board.selectors.decisions.chain import verify_chain
from board.services.decisions.sealing import seal_decision
from customers.models import Touchpoint
from portfolio.models import Person


def measure(wanted: int) -> None:
    """Load the demo, fill it up to so many decisions, time each page, print."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("demo", verbosity=0)
    _fill(wanted)
    client = Client(raise_request_exception=True)
    client.force_login(Person.objects.get(email="mara.lindqvist@meridian.example"))
    touchpoint = Touchpoint.objects.order_by("id").first()
    pages = {
        "list": "/board/decisions/",
        "last page": "/board/decisions/?page=400",
        "words": "/board/decisions/?q=customer+account",
        "touchpoint": f"/board/decisions/?touchpoint={touchpoint.pk if touchpoint else ''}",
        "one decision": "/board/decisions/5000/",
        "CSV": "/board/decisions/log.csv",
        "XLSX": "/board/decisions/log.xlsx",
        "saved": "/board/saved/",
    }
    for name, address in pages.items():
        print(f"{name:14} {_middle(partial(_read, client, address)):6.2f} s")
    print(f"{'verify':14} {_middle(verify_chain):6.2f} s")


def _read(client: Any, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    if response.streaming:
        for _ in response.streaming_content:
            pass


def _middle(act: Callable[[], Any]) -> float:
    times = []
    for _ in range(3):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _fill(wanted: int) -> None:
    """Copies of the demo's decisions, each over a request of the demo, sealed one after the other."""
    models = list(Decision.objects.exclude(kind="merge").order_by("id"))
    place = 1000
    with transaction.atomic():
        for number in range(wanted - Decision.objects.count()):
            like = models[number % len(models)]
            place += 1
            first = like.requests.order_by("id").first()
            item = AgendaItem.objects.create(
                meeting=like.item.meeting,
                position=place,
                kind=AgendaItem.Kind.GROUP,
                title=f"{like.item.subject} {number}"[:300],
                question=like.item.question,
                status=AgendaItem.Status.DECIDED,
            )
            made = Decision.objects.create(
                item=item,
                kind=like.kind,
                reason=f"{like.reason} ({number})",
                recorded_by=like.recorded_by,
                at=like.at - timedelta(minutes=number),
                submission=f"bench-{number}",
                snapshot=like.snapshot,
                snapshot_hash=like.snapshot_hash,
            )
            if first is not None:
                DecidedRequest.objects.create(
                    decision=made,
                    request=first.request,
                    status_before=first.status_before,
                    status_after=first.status_after,
                )
            seal_decision(decision=made)
