"""Time and memory of the engine at size: build, update one request, scan it, look-alikes of a draft.

The texts are made up. A vocabulary of 30,000 words is put together from syllables; how often each is used follows
Zipf's law, as in prose. Each request has about 70 words: a fifth common project prose (the matcher's own list), a
third drawn from the whole vocabulary, the rest from the 30 words of one of (requests / 8) subjects, so that a request
has about seven others on its subject. 60 silos; tags from 40 touchpoints, 30 domains, 25 systems and 6 segments per
thousand requests, at most 400, 300, 250 and 60. Seeded: every run has the same texts.

    python -m bench.engine_size [10000 100000]
"""

import argparse
import gc
import json
import pickle
import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import accumulate

import psutil

from impacts.engine.facts import (
    DataUseFact,
    ImpactFact,
    RegisterFacts,
    RequestFacts,
    SystemUseFact,
    ThingFact,
)
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.matching.text import PROSE_SHARES
from impacts.engine.rules import same_purpose
from impacts.engine.scan import scan_clusters, scan_findings, ties_of

TODAY = date(2026, 1, 5)
SILOS = 60

_SYLLABLES = [
    f"{first}{second}" for first in "bcdfghklmnprstvw" for second in ("a", "e", "i", "o", "u", "an", "er", "ol")
]


class Maker:
    """Makes requests of a portfolio of a given size; the same seed gives the same ones."""

    def __init__(self, size: int, seed: int = 7) -> None:
        self._dice = random.Random(seed)
        shared = random.Random(1)
        words = sorted({"".join(shared.choices(_SYLLABLES, k=shared.choice((2, 3, 3, 4)))) for _ in range(40_000)})
        shared.shuffle(words)
        self._words = words[:30_000]
        self._steps = list(accumulate(1 / (rank + 10) for rank in range(len(self._words))))
        self._subjects = [shared.choices(self._words[200:], k=30) for _ in range(max(1, size // 8))]
        self._prose = sorted(PROSE_SHARES)
        scale = max(1, size // 1000)
        self.things = min(400, 40 * scale), min(300, 30 * scale), min(250, 25 * scale), min(60, 6 * scale)

    def request(self, number: int) -> RequestFacts:
        """Make the next request."""
        dice = self._dice
        touchpoints, domains, systems, segments = self.things
        subject = dice.choice(self._subjects)
        prose = dice.choices(self._prose, k=14)
        body = prose + dice.choices(self._words, cum_weights=self._steps, k=24) + dice.choices(subject, k=30)
        dice.shuffle(body)
        return RequestFacts(
            id=number,
            reference=f"REQ-{number}",
            silo=dice.randrange(SILOS),
            title=" ".join([*dice.sample(subject, k=3), dice.choice(self._prose), dice.choice(self._words)]),
            problem=" ".join(body[:34]),
            proposal=" ".join(body[34:]),
            start=TODAY + timedelta(days=dice.randrange(400)),
            go_live=TODAY + timedelta(days=200 + dice.randrange(1000)),
            impacts=(
                ImpactFact(dice.randrange(touchpoints), "changes", segments=frozenset({dice.randrange(segments)})),
            ),
            data_uses=(DataUseFact(dice.randrange(domains), "reads", dice.randrange(systems)),),
            system_uses=(SystemUseFact(dice.randrange(systems), "uses"),),
        )


def register() -> RegisterFacts:
    """Name the silos and things."""
    things = {number: ThingFact(number, f"T{number}", f"Thing {number}") for number in range(400)}
    return RegisterFacts({number: f"Silo {number}" for number in range(SILOS)}, things, things, things, things)


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _p50(seconds: list[float]) -> float:
    return round(1000 * statistics.median(seconds), 1)


def measure(size: int) -> dict[str, object]:
    """Build an index of that size and measure; milliseconds are medians of 15, memory is the process's growth in MB."""
    maker, other_maker = Maker(size), Maker(size, seed=99)
    requests = [maker.request(number) for number in range(1, size + 1)]
    others = [other_maker.request(1 + at * (size // 20)) for at in range(15)]
    gc.collect()
    before = psutil.Process().memory_info().rss
    built: list[PortfolioIndex] = []
    build = _timed(lambda: built.append(PortfolioIndex(requests, register())))
    index = built[0]
    index.look_alikes(others[0])
    memory = psutil.Process().memory_info().rss - before
    found, updates, scans, live = 0, list[float](), list[float](), list[float]()
    for changed in others:
        updates.append(_timed(partial(index.update, changed=[changed])))
        about = frozenset({changed.id})
        scans.append(_timed(partial(scan_findings, index, TODAY, about)))
        found += len(ties_of(scan_findings(index, TODAY, about)))
        live.append(_timed(partial(index.look_alikes, replace(changed, id=0))))
    result: dict[str, object] = {
        "requests": size,
        "build_s": round(build, 1),
        "memory_mb": round(memory / 2**20),
        "update_one_ms": _p50(updates),
        "scan_one_ms": _p50(scans),
        "overlaps_of_one": round(found / len(others), 1),
        "look_alikes_ms": _p50(live),
        "pickle_mb": round(len(pickle.dumps(index)) / 2**20),
    }
    if size <= 20_000:
        ties: list[tuple[int, int, float]] = []
        result["same_purpose_all_s"] = round(
            _timed(lambda: ties.extend(ties_of(same_purpose.find(index, index.settings, TODAY)))), 1
        )
        result["overlaps"] = len(ties)
        result["clusters_s"] = round(_timed(lambda: scan_clusters(index, ties)), 2)
    return result


def main() -> None:
    """Print one line of JSON for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000])
    for size in parser.parse_args().sizes:
        sys.stdout.write(json.dumps(measure(size)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
