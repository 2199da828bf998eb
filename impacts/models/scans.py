"""Runs of the scanner."""

from typing import ClassVar

from django.db import models


class ScanRun(models.Model):
    """One run of the scanner: how many requests, what came of it, how long it took."""

    started_at = models.DateTimeField()
    seconds = models.FloatField(null=True, blank=True)
    requests = models.PositiveIntegerField(default=0)
    complete = models.BooleanField(default=False, help_text="Whether the whole portfolio was scanned.")
    counts = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-started_at", "-id"]

    def __str__(self) -> str:
        return f"scan of {self.requests} requests on {self.started_at:%d %B %Y %H:%M}"
