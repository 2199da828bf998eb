"""What the planner is asked: periods, resources, requests and rules. Plain values, checked by `check_scenario`.

A period is a place in `Scenario.periods`, counted from 0. A request that goes starts in exactly one period; what it
uses after the last period is not counted. Amounts are in the unit of their resource; values in that of the objective.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Resource:
    """What requests use and of which there is only so much: a pot of money, days of a skill, sends by a channel.

    `capacity` is what there is in each period. `label` and `unit` word the reasons ("Budget of Retail", "€").
    `unit_cost` is what one unit more would cost, to compare relaxations of unlike things.
    """

    id: str
    capacity: tuple[float, ...]
    label: str = ""
    unit: str = ""
    unit_cost: float = 1.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A request that may go.

    `value` is what it is worth when it starts in the first period, net of its cost; it may be negative.
    `cost_of_delay` is what it loses with each period that it starts later (None: see `Scenario.worth`). `use` is by
    resource, by period from its start on. It may start from `earliest` to `latest` (both inclusive, None: no limit),
    not in `barred` periods (period to why: a freeze). `mandatory` must go; `start` is fixed for what runs already or
    was pinned, and makes it mandatory. `effects` are what it brings by measure when it is finished. `duration` is in
    periods; 0 means as long as its longest use, at least 1.
    """

    id: str
    value: float
    use: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    earliest: int | None = None
    latest: int | None = None
    mandatory: bool = False
    start: int | None = None
    effects: Mapping[str, float] = field(default_factory=dict)
    barred: Mapping[int, str] = field(default_factory=dict)
    label: str = ""
    duration: int = 0
    cost_of_delay: float | None = None

    @property
    def length(self) -> int:
        """How many periods it takes, at least one."""
        return self.duration or max((len(used) for used in self.use.values()), default=1) or 1

    @property
    def name(self) -> str:
        """How reasons call it."""
        return self.label or self.id


@dataclass(frozen=True, slots=True)
class Before:
    """Where both go, `then` starts at least `lag` periods after `first` starts."""

    first: str
    then: str
    lag: int = 1
    label: str = ""


@dataclass(frozen=True, slots=True)
class Requires:
    """`request` goes only if `needs` goes."""

    request: str
    needs: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Exclude:
    """At most one of the requests goes."""

    requests: tuple[str, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class ExactlyOne:
    """One of the requests goes, and no other of them: merged alternatives."""

    requests: tuple[str, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class AtMost:
    """At most `limit` of the requests start in any `window` periods that follow each other (None: in all)."""

    requests: tuple[str, ...]
    limit: int
    window: int | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class AtLeast:
    """What the requests bring of `measure` that finish in period `by` or before is at least `amount`."""

    measure: str
    amount: float
    by: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """What the `requests` bring of `measure` is at least `least` (0 to 1) of what all that go bring of it."""

    requests: tuple[str, ...]
    measure: str
    least: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class Load:
    """The amounts of the starts (request, period) that are chosen sum to at most `limit`: one window of a contact
    policy, one week of a channel, the smallest distance of two changes at one touchpoint."""

    starts: Mapping[tuple[str, int], float]
    limit: float
    label: str = ""
    unit: str = ""


Rule = Before | Requires | Exclude | ExactlyOne | AtMost | AtLeast | Share | Load


@dataclass(frozen=True, slots=True)
class Scenario:
    """The whole question. Requests and rules keep their order; results do not depend on it. `unit` is that of all
    values, as sentences say it."""

    periods: tuple[str, ...]
    resources: tuple[Resource, ...] = ()
    requests: tuple[Candidate, ...] = ()
    rules: tuple[Rule, ...] = ()
    delay_discount: float = 0.0
    unit: str = ""

    def worth(self, request: Candidate, start: int) -> float:
        """What a request is worth when it starts in this period: `value * (1 - delay_discount) ** start`, or `value`
        less its own cost of delay for each period."""
        if request.cost_of_delay is not None:
            return request.value - request.cost_of_delay * start
        return float(request.value * (1 - self.delay_discount) ** start)


@dataclass(frozen=True, slots=True)
class Start:
    """A request that goes, and the period in which it starts."""

    id: str
    period: int


@dataclass(frozen=True, slots=True)
class Solution:
    """What the solver found. `status` is "optimal", "feasible" (stopped by the limit or by hand), "infeasible" or
    "unknown" (stopped before a first plan). `objective` is the value of `chosen`; None without a plan. `bound` is the
    proven most that any plan could be worth; `gap` is (bound - objective) / max(|objective|, 1e-9),
    0 when proven best. `work` is how much of the limit was taken: seconds, or counted work."""

    status: str
    objective: float | None
    bound: float | None
    gap: float | None
    seconds: float
    chosen: tuple[Start, ...] = ()
    work: float = 0.0
