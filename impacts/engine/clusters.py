"""Clusters: requests that strong overlaps hold together, across silos.

Within each connected part of the ties, requests are joined step by step, always the two groups with the highest average
tie (a pair without a tie counts as zero), as long as that average is at least `settings.family` times JOIN. So a
request that resembles one member of each of two families does not glue them together. A cluster has at least two
requests from at least two silos and at least one tie of `settings.family` or more. Deterministic: equal averages are
resolved by the smallest ids.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from impacts.engine.facts import FoundCluster
from impacts.engine.matching.index import PortfolioIndex

Tie = tuple[int, int, float]
Terms = Callable[[tuple[int, ...]], tuple[str, ...]]

JOIN = 0.6
LARGEST_PART = 1500
"""A connected part above this many requests is cut at a higher tie first: linkage takes memory by the square."""


def clusters_of(index: PortfolioIndex, ties: Iterable[Tie], terms: Terms | None = None) -> tuple[FoundCluster, ...]:
    """The clusters of the portfolio, by the number of requests (most first), then by smallest id. `terms` says what
    some requests share, for a caller who remembers it; by default the index reads their texts."""
    shared = terms or index.common_terms
    weights: dict[tuple[int, int], float] = {}
    for first, second, score in ties:
        if first != second and first in index.requests and second in index.requests:
            pair = (min(first, second), max(first, second))
            weights[pair] = max(score, weights.get(pair, 0.0))
    found = []
    for part in _parts(weights, 0.0):
        for members in _joined(part, weights, index.settings.family * JOIN):
            inside = _inside(members, weights)
            strong = any(score >= index.settings.family for _, _, score in inside)
            silos = {index.requests[request].silo for request in members}
            if strong and len(silos) > 1:
                found.append(FoundCluster(members, inside, shared(members)))
    return tuple(sorted(found, key=lambda cluster: (-len(cluster.requests), cluster.requests)))


def _inside(members: tuple[int, ...], weights: Mapping[tuple[int, int], float]) -> tuple[Tie, ...]:
    pairs = ((a, b) for at, a in enumerate(members) for b in members[at + 1 :])
    return tuple((*pair, weights[pair]) for pair in pairs if pair in weights)


def _parts(weights: Mapping[tuple[int, int], float], least: float) -> list[tuple[int, ...]]:
    """Connected parts of two or more, by ties of at least `least`."""
    near: dict[int, set[int]] = defaultdict(set)
    for (first, second), score in weights.items():
        if score >= least:
            near[first].add(second)
            near[second].add(first)
    parts, seen = [], set()
    for start in sorted(near):
        if start in seen:
            continue
        part, waiting = {start}, [start]
        while waiting:
            for other in near[waiting.pop()] - part:
                part.add(other)
                waiting.append(other)
        seen |= part
        parts.append(tuple(sorted(part)))
    return parts


def _joined(part: tuple[int, ...], weights: Mapping[tuple[int, int], float], least: float) -> list[tuple[int, ...]]:
    """Groups of two or more within a connected part, by average linkage."""
    if len(part) > LARGEST_PART:
        members = set(part)
        own = {pair: score for pair, score in weights.items() if pair[0] in members}
        floor = sorted(own.values())[len(own) // 4]
        kept = {pair: score for pair, score in own.items() if score > floor}
        return [group for smaller in _parts(kept, 0.0) for group in _joined(smaller, kept, least)]
    place = {request: at for at, request in enumerate(part)}
    distances: npt.NDArray[np.float64] = np.ones((len(part), len(part)))
    np.fill_diagonal(distances, 0.0)
    for at, a in enumerate(part):
        for b in part[at + 1 :]:
            score = weights.get((a, b))
            if score is not None:
                distances[at, place[b]] = distances[place[b], at] = 1.0 - score
    labels = fcluster(linkage(squareform(distances), "average"), 1.0 - least, "distance")
    groups: dict[int, list[int]] = defaultdict(list)
    for request, label in zip(part, labels.tolist(), strict=True):
        groups[label].append(request)
    return sorted(tuple(group) for group in groups.values() if len(group) > 1)
