"""Customers as assets: how many of each segment and tier came, went and moved in each quarter."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from customers.assets import TierFlow
from customers.models.served import Segment, Tier
from customers.quarters import Quarter, quarter_label


class InQuarter(models.Model):
    """Something that is counted once for each quarter of the calendar."""

    year = models.PositiveSmallIntegerField(validators=[MinValueValidator(2000), MaxValueValidator(2200)])
    quarter = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(4)])

    class Meta:
        abstract = True

    @property
    def when(self) -> Quarter:
        """The quarter."""
        return self.year, self.quarter

    @property
    def quarter_label(self) -> str:
        """'Q1 2027'."""
        return quarter_label(self.when)


class AssetQuarter(InQuarter):
    """One tier of a segment in one quarter (no tier: the whole segment, which then has no tiers in that quarter), in
    customers. `referrals` are those of the gained whom another customer brought; `worth` is what one customer was worth
    a year then, in the organisation's currency, below zero where customers cost more than they bring."""

    segment = models.ForeignKey(Segment, models.PROTECT, related_name="asset_quarters")
    tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="asset_quarters")
    customers_start = models.PositiveIntegerField("customers at the start")
    gained = models.PositiveIntegerField()
    referrals = models.PositiveIntegerField("of these by referral", default=0)
    lost = models.PositiveIntegerField()
    customers_end = models.PositiveIntegerField("customers at the end")
    worth = models.DecimalField("a customer's worth a year", max_digits=12, decimal_places=2)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "quarter of customers"
        verbose_name_plural = "quarters of customers"
        ordering: ClassVar[list[str]] = ["year", "quarter", "segment__name", "tier__rank", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["segment", "tier", "year", "quarter"], condition=Q(tier__isnull=False), name="asset_tier_once"
            ),
            models.UniqueConstraint(
                fields=["segment", "year", "quarter"], condition=Q(tier__isnull=True), name="asset_segment_once"
            ),
            models.CheckConstraint(
                condition=Q(quarter__gte=1, quarter__lte=4, year__gte=2000, year__lte=2200),
                name="asset_in_a_quarter",
            ),
            models.CheckConstraint(condition=Q(referrals__lte=F("gained")), name="asset_referrals_are_gained"),
        ]

    def __str__(self) -> str:
        return f"{self.tier.name if self.tier else self.segment.name}, {self.quarter_label}"

    def flow(self) -> TierFlow:
        """The row for the arithmetic."""
        return TierFlow(
            key=self.tier_id,
            name=self.tier.name if self.tier else self.segment.name,
            start=self.customers_start,
            gained=self.gained,
            referrals=self.referrals,
            lost=self.lost,
            end=self.customers_end,
            worth=self.worth,
        )


class TierMovement(InQuarter):
    """So many customers of a segment were in `from_tier` at the start of a quarter and in `to_tier` at its end."""

    segment = models.ForeignKey(Segment, models.PROTECT, related_name="tier_movements")
    from_tier = models.ForeignKey(Tier, models.PROTECT, related_name="movements_out")
    to_tier = models.ForeignKey(Tier, models.PROTECT, related_name="movements_in")
    customers = models.PositiveIntegerField(validators=[MinValueValidator(1)])

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["year", "quarter", "segment__name", "from_tier__rank", "to_tier__rank", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["segment", "year", "quarter", "from_tier", "to_tier"], name="tier_movement_once"
            ),
            models.CheckConstraint(condition=~Q(from_tier=F("to_tier")), name="tier_movement_moves"),
            models.CheckConstraint(condition=Q(customers__gte=1), name="tier_movement_of_somebody"),
            models.CheckConstraint(
                condition=Q(quarter__gte=1, quarter__lte=4, year__gte=2000, year__lte=2200),
                name="tier_movement_in_a_quarter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customers} from {self.from_tier.name} to {self.to_tier.name}, {self.quarter_label}"
