"""Corrections to the minutes of a closed meeting: added beside what was written, which never changes."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from board.models.meetings import AgendaItem, Meeting
from board.models.written_once import WrittenOnce


class MinutesCorrection(WrittenOnce):
    """What the minutes of a closed meeting should say: of one item, or of the meeting as a whole. `submission` is the
    form's own token: the same form sent twice corrects once."""

    only_followed = "A correction is never changed. Add another one."

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="corrections")
    item = models.ForeignKey(AgendaItem, models.PROTECT, null=True, blank=True, related_name="corrections")
    text = models.TextField(max_length=2000)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="minutes_corrected")
    at = models.DateTimeField()
    submission = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "id"]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(text=""), name="minutes_correction_has_words")]

    def __str__(self) -> str:
        return f"Correction of {self.meeting}"
