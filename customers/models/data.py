"""What the organisation knows of its customers: data domains, systems, and by what records are joined."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from customers.models.base import RegisterEntry, RegisterQuerySet


class DataDomain(RegisterEntry):
    """A kind of data about customers: identity, warranty, service history, consent."""

    register = "data-domains"

    steward = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="domains_stewarded"
    )
    key_attributes = models.TextField(
        blank=True,
        max_length=2000,
        help_text="What it is made of, one on each line: date of birth, nationality.",
    )

    objects = RegisterQuerySet.as_manager()
    history = HistoricalRecords()


class System(RegisterEntry):
    """An application that holds data domains."""

    register = "systems"

    objects = RegisterQuerySet.as_manager()
    history = HistoricalRecords()


class DataHolding(models.Model):
    """A system holds a data domain as master, copy or reader."""

    class Role(models.TextChoices):
        MASTER = "master", "Master"
        COPY = "copy", "Copy"
        READER = "reader", "Reader"

    system = models.ForeignKey(System, models.CASCADE, related_name="holdings")
    domain = models.ForeignKey(DataDomain, models.CASCADE, related_name="holdings")
    role = models.CharField(max_length=8, choices=Role)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["system__name", "domain__name", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["system", "domain"], name="holding_once")]

    def __str__(self) -> str:
        return f"{self.system} is {self.get_role_display().lower()} of {self.domain}"


class IdentifyingAttribute(RegisterEntry):
    """Something by which the records of one customer are told from those of another: customer number, e-mail address,
    vehicle number. Systems whose data carries the same one can be joined by it."""

    register = "identifying-attributes"

    objects = RegisterQuerySet.as_manager()
    history = HistoricalRecords()


class HoldingAttribute(models.Model):
    """The records of a holding can be found by an identifying attribute, as well as its quality there allows."""

    class Quality(models.TextChoices):
        HIGH = "high", "High: unique and kept up"
        MEDIUM = "medium", "Medium: mostly right"
        LOW = "low", "Low: a match may be the wrong customer"

    holding = models.ForeignKey(DataHolding, models.CASCADE, related_name="attributes")
    attribute = models.ForeignKey(IdentifyingAttribute, models.PROTECT, related_name="holdings")
    quality = models.CharField(max_length=6, choices=Quality, default=Quality.MEDIUM)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["attribute__name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["holding", "attribute"],
                name="holding_attribute_once",
                violation_error_message="This attribute is already listed. Change its quality instead.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.holding} by {self.attribute}"
