"""Filing a request in five steps. Every word is saved by the server; any step can be gone on with later."""

import json
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portfolio.errors import NotAllowed, NotComplete, PortfolioError
from portfolio.forms.requests import STEP_FORMS, StepForm
from portfolio.lifecycle import LIVE, Status
from portfolio.models import ProjectRequest, Silo
from portfolio.permissions import can_edit, can_file, can_see_money
from portfolio.selectors import filing_steps, my_drafts, neighbours, silos_to_file_for, step_label, step_url
from portfolio.services.filing import create_draft, draft_of_page, save_step
from portfolio.services.merging import Conflict, Merge, conflicts_of, fingerprints
from portfolio.tasks import wake_scanner
from portfolio.views.entries import bases_of, entries_of, step_form
from portfolio.views.extras import act_on_belongings, when_extras
from portfolio.views.who import person_of

KIND_NOTES = {
    "customer_facing": "Customers notice it: at a channel, in a letter, in what they pay.",
    "regulatory": "A law or a supervisor asks for it, by a date.",
    "internal": "Only staff notice it.",
}


@never_cache
@require_http_methods(["GET", "POST"])
def request_new(http: HttpRequest) -> HttpResponse:
    """Step 1 before there is a draft. The first words make one; the page goes on posting here, its token finds it."""
    if not can_file(http.user):
        raise PermissionDenied("Only heads of departments, architects and administrators file requests.")
    silos = silos_to_file_for(http.user)
    if http.method == "GET" or not silos:
        return _page(http, None, step_form("what", None, silos), page=str(uuid.uuid4()))
    form = step_form("what", None, silos, http.POST)
    draft = _draft_of_page(http, form, silos)
    if draft is None:
        return _nothing_yet(http, form)
    return _save(http, draft, step_form("what", draft, silos, http.POST), silos, is_new=True)


def _draft_of_page(http: HttpRequest, form: StepForm, silos: list[Silo]) -> ProjectRequest | None:
    """The draft that this opened page made before, or makes now; None as long as nothing is typed."""
    token = _page_token(http.POST)
    draft = draft_of_page(person=person_of(http), token=token)
    if draft or not any(http.POST.get(name, "").strip() for name in ("title", "problem", "proposal")):
        return draft
    form.is_valid()
    silo = form.cleaned_data.get("silo") or silos[0]
    return create_draft(person=person_of(http), silo=silo, token=token)


def _page_token(data: QueryDict) -> str:
    try:
        return str(uuid.UUID(data.get("page", "")))
    except ValueError:
        return str(uuid.uuid4())


def _nothing_yet(http: HttpRequest, form: StepForm) -> HttpResponse:
    if http.htmx:  # type: ignore[attr-defined]
        return render(http, "components/saved.html", {"saved_at": None})
    form.add_error("title", "Type at least a few words of a name, a problem or a proposal.")
    return _page(http, None, form, page=_page_token(http.POST), status=422)


@never_cache
@require_http_methods(["GET", "POST"])
def request_step(http: HttpRequest, reference: str, step: str) -> HttpResponse:
    """One of the steps 1, 2 and 4 of a draft, or of a filed request that may still be edited."""
    if step not in STEP_FORMS:
        raise Http404
    request = get_object_or_404(
        ProjectRequest.objects.visible_to(http.user).select_related("silo"), reference=reference
    )
    if not can_edit(http.user, request):
        raise PermissionDenied("Only its department and architects may change it, and only until the board decides.")
    silos = silos_to_file_for(http.user)
    if http.method == "POST":
        return _save(http, request, step_form(step, request, silos, http.POST), silos)
    form = step_form(step, request, silos)
    return _page(http, request, form, page=str(uuid.uuid4()), conflicts=conflicts_of(request, list(form.fields)))


def _save(
    http: HttpRequest, request: ProjectRequest, form: StepForm, silos: list[Silo], *, is_new: bool = False
) -> HttpResponse:
    autosave = bool(http.htmx)  # type: ignore[attr-defined]
    if autosave and request.state is not Status.DRAFT:
        return _not_saved(http, f"{request.reference} is filed now. Load the page again to change it.")
    page = _page_token(http.POST)
    try:
        request, result = save_step(
            request=request,
            person=person_of(http),
            entries=entries_of(form, http.POST, with_choices=not autosave),
            page=page,
        )
    except NotComplete as error:
        for name, text in error.fields.items():
            if name in form.fields and name not in form.errors:
                form.add_error(name, text)
        return _page(http, request, form, page=page, status=422)
    except NotAllowed as error:
        return _refused(http, request, form, page, error)
    if request.state in LIVE:
        wake_scanner()
    if autosave:
        return _saved(http, request, form, result, page, is_new)
    return _go_on(http, request, form, result, page)


