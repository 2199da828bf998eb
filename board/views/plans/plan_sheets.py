"""The page of a plan: what goes when and why, what waits and why, the planner at work, and what the weights do."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from board.models import PlanRun, Scenario, ScenarioPin
from board.permissions import can_change_scenario, can_manage_meetings
from board.plan_money import money_of
from board.plan_tables import comparison, costs_nothing, insisted_names, proof_words, tabs_of
from board.selectors.plans.plan_sheets import (
    APPROVED,
    ASKED,
    NAMES,
    PlanSheet,
    last_plan,
    last_run,
    measured_beside,
    sheet_of,
    state_words,
    titles_in,
)
from board.selectors.plans.plan_since import since_plan
from board.services.plans.planning import runs_to_take
from board.tasks import wake_planner
from board.views.plans.plan_loading import may_propose, planners_only, scenario_of, sheets_by_key
from board.views.plans.plan_parts import parts_of
from customers.csv_file import csv_file

FEW = 6
"""So many requests that are left out stand beside the figures; more get the whole width."""


MOVES = ("joined", "left", "earlier", "later")
"""What a weight can do to a request."""


@require_safe
@planners_only
def scenario_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan of a scenario beside what was asked; while the planner works, how far it is."""
    scenario = scenario_of(pk)
    run, plan = last_run(scenario), last_plan(scenario)
    sheet = sheet_of(plan) if plan else None
    beside = [measured_beside(sheet)] if sheet and sheet.going else []
    about, stale = _about(request, scenario), bool(plan and plan.scenario_version != scenario.version)
    context = {
        **about,
        "run": run,
        "sheet": sheet,
        "stale": stale,
        "since": since_plan(sheet) if sheet and sheet.going else [],
        "is_before": bool(sheet and run and run.is_open),
        "can_apply": about["can_change"] and not stale and not (run and run.is_open),
        **(parts_of(request, sheet) if sheet else {}),
        "rows": comparison([*beside, sheet]) if sheet and beside else [],
        "both": [*beside, sheet],
        "money": money_of(sheet) if sheet else [],
        "may_propose": may_propose(request.user),
        **(_reasons(sheet, about["pins"]) if sheet else {}),
        "compare_url": f"{reverse('plan:compare')}?plans={ASKED}&plans={APPROVED}&plans={scenario.pk}",
        "state_words": (state := state_words(scenario, plan)),
        "can_take_back": state != "Draft" and can_manage_meetings(request.user),
    }
    return render(request, "board/plan_detail.html", context)


def _reasons(sheet: PlanSheet, pins: list[ScenarioPin]) -> dict[str, Any]:
    """What the plan says of itself: how good it is, what each demand costs, what cannot hold together."""
    prices, conflict = sheet.result.get("prices", []), sheet.result.get("conflict")
    worth = sheet.result.get("objective") or 0.0
    return {
        "proof": proof_words(sheet),
        "dear": [price["text"] for price in prices if not costs_nothing(price, worth)],
        "free": [price["text"] for price in prices if costs_nothing(price, worth)],
        "insisted": insisted_names(sheet, pins),
        "named": titles_in(conflict.get("lines", ())) if conflict else {},
        "few_left": len(sheet.waiting) <= FEW,
    }


def _about(request: HttpRequest, scenario: Scenario) -> dict[str, Any]:
    return {
        "scenario": scenario,
        "tabs": tabs_of(str(scenario.pk)),
        "can_change": can_change_scenario(request.user, scenario),
        "pins": list(scenario.pins.select_related("request").order_by("id")),
    }


@require_safe
@planners_only
def asked_detail(request: HttpRequest, key: str) -> HttpResponse:
    """What was asked, or approved, as if it went like that."""
    sheet = sheets_by_key([key])[0]
    context = {
        "sheet": sheet,
        "sheets": [sheet],
        "rows": comparison([sheet]),
        "money": money_of(sheet),
        **parts_of(request, sheet),
        "tabs": tabs_of(key),
    }
    return render(request, "board/plan_asked.html", context)


