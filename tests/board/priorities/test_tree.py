"""Sums over the tree of objectives: hand-worked, and nothing counted twice."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from board.priorities.tree import RequestFigures, above, rolled_up, shares, whole

PARENTS = {1: None, 2: 1, 3: 1, 4: 2}


def test_money_is_shared_to_the_cent() -> None:
    assert shares(Decimal("100.00"), 3) == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
    assert shares(None, 2) == [0, 0]


def test_a_request_in_two_branches_is_one_request_above_both() -> None:
    one = RequestFigures(
        id=10,
        silo=1,
        one_off=Decimal(300),
        yearly=Decimal(50),
        objectives=(3, 4),
        segments=(7,),
        touchpoints=(70, 71),
        better=2,
        contacts=((7, 3),),
    )
    two = RequestFigures(id=11, silo=1, one_off=Decimal(100), objectives=(4,), segments=(7, 8), worse=1, stage="taken")
    none = RequestFigures(id=12, silo=2, one_off=Decimal(40))
    found = rolled_up([one, two, none], lambda each: each.objectives, PARENTS)
    assert {group: (sums.count, sums.one_off) for group, sums in found.items()} == {
        1: (2, Decimal(400)),
        2: (2, Decimal(250)),
        3: (1, Decimal(150)),
        4: (2, Decimal(250)),
        None: (1, Decimal(40)),
    }
    top = found[1]
    assert top.customers({7: 1000, 8: 50}) == 1050
    assert top.messages({7: 1000}) == 3000
    assert (top.better, top.worse) == (2, 1)
    assert top.money == {"asked": Decimal(300), "taken": Decimal(100), "delivered": Decimal(0)}
    assert top.stages == {"asked": {10}, "taken": {11}, "delivered": set()}
    assert whole([one, two, none]).one_off == Decimal(440)


def test_a_segments_row_counts_only_what_is_done_to_that_segment() -> None:
    one = RequestFigures(id=1, silo=1, one_off=Decimal(10), segments=(7, 8), contacts=((7, 2), (8, 5)))
    found = rolled_up([one], lambda each: each.segments, narrow=True)
    assert found[7].messages({7: 100, 8: 1}) == 200
    assert found[8].customers({7: 100, 8: 1}) == 1
    assert found[7].one_off == Decimal(5)


def test_a_circle_ends() -> None:
    assert above(1, {1: 2, 2: 1}) == [1, 2]


@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.decimals(0, 10**9, places=2)),
            st.lists(st.sampled_from(sorted(PARENTS)), max_size=4),
        ),
        max_size=20,
    )
)
def test_the_top_and_those_that_serve_none_are_all_the_money(rows: list[tuple[Decimal | None, list[int]]]) -> None:
    requests = [RequestFigures(id=n, silo=1, one_off=m, objectives=tuple(o)) for n, (m, o) in enumerate(rows)]
    found = rolled_up(requests, lambda each: each.objectives, PARENTS)
    tops = sum((found[group].one_off for group in (1, None) if group in found), Decimal(0))
    assert tops == whole(requests).one_off
    assert sum(found[group].count for group in (1, None) if group in found) == len(requests)
    for sums in found.values():
        assert sum(sums.money.values()) == sums.one_off
        assert sum(len(each) for each in sums.stages.values()) == sums.count
