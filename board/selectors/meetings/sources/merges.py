"""Requests that were merged into one that is gone: it was withdrawn or rejected, and nothing goes on there."""

from datetime import date, datetime

from board.packs.words import cut
from board.selectors.meetings.sources.base import Cause
from board.selectors.meetings.sources.orders import GONE, what_became_of
from portfolio.lifecycle import Status
from portfolio.models import ProjectRequest, Transition


def causes(day: date) -> list[Cause]:
    """What the board merged into a request that will never be delivered would be forgotten: the board looks again. Of a
    chain of merges only the last: the others go on in it as soon as it stands by itself again. One query, and another
    where there are any."""
    rows = ProjectRequest.objects.filter(status=Status.MERGED.value, survivor__status__in=GONE)
    left_behind = list(rows.select_related("survivor").order_by("id"))
    if not left_behind:
        return []
    left: dict[int, datetime] = {}
    ids = {request.survivor_id for request in left_behind}
    for pk, at in Transition.objects.filter(request__in=ids, target__in=GONE).values_list("request_id", "at"):
        left[pk] = max(at, left.get(pk, at))
    return [
        Cause(
            request.pk,
            "merge",
            cut(f"What it was merged into is gone: {what_became_of(request.survivor)}.", 400),
            left.get(request.survivor.pk, request.survivor.updated_at),
            review=True,
        )
        for request in left_behind
        if request.survivor is not None
    ]
