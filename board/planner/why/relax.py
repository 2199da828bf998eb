"""How a limit gives way: by how much it has to, the scenario in which it does, and the words for it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from board.planner.clock import Clock
from board.planner.scenario import AtLeast, AtMost, Before, Candidate, Load, Rule, Scenario
from board.planner.why.feasible import Least, least_plan, most_of, some_plan
from board.planner.why.ledger import Ledger
from board.planner.why.limits import without
from board.planner.why.phrases import limit_name, rule_mentions
from board.planner.why.reasons import Limit, Relaxation
from board.planner.why.wording import Words, amount, listing, name, number, sentence

# What a way out gives up.
SCALES = {
    "capacity": ("capacity",),
    "date": ("latest", "earliest", "barred", "start", "before"),
    "number": ("load", "at_most", "at_least"),
    "rule": ("share", "exclude", "requires", "exactly_one"),
    "request": ("mandatory",),
}
KINDS = tuple(kind for kinds in SCALES.values() for kind in kinds)


@dataclass(frozen=True, slots=True)
class Given:
    """By how much a limit gives way (None: altogether), and by how much it has to at least, as far as that is known."""

    by: float | None
    least: float | None

    @property
    def proven(self) -> bool:
        """Whether less is known not to be enough."""
        return self.by is None or self.least is None or self.by - self.least <= 1e-6 * max(1.0, abs(self.by))


def with_relaxation(scenario: Scenario, relaxation: Relaxation) -> Scenario:
    """The scenario in which these limits give way."""
    for limit, by in zip(relaxation.limits, relaxation.amounts, strict=True):
        scenario = without(scenario, limit) if by is None else loosened(scenario, limit, by)
    return scenario


def single(scenario: Scenario, words: Words, limit: Limit, clock: Clock) -> Relaxation | None:
    """The limit gives way alone, as little as is found to be enough; None when that is not enough. Raises
    `OutOfTime`."""
    free = without(scenario, limit)
    given = _summed(scenario, free, limit, clock) if limit.kind in SUMS else _stepped(scenario, free, limit, clock)
    return None if given is None else told(scenario, words, limit, given)


def roomier(scenario: Scenario, words: Words, resource: str, clock: Clock) -> Relaxation | None:
    """A resource gets more in as many periods as it takes; None when that is not enough. Raises `OutOfTime`."""
    capacity = words.resources[resource].capacity
    limits = [Limit("capacity", resource, period) for period in range(len(capacity))]
    ledger = Ledger(scenario, {})
    use = {
        (request.id, start): sum(used for cell, used in ledger.cells(request.id, start) if cell[0] == resource)
        for request in scenario.requests
        if resource in request.use
        for start in range(len(capacity))
    }
    found = least_plan(without(scenario, *limits), use, clock)
    if found is None:
        return None
    used = Ledger(scenario, found.plan).used
    over = {limit: used[resource, limit.period] - capacity[limit.period] for limit in limits}
    more = {limit: by for limit, by in over.items() if by > 0}
    cost = sum(more.values()) * words.resources[resource].unit_cost
    each_more = [f"{words.of(resource, by, up=True)} more in {words.period(at.period)}" for at, by in more.items()]
    said = listing(each_more, most=len(more))
    priced = f" (costs {words.value(cost)})" if words.resources[resource].unit_cost != 1 else ""
    text = sentence(f"{words.resource(resource)} gets {said}{priced}; that is known to be enough, less may be too")
    return Relaxation(text, tuple(more), tuple(more.values()), cost, scale="capacity", least=False) if more else None


def told(scenario: Scenario, words: Words, limit: Limit, given: Given) -> Relaxation:
    """The way out in words."""
    cost = None
    if limit.kind == "capacity" and given.by is not None:
        cost = given.by * words.resources[limit.subject].unit_cost
    text = sentence(f"{_text(words, limit, given.by, cost)}{'' if given.proven else _as_far(words, limit, given)}")
    mentions, scale = rule_mentions(Ledger(scenario, {}), limit), scale_of(limit)
    return Relaxation(text, (limit,), (given.by,), cost, mentions=mentions, scale=scale, least=given.proven)


def scale_of(limit: Limit) -> str:
    """What a limit that gives way gives up."""
    return next(scale for scale, kinds in SCALES.items() if limit.kind in kinds)


# The limits on a sum: the least of it that a plan needs says by how much they give way.
SUMS = ("capacity", "load", "at_least")


def _summed(scenario: Scenario, free: Scenario, limit: Limit, clock: Clock) -> Given | None:
    if limit.kind == "capacity":
        there = next(each for each in scenario.resources if each.id == limit.subject).capacity[limit.period]
        return _given(least_plan(free, _use(scenario, limit), clock), there)
    rule = scenario.rules[limit.rule]
    if isinstance(rule, Load):
        return _given(least_plan(free, rule.starts, clock), rule.limit)
    assert isinstance(rule, AtLeast)  # noqa: S101
    most = most_of(free, brought(scenario, rule), clock)
    return None if most is None else Given(rule.amount - most.amount, rule.amount - most.bound)


def _given(found: Least | None, there: float) -> Given | None:
    return None if found is None else Given(found.amount - there, found.bound - there)


def _stepped(scenario: Scenario, free: Scenario, limit: Limit, clock: Clock) -> Given | None:
    """Step by step, as far as it takes."""
    if some_plan(free, clock) is None:
        return None
    for by in _tries(scenario, limit):
        if some_plan(loosened(scenario, limit, by), clock) is not None:
            return Given(by, by)
    return Given(None, None)


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


def loosened(scenario: Scenario, limit: Limit, by: float) -> Scenario:
    """The scenario in which the limit gives way by so much; see `_tries` and `_summed`."""
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


def brought(scenario: Scenario, target: AtLeast) -> dict[tuple[str, int], float]:
    """What each start brings towards the target."""
    return {
        (request.id, start): request.effects[target.measure]
        for request in scenario.requests
        if request.effects.get(target.measure)
        for start in range(target.by - request.length + 2)
    }


def _as_far(words: Words, limit: Limit, given: Given) -> str:
    """What is known where a plan shows that so much is enough, and none that less is not."""
    least = max(0.0, given.least or 0.0)
    match words.scenario.rules[limit.rule] if limit.rule >= 0 else None:
        case AtLeast(amount=asked):
            most = number(asked - (given.least or 0.0), up=True)
            return f", which a plan is known to reach; more than {most} is out of reach"
        case Load() as load:
            known, said = amount(least, load.unit), "that is known to be enough"
        case _:
            known, said = words.of(limit.subject, least), "that is known to be enough"
    return f"; {said}, less than {known} is known not to be" if least else f"; {said}, less may be too"


def _text(words: Words, limit: Limit, by: float | None, cost: float | None) -> str:  # noqa: C901 one case a kind
    request = words.request(limit.subject)
    own = next((each for each in words.scenario.requests if each.id == limit.subject), None)
    rule = words.scenario.rules[limit.rule] if limit.rule >= 0 else None
    match limit.kind, rule or own:
        case "capacity", _ if by is not None:
            resource = words.resources[limit.subject]
            priced = f" (costs {words.value(cost)})" if cost is not None and resource.unit_cost != 1 else ""
            more = words.of(resource, by, up=True)
            return f"{words.resource(limit.subject)} gets {more} more in {words.period(limit.period)}{priced}"
        case "load", Load() as load if by is not None:
            return f"{name(load.label or 'The load')} allows {amount(by, load.unit, up=True)} more"
        case "at_least", AtLeast(measure, least, until) if by is not None:
            when = f"{name(measure)} by {words.period(until)}"
            return f"the target falls from {number(least)} to {number(least - by, down=True)} of {when}"
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
        case "start", Candidate(start=int(start), mandatory=True):
            return f"{request} need not start in {words.period(start)}"
        case "mandatory" | "start", _:
            return f"{request} need not go"
    return f"“{limit_name(words, limit)}” no longer holds"
