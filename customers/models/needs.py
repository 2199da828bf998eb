"""What staff must know of a customer where they meet."""

from typing import ClassVar

from django.db import models
from simple_history.models import HistoricalRecords

from customers.models.data import DataDomain
from customers.models.served import Touchpoint


class TouchpointNeed(models.Model):
    """A customer who comes to a touchpoint expects us to know a data domain there: the last service, the warranty."""

    touchpoint = models.ForeignKey(Touchpoint, models.CASCADE, related_name="needs")
    domain = models.ForeignKey(DataDomain, models.CASCADE, related_name="needed_at")

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["touchpoint__name", "domain__name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["touchpoint", "domain"],
                name="touchpoint_need_once",
                violation_error_message="This data is already listed for the touchpoint.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.touchpoint} needs {self.domain}"
