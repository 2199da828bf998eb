"""How the views of plans load what they show: closed to who may not plan (403), what is not there is 404."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from board.forms.plans import quarters_to_begin
from board.models import Meeting, Scenario
from board.permissions import can_change_scenario, can_plan, can_propose
from board.planning.horizon import Horizon
from board.planning.settings import PlanSettings
from board.selectors.meetings.meetings import OVER
from board.selectors.plans.plan_sheets import APPROVED, ASKED, PlanSheet, asked_sheets, last_plan, sheet_of
from board.selectors.plans.planning import measures
from board.services.plans.scenarios import next_quarter
from customers.models import Segment
from impacts.engine.quarters import quarter_of
from portfolio.models import Objective, Silo, Skill

P = ParamSpec("P")


def planners_only(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Any:
    """Lets the board and the architects in; everybody else gets 403."""

    @wraps(view)
    def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not can_plan(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


def scenario_of(pk: int, *, discarded: bool = False) -> Scenario:
    """The scenario, or 404; one that was thrown away only where asked for."""
    rows = Scenario.objects.all() if discarded else Scenario.objects.kept()
    return get_object_or_404(rows.select_related("made_by", "adopted_by", "adopted_run"), pk=pk)


def own_scenario(request: HttpRequest, pk: int, *, discarded: bool = False) -> Scenario:
    """The scenario, for who may change it: others get 403."""
    scenario = scenario_of(pk, discarded=discarded)
    if not can_change_scenario(request.user, scenario):
        raise PermissionDenied
    return scenario


def may_propose(user: Any) -> bool:
    """Whether the page of proposals opens for somebody who plans: who may put something on the agenda of a meeting to
    come; and everybody while none is planned, to be told so. One query."""
    coming = list(Meeting.objects.exclude(status__in=OVER).order_by("starts_at", "id"))
    return not coming or any(can_propose(user, meeting) for meeting in coming)


def choices_for(horizon: Horizon) -> dict[str, list[tuple[str, str]]]:
    """What the form of a scenario offers. Five queries."""
    return {
        "first": quarters_to_begin(quarter_of(timezone.localdate()), horizon.first),
        "segments": list(Segment.objects.active().order_by("name", "id").values_list("code", "name")),
        "skills": list(Skill.objects.active().order_by("name", "id").values_list("code", "name")),
        "silos": list(Silo.objects.filter(retired_on=None).order_by("name", "id").values_list("code", "name")),
        "objectives": list(
            Objective.objects.filter(retired_on=None).order_by("name", "id").values_list("code", "name")
        ),
        "measures": sorted(measures().items(), key=lambda pair: pair[1].lower()),
    }


def measured_with(scenario: Scenario | None = None) -> tuple[Horizon, PlanSettings]:
    """The quarters and settings with which what is asked is measured: those of the scenario, else of the adopted one,
    else of the one changed last, else the usual ones. One query at most."""
    if scenario is None:
        newest = Scenario.objects.kept().order_by(F("adopted_at").desc(nulls_last=True), "-changed_at", "-id")
        scenario = newest.first()
    if scenario is None:
        return Horizon(next_quarter(), 8), PlanSettings()
    return scenario.horizon, scenario.plan_settings


def sheets_by_key(keys: list[str], *, beside: Scenario | None = None) -> list[PlanSheet]:
    """The plans of these keys (see PlanSheet), in this order; those without a plan are left out. `beside`: the scenario
    with whose money and weights what is asked is measured."""
    chosen = [key for key in dict.fromkeys(keys) if key in (ASKED, APPROVED) or key.isdecimal()]
    numbers = [int(key) for key in chosen if key.isdecimal() and len(key) < 10]
    scenarios = {str(row.pk): row for row in Scenario.objects.kept().filter(pk__in=numbers).order_by("id")}
    first = beside or next((scenarios[key] for key in chosen if key in scenarios), None)
    found: dict[str, PlanSheet] = {}
    if virtual := [key for key in chosen if key in (ASKED, APPROVED)]:
        horizon, settings = measured_with(first)
        found |= {sheet.key: sheet for sheet in asked_sheets(virtual, horizon, settings)}
    for key, scenario in scenarios.items():
        if (run := last_plan(scenario)) is not None:
            found[key] = sheet_of(run)
    return [found[key] for key in chosen if key in found]
