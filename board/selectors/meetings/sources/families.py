"""Families with members that nobody has decided over."""

from collections import defaultdict
from datetime import date

from board.selectors.meetings.sources.base import UNDECIDED, Tie
from impacts.models import Family, FamilyMember


def ties(day: date) -> list[Tie]:
    """Each family with its undecided members, the lead first. One query."""
    rows = (
        FamilyMember.objects.filter(left_at__isnull=True, family__dissolved_at__isnull=True)
        .filter(request__status__in=UNDECIDED)
        .select_related("family__lead__silo")
        .order_by("family_id", "joined_at", "id")
    )
    members: dict[Family, list[int]] = defaultdict(list)
    for row in rows:
        members[row.family].append(row.request_id)
    return [
        Tie(
            key=f"family:{family.pk}",
            requests=tuple(sorted(ids, key=lambda pk: pk != family.lead_id)),
            source="family",
            title=family.title,
            text=f"Family {family.code} has {len(ids)} undecided request{'' if len(ids) == 1 else 's'}.",
            since=family.created_at,
            family=family,
        )
        for family, ids in members.items()
    ]
