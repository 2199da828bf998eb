"""What this organisation has set of the rules."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class EngineTuning(models.Model):
    """One change of the rules' settings, whole: what differs from the defaults since then. The newest holds; the older
    ones are the history. `numbers` are by field of EngineSettings. `version` counts up, so that of two people who
    change the same settings at once only one can.
    """

    version = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="engine_tunings")
    why = models.CharField(max_length=500, blank=True)
    numbers = models.JSONField(default=dict, blank=True)
    disabled_rules = models.JSONField(default=list, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-version"]

    def __str__(self) -> str:
        return f"settings of the rules, version {self.version}"
