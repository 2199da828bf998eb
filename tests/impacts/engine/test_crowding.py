"""How crowded it is around a request: worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impacts.engine.facts import EngineSettings
from impacts.engine.matching.crowding import Crowding, crowding, crowding_of_all, standing_out
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


def test_the_second_counts_above_a_tenth_and_the_eleventh_above_a_fifth():
    assert around(0.9, 0.10) == (0, 0)
    assert around(0.9, 0.11) == (0.11, 0)
    assert around(*[0.9] * 10, 0.20) == (0.9, 0)
    assert around(*[0.9] * 10, 0.21) == (0.9, 0.21)


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


def left(text, second, eleventh):
    """What a text that has so much in common counts for, with so much around it."""
    texts = np.array([text])
    return float((texts + standing_out(texts, Crowding(np.array([second]), np.array([eleventh]))))[0])


def test_a_pair_gives_up_what_others_have_too_and_gains_by_what_is_its_own_and_the_parts_still_sum_to_the_score():
    none, yes = np.zeros(1), np.array([False])
    alike = Likeness(np.array([0.5]), np.array([0.5]), np.array([0.5]), np.array([np.nan]), none, yes, yes)
    text = parts_of(alike).text[0]
    for second, eleventh, off in (
        (0.0, 0.0, 0.0),
        (0.30, 0.0, 0.20 * 0.20),
        (0.40, 0.30, 0.20 * 0.30 + 0.50 * 0.10),
        (0.95, 0.90, 0.20 * (text - 0.10) + 0.50 * (text - 0.20)),  # no more than the pair has in common
    ):
        crowded = parts_of(alike, Crowding(np.array([second]), np.array([eleventh])))
        own = text - off
        assert crowded.crowd[0] == pytest.approx(own + own * (1 - own) / 7 - text)
        assert crowded.score[0] == pytest.approx(text + crowded.crowd[0], abs=1e-4)


def test_the_typical_pair_scores_what_it_would_without_all_this():
    assert left(0.30, 0.25, 0) == pytest.approx(0.30, abs=0.01)
    assert left(0.40, 0.30, 0) == pytest.approx(0.40, abs=0.015)
    assert left(0.50, 0.25, 0) == pytest.approx(0.50, abs=0.01)


def test_what_is_the_same_in_every_word_scores_one_when_nothing_else_is_like_it():
    one, none, no = np.ones(1), np.zeros(1), np.array([False])
    assert parts_of(Likeness(one, one, one, np.array([np.nan]), none, no, no)).score[0] == 1
    assert parts_of(Likeness(one, one, one, one, none, no, no)).score[0] == 1
    assert left(1.0, 0.95, 0.9) < left(1.0, 0.95, 0) < left(1.0, 0, 0) == 1


@given(st.lists(st.floats(0, 1), min_size=2, max_size=2), st.floats(0, 1), st.floats(0, 1))
def test_who_has_more_in_common_scores_no_less_whatever_is_around(texts, second, eleventh):
    less, more = (left(value, second, eleventh) for value in sorted(texts))
    assert 0 <= less <= more + 1e-12
    assert more <= 1


@given(
    st.lists(st.floats(0, 1), min_size=4, max_size=4),
    st.floats(0, 1) | st.just(np.nan),
    st.lists(st.booleans(), min_size=2, max_size=2),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_scores_stay_within_nought_and_one_and_nobody_around_means_no_less(voices, meaning, flags, second, eleventh):
    words, titles, grams, tags = (np.array([voice]) for voice in voices)
    alike = Likeness(words, titles, grams, np.array([meaning]), tags, *(np.array([flag]) for flag in flags))
    crowded = parts_of(alike, Crowding(np.array([second]), np.array([eleventh])))
    assert 0 <= crowded.score[0] <= parts_of(alike).score[0] <= 1


def test_two_that_are_each_others_clear_best_come_before_two_of_several_that_are_as_alike():
    words = ["kiosk", "vault", "garden"]
    family = [
        request(n, n, "Renew the branch kiosk", problem=f"The branch {word} is old.") for n, word in enumerate(words, 1)
    ]
    pair = [
        request(n, n, "Insure the fishing boat", problem=f"The fishing {word} is old.")
        for n, word in enumerate(words[:2], 11)
    ]
    index = PortfolioIndex([*family, *pair])
    scores = {(each.first, each.second): each for each in index.pairs()}
    assert scores[11, 12].crowd > 0
    assert scores[1, 2].crowd < 0
    said = [[line.text for line in index.explain(scores[of]) if line.kind == "crowd"] for of in ((11, 12), (1, 2))]
    assert said == [
        ["More weight, because little else resembles either of them"],
        ["Less weight, because others resemble one of them as well: what both say is not theirs alone"],
    ]


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
    assert pair.crowd > 0
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
