"""Requests that belong together: clusters as the engine holds them, families as people confirmed them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from portfolio.models import ProjectRequest


class Cluster(models.Model):
    """Requests that the engine holds together by strong overlaps. Comes and goes with the scans; `code` stays as long
    as most of its members do, so that a link keeps working."""

    code = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=300)
    terms = models.JSONField(default=list)
    score = models.FloatField(default=0)
    found_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    requests = models.ManyToManyField(ProjectRequest, related_name="clusters")

    class Meta:
        ordering: ClassVar[list[str]] = ["-score", "id"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        """The cluster's page."""
        return reverse("impacts:cluster-detail", kwargs={"code": self.code})


class Family(models.Model):
    """A cluster that people confirmed: a lead request, a named owner; each member keeps its own words."""

    code = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=300)
    lead = models.ForeignKey(ProjectRequest, models.PROTECT, related_name="families_led")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="families_owned")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="families_created")
    created_at = models.DateTimeField()
    dissolved_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        verbose_name_plural = "families"

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        """The family's page."""
        return reverse("impacts:family-detail", kwargs={"code": self.code})


class FamilyMember(models.Model):
    """A request belongs to a family, from when until when."""

    family = models.ForeignKey(Family, models.CASCADE, related_name="members")
    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="family_members")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["joined_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(left_at__isnull=True),
                name="request_in_one_family",
                violation_error_message="This request is already in a family. Take it out of that one first.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.request_id} in {self.family.code}"
