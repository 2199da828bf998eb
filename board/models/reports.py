"""Reports that go out by mail, and which went."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords


class ReportSchedule(models.Model):
    """A person gets a report by mail, every week, month or quarter. `span` is the period it covers each time.

    One that could not be made or sent is tried again from `try_after` on, `failures` times so far; its day stays.
    """

    class Every(models.TextChoices):
        WEEK = "week", "Every Monday"
        MONTH = "month", "On the first of each month"
        QUARTER = "quarter", "On the first day of each quarter"

    class Span(models.TextChoices):
        QUARTER = "quarter", "The quarter before"
        YEAR = "year", "Four quarters"
        ALL = "all", "From the beginning"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="report_schedules")
    report = models.SlugField(max_length=40)
    every = models.CharField(max_length=7, choices=Every, default=Every.MONTH)
    span = models.CharField(max_length=7, choices=Span, default=Span.YEAR)
    next_on = models.DateField()
    failures = models.PositiveSmallIntegerField(default=0)
    try_after = models.DateTimeField(null=True, blank=True)

    history = HistoricalRecords(excluded_fields=["next_on", "failures", "try_after"])

    class Meta:
        ordering: ClassVar[list[str]] = ["person__name", "report", "id"]
        indexes: ClassVar = [models.Index(fields=["next_on", "id"], name="report_schedule_next")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "report"],
                name="report_scheduled_once",
                violation_error_message="This report is already sent. Change that line instead.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.report} for {self.person}: {self.get_every_display()}"


class ReportMail(models.Model):
    """A report went out to a person for one day: each day at most once."""

    schedule = models.ForeignKey(ReportSchedule, models.CASCADE, related_name="mails")
    due_on = models.DateField()
    sent_at = models.DateTimeField()
    title = models.CharField(max_length=300)

    class Meta:
        ordering: ClassVar[list[str]] = ["-due_on", "-id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["schedule", "due_on"], name="report_mailed_once")]

    def __str__(self) -> str:
        return f"{self.due_on:%-d %B %Y}: {self.title}"
