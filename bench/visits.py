"""The measurements of bench.pages, in this process. Import it where Django is set up."""

import json
import random
import re
import time
from collections.abc import Callable
from typing import Any

import psutil
from django.core.management import call_command
from django.db import connection
from django.test import Client

from bench.generate import generate
from portfolio.models import ProjectRequest

TIMES = 30


def measure(rows: int) -> None:
    """Fill the database with so many requests, time the pages and print the result as one line of JSON."""
    print(json.dumps(_measure(rows)))


def _measure(rows: int) -> dict[str, Any]:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    began = time.perf_counter()
    architect = generate(rows)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    loaded = time.perf_counter() - began
    client = Client()
    client.force_login(architect)
    pages = {name: _percentiles(_timed(visit)) for name, visit in _visits(client, rows).items()}
    exports = {f"export {fmt}": _export(client, fmt) for fmt in ("csv", "xlsx")}
    memory = psutil.Process().memory_info().rss >> 20
    return {"load_seconds": loaded, "pages": pages, "exports": exports, "rss_mb": memory}


def _visits(client: Any, rows: int) -> dict[str, Callable[[], Any]]:
    draw = random.Random(7)

    def get(path: str) -> Callable[[], Any]:
        return lambda: _answered(client.get(path, headers={"host": "localhost"}))

    def one() -> Any:
        return _answered(client.get(f"/requests/{_filed(draw, rows)}/", headers={"host": "localhost"}))

    return {
        "list": get("/requests/"),
        "list, page 50": get("/requests/?page=50"),
        "list by cost": get("/requests/?sort=-cost"),
        "filter": get("/requests/?status=submitted&silo=silo-03&kind=internal"),
        "search common words": get("/requests/?q=customer+notification"),
        "search rare word": get("/requests/?q=00042"),
        "one request": one,
        "file a step": _filing(client),
    }


def _filed(draw: random.Random, rows: int) -> str:
    while True:
        reference = f"GEN-{draw.randrange(rows):06d}"
        if ProjectRequest.objects.filter(reference=reference).exclude(status="draft").exists():
            return reference


def _filing(client: Any) -> Callable[[], Any]:
    """Saves the first step of a draft again and again, each time with other words, as a browser does."""
    page = _answered(client.get("/requests/new/", headers={"host": "localhost"})).content.decode()
    token = re.search(r'name="page" value="([^"]+)"', page)
    base = re.search(r'name="base" value="([^"]*)"', page)
    silo = re.search(r'name="silo".*?<option value="([^"]+)"', page, re.DOTALL)
    fields = {"page": token and token[1], "base": base and base[1].replace("&quot;", '"')}
    if silo:
        fields["silo"] = silo[1]
    count = iter(range(10_000))

    def save() -> Any:
        typed = {**fields, "title": f"Tell customers sooner {next(count)}", "problem": "They call because nobody told."}
        headers = {"hx-request": "true", "host": "localhost"}
        return _answered(client.post("/requests/new/", {k: v for k, v in typed.items() if v}, headers=headers))

    return save


def _answered(response: Any) -> Any:
    if response.status_code >= 400:
        raise RuntimeError(f"{response.request['PATH_INFO']} answered {response.status_code}")
    return response


def _timed(visit: Callable[[], Any]) -> list[float]:
    for _ in range(3):
        visit()
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        visit()
        times.append(1000 * (time.perf_counter() - began))
    return sorted(times)


def _percentiles(times: list[float]) -> tuple[float, float]:
    return round(times[len(times) // 2], 1), round(times[int(len(times) * 0.95)], 1)


def _export(client: Any, fmt: str) -> tuple[float, float, int]:
    """Seconds, megabytes that the process grows at most, and bytes sent, of an export of everything."""
    process = psutil.Process()
    before, peak, size = process.memory_info().rss, 0, 0
    began = time.perf_counter()
    answer = _answered(client.get(f"/requests/export/{fmt}/", headers={"host": "localhost"}))
    for number, chunk in enumerate(answer.streaming_content if answer.streaming else [answer.content]):
        size += len(chunk)
        if number % 50 == 0:
            peak = max(peak, process.memory_info().rss)
    return round(time.perf_counter() - began, 2), round((max(peak, before) - before) / 2**20, 1), size
