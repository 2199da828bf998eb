"""Which confidential requests the words of a decision may speak of, so that the papers can be redacted by reader."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet

from board.models import DecidedRequest, Decision, ItemRequest, Joining
from impacts.models import FamilyMember
from portfolio.models import ProjectRequest


def secrets_of(decisions: Iterable[Decision]) -> dict[int, tuple[int, ...]]:
    """Of each decision (by its id, its item selected) the ids of the confidential requests that it moved, merged into,
    put others behind, or that were ever in what it was over or in the family that it made. Six queries."""
    rows = list(decisions)
    found: dict[int, set[int]] = defaultdict(set)
    moved = DecidedRequest.objects.filter(decision__in=[row.pk for row in rows])
    joined = dict(_pairs(Joining.objects.filter(decision__in=[row.pk for row in rows]), "decision_id", "family_id"))
    families = {row.item.family_id for row in rows if row.item.family_id} | set(joined.values())
    in_family: dict[int, set[int]] = defaultdict(set)
    on_item: dict[int, set[int]] = defaultdict(set)
    for family, request in _pairs(FamilyMember.objects.filter(family__in=families), "family_id", "request_id"):
        in_family[family].add(request)
    held = ItemRequest.objects.filter(item__in={row.item_id for row in rows})
    for item, request in _pairs(held, "item_id", "request_id"):
        on_item[item].add(request)
    for decision, request, after in moved.order_by().values_list("decision_id", "request_id", "after_id"):
        found[decision] |= {request, after} if after else {request}
    behind = DecidedRequest.also_after.through.objects.filter(decidedrequest__in=moved.order_by().values("pk"))
    for decision, after in behind.order_by().values_list("decidedrequest__decision_id", "projectrequest_id"):
        found[decision].add(after)
    for row in rows:
        found[row.pk] |= on_item[row.item_id]
        for its_family in (row.item.family_id, joined.get(row.pk)):
            found[row.pk] |= in_family[its_family] if its_family else set()
        if row.survivor_id:
            found[row.pk].add(row.survivor_id)
    every = set[int]().union(*found.values()) if found else set()
    secret = set(ProjectRequest.objects.filter(pk__in=every, confidential=True).order_by().values_list("pk", flat=True))
    return {row.pk: tuple(sorted(found[row.pk] & secret)) for row in rows}


def _pairs(
    rows: "QuerySet[FamilyMember] | QuerySet[ItemRequest] | QuerySet[Joining]", *names: str
) -> Iterable[tuple[int, int]]:
    return rows.order_by().values_list(*names)
