"""Time and memory of the engine at size: build, look-alikes of a draft, scans of what changed and of everything.

The texts are made up, with the statistics of real ones. The words are put together from syllables; how often each is
used follows Zipf's law, as in prose, and how many there are grows with the portfolio by Heaps' law: 7,000 stems at
2,000 requests and the power .47 of the requests, as in us-ai-2024 (6,951 at 2,133; twice the requests bring 1.39
times the stems there, 1.39 to 1.54 times in canada-2022, 1.32 to 1.48 in australia). `--words` sets another number.
Each request has about 70 words, 59 of them different (real portfolios: 27 to 40): a fifth common project prose (the
matcher's own list), a third drawn from the whole vocabulary, the rest from the 30 words of one of (requests / 8)
subjects, so that a request has about seven others on its subject. 60 silos; tags from 40 touchpoints, 30 domains, 25
systems and 6 segments per thousand requests, at most 400, 300, 250 and 60. Seeded: every run has the same texts.
`--crowd` files so many requests of one and the same text besides.

    ./dev bench engine_size [10000 100000] [--changed 1000] [--full-most 100000] [--crowd 0] [--cpu] [--model]
        [--streamed] [--words N]

Prints one line of JSON for each size and, after two of them, how the full scan grew. In one process and one thread;
with `--cpu` the processor's time is counted, which is that of an idle machine also when others work on it. Milliseconds
are percentiles of 60 drafts, each asked while nothing changes ("quiet") and right after a request changed ("busy").
`--model` gives each request a made-up vector and lets the language model read each draft anew for its look-alikes.
Memory is what the process grew by while the index was built, and its peak. With `--streamed` requests are made while
the index takes them, as a worker reads them from the database: the time to build counts making them, memory does not.
"""

import argparse
import gc
import json
import pickle
import random
import resource
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import accumulate

import numpy as np
import psutil

from impacts.engine.facts import (
    DataUseFact,
    ImpactFact,
    RegisterFacts,
    RequestFacts,
    SystemUseFact,
    ThingFact,
)
from impacts.engine.matching.encoder import Encoder, packaged_folder
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.matching.meaning import request_vectors
from impacts.engine.matching.text import PROSE_SHARES
from impacts.engine.scan import scan_clusters, scan_findings, ties_of

TODAY = date(2026, 1, 5)
SILOS = 60

VOCABULARY, HEAPS = 7_000, 0.47
"""Heaps' law: so many words at 2,000 requests, and the power by which they grow with the requests."""

_SYLLABLES = [
    f"{first}{second}" for first in "bcdfghklmnprstvw" for second in ("a", "e", "i", "o", "u", "an", "er", "ol")
]


class Maker:
    """Makes requests of a portfolio of a given size; the same seed gives the same ones."""

    def __init__(self, size: int, seed: int = 7, words: int | None = None) -> None:
        self._dice = random.Random(seed)
        shared = random.Random(1)
        count = words if words is not None else max(1000, round(VOCABULARY * (size / 2000) ** HEAPS))
        made = ("".join(shared.choices(_SYLLABLES, k=shared.choice((2, 3, 3, 4)))) for _ in range(2 * count))
        self._words = list(dict.fromkeys(made))[:count]
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


clock = time.perf_counter


def _timed(act: Callable[[], object]) -> float:
    began = clock()
    act()
    return clock() - began


