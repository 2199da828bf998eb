"""What segment managers say against requests that come at their customers."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from board.models.meetings import AgendaItem, Decision
from board.packs.words import in_sentence
from customers.models import Segment
from portfolio.models import ProjectRequest


class ObjectionQuerySet(models.QuerySet["Objection"]):
    """Objections."""

    def open(self) -> "ObjectionQuerySet":
        """Those that were neither withdrawn nor answered."""
        return self.filter(state=Objection.State.OPEN)


class Objection(models.Model):
    """Who speaks for a segment objects to a request that touches it, and says why. The board answers by deciding.

    `item` is the agenda item that the objection made; None where the request was on an agenda already, or no meeting
    was planned. `answered_by` is the decision that answered it: one that settles the request, so neither a hold nor a
    deferral.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        WITHDRAWN = "withdrawn", "Withdrawn"
        ANSWERED = "answered", "Answered"

    request = models.ForeignKey(ProjectRequest, models.PROTECT, related_name="objections")
    segment = models.ForeignKey(Segment, models.PROTECT, related_name="objections")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="objections")
    reason = models.TextField(max_length=2000)
    at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    item = models.ForeignKey(AgendaItem, models.SET_NULL, null=True, blank=True, related_name="objections")
    answered_by = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True, related_name="objections_answered")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.CharField(max_length=500, blank=True)

    objects = ObjectionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "segment"],
                condition=Q(state="open"),
                name="objection_open_once",
                violation_error_message="There is an open objection for these customers already.",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="objection_has_reason"),
            models.CheckConstraint(
                condition=Q(state="answered", answered_by__isnull=False)
                | (~Q(state="answered") & Q(answered_by__isnull=True)),
                name="objection_answered_by_a_decision",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | (~Q(state="withdrawn") & Q(withdrawn_at__isnull=True)),
                name="objection_withdrawn_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} objects for {self.whom}"

    def get_absolute_url(self) -> str:
        """Where it stands on the page of its request."""
        return f"{reverse('portfolio:request-detail', args=[self.request.reference])}#objections"

    @property
    def whom(self) -> str:
        """For whom, as in the middle of a sentence: "card holders"."""
        return in_sentence(self.segment.name)
