"""What would let a request in that is left out: more capacity, another start, others that make room, rules that go.

Every change is tried on the plan before it is told: with it, and the rest as it is, every limit is kept.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice

from board.planner.clock import Clock
from board.planner.scenario import AtLeast, Requires, Share
from board.planner.why.ledger import Ledger
from board.planner.why.phrases import limit_name, rule_mentions
from board.planner.why.reasons import Change, Limit, Passed
from board.planner.why.wording import Words, listing

# How many placements are tried over all requests that are left out, so that it takes some seconds at most; where many
# are left out, each has only its most promising starts and neighbours looked at.
TRIALS = 40_000
FEWEST_TRIALS = 16
MOST_TOGETHER = 4
LOOKED_AT = 12
Extra = tuple[tuple[str, int, float], ...]
Against = Mapping[int, tuple[Passed, ...]]


class Changes:
    """Finds the changes that let requests in. `many` requests share the trials; without time there are none."""

    def __init__(self, ledger: Ledger, words: Words, many: int, clock: Clock) -> None:
        self.ledger, self.words, self.clock = ledger, words, clock
        self.allowed = max(FEWEST_TRIALS, TRIALS // max(1, many))
        self.left = self.allowed
        self.needed_by: dict[str, list[str]] = {}
        self.needs: dict[str, list[str]] = {}
        # A rule that stands twice asks no more than it does once.
        asked = ((rule.request, rule.needs) for rule in ledger.scenario.rules if isinstance(rule, Requires))
        for request, needs in dict.fromkeys(asked):
            self.needed_by.setdefault(needs, []).append(request)
            self.needs.setdefault(request, []).append(needs)
        movable = [other for other in ledger.chosen if not _insisted(ledger, other)]
        movable.sort(key=lambda other: (self._worth(other), other))
        # What those that may go use of what, and all of them: the least valuable first.
        self.users: dict[tuple[str, int], dict[str, float]] = {}
        self.thin: dict[tuple[str, int], list[str]] = {}
        self.rank = {other: place for place, other in enumerate(movable)}
        for other in movable:
            for cell, amount in ledger.cells(other, ledger.chosen[other]):
                self.users.setdefault(cell, {})[other] = amount

    def _worth(self, other: str) -> float:
        """What one that goes is worth where it starts."""
        return self.ledger.worth(other, self.ledger.chosen[other])

    def that_let_in(self, id_: str, against: Against) -> tuple[Change, ...]:
        """The cheapest change of each sort, the cheapest first; what drops rules last."""
        self.left = self.allowed if self.clock.left else 0
        # Where more capacity would be cheapest.
        cheap = sorted(against.items(), key=lambda item: (self._extra(item[1])[1] - self._gain(id_, item[0]), item[0]))
        # The starts that come closest to fitting first: the trials may not reach all.
        near = sorted(against.items(), key=lambda item: (self._lacking(item[1]), item[0]))
        nearest = near if self.allowed > len(near) * 10 else near[:2]
        found = [
            self._cheapest(self._wider(id_, against)),
            next((found for found in (self._larger(id_, *each) for each in cheap) if found), None),
            self._cheapest(self._along(id_, start, passed) for start, passed in near),
            self._cheapest(each for start, passed in nearest for each in self._instead(id_, start, passed)),
            self._cheapest(self._room_and_more(id_, start, passed) for start, passed in nearest),
        ]
        if found[3] is None:
            found.append(self._cheapest(self._several(id_, start, passed) for start, passed in nearest))
        found.append(next((found for found in (self._dropping(id_, *each) for each in cheap) if found), None))
        return tuple(sorted((each for each in found if each is not None), key=_order))

    def _lacking(self, passed: tuple[Passed, ...]) -> tuple[int, float]:
        """How many rules are in the way, and what the capacity would cost that is."""
        return sum(each.limit.rule >= 0 for each in passed), self._extra(passed)[1]

    @contextmanager
    def _tried(self, out: Iterable[str] = (), put: Mapping[str, int] | None = None) -> Iterator[tuple[Passed, ...]]:
        """As the ledger does it, counted."""
        self.left -= 1
        with self.ledger.tried(out=out, put=put) as passed:
            yield passed

    def _cheapest(self, changes: Iterable[Change | None]) -> Change | None:
        return min((each for each in changes if each is not None), key=_order, default=None)

    def _gain(self, id_: str, start: int) -> float:
        return self.ledger.worth(id_, start)

    def _wider(self, id_: str, against: Against) -> Iterator[Change]:
        """It may start where its own limits do not let it."""
        for start in range(self.ledger.periods):
            if start in against or self._gain(id_, start) <= 0:
                continue
            passed = self.ledger.against(id_, start)
            if all(
                each.limit.subject == id_ and each.limit.kind in ("earliest", "latest", "barred") for each in passed
            ):
                text = f"if it may start in {self.words.period(start)}"
                yield Change(text, start, 0.0, self._gain(id_, start), widen=True, mentions=(id_,))

    def _larger(self, id_: str, start: int, passed: tuple[Passed, ...]) -> Change | None:
        """More capacity, where nothing else is in the way."""
        if any(each.limit.kind != "capacity" for each in passed):
            return None
        extra, cost = self._extra(passed)
        return Change(f"if {self._more(extra)}", start, cost, self._gain(id_, start), extra)

    def _extra(self, passed: Iterable[Passed]) -> tuple[Extra, float]:
        extra = tuple(
            (each.limit.subject, each.limit.period, each.needed - each.free)
            for each in passed
            if each.limit.kind == "capacity"
        )
        return extra, sum(amount * self.words.resources[resource].unit_cost for resource, _, amount in extra)

    def _more(self, extra: Extra) -> str:
        """App team had 2 weeks more in 2027Q1 and 4 weeks more in 2027Q2 (costs 15,000)."""
        by_resource: dict[str, list[str]] = {}
        for resource, period, amount in extra:
            said = f"{self.words.of(resource, amount, up=True)} more in {self.words.period(period)}"
            by_resource.setdefault(resource, []).append(said)
        parts = [f"{self.words.resource(resource)} had {listing(said)}" for resource, said in by_resource.items()]
        prices = [amount * self.words.resources[resource].unit_cost for resource, _, amount in extra]
        priced = any(self.words.resources[resource].unit_cost != 1 for resource in by_resource)
        return f"{listing(parts)}{f' (costs {self.words.value(sum(prices))})' if priced else ''}"

    def _dropping(self, id_: str, start: int, passed: tuple[Passed, ...]) -> Change | None:
        """The rules in the way no longer hold, and more capacity where that is in the way too."""
        rules = tuple(sorted(each.limit.rule for each in passed if each.limit.rule >= 0))
        if not rules:
            return None
        extra, cost = self._extra(passed)
        gain = self._gain(id_, start)
        lines = [f"“{limit_name(self.words, Limit('rule', rule=rule))}”" for rule in rules]
        more = f", if {self._more(extra)}" if extra else ""
        mentions = {other for rule in rules for other in rule_mentions(self.ledger, Limit("rule", rule=rule))}
        text = f"without the {'rule' if len(rules) == 1 else 'rules'} {listing(lines)}{more}"
        return Change(text, start, cost, gain, extra, drop=rules, mentions=tuple(sorted(mentions)))

    def _instead(self, id_: str, start: int, passed: tuple[Passed, ...]) -> Iterator[Change]:
        """One other request makes room: goes elsewhere, or not at all (and with it those that need it)."""
        best = float("inf")
        if self.left <= 0:
            return
        for other in self._in_the_way(passed):
            if self.left <= 0:
                return
            for moved in (self._elsewhere(other, id_, start, best), self._gone([other], id_, start)):
                if moved is not None and moved.cost < best:
                    best = moved.cost
                    yield moved

    def _in_the_way(self, passed: tuple[Passed, ...]) -> Iterator[str]:
        """Those that could make room alone, the least valuable first."""
        holding = [self._holding(each) for each in passed]
        fewest = min(holding, key=len)
        # Users of a resource stand in that order already.
        ordered = fewest if isinstance(fewest, dict) else sorted(fewest, key=self.rank.__getitem__)
        for other in ordered:
            if all(other in held for held in holding) and self._is_enough(other, passed):
                yield other

    def _is_enough(self, other: str, passed: tuple[Passed, ...]) -> bool:
        return all(
            self.users[each.limit.subject, each.limit.period][other] >= (each.needed - each.free) * (1 - 1e-9)
            for each in passed
            if each.limit.kind == "capacity"
        )

    def _holding(self, passed: Passed) -> Collection[str]:
        """Those that may go and have a part in the limit."""
        if passed.limit.kind == "capacity":
            return self.users.get((passed.limit.subject, passed.limit.period), {})
        if passed.limit.kind == "load":
            return self.ledger.members(passed.limit.rule) & self.rank.keys()
        if passed.limit.kind in ("share", "at_least"):
            return self._counting(passed.limit.rule)
        return {other for other in passed.others if other in self.rank}

    def _counting(self, place: int) -> set[str]:
        """Those whose going or start works against a least share or a target: without them it may be kept."""
        rule, requests = self.ledger.scenario.rules[place], self.ledger.requests
        match rule:
            case Share(named, measure, least):
                counts = {other: float(other in named) - least for other in self.rank}
                return {each for each, part in counts.items() if part * requests[each].effects.get(measure, 0.0) < 0}
            case AtLeast(measure):
                return {other for other in self.rank if requests[other].effects.get(measure)}
        return set()

    def _elsewhere(self, other: str, id_: str, start: int, most: float) -> Change | None:
        """The other one starts elsewhere, where that loses least."""
        ledger = self.ledger
        now = ledger.chosen[other]
        held = ledger.worth(other, now)
        for loss, place in sorted((held - ledger.worth(other, place), place) for place in ledger.starts(other)):
            if place == now or loss >= most or self.left <= 0:
                continue
            with self._tried(put={other: place, id_: start}) as passed:
                if passed:
                    continue
            lost = f", which loses {self.words.value(loss)}" if loss > 0 else ""
            text = f"if {self.words.request(other)} started in {self.words.period(place)}{lost}"
            return Change(text, start, loss, self._gain(id_, start), moved=((other, place),), mentions=(other,))
        return None

    def _gone(self, others: list[str], id_: str, start: int) -> Change | None:
        """Those others go no more, and neither do those that need them."""
        ledger = self.ledger
        out = self._with_dependants(others)
        with self._tried(out=out, put={id_: start}) as passed:
            if passed:
                return None
        cost = sum(ledger.worth(other, ledger.chosen[other]) for other in out)
        gain = self._gain(id_, start)
        text = self._instead_of(out, cost - gain)
        return Change(text, start, cost, gain, out=tuple(out), mentions=tuple(out))

    def _instead_of(self, out: list[str], more: float) -> str:
        """Who goes no more, and how much more they bring than what comes."""
        said = (
            f"{self.words.value(more)} more" if more > 0 else f"{self.words.value(-more)} less" if more else "as much"
        )
        bring = "brings" if len(out) == 1 else "together bring"
        return f"instead of {self.words.named(out)}, which {bring} {said}"

    def _with_dependants(self, others: list[str]) -> list[str]:
        out = list(others)
        for other in out:
            out += [each for each in self.needed_by.get(other, ()) if each in self.ledger.chosen and each not in out]
        return out

    def _several(self, id_: str, start: int, passed: tuple[Passed, ...]) -> Change | None:
        """Several others go no more: the least valuable ones that help, until there is room; then those that turned out
        not to matter stay."""
        out: list[str] = []
        while passed and len(out) < MOST_TOGETHER and self.left > 0:
            held = [self._best_of(each, out) for each in passed]
            if None in held:
                return None
            out.append(min((other for other in held if other is not None), key=self.rank.__getitem__))
            with self._tried(out=out, put={id_: start}) as still:
                passed = still
        for other in list(out):
            fewer = [each for each in out if each != other]
            if fewer and self._gone(fewer, id_, start) is not None:
                out = fewer
        return self._gone(out, id_, start) if out else None

    def _room_and_more(self, id_: str, start: int, passed: tuple[Passed, ...]) -> Change | None:
        """Others make room as far as rules are in the way, one for each; the rest is more capacity."""
        out: list[str] = []
        if self.left <= 0:
            return None
        for each in passed:
            if each.limit.rule >= 0:
                other = min(self._holding(each), key=self.rank.__getitem__, default=None)
                if other is None:
                    return None
                out.append(other)
        out = self._with_dependants(list(dict.fromkeys(out)))
        with self._tried(out=out, put={id_: start}) as still:
            if not out or not still or any(each.limit.kind != "capacity" for each in still):
                return None
        extra, cost = self._extra(still)
        lost = sum(self.ledger.worth(other, self.ledger.chosen[other]) for other in out)
        gain = self._gain(id_, start)
        text = f"{self._instead_of(out, lost - gain)}, if {self._more(extra)}"
        mentions = tuple(sorted(out))
        return Change(text, start, cost + lost, gain, extra, out=tuple(out), mentions=mentions)

    def _best_of(self, passed: Passed, gone: Collection[str]) -> str | None:
        """The one that gives up least for the room it makes, among those that give up little for what they use."""
        lacking = passed.needed - passed.free
        if passed.limit.kind != "capacity":
            left = (other for other in self._holding(passed) if other not in gone)
            return min(left, key=self.rank.__getitem__, default=None)
        cell = (passed.limit.subject, passed.limit.period)
        users = self.users.get(cell, {})
        if cell not in self.thin:
            self.thin[cell] = sorted(users, key=lambda other: (self._worth(other) / users[other], self.rank[other]))
        some = islice((other for other in self.thin[cell] if other not in gone), LOOKED_AT)
        return min(
            some, key=lambda other: (self._worth(other) / min(users[other], lacking), self.rank[other]), default=None
        )

    def _along(self, id_: str, start: int, passed: tuple[Passed, ...]) -> Change | None:
        """What it needs goes too, if it has room."""
        if self.left <= 0 or not any(each.limit.kind == "requires" for each in passed):
            return None
        along: dict[str, int] = {}
        for other in self._all_needed(id_):
            place = self._place(other, {**along, id_: start})
            if place is None:
                return None
            along[other] = place
        with self._tried(put={**along, id_: start}) as still:
            if still:
                return None
        gain = self._gain(id_, start)
        cost = -sum(self.ledger.worth(other, place) for other, place in along.items())
        lost = f", though that costs {self.words.value(cost - gain)} more than they bring" if cost > gain else ""
        text = f"if {self.words.named(along)} went too{lost}"
        return Change(text, start, cost, gain, along=tuple(sorted(along.items())), mentions=tuple(sorted(along)))

    def _all_needed(self, id_: str) -> list[str]:
        """What it needs and does not go, with what that needs."""
        found = [id_]
        for each in found:
            missing = [other for other in self.needs.get(each, ()) if other not in self.ledger.chosen]
            found += [other for other in missing if other not in found]
        return found[1:]

    def _place(self, other: str, with_them: dict[str, int]) -> int | None:
        """The best start of another one, as far as it and those with it alone are concerned."""
        places = sorted(self.ledger.starts(other), key=lambda place: (-self.ledger.worth(other, place), place))
        for place in places:
            with self._tried(put={**with_them, other: place}) as passed:
                if all(each.limit.kind == "requires" for each in passed):
                    return place
        return None


def _insisted(ledger: Ledger, id_: str) -> bool:
    return ledger.requests[id_].mandatory or ledger.requests[id_].start is not None


def _order(change: Change) -> tuple[bool, float, int, str]:
    """The cheapest first, as to what the plan is worth afterwards; what breaks a rule after all that breaks none."""
    return (bool(change.drop), change.cost - change.gain, change.start, change.text)
