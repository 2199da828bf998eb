"""The data map: islands, bridges and the fewest new joins, against graphs whose answers are known."""

from dataclasses import replace
from itertools import combinations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impacts.engine.data_map import DataMap, NewJoin, data_map
from impacts.engine.facts import HoldingFact, KeyFact
from impacts.engine.joins import joins_of

NUMBER, MAIL, SHOP, TERMINAL = 1, 2, 3, 4
NEVER = 999


def holding(system, *keys, domain=1, role="master"):
    """A holding by attributes; a negative one is of low quality."""
    return HoldingFact(system, domain, role, tuple(KeyFact(abs(key), "low" if key < 0 else "high") for key in keys))


def drawn(graph: "nx.Graph[int]") -> list[HoldingFact]:
    """A graph as systems: each line is an attribute that its two ends share and nobody else has."""
    lines = list(graph.edges)
    return [holding(vertex, *(100 + number for number, line in enumerate(lines) if vertex in line)) for vertex in graph]


def bridges(of: DataMap, kind: str) -> list[int]:
    return sorted(bridge.node[1] for bridge in of.bridges if bridge.node[0] == kind)


TWO_CLIQUES = nx.barbell_graph(4, 0)
CLIQUES_BY_A_SYSTEM = nx.barbell_graph(4, 1)


@pytest.mark.parametrize(
    ("graph", "islands", "cut_systems", "cut_attributes"),
    [
        (nx.path_graph(5), 1, [1, 2, 3], 4),
        (nx.star_graph(5), 1, [0], 5),
        (nx.cycle_graph(6), 1, [], 0),
        (nx.complete_graph(5), 1, [], 0),
        (TWO_CLIQUES, 1, [3, 4], 1),
        (CLIQUES_BY_A_SYSTEM, 1, [3, 4, 5], 2),
        (nx.petersen_graph(), 1, [], 0),
        (nx.complete_bipartite_graph(3, 3), 1, [], 0),
        (nx.balanced_tree(2, 3), 1, [0, 1, 2, 3, 4, 5, 6], 14),
        (nx.lollipop_graph(4, 3), 1, [3, 4, 5], 3),
        (nx.disjoint_union(nx.cycle_graph(3), nx.path_graph(3)), 2, [4], 2),
        (nx.empty_graph(7), 7, [], 0),
        (nx.empty_graph(0), 0, [], 0),
    ],
    ids=["path", "star", "cycle", "complete", "two cliques", "cliques by a system", "Petersen", "K33", "tree",
         "lollipop", "two parts", "nothing joined", "nothing"],
)  # fmt: skip
def test_islands_and_bridges_of_known_graphs(graph, islands, cut_systems, cut_attributes):
    found = data_map(drawn(graph))
    assert len(found.islands) == islands
    assert bridges(found, "system") == cut_systems
    assert len(bridges(found, "attribute")) == cut_attributes
    assert len(found.new_joins) == max(islands - 1, 0)


def test_an_attribute_that_holds_a_star_together_leaves_nobody_joined():
    found = data_map([holding(system, NUMBER) for system in range(1, 6)])
    (bridge,) = found.bridges
    assert (bridge.node, bridge.parts, bridge.cut_off) == (
        ("attribute", NUMBER), ((1,), (2,), (3,), (4,), (5,)), 4,
    )  # fmt: skip


def test_a_bridge_says_what_would_be_cut_off_the_worst_first():
    found = data_map([holding(1, NUMBER), holding(2, NUMBER), holding(3, NUMBER, MAIL), holding(4, MAIL, TERMINAL)])
    assert [(bridge.node, bridge.parts) for bridge in found.bridges] == [
        (("attribute", NUMBER), ((3, 4), (1,), (2,))),
        (("attribute", MAIL), ((1, 2, 3), (4,))),
        (("system", 3), ((1, 2), (4,))),
    ]


def test_an_attribute_that_one_system_has_alone_is_no_bridge():
    assert data_map([holding(1, TERMINAL, MAIL)]).bridges == ()


def test_low_quality_joins_nothing_and_is_told_as_weak():
    found = data_map([holding(1, NUMBER), holding(2, -NUMBER)])
    assert [island.systems for island in found.islands] == [(1,), (2,)]
    assert [(link.system, link.attribute) for link in found.weak] == [(2, NUMBER)]
    assert found.weak_islands == ((1, 2),)


