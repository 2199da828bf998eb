"""Priorities: criteria and their weights, scores, the two orders of the queue, and what both propose to the board."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from board.models.meetings import AgendaItem, Meeting
from portfolio.models import ProjectRequest

#: A score goes from 0 (nothing) to this (as much as can be).
MOST_POINTS = 5
#: A weight goes from 0 (does not count) to this.
MOST_WEIGHT = 100


class Criterion(models.Model):
    """By what requests are scored, the whole organisation over. `question` is what a score answers."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    question = models.CharField(max_length=300, help_text="What a score answers, from nothing to as much as can be.")
    position = models.PositiveSmallIntegerField(default=0)
    retired_on = models.DateField(null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "id"]
        verbose_name_plural = "criteria"

    def __str__(self) -> str:
        return self.name


class WeightSet(models.Model):
    """The weights of all criteria from a moment on: each change makes the next set, and the last one counts."""

    number = models.PositiveIntegerField(unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="weight_sets")
    at = models.DateTimeField()
    why = models.CharField(max_length=500)

    class Meta:
        ordering: ClassVar[list[str]] = ["-number"]

    def __str__(self) -> str:
        return f"Weights {self.number}"


class CriterionWeight(models.Model):
    """How much a criterion counts in one set of weights, beside the others."""

    weights = models.ForeignKey(WeightSet, models.CASCADE, related_name="rows")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="weights")
    weight = models.PositiveSmallIntegerField(validators=[MaxValueValidator(MOST_WEIGHT)])

    class Meta:
        ordering: ClassVar[list[str]] = ["criterion__position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["weights", "criterion"], name="criterion_weighed_once"),
            models.CheckConstraint(condition=Q(weight__lte=MOST_WEIGHT), name="criterion_weight_at_most"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.weight}"


class Score(models.Model):
    """What a request is worth by one criterion, with the reason for it."""

    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="scores")
    points = models.PositiveSmallIntegerField(validators=[MinValueValidator(0), MaxValueValidator(MOST_POINTS)])
    reason = models.CharField(max_length=500)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="scores")
    at = models.DateTimeField()

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["criterion__position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "criterion"], name="score_once"),
            models.CheckConstraint(condition=Q(points__lte=MOST_POINTS), name="score_at_most"),
            models.CheckConstraint(condition=~Q(reason=""), name="score_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.request.reference}, {self.criterion}: {self.points}"


class Ranking(models.Model):
    """The queue in the order that one side wants. `version` counts every move."""

    class Side(models.TextChoices):
        IT = "it", "CIO"
        CUSTOMERS = "customers", "Customer leader"

    side = models.CharField(max_length=9, choices=Side, unique=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"Order of the {self.get_side_display()}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("priorities:ranking", args=[self.side])


class RankedRequest(models.Model):
    """A request has its place in an order: 1 is first."""

    ranking = models.ForeignKey(Ranking, models.CASCADE, related_name="rows")
    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="ranks")
    position = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["ranking", "request"], name="ranked_once")]

    def __str__(self) -> str:
        return f"{self.position}: {self.request.reference}"


class RankMove(models.Model):
    """Somebody moved a request in an order, from one place to another; None is no place. Written once."""

    ranking = models.ForeignKey(Ranking, models.CASCADE, related_name="moves")
    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="rank_moves")
    source = models.PositiveIntegerField(null=True, blank=True)
    target = models.PositiveIntegerField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="rank_moves")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.request.reference}: {self.source or 'unplaced'} to {self.target or 'unplaced'}"


class Proposal(models.Model):
    """What both sides want first, as it was on a day, proposed to the board. The secretary takes it to a meeting."""

    class State(models.TextChoices):
        OPEN = "open", "Waits for the secretary"
        ACCEPTED = "accepted", "On an agenda"
        DECLINED = "declined", "Not taken up"

    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="proposals_made")
    at = models.DateTimeField()
    first = models.PositiveSmallIntegerField(help_text="Of so many first ones of each order.")
    note = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="proposals")
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="proposals_settled"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    because = models.CharField(max_length=500, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(meeting__isnull=False), name="proposal_accepted_for_a_meeting"
            ),
            models.UniqueConstraint(fields=["state"], condition=Q(state="open"), name="proposal_open_once"),
        ]

    def __str__(self) -> str:
        return f"Proposal of {self.at:%-d %B %Y}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("priorities:proposal", args=[self.pk])


class ProposedRequest(models.Model):
    """A request stands in a proposal, with the places it had in both orders. `item` is where it came on an agenda;
    `left_out` says why it did not."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="rows")
    request = models.ForeignKey(ProjectRequest, models.PROTECT, related_name="proposed")
    position = models.PositiveSmallIntegerField()
    it_place = models.PositiveIntegerField()
    customer_place = models.PositiveIntegerField()
    item = models.ForeignKey(AgendaItem, models.SET_NULL, null=True, blank=True, related_name="proposed")
    left_out = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["proposal", "request"], name="proposed_once")]

    def __str__(self) -> str:
        return f"{self.position}: {self.request.reference}"
