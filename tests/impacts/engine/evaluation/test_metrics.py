"""The metrics, on cases worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impacts.engine.evaluation.metrics import (
    average_precision,
    best_f1,
    by_rank,
    family_figures,
    pair_figures,
    query_figures,
    ranking_figures,
)


def bools(written: str):
    """ "10" is relevant, then irrelevant."""
    return np.array([mark == "1" for mark in written], np.bool_)


def figures(scores, written, total):
    return query_figures(np.array(scores), bools(written), total)


def test_partners_at_ranks_one_and_three_of_two():
    found = figures([0.9, 0.8, 0.7, 0.6], "1010", 2)
    assert (found.hit_1, found.hit_5, found.recall_10, found.reciprocal_rank) == (1, 1, 1, 1)
    assert found.average_precision == pytest.approx((1 / 1 + 2 / 3) / 2)


def test_the_order_of_the_input_does_not_matter():
    assert figures([0.6, 0.9, 0.7, 0.8], "0110", 2) == figures([0.9, 0.8, 0.7, 0.6], "1010", 2)


def test_a_partner_at_rank_eleven_is_too_late_for_ten():
    found = figures(range(20, 0, -1), "00000000001000000000", 1)
    assert (found.hit_10, found.recall_10) == (0, 0)
    assert found.reciprocal_rank == pytest.approx(1 / 11)
    assert found.average_precision == pytest.approx(1 / 11)


def test_recall_at_ten_is_the_share_of_the_partners_even_when_there_are_more_than_ten():
    assert figures(range(12, 0, -1), "111111111111", 12).recall_10 == pytest.approx(10 / 12)
    assert figures(range(12, 0, -1), "010000000010", 2).recall_10 == pytest.approx(1 / 2)


def test_equal_scores_put_the_irrelevant_first():
    found = figures([0.5, 0.5, 0.5, 0.9], "1010", 2)  # ranked: 0 (0.9), 0, 1, 1
    assert found.hit_1 == 0
    assert found.reciprocal_rank == pytest.approx(1 / 3)
    assert found.average_precision == pytest.approx((1 / 3 + 2 / 4) / 2)


def test_two_partners_that_share_the_best_score_are_first_and_second():
    found = figures([0.9, 0.9, 0.1], "110", 2)
    assert (found.hit_1, found.average_precision) == (1, 1)


def test_a_partner_that_was_not_retrieved_counts_as_never_found():
    found = figures([0.9, 0.8], "10", 2)
    assert found.recall_10 == pytest.approx(1 / 2)
    assert found.average_precision == pytest.approx(1 / 2)


def test_nothing_retrieved_is_zero_throughout():
    found = figures([], "", 3)
    assert set(ranking_figures([found]).values()) == {0.0}
    assert pair_figures(np.array([]), bools(""), 3) == {"ap": 0.0, "best_f1": 0.0}


def test_each_query_weighs_the_same_however_many_partners_it_has():
    one = figures([3, 2, 1], "100", 1)
    many = figures([3, 2, 1], "011", 2)  # average precision (1/2 + 2/3) / 2
    means = ranking_figures([one, many])
    assert means["hit@1"] == 0.5
    assert means["hit@5"] == means["hit@10"] == means["recall@10"] == 1
    assert means["mrr"] == pytest.approx((1 + 1 / 2) / 2)
    assert means["map"] == pytest.approx((1 + (1 / 2 + 2 / 3) / 2) / 2)


def test_best_f1_takes_the_best_threshold():
    # found/retrieved of three positives: 1/1, 1/2, 2/3, 2/4 -> F1 2/4, 2/5, 4/6, 4/7
    assert best_f1(np.array([0.9, 0.8, 0.7, 0.6]), bools("1010"), 3) == pytest.approx(4 / 6)


def test_best_f1_cannot_cut_between_equal_scores():
    # thresholds 0.9 (1 of 1) and 0.5 (2 of 4) for two positives: 2/3 and 4/6; never 2 of 2
    assert best_f1(np.array([0.9, 0.5, 0.5, 0.5]), bools("1100"), 2) == pytest.approx(2 / 3)
    assert best_f1(np.array([0.5, 0.5]), bools("10"), 1) == pytest.approx(2 / 3)


def test_families_are_counted_by_the_pairs_inside_them():
    positives = frozenset({(1, 2), (1, 3), (7, 8), (8, 9)})
    proposed = [(1, 2), (1, 3), (2, 3), (4, 5)]  # families {1, 2, 3} and {4, 5}
    assert family_figures(proposed, positives) == {"family_recall": 0.5, "family_precision": 0.5}
    assert family_figures([], positives) == {"family_recall": 0.0, "family_precision": 0.0}


scored = st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=30)


def plain_average_precision(pairs):
    """The definition, word for word."""
    ranked = sorted(pairs, key=lambda pair: (-pair[0], pair[1]))
    total = sum(relevant for _, relevant in ranked)
    precisions = [sum(found for _, found in ranked[:rank]) / rank for rank, (_, hit) in enumerate(ranked, 1) if hit]
    return sum(precisions) / total if total else 0.0


def plain_best_f1(pairs):
    total = sum(relevant for _, relevant in pairs)
    best = 0.0
    for threshold, _ in pairs:
        kept = [relevant for score, relevant in pairs if score >= threshold]
        best = max(best, 2 * sum(kept) / (len(kept) + total))
    return best


@given(scored, st.randoms())
def test_any_ranking_agrees_with_the_definitions_in_any_order(pairs, dice):
    total = max(1, sum(relevant for _, relevant in pairs))
    dice.shuffle(pairs)
    scores, relevant = np.array([score for score, _ in pairs], float), np.array([hit for _, hit in pairs], np.bool_)
    assert average_precision(by_rank(scores, relevant), total) == pytest.approx(plain_average_precision(pairs))
    if relevant.any():
        assert best_f1(scores, relevant, total) == pytest.approx(plain_best_f1(pairs))
