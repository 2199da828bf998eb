"""The engine and every baseline side by side on labelled portfolios: twins, families, with titles and on text alone.

    python -m bench.matching --data ../shared/data/canada-2022 ../shared/data/australia [--no-model] [--json]

Each folder holds items.jsonl and pairs.jsonl. Where every known pair joins two silos, only such pairs count and only
items of other silos are ranked; else all do: the table says which. Metrics: docs/matching-metrics.md. For MAP a paired
bootstrap over the queries (10,000 samples, seeded) gives the interval of the engine's lead over the best baseline,
which is the best with hindsight, on this very set. Methods of the semantic model run where it is installed; nine tenths
of the time goes into reading texts by it.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from bench.baselines import Matrix, baselines, both_ways
from impacts.engine.evaluation import engine
from impacts.engine.evaluation.labelled import LabelledSet, read_labelled
from impacts.engine.evaluation.measuring import pairs_inside, rank_pairs, rank_twins
from impacts.engine.evaluation.metrics import (
    QueryFigures,
    family_figures,
    pair_figures,
    query_figures,
    ranking_figures,
)
from impacts.engine.matching.encoder import Encoder, packaged_folder

SAMPLES, SEED = 10_000, 7
SHOWN = ("hit@1", "hit@5", "hit@10", "recall@10", "mrr", "map", "ap", "best_f1")
FAMILIES = ("family_recall", "family_precision")
"""Only the engine proposes families."""


class Measured(NamedTuple):
    """One method on one portfolio."""

    method: str
    uses_model: bool
    figures: Mapping[str, float]
    queries: Mapping[int, QueryFigures]


def measure_likeness(
    likeness: Matrix, labelled: LabelledSet, cross_silo: bool
) -> tuple[dict[int, QueryFigures], dict[str, float]]:
    """The figures of a method that gives every item's likeness with every other. Where the score depends on who asks,
    a query ranks by its own and a pair has the mean of both.
    """
    silos = np.array([item.silo for item in labelled.items])
    others = silos[:, None] != silos[None, :] if cross_silo else ~np.eye(len(silos), dtype=bool)
    positive = np.zeros(likeness.shape, np.bool_)
    for one, other in labelled.positives:
        positive[one, other] = positive[other, one] = True
    queries = {
        query: query_figures(likeness[query, others[query]], positive[query, others[query]], len(partners))
        for query, partners in labelled.partners().items()
    }
    pairs = np.triu(others, 1)
    return queries, pair_figures(both_ways(likeness)[pairs], positive[pairs], len(labelled.positives))


def measure_all(labelled: LabelledSet, cross_silo: bool, encoder: Encoder | None) -> Iterator[Measured]:
    """Every baseline, then the engine without and with the semantic model."""
    counted = labelled.across_silos() if cross_silo else labelled
    texts = [f"{item.title}\n{item.text}".strip() for item in labelled.items]
    for method in baselines(texts, encoder):
        queries, pairs = measure_likeness(method.likeness, counted, cross_silo)
        yield Measured(method.name, method.uses_model, {**ranking_figures(list(queries.values())), **pairs}, queries)
    for model in (None, encoder) if encoder is not None else (None,):
        index = engine.build(labelled.items, engine.vectors_of(labelled.items, model))
        families = pairs_inside(engine.families(index), labelled, cross_silo)  # a full scan, as before anybody asks
        queries = rank_twins(index, counted, cross_silo)
        figures = {
            **ranking_figures(list(queries.values())),
            **rank_pairs(index, counted, cross_silo),
            **family_figures(families, counted.positives),
        }
        name = "engine, with model" if model is not None else "engine, without model"
        yield Measured(name, model is not None, figures, queries)


def lead(engine_queries: Mapping[int, QueryFigures], baseline: Mapping[int, QueryFigures]) -> dict[str, float]:
    """How much higher the engine's MAP is, the 95 % interval of that, and the share of samples in which it is not."""
    differences = np.array(
        [engine_queries[query].average_precision - baseline[query].average_precision for query in sorted(baseline)]
    )
    dice = np.random.default_rng(SEED)
    means = differences[dice.integers(0, len(differences), (SAMPLES, len(differences)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    share: npt.NDArray[np.bool_] = means <= 0
    return {
        "lead": round(float(differences.mean()), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
        "not_ahead": round(float(share.mean()), 4),
    }


def compare(measured: Sequence[Measured]) -> list[dict[str, Any]]:
    """Each engine row against the best baseline by MAP, and by AP, among those that use no more than it does."""
    found = []
    for row in (each for each in measured if each.method.startswith("engine")):
        rivals = [
            each for each in measured if not each.method.startswith("engine") and each.uses_model <= row.uses_model
        ]
        by_map = max(rivals, key=lambda each: each.figures["map"])
        by_ap = max(rivals, key=lambda each: each.figures["ap"])
        found.append(
            {
                "engine": row.method,
                **{key: round(row.figures[key], 4) for key in FAMILIES},
                "best_map": by_map.method,
                "map": lead(row.queries, by_map.queries),
                "best_ap": by_ap.method,
                "ap_lead": round(row.figures["ap"] - by_ap.figures["ap"], 4),
            }
        )
    return found


def report(folder: Path, text_only: bool, encoder: Encoder | None) -> dict[str, Any]:
    """Everything about one portfolio in one form."""
    labelled = read_labelled(folder / "items.jsonl", folder / "pairs.jsonl")
    cross_silo = labelled.across_silos().positives == labelled.positives
    if text_only:
        labelled = labelled.without_titles()
    measured = list(measure_all(labelled, cross_silo, encoder))
    return {
        "data": folder.name,
        "texts": "text alone" if text_only else "titles and text",
        "pairs": "across silos" if cross_silo else "all",
        "items": len(labelled.items),
        "queries": len(measured[-1].queries),
        "methods": [{"method": row.method, **{key: round(row.figures[key], 4) for key in SHOWN}} for row in measured],
        "engine_against_best": compare(measured),
    }


def as_markdown(found: dict[str, Any]) -> str:
    """Lay one report out as a table and a sentence for each engine row."""
    lines = [
        f"**{found['data']}, {found['texts']}** ({found['items']} items, {found['queries']} queries, "
        f"pairs: {found['pairs']})",
        "",
        f"| method | {' | '.join(SHOWN)} |",
        f"|---|{'---|' * len(SHOWN)}",
        *(f"| {row['method']} | {' | '.join(f'{row[key]:.3f}' for key in SHOWN)} |" for row in found["methods"]),
        "",
    ]
    for each in found["engine_against_best"]:
        gap = each["map"]
        lines.append(
            f"{each['engine']}: MAP {gap['lead']:+.3f} against {each['best_map']} "
            f"(95 % of samples {gap['low']:+.3f} to {gap['high']:+.3f}; not ahead in {gap['not_ahead']:.1%}); "
            f"AP {each['ap_lead']:+.3f} against {each['best_ap']}; pairs inside the families that it proposes: "
            f"recall {each['family_recall']:.2f}, precision {each['family_precision']:.2f}"
        )
    return "\n".join([*lines, "", ""])


def main() -> None:
    """Print tables in Markdown, or one JSON list."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--no-model", action="store_true", help="leave out what needs the semantic model")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    for data in chosen.data:
        if not (data / "items.jsonl").is_file():
            parser.error(f"there is no items.jsonl in {data}")
    folder = packaged_folder()
    encoder = Encoder(folder) if folder is not None and not chosen.no_model else None
    reports = []
    for data in chosen.data:
        for text_only in (False, True):
            reports.append(report(data, text_only, encoder))
            if not chosen.json:
                sys.stdout.write(as_markdown(reports[-1]))
                sys.stdout.flush()
    if chosen.json:
        sys.stdout.write(json.dumps(reports) + "\n")


if __name__ == "__main__":
    main()
