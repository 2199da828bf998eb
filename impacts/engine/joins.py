"""Which systems can find the same customer: islands of systems that identifying attributes join.

Two systems are joined when both hold some data domain by the same identifying attribute, whichever domain it is: the
warranty by vehicle number and the purchase by vehicle number meet. Joins go on through other systems: what cannot be
matched directly can be looked up on the way, with no new attribute. So systems fall into islands, and only between
islands is there no way at all.

An attribute of low quality joins weakly: a match on it may be the wrong customer. Islands are told with and without
weak joins. Systems of which no attribute is known belong to no island: nothing is known to differ.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from impacts.engine.facts import HoldingFact


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
    return Joins(_islands(firm), _islands({system: list(known) for system, known in attributes.items()}), attributes)


def _islands(attributes: dict[int, list[int]]) -> dict[int, int]:
    """By system the lowest id of those that it can reach."""
    root = {system: system for system in attributes}

    def top(system: int) -> int:
        while root[system] != system:
            root[system] = root[root[system]]
            system = root[system]
        return system

    first: dict[int, int] = {}
    for system in sorted(attributes):
        for attribute in attributes[system]:
            one, other = sorted((top(system), top(first.setdefault(attribute, system))))
            root[other] = one
    return {system: top(system) for system in sorted(attributes)}
