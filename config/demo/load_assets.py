"""Loads what customers are worth: four quarters of each segment with its tiers, and what requests bet on."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from config.demo.load_registers import Registers, saved
from config.demo.load_requests import Requests
from config.demo.story import Row, Story, at_hour
from customers.models import AssetQuarter, Segment, Tier, TierMovement
from customers.quarters import Quarter, quarter_before
from impacts.models import Bet, BetAnswer
from impacts.services.tags.bets import ask_for_answers

#: Bets were written down so long before they were due, or before the story's present where they are still to come.
BET_AGE = timedelta(weeks=6)


def load_assets(story: Story, registers: Registers, requests: Requests) -> None:
    """Enter it all, the quarters two weeks after each was over. Raises ValidationError for a wrong story."""
    for row in story.assets["quarters"]:
        _load_segment(story, registers.segments[row["segment"]], row)
    for row in story.assets["bets"]:
        _load_bet(story, registers, requests, row)
    ask_for_answers(today=story.anchor)


def _load_segment(story: Story, segment: Segment, row: Row) -> None:
    tiers = list(Tier.objects.filter(segment=segment).order_by("rank"))
    when = quarter_before((story.anchor.year, (story.anchor.month + 2) // 3))
    end = list(row["end"])
    for flow in reversed(row["flows"]):
        end = _load_quarter(segment, tiers, when, flow, end)
        when = quarter_before(when)


def _load_quarter(segment: Segment, tiers: list[Tier], when: Quarter, flow: Row, end: list[int]) -> list[int]:
    """Store one quarter that ends so. Returns how many there were in each tier at its start."""
    year, number = when
    at = _typed_at(when)
    start = [there - came + went for there, came, went in zip(end, flow["gained"], flow["lost"], strict=True)]
    for source, target, customers in flow["moves"]:
        start[source - 1] += customers
        start[target - 1] -= customers
        moved: dict[str, Any] = {"from_tier": tiers[source - 1], "to_tier": tiers[target - 1], "customers": customers}
        saved(TierMovement(segment=segment, year=year, quarter=number, **moved), at)
    for place, tier in enumerate(tiers):
        numbers = {
            "customers_start": start[place],
            "gained": flow["gained"][place],
            "referrals": flow["referrals"][place],
            "lost": flow["lost"][place],
            "customers_end": end[place],
            "worth": tier.yearly_value,
        }
        saved(AssetQuarter(segment=segment, tier=tier, year=year, quarter=number, **numbers), at)
    return start


def _typed_at(when: Quarter) -> datetime:
    year, number = when
    return at_hour(date(year + number // 4, number % 4 * 3 + 1, 15), 10)


def _load_bet(story: Story, registers: Registers, requests: Requests, row: Row) -> None:
    measure = registers.measures.get(row["moves"])
    bet = Bet(
        request=requests[row["request"]],
        segment=registers.segments[row["segment"]],
        moves=Bet.Moves.MEASURE if measure else row["moves"],
        measure=measure,
        amount=Decimal(str(row["amount"])),
        due=row["due"],
        note=row["note"],
    )
    made = min(bet.request.submitted_at or at_hour(story.anchor, 9), at_hour(row["due"] - BET_AGE, 9))
    saved(bet, made)
    if said := row.get("answer"):
        at = at_hour(said["day"], 15)
        delivered = Decimal(str(said["delivered"]))
        person = bet.request.requester
        saved(BetAnswer(bet=bet, delivered=delivered, text=said["text"], person=person, at=at), at)
