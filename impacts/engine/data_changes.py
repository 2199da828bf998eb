"""What requests do to the data map: which builds a bridge, which cuts one, which needs one that is not there.

A request adds to the map where it says by which identifying attributes the records of a system will be found: in a
system that holds the domain, or will. It takes away the systems that it retires or replaces, and the holdings of the
domains that it retires (in one system, or everywhere). What is told of it:

- cuts: systems that reached each other and both stay no longer do;
- removes: it takes systems or holdings off the map, and the rest still reach each other;
- builds: islands are one afterwards, or a system that was on no island is on one with others;
- needs: it works in systems of two or more islands, and does not join them itself;
- open: it lets a system hold data that keeps no attribute yet, and does not say by what records are found there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from networkx.utils import UnionFind

from impacts.engine.data_map import DataMap, data_map
from impacts.engine.facts import DataMode, HoldingFact, HoldingRole, KeyFact, SystemUseFact

What = Literal["cuts", "removes", "builds", "needs", "open"]
ORDER: tuple[What, ...] = ("cuts", "builds", "needs", "removes", "open")
_ROLES: dict[DataMode, HoldingRole] = {"masters": "master", "creates": "copy", "changes": "copy", "reads": "reader"}
_GONE = ("retires", "replaces")

Parts = tuple[tuple[int, ...], ...]
Group = tuple[str, int]


@dataclass(frozen=True, slots=True)
class PlannedUse:
    """What a request does to one data domain in a system (None: not said), and by what records are found there."""

    domain: int
    mode: DataMode
    system: int | None = None
    attributes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MapEffect:
    """One thing that a request does to the map. `parts`: the systems that it joins, cuts apart, would have to join, or
    takes off, group by group; `attributes`: by what it joins them."""

    request: int
    what: What
    parts: Parts
    attributes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Change:
    gone_systems: frozenset[int]
    gone_data: frozenset[tuple[int, int]]
    added: tuple[tuple[int, int, HoldingRole, int], ...]

    @property
    def takes(self) -> bool:
        return bool(self.gone_systems or self.gone_data)

    @property
    def is_nothing(self) -> bool:
        return not (self.takes or self.added)


class Changes:
    """Answers for many requests on one map; what several do alike is worked out once."""

    def __init__(self, data: DataMap) -> None:
        self._map = data
        self._island = data.island_of
        self._held = {(each.system, each.domain) for each in data.holdings}
        self._holders: dict[int, list[int]] = {}
        for holding in data.holdings:
            self._holders.setdefault(holding.domain, []).append(holding.system)
        self._firm = {(link.system, link.attribute) for link in data.links if not link.is_weak}
        self._known = {system for system, _ in self._firm}
        self._home = {attribute: self._island[system] for system, attribute in self._firm}
        self._after: dict[_Change, dict[int, Group]] = {}

    def effects(
        self, request: int, uses: Sequence[PlannedUse], system_uses: Sequence[SystemUseFact]
    ) -> tuple[MapEffect, ...]:
        """What this request does to the map, the gravest first; nothing for most requests."""
        change = self._change(uses, system_uses)
        after = self._islands(change)
        found = [*self._cuts(request, change, after), *self._builds(request, change, after)]
        works_in = {use.system for use in uses if use.system is not None and use.mode != "retires"}
        works_in |= {use.system for use in system_uses if use.effect != "retires"}
        found += self._needs(request, works_in - change.gone_systems, after)
        unsaid = sorted(
            {
                use.system
                for use in uses
                if use.system is not None
                and use.mode in ("masters", "creates")
                and (use.system, use.domain) not in self._held
                and use.system not in self._known
                and not use.attributes
            }
        )
        if unsaid:
            found.append(MapEffect(request, "open", tuple((system,) for system in unsaid)))
        return tuple(sorted(found, key=lambda effect: ORDER.index(effect.what)))

    def with_request(self, uses: Sequence[PlannedUse], system_uses: Sequence[SystemUseFact]) -> DataMap:
        """The map as it would be once this request is live."""
        change = self._change(uses, system_uses)
        return self._map if change.is_nothing else data_map(_holdings(self._map.holdings, change))

    def _change(self, uses: Sequence[PlannedUse], system_uses: Sequence[SystemUseFact]) -> _Change:
        gone = frozenset(use.system for use in system_uses if use.effect in _GONE and use.system in self._island)
        data: set[tuple[int, int]] = set()
        added: set[tuple[int, int, HoldingRole, int]] = set()
        for use in uses:
            if use.mode == "retires":
                systems = self._holders.get(use.domain, []) if use.system is None else [use.system]
                data |= {(each, use.domain) for each in systems if (each, use.domain) in self._held}
            elif use.system is not None and use.system not in gone:
                added |= {
                    (use.system, use.domain, _ROLES[use.mode], attribute)
                    for attribute in use.attributes
                    if (use.system, attribute) not in self._firm
                }
        return _Change(gone, frozenset(pair for pair in data if pair[0] not in gone), tuple(sorted(added)))

    def _islands(self, change: _Change) -> dict[int, Group]:
        """By system its island after a change, under some name. The whole map with its bridges takes far longer."""
        if change not in self._after:
            self._after[change] = self._parted(change) if change.takes else self._merged(change)
        return self._after[change]

    def _merged(self, change: _Change) -> dict[int, Group]:
        """Nothing goes: islands can only become one."""
        union: UnionFind[Group] = UnionFind()
        for system, _, _, attribute in change.added:
            home: Group = ("island", self._home[attribute]) if attribute in self._home else ("attribute", attribute)
            union.union(self._before(system), home)
        return {system: union[self._before(system)] for system in {*self._island, *(each[0] for each in change.added)}}

    def _parted(self, change: _Change) -> dict[int, Group]:
        """Something goes: everything is joined afresh from what is left."""
        union: UnionFind[Group] = UnionFind()
        left = _holdings(self._map.holdings, change)
        for holding in left:
            for key in holding.keys:
                if key.quality != "low":
                    union.union(("system", holding.system), ("attribute", key.attribute))
        return {holding.system: union["system", holding.system] for holding in left}

    def _before(self, system: int) -> Group:
        """Its island now. A system that is not on the map yet is an island of its own."""
        return ("island", self._island[system]) if system in self._island else ("system", system)

    def _cuts(self, request: int, change: _Change, now: dict[int, Group]) -> Iterable[MapEffect]:
        if not change.takes:
            return
        cut = False
        for island in self._map.islands:
            parts: dict[Group, list[int]] = {}
            for system in island.systems:
                if system in now:
                    parts.setdefault(now[system], []).append(system)
            if len(parts) > 1:
                cut = True
                yield MapEffect(request, "cuts", _by_size(parts.values()))
        lost = sorted(set(self._island) - set(now)) or sorted({system for system, _ in change.gone_data})
        if not cut and lost:
            yield MapEffect(request, "removes", tuple((system,) for system in lost))

    def _builds(self, request: int, change: _Change, now: dict[int, Group]) -> Iterable[MapEffect]:
        for group in sorted({now[system] for system, _, _, _ in change.added}):
            before: dict[Group, list[int]] = {}
            for system in sorted(each for each, name in now.items() if name == group):
                before.setdefault(self._before(system), []).append(system)
            if len(before) > 1:
                by = {attribute for system, _, _, attribute in change.added if now[system] == group}
                yield MapEffect(request, "builds", _by_size(before.values()), tuple(sorted(by)))

    def _needs(self, request: int, works_in: set[int], now: dict[int, Group]) -> Iterable[MapEffect]:
        parts: dict[Group, list[int]] = {}
        for system in sorted(works_in):
            if system in now:
                parts.setdefault(now[system], []).append(system)
        if len(parts) > 1:
            yield MapEffect(request, "needs", _by_size(parts.values()))


def _holdings(holdings: Iterable[HoldingFact], change: _Change) -> list[HoldingFact]:
    kept = {
        (each.system, each.domain): each
        for each in holdings
        if each.system not in change.gone_systems and (each.system, each.domain) not in change.gone_data
    }
    for system, domain, role, attribute in change.added:
        holding = kept.get((system, domain)) or HoldingFact(system, domain, role)
        keys = tuple(key for key in holding.keys if key.attribute != attribute)
        kept[system, domain] = replace(holding, keys=(*keys, KeyFact(attribute)))
    return list(kept.values())


def _by_size(parts: Iterable[list[int]]) -> Parts:
    return tuple(sorted((tuple(part) for part in parts), key=lambda part: (-len(part), part)))
