"""The panel of suggested tags: what a request's words seem to touch, to be added or declined with one click or key."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from customers.toasts import toast
from impacts.errors import ActNotPossible
from impacts.models import TagSuggestion
from impacts.permissions import can_tag
from impacts.selectors.scans.facts import facts_of
from impacts.selectors.tags.suggestions import Suggesting, declined_for, entry_of
from impacts.services.scans.encoding import with_meaning
from impacts.services.scans.index import held_index
from impacts.services.tags.suggesting import accept_suggestion, decline_suggestion, undo_suggestion
from impacts.views.panels import panel
from impacts.views.touches import editable_request, person_of, visible_request
from portfolio.lifecycle import Status
from portfolio.models import ProjectRequest
from portfolio.tasks import wake_scanner

SHOWN = 8
ANSWERS = {"accept": accept_suggestion, "decline": decline_suggestion, "undo": undo_suggestion}
SAID = {
    "accept": "{name} was added.",
    "decline": "{name} will not be suggested again.",
    "undo": "Taken back: {name} may be suggested again.",
}


@dataclass(frozen=True, slots=True)
class _Said:
    """What a person has just answered, and where they can take it back."""

    text: str
    undo_url: str = ""


@never_cache
@require_GET
def panel_suggestions(request: HttpRequest, reference: str) -> HttpResponse:
    """What the request's words seem to touch. Nothing is stored by looking."""
    return _suggestions(request, visible_request(request, reference))


@require_POST
def decide_suggestion(request: HttpRequest, reference: str, register: str, thing: int, answer: str) -> HttpResponse:
    """Accept or decline one suggestion, or take that back."""
    item = editable_request(request, reference)
    if answer not in ANSWERS:
        raise Http404("Accept, decline or undo.")
    try:
        ANSWERS[answer](request=item, register=register, thing=thing, person=person_of(request))
    except ActNotPossible as error:
        return _suggestions(request, item, problem=str(error))
    if item.state is not Status.DRAFT:
        wake_scanner()
    said = _said(item, register, thing, answer)
    if not request.headers.get("HX-Request"):
        toast(request, said.text, undo_url=said.undo_url)
        return redirect(reverse("impacts:file-touches", args=[reference]))
    response = _suggestions(request, item, said=said)
    if answer != "decline":
        response["HX-Trigger-After-Swap"] = "touches-changed"
    return response


def _said(item: ProjectRequest, register: str, thing: int, answer: str) -> _Said:
    try:
        with held_index() as held:
            name = entry_of(held.index.register, (register, thing)).name
    except KeyError:  # it was answered, and deleted from the register since
        return _Said("Your answer is noted. What it was about is no longer in the register.")
    undo = (
        "" if answer == "undo" else reverse("impacts:suggestion-decide", args=[item.reference, register, thing, "undo"])
    )
    return _Said(SAID[answer].format(name=name), undo)


def _suggestions(
    request: HttpRequest, item: ProjectRequest, problem: str = "", said: _Said | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "request_obj": item,
        "may": can_tag(request.user, item),
        "problem": problem,
        "said": said,
    }
    if context["may"]:
        facts = with_meaning(facts_of(item))
        with held_index() as held:
            cards = Suggesting(held.index).cards(facts)
            context["declined"] = declined_for(item.pk, held.index.register)
        # Customers are noted at a touchpoint: until one is named, adding them could only be refused.
        addable = [card for card in cards if facts.impacts or card.register != TagSuggestion.Register.SEGMENT]
        context["cards"] = addable[:SHOWN]
    return panel(request, "suggestions", f"What {item.reference} seems to touch", context, 422 if problem else 200)
