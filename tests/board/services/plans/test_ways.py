"""Doing what a plan proposes: each way out makes a plan possible, each change lets its request in, nothing is half
done."""

from datetime import date
from decimal import Decimal

import pytest

from board.errors import AlreadyPlanning, CannotPlan, NotAllowed, StaleScenario
from board.models import PlanRun, Scenario
from board.planning.settings import LeastShare, Pot, Target
from board.services.plans.planning import ask_for_plan, run_plan, search_plan
from board.services.plans.scenarios import change_scenario, copy_scenario, pin_request
from board.services.plans.ways import apply_way, way_of
from customers.models import ChangeFreeze
from portfolio.models import Person, ProjectRequest
from tests.board.plans import Little, scenario_with
from tests.factories import ChangeFreezeFactory, FindingFactory

pytestmark = pytest.mark.django_db


def planned(scenario: Scenario, person: Person) -> PlanRun:
    return done(ask_for_plan(person=person, scenario=scenario))


def done(run: PlanRun) -> PlanRun:
    made = run_plan(pk=run.pk, search=search_plan, watched=False)
    assert made is not None
    assert made.state == PlanRun.State.DONE, made.error
    return made


def ways(run: PlanRun) -> list[str]:
    """What each way out that can be applied changes."""
    rows = run.result["conflict"]["relaxations"]
    return [edit["said"] for row in rows for edit in row["way"]["edits"]]


def places(run: PlanRun) -> set[str]:
    return {place["where"] for row in run.result["conflict"]["relaxations"] for place in row["way"]["places"]}


def each_way_leads_to_a_plan(scenario: Scenario, run: PlanRun, person: Person) -> int:
    """Apply each way out to a copy of its own; how many there were."""
    assert run.result["status"] == "infeasible"
    number = 0
    for number, row in enumerate(run.result["conflict"]["relaxations"]):
        if not row["way"]["edits"]:
            assert row["way"]["places"], row["text"]
            continue
        tried = copy_scenario(person=person, scenario=scenario, name=f"Way {number}")
        again = planned(tried, person)
        way = way_of(again, number)
        assert way is not None
        apply_way(person=person, scenario=tried, run=again, way=way)
        assert done(tried.runs.latest("id")).result["status"] == "optimal", row["text"]
    return number + 1


def test_of_two_pins_that_exclude_each_other_either_is_let_go(little: Little, architect: Person) -> None:
    FindingFactory.create(between=[little.best, little.poor], rule="opposed-aim", kind="conflict", state="confirmed")
    scenario = scenario_with(500_000, person=architect)
    for request in (little.best, little.poor):
        pin_request(person=architect, scenario=scenario, request=request, kind="at", period=1)
    run = planned(scenario, architect)
    assert each_way_leads_to_a_plan(scenario, run, architect) >= 3
    for request in (little.best, little.poor):
        assert f"{request.reference} is no longer pinned (starts in Q2 2027)" in ways(run)
    assert {place.partition(":")[0] for place in places(run)} == {"finding"}


def test_of_two_pins_against_an_order_either_moves_or_goes(little: Little, architect: Person) -> None:
    scenario = scenario_with(500_000, person=architect)
    pin_request(person=architect, scenario=scenario, request=little.needs, kind="at", period=1)
    pin_request(person=architect, scenario=scenario, request=little.best, kind="at", period=2)
    run = planned(scenario, architect)
    assert each_way_leads_to_a_plan(scenario, run, architect) >= 3
    assert f"{little.needs.reference} is pinned: it starts in Q4 2027" in ways(run)
    assert f"{little.best.reference} is pinned: it starts in Q1 2027" in ways(run)
    assert f"request:{little.needs.reference}" in places(run)


def test_a_need_that_is_pinned_out_comes_in_again(little: Little, architect: Person) -> None:
    scenario = scenario_with(500_000, person=architect)
    pin_request(person=architect, scenario=scenario, request=little.needs, kind="in")
    pin_request(person=architect, scenario=scenario, request=little.best, kind="out")
    run = planned(scenario, architect)
    each_way_leads_to_a_plan(scenario, run, architect)
    assert f"{little.needs.reference} needs {little.best.reference}." in run.result["conflict"]["lines"]
    assert f"{little.best.reference} is no longer pinned (stays out)" in ways(run)
    assert f"{little.needs.reference} is no longer pinned (goes)" in ways(run)


def test_without_money_the_pot_gets_what_it_takes(little: Little, architect: Person) -> None:
    scenario = scenario_with(0, person=architect)
    run = planned(scenario, architect)
    each_way_leads_to_a_plan(scenario, run, architect)
    assert ways(run) == ["Budget in Q1 2027: €200,000 instead of €0"]


def test_a_pot_that_carries_over_gets_more_too(little: Little, architect: Person) -> None:
    scenario = scenario_with(0, person=architect, pots=(Pot("Budget", (100_000, 50_000, 0, 0), carries=True),))
    assert each_way_leads_to_a_plan(scenario, planned(scenario, architect), architect)


def test_a_target_falls_to_what_can_be_reached_and_a_share_goes(little: Little, architect: Person) -> None:
    target = scenario_with(500_000, person=architect, targets=(Target("moves:gained", 50, 3),))
    run = planned(target, architect)
    each_way_leads_to_a_plan(target, run, architect)
    assert ways(run) == ["The target of 50 customers gained by Q4 2027 is taken out"]
    assert little.duty.silo is not None
    share = (LeastShare(f"silo:{little.duty.silo.code}", "requests", 10),)
    fine = scenario_with(500_000, person=architect, shares=share)
    assert planned(fine, architect).result["status"] == "optimal"


