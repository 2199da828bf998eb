"""Which systems can find the same customer: islands of systems that identifying attributes join.

Two systems are joined when both hold some data domain by the same identifying attribute, whichever domain it is: the
warranty by vehicle number and the purchase by vehicle number meet. Joins go on through other systems: what cannot be
matched directly can be looked up on the way, with no new attribute. So systems fall into islands, and only between
islands is there no way at all.

An attribute of low quality joins weakly: a match on it may be the wrong customer. Islands are told with and without
weak joins. Systems of which no attribute is known belong to no island: nothing is known to differ.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import networkx as nx

from impacts.engine.facts import HoldingFact

Node = tuple[Literal["attribute", "system"], int]


@dataclass(frozen=True, slots=True)
class Joins:
    """By system: its island by good joins (`firm`) and by any (`weak`), each named by its lowest system id; and its
    attributes with whether any of its holdings has them in better than low quality.
    """

    firm: dict[int, int]
    weak: dict[int, int]
    attributes: dict[int, dict[int, bool]]

    def members(self, island: int) -> list[int]:
        """The systems of a firm island, ascending."""
        return sorted(system for system, name in self.firm.items() if name == island)


def joins_of(holdings: Iterable[HoldingFact]) -> Joins:
    """The joins that these holdings make possible. The order of holdings does not matter."""
    attributes: dict[int, dict[int, bool]] = {}
    for holding in holdings:
        for key in holding.keys:
            known = attributes.setdefault(holding.system, {})
            known[key.attribute] = known.get(key.attribute, False) or key.quality != "low"
    firm = {system: [each for each, good in known.items() if good] for system, known in attributes.items()}
    return Joins(_islands(firm), _islands(attributes), attributes)


def join_graph(attributes: Mapping[int, Iterable[int]]) -> "nx.Graph[Node]":
    """Systems and attributes as nodes, a line where a system has an attribute. Built in ascending order, so that what
    walks it goes the same way every time."""
    graph: nx.Graph[Node] = nx.Graph()
    for system in sorted(attributes):
        graph.add_node(("system", system))
        graph.add_edges_from((("system", system), ("attribute", each)) for each in sorted(attributes[system]))
    return graph


def parts_of(graph: "nx.Graph[Node]") -> list[tuple[int, ...]]:
    """The systems of each connected part, ascending, the part with the lowest id first. Attributes that no system
    has are no part."""
    parts = (sorted(number for kind, number in part if kind == "system") for part in nx.connected_components(graph))
    return sorted(tuple(part) for part in parts if part)


def _islands(attributes: Mapping[int, Iterable[int]]) -> dict[int, int]:
    """By system the lowest id of those that it can reach."""
    return {system: part[0] for part in parts_of(join_graph(attributes)) for system in part}
