"""Scenarios: the list, a new one, what one sets, copies, pins, and letting the planner work."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from board.errors import BoardError, CannotPlan, StaleScenario
from board.forms.plans import NameForm, PinForm, ScenarioForm
from board.models import PlanRun, Scenario
from board.planning.build import Pin
from board.planning.words import counted
from board.selectors.plans.plan_sheets import last_plan, last_run, last_runs, pinnable, scenarios
from board.services.plans.planning import ask_for_plan, check_move, stop_plan
from board.services.plans.scenarios import (
    change_scenario,
    copy_scenario,
    discard_scenario,
    make_scenario,
    pin_request,
    restore_scenario,
    unpin_request,
)
from board.tasks import wake_planner
from board.views.loading import me, refuse
from board.views.plans.plan_loading import choices_for, measured_with, own_scenario, planners_only, scenario_of
from customers.toasts import toast
from portfolio.models import ProjectRequest


@require_safe
@planners_only
def scenario_list(request: HttpRequest) -> HttpResponse:
    """All scenarios, and what was asked and approved beside them."""
    rows = list(scenarios())
    runs = last_runs(rows)
    listed = [(row, runs.get(row.pk)) for row in rows]
    adopted = next((row for row in rows if row.proposed), None)  # type: ignore[attr-defined]
    title = (
        f"“{adopted.name}” is proposed to the board" if adopted else f"{counted(len(rows), 'scenario')} to choose from"
    )
    return render(request, "board/plan_list.html", {"listed": listed, "page_title": title if rows else "No plan yet"})


@require_http_methods(["GET", "POST"])
@planners_only
def scenario_new(request: HttpRequest) -> HttpResponse:
    """Make a scenario; it begins with the settings of the adopted or last one."""
    horizon, settings = measured_with()
    form = ScenarioForm(_sent(request), horizon=horizon, settings=settings, choices=choices_for(horizon))
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            made = make_scenario(person=me(request), **_fields(form))
        except BoardError as error:
            form.add_error("name", str(error))
        else:
            toast(request, "The scenario is made. Let it be planned, or pin requests first.")
            return redirect(made)
    return render(request, "board/plan_form.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@planners_only
def scenario_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a scenario sets."""
    scenario = own_scenario(request, pk)
    form = ScenarioForm(
        _sent(request),
        horizon=scenario.horizon,
        settings=scenario.plan_settings,
        choices=choices_for(scenario.horizon),
        initial={"name": scenario.name, "note": scenario.note, "version": scenario.version},
    )
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        expected = form.cleaned_data["version"] or 0
        try:
            change_scenario(person=me(request), scenario=scenario, expected=expected, **_fields(form))
        except StaleScenario as error:
            refuse(form, error, scenario.version)
            status = 409
        except BoardError as error:
            form.add_error("name", str(error))
        else:
            toast(request, "The settings are saved. Plan again to see what they do.")
            return redirect(scenario)
    return render(request, "board/plan_form.html", {"form": form, "scenario": scenario}, status=status)


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _fields(form: ScenarioForm) -> dict[str, Any]:
    plain = {name: form.cleaned_data[name] for name in ("name", "note", "first", "quarters")}
    return {**plain, "settings": form.plan_settings}


@require_http_methods(["GET", "POST"])
@planners_only
def scenario_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Copy a scenario under another name."""
    scenario = scenario_of(pk)
    form = NameForm(_sent(request), initial={"name": f"{scenario.name}, copy"[:120]})
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            made = copy_scenario(person=me(request), scenario=scenario, name=form.cleaned_data["name"])
        except BoardError as error:
            form.add_error("name", str(error))
        else:
            toast(request, f"“{made.name}” is a copy of “{scenario.name}”. Change what it tries.")
            return redirect("plan:scenario-edit", pk=made.pk)
    return render(request, "board/plan_copy.html", {"form": form, "scenario": scenario}, status=status)


@require_POST
@planners_only
def scenario_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a scenario away."""
    scenario = own_scenario(request, pk)
    discard_scenario(person=me(request), scenario=scenario)
    toast(request, f"“{scenario.name}” is thrown away.", undo_url=reverse("plan:scenario-restore", args=[pk]))
    return redirect("plan:scenario-list")


