"""The weighted order and how far it moves: hand-worked, and against trying all weights that matter."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from board.priorities.scoring import Scored, rank_bounds, rank_ranges, swap_share, value, weighted_order

# Weights 3, 2, 1. Worth: A 3*5+2*1+1*0 = 17, B 3*2+2*5+1*1 = 17, C 3*1+2*2+1*5 = 12, D 0.
A, B, C, D = Scored(1, (5, 1, 0)), Scored(2, (2, 5, 1)), Scored(3, (1, 2, 5)), Scored(4, (0, 0, 0))
WEIGHTS = (3, 2, 1)


def test_the_worthiest_stands_first_and_equals_share_a_rank() -> None:
    found = weighted_order([D, C, B, A], WEIGHTS, 5)
    assert [(each.id, each.rank) for each in found] == [(1, 1), (2, 1), (3, 3), (4, 4)]
    assert found[0].value == pytest.approx(100 * 17 / 30)
    assert [each.swap for each in found][:1] == [0.0]


def test_no_weight_is_no_value() -> None:
    assert value((5, 5), (0, 0), 5) == 0


def test_a_pair_swaps_when_weights_move_far_enough() -> None:
    # B over C: differences 1, 3, -4; weighted 3, 6, -4: lead 5 of a spread of 13.
    assert swap_share(B.points, C.points, WEIGHTS) == pytest.approx(5 / 13)
    assert swap_share(A.points, D.points, WEIGHTS) is None
    assert swap_share(A.points, B.points, WEIGHTS) == 0


def test_ranks_while_one_weight_moves() -> None:
    found = rank_ranges([A, B, C, D], WEIGHTS, 0.5, [1, 2, 3, 4])
    # The first weight up: A passes B; down to 1.5: A 9.5, B 14, C 10.5. The second up or down: A or B is first.
    assert {pk: (each.best, each.worst) for pk, each in found.items()} == {1: (1, 3), 2: (1, 2), 3: (2, 3), 4: (4, 4)}
    assert found[3].moves == 1
    assert rank_ranges([A, B, C, D], WEIGHTS, 0.1, [3])[3].moves == 0


def test_bounds_hold_what_can_never_be_passed() -> None:
    found = rank_bounds([A, B, C, D], WEIGHTS, 0.5, [1, 3, 4])
    assert found[4] == (4, 4)
    assert found[1] == (1, 3)
    assert found[3] == (1, 3)


points = st.tuples(*[st.integers(0, 5)] * 3)


@settings(max_examples=60, deadline=None)
@given(st.lists(points, min_size=1, max_size=7), st.tuples(*[st.integers(0, 6)] * 3), st.sampled_from([0.25, 0.5, 1.0]))
def test_ranges_are_those_of_trying_every_weight_that_matters(
    rows: list[tuple[int, ...]], weights: tuple[int, ...], share: float
) -> None:
    scored = [Scored(n, row) for n, row in enumerate(rows)]
    found = rank_ranges(scored, weights, share, range(len(rows)))
    bounds = rank_bounds(scored, weights, share, range(len(rows)))
    for each in scored:
        ranks = [rank(each, scored, tried) for tried in tried_weights(each, scored, weights, Fraction(share))]
        assert (found[each.id].best, found[each.id].worst) == (min(ranks), max(ranks))
        assert bounds[each.id][0] <= min(ranks) <= max(ranks) <= bounds[each.id][1]


def rank(one: Scored, all_of_them: list[Scored], weights: list[Fraction]) -> int:
    def worth(each: Scored) -> Fraction:
        return sum((w * p for w, p in zip(weights, each.points, strict=True)), Fraction(0))

    return 1 + sum(worth(other) > worth(one) for other in all_of_them)


def tried_weights(one: Scored, others: list[Scored], weights: tuple[int, ...], share: Fraction) -> list[list[Fraction]]:
    """Every crossing of one weight within its range, its ends, and a point between each two."""
    found = []
    for criterion, weight in enumerate(weights):
        low, high = weight * (1 - share), weight * (1 + share)
        marks = {low, high, Fraction(weight)}
        for other in others:
            apart = [o - p for o, p in zip(other.points, one.points, strict=True)]
            rest = sum(w * d for k, (w, d) in enumerate(zip(weights, apart, strict=True)) if k != criterion)
            if apart[criterion]:
                marks.add(Fraction(-rest, apart[criterion]))
        inside = sorted(mark for mark in marks if low <= mark <= high)
        between = [(a + b) / 2 for a, b in pairwise(inside)]
        for mark in [*inside, *between]:
            found.append([mark if k == criterion else Fraction(w) for k, w in enumerate(weights)])
    return found
