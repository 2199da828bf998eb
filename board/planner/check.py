"""Whether a scenario makes sense, and whether a plan keeps its rules. Written from scenario.py alone: knows no model.

Sums are compared with a tolerance of one part in a thousand million of what they are compared with (`TOLERANCE`), so
that 0.1 + 0.2 fits into 0.3.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from board.planner.problems import Problem, ScenarioProblem
from board.planner.scenario import (
    AtLeast,
    AtMost,
    Before,
    Candidate,
    ExactlyOne,
    Exclude,
    Load,
    Requires,
    Rule,
    Scenario,
    Share,
)

TOLERANCE = 1e-9
LARGEST = 1e15


def check_scenario(scenario: Scenario) -> None:
    """Raise `ScenarioProblem` with everything that is wrong: doubled or unknown ids, amounts that are no numbers or
    below zero, places outside the periods, contradictory starts, orders that run in a circle."""
    problems = list(_problems(scenario))
    if problems:
        raise ScenarioProblem(problems)


def _problems(scenario: Scenario) -> Iterator[Problem]:
    if not scenario.periods:
        yield Problem("periods", "there must be at least one period")
    yield from _doubled("periods", scenario.periods, "{0} stands twice")
    if not (math.isfinite(scenario.delay_discount) and 0 <= scenario.delay_discount <= 1):
        yield Problem("delay_discount", f"must be from 0 to 1, not {scenario.delay_discount:g}")
    yield from _doubled("resources", [each.id for each in scenario.resources], "{0} stands twice", ".id")
    for place, resource in enumerate(scenario.resources):
        path = f"resources[{place}].capacity"
        if len(resource.capacity) != len(scenario.periods):
            yield Problem(path, f"must have one number for each of the {len(scenario.periods)} periods")
        for period, amount in enumerate(resource.capacity):
            yield from _amount(f"{path}[{period}]", amount, least=0)
        yield from _amount(f"resources[{place}].unit_cost", resource.unit_cost, least=0)
    yield from _doubled("requests", [each.id for each in scenario.requests], "{0} stands twice", ".id")
    resources = {each.id for each in scenario.resources}
    for place, request in enumerate(scenario.requests):
        yield from _request_problems(f"requests[{place}]", request, resources, len(scenario.periods))
    ids = {each.id for each in scenario.requests}
    for place, rule in enumerate(scenario.rules):
        yield from _rule_problems(f"rules[{place}]", rule, ids, len(scenario.periods))
    yield from _circles(scenario)


def _doubled(path: str, ids: Iterable[str], message: str, field: str = "") -> Iterator[Problem]:
    seen: set[str] = set()
    for place, each in enumerate(ids):
        if each in seen:
            yield Problem(f"{path}[{place}]{field}", message.format(f"“{each}”"))
        seen.add(each)


def _amount(path: str, amount: float, least: float | None = None) -> Iterator[Problem]:
    if not math.isfinite(amount):
        yield Problem(path, "must be a finite number")
    elif abs(amount) > LARGEST:
        yield Problem(path, f"is too large: at most {LARGEST:g} can be planned with")
    elif least is not None and amount < least:
        yield Problem(path, f"must be {least:g} or more, not {amount:g}")


def _request_problems(path: str, request: Candidate, resources: set[str], periods: int) -> Iterator[Problem]:
    yield from _amount(f"{path}.value", request.value)
    if request.cost_of_delay is not None:
        yield from _amount(f"{path}.cost_of_delay", request.cost_of_delay)
    for resource, used in request.use.items():
        if resource not in resources:
            yield Problem(f"{path}.use.{resource}", f"there is no resource “{resource}”")
        for place, amount in enumerate(used):
            yield from _amount(f"{path}.use.{resource}[{place}]", amount, least=0)
    for measure, amount in request.effects.items():
        yield from _amount(f"{path}.effects.{measure}", amount)
    if request.duration < 0:
        yield Problem(f"{path}.duration", "must be 0 or more periods")
    yield from _contradictions(path, request, periods)


def _contradictions(path: str, request: Candidate, periods: int) -> Iterator[Problem]:
    places = {"earliest": request.earliest, "latest": request.latest, "start": request.start}
    for field, period in places.items():
        if period is not None:
            yield from _period(f"{path}.{field}", period, periods)
    for period in request.barred:
        yield from _period(f"{path}.barred", period, periods)
    earliest, latest, start = request.earliest, request.latest, request.start
    if earliest is not None and latest is not None and latest < earliest:
        yield Problem(f"{path}.latest", "is before the earliest period")
    if start is not None and earliest is not None and start < earliest:
        yield Problem(f"{path}.start", "is before the earliest period")
    if start is not None and latest is not None and start > latest:
        yield Problem(f"{path}.start", "is after the latest period")


def _period(path: str, period: int, periods: int) -> Iterator[Problem]:
    if not 0 <= period < periods:
        yield Problem(path, f"period {period} is not one of 0 to {periods - 1}")


def _rule_problems(path: str, rule: Rule, ids: set[str], periods: int) -> Iterator[Problem]:
    for field, request in _named(rule):
        if request not in ids:
            yield Problem(f"{path}.{field}", f"there is no request “{request}”")
    yield from _limit_problems(path, rule, periods)
    if isinstance(rule, Before) and rule.first == rule.then:
        yield Problem(f"{path}.then", "a request cannot stand before itself")


def _limit_problems(path: str, rule: Rule, periods: int) -> Iterator[Problem]:
    if isinstance(rule, AtMost):
        if rule.limit < 0:
            yield Problem(f"{path}.limit", "must be 0 or more")
        if rule.window is not None and rule.window < 1:
            yield Problem(f"{path}.window", "must be 1 period or more")
    if isinstance(rule, AtLeast):
        yield from _amount(f"{path}.amount", rule.amount)
        yield from _period(f"{path}.by", rule.by, periods)
    if isinstance(rule, Share) and not 0 <= rule.least <= 1:
        yield Problem(f"{path}.least", "must be from 0 to 1")
    if isinstance(rule, Load):
        yield from _amount(f"{path}.limit", rule.limit, least=0)
        for place, ((_, period), amount) in enumerate(rule.starts.items()):
            yield from _period(f"{path}.starts[{place}].period", period, periods)
            yield from _amount(f"{path}.starts[{place}].amount", amount, least=0)


def _named(rule: Rule) -> list[tuple[str, str]]:
    """Each field of the rule that names a request, with the name."""
    match rule:
        case Before():
            return [("first", rule.first), ("then", rule.then)]
        case Requires():
            return [("request", rule.request), ("needs", rule.needs)]
        case Exclude() | ExactlyOne() | AtMost() | Share():
            return [(f"requests[{place}]", request) for place, request in enumerate(rule.requests)]
        case Load():
            return [(f"starts[{place}].request", request) for place, (request, _) in enumerate(rule.starts)]
        case AtLeast():
            return []


def _circles(scenario: Scenario) -> Iterator[Problem]:
    """Orders that run in a circle: the lags along it sum to more than nothing, so not all of them could ever go."""
    arcs = [(place, rule) for place, rule in enumerate(scenario.rules) if isinstance(rule, Before)]
    reached: dict[str, int] = defaultdict(int)
    through: dict[str, tuple[int, str]] = {}
    last = ""
    for _ in range(len({rule.first for _, rule in arcs}) + 1):
        last = ""
        for place, rule in arcs:
            if rule.first != rule.then and reached[rule.first] + rule.lag > reached[rule.then]:
                reached[rule.then] = reached[rule.first] + rule.lag
                through[rule.then] = (place, rule.first)
                last = rule.then
        if not last:
            return
    for _ in through:
        last = through[last][1]
    circle = [last]
    places = []
    while len(circle) == 1 or circle[-1] != last:
        place, previous = through[circle[-1]]
        places.append(place)
        circle.append(previous)
    order = " before ".join(f"“{request}”" for request in reversed(circle))
    yield Problem(f"rules[{max(places)}]", f"the order runs in a circle: {order}")


def starts_of(request: Candidate, periods: int) -> list[int]:
    """The periods in which the request may start, by its own limits, in order."""
    if request.start is not None:
        return [] if request.start in request.barred else [request.start]
    first = request.earliest or 0
    last = periods - 1 if request.latest is None else request.latest
    return [period for period in range(max(0, first), min(periods - 1, last) + 1) if period not in request.barred]


def value_of(scenario: Scenario, chosen: Mapping[str, int]) -> float:
    """What a plan (request to period of its start) is worth; summed exactly, so that its order does not matter."""
    return math.fsum(
        scenario.worth(request, chosen[request.id]) for request in scenario.requests if request.id in chosen
    )


def check_plan(scenario: Scenario, chosen: Mapping[str, int]) -> list[str]:
    """What the plan (request to period of its start) breaks, a sentence each; empty when it keeps every rule."""
    known = {request.id: request for request in scenario.requests}
    broken = [f"There is no request “{request}”." for request in chosen if request not in known]
    for request in scenario.requests:
        period = chosen.get(request.id)
        if period is None and (request.mandatory or request.start is not None):
            broken.append(f"“{request.id}” must go.")
        elif period is not None and period not in starts_of(request, len(scenario.periods)):
            broken.append(f"“{request.id}” may not start in period {period}.")
    broken += _overused(scenario, chosen)
    for place, rule in enumerate(scenario.rules):
        broken += [f"rules[{place}]: {text}" for text in _broken(rule, scenario, chosen)]
    return broken


def over(amount: float, limit: float) -> bool:
    """Whether the amount is more than the limit, beyond the tolerance."""
    return amount > limit + TOLERANCE * max(abs(limit), abs(amount))


def _overused(scenario: Scenario, chosen: Mapping[str, int]) -> list[str]:
    used: dict[tuple[str, int], list[float]] = defaultdict(list)
    for request in scenario.requests:
        if request.id in chosen:
            for resource, amounts in request.use.items():
                for place, amount in enumerate(amounts):
                    used[resource, chosen[request.id] + place].append(amount)
    return [
        f"{resource.id} in period {period}: {math.fsum(used[resource.id, period]):g} used of {capacity:g}."
        for resource in scenario.resources
        for period, capacity in enumerate(resource.capacity)
        if over(math.fsum(used[resource.id, period]), capacity)
    ]


def _broken(rule: Rule, scenario: Scenario, chosen: Mapping[str, int]) -> Iterator[str]:  # noqa: C901, PLR0912 one case a kind
    match rule:
        case Before(first, then, lag):
            if first in chosen and then in chosen and chosen[then] < chosen[first] + lag:
                yield f"“{then}” starts less than {lag} periods after “{first}”."
        case Requires(request, needs):
            if request in chosen and needs not in chosen:
                yield f"“{request}” goes without “{needs}”."
        case Exclude(requests):
            if sum(request in chosen for request in set(requests)) > 1:
                yield "more than one of them goes."
        case ExactlyOne(requests):
            if sum(request in chosen for request in set(requests)) != 1:
                yield "not exactly one of them goes."
        case AtMost(requests, limit, window):
            starts = sorted(chosen[request] for request in set(requests) if request in chosen)
            span = len(scenario.periods) if window is None else window
            if any(sum(start <= each < start + span for each in starts) > limit for start in starts):
                yield f"more than {limit} start within {span} periods."
        case AtLeast(measure, amount, by):
            brought = _brought(scenario, chosen, measure, lambda end, _: end <= by)
            if over(amount, brought):
                yield f"{brought:g} of {measure} by period {by}, not {amount:g}."
        case Share(requests, measure, least):
            among = set(requests)
            part = _brought(scenario, chosen, measure, lambda _, request: request in among)
            whole = _brought(scenario, chosen, measure, lambda _, __: True)
            if over(least * whole, part):
                yield f"{part:g} of {whole:g} {measure}, less than {least:g} of it."
        case Load(starts, limit):
            load = math.fsum(amount for (request, period), amount in starts.items() if chosen.get(request) == period)
            if over(load, limit):
                yield f"a load of {load:g}, more than {limit:g}."


def _brought(scenario: Scenario, chosen: Mapping[str, int], measure: str, counts: Callable[[int, str], bool]) -> float:
    """How much of a measure the chosen requests bring; `counts` gets the last period of a request, and its id."""
    return math.fsum(
        request.effects.get(measure, 0.0)
        for request in scenario.requests
        if request.id in chosen and counts(chosen[request.id] + request.length - 1, request.id)
    )
