"""The data map: which systems can find the same customer, what holds them together, and what would join the rest.

Systems and identifying attributes are the nodes of a graph, a line stands where a system keeps an attribute
(engine/joins.py). An attribute of low quality joins weakly and counts for nothing here but as a weak join. Every system
that holds data is on the map: one without any attribute is an island of its own, since nothing can be looked up in it.

A bridge is an attribute or a system without which the other systems of its island no longer all reach each other: an
articulation point of the graph (Tarjan and Hopcroft 1973, by networkx), once attributes that only one system has are
left out, because they join nothing.

With k islands k - 1 new joins connect all, and fewer cannot. Which: where an attribute of low quality stands between
two islands, it is to be made reliable, since nothing new has to be kept. Every island that is left then joins the
largest: its system takes the attribute by which the largest finds data that the island holds too, else the attribute
that most of the largest's systems have.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import networkx as nx

from impacts.engine.facts import HoldingFact, Quality
from impacts.engine.joins import Node, join_graph, parts_of

Way = Literal["reliable", "same-data", "common", "any"]
_BEST: dict[Quality, int] = {"high": 0, "medium": 1, "low": 2}


@dataclass(frozen=True, slots=True)
class Link:
    """A system keeps an attribute: its best quality there, and the data domains that are found by it."""

    system: int
    attribute: int
    quality: Quality
    domains: tuple[int, ...]

    @property
    def is_weak(self) -> bool:
        """Whether a match by it may be the wrong customer."""
        return self.quality == "low"


@dataclass(frozen=True, slots=True)
class Island:
    """Systems that reach each other, ascending, and the attributes that they keep well enough."""

    number: int
    systems: tuple[int, ...]
    attributes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bridge:
    """What splits an island when it is lost. `parts`: the systems that then still reach each other, most first."""

    node: Node
    island: int
    parts: tuple[tuple[int, ...], ...]

    @property
    def cut_off(self) -> int:
        """How many systems would no longer reach the largest part."""
        return sum(len(part) for part in self.parts[1:])


@dataclass(frozen=True, slots=True)
class NewJoin:
    """One more join: `system` keeps `attribute` reliably, as the systems `as_in` do. `way`: it keeps it already in low
    quality; both sides hold `domain`; most of the other side have it; or (`attribute` None) neither side has any."""

    system: int
    attribute: int | None
    way: Way
    as_in: tuple[int, ...]
    domain: int | None = None


@dataclass(frozen=True, slots=True)
class DataMap:
    """The map. Islands stand by size, the largest first; bridges by how much they cut off."""

    holdings: tuple[HoldingFact, ...]
    links: tuple[Link, ...]
    islands: tuple[Island, ...]
    bridges: tuple[Bridge, ...]
    weak: tuple[Link, ...]
    weak_islands: tuple[tuple[int, ...], ...]
    new_joins: tuple[NewJoin, ...]

    @property
    def systems(self) -> tuple[int, ...]:
        """Every system that holds data, ascending."""
        return tuple(sorted(system for island in self.islands for system in island.systems))

    @property
    def island_of(self) -> dict[int, int]:
        """The number of its island, by system."""
        return {system: island.number for island in self.islands for system in island.systems}


def data_map(holdings: Iterable[HoldingFact]) -> DataMap:
    """The map of these holdings; their order does not matter."""
    known = tuple(sorted(holdings, key=lambda each: (each.system, each.domain, each.role)))
    links = links_of(known)
    systems = {each.system for each in known}
    firm = firm_graph(systems, links)
    parts = sorted(parts_of(firm), key=lambda part: (-len(part), part))
    islands = tuple(_island(number, part, firm) for number, part in enumerate(parts, 1))
    return DataMap(
        holdings=known,
        links=links,
        islands=islands,
        bridges=_bridges(firm, islands),
        weak=tuple(link for link in links if link.is_weak),
        weak_islands=tuple(parts_of(_graph(systems, links))),
        new_joins=_new_joins(known, links, islands),
    )


def links_of(holdings: Iterable[HoldingFact]) -> tuple[Link, ...]:
    """Which system keeps which attribute, by system and attribute."""
    quality: dict[tuple[int, int], Quality] = {}
    domains: dict[tuple[int, int], set[int]] = defaultdict(set)
    for holding in holdings:
        for key in holding.keys:
            at = holding.system, key.attribute
            quality[at] = min(quality.get(at, key.quality), key.quality, key=_BEST.__getitem__)
            domains[at].add(holding.domain)
    return tuple(Link(*at, quality[at], tuple(sorted(domains[at]))) for at in sorted(quality))


def firm_graph(systems: Collection[int], links: Iterable[Link]) -> "nx.Graph[Node]":
    """These systems with the attributes that they keep well enough."""
    return _graph(systems, (link for link in links if not link.is_weak))


def _graph(systems: Collection[int], links: Iterable[Link]) -> "nx.Graph[Node]":
    attributes: dict[int, list[int]] = {system: [] for system in systems}
    for link in links:
        attributes[link.system].append(link.attribute)
    return join_graph(attributes)


def _island(number: int, part: tuple[int, ...], firm: "nx.Graph[Node]") -> Island:
    kept = {attribute for system in part for _, attribute in firm["system", system]}
    return Island(number, part, tuple(sorted(kept)))


def _bridges(firm: "nx.Graph[Node]", islands: Iterable[Island]) -> tuple[Bridge, ...]:
    found = []
    shared = firm.subgraph(node for node in firm if node[0] == "system" or firm.degree(node) > 1)
    cuts = set(nx.articulation_points(shared))
    for island in islands:
        nodes: list[Node] = [("system", system) for system in island.systems]
        nodes += [("attribute", attribute) for attribute in island.attributes]
        for node in sorted(cuts.intersection(nodes)):
            parts = parts_of(shared.subgraph(other for other in nodes if other != node and other in shared))
            parts.sort(key=lambda part: (-len(part), part))
            found.append(Bridge(node, island.number, tuple(parts)))
    return tuple(sorted(found, key=lambda bridge: (-bridge.cut_off, -len(bridge.parts), bridge.node)))


def _new_joins(
    holdings: tuple[HoldingFact, ...], links: tuple[Link, ...], islands: tuple[Island, ...]
) -> tuple[NewJoin, ...]:
    """As the module says: first what only has to be made reliable, then one join for each island that is left."""
    island_of = {system: island.number for island in islands for system in island.systems}
    groups = {island.number: set(island.systems) for island in islands}
    keepers: dict[int, list[int]] = defaultdict(list)
    for link in links:
        if not link.is_weak:
            keepers[link.attribute].append(link.system)
    found = []
    for link in links:
        kept = keepers.get(link.attribute)
        if link.is_weak and kept and island_of[kept[0]] != island_of[link.system]:
            found.append(NewJoin(link.system, link.attribute, "reliable", tuple(kept)))
            _merge(groups, island_of, kept[0], link.system)
    left = sorted(groups, key=lambda number: (-len(groups[number]), min(groups[number])))
    for number in left[1:]:
        found.append(_best_join(holdings, keepers, groups[number], groups[left[0]]))
        _merge(groups, island_of, min(groups[left[0]]), min(groups[number]))
    return tuple(found)


def _merge(groups: dict[int, set[int]], island_of: dict[int, int], one: int, other: int) -> None:
    stays, goes = island_of[one], island_of[other]
    for system in groups.pop(goes):
        groups[stays].add(system)
        island_of[system] = stays


def _best_join(
    holdings: tuple[HoldingFact, ...], keepers: Mapping[int, list[int]], island: set[int], mainland: set[int]
) -> NewJoin:
    """One join of an island to the largest; the other way round where only the island has attributes."""
    if not any(mainland.intersection(kept) for kept in keepers.values()):
        if not any(island.intersection(kept) for kept in keepers.values()):
            return NewJoin(min(island), None, "any", (min(mainland),))
        island, mainland = mainland, island
    held = {holding.domain: holding.system for holding in reversed(holdings) if holding.system in island}
    same: dict[tuple[int, int], set[int]] = defaultdict(set)
    for holding in holdings:
        if holding.system in mainland and holding.domain in held:
            for key in holding.keys:
                if key.quality != "low":
                    same[key.attribute, holding.domain].add(holding.system)
    if same:
        attribute, domain = min(same, key=lambda at: (-len(same[at]), at))
        as_in = tuple(sorted(same[attribute, domain]))
        return NewJoin(held[domain], attribute, "same-data", as_in, domain)
    common = Counter({attribute: len(mainland.intersection(kept)) for attribute, kept in keepers.items()})
    attribute = min(common, key=lambda each: (-common[each], each))
    return NewJoin(min(island), attribute, "common", tuple(sorted(mainland.intersection(keepers[attribute]))))
