"""Requests: one IT project asked for by one silo."""

import re
from typing import Any, ClassVar, Final, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from simple_history.models import HistoricalRecords

from portfolio.lifecycle import LABELS, LIVE, Status
from portfolio.models.objectives import Objective
from portfolio.models.people import Person, Silo
from portfolio.permissions import visible_requests

REFERENCE: Final = re.compile(r"\bREQ-\d{4}-\d{4,}\b")
"""A reference within a text."""

STATUS_CHOICES = [(status.value, LABELS[status]) for status in Status]


class RequestQuerySet(models.QuerySet["ProjectRequest"]):
    """Requests."""

    def live(self) -> Self:
        """Those the engine compares: filed, not yet delivered, not turned away."""
        return self.filter(status__in=[status.value for status in LIVE])

    def drafts(self) -> Self:
        """Drafts that were not thrown away."""
        return self.filter(status=Status.DRAFT.value, discarded_at__isnull=True)

    def visible_to(self, user: Any) -> Self:
        """Those that `user` may see: every filed one; drafts of their own silo; confidential ones where they are the
        requester, an architect or of the board."""
        return self.filter(visible_requests(user))


class ProjectRequest(models.Model):
    """One IT project asked for by one silo. Costs are in the organisation's currency; `version` counts every change."""

    class Kind(models.TextChoices):
        CUSTOMER_FACING = "customer_facing", "Customer-facing"
        REGULATORY = "regulatory", "Regulatory"
        INTERNAL = "internal", "Internal"

    class FirstHeard(models.TextChoices):
        IDEA = "idea", "As an idea"
        BUSINESS_CASE = "business_case", "At the business case"
        VENDOR_CHOSEN = "vendor_chosen", "When the vendor was chosen"
        CONTRACT_SIGNED = "contract_signed", "When the contract was signed"

    reference = models.CharField(max_length=40, unique=True)
    source = models.CharField(max_length=60, blank=True, help_text="The import that brought it, if any.")
    source_reference = models.CharField(max_length=120, blank=True)
    silo = models.ForeignKey(Silo, models.PROTECT, related_name="requests")
    requester = models.ForeignKey(Person, models.PROTECT, related_name="requests")
    sponsor = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="sponsored_requests")
    title = models.CharField(max_length=300, blank=True)
    problem = models.TextField(blank=True, max_length=50_000)
    proposal = models.TextField(blank=True, max_length=50_000)
    kind = models.CharField(max_length=16, choices=Kind, blank=True)
    objective = models.ForeignKey(Objective, models.PROTECT, null=True, blank=True, related_name="requests")
    status = models.CharField(max_length=24, choices=STATUS_CHOICES, default=Status.DRAFT.value)
    confidential = models.BooleanField(default=False)
    heads_up = models.BooleanField(default=False, help_text="A mere idea, filed in five fields.")
    first_heard = models.CharField(max_length=16, choices=FirstHeard, blank=True)
    wanted_start = models.DateField(null=True, blank=True)
    wanted_go_live = models.DateField(null=True, blank=True)
    one_off_cost = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    yearly_cost = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    promised_effect = models.TextField(blank=True, max_length=2000)
    promised_by = models.DateField(null=True, blank=True)
    survivor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_requests")
    after = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followers")
    also_after = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="also_followers",
        help_text="What else it goes after: `after` is the one of them that goes live last.",
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    changing_since = models.DateTimeField(
        null=True, blank=True, help_text="It was approved, and is open for a change since then: see services.changing."
    )
    change_reason = models.CharField(max_length=500, blank=True)
    discarded_at = models.DateTimeField(null=True, blank=True)
    client_token = models.CharField(
        max_length=36,
        null=True,
        blank=True,
        unique=True,
        help_text="The opened page that made the draft, so it makes one.",
    )
    typed = models.JSONField(
        default=dict,
        blank=True,
        help_text="What was typed into a draft and could not be stored yet: see services.filing.",
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = RequestQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["typed", "client_token"], m2m_fields=[also_after])

    class Meta:
        ordering: ClassVar[list[str]] = ["-submitted_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["status", "-submitted_at", "-id"], name="request_status"),
            models.Index(fields=["silo", "-submitted_at", "-id"], name="request_silo"),
            # The list reads nothing but this index to count, filter and order: see portfolio.filters.
            models.Index(
                fields=[
                    "-submitted_at",
                    "-id",
                    "status",
                    "silo",
                    "kind",
                    "objective",
                    "confidential",
                    "heads_up",
                    "requester",
                    "sponsor",
                    "discarded_at",
                    "wanted_go_live",
                    "one_off_cost",
                ],
                name="request_list",
            ),
            models.Index(Lower("title"), F("id"), name="request_title"),
            # Few requests are merged or put in order: the indexes of all rows look useless to a planner.
            models.Index(fields=["survivor"], condition=Q(survivor__isnull=False), name="request_survivor"),
            models.Index(fields=["after"], condition=Q(after__isnull=False), name="request_after"),
            models.Index(fields=["wanted_go_live", "id"], name="request_go_live"),
            # Whether any request changed is read from nothing but this index.
            models.Index(fields=["updated_at", "status", "version", "id"], name="request_updated"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(one_off_cost__isnull=True) | Q(one_off_cost__gte=0), name="request_cost_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(yearly_cost__isnull=True) | Q(yearly_cost__gte=0), name="request_yearly_cost_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(wanted_start__isnull=True)
                | Q(wanted_go_live__isnull=True)
                | Q(wanted_go_live__gte=F("wanted_start")),
                name="request_live_after_start",
                violation_error_message="The go-live lies before the start. "
                "Choose a later go-live or an earlier start.",
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | (~Q(title="") & Q(submitted_at__isnull=False)),
                name="request_filed_with_title",
            ),
            models.CheckConstraint(
                condition=(Q(status="merged") & Q(survivor__isnull=False))
                | (~Q(status="merged") & Q(survivor__isnull=True)),
                name="request_merged_has_survivor",
            ),
            models.CheckConstraint(
                condition=~Q(status="sequenced") | Q(after__isnull=False), name="request_sequenced_after_another"
            ),
            models.CheckConstraint(
                condition=~Q(survivor=F("id")) & ~Q(after=F("id")), name="request_not_after_or_into_itself"
            ),
            models.CheckConstraint(
                condition=Q(discarded_at__isnull=True) | Q(status="draft"), name="request_only_drafts_discarded"
            ),
            models.CheckConstraint(
                condition=Q(changing_since__isnull=True) | ~Q(change_reason=""), name="request_changed_for_a_reason"
            ),
            models.UniqueConstraint(
                fields=["source", "source_reference"], condition=~Q(source=""), name="request_imported_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}".strip()

    def get_absolute_url(self) -> str:
        """The request's page, by its reference: the link survives every state."""
        return reverse("portfolio:request-detail", kwargs={"reference": self.reference})

    @property
    def state(self) -> Status:
        """Where the request stands."""
        return Status(self.status)


class ReferenceCounter(models.Model):
    """The last number given out in a year's references (REQ-2026-0041)."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
