"""The few sentences to read first."""

from collections import Counter
from collections.abc import Iterator, Sequence

from board.planner.check import over
from board.planner.scenario import Solution
from board.planner.why.ledger import Ledger
from board.planner.why.reasons import LeftOut, Price
from board.planner.why.wording import Words, count, number


def summarise(ledger: Ledger, words: Words, solution: Solution, left_out: Sequence[LeftOut]) -> Iterator[str]:
    """What goes, what it is worth, how good that is, and what is narrow."""
    going = len(ledger.chosen)
    worth = f", together worth {words.value(solution.objective or 0.0)}" if going else ""
    goes = "goes" if going == 1 else "go"
    yield f"{number(going)} of {count(len(ledger.requests), 'request')} {goes}{worth}; {_how_good(words, solution)}."
    yield from _narrow(ledger, words, left_out)


def _how_good(words: Words, solution: Solution) -> str:
    if solution.status == "optimal":
        return "no plan is worth more"
    if solution.bound is None or solution.objective is None:
        return "how much better another plan could be is not known"
    return f"another plan could be worth {words.value(solution.bound - solution.objective)} more at most"


def _narrow(ledger: Ledger, words: Words, left_out: Sequence[LeftOut]) -> Iterator[str]:
    """What keeps most of the others out, if it is the same thing for several."""
    blocked = Counter(
        resource
        for left in left_out
        for resource in {each.limit.subject for each in left.kept_out_by if each.limit.kind == "capacity"}
    )
    if not blocked:
        return
    resource, many = min(blocked.items(), key=lambda item: (-item[1], item[0]))
    if many < 2:
        return
    left = [ledger.capacity[resource, period] - ledger.used[resource, period] for period in range(ledger.periods)]
    fullest = min(range(ledger.periods), key=lambda period: (left[period], period))
    there, used = ledger.capacity[resource, fullest], ledger.used[resource, fullest]
    of_it = words.of(resource, there)
    # A unit that stands behind the number is said once: 12 of 20 days; a sign before it twice: €12 of €20.
    part = number(used) if of_it[:1].isdigit() else words.of(resource, used)
    taken = f"{part} of {of_it} are" if over(there, used) else "all of it is"
    kept_out = f"it keeps out {number(many)} of the {number(len(left_out))} that are left out"
    yield f"{words.resource(resource)} is the narrow place: {kept_out}, and {taken} taken in {words.period(fullest)}."


def summary_of_prices(prices: Sequence[Price]) -> Iterator[str]:
    """What insisting costs most, and how much of it costs nothing."""
    free = sum(price.most is not None and price.most == 0.0 for price in prices)
    if prices and prices[0].likely:
        yield f"Of what is insisted on, this costs most: {prices[0].text}"
    if free:
        priced = count(len(prices), "thing")
        yield f"{number(free)} of the {priced} priced cost nothing: the best plan keeps them anyway."
