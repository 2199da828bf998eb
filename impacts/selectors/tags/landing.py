"""Which requests land on one entry of a register."""

from typing import Any

from django.db.models import Q

from customers.models import ContactPolicy, DataDomain, Measure, RegisterEntry, Segment, System, Touchpoint
from portfolio.models import ProjectRequest


def requests_on_entry(*, user: Any, entry: RegisterEntry, limit: int = 200) -> tuple[list[ProjectRequest], int]:
    """The live requests that name the entry and that `user` may see, newest first and at most `limit`; and how many
    there are that they may not see. Two queries."""
    live = ProjectRequest.objects.live().filter(_names(entry)).distinct()
    shown = live.visible_to(user).select_related("silo", "requester").order_by("-submitted_at", "-id")
    rows = list(shown[:limit])
    return rows, live.count() - (len(rows) if len(rows) < limit else shown.count())


def _names(entry: RegisterEntry) -> Q:
    if isinstance(entry, Segment):
        return Q(impacts__segments=entry) | Q(contacts__segment=entry)
    if isinstance(entry, Touchpoint):
        return Q(impacts__touchpoint=entry)
    if isinstance(entry, DataDomain):
        return Q(data_uses__domain=entry)
    if isinstance(entry, System):
        return Q(system_uses__system=entry) | Q(data_uses__system=entry)
    if isinstance(entry, Measure):
        return Q(impacts__measure=entry)
    if isinstance(entry, ContactPolicy) and entry.segment_id:
        return Q(contacts__segment=entry.segment_id)
    return Q(pk__in=[])