def _percentiles(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    places = {"p50": len(ordered) // 2, "p95": int(0.95 * len(ordered))}
    return {name: round(1000 * ordered[place], 1) for name, place in places.items()}


def portfolio(size: int, crowd: int, model: bool = False, words: int | None = None) -> Iterator[RequestFacts]:
    """Make the requests, numbered from 1; the first `crowd` of them all ask for the same; `model` adds vectors."""
    maker, dice = Maker(size, words=words), np.random.default_rng(5)
    one = maker.request(0)
    for number in range(1, size + 1):
        made = maker.request(number)
        if number <= crowd:
            made = replace(made, title=one.title, problem=one.problem, proposal=one.proposal)
        yield replace(made, meaning=_vector(dice)) if model else made


def _vector(dice: np.random.Generator) -> bytes:
    values = dice.normal(size=384)
    return (values / np.linalg.norm(values)).astype(np.float16).tobytes()


def _live(index: PortfolioIndex, encoder: Encoder | None, draft: RequestFacts) -> object:
    """What somebody waits for who types: the model reads the draft, the index answers with reasons."""
    if encoder is not None:
        text = (draft.title, f"{draft.problem}\n{draft.proposal}")
        draft = replace(draft, meaning=request_vectors(encoder, [text])[0])
    return index.look_alikes(draft)


def _built(made: Iterable[RequestFacts], streamed: bool) -> tuple[PortfolioIndex, float, int]:
    """The index, the seconds that building it took, and the memory with the requests alone."""
    requests = made if streamed else list(made)
    held = psutil.Process().memory_info().rss
    began = clock()
    index = PortfolioIndex(requests, register())
    return index, clock() - began, held


def measure(size: int, chosen: argparse.Namespace, encoder: Encoder | None) -> dict[str, object]:
    """Build an index of that size and measure, as the options say."""
    crowd, changed = chosen.crowd, chosen.changed
    gc.collect()
    before = psutil.Process().memory_info().rss
    index, build, held = _built(portfolio(size, crowd, encoder is not None, chosen.words), chosen.streamed)
    dice, others = random.Random(3), Maker(size, 99, chosen.words)
    drafts = [others.request(0) for _ in range(60)]
    first = _timed(partial(_live, index, encoder, drafts[0]))
    quiet = [_timed(partial(_live, index, encoder, draft)) for draft in drafts]
    busy, updates, scans = list[float](), list[float](), list[float]()
    for draft in drafts[:20]:
        new = replace(others.request(0), id=dice.randrange(1, size + 1))
        updates.append(_timed(partial(index.update, changed=[new])))
        busy.append(_timed(partial(_live, index, encoder, draft)))
        index.update(changed=[replace(new, title=f"{new.title} again")])
        scans.append(_timed(partial(scan_findings, index, TODAY, frozenset({new.id}))))
    result: dict[str, object] = {
        "requests": size,
        "crowd": crowd,
        "model": encoder is not None,
        "clock": "cpu" if clock is time.process_time else "wall",
        "build_s": round(build, 1),
        "requests_mb": round((held - before) / 2**20),
        "with_index_mb": round((psutil.Process().memory_info().rss - before) / 2**20),
        "first_look_alikes_ms": round(1000 * first, 1),
        "look_alikes_quiet_ms": _percentiles(quiet),
        "look_alikes_busy_ms": _percentiles(busy),
        "update_one_ms": _percentiles(updates),
        "scan_one_ms": _percentiles(scans),
    }
    some = [replace(others.request(0), id=number) for number in dice.sample(range(1, size + 1), min(changed, size))]
    result["update_many_s"] = round(_timed(partial(index.update, changed=some)), 2)
    about = frozenset(facts.id for facts in some)
    found = list(index.pairs(about, index.settings.same_purpose))
    result["changed"], result["overlaps_of_changed"] = len(about), len(found)
    result["scan_changed_s"] = round(_timed(partial(scan_findings, index, TODAY, about)), 2)
    if size <= chosen.full_most:
        result |= _full(index)
    result["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    result["pickle_mb"] = round(_pickled(index) / 2**20)
    result["load_average"] = [round(load, 1) for load in psutil.getloadavg()]
    return result


def _full(index: PortfolioIndex) -> dict[str, object]:
    began = clock()
    findings = scan_findings(index, TODAY)
    scanned = clock() - began
    overlaps = [finding for finding in findings if finding.rule == "same-purpose"]
    wording = _timed(lambda: [tuple(finding.evidence) for finding in overlaps[:2000]])
    ties = ties_of(findings)
    return {
        "full_scan_s": round(scanned, 2),
        "findings": len(findings),
        "overlaps": len(overlaps),
        "evidence_of_one_ms": round(1000 * wording / max(min(len(overlaps), 2000), 1), 2),
        "clusters_s": round(_timed(lambda: scan_clusters(index, ties, lambda members: ())), 2),
    }


def _pickled(index: PortfolioIndex) -> int:
    arrays: list[pickle.PickleBuffer] = []
    small = len(pickle.dumps(index, protocol=5, buffer_callback=arrays.append))
    return small + sum(array.raw().nbytes for array in arrays)


def main() -> None:
    """Print one line of JSON for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--changed", type=int, default=1000)
    parser.add_argument("--full-most", type=int, default=100_000)
    parser.add_argument("--crowd", type=int, default=0)
    parser.add_argument("--words", type=int)
    parser.add_argument("--cpu", action="store_true")
    parser.add_argument("--model", action="store_true")
    parser.add_argument("--streamed", action="store_true")
    chosen = parser.parse_args()
    global clock  # noqa: PLW0603 - one clock for the whole run
    clock = time.process_time if chosen.cpu else time.perf_counter
    folder = packaged_folder() if chosen.model else None
    encoder = Encoder(folder) if folder is not None else None
    scans: list[float] = []
    for size in chosen.sizes:
        result = measure(size, chosen, encoder)
        scans += [float(str(result["full_scan_s"]))] if "full_scan_s" in result else []
        print(json.dumps(result), flush=True)
    if len(scans) > 1:
        print(json.dumps({"full_scan_growth": round(scans[-1] / scans[0], 1)}))


if __name__ == "__main__":
    main()
