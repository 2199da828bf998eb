"""The planner at work over a scenario: what it stores, how it is stopped, and that a dead worker loses nothing."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from board.errors import AlreadyPlanning, CannotPlan, NotAllowed
from board.models import PlanRun, Scenario
from board.planning.settings import LeastShare
from board.services.plans import sensitivity
from board.services.plans.plan_work import plan_what_waits
from board.services.plans.planning import LEASE, Watch, ask_for_plan, run_plan, runs_to_take, search_plan, stop_plan
from board.services.plans.scenarios import pin_request
from board.services.plans.sensitivity import search_sensitivity
from portfolio.models import Person
from tests.board.plans import Little, scenario_with
from tests.factories import PlannedContactFactory, PlanRunFactory, SiloFactory, filed_request

pytestmark = pytest.mark.django_db


def planned(scenario: Scenario, person: Person) -> PlanRun:
    """The scenario's plan, made here and now."""
    run = ask_for_plan(person=person, scenario=scenario)
    done = run_plan(pk=run.pk, search=search_plan, watched=False)
    assert done is not None
    return done


def quarters(run: PlanRun) -> dict[str, int | None]:
    return dict(run.requests.order_by("id").values_list("request__title", "period"))


def test_a_plan_keeps_the_money_and_the_order_and_says_why(little: Little, architect: Person) -> None:
    run = planned(scenario_with(210_000, person=architect), architect)
    assert (run.state, run.result["status"]) == (PlanRun.State.DONE, "optimal")
    assert quarters(run) == {
        "Alerts in the app": 0, "Answers to alerts": 1, "Golden letters": None, "A duty": 1, "Under way": 0,
    }  # fmt: skip
    rows = {row.request.title: row for row in run.requests.select_related("request")}
    assert all(row.why for row in rows.values())
    assert rows["Golden letters"].fits_if
    assert rows["Answers to alerts"].needs == [little.best.reference]
    assert rows["Answers to alerts"].moved
    assert not rows["Alerts in the app"].moved
    (pot,) = [row for row in run.result["figures"]["resources"] if row["id"] == "pot:0"]
    assert all(used <= 210_000 for used in pot["used"])


def test_figures_say_what_goes_what_it_costs_and_how_full_it_gets(little: Little, architect: Person) -> None:
    figures = planned(scenario_with(500_000, person=architect), architect).result["figures"]
    assert (figures["goes"], figures["waits"], figures["cost"]) == (4, 1, 400_000)
    assert figures["conflicts"] == {}
    assert figures["value"] > figures["net"] > 0


def test_a_pin_holds_and_the_next_plan_says_what_changed(little: Little, architect: Person) -> None:
    scenario = scenario_with(500_000, person=architect)
    planned(scenario, architect)
    pin_request(person=architect, scenario=scenario, request=little.best, kind="at", period=2)
    run = planned(scenario, architect)
    assert quarters(run)["Alerts in the app"] == 2
    assert quarters(run)["Answers to alerts"] == 3
    assert any(little.best.reference in line for line in run.result["changes"])


def test_the_same_scenario_planned_again_gives_the_same_plan(little: Little, architect: Person) -> None:
    scenario = scenario_with(210_000, person=architect)
    assert quarters(planned(scenario, architect)) == quarters(planned(scenario, architect))


def test_an_impossible_scenario_says_what_cannot_hold_together(little: Little, architect: Person) -> None:
    run = planned(scenario_with(10_000, person=architect), architect)
    assert (run.state, run.result["status"]) == (PlanRun.State.DONE, "infeasible")
    assert run.result["conflict"]["lines"]
    assert not run.requests.exists()


def test_contradictory_pins_are_refused_before_anything_is_planned(little: Little, architect: Person) -> None:
    scenario = scenario_with(500_000, person=architect)
    pin_request(person=architect, scenario=scenario, request=little.duty, kind="out")
    with pytest.raises(CannotPlan, match="is regulatory and must go, and is pinned to stay out"):
        ask_for_plan(person=architect, scenario=scenario)
    assert not PlanRun.objects.exists()


def test_an_empty_portfolio_gives_an_empty_plan(architect: Person) -> None:
    run = planned(scenario_with(100, person=architect), architect)
    assert run.state == PlanRun.State.DONE
    assert quarters(run) == {}


def test_one_plan_is_made_at_a_time(little: Little, architect: Person, board_member: Person) -> None:
    scenario = scenario_with(500_000, person=architect)
    ask_for_plan(person=architect, scenario=scenario)
    with pytest.raises(AlreadyPlanning):
        ask_for_plan(person=architect, scenario=scenario)
    with pytest.raises(NotAllowed):
        ask_for_plan(person=board_member, scenario=scenario)


def test_what_waits_is_taken_once(little: Little, architect: Person) -> None:
    run = ask_for_plan(person=architect, scenario=scenario_with(500_000, person=architect))
    assert plan_what_waits(watched=False) == 1
    assert plan_what_waits(watched=False) == 0
    assert run_plan(pk=run.pk, search=search_plan, watched=False) is None


def test_a_run_that_waits_is_stopped_at_once(little: Little, architect: Person) -> None:
    run = ask_for_plan(person=architect, scenario=scenario_with(500_000, person=architect))
    stop_plan(person=architect, run=run)
    run.refresh_from_db()
    assert run.state == PlanRun.State.CANCELLED
    assert runs_to_take() == []


