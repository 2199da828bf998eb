"""Customers as assets: the arithmetic of one segment's quarter. Pure; no Django and no rows.

A quarter says for each profitability tier how many customers there were at its start, were gained (so many of them by
referral), were lost, and were there at its end; and how many moved from tier to tier. The numbers must conserve
customers: start + gained - lost + moved in - moved out = end. Worth is what one customer of the tier is worth a year in
this quarter, so every step of the value from opening to closing is a number of customers times an amount.

Source of the idea that customers are an asset whose change is reported like that of any other: Blattberg, Getz and
Thomas, "Customer Equity" (2001), the roll-forward of acquisition, retention and margin.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from customers.quarters import Quarter, quarter_label

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class TierFlow:
    """What happened to one tier in one quarter, in customers. `key` tells the tier from others, None for a segment
    without tiers; `referrals` are those of the gained whom another customer brought; `worth` is what one customer is
    worth a year, in the organisation's currency."""

    key: int | None
    name: str
    start: int
    gained: int
    referrals: int
    lost: int
    end: int
    worth: Decimal


@dataclass(frozen=True, slots=True)
class Move:
    """So many customers of the tier `source` were in `target` at the end."""

    source: int | None
    target: int | None
    customers: int


@dataclass(frozen=True, slots=True)
class Flow:
    """One segment in one quarter: its tiers, the best first, and who moved between them."""

    quarter: Quarter
    tiers: tuple[TierFlow, ...]
    moves: tuple[Move, ...] = ()

    @property
    def start(self) -> int:
        """Customers at the start."""
        return sum(tier.start for tier in self.tiers)

    @property
    def end(self) -> int:
        """Customers at the end."""
        return sum(tier.end for tier in self.tiers)

    def moved_in(self, key: int | None) -> int:
        """How many came into the tier from others."""
        return sum(move.customers for move in self.moves if move.target == key)

    def moved_out(self, key: int | None) -> int:
        """How many left the tier for others."""
        return sum(move.customers for move in self.moves if move.source == key)

    def stayed(self, tier: TierFlow) -> int:
        """How many of those at the start were still in the tier at the end."""
        return tier.start - tier.lost - self.moved_out(tier.key)

    def makes(self, tier: TierFlow) -> int:
        """How many there must be at the end of the quarter, by the other numbers."""
        return tier.start + tier.gained - tier.lost + self.moved_in(tier.key) - self.moved_out(tier.key)


@dataclass(frozen=True, slots=True)
class Imbalance:
    """Numbers that cannot be together. `tier` is its key, `field` the number to look at first, `off` by how many
    customers: above zero where too many are said."""

    tier: int | None
    field: str
    off: int
    message: str


def imbalances(flow: Flow) -> list[Imbalance]:
    """Where a quarter does not conserve customers, tier by tier; empty where it adds up."""
    found = []
    for tier in flow.tiers:
        found += _of_tier(flow, tier)
    return found


def _of_tier(flow: Flow, tier: TierFlow) -> list[Imbalance]:
    found = []
    if tier.referrals > tier.gained:
        off = tier.referrals - tier.gained
        text = f"{tier.name}: {tier.referrals:,} came by referral, of only {tier.gained:,} gained: {off:,} too many."
        found.append(Imbalance(tier.key, "referrals", off, text))
    stayed = flow.stayed(tier)
    if stayed < 0:
        text = (
            f"{tier.name}: {tier.lost:,} lost and {flow.moved_out(tier.key):,} moved to other tiers, of only "
            f"{tier.start:,} at the start: {-stayed:,} too many."
        )
        found.append(Imbalance(tier.key, "lost", -stayed, text))
    off = tier.end - flow.makes(tier)
    if off:
        found.append(Imbalance(tier.key, "end", off, _does_not_add_up(flow, tier, off)))
    return found


