"""What each thing that is insisted on costs: how much more the best plan without it would be worth.

Exact where both plans are proven best; else a range that holds what is proven; where a search is too long, an estimate
from the relaxations, in which requests may go in parts.
"""

import math
from collections.abc import Mapping

from board.planner import highs
from board.planner.clock import Clock
from board.planner.model import build
from board.planner.scenario import Scenario, Solution
from board.planner.solve import solve
from board.planner.why.ledger import Ledger
from board.planner.why.limits import limits_of, without
from board.planner.why.phrases import limit_name, rule_mentions
from board.planner.why.reasons import Limit, Price
from board.planner.why.wording import Words

# What is worth pricing first: demands before restrictions.
ORDER = (
    *("mandatory", "start", "at_least", "share", "exactly_one"),
    *("exclude", "at_most", "load", "before", "requires"),
)
# Shorter searches say nothing.
SHORTEST = 0.05
# A search without one rule may take this much longer than the first one did.
LONGER = 3.0


def insisted(scenario: Scenario) -> list[Limit]:
    """Everything that the board insists on: what must go, fixed starts and rules; what costs most by itself first."""
    ledger = Ledger(scenario, {})

    def order(limit: Limit) -> tuple[int, float, Limit]:
        own = ledger.worth(limit.subject, 0) if limit.subject else 0.0
        return ORDER.index(limit.kind), own, limit

    return sorted((limit for limit in limits_of(scenario) if limit.kind in ORDER), key=order)


def explain_prices(
    scenario: Scenario, solution: Solution, words: Words, clock: Clock, asked: list[Limit] | None = None
) -> tuple[Price, ...]:
    """The prices of what is insisted on (or of what was asked for), as many as the clock allows; the highest first."""
    if solution.objective is None:
        return ()
    limits = insisted(scenario) if asked is None else asked
    pricing = Pricing(scenario, solution, words, clock)
    found = []
    for place, limit in enumerate(limits):
        price = pricing.price(limit, clock.left / (len(limits) - place))
        if price is None:
            break
        found.append(price)
    return tuple(sorted(found, key=lambda price: (-price.likely, -price.least, price.limit)))


class Pricing:
    """Prices against one solution."""

    def __init__(self, scenario: Scenario, solution: Solution, words: Words, clock: Clock) -> None:
        self.scenario, self.solution, self.words, self.clock = scenario, solution, words, clock
        self.ledger = Ledger(scenario, {start.id: start.period for start in solution.chosen})
        self.plan: Mapping[str, int] = dict(self.ledger.chosen)
        self.objective = solution.objective or 0.0
        self.bound = math.inf if solution.bound is None else solution.bound
        self._relaxed: float | None = None

    def price(self, limit: Limit, seconds: float) -> Price | None:
        """The price of one limit; None when there is no time for it."""
        if self.clock.left < SHORTEST:
            return None
        searchable = self.solution.status == "optimal" and self.solution.work < LONGER * max(seconds, SHORTEST)
        return self._searched(limit, max(seconds, SHORTEST)) if searchable else self._estimated(limit)

    def _searched(self, limit: Limit, seconds: float) -> Price:
        free = without(self.scenario, limit)
        within = self.clock.of(seconds).asked()
        found = solve(free, previous=self.plan, cancelled=self.clock.cancelled, **within)
        self.clock.spend(found.work)
        objective = max(self.objective, self.objective if found.objective is None else found.objective)
        most = None if found.bound is None else max(0.0, found.bound - self.objective)
        least = max(0.0, objective - self.bound)
        if found.status == "optimal" and self.solution.status == "optimal":
            least = most = objective - self.objective
        return self._told(limit, least, most, objective - self.objective)

    def _estimated(self, limit: Limit) -> Price | None:
        if self._relaxed is None:
            self._relaxed = self._relaxation(self.scenario)
        free = self._relaxation(without(self.scenario, limit))
        if not math.isfinite(free) or not math.isfinite(self._relaxed):
            return None
        most = max(0.0, free - self.objective)
        return self._told(limit, 0.0, most, min(most, max(0.0, free - self._relaxed)), about=True)

    def _relaxation(self, scenario: Scenario) -> float:
        program = build(scenario)
        found = highs.relax(program.value, program.rows, program.lower, program.upper, self.clock.limits())
        self.clock.spend(found.work)
        return found.value

    def _told(self, limit: Limit, least: float, most: float | None, likely: float, *, about: bool = False) -> Price:
        nothing = 1e-9 * max(1.0, abs(self.objective))
        least = 0.0 if least <= nothing else least
        likely = 0.0 if likely <= nothing else likely
        exact = most is not None and most - least <= nothing
        if most is not None and most <= nothing:
            costs = "costs nothing: the best plan keeps it anyway"
        elif exact:
            costs = f"costs {self.words.value(likely)}"
        elif about:
            costs = (
                f"costs about {self.words.value(likely)} (estimated)"
                if likely
                else "costs little or nothing (estimated)"
            )
        elif least:
            costs = f"costs at least {self.words.value(least)}"
            costs += "" if most is None else f", at most {self.words.value(most)}"
        elif most is None:
            costs = (
                f"costs about {self.words.value(likely)} as far as the search came"
                if likely
                else "has an unknown price"
            )
        else:
            costs = f"costs at most {self.words.value(most)}"
        text = f"“{limit_name(self.words, limit)}” {costs}."
        return Price(limit, text, least, most, likely, about, rule_mentions(self.ledger, limit))
