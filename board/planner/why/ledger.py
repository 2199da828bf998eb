"""A plan as it stands: what is used, and which limits are passed once requests come, go or move."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from board.planner.check import over, starts_of
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
from board.planner.why.reasons import Limit, Passed

Cell = tuple[str, int]


class Ledger:
    """The chosen starts of a scenario, kept with what they use and bring.

    Everything that is asked of it costs as much as the requests concerned use and the rules that name them, whatever
    the size of the plan.
    """

    def __init__(self, scenario: Scenario, chosen: Mapping[str, int]) -> None:
        self.scenario = scenario
        self.requests = {request.id: request for request in scenario.requests}
        self.periods = len(scenario.periods)
        self.capacity: dict[Cell, float] = {
            (resource.id, period): amount
            for resource in scenario.resources
            for period, amount in enumerate(resource.capacity)
        }
        self.chosen: dict[str, int] = {}
        self.used: dict[Cell, float] = defaultdict(float)
        # By rule: the load of a Load, what counts for an AtLeast, the part of a Share; and the whole of a Share.
        self.sums: dict[int, float] = defaultdict(float)
        self.wholes: dict[int, float] = defaultdict(float)
        self.rules_of: dict[str, list[int]] = defaultdict(list)
        self._cells: dict[tuple[str, int], tuple[tuple[Cell, float], ...]] = {}
        self._members: dict[int, frozenset[str]] = {}
        self._undo: list[tuple[dict[Any, Any], Any, Any]] | None = None
        self._enter_rules()
        for id_, start in chosen.items():
            self.put(id_, start)

    def _enter_rules(self) -> None:
        by_measure: dict[str, list[int]] = defaultdict(list)
        for place, rule in enumerate(self.scenario.rules):
            self._members[place] = named = named_by(rule)
            if isinstance(rule, AtLeast | Share):
                by_measure[rule.measure].append(place)
            else:
                for request in sorted(named):
                    self.rules_of[request].append(place)
        for each in self.scenario.requests:
            for measure, amount in each.effects.items():
                if amount:
                    self.rules_of[each.id] += by_measure.get(measure, [])

    def members(self, rule: int) -> frozenset[str]:
        """The requests that the rule names."""
        return self._members[rule]

    def worth(self, id_: str, start: int) -> float:
        """What the request is worth when it starts then."""
        return self.scenario.worth(self.requests[id_], start)

    def starts(self, id_: str) -> list[int]:
        """Where it may start by its own limits."""
        return starts_of(self.requests[id_], self.periods)

    def cells(self, id_: str, start: int) -> tuple[tuple[Cell, float], ...]:
        """What it uses of what, when, if it starts then."""
        known = self._cells.get((id_, start))
        if known is None:
            known = self._cells[id_, start] = tuple(
                ((resource, start + place), amount)
                for resource, amounts in sorted(self.requests[id_].use.items())
                for place, amount in enumerate(amounts)
                if amount and start + place < self.periods
            )
        return known

    def put(self, id_: str, start: int) -> None:
        """The request goes."""
        self._write(self.chosen, id_, start)
        self._count(id_, start, 1)

    def take(self, id_: str) -> None:
        """The request goes no more."""
        start = self.chosen[id_]
        self._count(id_, start, -1)
        self._write(self.chosen, id_, None)

    def _write(self, table: dict[Any, Any], key: Any, value: Any) -> None:
        if self._undo is not None:
            self._undo.append((table, key, table.get(key)))
        if value is None:
            del table[key]
        else:
            table[key] = value

    def _count(self, id_: str, start: int, sign: int) -> None:
        for cell, amount in self.cells(id_, start):
            self._write(self.used, cell, self.used[cell] + sign * amount)
        self._count_rules(id_, start, sign)

    def _count_rules(self, id_: str, start: int, sign: int) -> None:
        request = self.requests[id_]
        for place in self.rules_of[id_]:
            match self.scenario.rules[place]:
                case Load(starts):
                    if amount := starts.get((id_, start), 0.0):
                        self._write(self.sums, place, self.sums[place] + sign * amount)
                case AtLeast(measure, _, by):
                    if start + request.length - 1 <= by:
                        self._write(self.sums, place, self.sums[place] + sign * request.effects[measure])
                case Share(_, measure):
                    brought = sign * request.effects[measure]
                    self._write(self.wholes, place, self.wholes[place] + brought)
                    if id_ in self._members[place]:
                        self._write(self.sums, place, self.sums[place] + brought)

    @contextmanager
    def tried(self, *, out: Iterable[str] = (), put: Mapping[str, int] | None = None) -> Iterator[tuple[Passed, ...]]:
        """The plan with some requests gone and others placed (or moved), for as long as the block lasts; gives the
        limits that are passed by that, among those that concern them."""
        outer, self._undo = self._undo, []
        try:
            placed = dict(put or {})
            gone = [id_ for id_ in out if id_ in self.chosen]
            for id_ in [*gone, *(id_ for id_ in placed if id_ in self.chosen and id_ not in gone)]:
                self.take(id_)
            for id_, start in placed.items():
                self.put(id_, start)
            yield tuple(self.passed([*gone, *placed]))
        finally:
            undo, self._undo = self._undo, outer
            for table, key, value in reversed(undo):
                if value is None:
                    table.pop(key, None)
                else:
                    table[key] = value

    def against(self, id_: str, start: int) -> tuple[Passed, ...]:
        """What is passed when the request starts then (or moves there) and everything else stays."""
        if id_ in self.chosen:
            with self.tried(put={id_: start}) as passed:
                return passed
        found = [Passed(Limit(kind, id_), start) for kind in own_limits(self.requests[id_], start)]
        for cell, amount in self.cells(id_, start):
            used, capacity = self.used[cell], self.capacity[cell]
            if used + amount > capacity and over(used + amount, capacity):
                found.append(Passed(Limit("capacity", *cell), start, amount, capacity - used))
        if self.rules_of[id_]:
            # Rules look at the starts and sums alone: what is used need not be entered.
            self.chosen[id_] = start
            before = {place: (self.sums[place], self.wholes[place]) for place in self.rules_of[id_]}
            self._count_rules(id_, start, 1)
            for place in sorted(before):
                found += self._rule(place, [id_], start)
            for place, (part, whole) in before.items():
                self.sums[place], self.wholes[place] = part, whole
            del self.chosen[id_]
        return tuple(found)

    def passed(self, ids: Iterable[str]) -> Iterator[Passed]:
        """The limits that the plan passes, among those that concern these requests."""
        concerned = list(dict.fromkeys(ids))
        start = self._start(concerned)
        yield from self._own(concerned)
        needed: dict[Cell, float] = defaultdict(float)
        for id_ in concerned:
            if id_ in self.chosen:
                for cell, amount in self.cells(id_, self.chosen[id_]):
                    needed[cell] += amount
        for cell in sorted(needed):
            used, capacity = self.used[cell], self.capacity[cell]
            if used > capacity and over(used, capacity):
                yield Passed(Limit("capacity", *cell), start, needed[cell], capacity - (used - needed[cell]))
        for place in sorted({place for id_ in concerned for place in self.rules_of[id_]}):
            yield from self._rule(place, concerned, start)

    def all_passed(self) -> Iterator[Passed]:
        """Every limit that the plan passes."""
        ids = list(self.requests)
        yield from self.passed(ids)
        # Targets that nobody can bring anything to concern no request.
        concerned = {place for id_ in ids for place in self.rules_of[id_]}
        for place in range(len(self.scenario.rules)):
            if place not in concerned:
                yield from self._rule(place, ids, self._start(ids))

    def _start(self, concerned: list[str]) -> int:
        return next((self.chosen[id_] for id_ in reversed(concerned) if id_ in self.chosen), -1)

    def _own(self, concerned: list[str]) -> Iterator[Passed]:
        for id_ in concerned:
            request, start = self.requests[id_], self.chosen.get(id_)
            if start is None:
                if request.start is not None:
                    yield Passed(Limit("start", id_), -1)
                elif request.mandatory:
                    yield Passed(Limit("mandatory", id_), -1)
            else:
                yield from (Passed(Limit(kind, id_), start) for kind in own_limits(request, start))

    def _rule(self, place: int, concerned: list[str], start: int) -> Iterator[Passed]:
        rule, chosen = self.scenario.rules[place], self.chosen
        match rule:
            case Before(first, then, lag):
                if first in chosen and then in chosen and chosen[then] < chosen[first] + lag:
                    others = tuple(id_ for id_ in (first, then) if id_ not in concerned) or (first,)
                    yield Passed(Limit("before", rule=place), start, others=others)
            case Requires(request, needs):
                if request in chosen and needs not in chosen:
                    yield Passed(Limit("requires", rule=place), start, others=(needs,))
            case Exclude(requests):
                going = _going(requests, chosen)
                if len(going) > 1:
                    yield Passed(Limit("exclude", rule=place), start, others=_rest(going, concerned))
            case ExactlyOne(requests):
                going = _going(requests, chosen)
                if len(going) != 1:
                    yield Passed(Limit("exactly_one", rule=place), start, others=_rest(going, concerned))
            case AtMost():
                yield from self._at_most(place, rule, concerned, start)
            case _:
                yield from self._sum(place, rule, concerned, start)

    def _at_most(self, place: int, rule: AtMost, concerned: list[str], start: int) -> Iterator[Passed]:
        going = _going(rule.requests, self.chosen)
        span = self.periods if rule.window is None else rule.window
        for first in sorted({self.chosen[id_] for id_ in going}):
            within = [id_ for id_ in going if first <= self.chosen[id_] < first + span]
            if len(within) > rule.limit:
                new = sum(id_ in concerned for id_ in within)
                free = rule.limit - (len(within) - new)
                yield Passed(Limit("at_most", rule=place), start, new, free, _rest(within, concerned))
                return

    def _sum(self, place: int, rule: object, concerned: list[str], start: int) -> Iterator[Passed]:
        match rule:
            case Load(starts, limit):
                if over(self.sums[place], limit):
                    new = sum(starts.get((id_, self.chosen[id_]), 0.0) for id_ in concerned if id_ in self.chosen)
                    free = limit - (self.sums[place] - new)
                    yield Passed(Limit("load", rule=place), start, new, free)
            case AtLeast(_, amount):
                if over(amount, self.sums[place]):
                    yield Passed(Limit("at_least", rule=place), start, amount, self.sums[place])
            case Share(_, _, least):
                if over(least * self.wholes[place], self.sums[place]):
                    yield Passed(Limit("share", rule=place), start, least * self.wholes[place], self.sums[place])


def named_by(rule: Rule) -> frozenset[str]:
    """The requests that the rule names."""
    match rule:
        case Before(first, then):
            return frozenset({first, then})
        case Requires(request, needs):
            return frozenset({request, needs})
        case Load(starts):
            return frozenset(request for request, _ in starts)
        case AtLeast():
            return frozenset()
    return frozenset(rule.requests)


def own_limits(request: Candidate, start: int) -> list[str]:
    """The kinds of the request's own limits that a start then passes."""
    kinds = []
    if request.start is not None:
        if start != request.start:
            kinds.append("start")
    elif request.earliest is not None and start < request.earliest:
        kinds.append("earliest")
    elif request.latest is not None and start > request.latest:
        kinds.append("latest")
    if start in request.barred:
        kinds.append("barred")
    return kinds


def _going(requests: Iterable[str], chosen: Mapping[str, int]) -> list[str]:
    return [id_ for id_ in dict.fromkeys(requests) if id_ in chosen]


def _rest(going: Iterable[str], concerned: list[str]) -> tuple[str, ...]:
    return tuple(id_ for id_ in going if id_ not in concerned)