def test_what_a_dead_worker_left_is_taken_again_and_begins_with_its_best(little: Little, architect: Person) -> None:
    run = ask_for_plan(person=architect, scenario=scenario_with(500_000, person=architect))
    long_ago = timezone.now() - LEASE - timedelta(seconds=1)
    left = {"chosen": [[str(little.best.pk), 0]], "objective": 1.0, "bound": 2.0, "seconds": 1.0}
    PlanRun.objects.filter(pk=run.pk).update(state="running", attempts=1, beat_at=long_ago, best=left)
    seen: list[Any] = []

    def search(taken: PlanRun, watch: Watch) -> dict[str, Any]:
        from board.services.plans.planning import previous_plan

        seen.append(previous_plan(taken))
        return search_plan(taken, watch) or {}

    assert runs_to_take() == [run.pk]
    done = run_plan(pk=run.pk, search=search, watched=False)
    assert seen == [{str(little.best.pk): 0}]
    assert done is not None
    assert (done.state, done.attempts) == (PlanRun.State.DONE, 2)


def test_a_run_whose_worker_lives_is_left_to_it(little: Little) -> None:
    run = PlanRunFactory.create(state="running", beat_at=timezone.now())
    assert runs_to_take() == []
    assert run_plan(pk=run.pk, search=search_plan, watched=False) is None


def test_a_run_whose_workers_die_three_times_fails_with_advice(little: Little) -> None:
    long_ago = timezone.now() - LEASE - timedelta(seconds=1)
    run = PlanRunFactory.create(state="running", beat_at=long_ago, attempts=3)
    assert run_plan(pk=run.pk, search=search_plan, watched=False) is None
    run.refresh_from_db()
    assert run.state == PlanRun.State.FAILED
    assert "Give it less time" in run.error


def test_a_late_worker_does_not_overwrite_who_took_the_run_from_it(little: Little, architect: Person) -> None:
    run = ask_for_plan(person=architect, scenario=scenario_with(500_000, person=architect))

    def overtaken(taken: PlanRun, watch: Watch) -> dict[str, Any]:
        PlanRun.objects.filter(pk=taken.pk).update(attempts=2, result={"status": "of the other"})
        return {"status": "late"}

    run_plan(pk=run.pk, search=overtaken, watched=False)
    run.refresh_from_db()
    assert run.result == {"status": "of the other"}


def test_what_goes_wrong_ends_the_run_and_is_raised(architect: Person) -> None:
    run = ask_for_plan(person=architect, scenario=scenario_with(500_000, person=architect))

    def broken(taken: PlanRun, watch: Watch) -> dict[str, Any]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_plan(pk=run.pk, search=broken, watched=False)
    run.refresh_from_db()
    assert run.state == PlanRun.State.FAILED


def test_weights_are_halved_and_doubled_and_what_moves_is_told(little: Little, architect: Person) -> None:
    scenario = scenario_with(500_000, person=architect, better=0.1)
    planned(scenario, architect)
    run = ask_for_plan(person=architect, scenario=scenario, kind=PlanRun.Kind.SENSITIVITY)
    done = run_plan(pk=run.pk, search=search_sensitivity, watched=False)
    assert done is not None
    tried = {(row["segment"], row["weight"]): row for row in done.result["tried"]}
    assert set(tried) == {("savers", 50), ("savers", 200)}
    # At half their weight alerts no longer pay for themselves; at twice, answers to them do.
    assert (tried["savers", 50]["left"], tried["savers", 50]["joined"]) == ([little.best.reference], [])
    assert (tried["savers", 200]["left"], tried["savers", 200]["joined"]) == ([], [little.needs.reference])
    assert done.result["steady"] == 2  # the duty, and what is under way


def test_the_weights_of_very_many_requests_are_compared_in_the_relaxation(
    little: Little, architect: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sensitivity, "FEW", 0)
    scenario = scenario_with(500_000, person=architect, better=0.1)
    run = ask_for_plan(person=architect, scenario=scenario, kind=PlanRun.Kind.SENSITIVITY)
    done = run_plan(pk=run.pk, search=search_sensitivity, watched=False)
    assert done is not None
    assert done.result["about"]
    tried = {row["weight"]: row for row in done.result["tried"]}
    assert little.best.reference in tried[50]["left"]
    assert done.result["steady"] < done.result["going"]


def test_a_minimum_cell_size_keeps_out_who_writes_to_fewer_customers(little: Little, architect: Person) -> None:
    PlannedContactFactory.create(request=little.best, segment=little.segment)
    run = planned(scenario_with(900_000, person=architect, least_customers=10_001), architect)
    line = run.requests.get(request=little.best)
    assert line.period is None
    assert "the least is 10,001 customers" in line.why
    allowed = planned(scenario_with(900_000, person=architect, least_customers=10_000), architect)
    assert quarters(allowed)[little.best.title] is not None


def test_a_minimum_share_of_a_department_brings_in_what_is_worth_less(little: Little, architect: Person) -> None:
    other = filed_request(
        status="ready", kind="customer_facing", one_off_cost=Decimal(100_000), silo=SiloFactory.create(code="other"),
        wanted_start=date(2027, 1, 11), wanted_go_live=date(2027, 3, 22),
    )  # fmt: skip
    free = planned(scenario_with(900_000, person=architect), architect)
    assert quarters(free)[other.title] is None
    share = (LeastShare("silo:other", "money", 20),)
    held = planned(scenario_with(900_000, person=architect, shares=share), architect)
    assert quarters(held)[other.title] is not None
    spent = sum(line.money for line in held.requests.filter(period__isnull=False))
    assert spent / 5 <= 100_000
    assert any("at least 20 % of the money" in price["text"] for price in held.result["prices"])


def test_without_any_money_what_must_go_is_the_contradiction_with_the_cheapest_way_out(
    little: Little, architect: Person
) -> None:
    run = planned(scenario_with(0, person=architect), architect)
    conflict = run.result["conflict"]
    assert any("Budget" in line for line in conflict["lines"])
    assert conflict["relaxations"]
