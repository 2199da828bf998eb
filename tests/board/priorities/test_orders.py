"""Two orders side by side."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from board.priorities.orders import agreed, compare, let_before


def test_the_largest_disagreement_stands_first() -> None:
    found = compare([1, 2, 3, 4], [4, 2, 1])
    assert [(pair.id, pair.it, pair.customers, pair.gap) for pair in found.pairs] == [
        (4, 4, 1, 3),
        (1, 1, 3, 2),
        (3, 3, None, 2),
        (2, 2, 2, 0),
    ]
    assert [pair.wanted_by for pair in found.pairs] == ["customers", "it", "it", ""]


def test_the_end_of_a_long_order_is_no_great_disagreement_with_a_short_one() -> None:
    long = list(range(1, 101))
    found = compare(long, [2, 1])
    assert (found.pairs[0].id, found.pairs[0].gap) == (3, 98)  # the CIO wants it third, the other not at all
    last = next(pair for pair in found.pairs if pair.id == 100)
    assert (last.gap, last.wanted_by) == (1, "it")  # placed by one alone: never nothing


def test_what_goes_first_only_where_it_stands_later() -> None:
    it, customers = [1, 2, 3, 4], [4, 2, 1]
    pairs = {pair.id: pair for pair in compare(it, customers).pairs}
    assert let_before(pairs[4], it, customers) == [1, 2, 3]
    assert let_before(pairs[1], it, customers) == [4, 2]
    assert let_before(pairs[2], it, customers) == let_before(pairs[3], it, customers) == []


def test_agreement_counts_pairs_that_both_have_placed() -> None:
    # 1, 2, 4 are in both: 1 before 2 and 1 before 4 and 2 before 4 against 4, 2, 1: none the same.
    assert compare([1, 2, 3, 4], [4, 2, 1]).agreement == 0
    assert compare([1, 2, 3], [1, 3, 2]).agreement == 2 / 3
    assert compare([1], [1]).agreement is None


def test_what_both_want_first_in_the_order_of_both_places() -> None:
    assert agreed([1, 2, 3, 4], [2, 4, 1, 9], 3) == [2, 1]
    assert agreed([1, 2], [2, 1], 2) == [2, 1]  # equals: as the customer leader wants it
    assert agreed([], [1], 5) == []


@given(st.permutations(range(9)), st.permutations(range(9)))
def test_agreement_is_what_counting_every_pair_gives(one: list[int], other: list[int]) -> None:
    same = sum((one.index(a) < one.index(b)) == (other.index(a) < other.index(b)) for a, b in combinations(range(9), 2))
    assert compare(one, other).same == same
