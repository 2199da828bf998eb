"""Panels that other pages load: fragments for htmx, and pages of their own where there is no script."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from customers.toasts import toast
from impacts.errors import ActNotPossible, NotAllowed
from impacts.models import Answer, Finding
from impacts.permissions import can_answer, can_tag, is_held_on
from impacts.selectors.findings.comparing import cost_words
from impacts.selectors.findings.findings import findings_of_request
from impacts.selectors.findings.hold_on import hold_on
from impacts.selectors.findings.presenting import with_members
from impacts.selectors.it.it_hours import LastMet, last_met
from impacts.selectors.scans.facts import facts_of, text_facts
from impacts.selectors.scans.live import look_alikes
from impacts.selectors.years.meter import contact_meter_of
from impacts.services.findings.answering import answer_hold_on
from impacts.services.scans.encoding import with_meaning
from impacts.services.scans.index import held_index
from impacts.touch_kinds import KINDS
from impacts.views.touches import person_of, visible_request
from portfolio.models import ProjectRequest, ScanMark
from portfolio.permissions import can_file, roles_of

POLL_SOON, POLL_LATER = 2, 15


def panel(request: HttpRequest, name: str, title: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The fragment `impacts/_<name>.html` for htmx, or the same on a page of its own."""
    fragment = f"impacts/_{name}.html"
    if request.headers.get("HX-Request"):
        response = render(request, fragment, context, status=status)
    else:
        response = render(
            request, "impacts/panel_page.html", {**context, "fragment": fragment, "title": title}, status=status
        )
    response["Vary"] = "HX-Request"
    return response


@never_cache
@require_POST
def live_look_alikes(request: HttpRequest) -> HttpResponse:
    """Look-alikes of words that are only being typed; nothing is stored."""
    if not can_file(request.user):
        raise Http404("Nothing to compare.")
    typed = {name: request.POST.get(name, "")[:20_000] for name in ("title", "problem", "proposal")}
    silo = request.POST.get("silo", "")
    own = roles_of(request.user).silos
    number = int(silo) if silo.isdecimal() and len(silo) < 12 else next(iter(sorted(own)), 0)
    facts = with_meaning(text_facts(silo=number, **typed))
    with held_index() as held:
        found = look_alikes(held.index, facts, request.user)
    return panel(request, "look_alikes", "Requests that look like yours", _alike(request, found))


@never_cache
@require_GET
def panel_look_alikes(request: HttpRequest, reference: str) -> HttpResponse:
    """Look-alikes of a request as it stands, with why."""
    item = visible_request(request, reference)
    facts = with_meaning(facts_of(item))
    with held_index() as held:
        found = look_alikes(held.index, facts, request.user)
    context = _alike(request, found) | {"request_obj": item}
    return panel(request, "look_alikes", f"Requests that look like {item.reference}", context)


def _alike(request: HttpRequest, found: Any) -> dict[str, Any]:
    return {"found": found, "costs": {card.request.pk: cost_words(card.request, request.user) for card in found.cards}}


@never_cache
@require_GET
def panel_contact_load(request: HttpRequest, reference: str) -> HttpResponse:
    """What the customers that the request contacts would hear, against policy."""
    item = visible_request(request, reference)
    with held_index() as held:
        meter = contact_meter_of(held.index, facts_of(item), request.user)
    return panel(request, "contact_load", f"Contact load of {item.reference}", {"request_obj": item, "meter": meter})


@never_cache
@require_GET
def panel_contacts(request: HttpRequest, reference: str) -> HttpResponse:
    """The planned contacts: an editor for who may edit the request, else a table."""
    item = visible_request(request, reference)
    kind = KINDS["contacts"]
    may = can_tag(request.user, item)
    section = {
        "kind": kind,
        "rows": list(kind.rows(item)),
        "form": kind.form(auto_id="contacts_%s"),
        "request_obj": item,
    }
    name = "touch_section" if may else "contacts"
    return panel(request, name, f"Planned contacts of {item.reference}", {"section": section, "request_obj": item})


@never_cache
@require_GET
def panel_effects(request: HttpRequest, reference: str) -> HttpResponse:
    """What the request does to the customer: touchpoints, data, systems and contacts, with who answers."""
    item = visible_request(request, reference)
    rows = {code: list(KINDS[code].rows(item)) for code in ("touchpoints", "data", "systems", "contacts")}
    context = {"request_obj": item, "may": can_tag(request.user, item), "met": _met(item, rows), **rows}
    return panel(request, "effects", f"What {item.reference} does to the customer", context)


def _met(item: ProjectRequest, rows: dict[str, list[Any]]) -> list[LastMet]:
    """When IT last met the customers of a request, by segment; nothing for one that no customer notices."""
    if item.kind != ProjectRequest.Kind.CUSTOMER_FACING and not rows["touchpoints"]:
        return []
    touched = {segment.pk for row in rows["touchpoints"] for segment in row.segments.all()}
    return last_met(sorted(touched | {row.segment_id for row in rows["contacts"]}))


@never_cache
@require_GET
def panel_findings(request: HttpRequest, reference: str) -> HttpResponse:
    """The findings of a request with their evidence; dismissed ones are counted and can be opened."""
    item = visible_request(request, reference)
    shown = findings_of_request(item, request.user)
    context = {
        "request_obj": item,
        "standing": [(each, each.others_than(item)) for each in shown if each.state != Finding.State.DISMISSED],
        "dismissed": [each for each in shown if each.state == Finding.State.DISMISSED],
        "is_scanning": ScanMark.objects.filter(request=item).exists(),
    }
    return panel(request, "findings", f"Findings about {item.reference}", context)


@never_cache
@require_GET
def panel_hold_on(request: HttpRequest, reference: str) -> HttpResponse:
    """The hold-on card. The page asks for it again and again; nothing is swapped while nothing has changed."""
    item = visible_request(request, reference)
    if not is_held_on(request.user, item):
        return HttpResponse("")
    card = hold_on(item, request.user)
    if request.GET.get("seen") == card.stamp:
        return HttpResponse(status=204)
    response = panel(request, "hold_on", f"Hold on: {item.reference}", _hold_context(request, item, card))
    if request.GET.get("seen"):
        response["HX-Trigger"] = "findings-changed"
    return response


def _hold_context(request: HttpRequest, item: ProjectRequest, card: Any, problem: str = "") -> dict[str, Any]:
    return {
        "request_obj": item,
        "card": card,
        "may_answer": can_answer(request.user, item),
        "poll": POLL_SOON if card.is_scanning else POLL_LATER,
        "problem": problem,
        "typed": request.POST.get("text", ""),
    }


@require_POST
def answer_hold(request: HttpRequest, reference: str, kind: str) -> HttpResponse:
    """Talk, join, or say how one's own differs."""
    item = visible_request(request, reference)
    if kind not in Answer.Kind.values:
        raise Http404("There is no such answer.")
    card = hold_on(item, request.user)
    findings = with_members(Finding.objects.filter(pk__in=[each.pk for each in card.overlaps]))
    text = request.POST.get("text", "")
    try:
        answer_hold_on(request=item, findings=list(findings), person=person_of(request), kind=kind, text=text)
    except (ActNotPossible, NotAllowed) as error:
        status = 403 if isinstance(error, NotAllowed) else 422
        return panel(request, "hold_on", "Hold on", _hold_context(request, item, card, str(error)), status)
    if request.headers.get("HX-Request"):
        return panel(request, "hold_on", "Hold on", _hold_context(request, item, hold_on(item, request.user)))
    toast(request, "Your answer is noted; the other departments are told.", level=messages.SUCCESS)
    return redirect(item.get_absolute_url())
