"""Terms that a requester missed in a register and proposed, and what their requests will do there once it is in."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from simple_history.models import HistoricalRecords

from portfolio.models import ProjectRequest


class ProposedTerm(models.Model):
    """A word that a register lacks. An architect or administrator takes it in, as a new entry or as another word for
    one that is there, or declines it."""

    class Register(models.TextChoices):
        TOUCHPOINTS = "touchpoints", "Touchpoint"
        DOMAINS = "data-domains", "Data domain"
        SYSTEMS = "systems", "System"
        SEGMENTS = "segments", "Segment"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        NEW = "new", "A new entry"
        SYNONYM = "synonym", "Another word"
        DECLINED = "declined", "Declined"

    register = models.CharField(max_length=20, choices=Register)
    name = models.CharField(max_length=120)
    description = models.TextField(max_length=2000, blank=True)
    proposer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="proposed_terms")
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    entry_code = models.SlugField(max_length=60, blank=True, help_text="The entry that it became, or stands for.")
    reason = models.TextField(max_length=2000, blank=True, help_text="Why it was declined.")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="terms_decided"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["proposed_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "register", Lower("name"), condition=Q(state="waiting"), name="proposed_term_waits_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["state", "proposed_at", "id"], name="proposed_term_queue")]

    def __str__(self) -> str:
        return self.name


class ProposedTag(models.Model):
    """What a request will do at a proposed term once it is in its register. `values` are the fields of the line."""

    term = models.ForeignKey(ProposedTerm, models.CASCADE, related_name="tags")
    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="proposed_tags")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="proposed_tags")
    values = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["term", "request"], name="proposed_tag_once")]

    def __str__(self) -> str:
        return f"{self.request.reference}: {self.term}"
