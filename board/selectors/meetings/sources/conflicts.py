"""Open conflicts between requests, as the engine found them or people confirmed them."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from django.db.models import QuerySet

from board.packs.words import cut
from board.selectors.meetings.sources.base import UNDECIDED, Cause, Tie
from impacts.models import Finding, FindingMember

#: A conflict between more requests than this is decided request by request: no board decides over them at once.
MOST_TOGETHER = 8


def _more_than_notes() -> QuerySet[Finding]:
    return Finding.objects.standing().filter(kind=Finding.Kind.CONFLICT).exclude(severity=Finding.Severity.NOTE)


def _standing() -> list[Finding]:
    """Standing conflicts that are more than a note, the weightiest first. One query."""
    rows = _more_than_notes()
    return list(rows.only("id", "title", "kind", "first_seen", "weight").order_by("-weight", "-score", "id"))


def _members() -> Mapping[int, list[int]]:
    """The undecided requests of each finding. One query."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = FindingMember.objects.filter(request__status__in=UNDECIDED, finding__kind=Finding.Kind.CONFLICT)
    rows = rows.filter(finding__state__in=[Finding.State.OPEN, Finding.State.CONFIRMED])
    for finding, request in rows.order_by("request_id").values_list("finding_id", "request_id"):
        found[finding].append(request)
    return found


def ties(day: date) -> list[Tie]:
    """Conflicts between two or more undecided requests: the board says which goes how. Two queries."""
    members = _members()
    return [
        Tie(
            key=f"finding:{row.pk}",
            requests=tuple(members[row.pk]),
            source="conflict",
            title=row.title,
            text=f"An open conflict: {cut(row.title, 160)}",
            since=row.first_seen,
            finding=row,
        )
        for row in _standing()
        if 1 < len(members.get(row.pk, ())) <= MOST_TOGETHER
    ]


def causes(day: date) -> list[Cause]:
    """Undecided requests that are in a conflict, by their weightiest. One query."""
    rows = FindingMember.objects.filter(request__status__in=UNDECIDED, finding__in=_more_than_notes())
    rows = rows.order_by("-finding__weight", "-finding__score", "finding_id", "request_id")
    found: dict[int, Cause] = {}
    for request, title, since in rows.values_list("request_id", "finding__title", "finding__first_seen"):
        if request not in found:
            found[request] = Cause(request, "conflict", f"An open conflict: {cut(title, 160)}", since)
    return list(found.values())
