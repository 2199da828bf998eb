"""Requests that wait in an order for one that does not come any more: it was withdrawn or rejected."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime

from board.packs.words import cut, listed
from board.selectors.meetings.sources.base import Cause
from board.selectors.meetings.waits import ALSO_AFTER
from portfolio.lifecycle import Status
from portfolio.models import ProjectRequest, Transition

GONE = {Status.WITHDRAWN.value: "was withdrawn", Status.REJECTED.value: "was rejected"}


def causes(day: date) -> list[Cause]:
    """What the board put behind a request that will never be delivered would wait without end: the board looks again.
    Two queries, and two more where there are any."""
    waiting: dict[int, set[int]] = defaultdict(set)
    rows = ProjectRequest.objects.filter(status=Status.SEQUENCED.value, after__status__in=GONE).order_by("id")
    for pk, ahead in rows.values_list("pk", "after_id"):
        waiting[pk].add(ahead)
    others = ALSO_AFTER.objects.filter(
        from_projectrequest__status=Status.SEQUENCED.value, to_projectrequest__status__in=GONE
    )
    for pk, ahead in others.order_by("id").values_list("from_projectrequest_id", "to_projectrequest_id"):
        waiting[pk].add(ahead)
    if not waiting:
        return []
    ids = {pk for each in waiting.values() for pk in each}
    gone = {request.pk: request for request in ProjectRequest.objects.filter(pk__in=ids).order_by("reference", "id")}
    left: dict[int, datetime] = {}
    for pk, at in Transition.objects.filter(request__in=ids, target__in=GONE).values_list("request_id", "at"):
        left[pk] = max(at, left.get(pk, at))
    return [
        Cause(
            pk,
            "order",
            cut(f"What it waits for does not come: {listed(_names(gone, ahead))}.", 400),
            min(left.get(each, gone[each].updated_at) for each in ahead),
            review=True,
        )
        for pk, ahead in sorted(waiting.items())
    ]


def _words(request: ProjectRequest) -> str:
    """What became of it, without its name where it is confidential: agendas are read by others than it is."""
    return f"{'a confidential request' if request.confidential else request.reference} {GONE[request.status]}"


def _names(gone: Mapping[int, ProjectRequest], ahead: Collection[int]) -> list[str]:
    return [_words(request) for pk, request in gone.items() if pk in ahead]
