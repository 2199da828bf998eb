"""Series of meetings: the rule by which the board meets, and the days on which it does not."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from board.agenda.recurrence import WEEKDAYS, Rule
from board.models.meetings import Deciding


class MeetingSeries(models.Model):
    """The board meets by this rule; its next `ahead` meetings are planned by themselves. `starts_time` is in the
    organisation's time zone, so that the board meets at the same hour in summer and winter. `quorum`, how the
    board decides and the people are what new meetings begin with."""

    class Frequency(models.TextChoices):
        WEEKLY = "weekly", "Weekly"
        MONTHLY = "monthly", "Monthly"

    class Nth(models.IntegerChoices):
        FIRST = 1, "First"
        SECOND = 2, "Second"
        THIRD = 3, "Third"
        FOURTH = 4, "Fourth"
        LAST = -1, "Last"

    title = models.CharField(max_length=160, default="Review board")
    frequency = models.CharField(max_length=8, choices=Frequency, default=Frequency.MONTHLY)
    every = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
        help_text="1: each week or month, 2: every second one, and so on.",
    )
    weekday = models.PositiveSmallIntegerField(choices=list(enumerate(WEEKDAYS)), default=3)
    nth = models.SmallIntegerField(
        "which of the month", choices=Nth, default=Nth.FIRST, help_text="For a monthly series."
    )
    starts_on = models.DateField(help_text="No meeting before this day.")
    ends_on = models.DateField(null=True, blank=True, help_text="No meeting after this day; empty for no end.")
    starts_time = models.TimeField()
    minutes = models.PositiveSmallIntegerField(
        default=90, validators=[MinValueValidator(5), MaxValueValidator(600)], help_text="How long each lasts."
    )
    place = models.CharField(max_length=160, blank=True)
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="series_chaired"
    )
    secretary = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="series_kept"
    )
    quorum = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    deciding = models.CharField("how we decide", max_length=10, choices=Deciding, default=Deciding.CONSENSUS)
    ahead = models.PositiveSmallIntegerField(
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
        help_text="So many meetings to come are always planned.",
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["title", "id"]
        verbose_name_plural = "meeting series"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="series_ends_after_it_starts",
                violation_error_message="A series ends on or after the day on which it starts.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The series' page."""
        return reverse("board:series-detail", kwargs={"pk": self.pk})

    @property
    def rule(self) -> Rule:
        """When it meets, as plain values."""
        monthly = self.frequency == self.Frequency.MONTHLY
        return Rule(self.starts_on, self.ends_on, self.weekday, self.every, self.nth if monthly else None)


class SeriesSkip(models.Model):
    """On this day the board does not meet, though the rule of the series says so."""

    series = models.ForeignKey(MeetingSeries, models.CASCADE, related_name="skips")
    day = models.DateField()
    because = models.CharField(max_length=200)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="series_skips")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["day", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["series", "day"], name="skip_once", violation_error_message="This day is left out already."
            )
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.because}"
