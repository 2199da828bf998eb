"""The ways out of a conflict: which limits do by giving way alone, and what the plan is worth with each."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from board.planner import highs
from board.planner.clock import Clock
from board.planner.forced import what_matters
from board.planner.greedy import Greedy, shortfall
from board.planner.model import Floats, Program, build
from board.planner.scenario import AtLeast, Scenario
from board.planner.solve import solve
from board.planner.why.feasible import Feasibility, OutOfTime
from board.planner.why.ledger import Ledger
from board.planner.why.limits import broken_by, with_only, without
from board.planner.why.phrases import limit_name
from board.planner.why.reasons import Limit, Relaxation
from board.planner.why.relax import (
    KINDS,
    SCALES,
    SUMS,
    Given,
    brought,
    roomier,
    scale_of,
    single,
    told,
    with_relaxation,
)
from board.planner.why.relaxed import Relaxed
from board.planner.why.wording import Words, number

# What is done to find ways out (for each of them no more than `EACH`) and to say what the plan is then worth, in units
# of work.
FINDING = 30.0
EACH = 5.0
VALUING = 30.0
# Of more limits than so many only the most promising of each scale are tried.
FEW = 12
OF_EACH = 3
# Of more things that give way together only the first of each kind are named.
MOST_SAID = 8
MORE = {"mandatory": "that must go", "start": "whose start is fixed", "capacity": "that have too little"}
# With so few starts the best plan with each way out is searched for, for so much work each.
SMALL = 500
SHORT = 1.0


def ways_out(
    scenario: Scenario, words: Words, conflict: tuple[Limit, ...], search: Feasibility, clock: Clock
) -> tuple[tuple[Relaxation, ...], int]:
    """Each limit of the conflict that is found to make a plan possible by giving way alone, as little as it takes,
    those first that leave the plan worth most; and of how many limits that is not known. Where none does, several
    together: so there is always a way out."""
    finding = clock.counting(FINDING, 0.6)
    limits = _promising(scenario, words, conflict, finding.part(0.3))
    found, untried = [], len(conflict) - len(limits)
    for limit in limits:
        try:
            way = single(scenario, words, limit, finding.of(min(EACH, finding.left)))
        except OutOfTime:
            untried += 1
            continue
        if way is not None:
            found.append(way)
    found += _roomier(scenario, words, conflict, found, finding)
    if not found and not untried:
        with suppress(OutOfTime):
            found = [_together(scenario, words, search, finding)]
    if not found and (way := all_that_fails(scenario, words, clock.part(0.3))) is not None:
        found = [way]
    return in_order(scenario, words, found, clock), untried


def _roomier(
    scenario: Scenario, words: Words, conflict: tuple[Limit, ...], found: Sequence[Relaxation], clock: Clock
) -> list[Relaxation]:
    """Resources of which more in a single period is not known to be enough get more in several."""
    resources = dict.fromkeys(limit.subject for limit in conflict if limit.kind == "capacity")
    known = {way.limits[0].subject for way in found if way.scale == "capacity"}
    ways = []
    for resource in resources:
        if resource not in known:
            with suppress(OutOfTime):
                ways.append(roomier(scenario, words, resource, clock.of(min(EACH, clock.left))))
    return [way for way in ways if way is not None]


def in_order(scenario: Scenario, words: Words, found: Sequence[Relaxation], clock: Clock) -> tuple[Relaxation, ...]:
    """With what the plan is then worth, as far as the work allows; those first that leave most when what they cost is
    paid. Those of which that is not known come last, capacity first, the cheapest first."""
    by_kind = sorted(found, key=_by_kind)
    return tuple(sorted(_valued(scenario, words, by_kind, clock), key=lambda way: (way.net is None, -(way.net or 0.0))))


def _by_kind(way: Relaxation) -> tuple[int, float, tuple[Limit, ...]]:
    return KINDS.index(way.limits[0].kind), way.cost or 0.0, way.limits


def _promising(scenario: Scenario, words: Words, conflict: tuple[Limit, ...], clock: Clock) -> list[Limit]:
    """The limits to try: all of few, else of each scale those that give way least where requests go in parts."""
    if len(conflict) <= FEW:
        return list(conflict)
    relaxed = Relaxed(what_matters(with_only(scenario, conflict)), clock)

    def costs(limit: Limit) -> float:
        if limit.kind not in SUMS:
            return 0.0
        least = relaxed.least(limit, conflict) or 0.0
        return least * words.resources[limit.subject].unit_cost if limit.kind == "capacity" else least

    chosen: list[Limit] = []
    for scale in reversed(SCALES):
        of_scale = [limit for limit in conflict if scale_of(limit) == scale]
        try:
            chosen += sorted(of_scale, key=costs)[:OF_EACH]
        except OutOfTime:
            chosen += of_scale[:OF_EACH]
    # A target that falls is the surest way, and more room the usual one.
    return sorted(chosen, key=lambda limit: (limit.kind not in SUMS, limit.kind != "at_least"))


def _together(scenario: Scenario, words: Words, search: Feasibility, clock: Clock) -> Relaxation:
    """Several limits are dropped; each of them is needed."""
    search.clock = clock
    kept: frozenset[Limit] = frozenset()
    # Those that are hardest to give up are kept first.
    for limit in sorted(search.limits, key=lambda each: (-list(SCALES).index(scale_of(each)), search.place[each])):
        if limit not in kept:
            if clock.left <= 0:
                raise OutOfTime
            kept = search.most_kept(kept | {limit}) or kept
    dropped = sorted(set(search.limits) - kept, key=search.place.__getitem__)
    return _several(words, [told(scenario, words, limit, Given(None, None)) for limit in dropped], "enough")


def all_that_fails(scenario: Scenario, words: Words, clock: Clock) -> Relaxation | None:
    """Everything that the plan found at once does not keep gives way: a sure way out, if seldom the smallest; None when
    that plan keeps all there is. However little time there is, one such plan is made."""
    program = build(what_matters(scenario))
    x = min(_plans_at_once(program, clock), key=lambda each: shortfall(program, each))
    plan = program.plan_of(x)
    ledger = Ledger(scenario, plan)
    ways = []
    for limit in sorted(broken_by(scenario, plan)):
        rule = scenario.rules[limit.rule] if limit.rule >= 0 else None
        by = None
        if isinstance(rule, AtLeast):
            reached = sum(amount for start, amount in brought(scenario, rule).items() if start in ledger.chosen.items())
            by = rule.amount - reached
        ways.append(replace(told(scenario, words, limit, Given(by, None)), least=by is None))
    if len(ways) < 2:
        return ways[0] if ways else None
    return _several(words, ways, "known to be enough")


def _plans_at_once(program: Program, clock: Clock) -> Iterator[Floats]:
    """Some plans that may fall short of what is asked."""
    greedy = Greedy(program)
    for seed in range(3):
        if seed and clock.left <= 0:
            return
        clock.spend(highs.work_of(program.rows.nnz, 0))
        yield greedy.plan(seed, lambda: False)


def _several(words: Words, ways: Sequence[Relaxation], enough: str) -> Relaxation:
    limits = tuple(limit for way in ways for limit in way.limits)
    amounts = tuple(by for way in ways for by in way.amounts)
    said = "; ".join(_each_said(words, ways))
    without_ = "without all of these" if all(by is None for by in amounts) else "if all of these give way"
    text = f"No single change is {enough}. A plan is possible {without_}: {said}."
    mentions = tuple(sorted({id_ for way in ways for id_ in way.mentions}))
    return Relaxation(text, limits, amounts, mentions=mentions, scale="several", least=enough == "enough")


def _each_said(words: Words, ways: Sequence[Relaxation]) -> Iterator[str]:
    """What gives way, one after the other; of very many the first of each kind, and how many more they are."""
    parts: dict[str, list[str]] = {}
    for way in ways:
        for limit, by in zip(way.limits, way.amounts, strict=True):
            text = f"“{limit_name(words, limit)}”" if by is None else way.text.rstrip(".")
            parts.setdefault(limit.kind, []).append(text)
    most = OF_EACH if sum(map(len, parts.values())) > MOST_SAID else MOST_SAID
    for kind, texts in parts.items():
        yield from texts[:most]
        if len(texts) > most:
            yield f"{number(len(texts) - most)} more {MORE.get(kind, 'of this kind')}"


def _valued(scenario: Scenario, words: Words, ways: Sequence[Relaxation], clock: Clock) -> list[Relaxation]:
    """Each with the value of the best plan that it makes possible: searched for where that is short for all of them,
    else the most that it can be where requests go in parts."""
    work = clock.counting(VALUING)
    if len(scenario.requests) * len(scenario.periods) <= SMALL:
        searched = [_searched(scenario, way, work) for way in ways]
        if all(each.bound is not None for each in searched):
            return [_with_words(words, way) for way in searched]
    bounded = [replace(way, bound=_most(with_relaxation(scenario, way), work)) for way in ways]
    return [_with_words(words, replace(way, free=_free(scenario, way, _most, work))) for way in bounded]


def _searched(scenario: Scenario, way: Relaxation, clock: Clock) -> Relaxation:
    """With the best plan, if a short search proves which that is."""
    best = _best(with_relaxation(scenario, way), clock)
    return replace(way, objective=best, bound=best, free=_free(scenario, way, _best, clock))


def _free(
    scenario: Scenario, way: Relaxation, measure: Callable[[Scenario, Clock], float | None], clock: Clock
) -> float | None:
    """The same without the limits altogether."""
    return None if None in way.amounts else measure(without(scenario, *way.limits), clock)


def _best(scenario: Scenario, clock: Clock) -> float | None:
    if clock.left <= 0:
        return None
    found = solve(scenario, work=min(SHORT, clock.left), cancelled=clock.cancelled)
    clock.spend(found.work)
    return found.objective if found.status == "optimal" else None


def _most(scenario: Scenario, clock: Clock) -> float | None:
    if clock.left <= 0:
        return None
    program = build(scenario)
    found = highs.relax(program.value, program.rows, program.lower, program.upper, clock.limits())
    clock.spend(found.work)
    return found.value if found.x is not None else None


def _with_words(words: Words, way: Relaxation) -> Relaxation:
    """Its sentence says what the plan is then worth."""
    if way.bound is None:
        return way
    worth = f"The best plan is then worth {words.value(way.bound)}"
    if way.objective is None:
        worth = f"The plan is then worth {words.value(way.bound)} at most (estimated)"
    if way.free is None:
        return replace(way, text=f"{way.text} {worth}.")
    less = way.free - way.bound
    rule = "this rule" if way.limits[0].kind not in ("capacity", "at_least") else "this limit"
    rule = "this target" if way.limits[0].kind == "at_least" else rule
    against = f"{words.value(less)} less than" if less > 1e-6 * max(1.0, abs(way.free)) else "as much as"
    return replace(way, text=f"{way.text} {worth}, {against} without {rule} altogether.")