def _go_on(http: HttpRequest, request: ProjectRequest, form: StepForm, result: Merge, page: str) -> HttpResponse:
    """After a whole save: back to the page while something is to mend, else where the button said."""
    acted = act_on_belongings(http, request) if form.step == "when" else None
    if acted is not None and acted.target:
        return redirect(step_url(request, form.step) + acted.target)
    if result.problems or result.conflicts or acted is not None:
        conflicts = result.conflicts or conflicts_of(request, list(form.fields))
        return _page(http, request, form, page=page, conflicts=conflicts, status=422, extras=acted)
    if "later" in http.POST:
        if request.state is Status.DRAFT:
            return redirect("portfolio:draft-list")
        return redirect(request)
    if "stay" in http.POST:
        return redirect(step_url(request, form.step))
    return redirect(step_url(request, neighbours(form.step)[1]))


def _refused(
    http: HttpRequest, request: ProjectRequest, form: StepForm, page: str, error: PortfolioError
) -> HttpResponse:
    if http.htmx:  # type: ignore[attr-defined]
        return _not_saved(http, str(error))
    form.add_error(None, str(error))
    return _page(http, request, form, page=page, status=422)


def _not_saved(http: HttpRequest, why: str) -> HttpResponse:
    return render(http, "components/saved.html", {"failed": f"Not saved. {why}"}, status=422)


def _saved(
    http: HttpRequest, request: ProjectRequest, form: StepForm, result: Merge, page: str, is_new: bool
) -> HttpResponse:
    """The answer to an autosave: the saved line, and beside it all that must follow on the page."""
    names = list(form.fields)
    conflicts = conflicts_of(request, names)
    context = _context(http, request, form, page, conflicts) | {
        "result": result,
        "problems": [(form[name], text) for name, text in result.problems.items() if name in form.fields],
        "first_save": is_new,
    }
    response = render(http, "portfolio/_filing_saved.html", context)
    if is_new:
        response["HX-Replace-Url"] = step_url(request, form.step)
    response["HX-Trigger"] = "autosaved"
    return response


def _page(
    http: HttpRequest,
    request: ProjectRequest | None,
    form: StepForm,
    *,
    page: str,
    conflicts: list[Conflict] | None = None,
    status: int = 200,
    extras: Any = None,
) -> HttpResponse:
    context = _context(http, request, form, page, conflicts or [])
    if request is None:
        context["drafts"] = my_drafts(http.user)[:5]
    if form.step == "when" and request:
        context |= when_extras(http, request, extras)
    return render(http, "portfolio/filing_step.html", context, status=status)


def _context(
    http: HttpRequest, request: ProjectRequest | None, form: StepForm, page: str, conflicts: list[Conflict]
) -> dict[str, Any]:
    names = list(form.fields)
    before, after = neighbours(form.step)
    base = fingerprints(request, names)
    if request is None and "silo" in names:
        base["silo"] = ""
    disputed = {conflict.field for conflict in conflicts}
    # What both changed keeps the base that the page came with, so that it stays disputed until somebody chooses.
    base |= {name: text for name, text in bases_of(http.POST).items() if name in disputed}
    return {
        "request_obj": request,
        "form": form,
        "step": form.step,
        "page_token": page,
        "base": json.dumps(base),
        "conflicts": [_shown_conflict(http, form, each) for each in conflicts],
        "steps": filing_steps(request, form.step),
        "is_draft": request is None or request.state is Status.DRAFT,
        "next_label": step_label(after) if after else "",
        "back": {"url": step_url(request, before), "label": step_label(before)} if request and before else None,
        "action": step_url(request, form.step)
        if request and not _posts_to_new(http)
        else reverse("portfolio:request-new"),
        "notes": KIND_NOTES,
        "shows_money": request is None or can_see_money(http.user, request),
    }


def _shown_conflict(http: HttpRequest, form: StepForm, conflict: Conflict) -> dict[str, Any]:
    chosen = http.POST.get(f"choice-{conflict.field}", "")
    return {"field": form[conflict.field], "theirs": conflict.theirs, "mine": conflict.mine, "chosen": chosen}


def _posts_to_new(http: HttpRequest) -> bool:
    return http.path == reverse("portfolio:request-new")
