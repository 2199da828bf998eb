"""How good a ranking, a list of pairs and a set of families are, measured against labels.

Two rules hold everywhere. Equal scores are ordered against the engine: what is irrelevant comes first. What was not
retrieved counts as never found. So the figures do not depend on the order of the input, and rounding scores or giving
up early never helps. docs/matching-metrics.md says the same for readers, with an example.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.floating]
Pair = tuple[int, int]


def by_rank(scores: Floats, relevant: Bools) -> Bools:
    """Whether what stands at each rank is relevant: highest score first, among equal scores the irrelevant first."""
    return relevant[np.lexsort((relevant, -scores))]


def hit_at(ranked: Bools, k: int) -> float:
    """1 if anything relevant is among the first k, else 0."""
    return float(ranked[:k].any())


def recall_at(ranked: Bools, k: int, total: int) -> float:
    """The share of the `total` relevant ones that are among the first k."""
    return float(ranked[:k].sum()) / total


def reciprocal_rank(ranked: Bools) -> float:
    """1 / the rank of the first relevant one, counted from 1; 0 if there is none."""
    return 1.0 / (int(np.argmax(ranked)) + 1) if ranked.any() else 0.0


def average_precision(ranked: Bools, total: int) -> float:
    """The mean, over all `total` relevant ones, of the precision at the rank of each; 0 for one that is not there.

    Precision at rank r is the share of the first r that is relevant. Not interpolated (Manning, Raghavan, Schütze:
    Introduction to Information Retrieval, 8.4).
    """
    ranks = np.flatnonzero(ranked) + 1
    return float(np.sum(np.arange(1, len(ranks) + 1) / ranks)) / total


def best_f1(scores: Floats, relevant: Bools, total: int) -> float:
    """The greatest F1 = 2 found / (retrieved + total) of any threshold; equal scores fall on the same side of it."""
    if not len(scores):
        return 0.0
    order = np.argsort(-scores, kind="stable")
    ordered, found = scores[order], np.cumsum(relevant[order])
    cuts = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    return float(np.max(2.0 * found[cuts] / (cuts + 1 + total)))


@dataclass(frozen=True, slots=True)
class QueryFigures:
    """How well one item's partners are ranked among all others."""

    hit_1: float
    hit_5: float
    hit_10: float
    recall_10: float
    reciprocal_rank: float
    average_precision: float


def query_figures(scores: Floats, relevant: Bools, total: int) -> QueryFigures:
    """The figures of one query: `scores` and `relevant` of what was ranked, in any order; `total` partners exist."""
    ranked = by_rank(scores, relevant)
    return QueryFigures(
        hit_1=hit_at(ranked, 1),
        hit_5=hit_at(ranked, 5),
        hit_10=hit_at(ranked, 10),
        recall_10=recall_at(ranked, 10, total),
        reciprocal_rank=reciprocal_rank(ranked),
        average_precision=average_precision(ranked, total),
    )


def ranking_figures(queries: Sequence[QueryFigures]) -> dict[str, float]:
    """Means over queries, each query weighing the same: hit@1, hit@5, hit@10, recall@10, mrr, map."""
    return {
        "hit@1": fmean(query.hit_1 for query in queries),
        "hit@5": fmean(query.hit_5 for query in queries),
        "hit@10": fmean(query.hit_10 for query in queries),
        "recall@10": fmean(query.recall_10 for query in queries),
        "mrr": fmean(query.reciprocal_rank for query in queries),
        "map": fmean(query.average_precision for query in queries),
    }


def pair_figures(scores: Floats, relevant: Bools, total: int) -> dict[str, float]:
    """Ap and best_f1 over pairs: `scores` and `relevant` of those retrieved, in any order; `total` positives exist."""
    return {
        "ap": average_precision(by_rank(scores, relevant), total),
        "best_f1": best_f1(scores, relevant, total),
    }


def family_figures(proposed: Iterable[Pair], positives: frozenset[Pair]) -> dict[str, float]:
    """family_recall: the share of positive pairs that stand in one proposed family together; family_precision: the
    share of `proposed`, which are all pairs inside a family, that are positive (0 when nothing is proposed).
    """
    pairs = frozenset(proposed)
    found = len(pairs & positives)
    return {
        "family_recall": found / len(positives),
        "family_precision": found / len(pairs) if pairs else 0.0,
    }
