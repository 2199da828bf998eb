"""Objections as the pack, meeting mode and the decision's snapshot tell them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from board.models import Objection
from board.packs.facts import ObjectionFact
from portfolio.models import ProjectRequest


def objection_facts(members: Mapping[int, Sequence[ProjectRequest]]) -> dict[int, tuple[ObjectionFact, ...]]:
    """Of each item (by its id, with its requests) the objections that it answers, the oldest first: the open ones, and
    those that a decision over these requests has answered. One query."""
    ids = {request.pk for requests in members.values() for request in requests}
    rows = Objection.objects.filter(request__in=ids).exclude(state=Objection.State.WITHDRAWN)
    rows = rows.select_related("person", "segment", "request", "answered_by").order_by("at", "id")
    by_request: dict[int, list[Objection]] = defaultdict(list)
    for row in rows:
        by_request[row.request_id].append(row)
    return {
        item: tuple(
            objection_fact(row)
            for request in requests
            for row in by_request[request.pk]
            if row.answered_by is None or row.answered_by.item_id == item
        )
        for item, requests in members.items()
    }


def objection_fact(objection: Objection) -> ObjectionFact:
    """An objection as the pack and meeting mode tell it. Needs person, segment and request selected."""
    return ObjectionFact(
        person=objection.person.name,
        segment=objection.whom,
        customers=objection.segment.customer_count,
        reference=objection.request.reference,
        reason=objection.reason,
        at=objection.at,
    )
