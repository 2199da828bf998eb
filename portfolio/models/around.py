"""What belongs to a request: skills, needs, steps, what is said, who hears of it, what is still to be scanned."""

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from portfolio.models.objectives import Objective
from portfolio.models.people import Person, Skill
from portfolio.models.requests import STATUS_CHOICES, ProjectRequest


class RequestSkill(models.Model):
    """So many person-days of a skill that a request needs."""

    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="requests")
    days = models.PositiveIntegerField(validators=[MinValueValidator(1)])

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["skill__name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "skill"],
                name="request_skill_once",
                violation_error_message="This skill is already listed. Change its days instead.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.days} days of {self.skill}"


class Need(models.Model):
    """A request needs what another one delivers, and why."""

    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="needs")
    needs = models.ForeignKey(ProjectRequest, models.PROTECT, related_name="needed_by")
    why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["needs__reference", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "needs"],
                name="need_once",
                violation_error_message="This request is already listed as needed.",
            ),
            models.CheckConstraint(
                condition=~Q(request=F("needs")),
                name="need_of_another",
                violation_error_message="A request cannot need itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request.reference} needs {self.needs.reference}"


class Contribution(models.Model):
    """A request moves an objective: which way, by how much (in the unit of the objective's measure, None where nobody
    can say), and how, in words."""

    class Direction(models.TextChoices):
        FORWARD = "forward", "Moves it forward"
        BACK = "back", "Sets it back"

    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="contributions")
    objective = models.ForeignKey(Objective, models.PROTECT, related_name="contributions")
    direction = models.CharField(max_length=7, choices=Direction, default=Direction.FORWARD)
    amount = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(Decimal("0.01"))]
    )
    how = models.CharField(max_length=500)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["objective__name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "objective"],
                name="contribution_once",
                violation_error_message="This objective is already listed. Change that line instead.",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0), name="contribution_amount_above_zero"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request.reference}: {self.get_direction_display().lower()}, {self.objective}"


class Transition(models.Model):
    """One step of a request's life: who, when and why. Written once, never changed."""

    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="transitions")
    source = models.CharField(max_length=24, choices=STATUS_CHOICES, blank=True)
    target = models.CharField(max_length=24, choices=STATUS_CHOICES)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="transitions")
    at = models.DateTimeField()
    why = models.TextField(blank=True, max_length=5000)

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.request.reference}: {self.source or 'new'} to {self.target}"


class Comment(models.Model):
    """What somebody says about a request."""

    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="comments")
    author = models.ForeignKey(Person, models.PROTECT, related_name="comments")
    text = models.TextField(max_length=5000)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.author} on {self.request.reference}"


class Watch(models.Model):
    """A person hears of what happens to a request. Requesters and sponsors watch from the start."""

    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="watches")
    person = models.ForeignKey(Person, models.CASCADE, related_name="watches")

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        verbose_name_plural = "watches"
        constraints: ClassVar = [models.UniqueConstraint(fields=["request", "person"], name="watch_once")]

    def __str__(self) -> str:
        return f"{self.person} watches {self.request.reference}"


class Notification(models.Model):
    """Something a person should know. `mail_due` marks what the mail task has still to send."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="notifications")
    request = models.ForeignKey(ProjectRequest, models.CASCADE, null=True, blank=True, related_name="notifications")
    key = models.CharField(max_length=120, help_text="Names the event, so that a repeated task tells it once.")
    text = models.CharField(max_length=500)
    url = models.CharField(max_length=300)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mail_due = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["person", "-at", "-id"], name="notification_person"),
            models.Index(fields=["mail_due", "id"], condition=Q(mail_due=True), name="notification_mail_due"),
        ]
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "key"], name="notification_once")]

    def __str__(self) -> str:
        return self.text


class ScanMark(models.Model):
    """This request has changed since it was last scanned, up to `version`. Written in the transaction of the change.

    It stands here, not in `impacts` which consumes it, because the lower app writes it: a save and its mark are one
    transaction, and `portfolio` must not import `impacts` (decision 0003).
    """

    request = models.OneToOneField(ProjectRequest, models.CASCADE, primary_key=True, related_name="scan_mark")
    version = models.PositiveIntegerField()
    since = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["since", "request_id"]
        indexes: ClassVar = [models.Index(fields=["since"], name="scan_mark_since")]

    def __str__(self) -> str:
        return f"scan request {self.request_id} at version {self.version}"
