"""Objections as somebody may see them, and for whom somebody could object."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from board.models import Objection
from board.permissions import can_object_for, can_withdraw
from board.selectors.decisions.decisions import decisions_as_seen
from board.selectors.decisions.outcomes import SeenDecision
from board.selectors.meetings.items import DECIDABLE
from customers.models import Segment
from impacts.models import Impact, PlannedContact
from portfolio.lifecycle import LABELS
from portfolio.models import ProjectRequest

RELATED = ("request__silo", "request__requester", "request__survivor", "segment__manager", "person", "item__meeting")


def touched_segments(request: ProjectRequest) -> QuerySet[Segment]:
    """The segments in use whose customers live through the request: those that it names at a touchpoint, those that it
    contacts, and all where it names a touchpoint and no segment there: then it is for everybody."""
    impacts = Impact.objects.filter(request=request)
    if impacts.filter(segments__isnull=True).exists():
        return Segment.objects.active().select_related("manager").order_by("name", "id")
    named = impacts.filter(segments__isnull=False).order_by().values("segments")
    contacted = PlannedContact.objects.filter(request=request).order_by().values("segment")
    touched = Segment.objects.active().filter(Q(pk__in=named) | Q(pk__in=contacted))
    return touched.select_related("manager").order_by("name", "id")


def why_nothing_to_object(request: ProjectRequest) -> str:
    """Why an objection to the request would change nothing any more, in words; empty while the board may decide."""
    if request.state in DECIDABLE:
        return ""
    state = LABELS[request.state].lower()
    if request.status == "withdrawn":
        return f"{request.reference} was withdrawn: there is nothing left to object to."
    if request.status == "draft":
        return f"{request.reference} is a draft that nobody has filed yet."
    if request.status == "merged" and request.survivor and request.survivor.confidential:
        return f"{request.reference} was merged into a confidential request. The board's secretary can tell you more."
    if request.status == "merged" and request.survivor:
        return f"{request.reference} was merged into {request.survivor.reference}. Object to that one."
    return (
        f"The board has decided over {request.reference}: it is {state}. Ask the board's secretary to bring it back, "
        "and say why."
    )


def visible_objections(user: Any) -> QuerySet[Objection]:
    """The objections to requests that `user` may see, with what is shown of them, the latest first."""
    seen = ProjectRequest.objects.visible_to(user).order_by().values("pk")
    return Objection.objects.filter(request__in=seen).select_related(*RELATED).order_by("-at", "-id")


@dataclass(frozen=True, slots=True)
class SeenObjection:
    """An objection as one person may see it. `standing`: it waits for the board. `decision` is what answered it, as the
    person may see it; `may_withdraw` whether they may take it back."""

    objection: Objection
    standing: bool
    state: str
    decision: SeenDecision | None
    may_withdraw: bool


def seen_objections(objections: Iterable[Objection], user: Any) -> list[SeenObjection]:
    """The objections for this person, in the same order. They come with what `visible_objections` loads. A fixed number
    of queries."""
    rows = list(objections)
    decisions = decisions_as_seen([row.answered_by_id for row in rows if row.answered_by_id], user)
    return [_seen(row, decisions.get(row.answered_by_id or 0), user) for row in rows]


def _seen(objection: Objection, decision: SeenDecision | None, user: Any) -> SeenObjection:
    is_open = objection.state == Objection.State.OPEN
    return SeenObjection(
        objection=objection,
        standing=is_open and not why_nothing_to_object(objection.request),
        state=_state(objection, decision),
        decision=decision,
        may_withdraw=is_open and can_withdraw(user, objection),
    )


def _state(objection: Objection, decision: SeenDecision | None) -> str:
    if decision is not None:
        return f"The board decided: {decision.label.lower()}"
    if objection.state == Objection.State.WITHDRAWN:
        return "Withdrawn"
    request = objection.request
    if why_nothing_to_object(request):
        return f"The request is {LABELS[request.state].lower()}"
    return "Waits for the board"


@dataclass(frozen=True, slots=True)
class RequestObjections:
    """What is said against a request for its customers, and for whom the person could still object; `why_not` says why
    nobody can any more."""

    shown: Sequence[SeenObjection]
    can_object: Sequence[Segment]
    why_not: str


def objections_over(request: ProjectRequest, user: Any) -> RequestObjections:
    """The objections to a request that `user` may see, the latest first, and for which segments they could object."""
    rows = Objection.objects.filter(request=request).select_related(*RELATED).order_by("-at", "-id")
    shown = seen_objections(rows, user)
    why_not = why_nothing_to_object(request)
    said = {row.objection.segment_id for row in shown if row.objection.state == Objection.State.OPEN}
    mine = [] if why_not else [each for each in touched_segments(request) if can_object_for(user, each)]
    return RequestObjections(shown, [each for each in mine if each.pk not in said], why_not)