def test_what_a_freeze_keeps_out_is_changed_where_freezes_are(little: Little, architect: Person) -> None:
    freeze: ChangeFreeze = ChangeFreezeFactory.create(starts=date(2026, 12, 1), ends=date(2028, 6, 30))
    scenario = scenario_with(500_000, person=architect)
    run = planned(scenario, architect)
    assert run.result["status"] == "infeasible", freeze
    assert "register:change-freezes" in places(run)
    each_way_leads_to_a_plan(scenario, run, architect)


def test_each_change_that_is_offered_lets_its_request_in(little: Little, architect: Person) -> None:
    scenario = scenario_with(210_000, person=architect)
    ProjectRequest.objects.filter(pk=little.best.pk).update(one_off_cost=Decimal(300_000))
    run = planned(scenario, architect)
    offered = {int(pk): len(found) for pk, found in run.result["lets_in"].items()}
    assert offered.keys() == {little.best.pk, little.needs.pk, little.poor.pk}
    for pk, many in offered.items():
        for number in range(many):
            tried = copy_scenario(person=architect, scenario=scenario, name=f"{pk} {number}")
            again = planned(tried, architect)
            way = way_of(again, number, pk)
            assert way is not None
            if way["edits"]:
                apply_way(person=architect, scenario=tried, run=again, way=way)
                after = done(tried.runs.latest("id"))
                assert after.requests.get(request_id=pk).period is not None, way["text"]


def test_what_costs_more_than_it_brings_can_be_let_in_all_the_same(little: Little, architect: Person) -> None:
    scenario = scenario_with(500_000, person=architect)
    run = planned(scenario, architect)
    assert run.requests.get(request=little.poor).why.startswith("It costs")
    way = way_of(run, 0, little.poor.pk)
    assert way is not None
    assert [edit["said"] for edit in way["edits"]] == [f"{little.poor.reference} is pinned: it goes"]
    apply_way(person=architect, scenario=scenario, run=run, way=way)
    assert done(scenario.runs.latest("id")).requests.get(request=little.poor).period is not None


def test_what_was_changed_since_is_not_changed_again_and_who_may_not_plan_changes_nothing(
    little: Little, architect: Person, board_member: Person
) -> None:
    scenario = scenario_with(0, person=architect)
    run = planned(scenario, architect)
    way = way_of(run, 0)
    assert way is not None
    with pytest.raises(NotAllowed):
        apply_way(person=board_member, scenario=scenario, run=run, way=way)
    with pytest.raises(CannotPlan):
        apply_way(person=architect, scenario=scenario, run=run, way={"edits": [], "places": []})
    apply_way(person=architect, scenario=scenario, run=run, way=way)
    kept = Scenario.objects.get(pk=scenario.pk)
    assert kept.history.first().history_change_reason.startswith("Proposed by the plan: Budget in Q")
    with pytest.raises(StaleScenario):
        apply_way(person=architect, scenario=kept, run=run, way=way)
    assert Scenario.objects.get(pk=scenario.pk).sets == kept.sets


def test_while_the_planner_is_at_work_nothing_is_changed(little: Little, architect: Person) -> None:
    scenario = scenario_with(0, person=architect)
    run = planned(scenario, architect)
    ask_for_plan(person=architect, scenario=scenario)
    way = way_of(run, 0)
    assert way is not None
    with pytest.raises(AlreadyPlanning):
        apply_way(person=architect, scenario=scenario, run=run, way=way)
    assert Scenario.objects.get(pk=scenario.pk).version == scenario.version - 1


def test_settings_that_were_saved_again_make_a_proposal_old(little: Little, architect: Person) -> None:
    scenario = scenario_with(0, person=architect)
    run = planned(scenario, architect)
    change_scenario(
        person=architect, scenario=scenario, expected=scenario.version, name="Other", note="",
        first=scenario.horizon.first, quarters=4, settings=scenario.plan_settings,
    )  # fmt: skip
    way = way_of(run, 0)
    assert way is not None
    with pytest.raises(StaleScenario):
        apply_way(person=architect, scenario=scenario, run=run, way=way)


def test_what_must_go_but_would_end_after_the_plan_may_be_let_past_it(little: Little, architect: Person) -> None:
    ProjectRequest.objects.filter(pk=little.best.pk).update(wanted_go_live=date(2027, 9, 1))
    ProjectRequest.objects.filter(pk=little.needs.pk).update(wanted_go_live=date(2027, 6, 1))
    scenario = scenario_with(900_000, person=architect)
    pin_request(person=architect, scenario=scenario, request=little.needs, kind="in")
    run = planned(scenario, architect)
    each_way_leads_to_a_plan(scenario, run, architect)
    assert "Requests may be moved past the end of the plan" in ways(run)
    # Not pinned it is left out, and the same lets it in.
    free = planned(scenario_with(900_000, person=architect), architect)
    assert "if it may start in Q4 2027" in free.requests.get(request=little.needs).fits_if
    assert [each["what"] for each in free.result["lets_in"][str(little.needs.pk)][0]["edits"]] == ["may_run_over"]
