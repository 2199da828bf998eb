"""Says what staff must know of a customer at a touchpoint."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from customers.models import DataDomain, Touchpoint, TouchpointNeed
from impacts.errors import NotAllowed
from impacts.permissions import can_say_needs


def set_needs(*, touchpoint: Touchpoint, domains: Iterable[DataDomain], by: Any) -> list[TouchpointNeed]:
    """Let exactly these data domains be what staff must know there. What stays keeps its history. Raises NotAllowed."""
    if not can_say_needs(by, touchpoint):
        raise NotAllowed("Who answers for the touchpoint, architects and administrators say what is needed there.")
    wanted = {domain.pk: domain for domain in domains}
    with transaction.atomic():
        for need in touchpoint.needs.order_by("id"):
            if wanted.pop(need.domain_id, None) is None:
                need.delete()
        for domain in wanted.values():
            need = TouchpointNeed(touchpoint=touchpoint, domain=domain)
            need.full_clean()
            need.save()
    return list(touchpoint.needs.select_related("domain"))