def _does_not_add_up(flow: Flow, tier: TierFlow, off: int) -> str:
    moved = ""
    if flow.moves:
        moved = f" + {flow.moved_in(tier.key):,} moved in - {flow.moved_out(tier.key):,} moved out"
    sum_ = f"{tier.start:,} at the start + {tier.gained:,} gained - {tier.lost:,} lost{moved} = {flow.makes(tier):,}"
    return (
        f"{tier.name} does not add up: {sum_}, and {tier.end:,} are said to be there at the end: "
        f"{abs(off):,} too {'many' if off > 0 else 'few'}."
    )


def breaks(before: Flow, after: Flow) -> list[Imbalance]:
    """Where the quarter `after` does not begin as the one before it ends. A tier that only one of them has counts as
    empty in the other."""
    ended = {tier.key: tier for tier in before.tiers}
    begun = {tier.key: tier for tier in after.tiers}
    found = []
    for key, tier in {**ended, **begun}.items():
        end = ended[key].end if key in ended else 0
        start = begun[key].start if key in begun else 0
        if start != end:
            text = (
                f"{tier.name}: {start:,} at the start of {quarter_label(after.quarter)}, and {end:,} at the end of "
                f"{quarter_label(before.quarter)}: {abs(start - end):,} too {'many' if start > end else 'few'}."
            )
            found.append(Imbalance(key, "start", start - end, text))
    return found


# --- Value --------------------------------------------------------------------------------------------------------