def test_a_system_without_attributes_is_an_island_here_and_nothing_for_the_rule():
    holdings = [holding(1, NUMBER), holding(2)]
    assert [island.systems for island in data_map(holdings).islands] == [(1,), (2,)]
    assert joins_of(holdings).firm == {1: 1}


@pytest.mark.parametrize(
    ("holdings", "joins"),
    [
        # what is there in low quality has only to be made reliable
        ([holding(1, NUMBER), holding(2, -NUMBER, TERMINAL)], [NewJoin(2, NUMBER, "reliable", (1,))]),
        # the same data: the attribute by which the others find it, though another is more common
        (
            [holding(1, NUMBER), holding(2, NUMBER), holding(2, SHOP, domain=7), holding(3, TERMINAL, domain=7)],
            [NewJoin(3, SHOP, "same-data", (2,), 7)],
        ),
        # else the most common one of the largest island
        (
            [holding(1, NUMBER, MAIL), holding(2, NUMBER), holding(3, TERMINAL, domain=2)],
            [NewJoin(3, NUMBER, "common", (1, 2))],
        ),
        # nobody has any
        ([holding(1), holding(2, domain=2)], [NewJoin(2, None, "any", (1,))]),
        # only the smaller has one: the larger takes it
        ([holding(1), holding(2, MAIL, domain=2)], [NewJoin(1, MAIL, "common", (2,))]),
        ([holding(1, NUMBER), holding(2, NUMBER)], []),
    ],
)
def test_which_new_join_is_proposed(holdings, joins):
    for order in (holdings, holdings[::-1]):
        assert list(data_map(order).new_joins) == joins


def joined(holdings, joins):
    """The holdings after the new joins."""
    for join in joins:
        systems = (join.system,) if join.attribute else (join.system, *join.as_in)
        key = KeyFact(join.attribute or NEVER, "high")
        holdings = [replace(each, keys=(*each.keys, key)) if each.system in systems else each for each in holdings]
    return holdings


holdings_drawn = st.lists(
    st.builds(
        HoldingFact,
        system=st.integers(1, 8),
        domain=st.integers(1, 4),
        role=st.sampled_from(["master", "copy", "reader"]),
        keys=st.lists(
            st.builds(KeyFact, st.integers(1, 6), st.sampled_from(["high", "medium", "low"])), max_size=2
        ).map(tuple),
    ),
    max_size=12,
    unique_by=lambda each: (each.system, each.domain),
)


@given(holdings_drawn)
def test_one_join_less_than_islands_connects_all_and_no_two_islands_are_joined_before(holdings):
    found = data_map(holdings)
    assert len(found.new_joins) == max(len(found.islands) - 1, 0)
    assert len(data_map(joined(holdings, found.new_joins)).islands) <= 1
    for less in combinations(found.new_joins, len(found.new_joins) - 1) if found.new_joins else ():
        assert len(data_map(joined(holdings, less)).islands) == 2


@given(holdings_drawn)
def test_bridges_are_exactly_what_splits_the_map_when_it_is_lost(holdings):
    found = data_map(holdings)
    splitting = set()
    for system in found.systems:
        before = [set(island.systems) - {system} for island in found.islands]
        after = data_map(each for each in holdings if each.system != system)
        if len(after.islands) > sum(map(bool, before)):
            splitting.add(("system", system))
    for attribute in {link.attribute for link in found.links}:
        after = data_map(
            replace(each, keys=tuple(key for key in each.keys if key.attribute != attribute)) for each in holdings
        )
        if len(after.islands) > len(found.islands):
            splitting.add(("attribute", attribute))
    assert {bridge.node for bridge in found.bridges} == splitting


@given(holdings_drawn, st.randoms(use_true_random=False))
def test_the_order_of_holdings_does_not_matter(holdings, random):
    shuffled = list(holdings)
    random.shuffle(shuffled)
    one, other = data_map(holdings), data_map(shuffled)
    assert (one.islands, one.bridges, one.new_joins) == (other.islands, other.bridges, other.new_joins)


@given(holdings_drawn)
def test_islands_are_those_of_the_rule_not_connected(holdings):
    firm = joins_of(holdings).firm
    island_of = data_map(holdings).island_of
    for one, other in combinations(firm, 2):
        assert (firm[one] == firm[other]) == (island_of[one] == island_of[other])
