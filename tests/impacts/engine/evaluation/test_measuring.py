"""What is measured of the engine, on portfolios small enough to know the answer."""

import pytest

from impacts.engine.evaluation import engine
from impacts.engine.evaluation.labelled import Item, LabelledSet
from impacts.engine.evaluation.measuring import measure

KEYS = [
    *("items", "queries", "hit@1", "hit@5", "hit@10", "recall@10", "mrr", "map", "ap", "best_f1"),
    *("family_recall", "family_precision", "families"),
    *("seconds_index", "seconds_scan", "query_ms_p50", "query_ms_p95", "peak_mb", "model", "seconds_encode"),
]

ITEMS = (
    Item("A", "Cards", "Warn holders of blocked cards", "Customers learn at the till that their card is blocked."),
    Item("B", "Retail", "Warnings about blocked cards", "A blocked card surprises its holder at the till."),
    Item("C", "Cards", "Warnings on blocked cards", "Holders of a blocked card learn it at the till."),
    Item("D", "Risk", "Archive of mortgage deeds", "Deeds lie on paper in a cellar that floods."),
    Item("E", "Retail", "Car park barrier", "The barrier at the head office no longer opens."),
    Item("F", "Risk", "Payroll tax tables", "The tables for the new tax year are typed by hand."),
    Item("G", "Retail", "Fraud alerts by night", "Alerts wait until the morning shift."),
    Item("H", "Cards", "Broker portal search", "Brokers cannot find an offer by its number."),
)
TWINS = LabelledSet(ITEMS, {(0, 1): "same", (0, 2): "same", (1, 2): "same"})


def test_all_figures_are_there_and_a_plain_case_is_perfect():
    figures = measure(TWINS)
    assert list(figures) == KEYS
    assert {name: figures[name] for name in KEYS[:13]} == {
        "items": 8, "queries": 3, "hit@1": 1, "hit@5": 1, "hit@10": 1, "recall@10": 1, "mrr": 1, "map": 1, "ap": 1,
        "best_f1": 1, "family_recall": 1, "family_precision": 1, "families": 1,
    }  # fmt: skip
    assert figures["peak_mb"] > 10
    assert 0 < figures["query_ms_p50"] <= figures["query_ms_p95"]


def test_across_silos_the_pair_of_one_silo_neither_counts_nor_disturbs():
    figures = measure(TWINS, cross_silo=True)
    assert figures["queries"] == 3
    assert [figures[name] for name in ("map", "ap", "family_recall", "family_precision")] == [1, 1, 1, 1]


def test_a_label_that_the_texts_do_not_bear_out_is_missed():
    figures = measure(LabelledSet(ITEMS, {(0, 1): "same", (3, 4): "same"}))
    assert figures["queries"] == 4
    assert figures["hit@1"] < 1
    assert figures["ap"] <= 0.5
    assert figures["family_recall"] == 0.5
    assert figures["family_precision"] == pytest.approx(1 / 3, abs=0.0001)


def test_pairs_are_scored_below_the_threshold_without_changing_the_index():
    index = engine.build(ITEMS)
    settings = index.settings
    firsts, seconds, scores = engine.scored_pairs(index)
    pairs = set(zip(firsts.tolist(), seconds.tolist(), strict=True))
    assert index.settings == settings
    assert {(0, 1), (0, 2), (1, 2)} <= pairs
    assert scores.min() >= engine.PAIRS_FLOOR


def test_twins_come_with_their_scores_best_first_and_without_the_request():
    ranked = engine.twins(engine.build(ITEMS), 0)
    assert {other for other, _ in ranked[:2]} == {1, 2}
    assert [score for _, score in ranked] == sorted((score for _, score in ranked), reverse=True)
    assert 0 not in [other for other, _ in ranked]