@require_safe
@planners_only
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the planner is, asked for every second; when it is done, the page is loaded anew."""
    scenario = scenario_of(pk)
    weights = request.GET.get("kind") == PlanRun.Kind.SENSITIVITY
    run = last_run(scenario, PlanRun.Kind.SENSITIVITY if weights else PlanRun.Kind.PLAN)
    page = "plan:sensitivity" if weights else "plan:scenario-detail"
    if run is None or not run.is_open:
        if not request.headers.get("HX-Request"):
            return redirect(page, pk=pk)
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    if run.pk in runs_to_take() and run.state == PlanRun.State.RUNNING:
        # Its worker died: wake another one.
        wake_planner()
    context = {"scenario": scenario, "run": run, "can_change": can_change_scenario(request.user, scenario)}
    return render(request, "board/_plan_progress.html", context)


@require_safe
@planners_only
def sensitivity(request: HttpRequest, pk: int) -> HttpResponse:
    """How the choice and the order move as the weights of segments move."""
    scenario = scenario_of(pk)
    run = last_run(scenario, PlanRun.Kind.SENSITIVITY)
    ended = scenario.runs.filter(kind=PlanRun.Kind.SENSITIVITY).exclude(result={}).order_by("-asked_at", "-id").first()
    plan = last_plan(scenario)
    going = len(plan.result.get("chosen", [])) if plan else 0
    steady = ended.result.get("steady") if ended else None
    going = ended.result.get("going", going) if ended else going
    tried = ended.result.get("tried", []) if ended else []
    context = {
        **_about(request, scenario),
        "run": run,
        "ended": ended,
        "weights_title": f"{steady or 0:,} of {going:,} requests stay where they are, "
        "whichever weight is halved or doubled",
        "weights_lead": _matters_most(tried),
        "weights_stale": bool(ended and ended.scenario_version != scenario.version),
        "names": titles_in(each for row in tried for key in MOVES for each in row[key]),
    }
    return render(request, "board/plan_weights.html", context)


def _matters_most(tried: list[dict[str, Any]]) -> str:
    """What was done, and which weight moves most."""
    done = "Each segment’s weight was halved and doubled in turn, and all was planned again."
    moved = [sum(len(row[key]) for key in MOVES) for row in tried]
    if not any(moved):
        return done
    most, row = max(zip(moved, tried, strict=True), key=lambda each: each[0])
    move = "request joins, leaves or moves" if most == 1 else "requests join, leave or move"
    return f"{done} {row['name']} matters most: at {row['words']} its weight {most:,} {move}."


@require_safe
@planners_only
def roadmap_csv(request: HttpRequest, key: str) -> HttpResponse:
    """A plan as a file: each request, when it starts or why it waits."""
    sheets = sheets_by_key([key])
    if not sheets:
        raise Http404("There is no such plan.")
    sheet = sheets[0]
    headings = [
        *("reference", "title", "department", "goes", "quarter", "starts", "live", "asked_quarter", "moved"),
        *("cost", "net_value", "needs", "why", "it_would_fit_if"),
    ]
    return csv_file(f"plan-{NAMES.get(key, key)}".lower().replace(" ", "-"), headings, _csv_rows(sheet))


def _csv_rows(sheet: PlanSheet) -> list[list[Any]]:
    names = sheet.horizon
    return [
        [
            row.request.reference,
            row.request.title,
            row.request.silo.name,
            "yes" if row.line.goes else "no",
            names.name(row.line.period) if row.line.period is not None else "",
            row.line.starts or "",
            row.line.live or "",
            names.name(row.line.asked_period) if row.line.asked_period is not None else "",
            "yes" if row.line.moved else "no",
            row.line.money,
            row.line.value,
            " ".join(row.line.needs),
            row.line.why,
            row.line.fits_if,
        ]
        for row in (*sheet.going, *sheet.waiting)
    ]
