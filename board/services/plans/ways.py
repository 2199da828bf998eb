"""Doing what the page of a plan proposes: a way out of a conflict, or what lets in a request that is left out."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from board.errors import CannotPlan
from board.models import PlanRun, Scenario
from board.packs.words import cut
from board.planning.settings import fitted
from board.planning.ways import Edit, edits_from, with_edits
from board.services.plans.planning import ask_for_plan
from board.services.plans.scenarios import check_changes, claim_scenario, pin_request, unpin_request
from portfolio.models import Person, ProjectRequest

WHY = "Proposed by the plan"


def way_of(run: PlanRun, number: int, request: int | None = None) -> Mapping[str, Any] | None:
    """The proposal of this number: to let in the request, or a way out of the conflict; None where there is none."""
    if request is not None:
        ways = run.result.get("lets_in", {}).get(str(request), [])
    else:
        conflict = run.result.get("conflict") or {}
        ways = [each.get("way", {}) for each in conflict.get("relaxations", [])]
    return ways[number] if 0 <= number < len(ways) else None


def apply_way(*, person: Person, scenario: Scenario, run: PlanRun, way: Mapping[str, Any]) -> list[str]:
    """Change the scenario as a plan of it proposes, and let it be planned anew; wake a worker after this. Returns what
    was changed, a sentence each. Raises NotAllowed, StaleScenario where the scenario was changed since the plan was
    made, CannotPlan, AlreadyPlanning: then nothing is changed."""
    check_changes(person=person, scenario=scenario)
    edits = edits_from(way)
    if not edits:
        raise CannotPlan(["This is not changed in the scenario. Follow the link beside it."])
    with transaction.atomic():
        claim_scenario(scenario=scenario, expected=run.scenario_version)
        scenario.sets = fitted(with_edits(scenario.plan_settings, edits), scenario.quarters)
        said = [edit.said for edit in edits]
        scenario._change_reason = cut(f"{WHY}: {'; '.join(said)}", 100)  # type: ignore[attr-defined]
        scenario.save()
        for edit in edits:
            _pin(person, scenario, edit)
        ask_for_plan(person=person, scenario=scenario)
    return said


def _pin(person: Person, scenario: Scenario, edit: Edit) -> None:
    """Fix or free a request, where the edit is that."""
    if edit.what not in ("pin", "unpin"):
        return
    request = ProjectRequest.objects.visible_to(person).filter(pk=edit.key).order_by("id").first()
    if request is None:
        raise CannotPlan(["The request is no longer there. Plan again."])
    if edit.what == "pin":
        pin_request(
            person=person, scenario=scenario, request=request, kind=edit.kind, period=edit.period, why=f"{WHY}."
        )
    else:
        unpin_request(person=person, scenario=scenario, request=request)
