"""Steps of a request's life: filing it at the end of the draft, and what people may do with it afterwards."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from customers.toasts import toast
from portfolio.drafts import doubts, missing_fields
from portfolio.errors import NotComplete, PortfolioError
from portfolio.forms.requests import MoveForm
from portfolio.lifecycle import GONE, LABELS, STEPS, Status, Step, step_between
from portfolio.models import ProjectRequest
from portfolio.permissions import can_edit
from portfolio.selectors import filing_steps, offered_steps, request_page, step_label, step_url
from portfolio.selectors.filing import step_of_field
from portfolio.services.filing import submit_request
from portfolio.services.steps import advance_request
from portfolio.tasks import wake_scanner
from portfolio.views.who import person_of


@never_cache
@require_http_methods(["GET", "POST"])
def request_check(http: HttpRequest, reference: str, step: str) -> HttpResponse:
    """Step 5: everything at a glance, what is missing with the way there, and the button that files it."""
    request = get_object_or_404(
        ProjectRequest.objects.visible_to(http.user).select_related("silo"), reference=reference
    )
    if not can_edit(http.user, request):
        raise PermissionDenied("Only its department files a draft.")
    if http.method == "GET":
        return _check_page(http, request)
    if request.state is not Status.DRAFT:
        return redirect(request)
    try:
        submit_request(request=request, person=person_of(http))
    except NotComplete:
        return _check_page(http, request, status=422)
    except PortfolioError as error:
        toast(http, str(error), level=messages.ERROR)
        return redirect(step_url(request, "check"))
    wake_scanner()
    return redirect(f"{request.get_absolute_url()}?filed=1")


def _check_page(http: HttpRequest, request: ProjectRequest, status: int = 200) -> HttpResponse:
    missing = [
        {
            "text": text,
            "step": step_label(step_of_field(name)),
            "url": f"{step_url(request, step_of_field(name))}#id_{name}",
        }
        for name, text in missing_fields(request).items()
    ]
    context = {
        "page": request_page(http.user, request.reference),
        "request_obj": request,
        "missing": missing,
        "tried": status != 200,
        "doubts": doubts(request, timezone.localdate()),
        "steps": filing_steps(request, "check"),
        "is_draft": request.state is Status.DRAFT,
        "links": {step: step_url(request, step) for step in ("what", "whom", "touches", "when")},
    }
    return render(http, "portfolio/filing_check.html", context, status=status)


@require_http_methods(["GET", "POST"])
def request_move(http: HttpRequest, reference: str, target: str) -> HttpResponse:
    """Make a step of the lifecycle, with a reason where it needs one."""
    request = get_object_or_404(
        ProjectRequest.objects.visible_to(http.user).select_related("silo"), reference=reference
    )
    if target not in {step.target for step in STEPS}:
        raise Http404("No such step.")
    if request.state is Status.DRAFT and target == Status.SUBMITTED:
        return redirect(step_url(request, "check"))
    step = _offered(http, request, Status(target))
    if step is None:
        return _too_late(http, request, Status(target))
    form = MoveForm(http.POST if http.method == "POST" else None, needs_reason=step.needs_reason)
    if http.method == "GET" or not form.is_valid():
        return _move_page(http, request, step, form, 422 if http.method == "POST" else 200)
    return _make_step(http, request, step, form)


def _move_page(http: HttpRequest, request: ProjectRequest, step: Step, form: MoveForm, status: int) -> HttpResponse:
    merged = request.merged_requests.visible_to(http.user).filter(status=Status.MERGED.value)
    context = {
        "request_obj": request,
        "step": step,
        "form": form,
        "label": LABELS[step.target],
        "merged": list(merged.order_by("reference", "id")) if step.target in GONE else [],
    }
    return render(http, "portfolio/request_move.html", context, status=status)


def _too_late(http: HttpRequest, request: ProjectRequest, target: Status) -> HttpResponse:
    """The request stands elsewhere meanwhile: said on its page, or with what was typed where something was."""
    if http.method == "GET":
        toast(http, _why_not(request, target), level=messages.ERROR)
        return redirect(request)
    form = MoveForm(http.POST, needs_reason=False)
    form.add_error(None, _why_not(request, target))
    return _move_page(http, request, next(step for step in STEPS if step.target is target), form, 409)


def _make_step(http: HttpRequest, request: ProjectRequest, step: Step, form: MoveForm) -> HttpResponse:
    try:
        advance_request(request=request, target=step.target, person=person_of(http), why=form.cleaned_data["why"])
    except PortfolioError as error:
        form.add_error(None, str(error))
        return _move_page(http, ProjectRequest.objects.get(pk=request.pk), step, form, 409)
    wake_scanner()
    toast(http, f"{request.reference} is now: {LABELS[step.target].lower()}.")
    return redirect(request)


def _offered(http: HttpRequest, request: ProjectRequest, target: Status) -> Step | None:
    """The step; None where the request stands elsewhere. Raises PermissionDenied where it is not theirs to make."""
    for step in offered_steps(http.user, request):
        if step.target is target:
            return step
    if step_between(request.state, target):
        raise PermissionDenied("This step is not yours to make. The board decides in its meetings.")
    return None


def _why_not(request: ProjectRequest, target: Status) -> str:
    now = LABELS[request.state].lower()
    return f"{request.reference} is {now}; from there it cannot become {LABELS[target].lower()}. Nothing was changed."
