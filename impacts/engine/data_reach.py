"""What staff at a touchpoint must know about a customer, and whether it can be brought together there.

A touchpoint needs some data domains. They meet on an island of the data map: the one where most of them have their
master (then any holder; then the larger island). A domain without a master counts as mastered by whoever holds it.
Each domain is then

- joined: its master is on that island, so that the same customer's records are found;
- copy: only a copy or a reader is there, while its master stands apart;
- weak: an attribute of low quality leads there, so that it may be another customer;
- apart: nothing leads there;
- unheld: no system holds it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

import networkx as nx

from impacts.engine.data_map import DataMap, firm_graph
from impacts.engine.facts import HoldingFact

State = Literal["joined", "copy", "weak", "apart", "unheld"]
WORST: tuple[State, ...] = ("unheld", "apart", "weak", "copy", "joined")


@dataclass(frozen=True, slots=True)
class NeededDomain:
    """One data domain that a touchpoint needs. `system` is where it would be read, None where nobody holds it; `apart`
    the masters that nothing leads to. `by` and `through`: the attributes and systems on the way to it."""

    domain: int
    state: State
    system: int | None = None
    apart: tuple[int, ...] = ()
    by: tuple[int, ...] = ()
    through: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """What a touchpoint needs, domain by domain, and the worst of their states; `island` is where they meet."""

    state: State
    island: int | None
    needs: tuple[NeededDomain, ...]


class Reacher:
    """Answers for many touchpoints on one map."""

    def __init__(self, data: DataMap) -> None:
        self._map = data
        self._graph = firm_graph(data.systems, data.links)
        self._island = data.island_of
        self._weak = {system: number for number, part in enumerate(data.weak_islands) for system in part}
        self._found = {link.system for link in data.links}
        self._holders: dict[int, list[HoldingFact]] = {}
        for holding in data.holdings:
            self._holders.setdefault(holding.domain, []).append(holding)

    def reach(self, domains: Collection[int]) -> Reach:
        """Whether these data domains can be joined."""
        wanted = sorted(set(domains))
        island = self._meeting(wanted)
        needs = [self._need(domain, island) for domain in wanted]
        start = next((need.system for need in needs if need.state == "joined"), None)
        if start is not None:
            ways = nx.single_source_shortest_path(self._graph, ("system", start))
            needs = [self._led(need, ways) for need in needs]
        state: State = min((need.state for need in needs), key=WORST.index, default="joined")
        return Reach(state, island, tuple(needs))

    def _mains(self, domain: int) -> list[int]:
        """The systems that are its master; where none is, all that hold it."""
        held = self._holders.get(domain, [])
        return [each.system for each in held if each.role == "master"] or [each.system for each in held]

    def _meeting(self, domains: Iterable[int]) -> int | None:
        """The island where most of the domains meet, None where nobody holds any that can be looked up."""
        scores: dict[int, list[int]] = {}
        for domain in domains:
            mains = {self._island[system] for system in self._mains(domain) if system in self._found}
            holders = {self._island[each.system] for each in self._holders.get(domain, ())}
            for island in mains | holders:
                score = scores.setdefault(island, [0, 0])
                score[0] += island in mains
                score[1] += 1
        return min(scores, key=lambda island: (-scores[island][0], -scores[island][1], island), default=None)

    def _need(self, domain: int, island: int | None) -> NeededDomain:
        mains, holders = self._mains(domain), [each.system for each in self._holders.get(domain, ())]
        if not holders:
            return NeededDomain(domain, "unheld")
        mains = [system for system in mains if system in self._found] or mains
        apart = tuple(system for system in mains if self._island[system] != island)
        inside = [system for system in mains if self._island[system] == island and system in self._found]
        if inside:
            return NeededDomain(domain, "joined", inside[0])
        copies = [system for system in holders if self._island[system] == island and system in self._found]
        if copies:
            return NeededDomain(domain, "copy", copies[0], apart)
        near = {self._weak[system] for system, number in self._island.items() if number == island}
        weakly = [system for system in mains if self._weak[system] in near and system in self._found]
        return NeededDomain(domain, "weak" if weakly else "apart", weakly[0] if weakly else mains[0], apart)

    @staticmethod
    def _led(need: NeededDomain, ways: dict[tuple[str, int], list[tuple[str, int]]]) -> NeededDomain:
        way = ways.get(("system", need.system or 0), [])[1:-1]
        return NeededDomain(
            need.domain,
            need.state,
            need.system,
            need.apart,
            by=tuple(number for kind, number in way if kind == "attribute"),
            through=tuple(number for kind, number in way if kind == "system"),
        )
