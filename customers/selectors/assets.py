"""Quarters of customers as flows for the arithmetic of `customers.assets`."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from customers.assets import Flow, Imbalance, Move, TierFlow, breaks, imbalances
from customers.models import AssetQuarter, Segment, Tier, TierMovement
from customers.quarters import Quarter, next_quarter, quarter_before

Flows = dict[Quarter, Flow]
NO_TIER_RANK = 0


def flows_by_segment(segments: Iterable[Segment] | None = None) -> dict[int, Flows]:
    """Every quarter of these segments (None: of all), in order of time, by the segment's id. Two queries."""
    rows, moved = AssetQuarter.objects.all(), TierMovement.objects.all()
    if segments is not None:
        wanted = [segment.pk for segment in segments]
        rows, moved = rows.filter(segment__in=wanted), moved.filter(segment__in=wanted)
    return flows_from(
        rows.select_related("segment", "tier").order_by("year", "quarter", "tier__rank", "id"),
        moved.order_by("year", "quarter", "id"),
    )


def flows_from(rows: Iterable[AssetQuarter], moved: Iterable[TierMovement]) -> dict[int, Flows]:
    """The flows of these rows, which may not be stored yet. Tiers stand in the order of their rank."""
    tiers: dict[tuple[Quarter, int], list[tuple[int, TierFlow]]] = defaultdict(list)
    moves: dict[tuple[Quarter, int], list[Move]] = defaultdict(list)
    for row in rows:
        tiers[row.when, row.segment_id].append((row.tier.rank if row.tier else NO_TIER_RANK, row.flow()))
    for each in moved:
        moves[each.when, each.segment_id].append(Move(each.from_tier_id, each.to_tier_id, each.customers))
    found: dict[int, Flows] = defaultdict(dict)
    for when, segment in sorted(tiers):
        ranked = sorted(tiers[when, segment], key=lambda pair: (pair[0], pair[1].key or 0))
        ordered = tuple(flow for _, flow in ranked)
        found[segment][when] = Flow(when, ordered, _of(ordered, moves[when, segment]))
    return dict(found)


def _of(tiers: Sequence[TierFlow], moves: Sequence[Move]) -> tuple[Move, ...]:
    """The moves between these tiers, best first."""
    place = {tier.key: number for number, tier in enumerate(tiers)}
    known = [move for move in moves if move.source in place and move.target in place]
    return tuple(sorted(known, key=lambda move: (place[move.source], place[move.target])))


def problems_of(flows: Flows) -> list[tuple[Quarter, Imbalance]]:
    """What does not fit in a segment's quarters: within one, or with the one before it."""
    found = []
    for when, flow in flows.items():
        found += [(when, each) for each in imbalances(flow)]
        before = flows.get(quarter_before(when))
        found += [(when, each) for each in breaks(before, flow)] if before else []
    return found


def empty_flow(segment: Segment, when: Quarter, before: Flow | None) -> Flow:
    """How a quarter begins that nobody has typed yet: as the one before it ended, each tier worth what it was worth
    then, or what the register says. One query."""
    ended = {tier.key: tier for tier in before.tiers} if before else {}
    tiers: list[Any] = list(Tier.objects.active().filter(segment=segment).order_by("rank", "id"))
    if tiers:
        each = [(tier.pk, tier.name, tier.yearly_value) for tier in tiers]
        each += [(t.key, t.name, t.worth) for t in ended.values() if t.key and t.key not in {pk for pk, _, _ in each}]
    else:
        worth = (segment.yearly_value or 0) / (segment.customer_count or 1)
        each = [(None, segment.name, worth)]
    return Flow(
        when,
        tuple(
            TierFlow(key, name, ended[key].end, 0, 0, 0, ended[key].end, ended[key].worth)
            if key in ended
            else TierFlow(key, name, 0, 0, 0, 0, 0, round(worth, 2))
            for key, name, worth in each
        ),
    )


def quarter_to_type(flows: Flows, today: Quarter) -> Quarter:
    """The quarter that should be typed next: after the last one that is there, else the last one that is over."""
    return next_quarter(max(flows)) if flows else quarter_before(today)
