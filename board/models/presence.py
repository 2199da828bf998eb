"""Who is asked to a meeting, who is there, who stands aside from an item, and what was done without a quorum."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from board.models.meetings import AgendaItem, Meeting


class Attendance(models.Model):
    """A person is expected at a meeting: what they replied, and whether they were there.

    `votes`: they have a vote, so they count for the quorum; who only keeps the minutes has none. `invited_sequence` is
    the newest state of the meeting that was mailed to them; None where they were not invited yet.
    """

    class Reply(models.TextChoices):
        NONE = "none", "No reply"
        ACCEPTED = "accepted", "Accepted"
        TENTATIVE = "tentative", "Not sure"
        DECLINED = "declined", "Declined"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="attendances")
    votes = models.BooleanField(default=True)
    reply = models.CharField(max_length=9, choices=Reply, default=Reply.NONE)
    replied_at = models.DateTimeField(null=True, blank=True)
    present = models.BooleanField(default=False)
    absent_because = models.CharField(max_length=200, blank=True)
    invited_sequence = models.PositiveIntegerField(null=True, blank=True)
    invited_at = models.DateTimeField(null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["person__name", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["meeting", "person"], name="attendance_once")]

    def __str__(self) -> str:
        return f"{self.person} at {self.meeting}"


class StandAside(models.Model):
    """A person stands aside from an item, or, with `stays`, need not though it is their own department's.

    By hand it is somebody's word (`said_by`); without one it is what followed from the own department, written down
    when the item was decided, so that the minutes do not change when people change departments.
    """

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="stand_asides")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="stand_asides")
    because = models.CharField(max_length=300)
    stays = models.BooleanField(default=False)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="stand_asides_said"
    )
    at = models.DateTimeField()

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["person__name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "person"], name="stand_aside_once"),
            models.CheckConstraint(condition=~Q(because=""), name="stand_aside_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.because}"


class QuorumWaiver(models.Model):
    """The board went on without a quorum: over the whole meeting, or over one item; who said so, and why. It stands in
    the minutes."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="quorum_waivers")
    item = models.ForeignKey(AgendaItem, models.CASCADE, null=True, blank=True, related_name="quorum_waivers")
    because = models.CharField(max_length=300)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="quorum_waivers")
    present = models.PositiveSmallIntegerField()
    needed = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting"], condition=Q(item__isnull=True), name="waiver_once_a_meeting"),
            models.UniqueConstraint(fields=["item"], condition=Q(item__isnull=False), name="waiver_once_an_item"),
            models.CheckConstraint(condition=~Q(because=""), name="waiver_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.present} of {self.needed}: {self.because}"
