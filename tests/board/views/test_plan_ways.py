"""The page of a plan where not everything fits: what cannot hold together, ways out, what lets a request in."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from board.models import PlanRun, Scenario
from board.services.plans.planning import ask_for_plan, run_plan, search_plan
from board.services.plans.scenarios import pin_request
from portfolio.models import Person, ProjectRequest
from tests.board.plans import Little, scenario_with

pytestmark = pytest.mark.django_db

ClientAs = Callable[[Person], Client]


def test_an_impossible_scenario_shows_what_cannot_hold_together(
    client_as: ClientAs, little: Little, architect: Person
) -> None:
    scenario = scenario_with(10_000, person=architect)
    run_plan(pk=ask_for_plan(person=architect, scenario=scenario).pk, search=search_plan, watched=False)
    page = client_as(architect).get(scenario.get_absolute_url()).content.decode()
    assert "no plan can keep all of this" in page
    assert "What cannot hold together" in page
    assert "Budget has no more than" in page


def test_while_planning_anew_what_stands_is_marked_as_of_the_plan_before(
    client_as: ClientAs, little: Little, architect: Person
) -> None:
    scenario = scenario_with(10_000, person=architect)
    run_plan(pk=ask_for_plan(person=architect, scenario=scenario).pk, search=search_plan, watched=False)
    marks = ("Of the plan before; a new one is being made", "All below is of the plan before, of ")
    page = client_as(architect).get(scenario.get_absolute_url()).content.decode()
    assert not any(mark in page for mark in marks)
    ask_for_plan(person=architect, scenario=scenario)
    page = client_as(architect).get(scenario.get_absolute_url()).content.decode()
    assert all(mark in page for mark in marks)
    assert "What could not hold together in the plan before" in page
    assert "What cannot hold together" not in page


def test_where_nothing_fits_the_settings_come_first_and_then_planning_again(
    client_as: ClientAs, little: Little, architect: Person
) -> None:
    scenario = scenario_with(10_000, person=architect)
    run_plan(pk=ask_for_plan(person=architect, scenario=scenario).pk, search=search_plan, watched=False)
    page = client_as(architect).get(scenario.get_absolute_url()).content.decode()
    settings = f'<a class="btn primary" href="{reverse("plan:scenario-edit", args=[scenario.pk])}">Change the settings'
    assert settings in page
    assert '<button class="btn" type="submit">Plan again' in page

    Scenario.objects.filter(pk=scenario.pk).update(version=scenario.version + 1)
    changed = client_as(architect).get(scenario.get_absolute_url()).content.decode()
    assert settings not in changed
    assert '<button class="btn primary" type="submit">Plan again' in changed


def test_a_way_out_is_taken_by_its_button_once_and_planned_anew(
    client_as: ClientAs, little: Little, architect: Person, board_member: Person
) -> None:
    scenario = scenario_with(0, person=architect)
    ask_for_plan(person=architect, scenario=scenario)
    run = run_plan(pk=scenario.runs.get().pk, search=search_plan, watched=False)
    assert run is not None
    page = reverse("plan:scenario-detail", args=[scenario.pk])
    shown = client_as(architect).get(page).content.decode()
    assert "Changes in this scenario: Budget in Q1 2027: €200,000 instead of €0." in shown
    url, data = reverse("plan:way-apply", args=[scenario.pk]), {"run": run.pk, "way": 0}
    assert 'name="way"' not in client_as(board_member).get(page).content.decode()
    assert client_as(board_member).post(url, data).status_code == 403
    assert client_as(architect).post(url, {**data, "way": 99}).status_code == 404
    assert client_as(architect).post(url, {**data, "way": "x"}).status_code == 404
    for _ in range(2):
        assert client_as(architect).post(url, data).status_code == 302
    assert scenario.runs.count() == 2
    scenario.refresh_from_db()
    assert scenario.plan_settings.pots[0].amounts == (200_000, 0, 0, 0)
    assert 'name="way"' not in client_as(architect).get(page).content.decode()


def test_what_would_let_a_request_in_has_a_button_too(client_as: ClientAs, run: PlanRun, architect: Person) -> None:
    shown = client_as(architect).get(reverse("plan:scenario-detail", args=[run.scenario_id])).content.decode()
    offered = run.result["lets_in"]
    assert shown.count('name="request"') == sum(bool(way["edits"]) for ways in offered.values() for way in ways)


def test_what_is_insisted_on_and_what_cannot_hold_is_named_by_its_title(
    client_as: ClientAs, run: PlanRun, architect: Person, little: Little
) -> None:
    price = {"text": f"“{little.duty.reference} must go” costs about €90.", "least": 0.0, "most": 90.0, "about": True}
    run.result["prices"] = [{**price, "likely": 90.0}]
    run.save(update_fields=["result"])
    client = client_as(architect)
    assert (
        "(A duty, regulatory)</span> must go” costs about"
        in client.get(run.scenario.get_absolute_url()).content.decode()
    )
    run.result |= {"status": "infeasible", "conflict": {"text": "x", "lines": [f"{little.best.reference} goes."]}}
    run.save(update_fields=["result"])
    run.requests.all().delete()
    assert "(Alerts in the app)</span> goes." in client.get(run.scenario.get_absolute_url()).content.decode()


def test_checking_that_a_request_goes_looks_for_room_and_a_new_pin_takes_the_place_of_the_old(
    client_as: ClientAs, run: PlanRun, architect: Person, little: Little
) -> None:
    client, url = client_as(architect), reverse("plan:scenario-pin", args=[run.scenario_id])

    def checked(request: ProjectRequest, kind: str, period: object = "") -> str:
        data = {"request": request.reference, "kind": kind, "period": period, "check": "1"}
        return client.post(url, data).content.decode()

    fits = "fits into the plan like this"
    assert fits in checked(little.poor, "in"), "there is room later in the year"
    ProjectRequest.objects.filter(pk=little.poor.pk).update(one_off_cost=Decimal(300_000))
    assert "does not fit into the plan like this" in checked(little.poor, "in"), "nowhere"
    pin_request(person=architect, scenario=run.scenario, request=little.needs, kind="at", period=2)
    assert fits in checked(little.needs, "at", 3)


def test_no_request_is_pinned_that_nobody_chose(client_as: ClientAs, run: PlanRun, architect: Person) -> None:
    client, url = client_as(architect), reverse("plan:scenario-pin", args=[run.scenario_id])
    page = client.get(f"{url}?request=NONSENSE").content.decode()
    assert '<option value="">Choose a request</option>' in page
    assert client.post(url, {"request": "", "kind": "at", "period": 0}).status_code == 422
    assert not run.scenario.pins.exists()


def test_what_goes_can_be_moved_from_its_line_and_what_is_being_delivered_cannot(
    client_as: ClientAs, run: PlanRun, architect: Person, board_member: Person, little: Little
) -> None:
    url, move = run.scenario.get_absolute_url(), reverse("plan:scenario-pin", args=[run.scenario_id])
    page = client_as(architect).get(url).content.decode()
    assert f'href="{move}?request={little.best.reference}"' in page
    assert f'href="{move}?request={little.runs.reference}"' not in page
    assert "Move it" not in client_as(board_member).get(url).content.decode()
