"""Papers on their way out: links by which somebody reads a published pack, who opened them, and files that are made in
the background."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from board.models.meetings import Meeting, Pack

SILENT = timedelta(seconds=15)
"""A worker says every five seconds that it is alive."""

LONG_WAIT = timedelta(minutes=1)
"""A worker that runs and is free takes what waits within seconds."""


class PackLinkQuerySet(models.QuerySet["PackLink"]):
    """Links to packs."""

    def open(self, now: datetime | None = None) -> Self:
        """Those that open the pack: neither revoked nor expired."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=now or timezone.now())


class PackLink(models.Model):
    """A secret address by which one named person reads a published pack without signing in, until it expires.

    Only the key's SHA-256 is kept. `person` is somebody who has an account: the pack is redacted as they would see it.
    `name` is who reads it; somebody without an account sees neither money nor anything confidential.
    """

    pack = models.ForeignKey(Pack, models.CASCADE, related_name="links")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="pack_links"
    )
    name = models.CharField(max_length=160)
    key_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="pack_links_made")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="pack_links_revoked"
    )

    objects = PackLinkQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name=""), name="pack_link_names_its_reader"),
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("made_at")), name="pack_link_expires_later"),
        ]

    def __str__(self) -> str:
        return f"{self.pack} for {self.name}"

    @property
    def is_open(self) -> bool:
        """Whether it opens the pack now."""
        return self.revoked_at is None and self.expires_at > timezone.now()


class PackOpening(models.Model):
    """Somebody opened a pack by a link: when, in which form, from which address."""

    link = models.ForeignKey(PackLink, models.CASCADE, related_name="openings")
    at = models.DateTimeField()
    form = models.CharField(max_length=8)
    address = models.GenericIPAddressField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.link}, {self.form}"


class PaperFile(models.Model):
    """Papers that are made in the background because they are long: a pack that is published, or a file of a pack or of
    minutes in one form for one reader.

    The row is the truth and the message only wakes a worker. `beat_at` is when the worker last said that it is alive:
    one that stopped saying so was killed, and another takes over. `readers` is a hash of what may be read in it: the
    same for all who may read the same, empty for the board; of minutes it is written when they are made.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for a worker"
        RUNNING = "running", "Being made"
        DONE = "done", "Ready"
        FAILED = "failed", "Could not be made"

    class Form(models.TextChoices):
        PUBLISH = "publish", "Publishing"
        HTML = "html", "HTML"
        PDF = "pdf", "PDF"
        XLSX = "xlsx", "Excel"
        PPTX = "pptx", "PowerPoint"

    class Kind(models.TextChoices):
        PACK = "pack", "Pack"
        MINUTES = "minutes", "Minutes"

    token = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="paper_files")
    pack = models.ForeignKey(Pack, models.CASCADE, null=True, blank=True, related_name="files")
    link = models.ForeignKey(PackLink, models.CASCADE, null=True, blank=True, related_name="files")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="paper_files"
    )
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PACK)
    form = models.CharField(max_length=8, choices=Form)
    readers = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    done = models.PositiveSmallIntegerField(default=0, help_text="Per cent.")
    step = models.CharField(max_length=80, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    content = models.BinaryField(blank=True)
    size = models.PositiveIntegerField(default=0, help_text="In bytes.")
    asked_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at", "token"]
        indexes: ClassVar = [models.Index(fields=["state", "asked_at"], name="paper_file_state")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["pack", "form", "readers"],
                condition=Q(pack__isnull=False, kind="pack") & ~Q(state="failed"),
                name="paper_file_once",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(link__isnull=False), name="paper_file_is_for_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.meeting}, {self.get_form_display()}"

    @property
    def is_on_its_way(self) -> bool:
        """Whether it is still being made."""
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def waits_long(self) -> bool:
        """Whether no worker has taken it up for a while: all are busy, or none runs."""
        return self.state == self.State.WAITING and self.asked_at < timezone.now() - LONG_WAIT

    @property
    def has_stopped(self) -> bool:
        """Whether the worker that makes it has not been heard of for a while, so that another will take over."""
        silent = self.beat_at is None or self.beat_at < timezone.now() - SILENT
        return self.state == self.State.RUNNING and silent
