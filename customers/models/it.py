"""IT and the customer: hours that people from IT spend with customers, stories of what came of it, and what customers
get where they deal with IT directly."""

import calendar
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from customers.models.served import Segment, Touchpoint

HOURS_A_DAY = 24
EARLIEST = date(2000, 1, 1)


class CustomerTime(models.Model):
    """Hours that somebody from IT spent with customers on one day; with `whole_month`, those of the month that `day` is
    the first of, counted together."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="customer_time")
    day = models.DateField()
    whole_month = models.BooleanField(default=False)
    hours = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        validators=[
            MinValueValidator(Decimal("0.25"), "Write at least a quarter of an hour: 0.25."),
            MaxValueValidator(Decimal(744), "A month has at most 744 hours."),
        ],
    )
    segment = models.ForeignKey(
        Segment, models.PROTECT, null=True, blank=True, related_name="customer_time", verbose_name="customers"
    )
    touchpoint = models.ForeignKey(Touchpoint, models.PROTECT, null=True, blank=True, related_name="customer_time")
    words = models.CharField("what it was about", max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "entry of hours with customers"
        verbose_name_plural = "entries of hours with customers"
        ordering: ClassVar[list[str]] = ["-day", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["person", "day"], name="customer_time_person"),
            models.Index(fields=["segment", "-day"], name="customer_time_segment"),
            models.Index(fields=["day"], name="customer_time_day"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(hours__gt=0) & (Q(whole_month=True) | Q(hours__lte=HOURS_A_DAY)),
                name="customer_time_fits_its_day",
                violation_error_message="A day has 24 hours. Write fewer, or the hours of the whole month.",
            ),
            models.CheckConstraint(
                condition=Q(whole_month=False) | Q(day__day=1), name="customer_time_month_by_its_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.when}: {self.hours} h"

    @property
    def when(self) -> str:
        """The day as 2026-10-05, or the month as 2026-10."""
        return f"{self.day:%Y-%m}" if self.whole_month else f"{self.day:%Y-%m-%d}"

    @when.setter
    def when(self, words: str) -> None:
        self.whole_month = len(words) == 7
        self.day = date.fromisoformat(f"{words}-01" if self.whole_month else words)

    def clean(self) -> None:
        """Hours fit into their day or month, which is not in the future, and a living person spent them."""
        wrong = dict(self.problems())
        if wrong:
            raise ValidationError(wrong)

    def problems(self) -> list[tuple[str, str]]:
        """What cannot be, by field; what is not filled in is no problem here."""
        day: date | None = self.day
        found = []
        if day is not None:
            if day > timezone.localdate():
                found.append(("day", f"{day:%-d %B %Y} is still to come. Write hours once they are spent."))
            elif day < EARLIEST:
                found.append(("day", "Write a day from the year 2000 on."))
            elif problem := self._does_not_fit(day):
                found.append(("hours", problem))
        if self.person_id and (problem := self._person_problem(day)):
            found.append(("person", problem))
        return found

    def _does_not_fit(self, day: date) -> str:
        hours: Decimal | None = self.hours
        most = HOURS_A_DAY * (calendar.monthrange(day.year, day.month)[1] if self.whole_month else 1)
        if hours is None or hours <= most:
            return ""
        return f"{_plain(hours)} hours do not fit: the {'month' if self.whole_month else 'day'} has {most}."

    def _person_problem(self, day: date | None) -> str:
        person: Any = self.person
        if person.kind != "person":
            return f"“{person.name}” is a team or mailbox. Name the person who met customers."
        if person.left_on and day and person.left_on <= day:
            return f"{person.name} left on {person.left_on:%-d %B %Y}, before this day."
        return ""


class ValueStory(models.Model):
    """What IT did for customers, and the figure that shows it. Somebody other than its author reviews it before it is
    published. A figure may stand alone or with what it was before."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        REVIEWED = "reviewed", "Reviewed"
        PUBLISHED = "published", "Published"

    title = models.CharField(max_length=160)
    what = models.TextField("what IT did, and what customers have of it", max_length=5000)
    segments = models.ManyToManyField(Segment, related_name="value_stories", verbose_name="for which customers")
    figure = models.CharField("what the figure counts", max_length=120)
    before = models.DecimalField("what it was before", max_digits=14, decimal_places=2, null=True, blank=True)
    after = models.DecimalField("what it is now", max_digits=14, decimal_places=2)
    source = models.CharField("where the figure comes from", max_length=200)
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="value_stories")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="value_stories_reviewed"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "value stories"
        ordering: ClassVar[list[str]] = ["-published_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["status", "-published_at"], name="value_story_status")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True) | ~Q(reviewer=F("author")),
                name="value_story_reviewed_by_another",
                violation_error_message="Somebody other than the author reviews a story.",
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(reviewer__isnull=False, reviewed_at__isnull=False),
                name="value_story_has_reviewer",
            ),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(published_at__isnull=False), name="value_story_published_when"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The story's page."""
        return reverse("impacts:story-detail", args=[self.pk])

    @property
    def figure_words(self) -> str:
        """'Fraud calls a month: 9,200 before, 6,500 now'."""
        if self.before is None:
            return f"{self.figure}: {_plain(self.after)}"
        return f"{self.figure}: {_plain(self.before)} before, {_plain(self.after)} now"


def _plain(number: Decimal) -> str:
    return f"{number:,.2f}".rstrip("0").rstrip(".")


class FeedLink(models.Model):
    """The secret address at which one person's feed reader finds the published stories. Only a hash of it is kept; a
    new one takes the place of the one before."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="feed_links")
    key_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person"], condition=Q(revoked_at__isnull=True), name="feed_link_one_live")
        ]

    def __str__(self) -> str:
        return f"Feed of {self.person}"


class ServiceTier(models.Model):
    """What customers get at a touchpoint that IT runs, and what it costs or who pays for it. `price` is in the
    organisation's currency."""

    class Unit(models.TextChoices):
        MINUTES = "minutes", "minutes"
        HOURS = "hours", "hours"
        DAYS = "days", "working days"

    touchpoint = models.ForeignKey(Touchpoint, models.CASCADE, related_name="service_tiers")
    name = models.CharField(max_length=80)
    included = models.TextField("what is included", max_length=1000)
    response = models.PositiveSmallIntegerField(
        "answered within", validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    response_unit = models.CharField("counted in", max_length=8, choices=Unit, default=Unit.HOURS)
    hours_of_service = models.CharField("when", max_length=80, blank=True)
    price = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(Decimal(0))]
    )
    price_for = models.CharField("the price is for", max_length=40, blank=True)
    borne_by = models.CharField("who bears the cost", max_length=120, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["touchpoint__name", "name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["touchpoint", "name"],
                name="service_tier_once",
                violation_error_message="The touchpoint has a service tier of this name already.",
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=False) | ~Q(borne_by=""),
                name="service_tier_is_paid",
                violation_error_message="Say what it costs, or who bears the cost.",
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(price__gte=0), name="service_tier_price_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} at {self.touchpoint}"

    @property
    def response_words(self) -> str:
        """'Within 4 hours'."""
        unit = self.get_response_unit_display()
        return f"Within {self.response} {unit.removesuffix('s') if self.response == 1 else unit}"
