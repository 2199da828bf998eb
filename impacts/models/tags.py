"""Tags: what one request does to touchpoints, data, systems and customers, and what is suggested of it."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from customers.models import Channel, DataDomain, IdentifyingAttribute, Measure, Segment, System, Touchpoint
from portfolio.models import ProjectRequest


class Effect(models.TextChoices):
    """What a request does to a touchpoint."""

    INTRODUCES = "introduces", "Introduces"
    CHANGES = "changes", "Changes"
    REPLACES = "replaces", "Replaces"
    RETIRES = "retires", "Retires"


class Impact(models.Model):
    """What one request does at one touchpoint for some segments (none: for all)."""

    class Direction(models.TextChoices):
        BETTER = "better", "Better"
        WORSE = "worse", "Worse"
        NEUTRAL = "neutral", "Neutral"

    class Sign(models.IntegerChoices):
        UP = 1, "Up"
        DOWN = -1, "Down"

    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="impacts")
    touchpoint = models.ForeignKey(Touchpoint, models.PROTECT, related_name="impacts")
    effect = models.CharField(max_length=12, choices=Effect)
    direction = models.CharField(max_length=8, choices=Direction, default=Direction.NEUTRAL)
    measure = models.ForeignKey(Measure, models.PROTECT, null=True, blank=True, related_name="impacts")
    measure_sign = models.SmallIntegerField(choices=Sign, null=True, blank=True)
    segments = models.ManyToManyField(Segment, blank=True, related_name="impacts")
    note = models.CharField(max_length=300, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["touchpoint__name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "touchpoint"],
                name="impact_once",
                violation_error_message="This touchpoint is already listed. Change that line instead.",
            ),
            models.CheckConstraint(
                condition=Q(measure__isnull=True, measure_sign__isnull=True)
                | Q(measure__isnull=False, measure_sign__isnull=False, measure_sign__in=[1, -1]),
                name="impact_measure_with_sign",
                violation_error_message="Say whether the measure goes up or down, or leave both empty.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_effect_display()} {self.touchpoint}"


class DataUse(models.Model):
    """What one request does to one data domain; in which system, where that is known, and by which identifying
    attributes its records will be found there: that is how a request joins a system to others."""

    class Mode(models.TextChoices):
        MASTERS = "masters", "Becomes master of"
        CREATES = "creates", "Creates"
        CHANGES = "changes", "Changes"
        READS = "reads", "Reads"
        RETIRES = "retires", "Retires"

    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="data_uses")
    domain = models.ForeignKey(DataDomain, models.PROTECT, related_name="uses")
    mode = models.CharField(max_length=8, choices=Mode)
    system = models.ForeignKey(System, models.PROTECT, null=True, blank=True, related_name="data_uses")
    attributes = models.ManyToManyField(IdentifyingAttribute, blank=True, related_name="data_uses")

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["domain__name", "mode", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "domain", "mode"],
                name="data_use_once",
                violation_error_message="This use of this data is already listed.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_mode_display()} {self.domain}"


class SystemUse(models.Model):
    """What one request does to one system. DESIGN's rules speak of systems changed and retired; this says it."""

    class Effect(models.TextChoices):
        INTRODUCES = "introduces", "Introduces"
        CHANGES = "changes", "Changes"
        REPLACES = "replaces", "Replaces"
        RETIRES = "retires", "Retires"
        USES = "uses", "Uses"

    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="system_uses")
    system = models.ForeignKey(System, models.PROTECT, related_name="uses")
    effect = models.CharField(max_length=12, choices=Effect)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["system__name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "system"],
                name="system_use_once",
                violation_error_message="This system is already listed. Change that line instead.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_effect_display()} {self.system}"


class PlannedContact(models.Model):
    """A request contacts every customer of a segment by one channel, on `times` days, `every_days` apart."""

    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="contacts")
    segment = models.ForeignKey(Segment, models.PROTECT, related_name="contacts")
    channel = models.CharField(max_length=12, choices=Channel)
    first_day = models.DateField()
    times = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(366)])
    every_days = models.PositiveSmallIntegerField(default=7, validators=[MinValueValidator(1), MaxValueValidator(366)])
    purpose = models.CharField(max_length=200, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["first_day", "id"]
        indexes: ClassVar = [
            models.Index(fields=["segment", "first_day"], name="contact_segment_day"),
            # Whether a request contacts a segment: without it SQLite goes through all contacts of the segment.
            models.Index(fields=["request", "segment"], name="contact_request_segment"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(times__gte=1, times__lte=366, every_days__gte=1, every_days__lte=366),
                name="contact_times_and_days",
            )
        ]

    def __str__(self) -> str:
        return f"{self.times} x {self.get_channel_display()} to {self.segment} from {self.first_day}"


class TagSuggestion(models.Model):
    """A register entry that a request's text seems to touch, and what the requester said of it."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"

    class Register(models.TextChoices):
        TOUCHPOINT = "touchpoint", "Touchpoint"
        DOMAIN = "domain", "Data domain"
        SEGMENT = "segment", "Segment"
        SYSTEM = "system", "System"

    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="tag_suggestions")
    register = models.CharField(max_length=12, choices=Register)
    thing_id = models.BigIntegerField()
    confidence = models.FloatField()
    words = models.JSONField(default=list)
    request_version = models.PositiveIntegerField(
        default=0, help_text="The request's version that it was read from; an open suggestion follows the request."
    )
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="tag_decisions"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    added = models.JSONField(
        default=list,
        blank=True,
        help_text="Ids of the lines that accepting it made; of a segment, of the impacts that it was added to.",
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["-confidence", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "register", "thing_id"], name="suggestion_once")
        ]

    def __str__(self) -> str:
        return f"{self.request.reference}: {self.register} {self.thing_id}?"
