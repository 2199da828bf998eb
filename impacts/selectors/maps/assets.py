"""What customers are worth and how that changed, by segment and quarter, as the page shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from customers.amounts import money_text
from customers.assets import (
    CLOSING,
    LOST,
    OPENING,
    OWN,
    REFERRED,
    Bridge,
    Flow,
    Imbalance,
    Matrix,
    bridge,
    chained,
    matrix,
    together,
)
from customers.models import Segment
from customers.quarters import Quarter, quarter_before, quarter_code, quarter_label
from customers.selectors.assets import Flows, flows_by_segment, problems_of

#: So many quarters one page can add up, and so many its table of quarters shows.
SPANS = (1, 4)
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Sums:
    """The figures of one bridge that tables show."""

    bridge: Bridge

    @property
    def gained(self) -> int:
        """Customers gained, by ourselves and by referral."""
        return self.bridge.of(OWN).customers + self.bridge.of(REFERRED).customers

    @property
    def gained_value(self) -> Any:
        """What they are worth a year."""
        return self.bridge.of(OWN).value + self.bridge.of(REFERRED).value

    @property
    def referrals(self) -> int:
        """How many of them another customer brought."""
        return self.bridge.of(REFERRED).customers

    @property
    def lost(self) -> int:
        """Customers lost."""
        return -self.bridge.of(LOST).customers

    @property
    def lost_value(self) -> Any:
        """What they were worth a year."""
        return -self.bridge.of(LOST).value

    @property
    def start(self) -> Any:
        """The opening step."""
        return self.bridge.of(OPENING)

    @property
    def end(self) -> Any:
        """The closing step."""
        return self.bridge.of(CLOSING)


@dataclass(frozen=True, slots=True)
class SegmentAssets:
    """One segment in the chosen time. `flow` is its last quarter there."""

    segment: Segment
    bridge: Bridge
    flow: Flow

    @property
    def sums(self) -> Sums:
        """Its figures."""
        return Sums(self.bridge)

    @property
    def moved(self) -> Matrix:
        """Who moved between tiers in the last quarter."""
        return matrix(self.flow)


@dataclass(frozen=True, slots=True)
class AssetView:
    """The page: chosen segment (None: all), the last quarter and how many of them; `rows` are the segments with their
    bridges, `bridge` that of all shown, `history` the last quarters one by one (code, label, figures), `problems` what
    does not add up, `missing` who has no numbers for the last quarter, `flows` all quarters of all segments."""

    segment: Segment | None
    choices: list[Segment]
    quarter: Quarter | None
    span: int
    quarters: list[Quarter]
    rows: list[SegmentAssets]
    bridge: Bridge | None
    history: list[tuple[str, str, Sums]]
    problems: list[tuple[Segment, Quarter, Imbalance]]
    missing: list[Segment]
    flows: dict[int, Flows]

    @property
    def matrix(self) -> Matrix | None:
        """The movement between tiers of the chosen segment in the last quarter; None where it has but one."""
        if self.segment is None or not self.rows or len(self.rows[0].flow.tiers) < 2:
            return None
        return self.rows[0].moved

    @property
    def when(self) -> str:
        """The time in words."""
        if self.quarter is None:
            return ""
        label = quarter_label(self.quarter)
        return label if self.span == 1 else f"the {self.span} quarters to {label}"

    @property
    def title(self) -> str:
        """The finding, as a sentence."""
        who = self.segment.name if self.segment else "Our customers"
        if self.bridge is None:
            return f"Nobody has said yet how many customers came and went{f' of {who}' if self.segment else ''}"
        change = self.bridge.change
        came = sum((step.value for step in self.bridge.between if step.value > 0), change * 0)
        went = -sum((step.value for step in self.bridge.between if step.value < 0), change * 0)
        both = f": {money_text(came, short=True)} came, {money_text(went, short=True)} went"
        if not change:
            return f"{who} are worth as much as before in {self.when}{both}"
        way = "more" if change > 0 else "less"
        return f"{who} became worth {money_text(abs(change), short=True)} a year {way} in {self.when}{both}"


def asset_view(*, code: str, quarter: Quarter | None, span: int) -> AssetView:
    """The page for one segment (an unknown code: for all), the last known quarter where none is chosen. Three
    queries."""
    choices = list(Segment.objects.active().select_related("manager").order_by("name", "id"))
    chosen = next((segment for segment in choices if segment.code == code), None)
    flows = flows_by_segment()
    shown = [chosen] if chosen else choices
    quarters = sorted({when for one in shown for when in flows.get(one.pk, {})}, reverse=True)
    last = quarter if quarter in quarters else (quarters[0] if quarters else None)
    known = [(one, flows.get(one.pk, {})) for one in shown]
    rows = _rows(known, last, span)
    problems = [(one, when, each) for one, its in known for when, each in problems_of(its)]
    return AssetView(
        segment=chosen,
        choices=choices,
        quarter=last,
        span=span,
        quarters=quarters,
        rows=rows,
        bridge=together([row.bridge for row in rows]) if len(rows) > 1 else (rows[0].bridge if rows else None),
        history=[_past(when, _rows(known, when, 1)) for when in quarters[:SHOWN]],
        problems=problems,
        missing=[one for one, its in known if last is not None and last not in its],
        flows=flows,
    )


def _rows(known: Iterable[tuple[Segment, Flows]], last: Quarter | None, span: int) -> list[SegmentAssets]:
    """The segments that have numbers for the last quarter, each over its last quarters."""
    if last is None:
        return []
    return [SegmentAssets(one, bridge_over(flows, last, span), flows[last]) for one, flows in known if last in flows]


def _past(when: Quarter, rows: list[SegmentAssets]) -> tuple[str, str, Sums]:
    return quarter_code(when), quarter_label(when), Sums(together([row.bridge for row in rows]))


def bridge_over(flows: Flows, last: Quarter, span: int) -> Bridge:
    """The bridge of so many quarters that end with `last`, as far as they are known without a gap."""
    wanted: list[Quarter] = []
    when = last
    while when in flows and len(wanted) < span:
        wanted.append(when)
        when = quarter_before(when)
    bridges = [bridge(flows[each], flows.get(quarter_before(each))) for each in reversed(wanted)]
    return bridges[0] if len(bridges) == 1 else chained(bridges)


ASSET_HEADINGS = ("Quarter", "Segment", "Step", "Customers", "Value a year")


def asset_rows(view: AssetView) -> Iterable[list[Any]]:
    """The steps of every shown segment, for a file."""
    if view.quarter is None:
        return
    for row in view.rows:
        for step in row.bridge.steps:
            yield [view.when, row.segment.code, step.label, step.customers, step.value]
