"""Builds the planner's question from the portfolio and what a scenario sets.

A request becomes a candidate named by its id. What runs is fixed; what is approved goes; a regulatory one must go; what
was pinned is pinned. What a request costs is spread over its own days and shifted with its start.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import networkx as nx

from board.packs.words import day, listed
from board.planner.scenario import AtLeast, Before, Candidate, Exclude, Requires, Resource, Rule, Scenario, Share
from board.planning.dates import asked_period, days_at, facts_at, knows_live, parts
from board.planning.facts import Against, Asked, Wish
from board.planning.freezes import freeze_on
from board.planning.horizon import Horizon
from board.planning.loads import Placing, load_rows
from board.planning.money import carry_loads, pot_id, pot_resources
from board.planning.settings import LeastShare, PlanSettings
from board.planning.worth import worth_of
from impacts.engine.contact_load import contact_days
from impacts.engine.quarters import quarter_name, quarter_of

SPENT, VALUE, GOES = "money", "value", "requests"
"""Measures that every request has, besides what it promises."""


@dataclass(frozen=True, slots=True)
class Pin:
    """What somebody fixed by hand: a request goes, stays out, starts in a period, or starts by a period."""

    request: int
    kind: str
    period: int | None = None


IN, OUT, AT, BY = "in", "out", "at", "by"

QUIET = "it would contact customers in the quiet period"
OVER = "it would end after the last quarter of the plan"


def pin_words(kind: str, quarter: str) -> str:
    """What a pin says: goes; starts in Q2 2027."""
    return {IN: "goes", OUT: "stays out", AT: f"starts in {quarter}", BY: f"starts by {quarter}"}[kind]


@dataclass(frozen=True, slots=True)
class Question:
    """The scenario for the planner, and what was passed over when it was built, in words. `problems` must be solved
    before it can be planned. `shares`: of each least share among the rules, its place in the settings."""

    scenario: Scenario
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    periods: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    shares: tuple[int, ...] = ()


def must_go(wish: Wish, settings: PlanSettings) -> bool:
    """Whether the scenario's own rules say that it goes."""
    regulatory = settings.regulatory and wish.facts.kind == "regulatory"
    return regulatory or (wish.facts.committed and settings.approved != "free")


def question(asked: Asked, horizon: Horizon, settings: PlanSettings, pins: Iterable[Pin] = ()) -> Question:
    """What the planner is asked. Deterministic: the same portfolio and settings give the same question."""
    building = _Building(asked, horizon, settings, {pin.request: pin for pin in pins})
    return building.question()


def problems_of(asked: Asked, horizon: Horizon, settings: PlanSettings, pins: Iterable[Pin]) -> tuple[str, ...]:
    """What must be solved before this can be planned, as `question` says it, without building the question."""
    building = _Building(asked, horizon, settings, {pin.request: pin for pin in pins})
    building.check_pins()
    return tuple(building.problems)


def measured(asked: Asked, horizon: Horizon, settings: PlanSettings) -> Scenario:
    """The resources and what requests use of them, without rules: enough for the figures of a plan that is there."""
    return _Building(asked, horizon, settings, {}).measured()


def reweighted(found: Question, asked: Asked, settings: PlanSettings) -> Scenario:
    """The same question with the weights of these settings: only what requests are worth changes."""
    wishes = {str(wish.id): wish for wish in asked.wishes}
    candidates = []
    for candidate in found.scenario.requests:
        worth = worth_of(wishes[candidate.id], asked, settings)
        effects = {**candidate.effects, VALUE: max(worth.customers, 0)}
        delay = _cost_of_delay(worth.net, settings)
        candidates.append(replace(candidate, value=float(worth.net), effects=effects, cost_of_delay=delay))
    return replace(found.scenario, requests=tuple(candidates))


def _cost_of_delay(net: int, settings: PlanSettings) -> float | None:
    """What costs more than it brings gains nothing by waiting: it loses as much a quarter as if it brought that."""
    return -net * settings.delay / 100 if net < 0 else None


