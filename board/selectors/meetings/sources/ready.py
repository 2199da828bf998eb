"""Requests that architects called ready for the board."""

from datetime import date

from django.db.models import Max
from django.utils import timezone

from board.packs.words import day as day_words
from board.selectors.meetings.sources.base import Cause
from portfolio.lifecycle import Status
from portfolio.models import ProjectRequest, Transition

_WORDS = {
    ProjectRequest.Kind.CUSTOMER_FACING: "New and customer-facing",
    ProjectRequest.Kind.REGULATORY: "New, a duty",
    ProjectRequest.Kind.INTERNAL: "New, internal",
}


def causes(day: date) -> list[Cause]:
    """All that is ready, since it last became so. Two queries."""
    rows = Transition.objects.filter(target=Status.READY.value, request__status=Status.READY.value)
    since = dict(rows.order_by().values("request").annotate(last=Max("at")).values_list("request_id", "last"))
    ready = ProjectRequest.objects.filter(status=Status.READY.value).order_by("id")
    found = []
    for pk, kind, filed, made in ready.values_list("pk", "kind", "submitted_at", "created_at"):
        at = since.get(pk) or filed or made
        words = _WORDS.get(ProjectRequest.Kind(kind), "New") if kind else "New"
        found.append(Cause(pk, "ready", f"{words}: ready since {day_words(timezone.localdate(at))}.", at))
    return found
