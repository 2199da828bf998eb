"""The quarter's queue: hand-worked, and it always adds up."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from board.priorities.ledger import Moved, Stand, ledger

W, T, A = Stand.WAITING, Stand.TAKEN, Stand.AWAY
Q1, Q2, Q3 = (2026, 1), (2026, 2), (2026, 3)


def test_what_was_asked_taken_left_and_carried_over() -> None:
    moves = [
        Moved(1, (2025, 4), W),
        Moved(2, (2025, 4), W),
        Moved(1, Q1, T),
        Moved(3, Q1, W),
        Moved(3, Q1, A),
        Moved(4, Q1, W),
        Moved(1, Q2, W),  # reopened
        Moved(1, Q2, T),
        Moved(2, Q3, A),
    ]
    first, second, third = ledger(moves, [Q1, Q2, Q3])
    assert (first.carried_in, first.asked, first.taken, first.away, first.left) == ({1, 2}, {3, 4}, {1}, {3}, {2, 4})
    assert (second.carried_in, second.asked, second.again, second.taken) == ({2, 4}, {1}, {1}, {1})
    assert (third.carried_in, third.asked, third.away, third.left) == ({2, 4}, set(), {2}, {4})


def test_what_is_delivered_later_is_not_asked_again() -> None:
    (found,) = ledger([Moved(1, (2025, 4), T), Moved(1, Q1, T)], [Q1])
    assert found.asked == found.taken == set()


quarters = [(2025, 4), Q1, Q2, Q3, (2026, 4)]


@given(st.lists(st.tuples(st.integers(1, 6), st.sampled_from(quarters), st.sampled_from(list(Stand))), max_size=40))
def test_every_quarter_adds_up_and_follows_the_one_before(rows: list[tuple[int, tuple[int, int], Stand]]) -> None:
    moves = [Moved(*row) for row in sorted(rows, key=lambda row: row[1])]
    found = ledger(moves, quarters[1:])
    assert all(before.left == after.carried_in for before, after in pairwise(found))
    for each in found:
        assert each.carried_in | each.asked == each.taken | each.away | each.left
        assert len(each.taken | each.away | each.left) == len(each.taken) + len(each.away) + len(each.left)
        assert not each.carried_in & each.asked
