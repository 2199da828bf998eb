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

from board.models import AgendaItem, ChainHead, DecidedRequest, Decision, Seal
from board.selectors.decisions.chain import (
    COVERS,
    MANY_PARTS,
    ONE_PART,
    PART,
    content_of,
    link,
    verify_chain,
)
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
    print(f"{'':14} {'clock':>8} {'processor':>10}, seconds")
    for name, address in pages.items():
        _print(name, partial(_read, client, address))
    _print("verify", verify_chain)


def _read(client: Any, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    if response.streaming:
        for _ in response.streaming_content:
            pass


def _print(name: str, act: Callable[[], Any]) -> None:
    """The middle of three times, on the clock and of this process's processor."""
    times, worked = [], []
    for _ in range(3):
        start, busy = time.perf_counter(), time.process_time()
        act()
        times.append(time.perf_counter() - start)
        worked.append(time.process_time() - busy)
    print(f"{name:14} {statistics.median(times):8.2f} {statistics.median(worked):10.2f}")


def _fill(wanted: int) -> None:
    """Copies of the demo's decisions, each over a request of the demo, sealed one after the other."""
    models = list(Decision.objects.exclude(kind="merge").select_related("item__meeting").order_by("id"))
    firsts = {row.decision_id: row for row in DecidedRequest.objects.order_by("-id")}
    with transaction.atomic():
        for start in range(Decision.objects.count(), wanted, PART):
            numbers = range(start, min(start + PART, wanted))
            likes = {number: models[number % len(models)] for number in numbers}
            items = AgendaItem.objects.bulk_create(_item(like, number) for number, like in likes.items())
            made = Decision.objects.bulk_create(
                _decision(like, item, number) for (number, like), item in zip(likes.items(), items, strict=True)
            )
            DecidedRequest.objects.bulk_create(
                _decided(decision, firsts[like.pk])
                for decision, like in zip(made, likes.values(), strict=True)
                if like.pk in firsts
            )
            _seal(made)


def _item(like: Decision, number: int) -> AgendaItem:
    return AgendaItem(
        meeting=like.item.meeting,
        position=1000 + number,
        kind=AgendaItem.Kind.GROUP,
        title=f"{like.item.subject} {number}"[:300],
        question=like.item.question,
        status=AgendaItem.Status.DECIDED,
    )


def _decision(like: Decision, item: AgendaItem, number: int) -> Decision:
    return Decision(
        item=item,
        kind=like.kind,
        reason=f"{like.reason} ({number})",
        recorded_by=like.recorded_by,
        at=like.at - timedelta(minutes=number),
        submission=f"bench-{number}",
        snapshot=like.snapshot,
        snapshot_hash=like.snapshot_hash,
    )


def _decided(decision: Decision, like: DecidedRequest) -> DecidedRequest:
    return DecidedRequest(
        decision=decision,
        request_id=like.request_id,
        status_before=like.status_before,
        status_after=like.status_after,
    )


def _seal(made: list[Decision]) -> None:
    """As seal_decision does one by one."""
    head = ChainHead.objects.get()
    rows = Decision.objects.filter(pk__in=[decision.pk for decision in made]).order_by("id")
    seals = []
    for decision in rows.select_related(*ONE_PART).prefetch_related(*MANY_PARTS):
        own = link(content_of(decision), head.count + 1, head.own_hash)
        place = {"sequence": head.count + 1, "previous_hash": head.own_hash, "covers": COVERS}
        seals.append(Seal(decision=decision, own_hash=own, **place))
        head.count, head.own_hash = head.count + 1, own
    Seal.objects.bulk_create(seals)
    head.save()
