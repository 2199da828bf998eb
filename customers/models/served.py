"""Who the organisation serves, where it meets them, and what it counts about them."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from customers.models.base import Channel, JourneyStage, RegisterEntry, RegisterQuerySet


class Segment(RegisterEntry):
    """Customers grouped by how they behave. `yearly_value` is in the organisation's currency, for the whole segment."""

    register = "segments"

    behaviour = models.TextField(max_length=2000, blank=True, help_text="What these customers do, not who they are.")
    customer_count = models.PositiveIntegerField(default=0)
    yearly_value = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="segments_managed"
    )

    objects = RegisterQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta(RegisterEntry.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(yearly_value__isnull=True) | Q(yearly_value__gte=0), name="segment_value_not_negative"
            )
        ]


class Tier(RegisterEntry):
    """How profitable a customer of a segment is: the best tier has rank 1. `yearly_value` is what one customer of the
    tier is worth a year, in the organisation's currency; below zero where customers cost more than they bring."""

    register = "tiers"

    segment = models.ForeignKey(Segment, models.CASCADE, related_name="tiers")
    rank = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1)], help_text="1 for the most profitable customers, 2 for the next, and so on."
    )
    yearly_value = models.DecimalField(max_digits=12, decimal_places=2)

    objects = RegisterQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta(RegisterEntry.Meta):
        ordering: ClassVar[list[str]] = ["segment__name", "rank", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(rank__gte=1), name="tier_rank_at_least_one"),
            models.UniqueConstraint(
                fields=["segment", "rank"],
                condition=Q(retired_on__isnull=True),
                name="tier_rank_once_in_segment",
                violation_error_message="The segment has a tier of this rank already. Choose another rank.",
            ),
        ]


class Touchpoint(RegisterEntry):
    """Where a customer meets the organisation: a channel at a stage of the journey."""

    register = "touchpoints"

    channel = models.CharField(max_length=12, choices=Channel)
    journey_stage = models.CharField(max_length=12, choices=JourneyStage)
    customers_per_month = models.PositiveIntegerField(default=0)
    run_by_it = models.BooleanField(default=False)
    accountable = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="touchpoints_answered_for"
    )
    change_limit = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How many changes a quarter customers can take here; empty for no limit."
    )

    objects = RegisterQuerySet.as_manager()
    history = HistoricalRecords()


class Measure(RegisterEntry):
    """Something counted about customers that a request may push up or down, such as calls about fraud."""

    class Good(models.TextChoices):
        UP = "up", "More is better"
        DOWN = "down", "Less is better"

    register = "measures"

    unit = models.CharField(max_length=40, blank=True)
    good_direction = models.CharField(max_length=4, choices=Good)

    objects = RegisterQuerySet.as_manager()
    history = HistoricalRecords()
