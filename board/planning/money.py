"""Pots of money: what is there in each quarter, what carries over, and the planner's limits for both.

A pot whose unspent money carries over within the financial year is a limit on sums: up to each quarter no more is spent
since the year began than came in since then. The first year begins with the plan: what was left before is not known.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from board.planner.scenario import Candidate, Load, Resource
from board.planning.horizon import Horizon
from board.planning.settings import PlanSettings, Pot


@dataclass(frozen=True, slots=True)
class PotQuarter:
    """A pot in one quarter: what comes in, what is carried into it, what is spent, what is left in the end, and whether
    that goes on into the next quarter or lapses."""

    given: float
    carried: float
    spent: float
    goes_on: bool = False

    @property
    def there(self) -> float:
        """What can be spent."""
        return self.given + self.carried

    @property
    def left(self) -> float:
        """What is not spent; below 0 what is spent beyond what is there."""
        return self.there - self.spent


def amounts_of(pot: Pot, horizon: Horizon) -> tuple[float, ...]:
    """What comes into the pot in each quarter of the plan."""
    return tuple(map(float, (*pot.amounts, *[0] * horizon.number)[: horizon.number]))


def years_of(settings: PlanSettings, horizon: Horizon) -> list[range]:
    """The periods of each financial year within the plan."""
    begins = [place for place, (_, number) in enumerate(horizon.quarters) if number == settings.year_starts]
    edges = sorted({0, horizon.number, *begins})
    return [range(first, end) for first, end in pairwise(edges)]


def pot_resources(settings: PlanSettings, horizon: Horizon, currency: str) -> Iterator[Resource]:
    """The pots as the planner takes them. One that carries over allows in a quarter all that came in since the year
    began; `carry_loads` keeps the sums."""
    for place, pot in enumerate(settings.pots):
        amounts = amounts_of(pot, horizon)
        if pot.carries:
            years = years_of(settings, horizon)
            amounts = tuple(so_far for year in years for so_far in accumulate(amounts[year.start : year.stop]))
        yield Resource(pot_id(place), amounts, pot.name, currency, 1.0)


def pot_id(place: int) -> str:
    """How the planner calls the pot at this place."""
    return f"pot:{place}"


def carried_quarters(settings: PlanSettings, horizon: Horizon) -> Iterator[tuple[int, int]]:
    """The place of a pot and the quarter up to which `carry_loads` limits it, for each of its rows."""
    for place, pot in enumerate(settings.pots):
        if pot.carries:
            yield from ((place, last) for year in years_of(settings, horizon) for last in year[1:])


def carry_loads(
    settings: PlanSettings,
    horizon: Horizon,
    currency: str,
    candidates: Iterable[Candidate],
    periods: Mapping[int, Sequence[int]],
) -> Iterator[Load]:
    """For each pot that carries over and each quarter but the first of a year: what starts spend since the year began
    is at most what came in. Pots and quarters in order."""
    everybody = list(candidates)
    for place, pot in enumerate(settings.pots):
        if not pot.carries:
            continue
        amounts, paid = amounts_of(pot, horizon), [each for each in everybody if pot_id(place) in each.use]
        for year in years_of(settings, horizon):
            for last in year[1:]:
                span = range(year.start, last + 1)
                starts = {
                    (each.id, start): spent
                    for each in paid
                    for start in periods[int(each.id)]
                    if (spent := _spent(each.use[pot_id(place)], start, span))
                }
                names = f"{horizon.name(year.start)} to {horizon.name(last)}"
                yield Load(starts, sum(amounts[each] for each in span), f"{pot.name}, {names} together", currency)


def _spent(use: Sequence[float], start: int, span: range) -> float:
    return sum(amount for after, amount in enumerate(use) if start + after in span)


def pot_quarters(pot: Pot, settings: PlanSettings, horizon: Horizon, spent: Sequence[float]) -> list[PotQuarter]:
    """The pot by quarter in a plan that spends so much in each."""
    amounts, quarters = amounts_of(pot, horizon), []
    for year in years_of(settings, horizon):
        carried = 0.0
        for period in year:
            goes_on = pot.carries and period + 1 < year.stop
            quarters.append(PotQuarter(amounts[period], carried, spent[period], goes_on))
            # What is spent beyond what is there is missing in the quarter after it, too.
            carried = quarters[-1].left if goes_on else 0.0
    return quarters
