"""Every write to what systems hold."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from customers.models import DataDomain, DataHolding, HoldingAttribute, IdentifyingAttribute, System
from customers.services.entries import authorise


def save_holding(
    *, system: System, domain: DataDomain, role: str, attributes: Mapping[IdentifyingAttribute, str], by: Any
) -> DataHolding:
    """Say that a system holds a data domain, as what, and by which identifying attributes its records can be found,
    each with its quality; attributes that are not named are taken off. Raises NotAllowed, ValidationError by field.
    """
    authorise(by)
    with transaction.atomic():
        holding = DataHolding.objects.filter(system=system, domain=domain).first() or DataHolding(
            system=system, domain=domain
        )
        holding.role = role
        holding.full_clean()
        holding.save()
        known = {row.attribute_id: row for row in holding.attributes.order_by("id")}
        for attribute, quality in attributes.items():
            row = known.pop(attribute.pk, None)
            if row is None or row.quality != quality:
                row = row or HoldingAttribute(holding=holding, attribute=attribute)
                row.quality = quality
                row.full_clean()
                row.save()
        for row in known.values():
            row.delete()
    return holding


def remove_holding(*, holding: DataHolding, by: Any) -> None:
    """Say that a system no longer holds a data domain. Its history stays. Raises NotAllowed."""
    authorise(by)
    holding.delete()
