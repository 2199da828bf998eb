"""Made-up scenarios to measure the planner with: tight pots and skills, and every kind of rule.

Each request uses one of three pots of money, the common budget and one to three of four skills, over one to four
periods with the most in the middle. What it is worth goes with what it costs (0.6 to 1.6 times), as it does where
everybody asks for about what they hope to be given: nothing is plainly better than the rest. There is room for a share
of `tightness` of all that is asked.

So that a plan exists, one is made first: requests in random order, each where it fits. The rules are drawn around it,
as sharp as it allows: orders, needs, exclusions and alternatives that it keeps, contact policies and distances at
touchpoints at the load that it has, targets and shares that it just meets, some of its requests mandatory or running.
Seeded: every run has the same scenarios.
"""

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from board.planner.check import check_plan, starts_of
from board.planner.scenario import (
    AtLeast,
    AtMost,
    Before,
    Candidate,
    ExactlyOne,
    Exclude,
    Load,
    Requires,
    Resource,
    Rule,
    Scenario,
    Share,
)

POTS = 3
SKILLS = 4
SILOS = 8
MEASURES = ("customers", "calls saved", "complaints settled")


def make_scenario(requests: int, periods: int, seed: int, *, tightness: float = 0.3, rules: float = 1.0) -> Scenario:
    """A scenario of that size. `tightness` is the share of all that is asked that there is room for; `rules` how many
    rules there are, as a multiple of the usual."""
    return _Maker(random.Random(seed), requests, periods, tightness, rules).scenario()