class _Building:
    def __init__(self, asked: Asked, horizon: Horizon, settings: PlanSettings, pins: Mapping[int, Pin]) -> None:
        self.asked, self.horizon, self.settings, self.pins = asked, horizon, settings, pins
        self.wishes = {wish.id: wish for wish in asked.wishes}
        self.notes: list[str] = []
        self.shares: list[int] = []
        self.needs = self._needs()
        self.circles = _circles(self.wishes, self.needs)
        self.problems: list[str] = []

    def _needs(self) -> dict[int, list[int]]:
        """What each request needs of the others. What must go is freed of needs that run in a circle: else none of the
        circle could go, and so nothing at all."""
        needs = {
            wish.id: [each for each in sorted(wish.facts.needs) if each in self.wishes] for wish in self.asked.wishes
        }
        circles = _circles(self.wishes, needs)
        for request in sorted(circles):
            if must_go(self.wishes[request], self.settings):
                needs[request] = [each for each in needs[request] if each not in circles]
                name = self.wishes[request].facts.reference
                self.notes.append(f"{name} must go, though {circles[request]}. What it needs there is passed over.")
        return needs

    def question(self) -> Question:
        if not self.settings.pots:
            self.notes.append("No budget is set: money is no limit.")
        self.check_pins()
        candidates = [self._candidate(wish) for wish in self.asked.wishes]
        fixed = frozenset(wish.id for wish in self.asked.wishes if self._is_fixed(wish))
        # Also the periods in which it may not start now: what is said of a limit that gives way counts them.
        every = tuple(range(self.horizon.number))
        periods = {int(each.id): (each.start or 0,) if int(each.id) in fixed else every for each in candidates}
        rows = load_rows(Placing(self.asked, self.horizon, periods, fixed), self.settings)
        money = carry_loads(self.settings, self.horizon, self.asked.currency, candidates, periods)
        rules: list[Rule] = [*self._orders(), *self._apart(), *self._targets(), *self._shares(), *rows, *money]
        scenario = Scenario(
            periods=self.horizon.names,
            resources=tuple(self._resources(candidates)),
            requests=tuple(candidates),
            rules=tuple(rules),
            delay_discount=self.settings.delay / 100,
            unit=self.asked.currency,
        )
        return Question(scenario, tuple(self.notes), tuple(self.problems), periods, tuple(self.shares))

    def measured(self) -> Scenario:
        candidates = [self._candidate(wish) for wish in self.asked.wishes]
        return Scenario(self.horizon.names, tuple(self._resources(candidates)), tuple(candidates))

    def check_pins(self) -> None:
        """Note the pins that are passed over, and those that contradict what must hold."""
        for request, pin in sorted(self.pins.items()):
            wish = self.wishes.get(request)
            if wish is None:
                self.notes.append("A request that was pinned is no longer open: its pin is passed over.")
            elif pin.kind == OUT and wish.running:
                self.problems.append(f"{wish.name} is being delivered: it cannot be left out. Take the pin off.")
            elif pin.kind == OUT and must_go(wish, self.settings):
                why = "is regulatory" if wish.facts.kind == "regulatory" else "is approved"
                self.problems.append(
                    f"{wish.name} {why} and must go, and is pinned to stay out. Take the pin off, or change the rule."
                )
            elif pin.kind in (AT, BY) and not 0 <= (pin.period if pin.period is not None else -1) < self.horizon.number:
                self.problems.append(f"{wish.name} is pinned to a quarter outside the plan. Pin it to another.")
            elif pin.kind == AT and pin.period in (barred := self._barred(wish)):
                self.problems.append(
                    f"{wish.name} is pinned to {self.horizon.name(pin.period or 0)}, where it cannot start: "
                    f"{barred[pin.period or 0]}. Pin it to another quarter."
                )

    def _is_fixed(self, wish: Wish) -> bool:
        """Whether nothing that the plan decides can move it."""
        return wish.running or (wish.facts.committed and self.settings.approved == "fixed" and wish.id not in self.pins)

    def _candidate(self, wish: Wish) -> Candidate:
        worth = worth_of(wish, self.asked, self.settings)
        asked, last = asked_period(wish, self.horizon), self.horizon.number - 1
        pin = self.pins.get(wish.id)
        earliest = 0 if asked is None or self.settings.may_be_early else min(max(asked, 0), last)
        if wish.not_before:
            earliest = min(max(earliest, self.horizon.period(wish.not_before)), last)
        latest = self._latest(wish, earliest)
        start: int | None = None
        if self._is_fixed(wish):
            start = 0 if wish.running else min(max(asked or 0, 0), last)
            earliest, latest = start, start
        elif pin and pin.kind == AT and pin.period is not None and 0 <= pin.period <= last:
            # What the pin overrides is wider, not gone: where it has to give way, the request may start elsewhere.
            start = pin.period
            earliest, latest = min(earliest, start), latest if latest is None else max(latest, start)
        elif pin and pin.kind == BY and pin.period is not None:
            latest = min(max(pin.period, 0), last)
            earliest = min(earliest, latest)
        left_out = pin is not None and pin.kind == OUT
        return Candidate(
            id=str(wish.id),
            value=float(worth.net),
            use=self._use(wish),
            earliest=earliest,
            latest=latest,
            mandatory=not left_out and (must_go(wish, self.settings) or (pin is not None and pin.kind == IN)),
            start=start,
            effects={**wish.effects, SPENT: wish.money, VALUE: max(worth.customers, 0), GOES: 1},
            barred={} if self._is_fixed(wish) else self._barred(wish),
            label=wish.facts.reference,
            duration=self._duration(wish),
            cost_of_delay=_cost_of_delay(worth.net, self.settings),
        )

    def _latest(self, wish: Wish, earliest: int) -> int | None:
        asked = asked_period(wish, self.horizon)
        if self.settings.regulatory and wish.facts.kind == "regulatory" and asked is not None:
            return min(max(asked + self.settings.slack, earliest, 0), self.horizon.number - 1)
        return None

    def _duration(self, wish: Wish) -> int:
        starts, live = wish.starts, wish.live
        if starts is None or live is None:
            return 1
        first = 0 if wish.running else self.horizon.period(starts)
        return max(self.horizon.period(live) - first + 1, 1)

    def _use(self, wish: Wish) -> dict[str, tuple[float, ...]]:
        use = {}
        money = parts(wish.money, wish, self.horizon)
        for place, pot in enumerate(self.settings.pots):
            if money and (not pot.silos or wish.silo in pot.silos):
                use[pot_id(place)] = money
        if self.settings.use_skills:
            known = {each.skill for each in self.asked.register.skill_capacities}
            for need in wish.facts.skills:
                if need.skill in known and (days := parts(need.days, wish, self.horizon)):
                    use[f"skill:{need.skill}"] = days
        return use

    def _barred(self, wish: Wish) -> dict[int, str]:
        """Periods in which it cannot start by its own dates, and why."""
        every = range(self.horizon.number)
        pin = self.pins.get(wish.id)
        if pin is not None and pin.kind == OUT:
            return dict.fromkeys(every, "it was left out by hand")
        if wish.running:
            return {}
        if wish.blocked or wish.id in self.circles:
            return dict.fromkeys(every, wish.blocked or self.circles[wish.id])
        if few := self._too_few(wish):
            return dict.fromkeys(every, few)
        found = {}
        for period in every:
            why = self._frozen(wish, period) or self._quiet(wish, period) or self._over(wish, period)
            if why:
                found[period] = why
        return found

    def _too_few(self, wish: Wish) -> str:
        least = self.settings.least_customers
        for contact in wish.facts.contacts:
            worth = self.asked.worth.get(contact.segment)
            if worth and worth.customers < least:
                return f"it contacts {worth.customers:,} {worth.name}, and the least is {least:,} customers"
        return ""

    def _frozen(self, wish: Wish, period: int) -> str:
        live = days_at(wish, self.horizon, period)[1]
        freeze = freeze_on(wish.freezes, live) if self.settings.use_freezes else None
        if freeze is None:
            return ""
        if knows_live(wish, self.horizon, period):
            return f"it would go live on {day(live)}, in the freeze “{freeze.name}”"
        return f"{quarter_name(quarter_of(live))}, in which it would go live, has no day outside “{freeze.name}”"

    def _quiet(self, wish: Wish, period: int) -> str:
        if not self.settings.use_policies or not self.asked.register.quiet_periods:
            return ""
        for contact in facts_at(wish, self.horizon, period).contacts:
            days = contact_days(contact).tolist()
            for quiet in self.asked.register.quiet_periods:
                held = quiet.segment in (None, contact.segment) and quiet.channel in (None, contact.channel)
                if held and any(quiet.first.toordinal() <= each <= quiet.last.toordinal() for each in days):
                    return f"{QUIET} “{quiet.name}”"
        return ""

    def _over(self, wish: Wish, period: int) -> str:
        """Nothing is moved so late that it ends after the last quarter. Where it asked to, or where its hold runs out
        so late, it may."""
        asked, last = asked_period(wish, self.horizon), self.horizon.number - 1
        held = self.horizon.period(wish.not_before) if wish.not_before else 0
        end = period + self._duration(wish) - 1
        if self.settings.may_run_over or end <= last or period <= max(asked or 0, held):
            return ""
        return f"{OVER}: in {self.horizon.name(end)}"

    def _resources(self, candidates: Iterable[Candidate]) -> Iterator[Resource]:
        yield from pot_resources(self.settings, self.horizon, self.asked.currency)
        if not self.settings.use_skills:
            return
        said = {(each.skill, each.quarter): each.days for each in self.asked.register.skill_capacities}
        used: dict[str, float] = {}
        for candidate in candidates:
            for resource, amounts_used in candidate.use.items():
                used[resource] = used.get(resource, 0.0) + sum(amounts_used)
        for skill in sorted({skill for skill, _ in said}):
            thing = self.asked.register.skills[skill]
            share = self.settings.skills.get(thing.code, 100) / 100
            # A quarter of which the register says nothing is no limit.
            enough = used.get(f"skill:{skill}", 0.0) + 1
            there = tuple(
                said[skill, quarter] * share if (skill, quarter) in said else enough
                for quarter in self.horizon.quarters
            )
            yield Resource(f"skill:{skill}", there, thing.name, "days", 800.0)

    def _orders(self) -> Iterator[Rule]:
        for wish in self.asked.wishes:
            for needed in () if wish.running else self.needs[wish.id]:
                if wish.id in self.circles and needed in self.circles:
                    continue
                first = self.wishes[needed]
                label = f"{wish.facts.reference} needs {first.facts.reference}"
                yield Before(str(first.id), str(wish.id), self._lag(first, wish), label)
                yield Requires(str(wish.id), str(first.id), label)

    def _lag(self, first: Wish, then: Wish) -> int:
        """The fewest periods after which `then` starts no earlier than `first` is live."""
        live = days_at(first, self.horizon, 0)[1]
        most = self.horizon.number
        return next((lag for lag in range(most) if days_at(then, self.horizon, lag)[0] >= live), most)

    def _apart(self) -> Iterator[Rule]:
        if self.settings.apart != "none":
            for each in self.asked.against:
                if each.confirmed or self.settings.apart == "standing":
                    yield from self._exclude(each)
        if self.settings.one_of_family:
            for each in self.asked.families:
                yield from self._exclude(each)

    def _exclude(self, against: Against) -> Iterator[Rule]:
        """At most one of them goes; two of which the board has said yes already are left to each other."""
        there = [request for request in against.requests if request in self.wishes]
        settled = [
            request for request in there if self.wishes[request].running or must_go(self.wishes[request], self.settings)
        ]
        if len(there) < 2:
            return
        if len(settled) < 2:
            yield Exclude(tuple(map(str, sorted(there))), against.title)
            return
        names = listed([self.wishes[request].facts.reference for request in settled])
        self.notes.append(f"{names} must all go, though they stand against each other: {against.title}.")
        for other in sorted(set(there) - set(settled)):
            yield Exclude((str(settled[0]), str(other)), against.title)

    def _targets(self) -> Iterator[Rule]:
        for target in self.settings.targets:
            name = self.asked.measures.get(target.measure, target.measure)
            by = min(target.by, self.horizon.number - 1)
            label = f"{target.amount:,g} {name} by {self.horizon.name(by)}"
            yield AtLeast(target.measure, target.amount, by, label)

    def _shares(self) -> Iterator[Rule]:
        for place, share in enumerate(self.settings.shares):
            label, among = self._of(share)
            if among:
                self.shares.append(place)
                words = {SPENT: "the money", VALUE: "the value", GOES: "the requests"}[share.what]
                text = f"{label}: at least {share.percent} % of {words}"
                yield Share(tuple(map(str, among)), share.what, share.percent / 100, text)
            else:
                self.notes.append(f"{label or share.of} asks for nothing now: its least share is passed over.")

    def _of(self, share: LeastShare) -> tuple[str, list[int]]:
        kind, _, code = share.of.partition(":")
        if kind == "silo":
            return self.asked.silos.get(code, code), [wish.id for wish in self.asked.wishes if wish.silo == code]
        names = self.asked.objectives
        return names.get(code, code), [wish.id for wish in self.asked.wishes if wish.objective == code]


def _circles(wishes: Mapping[int, Wish], needs: Mapping[int, Iterable[int]]) -> dict[int, str]:
    """Requests whose needs run in a circle, with the words for it: none of them could ever start."""
    graph = nx.DiGraph([(request, needed) for request, wanted in needs.items() for needed in wanted])
    found: dict[int, str] = {}
    for circle in nx.strongly_connected_components(graph):
        if len(circle) > 1 or any(graph.has_edge(each, each) for each in circle):
            names = listed(sorted(wishes[each].facts.reference for each in circle))
            found |= dict.fromkeys(circle, f"its needs run in a circle: {names}")
    return found
