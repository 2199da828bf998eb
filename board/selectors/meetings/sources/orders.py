"""Requests that wait in an order for one that does not come any more: it was withdrawn or rejected."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db.models import Q

from board.packs.words import cut, listed
from board.selectors.meetings.sources.base import Cause
from portfolio.lifecycle import Status
from portfolio.models import ProjectRequest, Transition

GONE = {Status.WITHDRAWN.value: "was withdrawn", Status.REJECTED.value: "was rejected"}


def causes(day: date) -> list[Cause]:
    """What the board put behind a request that will never be delivered would wait without end: the board looks again.
    One query, and two more where there are any."""
    gone_ones = Q(after__status__in=GONE) | Q(also_after__status__in=GONE)
    rows = ProjectRequest.objects.filter(gone_ones, status=Status.SEQUENCED.value).order_by("id")
    waiting: dict[int, set[int | None]] = defaultdict(set)
    for pk, *ahead in rows.values_list("pk", "after_id", "also_after"):
        waiting[pk].update(ahead)
    if not waiting:
        return []
    ids = {pk for each in waiting.values() for pk in each if pk}
    found = ProjectRequest.objects.filter(pk__in=ids, status__in=GONE).order_by("reference", "id")
    gone = {request.pk: request for request in found}
    left: dict[int, datetime] = {}
    for pk, at in Transition.objects.filter(request__in=gone, target__in=GONE).values_list("request_id", "at"):
        left[pk] = max(at, left.get(pk, at))
    return [
        Cause(
            pk,
            "order",
            cut(f"What it waits for does not come: {listed(_names(gone, ahead))}.", 400),
            min(left.get(each, gone[each].updated_at) for each in gone if each in ahead),
            review=True,
        )
        for pk, ahead in sorted(waiting.items())
    ]


def what_became_of(request: ProjectRequest) -> str:
    """What became of it, without its name where it is confidential: agendas are read by others than it is."""
    return f"{'a confidential request' if request.confidential else request.reference} {GONE[request.status]}"


def _names(gone: Mapping[int, ProjectRequest], ahead: Collection[int | None]) -> list[str]:
    return [what_became_of(request) for pk, request in gone.items() if pk in ahead]
