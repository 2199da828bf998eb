"""Entries that turned out to be the same: what was merged into what, and all it takes to undo it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class EntryMerge(models.Model):
    """One entry of a register was merged into another. The merged one stays, retired, so that its code leads on.

    `moved` lists what pointed at the merged entry and points at the survivor since: [model, field, ids]. `dropped`
    holds the rows that said the same of both, as they were. Both are what undoing puts back.
    """

    register = models.SlugField(max_length=60)
    kept_id = models.BigIntegerField()
    merged_id = models.BigIntegerField()
    merged_code = models.SlugField(max_length=60)
    merged_name = models.CharField(max_length=120)
    retired_before = models.DateField(null=True, blank=True)
    moved = models.JSONField(default=list, blank=True)
    dropped = models.JSONField(default=list, blank=True)
    term = models.CharField(max_length=120, blank=True, help_text="The merged name, where it became another word.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="entry_merges")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="entry_merges_undone"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["register", "merged_id"],
                condition=Q(undone_at__isnull=True),
                name="entry_merged_once",
                violation_error_message="This entry is merged into another already.",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["register", "kept_id"], name="entry_merge_kept")]

    def __str__(self) -> str:
        return f"{self.merged_name} merged in {self.register}"
