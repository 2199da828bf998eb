"""What a request is worth: what it does for customers, by segment, weighted, less what it costs."""

from dataclasses import dataclass

from board.planning.facts import Asked, Wish
from board.planning.settings import PlanSettings
from impacts.engine.facts import ImpactFact

_DIRECTIONS = {"better": 1, "worse": -1, "neutral": 0}


@dataclass(frozen=True, slots=True)
class WorthParts:
    """The parts of what a request is worth, in whole money over the years that count. `segments`: by segment id what it
    is to its customers (impacts and customers gained), weighted. `inside`: what an internal request brings. `cost`: its
    one-off cost and the yearly ones."""

    segments: dict[int, int]
    inside: int
    cost: int

    @property
    def customers(self) -> int:
        """The value to customers, all segments."""
        return sum(self.segments.values())

    @property
    def net(self) -> int:
        """What it is worth, less what it costs."""
        return self.customers + self.inside - self.cost


def worth_of(wish: Wish, asked: Asked, settings: PlanSettings) -> WorthParts:
    """Value of a segment x effect x reach, times the weight of the segment, over the years that count.

    Effect: `settings.better` per cent of what the segment is worth a year for an impact for the better, as much less
    for one for the worse. Reach: the share of the customers meant whom the touchpoint meets in a month. Customers whom
    it promises to gain or keep count with what one of the segment is worth.
    """
    raw: dict[int, float] = {}
    for impact in wish.facts.impacts:
        named = impact.segments or asked.worth.keys()
        reach = _reach(impact, asked)
        for segment in sorted(named & asked.worth.keys()):
            effect = _DIRECTIONS[impact.direction] * settings.better / 100
            raw[segment] = raw.get(segment, 0.0) + asked.worth[segment].yearly_value * effect * reach
    for segment, amount in sorted(wish.gained.items()):
        if (worth := asked.worth.get(segment)) and worth.customers:
            raw[segment] = raw.get(segment, 0.0) + amount * worth.yearly_value / worth.customers
    cost = wish.money + wish.yearly * settings.years
    return WorthParts(
        segments={
            segment: round(value * settings.weight(asked.worth[segment].code) * settings.years)
            for segment, value in raw.items()
        },
        inside=round(cost * settings.internal / 100) if wish.facts.kind == "internal" else 0,
        cost=cost,
    )


def _reach(impact: ImpactFact, asked: Asked) -> float:
    named = impact.segments or asked.worth.keys()
    customers = sum(asked.worth[segment].customers for segment in named & asked.worth.keys())
    thing = asked.register.touchpoints.get(impact.touchpoint)
    return min(1.0, thing.reach / customers) if thing and customers else 0.0
