"""What the engine answers to the two questions that are measured: who is my twin, and which requests are one family.

Evaluation and benchmarks ask the engine only here, so that they measure the scores that the product uses.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt

from impacts.engine.evaluation.labelled import Item
from impacts.engine.facts import RegisterFacts, RequestFacts
from impacts.engine.matching.encoder import Encoder
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.matching.meaning import request_vectors
from impacts.engine.scan import scan

ANY_DAY = date(2026, 1, 1)
"""No rule that reads dates has anything to read: the requests are only text."""

PAIRS_FLOOR = 0.10
"""Pairs below this score are not ranked as families. There are about ten times as many above it as the default
threshold lets through, so what lies below could add less than a thousandth to AP."""

ScoredPairs = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]


def vectors_of(items: Iterable[Item], encoder: Encoder | None) -> list[bytes]:
    """What the model makes of each item; nothing without one."""
    texts = [(item.title, item.text) for item in items]
    return request_vectors(encoder, texts) if encoder is not None else [b""] * len(texts)


def facts_of(items: Iterable[Item], vectors: Iterable[bytes] | None = None) -> list[RequestFacts]:
    """The items as requests, their place in the file as id; the text stands as problem."""
    kept = list(items)
    silos = {name: number for number, name in enumerate(sorted({item.silo for item in kept}), 1)}
    known = [b""] * len(kept) if vectors is None else vectors
    return [
        RequestFacts(place, item.id, silos[item.silo], item.title, problem=item.text, meaning=vector)
        for place, (item, vector) in enumerate(zip(kept, known, strict=True))
    ]


def build(items: Iterable[Item], vectors: Iterable[bytes] | None = None) -> PortfolioIndex:
    """The index of a portfolio without registers, with the default settings; `vectors` as `vectors_of` gives them."""
    kept = list(items)
    silos = dict(enumerate(sorted({item.silo for item in kept}), 1))
    return PortfolioIndex(facts_of(kept, vectors), RegisterFacts(silos=silos))


def twins(index: PortfolioIndex, request: int) -> list[tuple[int, float]]:
    """The others and their scores, best first, as the look-alikes of a request are ranked; the engine may leave out
    those that have next to nothing in common with it.
    """
    pairs = index.nearest(request, limit=len(index.requests))
    return [(pair.second if pair.first == request else pair.first, pair.likeness) for pair in pairs]


def look_alikes(index: PortfolioIndex, request: int) -> None:
    """What a person waits for while typing: the ten nearest with their reasons."""
    index.look_alikes(index.requests[request], limit=10, least=0.0)


def scored_pairs(index: PortfolioIndex) -> ScoredPairs:
    """All pairs of at least PAIRS_FLOOR, as findings are scored: the smaller ids, the greater ids, the scores."""
    settings = index.settings
    index.replace_register(index.register, replace(settings, same_purpose=PAIRS_FLOOR))
    try:
        found = [(pair.first, pair.second, pair.likeness) for pair in index.pairs(least=PAIRS_FLOOR)]
    finally:
        index.replace_register(index.register, settings)
    pairs = np.array([pair[:2] for pair in found], np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1], np.array([pair[2] for pair in found], np.float64)


def families(index: PortfolioIndex) -> list[tuple[int, ...]]:
    """The clusters that a scan of the whole portfolio proposes, as it runs in the product."""
    return [cluster.requests for cluster in scan(index, ANY_DAY).clusters or ()]