class _Maker:
    def __init__(self, draw: random.Random, requests: int, periods: int, tightness: float, rules: float) -> None:
        self.draw, self.periods, self.rules = draw, periods, rules
        self.silo_of = {f"R{n:04d}": draw.randrange(SILOS) for n in range(requests)}
        self.requests = [self.request(name) for name in self.silo_of]
        self.resources = self.capacities(tightness)
        self.plan = self.some_plan()

    def request(self, name: str) -> Candidate:
        draw = self.draw
        length = draw.choice((1, 2, 2, 3, 3, 4))
        size = draw.lognormvariate(0, 0.6)
        shape = [0.6, 1.0, 1.0, 0.7][-length:] if length > 1 else [1.0]
        money = [round(100 * size * share * draw.uniform(0.8, 1.2)) + 5 for share in shape]
        use = {f"pot {draw.randrange(POTS)}": tuple(money), "budget": tuple(money)}
        for skill in draw.sample(range(SKILLS), draw.choice((1, 2, 2, 3))):
            use[f"skill {skill}"] = tuple(round(40 * size * share * draw.uniform(0.5, 1.5)) + 2 for share in shape)
        earliest = draw.choice((None, None, None, draw.randrange(self.periods // 2 + 1)))
        latest = draw.choice((None, None, None, self.periods - 1 - draw.randrange(self.periods // 3 + 1)))
        barred = {draw.randrange(self.periods): "freeze"} if draw.random() < 0.1 else {}
        return Candidate(
            id=name,
            value=round(sum(money) * draw.uniform(0.6, 1.6)) + 10,
            use={resource: tuple(map(float, amounts)) for resource, amounts in use.items()},
            earliest=earliest,
            latest=latest,
            barred=barred,
            effects={
                measure: float(round(sum(money) * draw.uniform(0.2, 2))) for measure in MEASURES if draw.random() < 0.3
            },
        )

    def capacities(self, tightness: float) -> tuple[Resource, ...]:
        asked: dict[str, float] = defaultdict(float)
        for request in self.requests:
            for resource, amounts in request.use.items():
                asked[resource] += sum(amounts)
        return tuple(
            Resource(
                name,
                tuple(
                    float(round(amount * tightness / self.periods * self.draw.uniform(0.8, 1.2)))
                    for _ in range(self.periods)
                ),
            )
            for name, amount in sorted(asked.items())
        )

    def some_plan(self) -> dict[str, int]:
        """A plan that fits the capacities, with as much in it as comes to fit."""
        free = {resource.id: list(resource.capacity) for resource in self.resources}
        plan: dict[str, int] = {}
        for request in self.draw.sample(self.requests, len(self.requests)):
            for start in self.draw.sample(places := starts_of(request, self.periods), len(places)):
                cells = [
                    (resource, start + after, amount)
                    for resource, amounts in request.use.items()
                    for after, amount in enumerate(amounts)
                    if start + after < self.periods
                ]
                if all(free[resource][period] >= amount for resource, period, amount in cells):
                    for resource, period, amount in cells:
                        free[resource][period] -= amount
                    plan[request.id] = start
                    break
        return plan

    def scenario(self) -> Scenario:
        going, waiting = sorted(self.plan), sorted(set(self.silo_of) - set(self.plan))
        marked = self.draw.sample(going, max(2, len(going) // 12))
        running = {name: self.plan[name] for name in marked[::2] if self.plan[name] == 0}
        requests = [replace(each, mandatory=each.id in marked, start=running.get(each.id)) for each in self.requests]
        rules = [
            *self.orders(going),
            *self.selections(going, waiting),
            *self.windows(going + waiting),
            *self.loads(),
            *self.sums(going),
        ]
        scenario = Scenario(
            tuple(f"{2027 + n // 4}Q{n % 4 + 1}" for n in range(self.periods)),
            self.resources,
            tuple(requests),
            tuple(rules),
            delay_discount=0.03,
        )
        broken = check_plan(scenario, self.plan)
        if broken:
            raise AssertionError(broken)
        return scenario

    def times(self, share: float) -> Iterable[int]:
        """As many times as that share of the requests."""
        return range(max(1, round(len(self.silo_of) * share * self.rules)))

    def orders(self, going: list[str]) -> list[Rule]:
        """A before B, where the plan has it so or lacks one of them; half of them need each other too."""
        found: dict[tuple[str, str], Rule] = {}
        needs: list[Rule] = []
        everybody = sorted(self.silo_of)
        for _ in self.times(0.25):
            first, then = sorted(self.draw.sample(everybody, 2))
            lag = self.draw.choice((1, 1, 2, 3))
            if first in self.plan and then in self.plan and self.plan[first] + lag > self.plan[then]:
                continue
            found[first, then] = Before(first, then, lag)
            if self.draw.random() < 0.5 and (first in self.plan or then not in self.plan):
                needs.append(Requires(then, first))
        return [*found.values(), *needs]

    def selections(self, going: list[str], waiting: list[str]) -> list[Rule]:
        """Exclusions of which the plan has at most one, and alternatives of which it has exactly one."""
        rules: list[Rule] = []
        for _ in self.times(0.08):
            rules.append(Exclude((self.draw.choice(going), *self.draw.sample(waiting, self.draw.choice((1, 2, 3))))))
        for _ in self.times(0.02):
            rules.append(ExactlyOne((self.draw.choice(going), *self.draw.sample(waiting, self.draw.choice((1, 2, 3))))))
        return rules

    def windows(self, everybody: list[str]) -> list[Rule]:
        """At the same touchpoint no two changes (or three) within so many periods, as often as the plan has it."""
        rules: list[Rule] = []
        for _ in self.times(0.06):
            group = tuple(self.draw.sample(everybody, self.draw.choice((6, 8, 12))))
            window = self.draw.choice((2, 2, 3, None))
            span = window or self.periods
            most = max(
                sum(first <= self.plan.get(each, -1) < first + span for each in group) for first in range(self.periods)
            )
            rules.append(AtMost(group, max(1, most), window))
        return rules

    def loads(self) -> list[Rule]:
        """Contact policies: what requests send in their first two periods, in each window of two, at most what the plan
        has, or a fifth of what all would send."""
        rules: list[Rule] = []
        for segment in range(max(2, round(6 * self.rules))):
            senders = self.draw.sample(sorted(self.silo_of), len(self.silo_of) // 6)
            sends = {each: self.draw.randint(1, 9) for each in senders}
            for first in range(self.periods - 1):
                starts = {(each, period): float(sends[each]) for each in senders for period in (first, first + 1)}
                has = sum(amount for (each, period), amount in starts.items() if self.plan.get(each) == period)
                limit = max(has, 0.05 * sum(sends.values()))
                rules.append(Load(starts, limit, label=f"contacts of segment {segment} from period {first}"))
        return rules

    def sums(self, going: list[str]) -> list[Rule]:
        """Targets half-way and at the end, and silos' shares of the effects, as the plan has them."""
        effects = {each.id: each for each in self.requests}
        rules: list[Rule] = []
        for measure in MEASURES:
            for by in (self.periods // 2, self.periods - 1):
                brought = sum(
                    effects[name].effects.get(measure, 0.0)
                    for name in going
                    if self.plan[name] + effects[name].length - 1 <= by
                )
                rules.append(AtLeast(measure, brought, by))
        for silo in range(2):
            part = [name for name in sorted(self.silo_of) if self.silo_of[name] == silo]
            had = {name: effects[name].effects.get(MEASURES[0], 0.0) for name in going}
            share = sum(had.get(name, 0.0) for name in part) / max(1.0, sum(had.values()))
            rules.append(Share(tuple(part), MEASURES[0], round(share * 0.95, 3)))
        return rules
