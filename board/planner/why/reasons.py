"""What the planner says beside the plan: plain values with a sentence each, and what each sentence rests on.

`mentions` are the ids of the requests whose names a text contains, for whoever may not show all of them.
"""

from dataclasses import dataclass, field

from board.planner.scenario import Solution


@dataclass(frozen=True, slots=True, order=True)
class Limit:
    """One thing that a plan has to keep, by its place in the scenario.

    `kind` is "capacity" (`subject` a resource, `period` the period), the kind of a rule ("before", "requires",
    "exclude", "exactly_one", "at_most", "at_least", "share", "load"; `rule` its place in `Scenario.rules`), something
    a request brings along ("earliest", "latest", "barred", "mandatory", "start"; `subject` its id), or "worth": that
    the request is worth more than it costs.
    """

    kind: str
    subject: str = ""
    period: int = -1
    rule: int = -1

    @property
    def family(self) -> tuple[str, str, int]:
        """The limit without its period: a resource is one limit to those who read, whatever the period."""
        return (self.kind, self.subject, self.rule)


@dataclass(frozen=True, slots=True)
class Passed:
    """A limit that is passed once a request starts in period `start`: it needs `needed`, there is `free`; `others` are
    the requests that go and stand in the way (or do not go, and are needed)."""

    limit: Limit
    start: int
    needed: float = 0.0
    free: float = 0.0
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """Why a request goes, and why then. `earlier` has what stands against each period that would be better, `rival` the
    request that holds the place it would take, `waiting` what starting one period later would cost (None: nothing to
    say)."""

    id: str
    period: int
    text: str
    earlier: tuple[Passed, ...] = ()
    rival: str = ""
    waiting: float | None = None
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """Something that would let a request in: with it, and the rest of the plan as it is, the request may start in
    period `start`.

    `extra` is more capacity (resource, period, amount), `widen` that it may start there although its own limits say
    otherwise, `drop` rules that no longer hold (by place), `out` requests that go no more, `moved` and `along` those
    that start elsewhere, or go too (id, period). `cost` is what the extra capacity costs and what the plan loses by
    `out`, `moved` and `along`; `gain` what the request itself is worth there.
    """

    text: str
    start: int
    cost: float
    gain: float
    extra: tuple[tuple[str, int, float], ...] = ()
    widen: bool = False
    drop: tuple[int, ...] = ()
    out: tuple[str, ...] = ()
    moved: tuple[tuple[str, int], ...] = ()
    along: tuple[tuple[str, int], ...] = ()
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Why a request does not go. Each of its possible starts passes one of the limits in `kept_out_by`, with the rest
    of the plan as it is; `changes` would let it in, the cheapest first. `reason` is both in one or two sentences."""

    id: str
    because: str
    fits_if: str
    kept_out_by: tuple[Passed, ...] = ()
    changes: tuple[Change, ...] = ()
    mentions: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Both halves together."""
        return f"{self.because} {self.fits_if}".strip()


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One way out of a conflict: the limits give way by `amounts` (None: are dropped altogether). `scale` is what it
    gives up ("capacity", "date", "number", "rule", "request", or "several"). `cost` is what it costs (None: it has no
    price). `least` says that it is proven to take no less.

    `objective` is the value of a plan found with it, `bound` what no plan with it is worth more than (the same where
    that plan is proven best), `free` the same of the scenario without the limits altogether; None: not worked out."""

    text: str
    limits: tuple[Limit, ...]
    amounts: tuple[float | None, ...]
    cost: float | None = None
    objective: float | None = None
    bound: float | None = None
    free: float | None = None
    mentions: tuple[str, ...] = ()
    scale: str = ""
    least: bool = True

    @property
    def net(self) -> float | None:
        """What the plan is then worth at most when what it costs is paid: the one scale that all ways out share."""
        return None if self.bound is None else self.bound - (self.cost or 0.0)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why there is no plan at all: the `limits` cannot hold together, any part of them can (`irreducible`), and no
    smaller set exists (`smallest`). `needed` says that without any one of them requests would fit at least in parts;
    what is irreducible is needed too. `lines` say what they ask; of very many, those of a kind share one.
    `relaxations` are the ways out, those first that leave the plan worth most; see `ways.ways_out`. Of `untried` limits
    it is not known whether they would be one. Not `proven` is told where no plan was found and none is known to be
    impossible: `limits` are then those that the best plan found does not keep."""

    text: str
    limits: tuple[Limit, ...]
    lines: tuple[str, ...]
    irreducible: bool
    smallest: bool
    relaxations: tuple[Relaxation, ...] = ()
    mentions: tuple[str, ...] = ()
    needed: bool = False
    untried: int = 0
    proven: bool = True


@dataclass(frozen=True, slots=True)
class Price:
    """What insisting on something costs: the best plan without it is worth `least` to `most` more (`most` None: no
    bound is known), most likely `likely`. All three are the same where it is exact. `about` says that `likely` is an
    estimate from the relaxations, in which requests may go in parts."""

    limit: Limit
    text: str
    least: float
    most: float | None
    likely: float
    about: bool = False
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scarce:
    """What `amount` more of a capacity would be worth (`worth`, estimated from the relaxation, in which requests may go
    in parts) and what it costs."""

    limit: Limit
    text: str
    amount: float
    worth: float
    cost: float


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of a request against the plan before: it was to start in `before`, now in `after` (None: not)."""

    id: str
    before: int | None
    after: int | None
    text: str
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan and its reasons. `summary` has the few sentences to read first; the rest is in reading order."""

    solution: Solution
    summary: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    conflict: Conflict | None = None
    prices: tuple[Price, ...] = ()
    changes: tuple[Moved, ...] = ()
    scarce: tuple[Scarce, ...] = ()
    seconds: float = field(default=0.0, compare=False)
