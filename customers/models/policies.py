"""How much customers and channels can take: contact policies, change freezes, channel capacities."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from customers.models.base import Channel, RegisterEntry, RegisterQuerySet
from customers.models.served import Segment, Touchpoint

ENDS_BEFORE_START = "The last day lies before the first."


def refuse_days(starts: date | None, ends: date | None) -> None:
    """Raise ValidationError at `ends` where it lies before `starts`."""
    if starts and ends and ends < starts:
        raise ValidationError({"ends": ENDS_BEFORE_START})


class ContactPolicy(RegisterEntry):
    """At most `limit` contacts in any `days` consecutive days: for one segment or each, one channel or all together."""

    register = "contact-policies"

    segment = models.ForeignKey(Segment, models.CASCADE, null=True, blank=True, related_name="policies")
    channel = models.CharField(max_length=12, choices=Channel, blank=True)
    limit = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])

    objects = RegisterQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta(RegisterEntry.Meta):
        verbose_name_plural = "contact policies"
        constraints: ClassVar = [models.CheckConstraint(condition=Q(days__gte=1), name="policy_days_at_least_one")]

    def clean(self) -> None:
        """Refuse a policy that another one for the same customers and channel makes pointless, or the reverse."""
        self.refuse_pointless(ContactPolicy.objects.active().filter(segment=self.segment_id, channel=self.channel))

    def refuse_pointless(self, others: "Iterable[ContactPolicy]") -> None:
        """Raise ValidationError where of this policy and one of the others, for the same customers and channel, only
        one can ever matter: fewer contacts in as many days or more say all that the other says."""
        if self.retired_on or None in (self.limit, self.days):
            return
        for other in others:
            if other is self or (self.pk and other.pk == self.pk):
                continue
            words = f"“{other.name}” says at most {other.limit} in {other.days} days for the same customers and channel"
            if other.limit <= self.limit and other.days >= self.days:
                text = f"{words}, so this policy would never matter. Change that one instead."
                raise ValidationError({"limit": text})
            if self.limit <= other.limit and self.days >= other.days:
                raise ValidationError({"limit": f"{words}, which would never matter beside this. Retire it first."})


class QuietPeriod(RegisterEntry):
    """Days, both ends included, in which customers hear nothing from us: one segment or all, by one channel or any."""

    register = "quiet-periods"

    segment = models.ForeignKey(Segment, models.CASCADE, null=True, blank=True, related_name="quiet_periods")
    channel = models.CharField(max_length=12, choices=Channel, blank=True)
    starts = models.DateField()
    ends = models.DateField()

    objects = RegisterQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta(RegisterEntry.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends__gte=F("starts")),
                name="quiet_period_ends_after_start",
                violation_error_message=ENDS_BEFORE_START,
            )
        ]

    def clean(self) -> None:
        """The last day is not before the first."""
        refuse_days(self.starts, self.ends)


class ChangeFreeze(RegisterEntry):
    """Days in which nothing goes live: at the named touchpoints, or anywhere when none is named."""

    register = "change-freezes"

    starts = models.DateField()
    ends = models.DateField()
    touchpoints = models.ManyToManyField(Touchpoint, blank=True, related_name="freezes")

    objects = RegisterQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta(RegisterEntry.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends__gte=F("starts")),
                name="freeze_ends_after_start",
                violation_error_message=ENDS_BEFORE_START,
            )
        ]

    def clean(self) -> None:
        """The last day is not before the first."""
        refuse_days(self.starts, self.ends)


class ChannelCapacity(RegisterEntry):
    """How many single contacts a channel can make in a week, from Monday to Sunday. One for each channel in use."""

    register = "channel-capacities"

    channel = models.CharField(max_length=12, choices=Channel)
    contacts_per_week = models.PositiveIntegerField()

    objects = RegisterQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta(RegisterEntry.Meta):
        verbose_name_plural = "channel capacities"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["channel"],
                condition=Q(retired_on__isnull=True),
                name="channel_capacity_once",
                violation_error_message="This channel has a capacity already. Change that one, or retire it first.",
            )
        ]
