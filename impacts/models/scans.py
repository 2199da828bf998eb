"""Runs of the scanner."""

from typing import ClassVar

from django.db import models

from portfolio.models import ProjectRequest


class ScanRun(models.Model):
    """One run of the scanner: how many requests, what came of it, how long it took.

    `complete` once the whole portfolio was scanned; one that is under way, or that a later one overtook, is not. `anew`
    puts the evidence of all its overlaps into words again, also where nothing else changed. A `bulk` is under way until
    it has its `seconds`; its batches are runs of their own.
    """

    started_at = models.DateTimeField()
    seconds = models.FloatField(null=True, blank=True)
    requests = models.PositiveIntegerField(default=0)
    complete = models.BooleanField(default=False, help_text="Whether the whole portfolio was scanned.")
    anew = models.BooleanField(
        default=True, help_text="Whether evidence is put into words again where nothing changed."
    )
    bulk = models.BooleanField(
        default=False, help_text="Whether it stands for many marked requests, of which there is one summary."
    )
    counts = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-started_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["bulk"], condition=models.Q(bulk=True, seconds__isnull=True), name="one_bulk_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"scan of {self.requests} requests on {self.started_at:%d %B %Y %H:%M}"


class ScanShard(models.Model):
    """A part of a full scan: the requests with ids from `first` to `last`, both included. A worker takes it for a while
    (`taken_at`); when it is not done by then, because the worker died, another takes it."""

    run = models.ForeignKey(ScanRun, models.CASCADE, related_name="shards")
    first = models.PositiveBigIntegerField()
    last = models.PositiveBigIntegerField()
    taken_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["run_id", "first"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "first"], name="scan_shard_once")]

    def __str__(self) -> str:
        return f"requests {self.first} to {self.last}"


class ScanTrouble(models.Model):
    """A request over which the engine stumbled, and how. It is set aside, so that the others are scanned, until it
    changes or the next full scan comes."""

    request = models.OneToOneField(ProjectRequest, models.CASCADE, primary_key=True, related_name="scan_trouble")
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    error = models.TextField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "request_id"]
        verbose_name_plural = "scan troubles"

    def __str__(self) -> str:
        return f"request {self.request_id} at version {self.version}"
