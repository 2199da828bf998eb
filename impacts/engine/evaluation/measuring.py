"""The engine on a labelled portfolio: quality of twins and of families, seconds, memory."""

import resource
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from itertools import combinations
from typing import TypeVar

import numpy as np

from impacts.engine.evaluation import engine
from impacts.engine.evaluation.labelled import LabelledSet, Pair
from impacts.engine.evaluation.metrics import (
    QueryFigures,
    family_figures,
    pair_figures,
    query_figures,
    ranking_figures,
)
from impacts.engine.matching.encoder import Encoder
from impacts.engine.matching.index import PortfolioIndex

Figures = dict[str, int | float]
Result = TypeVar("Result")

TIMED_QUERIES = 200
"""Queries whose time is taken, spread evenly over all of them."""


def measure(labelled: LabelledSet, cross_silo: bool = False, encoder: Encoder | None = None) -> Figures:
    """Index, scan and rank the portfolio; every figure of the evaluation by name, ratios with 4 digits.

    With `cross_silo` only items of other silos are ranked and only pairs of different silos count. `labelled` must
    hold a positive pair that counts. With an `encoder`, meaning takes part; encoding is timed by itself, since requests
    keep their vectors.
    """
    counted = labelled.across_silos() if cross_silo else labelled
    vectors, seconds_encode = _timed(partial(engine.vectors_of, labelled.items, encoder))
    index, seconds_index = _timed(partial(engine.build, labelled.items, vectors))
    families, seconds_scan = _timed(partial(engine.families, index))
    queries = rank_twins(index, counted, cross_silo)
    milliseconds = _query_times(index, list(counted.partners()))
    quality = {
        **ranking_figures(list(queries.values())),
        **rank_pairs(index, counted, cross_silo),
        **family_figures(pairs_inside(families, labelled, cross_silo), counted.positives),
    }
    return {
        "items": len(labelled.items),
        "queries": len(queries),
        **{name: round(value, 4) for name, value in quality.items()},
        "families": len(families),
        "seconds_index": round(seconds_index, 3),
        "seconds_scan": round(seconds_scan, 3),
        "query_ms_p50": round(float(np.percentile(milliseconds, 50)), 2),
        "query_ms_p95": round(float(np.percentile(milliseconds, 95)), 2),
        "peak_mb": peak_mb(),
        "model": int(encoder is not None),
        "seconds_encode": round(seconds_encode, 3),
    }


def rank_twins(index: PortfolioIndex, counted: LabelledSet, cross_silo: bool) -> dict[int, QueryFigures]:
    """The figures of each item that occurs in a positive pair, its partners ranked among all other items."""
    found = {}
    for query, partners in counted.partners().items():
        others = [
            (other, score)
            for other, score in engine.twins(index, query)
            if not cross_silo or counted.are_of_different_silos(query, other)
        ]
        relevant = np.array([other in partners for other, _ in others], np.bool_)
        found[query] = query_figures(np.array([score for _, score in others]), relevant, len(partners))
    return found


def rank_pairs(index: PortfolioIndex, counted: LabelledSet, cross_silo: bool) -> dict[str, float]:
    """Ap and best_f1 of all pairs by the score of families."""
    firsts, seconds, scores = engine.scored_pairs(index)
    if cross_silo:
        silos = np.array([index.requests[place].silo for place in range(len(counted.items))])
        across = silos[firsts] != silos[seconds]
        firsts, seconds, scores = firsts[across], seconds[across], scores[across]
    pairs, positives = zip(firsts.tolist(), seconds.tolist(), strict=True), counted.positives
    relevant = np.fromiter((pair in positives for pair in pairs), np.bool_, len(firsts))
    return pair_figures(scores, relevant, len(positives))


def pairs_inside(families: Iterable[tuple[int, ...]], labelled: LabelledSet, cross_silo: bool) -> set[Pair]:
    """The pairs that stand in one proposed family together; with `cross_silo` only those of different silos."""
    return {
        pair
        for members in families
        for pair in combinations(sorted(members), 2)
        if not cross_silo or labelled.are_of_different_silos(*pair)
    }


def peak_mb() -> float:
    """The most memory this process has held so far, in MB of 2**20 bytes: code and libraries included."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)  # kilobytes, but bytes on macOS


def _query_times(index: PortfolioIndex, queries: list[int]) -> list[float]:
    """Milliseconds of each timed query."""
    step = -(-len(queries) // TIMED_QUERIES)
    return [1000 * _timed(partial(engine.look_alikes, index, query))[1] for query in queries[::step]]


def _timed(act: Callable[[], Result]) -> tuple[Result, float]:
    began = time.perf_counter()
    result = act()
    return result, time.perf_counter() - began
