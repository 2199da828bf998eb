"""What a request moves, as a part of its pages; and how far an objective is, on the objective's own page."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from customers.toasts import toast
from portfolio.errors import NotAllowed, PortfolioError
from portfolio.forms.objectives import ContributionForm, ReadingForm
from portfolio.lifecycle import LIVE
from portfolio.models import Contribution, Objective, ProjectRequest
from portfolio.permissions import can_edit, can_measure
from portfolio.selectors.filing import step_url
from portfolio.selectors.objectives import contributions_of, movers_of, promised_to, readings_of, standing
from portfolio.services.objectives import record_reading, remove_contribution, set_contribution
from portfolio.tasks import wake_scanner
from portfolio.views.who import person_of


@never_cache
@require_http_methods(["GET", "POST"])
def request_objectives(http: HttpRequest, reference: str) -> HttpResponse:
    """What a request moves: read by who may see it, edited line by line by who may change it."""
    rows = ProjectRequest.objects.visible_to(http.user).select_related("silo", "objective")
    request = get_object_or_404(rows, reference=reference)
    if http.method == "GET":
        row = _row(request, http.GET.get("change", ""))
        saying = http.GET.get("say") == str(request.objective_id)
        form = ContributionForm(row=row, objective=request.objective_id if saying else None)
        return _moves_page(http, request, form=form, changing=row, saying=saying)
    if not can_edit(http.user, request):
        raise PermissionDenied("Only its department and architects may change it, and only until the board decides.")
    form = ContributionForm(http.POST, row=_row(request, http.POST.get("change", "")))
    if not _changed(http, request, form):
        return _moves_page(http, request, form=form, status=422)
    if request.state in LIVE:
        wake_scanner()
    if http.headers.get("HX-Request"):
        return _moves_page(http, request, form=ContributionForm(), said="Saved")
    toast(http, "Saved.", level=messages.SUCCESS)
    return redirect(step_url(request, "whom"))


def _row(request: ProjectRequest, pk: str) -> Contribution | None:
    if not pk.isdecimal() or len(pk) > 12:
        return None
    return request.contributions.select_related("objective").filter(pk=int(pk)).first()


def _changed(http: HttpRequest, request: ProjectRequest, form: ContributionForm) -> bool:
    """Whether a line was taken away or saved; what was wrong stands in the form then."""
    gone = http.POST.get("remove", "")
    try:
        if gone.isdecimal() and len(gone) <= 12:
            remove_contribution(request=request, person=person_of(http), pk=int(gone))
            return True
        if form.is_valid():
            set_contribution(request=request, person=person_of(http), **form.cleaned_data)
    except PortfolioError as error:
        form.add_error(None, str(error))
    except ValidationError as error:
        form.add_error(None, " ".join(error.messages))
    return form.is_valid()


def _moves_page(http: HttpRequest, request: ProjectRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    rows = contributions_of(request)
    named = {row.objective_id for row in rows}
    context = {
        "request_obj": request,
        "rows": rows,
        "only_named": request.objective if request.objective_id not in named else None,
        "may": can_edit(http.user, request),
        "back_url": step_url(request, "whom"),
        **more,
    }
    return _part(http, "moves", context, status)


def _part(http: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    is_part = http.headers.get("HX-Request")
    template = f"portfolio/_{name}.html" if is_part else f"portfolio/{name}_page.html"
    response = render(http, template, context, status=status)
    response["Vary"] = "HX-Request"
    return response


@never_cache
@require_GET
def panel_objective(http: HttpRequest, register: str, code: str) -> HttpResponse:
    """How far an objective is and what serves it, for its page in the register of objectives."""
    if register != Objective.register:
        raise Http404("Only objectives are read in this way.")
    return _objective_part(http, _objective(code), ReadingForm())


def _objective(code: str) -> Objective:
    return get_object_or_404(Objective.objects.select_related("measure", "owner", "parent"), code=code)


def _objective_part(http: HttpRequest, objective: Objective, form: ReadingForm, status: int = 200) -> HttpResponse:
    readings, movers = readings_of(objective), movers_of(objective, http.user)
    context = {
        "objective": objective,
        "readings": readings,
        "standing": standing(objective, readings[0] if readings else None),
        "children": objective.children.active().order_by("name", "id"),
        "movers": movers,
        "promised": promised_to(movers),
        "form": form if can_measure(http.user, objective) and objective.measure_id else None,
    }
    return _part(http, "panel_objective", context, status)


@require_http_methods(["GET", "POST"])
def objective_reading(http: HttpRequest, code: str) -> HttpResponse:
    """Say how far an objective was on a day."""
    objective = _objective(code)
    if not can_measure(http.user, objective):
        raise PermissionDenied("Only who answers for the objective, architects and administrators say how far it is.")
    form = ReadingForm(http.POST or None)
    if http.method == "POST" and form.is_valid():
        try:
            record_reading(objective=objective, person=person_of(http), **form.cleaned_data)
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except (PortfolioError, ValidationError) as error:
            form.add_error(None, error if isinstance(error, ValidationError) else str(error))
        else:
            toast(http, "The reading is noted.", level=messages.SUCCESS)
            return redirect(objective)
    return _objective_part(http, objective, form, status=422 if form.errors else 200)
