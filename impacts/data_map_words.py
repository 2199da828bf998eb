"""The data map in plain sentences: what joins, what hangs on what, what would be needed, what requests do to it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from impacts.engine.data_changes import MapEffect
from impacts.engine.data_map import Bridge, DataMap, NewJoin
from impacts.engine.data_reach import NeededDomain
from impacts.engine.facts import RegisterFacts, ThingFact
from impacts.engine.joins import Node
from impacts.engine.rules.common import joined

STATE_WORDS = {
    "joined": "Can be joined",
    "copy": "From a copy only",
    "weak": "Maybe the wrong customer",
    "apart": "Cannot be joined",
    "unheld": "No system holds it",
}
STATE_SEVERITY = {"joined": "clear", "copy": "look", "weak": "look", "apart": "serious", "unheld": "serious"}
EFFECT_WORDS = {
    "cuts": "Cuts a bridge",
    "builds": "Builds a bridge",
    "needs": "Needs a bridge",
    "removes": "Leaves the map",
    "open": "Does not say",
}
EFFECT_SEVERITY = {"cuts": "serious", "builds": "clear", "needs": "look", "removes": "note", "open": "look"}
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class MapWords:
    """Sentences about one map. Entries are told by name; one that the register lost by its number."""

    register: RegisterFacts
    data: DataMap

    def thing(self, node: Node) -> ThingFact:
        """The entry of a system or attribute."""
        kind, number = node
        rows = self.register.systems if kind == "system" else self.register.attributes
        return rows.get(number) or ThingFact(number, "", f"{kind} {number}")

    def systems(self, systems: Collection[int]) -> str:
        """Systems by name, or how many."""
        if len(systems) > MOST_NAMED:
            return f"{len(systems)} systems"
        return joined(sorted(self.thing(("system", each)).name for each in systems))

    def attributes(self, attributes: Iterable[int]) -> str:
        """Attributes by name, in the middle of a sentence."""
        return joined([_lower(self.thing(("attribute", each)).name) for each in attributes])

    def domains(self, domains: Iterable[int]) -> str:
        """Data domains by name, in the middle of a sentence."""
        return joined([_lower(self.domain(each)) for each in domains])

    def domain(self, domain: int) -> str:
        """The name of a data domain."""
        thing = self.register.domains.get(domain)
        return thing.name if thing else f"data domain {domain}"

    def title(self) -> str:
        """The finding, as a sentence."""
        total, islands = len(self.data.systems), self.data.islands
        if len(islands) < 2:
            some = f"All {total} systems that hold customer data can find the same customer"
            return some if total > 1 else "One system holds customer data, and nothing has to be joined"
        largest, rest = len(islands[0].systems), islands[1:]
        if largest == 1:
            return f"None of our {total} systems can find the customer of another"
        alone = [island.systems[0] for island in rest if len(island.systems) == 1]
        if len(alone) == len(rest) and len(alone) <= MOST_NAMED:
            stand = "stands alone" if len(alone) == 1 else "stand alone"
            return f"{largest} of {total} systems can find the same customer; {self.systems(alone)} {stand}"
        return f"{total} systems fall into {len(islands)} islands; the largest holds {largest} of them"

    def deck(self) -> str:
        """What the title cannot say: what is missing, and what most hangs on."""
        number = len(self.data.new_joins)
        missing = {0: "", 1: "One more join would connect all. "}.get(
            number, f"{number} more joins would connect all. "
        )
        if not self.data.bridges:
            return f"{missing}No single attribute or system holds the map together.".strip()
        return (
            f"{missing}Most hangs on the {self.bridge_name(self.data.bridges[0])}: {self.loss(self.data.bridges[0])}."
        )

    def bridge_name(self, bridge: Bridge) -> str:
        """The attribute or system, in the middle of a sentence."""
        name = self.thing(bridge.node).name
        return f"{_lower(name)}" if bridge.node[0] == "attribute" else f"system {name}"

    def loss(self, bridge: Bridge) -> str:
        """What is lost with a bridge."""
        cut, left = bridge.parts[1:], bridge.parts[0]
        if len(left) == 1:
            return f"without it none of {sum(map(len, bridge.parts))} systems would find the customer of another"
        names = self.systems([system for part in cut for system in part])
        return f"without it {names} would no longer find the customers of the other {len(left)}"

    def new_join(self, join: NewJoin) -> str:
        """One more join, as something to do."""
        system = self.thing(("system", join.system)).name
        as_in = joined([self.thing(("system", each)).name for each in join.as_in], shown=MOST_NAMED)
        do = "does" if len(join.as_in) == 1 else "do"
        if join.attribute is None:
            return f"Let {system} and {as_in} keep one and the same attribute: no attribute is known of either."
        attribute = _lower(self.thing(("attribute", join.attribute)).name)
        if join.way == "reliable":
            keep = "keeps" if len(join.as_in) == 1 else "keep"
            return f"Make the {attribute} in {system} reliable: it is there in low quality, and {as_in} {keep} it well."
        of = f" for {_lower(self.domain(join.domain))}" if join.domain is not None else ""
        return f"Let {system} also keep the {attribute}, as {as_in} {do}{of}."

    def effect(self, effect: MapEffect) -> str:
        """What a request does to the map."""
        first, rest = effect.parts[0], [system for part in effect.parts[1:] for system in part]
        if effect.what == "cuts":
            return f"{_upper(self.systems(rest))} would no longer find the customers of {self.systems(first)}"
        if effect.what == "builds":
            ends = joined([self.systems(part) for part in effect.parts[1:]])
            return f"Joins {ends} to {self.systems(first)} by {self.attributes(effect.attributes)}"
        everything = joined([self.systems(part) for part in effect.parts])
        if effect.what == "needs":
            named = [self.part(part) for part in effect.parts]
            return f"Works in {joined(named)}, which nothing joins"
        if effect.what == "removes":
            return f"Takes {everything} off the map; all others still reach each other"
        return f"Lets {everything} hold customer data, and does not say by what a customer is found there"

    def part(self, part: Sequence[int]) -> str:
        """Systems of one island, all by name."""
        return " with ".join(self.thing(("system", each)).name for each in part[:MOST_NAMED])

    def need(self, need: NeededDomain) -> str:
        """Where a data domain would be read, and how one gets there."""
        if need.system is None:
            return "no system holds it"
        place = self.thing(("system", need.system)).name
        if need.state == "apart":
            return f"in {place}, which nothing joins to the rest"
        if need.state == "weak":
            return f"in {place}, joined by low quality only"
        way = f", by {self.attributes(need.by)}" if need.by else ""
        over = f" by way of {self.systems(need.through)}" if need.through else ""
        if need.state == "copy":
            return f"a copy in {place}{way}{over}; its master, {self.systems(need.apart)}, stands apart"
        return f"in {place}{way}{over}"


def _lower(name: str) -> str:
    """The name in the middle of a sentence: words that are not all capitals begin small."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
