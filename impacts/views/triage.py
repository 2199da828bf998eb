"""Triage: the inbox, one finding with its evidence, and the acts."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.asked import page_of
from customers.toasts import toast
from impacts.errors import ActNotPossible, FamilyProblem, FindingMoved, NothingToUndo
from impacts.forms.triage import ACT_FORMS, ACT_TITLES, ACT_VERBS, ActForm, FindingFilterForm
from impacts.models import Finding, TriageAct
from impacts.permissions import can_triage
from impacts.selectors.findings.comparing import Beside, beside, members, sides, waterfall
from impacts.selectors.findings.findings import (
    between,
    counts_by_state,
    filtered_findings,
    findings_for,
    last_act,
    what_was_said,
)
from impacts.selectors.findings.presenting import EvidenceLine, PresentedFinding, present
from impacts.selectors.scans.facts import engine_settings
from impacts.selectors.scans.judging import in_order, verdicts_like
from impacts.services.findings.triage import ACTS, undo_last_act
from impacts.services.scans.index import held_index
from impacts.views.touches import person_of
from portfolio.tasks import wake_scanner

PER_PAGE = 15
FIRST_MEMBERS, FIRST_REASONS, MOST_IN_DIALOGS = 8, 10, 30
KEYS = [
    {"key": "c", "does": "confirm"},
    {"key": "d", "does": "dismiss"},
    {"key": "m", "does": "propose merging"},
    {"key": "f", "does": "join as a family"},
    {"key": "o", "does": "put in order"},
]


@dataclass(slots=True)
class _Inbox:
    """The inbox as the address asks for it."""

    form: FindingFilterForm
    page: Page[Finding]
    shown: list[PresentedFinding]
    query: str


def _inbox(request: HttpRequest) -> _Inbox:
    form = FindingFilterForm(request.GET)
    form.is_valid()
    rows = in_order(filtered_findings(request.user, form.cleaned_data), form.cleaned_data.get("order", ""))
    page = page_of(request, rows, PER_PAGE)
    return _Inbox(form, page, present(page.object_list, request.user), _query(request))


def _query(request: HttpRequest) -> str:
    """The filters of the address, to be kept from finding to finding; not how much of this one is shown."""
    kept = request.GET.copy()
    kept.pop("members", None)
    return f"?{kept.urlencode()}" if kept else ""


def _finding(request: HttpRequest, pk: int) -> tuple[Finding, PresentedFinding]:
    finding = get_object_or_404(findings_for(request.user), pk=pk)
    shown = present([finding], request.user)
    if not shown:
        raise Http404("No such finding.")
    return finding, shown[0]


@require_GET
def show_triage(request: HttpRequest) -> HttpResponse:
    """The inbox with its weightiest finding opened."""
    inbox = _inbox(request)
    if not inbox.shown:
        return render(request, "impacts/triage.html", _context(request, inbox, None, None))
    finding, shown = _finding(request, inbox.shown[0].pk)
    return render(request, "impacts/triage.html", _context(request, inbox, finding, shown))


@require_GET
def show_finding(request: HttpRequest, pk: int) -> HttpResponse:
    """One finding beside the inbox it was chosen from."""
    finding, shown = _finding(request, pk)
    return render(request, "impacts/triage.html", _context(request, _inbox(request), finding, shown))


def _context(
    request: HttpRequest, inbox: _Inbox, finding: Finding | None, shown: PresentedFinding | None
) -> dict[str, Any]:
    context: dict[str, Any] = {"inbox": inbox, "counts": counts_by_state(request.user), "page_keys": KEYS}
    if finding is None or shown is None:
        return context
    found = waterfall(shown)
    act = can_triage(request.user) and finding.state != Finding.State.CLOSED
    pair = len(shown.requests) == 2 and not shown.hidden
    compared = sides(shown, request.user) if pair else []
    most = None if request.GET.get("members") == "all" else FIRST_MEMBERS
    takers = [] if pair else members(shown, request.user, finding.evidence, most)
    reasons = [] if found else _reasons(shown, finding, pair)
    others, more_others = between(shown, request.user)
    return context | {
        "finding": shown,
        "sides": compared,
        "beside": _beside(shown) if pair and shown.is_overlap else None,
        "members": takers,
        "more_members": 0 if pair else len(shown.requests) - len(takers),
        "between": others,
        "more_between": more_others,
        "adds": any(taker.lines for taker in takers),
        "waterfall": found,
        "thresholds": engine_settings(),
        "reasons": reasons[:FIRST_REASONS],
        "more_reasons": reasons[FIRST_REASONS:],
        "said": what_was_said(finding) if not shown.hidden else [],
        "dismissal": last_act(finding) if not shown.hidden else None,
        "forms": _forms(shown) if act else {},
        "in_dialogs": len(shown.requests) <= MOST_IN_DIALOGS,
        "verdicts": verdicts_like(shown.score) if shown.is_overlap and not shown.is_redacted else "",
    }


def _beside(shown: PresentedFinding) -> Beside | None:
    with held_index() as held:
        return beside(shown, held.index)


def _reasons(shown: PresentedFinding, finding: Finding, pair: bool) -> list[EvidenceLine]:
    """The evidence, without the lines that the table of members shows beside each of them."""
    alone = set() if pair else {line["text"] for line in finding.evidence if len(line["requests"]) == 1}
    return [line for line in shown.evidence if line.text not in alone]


def _forms(shown: PresentedFinding) -> dict[str, ActForm]:
    kinds = ["dismiss"] if len(shown.requests) < 2 else ["dismiss", "merge", "family", "order"]
    return {kind: _form(kind, shown) for kind in kinds}


def _form(kind: str, shown: PresentedFinding, data: Any = None) -> ActForm:
    initial: dict[str, Any] = {"version": shown.version}
    if len(shown.requests) > 1:
        first, second = shown.requests[:2]
        initial |= {"survivor": first.pk, "lead": first.pk, "owner": first.requester_id}
        initial |= {"first": first.pk, "later": second.pk}
    return ACT_FORMS[kind](data, requests=shown.requests, initial=initial, auto_id=f"{kind}_%s")


@require_http_methods(["GET", "POST"])
def act_on_finding(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Confirm, dismiss, propose merging, join as a family or put in order; then on to the next finding."""
    if kind not in ACTS:
        raise Http404("There is no such act.")
    finding, shown = _finding(request, pk)
    if not can_triage(request.user):
        raise PermissionDenied("Only an architect decides over findings. You can answer as requester, or comment.")
    form = _form(kind, shown, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _act_page(request, shown, kind, form, 422 if form.is_bound else 200)
    onward = _next_url(request, finding)
    try:
        act = ACTS[kind](finding=finding, person=request.user, **form.details())
    except (FindingMoved, ActNotPossible, FamilyProblem) as error:
        form.add_error(None, str(error))
        moved = isinstance(error, FindingMoved)
        return _act_page(request, _finding(request, pk)[1] if moved else shown, kind, form, 409 if moved else 422)
    wake_scanner()
    verb = {"confirm": "Confirmed", "dismiss": "Dismissed", "merge": "Merging proposed", "family": "Joined"}
    toast(
        request,
        f"{verb.get(kind, 'Put in order')}: {shown.title}",
        undo_url=f"{reverse('impacts:finding-undo', args=[pk])}?act={act.pk}",
    )
    return redirect(onward)


def _act_page(request: HttpRequest, shown: PresentedFinding, kind: str, form: ActForm, status: int) -> HttpResponse:
    context = {
        "finding": shown,
        "kind": kind,
        "form": form,
        "title": ACT_TITLES[kind],
        "verb": ACT_VERBS[kind],
        "query": _query(request),
        "moved": status == 409,
    }
    return render(request, "impacts/finding_act.html", context, status=status)


def _next_url(request: HttpRequest, finding: Finding) -> str:
    """The finding after this one in the inbox as the address filters it, or the inbox."""
    form = FindingFilterForm(request.GET)
    form.is_valid()
    found = filtered_findings(request.user, form.cleaned_data).exclude(pk=finding.pk).prefetch_related(None)
    rows = in_order(found, form.cleaned_data.get("order", ""))
    after = Q(weight__lt=finding.weight) | Q(weight=finding.weight, score__lt=finding.score)
    after |= Q(weight=finding.weight, score=finding.score, id__gt=finding.pk)
    ids = rows.values_list("pk", flat=True)
    following = ids.first() if form.by_learning else ids.filter(after).first() or ids.first()
    url = reverse("impacts:finding-detail", args=[following]) if following else reverse("impacts:triage")
    return url + _query(request)


@require_POST
def undo_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back an act on a finding, if it is still the last one, and show the finding as it is again."""
    finding, _ = _finding(request, pk)
    if not can_triage(request.user):
        raise PermissionDenied("Only an architect undoes an act on a finding.")
    try:
        undo_last_act(finding=finding, person=person_of(request), act=_meant(request, finding))
        toast(request, "Undone. It is as it was before.")
        wake_scanner()
    except (NothingToUndo, FindingMoved, FamilyProblem) as error:
        toast(request, str(error), level=messages.ERROR)
    query = _query_of(request.POST.get("next", ""), request)
    return redirect(reverse("impacts:finding-detail", args=[pk]) + query)


def _meant(request: HttpRequest, finding: Finding) -> TriageAct | None:
    """The act that the button named: it must not take back what somebody else did since. None if it named none."""
    named = request.POST.get("act") or request.GET.get("act", "")
    if not named:
        return None
    return get_object_or_404(finding.acts, pk=int(named) if named.isdecimal() and len(named) < 18 else 0)


def _query_of(url: str, request: HttpRequest) -> str:
    """The filters of the page that somebody comes from, if it is one of ours."""
    if not url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}) or "?" not in url:
        return ""
    return "?" + url.split("?", 1)[1]
