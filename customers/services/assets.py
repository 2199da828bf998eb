"""Keeps a quarter of customers: all its tiers and movements or nothing, and only where it conserves customers."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from customers.assets import Flow, Imbalance, breaks, imbalances
from customers.errors import DoesNotAddUp, NotAllowed
from customers.models import AssetQuarter, Segment, TierMovement
from customers.permissions import can_type_assets
from customers.quarters import next_quarter, quarter_before, quarter_label, quarter_of
from customers.selectors.assets import flows_by_segment


def save_quarter(*, segment: Segment, flow: Flow, by: Any) -> list[Imbalance]:
    """Store what happened to a segment's customers in one quarter, in place of what was there. Returns where the next
    quarter, if there is one, does not begin as this one now ends.

    Raises NotAllowed; DoesNotAddUp where customers are not conserved, or where it does not begin as the quarter before
    it ended; ValidationError for numbers that cannot be.
    """
    if not can_type_assets(by, segment):
        raise NotAllowed(f"Only the manager of {segment}, architects and administrators type these numbers.")
    if flow.quarter >= quarter_of(timezone.localdate()):
        raise ValidationError(f"{quarter_label(flow.quarter)} is not over yet. Come back when it is.")
    known = flows_by_segment([segment]).get(segment.pk, {})
    before, after = known.get(quarter_before(flow.quarter)), known.get(next_quarter(flow.quarter))
    if wrong := [*(breaks(before, flow) if before else []), *imbalances(flow)]:
        raise DoesNotAddUp(wrong)
    with transaction.atomic():
        _store_tiers(segment, flow)
        _store_moves(segment, flow)
    return breaks(flow, after) if after else []


def _store_tiers(segment: Segment, flow: Flow) -> None:
    year, quarter = flow.quarter
    rows = AssetQuarter.objects.filter(segment=segment, year=year, quarter=quarter).order_by("id")
    stored = {row.tier_id: row for row in rows}
    for tier in flow.tiers:
        values = {
            "customers_start": tier.start,
            "gained": tier.gained,
            "referrals": tier.referrals,
            "lost": tier.lost,
            "customers_end": tier.end,
            "worth": tier.worth,
        }
        row = stored.pop(tier.key, None)
        if row is not None and all(getattr(row, name) == value for name, value in values.items()):
            continue
        row = row or AssetQuarter(segment=segment, tier_id=tier.key, year=year, quarter=quarter)
        for name, value in values.items():
            setattr(row, name, value)
        row.full_clean()
        row.save()
    for row in stored.values():
        row.delete()


def _store_moves(segment: Segment, flow: Flow) -> None:
    year, quarter = flow.quarter
    rows = TierMovement.objects.filter(segment=segment, year=year, quarter=quarter).order_by("id")
    stored = {(row.from_tier_id, row.to_tier_id): row for row in rows}
    for move in flow.moves:
        if not (move.customers and move.source and move.target):
            continue
        row = stored.pop((move.source, move.target), None)
        if row is not None and row.customers == move.customers:
            continue
        row = row or TierMovement(
            segment=segment, year=year, quarter=quarter, from_tier_id=move.source, to_tier_id=move.target
        )
        row.customers = move.customers
        row.full_clean()
        row.save()
    for row in stored.values():
        row.delete()


def remove_quarter(*, segment: Segment, flow: Flow, by: Any) -> None:
    """Take a quarter away; its history stays. Raises NotAllowed."""
    if not can_type_assets(by, segment):
        raise NotAllowed(f"Only the manager of {segment}, architects and administrators take these numbers away.")
    empty = Flow(flow.quarter, ())
    with transaction.atomic():
        _store_moves(segment, empty)
        _store_tiers(segment, empty)
