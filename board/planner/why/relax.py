"""The ways out of a conflict: by how much one limit has to give way, and what that costs."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from board.planner.clock import Clock, Work
from board.planner.scenario import AtLeast, AtMost, Before, Candidate, Load, Rule, Scenario
from board.planner.solve import solve
from board.planner.why.feasible import Feasibility, OutOfTime, least_plan, some_plan
from board.planner.why.ledger import Ledger
from board.planner.why.limits import without
from board.planner.why.phrases import limit_name, rule_mentions
from board.planner.why.reasons import Limit, Relaxation
from board.planner.why.wording import Words, amount, name, number, sentence, value

# What each way out gives up, in the order in which they are told: capacity has a price and is compared by it, the
# cheapest first; dates, numbers, rules and requests have none and are told in the order of the conflict. No exchange
# rate between them is made up. What all share is what the best plan is then worth (`Relaxation.net`), where known.
TIERS = {
    "capacity": ("capacity",),
    "date": ("latest", "earliest", "barred", "start", "before"),
    "number": ("load", "at_most", "at_least"),
    "rule": ("share", "exclude", "requires", "exactly_one"),
    "request": ("mandatory",),
}
# What is done to find ways out, in units of work, where the clock leaves less.
LEAST = 30.0


def with_relaxation(scenario: Scenario, relaxation: Relaxation) -> Scenario:
    """The scenario in which these limits give way."""
    for limit, by in zip(relaxation.limits, relaxation.amounts, strict=True):
        scenario = without(scenario, limit) if by is None else _loosened(scenario, limit, by)
    return scenario


def ways_out(
    scenario: Scenario, words: Words, conflict: tuple[Limit, ...], search: Feasibility, clock: Clock
) -> tuple[Relaxation, ...]:
    """Each limit of the conflict that makes a plan possible by giving way alone, as little as it takes, the cheapest
    first; if none does, a set of them that together do."""
    found = []
    certain = True
    finding = Clock(LEAST, clock.cancelled, Work())
    for place, limit in enumerate(conflict):
        share = 1 / (len(conflict) - place + 1)
        try:
            relaxation = _single(scenario, words, limit, finding.part(share))
        except OutOfTime:
            certain = False
            continue
        if relaxation is not None:
            found.append(relaxation)
    if certain and not found:
        with suppress(OutOfTime):
            found = [_together(scenario, words, search, finding)]
    found.sort(key=_order)
    return tuple(_valued(scenario, relaxation, clock, len(found) - place) for place, relaxation in enumerate(found))


def _order(relaxation: Relaxation) -> tuple[int, float, int, tuple[Limit, ...]]:
    first = relaxation.limits[0]
    tier = _tier(first)
    return tier, relaxation.cost or 0.0, list(TIERS.values())[tier].index(first.kind), relaxation.limits


def _valued(scenario: Scenario, relaxation: Relaxation, clock: Clock, still: int) -> Relaxation:
    """With the value of the best plan that it makes possible, as far as the clock allows."""
    part = clock.part(1 / still)
    if part.left < 0.05:
        return relaxation
    solution = solve(with_relaxation(scenario, relaxation), gap=0.001, cancelled=clock.cancelled, **part.asked())
    clock.spend(solution.work)
    if solution.objective is None:
        return relaxation
    best = "best plan" if solution.status == "optimal" else "best plan found"
    text = f"{relaxation.text} The {best} is then worth {value(solution.objective)}."
    return replace(relaxation, text=text, objective=solution.objective)


def _single(scenario: Scenario, words: Words, limit: Limit, clock: Clock) -> Relaxation | None:
    """The limit gives way alone, as little as it takes; None when that is not enough."""
    free = without(scenario, limit)
    if some_plan(free, clock) is None:
        return None
    by = _least(scenario, free, limit, clock)
    cost = None
    if limit.kind == "capacity" and by is not None:
        cost = by * words.resources[limit.subject].unit_cost
    mentions = rule_mentions(Ledger(scenario, {}), limit)
    scale = list(TIERS)[_tier(limit)]
    return Relaxation(sentence(_text(words, limit, by, cost)), (limit,), (by,), cost, mentions=mentions, scale=scale)


def _together(scenario: Scenario, words: Words, search: Feasibility, clock: Clock) -> Relaxation:
    """Several limits are dropped; each of them is needed."""
    search.clock = clock
    kept: frozenset[Limit] = frozenset()
    # Those that are hardest to give up are kept first.
    for limit in sorted(search.limits, key=lambda each: (-_tier(each), search.place[each])):
        if limit not in kept:
            if clock.left <= 0:
                raise OutOfTime
            kept = search.most_kept(kept | {limit}) or kept
    dropped = tuple(sorted(set(search.limits) - kept, key=search.place.__getitem__))
    lines = "; ".join(f"“{limit_name(words, limit)}”" for limit in dropped)
    ledger = Ledger(scenario, {})
    mentions = tuple(sorted({id_ for limit in dropped for id_ in rule_mentions(ledger, limit)}))
    text = f"No single change is enough. A plan is possible without all of these: {lines}."
    return Relaxation(text, dropped, (None,) * len(dropped), mentions=mentions, scale="several")


def _tier(limit: Limit) -> int:
    return next(place for place, kinds in enumerate(TIERS.values()) if limit.kind in kinds)


def _least(scenario: Scenario, free: Scenario, limit: Limit, clock: Clock) -> float | None:
    """By how much the limit has to give way; None when it must go altogether. `free` is the scenario without it."""
    match limit.kind:
        case "capacity":
            there = next(each for each in scenario.resources if each.id == limit.subject).capacity[limit.period]
            return _sum_of_least(free, _use(scenario, limit), clock) - there
        case "load":
            load = scenario.rules[limit.rule]
            assert isinstance(load, Load)  # noqa: S101
            return _sum_of_least(free, load.starts, clock) - load.limit
        case "at_least":
            target = scenario.rules[limit.rule]
            assert isinstance(target, AtLeast)  # noqa: S101
            brought = _brought(scenario, target)
            most = -_sum_of_least(free, {start: -each for start, each in brought.items()}, clock)
            return target.amount - most
    for by in _tries(scenario, limit):
        if some_plan(_loosened(scenario, limit, by), clock) is not None:
            return by
    return None


def _tries(scenario: Scenario, limit: Limit) -> Iterator[float]:
    """How far a limit may give way step by step, nearest first."""
    periods = len(scenario.periods)
    if limit.rule >= 0:
        match scenario.rules[limit.rule]:
            case AtMost(requests, most):
                yield from range(1, len(set(requests)) - most)
            case Before(lag=lag):
                yield from range(1, lag + periods - 1)
        return
    request = next((each for each in scenario.requests if each.id == limit.subject), None)
    match limit.kind, request:
        case "earliest", Candidate(earliest=int(earliest)):
            yield from range(1, earliest + 1)
        case "latest", Candidate(latest=int(latest)):
            yield from range(1, periods - latest)
        case "start", Candidate(start=int(start), earliest=earliest, latest=latest):
            last = periods - 1 if latest is None else latest
            moves = (period - start for period in range(earliest or 0, last + 1) if period != start)
            yield from sorted(moves, key=lambda move: (abs(move), move))
        case "barred", Candidate(barred=barred):
            yield from sorted(barred)


def _loosened(scenario: Scenario, limit: Limit, by: float) -> Scenario:
    """The scenario in which the limit gives way by so much; see `_tries` and `_least`."""
    if limit.kind == "capacity":
        resources = tuple(
            replace(
                each,
                capacity=tuple(
                    there + (by if period == limit.period else 0.0) for period, there in enumerate(each.capacity)
                ),
            )
            if each.id == limit.subject
            else each
            for each in scenario.resources
        )
        return replace(scenario, resources=resources)
    if limit.rule >= 0:
        rules = list(scenario.rules)
        rules[limit.rule] = _loosened_rule(rules[limit.rule], by)
        return replace(scenario, rules=tuple(rules))
    requests = tuple(
        _loosened_request(each, limit.kind, int(by)) if each.id == limit.subject else each for each in scenario.requests
    )
    return replace(scenario, requests=requests)


def _loosened_rule(rule: Rule, by: float) -> Rule:
    match rule:
        case Load(limit=limit):
            return replace(rule, limit=limit + by)
        case AtLeast(amount=least):
            return replace(rule, amount=least - by)
        case AtMost(limit=most):
            return replace(rule, limit=most + int(by))
        case Before(lag=lag):
            return replace(rule, lag=lag - int(by))
    raise TypeError(rule)


def _loosened_request(request: Candidate, kind: str, by: int) -> Candidate:
    match kind:
        case "earliest":
            return replace(request, earliest=(request.earliest or 0) - by)
        case "latest":
            return replace(request, latest=(request.latest or 0) + by)
        case "start":
            return replace(request, start=(request.start or 0) + by)
    return replace(request, barred={period: why for period, why in request.barred.items() if period != by})


def _use(scenario: Scenario, limit: Limit) -> dict[tuple[str, int], float]:
    """What each start uses of the resource in the period."""
    ledger = Ledger(scenario, {})
    cell = (limit.subject, limit.period)
    uses = {}
    for request in scenario.requests:
        for start in range(limit.period + 1):
            for other, used in ledger.cells(request.id, start):
                if other == cell:
                    uses[request.id, start] = used
    return uses


def _brought(scenario: Scenario, target: AtLeast) -> dict[tuple[str, int], float]:
    """What each start brings towards the target."""
    return {
        (request.id, start): request.effects[target.measure]
        for request in scenario.requests
        if request.effects.get(target.measure)
        for start in range(target.by - request.length + 2)
    }


def _sum_of_least(free: Scenario, amounts: Mapping[tuple[str, int], float], clock: Clock) -> float:
    plan = least_plan(free, amounts, clock)
    assert plan is not None  # noqa: S101 the caller knows that there is one
    return sum(amounts.get(start, 0.0) for start in plan.items())


def _text(words: Words, limit: Limit, by: float | None, cost: float | None) -> str:  # noqa: C901 one case a kind
    request = words.request(limit.subject)
    own = next((each for each in words.scenario.requests if each.id == limit.subject), None)
    rule = words.scenario.rules[limit.rule] if limit.rule >= 0 else None
    match limit.kind, rule or own:
        case "capacity", _ if by is not None:
            resource = words.resources[limit.subject]
            priced = f" (costs {value(cost)})" if cost is not None and resource.unit_cost != 1 else ""
            more = words.of(resource, by, up=True)
            return f"{words.resource(limit.subject)} gets {more} more in {words.period(limit.period)}{priced}"
        case "load", Load() as load if by is not None:
            return f"{name(load.label or 'The load')} allows {amount(by, load.unit, up=True)} more"
        case "at_least", AtLeast(measure, least, until) if by is not None:
            when = f"{name(measure)} by {words.period(until)}"
            return f"the target falls from {number(least)} to {number(least - by)} of {when}"
        case "at_most", AtMost() if by is not None:
            return f"“{limit_name(words, limit)}” allows {number(by)} more"
        case "before", Before(first, then, lag) if by is not None:
            gap = lag - int(by)
            if gap < 0:
                return f"{words.request(then)} need not wait for {words.request(first)}"
            said = f"{words.later(gap)} after" if gap else "together with"
            return f"{words.request(then)} may start {said} {words.request(first)}"
        case "earliest", Candidate(earliest=int(earliest)) if by is not None:
            return f"{request} may start in {words.period(earliest - int(by))}"
        case "latest", Candidate(latest=int(latest)) if by is not None:
            return f"{request} may start as late as {words.period(latest + int(by))}"
        case "start", Candidate(start=int(start)) if by is not None:
            return f"{request} starts in {words.period(start + int(by))} instead of {words.period(start)}"
        case "barred", Candidate(barred=barred) if by is not None:
            why = f" ({name(barred[int(by)])})" if barred.get(int(by)) else ""
            return f"{request} may start in {words.period(int(by))}{why}"
        case "mandatory" | "start", _:
            return f"{request} need not go"
    return f"“{limit_name(words, limit)}” no longer holds"
