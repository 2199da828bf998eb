"""How crowded it is around a request: worked by hand."""

import numpy as np
import pytest

from impacts.engine.facts import EngineSettings
from impacts.engine.matching.crowding import crowding, crowding_of_all
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.matching.score import Likeness, parts_of
from tests.impacts.engine.making import request


def test_ten_near_ones_are_a_family_and_no_crowd():
    assert crowding(np.full(10, 0.9)) == 0


def test_what_lies_beyond_the_tenth_counts_by_how_much_it_is_above_the_level():
    # Places 11 to 14 have 0.25, 0.10 above the level; the other 16 of 20 places are empty.
    assert crowding(np.array([0.9] * 10 + [0.25] * 4)) == pytest.approx(4 * 0.10 / 20)
    assert crowding(np.array([0.25] * 4 + [0.9] * 10)) == pytest.approx(4 * 0.10 / 20)
    assert crowding(np.array([0.9] * 10 + [0.15] * 20)) == 0


def test_beyond_the_thirtieth_nothing_counts():
    assert crowding(np.full(30, 0.35)) == crowding(np.full(500, 0.35)) == pytest.approx(0.20)


def test_each_pair_counts_for_both_and_only_crowded_rows_are_named():
    centre, others = np.zeros(12, np.int64), np.arange(1, 13)
    found = crowding_of_all([(centre, others, np.full(12, 0.35))])
    assert found == {0: pytest.approx(2 * 0.20 / 20)}
    assert crowding_of_all([]) == {}


def test_crowding_takes_a_quarter_of_the_text_at_most_and_the_parts_still_sum_to_the_score():
    none, yes = np.zeros(1), np.array([False])
    alike = Likeness(np.array([0.5]), np.array([0.5]), np.array([0.5]), np.array([np.nan]), none, yes, yes)
    free, crowded = parts_of(alike), parts_of(alike, 0.4)
    assert free.crowd[0] == 0
    assert crowded.crowd[0] == pytest.approx(-0.25 * free.text[0])
    assert crowded.score[0] == pytest.approx(free.text[0] + crowded.crowd[0], abs=1e-4)


def test_requests_that_all_say_the_same_weigh_less_than_two_that_do():
    words = [f"{chr(97 + number)}quirk{number}" for number in range(40)]
    crowd = [
        request(number, number, "Renew the branch kiosk", problem=f"The kiosk in {word} is old.")
        for number, word in enumerate(words, 1)
    ]
    alone, many = PortfolioIndex(crowd[:2], None, EngineSettings()), PortfolioIndex(crowd, None, EngineSettings())
    pair = next(iter(alone.pairs()))
    crowded = next(pair for pair in many.pairs() if (pair.first, pair.second) == (1, 2))
    assert pair.crowd == 0
    assert crowded.crowd < 0
    assert crowded.score + 1e-9 < crowded.text


def test_a_narrowed_scan_gives_the_pairs_of_the_full_one_also_in_a_crowd():
    crowd = [
        request(number, number, "Renew the branch kiosk", problem=f"Kiosk number{number} is old and slow.")
        for number in range(1, 36)
    ]
    index = PortfolioIndex(crowd)
    full = {(pair.first, pair.second): pair for pair in index.pairs()}
    narrow = {(pair.first, pair.second): pair for pair in index.pairs(frozenset({7}))}
    assert narrow == {key: pair for key, pair in full.items() if 7 in key}