OPENING, REVALUED, OWN, REFERRED, LOST, UP, DOWN, APART, CLOSING = (
    "opening",
    "revalued",
    "own",
    "referred",
    "lost",
    "up",
    "down",
    "apart",
    "closing",
)
#: The steps from the opening to the closing value, in their order, and what they are called.
STEPS = {
    OPENING: "At the start",
    REVALUED: "Worth of a customer changed",
    OWN: "Gained by ourselves",
    REFERRED: "Gained by referral",
    LOST: "Lost",
    UP: "Moved to a better tier",
    DOWN: "Moved to a lesser tier",
    APART: "Not accounted for",
    CLOSING: "At the end",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One product of the arithmetic: so many customers of this tier times so much each."""

    name: str
    customers: int
    each: Decimal

    @property
    def value(self) -> Decimal:
        """Customers times amount."""
        return self.customers * self.each


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the bridge: customers and value a year that came (or, below zero, went), and its arithmetic."""

    kind: str
    customers: int
    value: Decimal
    lines: tuple[Line, ...] = ()

    @property
    def label(self) -> str:
        """What the step is called."""
        return STEPS[self.kind]


@dataclass(frozen=True, slots=True)
class Bridge:
    """How the value of some customers went from opening to closing. The steps between sum to the difference."""

    steps: tuple[Step, ...]

    def of(self, kind: str) -> Step:
        """The step of this kind; nothing where there is none."""
        return next((step for step in self.steps if step.kind == kind), Step(kind, 0, NOTHING))

    @property
    def change(self) -> Decimal:
        """Closing less opening value."""
        return self.of(CLOSING).value - self.of(OPENING).value

    @property
    def between(self) -> tuple[Step, ...]:
        """The steps between opening and closing that moved anything."""
        return tuple(s for s in self.steps if s.kind not in (OPENING, CLOSING) and (s.value or s.customers))


def bridge(flow: Flow, before: Flow | None = None) -> Bridge:
    """The bridge of one quarter. With the quarter before it, the opening is what the customers were worth then, and
    what the new worth of a customer makes of it is a step of its own."""
    then = {tier.key: tier.worth for tier in before.tiers} if before else {}
    worth = {tier.key: tier.worth for tier in flow.tiers}
    place = {tier.key: number for number, tier in enumerate(flow.tiers)}
    name = {tier.key: tier.name for tier in flow.tiers}

    def lines(numbers: Iterable[tuple[str, int, Decimal]]) -> tuple[Line, ...]:
        return tuple(Line(*each) for each in numbers if each[1] and each[2])

    def moved(up: bool) -> tuple[Line, ...]:
        return tuple(
            Line(f"{name[m.source]} to {name[m.target]}", m.customers, worth[m.target] - worth[m.source])
            for m in sorted(flow.moves, key=lambda m: (place[m.source], place[m.target]))
            if (place[m.target] < place[m.source]) is up and m.customers
        )

    tiers = flow.tiers
    parts = {
        OPENING: lines((t.name, t.start, then.get(t.key, t.worth)) for t in tiers),
        REVALUED: lines((t.name, t.start, t.worth - then.get(t.key, t.worth)) for t in tiers),
        OWN: lines((t.name, t.gained - t.referrals, t.worth) for t in tiers),
        REFERRED: lines((t.name, t.referrals, t.worth) for t in tiers),
        LOST: lines((t.name, -t.lost, t.worth) for t in tiers),
        UP: moved(True),
        DOWN: moved(False),
        CLOSING: lines((t.name, t.end, t.worth) for t in tiers),
    }
    customers = {
        OPENING: flow.start,
        OWN: sum(t.gained - t.referrals for t in tiers),
        REFERRED: sum(t.referrals for t in tiers),
        LOST: -sum(t.lost for t in tiers),
        CLOSING: flow.end,
    }
    steps = {kind: Step(kind, customers.get(kind, 0), _value(found), found) for kind, found in parts.items()}
    return _whole(steps)


def _value(lines: Iterable[Line]) -> Decimal:
    return sum((line.value for line in lines), NOTHING)


def _whole(steps: dict[str, Step]) -> Bridge:
    """All steps in order, with what the others leave unexplained as a step of its own."""
    between = [step for kind, step in steps.items() if kind not in (OPENING, CLOSING, APART)]
    apart = Step(
        APART,
        steps[CLOSING].customers - steps[OPENING].customers - sum(step.customers for step in between),
        steps[CLOSING].value - steps[OPENING].value - sum((step.value for step in between), NOTHING),
    )
    every = {**steps, APART: apart}
    return Bridge(tuple(every[kind] for kind in STEPS))


def chained(bridges: Sequence[Bridge]) -> Bridge:
    """The bridge over quarters that follow each other: opened by the first, closed by the last. The bridges must be of
    the same customers, in order of time. Raises ValueError for none."""
    if not bridges:
        raise ValueError("There is no quarter to show.")
    steps = {kind: _summed(kind, [each.of(kind) for each in bridges]) for kind in STEPS if kind != APART}
    steps[OPENING], steps[CLOSING] = bridges[0].of(OPENING), bridges[-1].of(CLOSING)
    return _whole(steps)


def together(bridges: Sequence[Bridge]) -> Bridge:
    """The bridge of several segments over the same time."""
    return _whole({kind: _summed(kind, [each.of(kind) for each in bridges]) for kind in STEPS if kind != APART})


def _summed(kind: str, steps: Sequence[Step]) -> Step:
    return Step(kind, sum(s.customers for s in steps), sum((s.value for s in steps), NOTHING))


# --- The matrix ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """Where those who were in one tier at the start were at the end. `cells` in the order of the tiers."""

    tier: TierFlow
    cells: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Movement between tiers: a row for each tier at the start, a column for each at the end, best first. Each row and
    what was lost sums to the tier's start; each column and what was gained to its end."""

    tiers: tuple[TierFlow, ...]
    rows: tuple[MatrixRow, ...]

    @property
    def better(self) -> int:
        """How many moved to a better tier."""
        return sum(sum(row.cells[:place]) for place, row in enumerate(self.rows))

    @property
    def lesser(self) -> int:
        """How many moved to a lesser tier."""
        return sum(sum(row.cells[place + 1 :]) for place, row in enumerate(self.rows))


def matrix(flow: Flow) -> Matrix:
    """The matrix of a quarter; who stayed stands on the diagonal."""
    moved = {(move.source, move.target): move.customers for move in flow.moves}
    rows = tuple(
        MatrixRow(
            tier,
            tuple(
                flow.stayed(tier) if other.key == tier.key else moved.get((tier.key, other.key), 0)
                for other in flow.tiers
            ),
        )
        for tier in flow.tiers
    )
    return Matrix(flow.tiers, rows)