@require_POST
@planners_only
def scenario_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring it back."""
    scenario = own_scenario(request, pk, discarded=True)
    try:
        restore_scenario(person=me(request), scenario=scenario)
    except BoardError as error:
        toast(request, str(error), level=messages.ERROR)
        return redirect("plan:scenario-list")
    return redirect(scenario)


@require_POST
@planners_only
def scenario_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the planner work: on the plan, or on what the weights do (`kind`)."""
    scenario = own_scenario(request, pk)
    weights = request.POST.get("kind") == PlanRun.Kind.SENSITIVITY
    _run(request, scenario, PlanRun.Kind.SENSITIVITY if weights else PlanRun.Kind.PLAN)
    return redirect("plan:sensitivity" if weights else "plan:scenario-detail", pk=pk)


def _run(request: HttpRequest, scenario: Scenario, kind: str) -> None:
    """Ask the planner, or say why it cannot begin."""
    try:
        ask_for_plan(person=me(request), scenario=scenario, kind=kind)
    except CannotPlan as error:
        for problem in error.problems:
            toast(request, problem, level=messages.ERROR)
    except BoardError as error:
        toast(request, str(error), level=messages.ERROR)
    else:
        wake_planner()


@require_POST
@planners_only
def scenario_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop the search and keep the best so far."""
    scenario = own_scenario(request, pk)
    weights = request.POST.get("kind") == PlanRun.Kind.SENSITIVITY
    run = last_run(scenario, PlanRun.Kind.SENSITIVITY if weights else PlanRun.Kind.PLAN)
    if run is not None and run.is_open:
        stop_plan(person=me(request), run=run)
    return redirect("plan:sensitivity" if weights else "plan:scenario-detail", pk=pk)


@require_http_methods(["GET", "POST"])
@planners_only
def scenario_pin(request: HttpRequest, pk: int) -> HttpResponse:
    """Move or pin a request by hand, and plan again where asked to."""
    scenario = own_scenario(request, pk)
    rows, pins = pinnable(request.user), scenario.pins.select_related("request").order_by("id")
    form = PinForm(
        _sent(request), scenario=scenario, requests=rows, initial={"request": request.GET.get("request", "")}
    )
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if "check" in request.POST:
            return _checked(request, scenario, form, pins)
        about = get_object_or_404(ProjectRequest.objects.visible_to(request.user), reference=data["request"])
        try:
            pin = pin_request(
                person=me(request),
                scenario=scenario,
                request=about,
                kind=data["kind"],
                period=data["period"],
                why=data["why"],
            )
        except BoardError as error:
            form.add_error("period", str(error))
        else:
            return _pinned(request, scenario, f"{about.reference} {pin.words}.")
    return render(request, "board/plan_move.html", {"form": form, "scenario": scenario, "pins": pins}, status=status)


def _checked(request: HttpRequest, scenario: Scenario, form: PinForm, pins: Any) -> HttpResponse:
    """What the plan there is would break with the move, and nothing else changed."""
    data, run = form.cleaned_data, last_plan(scenario)
    about = get_object_or_404(ProjectRequest.objects.visible_to(request.user), reference=data["request"])
    broken = check_move(scenario=scenario, pin=Pin(about.pk, data["kind"], data["period"]), run=run) if run else []
    context = {"form": form, "scenario": scenario, "pins": pins, "checked": about, "run": run, "broken": broken}
    return render(request, "board/plan_move.html", context)


def _pinned(request: HttpRequest, scenario: Scenario, words: str) -> HttpResponse:
    if "again" in request.POST:
        _run(request, scenario, PlanRun.Kind.PLAN)
        return redirect(scenario)
    toast(request, f"{words} Plan again to see what it does.")
    return redirect("plan:scenario-pin", pk=scenario.pk)


@require_POST
@planners_only
def scenario_unpin(request: HttpRequest, pk: int, reference: str) -> HttpResponse:
    """Take a pin off."""
    scenario = own_scenario(request, pk)
    about = get_object_or_404(ProjectRequest.objects.visible_to(request.user), reference=reference)
    unpin_request(person=me(request), scenario=scenario, request=about)
    toast(request, f"{reference} is no longer pinned.")
    return redirect("plan:scenario-pin", pk=pk)
