"""Requests that somebody objects to for their customers."""

from datetime import date

from board.models import Objection
from board.packs.words import cut
from board.selectors.meetings.items import DECIDABLE
from board.selectors.meetings.sources.base import Cause


def causes(day: date) -> list[Cause]:
    """The open objections to requests that the board can decide over. One query."""
    states = [status.value for status in DECIDABLE]
    rows = Objection.objects.open().filter(request__status__in=states).select_related("person", "segment")
    return [
        Cause(row.request_id, "objection", f"{row}: {cut(row.reason, 160)}", row.at, short=str(row))
        for row in rows.order_by("at", "id")
    ]
