"""What was changed of a request after the board decided, and from which change on that matters."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from board.material.limits import LIMITS
from board.models.meetings import AgendaItem, Decision
from portfolio.models import ProjectRequest


class MaterialLimit(models.Model):
    """The organisation's own numbers for one field of the table in board.material.limits: beyond `look_above` the board
    looks again, beyond `void_above` its approval is void; empty is never."""

    field = models.CharField(max_length=24, unique=True, choices=[(each.field, each.label) for each in LIMITS.values()])
    look_above = models.FloatField(null=True, blank=True)
    void_above = models.FloatField(null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["field"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(look_above__isnull=True) | Q(look_above__gte=0))
                & (Q(void_above__isnull=True) | Q(void_above__gte=0)),
                name="material_limit_not_negative",
                violation_error_message="A limit is 0 or more.",
            )
        ]

    def __str__(self) -> str:
        return self.get_field_display()


class LaterChange(models.Model):
    """A request is no longer what the board approved: the differences, and what they ask for. Open until the board
    decides over it again (`answered_by`) or the request is again as it was approved (`put_back_at`)."""

    class Verdict(models.TextChoices):
        LOOK = "look", "Another look"
        VOID = "void", "Approval void"

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="later_changes")
    request = models.ForeignKey(ProjectRequest, models.PROTECT, related_name="later_changes")
    verdict = models.CharField(max_length=4, choices=Verdict)
    differences = models.JSONField(default=list, blank=True)
    version = models.PositiveIntegerField(help_text="The request's version that was compared.")
    reason = models.CharField(max_length=500, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="later_changes"
    )
    at = models.DateTimeField()
    item = models.ForeignKey(AgendaItem, models.SET_NULL, null=True, blank=True, related_name="later_changes")
    answered_by = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True, related_name="changes_answered")
    put_back_at = models.DateTimeField(null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(answered_by__isnull=True, put_back_at__isnull=True),
                name="later_change_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.request.reference}: {self.get_verdict_display()}"
