"""How crowded it is around a request: worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impacts.engine.facts import EngineSettings
from impacts.engine.matching.crowding import Crowding, crowding, crowding_of_all, taken_off
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.matching.score import Likeness, parts_of
from tests.impacts.engine.making import request


def around(*texts):
    second, eleventh = crowding(np.array(texts))
    return float(second[0]), float(eleventh[0])


def test_the_second_and_the_eleventh_nearest_tell_how_crowded_it_is():
    assert around(0.5, 0.9, 0.7) == (0.7, 0)
    assert around(*[0.9] * 9, 0.8) == (0.9, 0)
    assert around(*[0.9] * 8, 0.5, 0.25, 0.3, 0.8) == (0.9, 0.3)
    assert around(0.9) == around() == (0, 0)


def test_what_is_not_above_the_level_is_not_there():
    assert around(0.9, 0.20) == (0, 0)
    assert around(*[0.9] * 10, 0.20) == (0.9, 0)


def test_each_pair_counts_for_both_and_rows_without_neighbours_have_none():
    centre, others = np.zeros(12, np.int64), np.arange(1, 13)
    found = crowding_of_all(
        [(centre, others, np.linspace(0.3, 0.85, 12)), (others[:1], others[1:2], np.array([0.5]))], 14
    )
    assert found.second.tolist() == pytest.approx([0.80, 0.30, 0.35, *[0] * 11])
    assert found.eleventh.tolist() == pytest.approx([0.35, *[0] * 13])
    assert crowding_of_all([], 2).second.tolist() == [0, 0]


@given(st.lists(st.integers(0, 50), max_size=15))
def test_one_request_by_itself_is_measured_as_among_all(texts):
    size, likeness = len(texts), np.array(texts) / 50
    found = crowding_of_all([(np.zeros(size, np.int64), np.arange(1, size + 1), likeness)], size + 1)
    assert [each[0] for each in found] == [each[0] for each in crowding(likeness)]


def test_a_pair_gives_up_what_it_has_in_common_with_others_and_the_parts_still_sum_to_the_score():
    none, yes = np.zeros(1), np.array([False])
    alike = Likeness(np.array([0.5]), np.array([0.5]), np.array([0.5]), np.array([np.nan]), none, yes, yes)
    free = parts_of(alike)
    assert free.crowd[0] == 0
    text = free.text[0]
    for second, eleventh, off in (
        (0.0, 0.0, 0.0),
        (0.30, 0.0, 0.15 * 0.10),
        (0.40, 0.30, 0.15 * 0.20 + 0.50 * 0.10),
        (0.95, 0.90, 0.65 * (text - 0.20)),  # no more than the pair has in common
    ):
        crowded = parts_of(alike, Crowding(np.array([second]), np.array([eleventh])))
        assert crowded.crowd[0] == pytest.approx(-off)
        assert crowded.score[0] == pytest.approx(text - off, abs=1e-4)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=2), st.floats(0, 1), st.floats(0, 1))
def test_who_has_more_in_common_scores_no_less_whatever_is_around(texts, second, eleventh):
    less, more = (
        value - taken_off(np.array([value]), Crowding(np.array([second]), np.array([eleventh])))[0]
        for value in sorted(texts)
    )
    assert 0 <= less <= more


def test_two_that_are_each_others_clear_best_come_before_two_of_several_that_are_as_alike():
    words = ["kiosk", "vault", "garden"]
    family = [
        request(n, n, "Renew the branch kiosk", problem=f"The branch {word} is old.") for n, word in enumerate(words, 1)
    ]
    pair = [
        request(n, n, "Insure the fishing boat", problem=f"The fishing {word} is old.")
        for n, word in enumerate(words[:2], 11)
    ]
    scores = {(each.first, each.second): each for each in PortfolioIndex([*family, *pair]).pairs()}
    assert scores[11, 12].crowd == 0
    assert scores[1, 2].crowd < 0


def test_a_family_of_ten_is_no_crowd_and_one_of_forty_is_still_found():
    def least_of(size):
        members = [
            request(n, n, "Renew the branch kiosk", problem="The kiosk is old and slow.") for n in range(1, size + 1)
        ]
        return min(pair.score for pair in PortfolioIndex(members).pairs())

    assert least_of(11) > 0.7
    assert 0.3 < least_of(40) < 0.6


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
