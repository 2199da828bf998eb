"""Other words for the entries of the registers."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from customers.models.data import DataDomain, System
from customers.models.served import Segment, Touchpoint


class Synonym(models.Model):
    """Another word for one entry of a register, so that every silo's word finds it."""

    term = models.CharField(max_length=120)
    segment = models.ForeignKey(Segment, models.CASCADE, null=True, blank=True, related_name="synonyms")
    touchpoint = models.ForeignKey(Touchpoint, models.CASCADE, null=True, blank=True, related_name="synonyms")
    domain = models.ForeignKey(DataDomain, models.CASCADE, null=True, blank=True, related_name="synonyms")
    system = models.ForeignKey(System, models.CASCADE, null=True, blank=True, related_name="synonyms")

    class Meta:
        ordering: ClassVar = [Lower("term"), "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="synonym_of_exactly_one",
                condition=(
                    Q(segment__isnull=False, touchpoint__isnull=True, domain__isnull=True, system__isnull=True)
                    | Q(segment__isnull=True, touchpoint__isnull=False, domain__isnull=True, system__isnull=True)
                    | Q(segment__isnull=True, touchpoint__isnull=True, domain__isnull=False, system__isnull=True)
                    | Q(segment__isnull=True, touchpoint__isnull=True, domain__isnull=True, system__isnull=False)
                ),
            ),
            *(
                models.UniqueConstraint(
                    Lower("term"), name=f"synonym_once_{kind}", condition=Q(**{f"{kind}__isnull": False})
                )
                for kind in ("segment", "touchpoint", "domain", "system")
            ),
        ]

    def __str__(self) -> str:
        return self.term
