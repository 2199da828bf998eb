"""What similar requests say about tags, worked by hand."""

import pytest

from impacts.engine.facts import ImpactFact, SystemUseFact
from impacts.engine.tagged import FAINT, NEIGHBOURS, TOLD, TaggedNeighbours
from tests.impacts.engine.making import request

A, B = ("touchpoint", 1), ("touchpoint", 2)


def touching(number, thing, title):
    return request(number, title=title, impacts=(ImpactFact(thing, "changes"),))


def test_a_name_is_outvoted_by_requests_that_bear_all_its_words():
    near = TaggedNeighbours(
        [
            (0.5, touching(1, 1, "Lost card")),  # bears both words and carries it
            (0.4, touching(2, 2, "Lost and found card")),  # bears both, carries another
            (0.3, touching(3, 2, "Lost luggage")),  # bears one word only
            (0.2, request(4, title="Lost card", system_uses=(SystemUseFact(1, "uses"),))),  # names no touchpoint
        ]
    )
    assert near.believed(A, ("lost", "card"), 0.5) == pytest.approx((1 + 6 * 0.5) / (2 + 6))
    assert near.believed(A, ("nowhere",), 0.5) == pytest.approx(0.5)


def test_a_decline_speaks_twice():
    pairs = [(0.5, request(1, title="Lost card")), (0.4, touching(2, 1, "Lost card"))]
    near = TaggedNeighbours(pairs, {1: frozenset({A})})
    assert near.believed(A, ("lost", "card"), 0.5) == pytest.approx((1 + 6 * 0.5) / (3 + 6))


def test_neighbours_speak_by_cubed_likeness_and_by_words():
    near = TaggedNeighbours([(0.5, touching(1, 1, "Lost card")), (0.4, touching(2, 2, "Stolen phone"))])
    heard = near.heard({"lost", "phone", "unknown"})
    share = 0.5**3 / (0.5**3 + 0.4**3 + FAINT)
    # One of the two words, both as rare, is borne by the one that carries it: (1 + 3 share) / (1 + 3) of its weight.
    by_words = (1 + 3 * share) / 4 / 2
    assert heard[A] == (pytest.approx((share + by_words) / 2), ("lost",))
    assert heard[B][1] == ("phone",)


def test_without_likeness_nothing_is_heard():
    near = TaggedNeighbours([(0.0, touching(1, 1, "Lost card"))])
    assert near.heard({"lost"}) == {}
    assert TaggedNeighbours([]).believed(A, ("lost",), 0.4) == pytest.approx(0.4)


def test_the_most_similar_are_counted_and_only_so_many_are_heard():
    pairs = [(1.0 - number / 1000, touching(number, 1, "Card")) for number in range(NEIGHBOURS + 5)]
    pairs.append((0.01, touching(999, 2, "Card")))
    near = TaggedNeighbours(pairs)
    assert near.carriers(A) == TOLD
    assert near.carriers(B) == 0
    assert B not in near.heard({"card"})
