"""Sums of requests by objective, segment or silo, in which nothing is counted twice.

Money of a request that stands in several groups is shared between them in equal parts, to the cent, so that the groups
add up to the whole. Requests, customers and touchpoints are counted once within each group, also where they come from
several branches below it; so their numbers by group add up to more than the whole, and the whole is counted by itself.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

CENT = Decimal("0.01")
Group = int | None
"""The id of an objective, segment or silo; None for requests that stand in none."""


@dataclass(frozen=True, slots=True)
class BetFigures:
    """What was promised to a segment; `kept` is None while nobody has said what came."""

    id: int
    segment: int
    kept: bool | None


@dataclass(frozen=True, slots=True)
class RequestFigures:
    """What one request brings to a sum. Money in the organisation's currency, None where nobody said; `contacts` are
    (segment, times), each segment once; `better` and `worse` count touchpoints; `stage` is one of STAGES."""

    id: int
    silo: int
    one_off: Decimal | None = None
    yearly: Decimal | None = None
    objectives: tuple[int, ...] = ()
    segments: tuple[int, ...] = ()
    touchpoints: tuple[int, ...] = ()
    better: int = 0
    worse: int = 0
    contacts: tuple[tuple[int, int], ...] = ()
    bets: tuple["BetFigures", ...] = ()
    stage: str = "asked"


STAGES = ("asked", "taken", "delivered")
"""Waits for the board; the board said yes; delivered."""


@dataclass(slots=True)
class Sums:
    """What stands in one group and below it. `asked`, `taken` and `delivered` share `one_off` by stage."""

    requests: set[int] = field(default_factory=set)
    segments: set[int] = field(default_factory=set)
    touchpoints: set[int] = field(default_factory=set)
    contacts: dict[tuple[int, int], int] = field(default_factory=dict)
    effects: dict[int, tuple[int, int]] = field(default_factory=dict)
    bets: dict[int, bool | None] = field(default_factory=dict)
    one_off: Decimal = Decimal(0)
    yearly: Decimal = Decimal(0)
    money: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(STAGES, Decimal(0)))
    stages: dict[str, set[int]] = field(default_factory=lambda: {stage: set() for stage in STAGES})
    unpriced: set[int] = field(default_factory=set)

    @property
    def count(self) -> int:
        """How many requests."""
        return len(self.requests)

    @property
    def better(self) -> int:
        """Touchpoints made better, of each request once."""
        return sum(better for better, _ in self.effects.values())

    @property
    def worse(self) -> int:
        """Touchpoints made worse."""
        return sum(worse for _, worse in self.effects.values())

    @property
    def answered(self) -> int:
        """Promises of which somebody has said what came."""
        return sum(kept is not None for kept in self.bets.values())

    @property
    def kept(self) -> int:
        """Promises that were kept."""
        return sum(kept is True for kept in self.bets.values())

    def customers(self, size: Mapping[int, int]) -> int:
        """Customers of the segments touched, each segment once. `size` is customers by segment."""
        return sum(size.get(segment, 0) for segment in self.segments)

    def visits(self, size: Mapping[int, int]) -> int:
        """Customers a month at the touchpoints, each touchpoint once. `size` by touchpoint."""
        return sum(size.get(touchpoint, 0) for touchpoint in self.touchpoints)

    def messages(self, size: Mapping[int, int]) -> int:
        """Single contacts planned: customers of the segment times how often."""
        return sum(size.get(segment, 0) * times for (_, segment), times in self.contacts.items())

    def add(self, request: RequestFigures, one_off: Decimal, yearly: Decimal, only: Group = None) -> None:
        """Count the request with this part of its money; `only` narrows what it does to one segment."""
        self.requests.add(request.id)
        self.stages[request.stage].add(request.id)
        self.segments.update(request.segments if only is None else {only})
        self.touchpoints.update(request.touchpoints)
        self.effects[request.id] = (request.better, request.worse)
        for segment, times in request.contacts:
            if only is None or segment == only:
                self.contacts[request.id, segment] = times
        for bet in request.bets:
            if only is None or bet.segment == only:
                self.bets[bet.id] = bet.kept
        self.one_off += one_off
        self.yearly += yearly
        self.money[request.stage] += one_off
        if request.one_off is None and request.yearly is None:
            self.unpriced.add(request.id)


def shares(amount: Decimal | None, parts: int) -> list[Decimal]:
    """An amount in so many equal parts, to the cent: the first ones take the cents that are over."""
    cents = int(((amount or Decimal(0)) / CENT).to_integral_value())
    each, over = divmod(cents, parts)
    return [(each + (place < over)) * CENT for place in range(parts)]


def rolled_up(
    requests: Iterable[RequestFigures],
    groups_of: Callable[[RequestFigures], tuple[int, ...]],
    parents: Mapping[int, Group] | None = None,
    *,
    narrow: bool = False,
) -> dict[Group, Sums]:
    """The sums of each group with what stands below it; None for requests in no group. `parents` says what a group
    stands below; `narrow` counts in a segment's group only what is done to that segment."""
    found: dict[Group, Sums] = defaultdict(Sums)
    for request in sorted(requests, key=lambda each: each.id):
        groups: tuple[Group, ...] = tuple(sorted(set(groups_of(request)))) or (None,)
        once, yearly = shares(request.one_off, len(groups)), shares(request.yearly, len(groups))
        for group, part, part_yearly in zip(groups, once, yearly, strict=True):
            only = group if narrow else None
            for each in above(group, parents or {}):
                found[each].add(request, part, part_yearly, only)
    return dict(found)


def above(group: Group, parents: Mapping[int, Group]) -> list[Group]:
    """A group and all that it stands below, upwards; a circle ends where it closes."""
    line: list[Group] = [group]
    while line[-1] is not None:
        parent = parents.get(line[-1])
        if parent is None or parent in line:
            break
        line.append(parent)
    return line


def whole(requests: Iterable[RequestFigures]) -> Sums:
    """The sums of all requests together, each counted once with all its money."""
    total = Sums()
    for request in sorted(requests, key=lambda each: each.id):
        total.add(request, request.one_off or Decimal(0), request.yearly or Decimal(0))
    return total
