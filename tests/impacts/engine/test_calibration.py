"""Calibration on verdicts by hand: pooled where they contradict, silent where they are too few."""

import pytest

from impacts.engine.calibration import Block, Calibration, Judged, calibrate, confirmed_from, least_sure


def verdicts(*runs):
    """(score, confirmed, dismissed) as verdicts."""
    return [Judged(score, yes < right) for score, right, wrong in runs for yes in range(right + wrong)]


def test_what_rises_is_left_as_it_is():
    found = calibrate(verdicts((0.3, 1, 9), (0.4, 5, 5), (0.5, 9, 1)))
    assert found == Calibration((Block(0.3, 0.3, 10, 1), Block(0.4, 0.4, 10, 5), Block(0.5, 0.5, 10, 9)))
    assert (found.judged, found.confirmed) == (30, 15)


def test_what_falls_is_pooled_with_its_neighbour():
    # 0.35 holds less often than 0.30: together 3 of 12. By hand: 2/4, 1/8 -> 3/12, then 10/10, 8/8 -> one block of 18.
    found = calibrate(verdicts((0.30, 2, 2), (0.35, 1, 7), (0.40, 10, 0), (0.45, 8, 0)))
    assert found.blocks == (Block(0.30, 0.35, 12, 3), Block(0.40, 0.45, 18, 18))


def test_pooling_reaches_back_as_far_as_it_must():
    # 1/2, 3/4, then 0/24: all three pool to 4/30.
    found = calibrate([*verdicts((0.3, 1, 1), (0.4, 3, 1), (0.5, 0, 24)), *verdicts((0.6, 5, 0))])
    assert found.blocks == (Block(0.3, 0.5, 30, 4), Block(0.6, 0.6, 5, 5))


@pytest.mark.parametrize(
    ("right", "wrong", "said"), [(15, 14, False), (15, 15, True), (40, 4, False), (40, 5, True), (4, 40, False)]
)
def test_nothing_is_said_on_few_verdicts_or_of_one_kind(right, wrong, said):
    assert bool(calibrate(verdicts((0.3, right, wrong)))) == said


def test_the_order_of_verdicts_does_not_matter():
    known = verdicts((0.3, 2, 8), (0.4, 6, 6), (0.5, 9, 1))
    assert calibrate(reversed(known)) == calibrate(known)


def test_a_score_is_spoken_for_by_the_last_block_that_begins_at_or_below_it():
    found = Calibration((Block(0.30, 0.35, 12, 3), Block(0.40, 0.45, 4, 2), Block(0.50, 0.60, 18, 18)))
    assert found.block_at(0.29) is None  # nothing so weak was judged
    assert found.block_at(0.38) == found.blocks[0]
    assert found.block_at(0.42) is None  # four verdicts are too few to speak
    assert found.block_at(0.99) == found.blocks[2]


def test_one_is_least_sure_between_what_mostly_fails_and_what_mostly_holds():
    low, even, high = Block(0.30, 0.35, 10, 2), Block(0.38, 0.40, 10, 5), Block(0.45, 0.60, 10, 9)
    assert least_sure(None, 0.28) == (0.28, 0.28)
    assert least_sure(Calibration((low, high)), 0.28) == (0.35, 0.45)
    assert least_sure(Calibration((low, even, high)), 0.28) == (0.35, 0.45)
    assert least_sure(Calibration((high,)), 0.28) == (0.45, 0.45)
    assert least_sure(Calibration((low,)), 0.28) == (0.35, 0.35)


def test_a_level_says_how_many_verdicts_it_rests_on_and_nothing_on_fewer_than_ten():
    known = verdicts((0.3, 2, 8), (0.5, 9, 1))
    assert confirmed_from(known, 0.28) == (20, 11)
    assert confirmed_from(known, 0.50) == (10, 9)
    assert confirmed_from(known[1:], 0.31) == (10, 9)
    assert confirmed_from(known[:-1], 0.31) is None
