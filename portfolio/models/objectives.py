"""What the organisation wants to reach: a tree of relationship outcomes and the objectives that serve them."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from customers.models import Measure, RegisterEntry, RegisterQuerySet
from portfolio.models.people import Person


class Objective(RegisterEntry):
    """A relationship outcome (what shall become of us and our customers), or an objective that serves one. `parent` is
    what it serves. It is counted by `measure`, from `baseline` on `baseline_on` to `target` on `due`."""

    class Kind(models.TextChoices):
        OUTCOME = "outcome", "Relationship outcome"
        OBJECTIVE = "objective", "Objective"

    register = "objectives"

    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.OBJECTIVE)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="objectives")
    measure = models.ForeignKey(Measure, models.PROTECT, null=True, blank=True, related_name="objectives")
    baseline = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    baseline_on = models.DateField(null=True, blank=True)
    target = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    due = models.DateField(null=True, blank=True)

    objects = RegisterQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="objective_not_under_itself",
                violation_error_message="It cannot serve itself. Choose another one, or leave it empty.",
            ),
            models.CheckConstraint(
                condition=Q(baseline__isnull=True, target__isnull=True)
                | Q(measure__isnull=False, baseline__isnull=False, target__isnull=False),
                name="objective_counted_by_a_measure",
                violation_error_message="Say the measure, from where and to where, or leave all three empty.",
            ),
            models.CheckConstraint(
                condition=Q(baseline__isnull=True) | ~Q(baseline=F("target")),
                name="objective_target_moves",
                violation_error_message="The target is what it is already. Say how far it shall move.",
            ),
            models.CheckConstraint(
                condition=Q(due__isnull=True) | Q(baseline_on__isnull=True) | Q(due__gt=F("baseline_on")),
                name="objective_due_after_start",
                violation_error_message="The day by which it is reached lies before the day from which it is counted.",
            ),
        ]

    def clean(self) -> None:
        """Refuse a tree that runs in a circle, and an outcome below an objective."""
        super().clean()
        if self.kind == self.Kind.OUTCOME and self.parent and self.parent.kind != self.Kind.OUTCOME:
            raise ValidationError(
                {"parent": f"“{self.parent}” is an objective. Objectives serve outcomes, not the other way round."}
            )
        if self.pk and self.kind == self.Kind.OBJECTIVE and self.children.filter(kind=self.Kind.OUTCOME).exists():
            raise ValidationError({"kind": "Outcomes stand below it, so it stays an outcome. Move them first."})
        above, seen = self.parent, {self.pk} if self.pk else set()
        while above is not None:
            if above.pk in seen:
                raise ValidationError({"parent": f"“{self.parent}” itself serves “{self.name}”, directly or not."})
            seen.add(above.pk)
            above = above.parent


class ObjectiveReading(models.Model):
    """How far an objective or outcome was on a day, in the unit of its measure."""

    objective = models.ForeignKey(Objective, models.CASCADE, related_name="readings")
    on = models.DateField()
    value = models.DecimalField(max_digits=14, decimal_places=2)
    note = models.CharField(max_length=300, blank=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="objective_readings")

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["-on", "-id"]
        verbose_name = "reading"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["objective", "on"],
                name="objective_reading_once",
                violation_error_message="There is a reading of this day already. Change that one.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.objective} on {self.on:%-d %B %Y}: {self.value}"


def progress(baseline: Decimal, target: Decimal, value: Decimal) -> float:
    """How much of the way from baseline to target is done: 1 is all of it, below 0 the wrong way."""
    return float((value - baseline) / (target - baseline))


def expected(start: date, due: date, today: date) -> float:
    """How much of the way should be done today if it went evenly from start to due: between 0 and 1."""
    return min(max((today - start).days / (due - start).days, 0.0), 1.0)
