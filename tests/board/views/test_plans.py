"""The pages of plans: who may open them, what they show and do, in a fixed number of queries."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from board.forms import plans as plan_forms
from board.models import Meeting, PlanRun, Scenario
from board.planning.settings import Pot
from board.services.plans.planning import ask_for_plan, run_plan, search_plan
from portfolio.models import Person
from tests.board.plans import Little, scenario_with
from tests.factories import (
    PlannedContactFactory,
    PlannedRequestFactory,
    PlanRunFactory,
    ScenarioFactory,
    filed_request,
)

pytestmark = pytest.mark.django_db

ClientAs = Callable[[Person], Client]
PAGES = ("plan:scenario-list", "plan:scenario-new", "plan:compare", "plan:as-asked", "plan:as-approved")
OF_ONE = ("scenario-detail", "scenario-edit", "scenario-copy", "scenario-pin", "sensitivity", "adopt", "progress")


def sent(scenario: Scenario, **changes: Any) -> dict[str, Any]:
    """The settings form as its page shows it."""
    settings = scenario.plan_settings.as_json()
    plain = {name: value for name, value in settings.items() if not isinstance(value, (list, dict))}
    pots = {
        f"pot-{row}-{place}": amount
        for row, pot in enumerate(settings["pots"])
        for place, amount in (("name", pot["name"]), *enumerate(pot["amounts"]))
    }
    data = {
        "name": scenario.name, "first": f"{scenario.first_year}-{scenario.first_quarter}", "version": scenario.version,
        "quarters": scenario.quarters, **plain, **pots,
    }  # fmt: skip
    return {name: value for name, value in {**data, **changes}.items() if value is not False}


def test_pages_are_for_the_board_and_the_architects(
    client_as: ClientAs, run: PlanRun, requester: Person, reader: Person, board_member: Person
) -> None:
    urls = [reverse(name) for name in PAGES]
    urls += [reverse(f"plan:{name}", args=[run.scenario_id]) for name in OF_ONE]
    urls.append(reverse("plan:roadmap-csv", args=[run.scenario_id]))
    for url in urls:
        assert client_as(requester).get(url).status_code == 403, url
        assert client_as(reader).get(url).status_code == 403, url
    member = client_as(board_member)
    assert {member.get(reverse(name)).status_code for name in PAGES} == {200}
    assert member.get(run.scenario.get_absolute_url()).status_code == 200
    assert member.get(reverse("plan:scenario-edit", args=[run.scenario_id])).status_code == 403


def test_the_navigation_leads_there_only_who_may_go(client_as: ClientAs, requester: Person, architect: Person) -> None:
    url = f'href="{reverse("plan:scenario-list")}"'
    assert url in client_as(architect).get("/").content.decode()
    assert url not in client_as(requester).get("/").content.decode()


@pytest.mark.parametrize("name", ["scenario-run", "scenario-stop", "scenario-discard", "scenario-restore"])
def test_acts_are_posted_by_who_may_change_it(
    client_as: ClientAs, run: PlanRun, board_member: Person, architect: Person, name: str
) -> None:
    url = reverse(f"plan:{name}", args=[run.scenario_id])
    assert client_as(architect).get(url).status_code == 405
    assert client_as(board_member).post(url).status_code == 403
    assert client_as(architect).post(url).status_code == 302


def test_the_plan_shows_what_goes_what_is_left_out_and_the_figures(
    client_as: ClientAs, run: PlanRun, architect: Person, little: Little
) -> None:
    page = client_as(architect).get(run.scenario.get_absolute_url()).content.decode()
    assert f"{run.scenario.name}: four requests fit, one is left out, all stay within contact policy" in page
    assert "Proven best" in page
    assert "Left out, and why" in page
    assert f'href="{little.poor.get_absolute_url()}"' in page
    assert "Budget is" in page
    assert "As asked against this plan" in page


def test_a_new_scenario_begins_with_the_settings_of_the_last(
    client_as: ClientAs, run: PlanRun, architect: Person
) -> None:
    client = client_as(architect)
    assert 'value="210000"' in client.get(reverse("plan:scenario-new")).content.decode()
    answer = client.post(reverse("plan:scenario-new"), sent(run.scenario, name="Another", weights={}))
    made = Scenario.objects.get(name="Another")
    assert answer["Location"] == made.get_absolute_url()
    assert made.plan_settings == run.scenario.plan_settings


def test_settings_are_kept_when_something_is_wrong(client_as: ClientAs, run: PlanRun, architect: Person) -> None:
    url = reverse("plan:scenario-edit", args=[run.scenario_id])
    wrong = {"quarters": 40, "pot-1-0": 500, "target-0-measure": "moves:gained", "share-0-of": "silo:x"}
    answer = client_as(architect).post(url, sent(run.scenario, **wrong))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Name the pot, or take its money out." in page
    assert "Say how much of it." in page
    assert 'value="500"' in page
    absurd = client_as(architect).post(url, sent(run.scenario, **{**wrong, "target-0-amount": "1e308"}))
    assert "Ensure this value is less than or equal to 1000000000000." in absurd.content.decode()


def test_settings_that_somebody_changed_meanwhile_are_a_conflict(
    client_as: ClientAs, run: PlanRun, architect: Person
) -> None:
    url = reverse("plan:scenario-edit", args=[run.scenario_id])
    assert client_as(architect).post(url, sent(run.scenario, version=99)).status_code == 409
    assert client_as(architect).post(url, sent(run.scenario, use_skills=False)).status_code == 302
    run.scenario.refresh_from_db()
    assert not run.scenario.plan_settings.use_skills


def test_a_request_is_pinned_by_the_form_and_taken_off_again(
    client_as: ClientAs, run: PlanRun, architect: Person, little: Little
) -> None:
    client, url = client_as(architect), reverse("plan:scenario-pin", args=[run.scenario_id])
    data = {"request": little.best.reference, "kind": "at", "period": 2, "why": "The vendor is free then"}
    assert client.post(url, data).status_code == 302
    assert f"{little.best.reference}" in client.get(run.scenario.get_absolute_url()).content.decode()
    assert str(run.scenario.pins.get()) == f"{little.best.reference} starts in Q3 2027"
    unpin = reverse("plan:scenario-unpin", args=[run.scenario_id, little.best.reference])
    assert client.post(unpin).status_code == 302
    assert not run.scenario.pins.exists()


def test_a_move_is_checked_against_the_plan_without_changing_it(
    client_as: ClientAs, run: PlanRun, architect: Person, little: Little
) -> None:
    client, url = client_as(architect), reverse("plan:scenario-pin", args=[run.scenario_id])

    def check(reference: str, kind: str, period: object = "") -> str:
        data = {"request": reference, "kind": kind, "period": period, "check": "1"}
        return client.post(url, data).content.decode()

    early = check(little.needs.reference, "at", 0)
    assert "does not fit into the plan like this" in early
    assert f"{little.needs.reference}</a> needs" in early
    out = check(little.duty.reference, "out")
    assert f"{little.duty.reference}</a> must go." in out
    assert "fits into the plan like this" in check(little.needs.reference, "at", 2)
    assert "Budget in Q1 2027: €300,000 would be needed, €210,000 is there." in check(little.duty.reference, "at", 0)
    assert not run.scenario.pins.exists()


def test_a_pin_without_a_quarter_says_so(client_as: ClientAs, run: PlanRun, architect: Person, little: Little) -> None:
    url = reverse("plan:scenario-pin", args=[run.scenario_id])
    answer = client_as(architect).post(url, {"request": little.best.reference, "kind": "at", "period": ""})
    assert answer.status_code == 422
    assert "from Q1 2027 to Q4 2027" in answer.content.decode()


def test_contradictory_pins_are_said_on_the_page(
    client_as: ClientAs, run: PlanRun, architect: Person, little: Little
) -> None:
    client = client_as(architect)
    url = reverse("plan:scenario-pin", args=[run.scenario_id])
    answer = client.post(url, {"request": little.duty.reference, "kind": "out", "again": "1"}, follow=True)
    assert "is regulatory and must go, and is pinned to stay out" in answer.content.decode()


def test_progress_shows_the_best_so_far_and_ends_by_loading_the_page(
    client_as: ClientAs, run: PlanRun, architect: Person
) -> None:
    client, url = client_as(architect), reverse("plan:progress", args=[run.scenario_id])
    assert client.get(url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert client.get(url)["Location"] == run.scenario.get_absolute_url()
    best = {"chosen": [["1", 0], ["2", 1]], "objective": 1_000_000, "bound": 1_021_000, "seconds": 3.0}
    PlanRunFactory.create(scenario=run.scenario, state="running", best=best)
    page = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "lets 2 requests go" in page
    assert "2.1 %" in page


def test_plans_stand_side_by_side_with_what_was_asked(
    client_as: ClientAs, run: PlanRun, architect: Person, little: Little
) -> None:
    url = f"{reverse('plan:compare')}?plans=as-asked&plans={run.scenario_id}&plans=99&plans=x"
    page = client_as(architect).get(url).content.decode()
    assert "Who waits, and who starts when" in page
    assert little.needs.reference in page
    rows = list(csv.reader(io.StringIO(client_as(architect).get(f"{url}&form=csv").content.decode("utf-8-sig"))))
    assert rows[0] == ["", "As asked", run.scenario.name]
    assert ["Requests that go", "5", "4"] in rows
    assert ["Conflicts left open", "1", "0"] in rows  # what is needed comes too late


def test_the_csv_has_every_request_with_its_reason(
    client_as: ClientAs, run: PlanRun, architect: Person, little: Little
) -> None:
    answer = client_as(architect).get(reverse("plan:roadmap-csv", args=[run.scenario_id]))
    rows = {row["reference"]: row for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))}
    assert set(rows) == {request.reference for request in little.all}
    assert rows[little.needs.reference]["quarter"] == "Q2 2027"
    assert rows[little.needs.reference]["moved"] == "yes"
    assert rows[little.poor.reference]["goes"] == "no"
    assert rows[little.poor.reference]["why"]


def test_no_plan_has_no_csv(client_as: ClientAs, architect: Person) -> None:
    scenario = ScenarioFactory.create()
    for key in (str(scenario.pk), "nonsense", "9" * 30):
        assert client_as(architect).get(reverse("plan:roadmap-csv", args=[key])).status_code == 404


def test_a_scenario_is_thrown_away_and_brought_back(client_as: ClientAs, run: PlanRun, architect: Person) -> None:
    client, url = client_as(architect), run.scenario.get_absolute_url()
    client.post(reverse("plan:scenario-discard", args=[run.scenario_id]))
    assert client.get(url).status_code == 404
    client.post(reverse("plan:scenario-restore", args=[run.scenario_id]))
    assert client.get(url).status_code == 200


def test_pages_without_anything_say_what_to_do(client_as: ClientAs, architect: Person) -> None:
    client = client_as(architect)
    assert "No plan yet" in client.get(reverse("plan:scenario-list")).content.decode()
    assert "Nothing goes" in client.get(reverse("plan:as-asked")).content.decode()
    assert "Choose at least two plans" in client.get(f"{reverse('plan:compare')}?plans=as-asked").content.decode()
    empty = ScenarioFactory.create()
    assert "Nothing is planned yet" in client.get(empty.get_absolute_url()).content.decode()
    for name in ("sensitivity", "adopt"):
        assert client.get(reverse(f"plan:{name}", args=[empty.pk])).status_code == 200


@pytest.mark.parametrize("page", ["list", "detail", "compare", "as-asked", "adopt"])
def test_pages_read_the_database_a_fixed_number_of_times(
    client_as: ClientAs, run: PlanRun, architect: Person, meeting: Meeting, page: str
) -> None:
    urls = {
        "list": reverse("plan:scenario-list"),
        "detail": run.scenario.get_absolute_url(),
        "compare": f"{reverse('plan:compare')}?plans=as-asked&plans={run.scenario_id}",
        "as-asked": reverse("plan:as-asked"),
        "adopt": reverse("plan:adopt", args=[run.scenario_id]),
    }
    client = client_as(architect)
    client.get(urls[page])
    with CaptureQueriesContext(connection) as before:
        client.get(urls[page])
    little_portfolio_again(run)
    with CaptureQueriesContext(connection) as after:
        client.get(urls[page])
    assert len(after) == len(before)


def little_portfolio_again(run: PlanRun) -> None:
    """More requests in the portfolio and in the plan, and more scenarios."""
    for number in range(4):
        PlannedRequestFactory.create(run=run, request=filed_request(status="ready"), period=number % 2 or None)
        PlannedRequestFactory.create(run=run, request=filed_request(status="approved"), period=number % 2 or None)
        ScenarioFactory.create(name=f"More {number}")


def test_the_money_table_shows_what_is_carried_over(client_as: ClientAs, architect: Person, little: Little) -> None:
    budget = Pot("Budget", (210_000, 100_000, 0, 0), (), carries=True)
    scenario = scenario_with(0, person=architect, pots=(budget,))
    done = run_plan(pk=ask_for_plan(person=architect, scenario=scenario).pk, search=search_plan, watched=False)
    assert done is not None
    (row,) = [each for each in done.result["figures"]["resources"] if each["id"] == "pot:0"]
    page = client_as(architect).get(f"/plan/{scenario.pk}/").content.decode()
    assert "what is not spent carries over within the financial year" in page
    left = 210_000 - row["used"][0]
    assert row["carried"][1] == left > 0
    assert f"€{left:,.0f}" in page


def test_the_form_keeps_which_pots_carry_over(client_as: ClientAs, run: PlanRun, architect: Person) -> None:
    client = client_as(architect)
    changed = sent(run.scenario, **{"pot-0-carries": "on", "year_starts": 2})
    assert client.post(f"/plan/{run.scenario_id}/settings/", changed).status_code == 302
    run.scenario.refresh_from_db()
    settings = run.scenario.plan_settings
    assert (settings.pots[0].carries, settings.year_starts) == (True, 2)


def test_tables_of_many_requests_are_shown_page_by_page(client_as: ClientAs, many: PlanRun, architect: Person) -> None:
    client, address = client_as(architect), f"/plan/{many.scenario_id}/"
    seen = set()
    for number in (1, 2):
        answer = client.get(f"{address}?going={number}&waiting={number}")
        seen |= {row.request.pk for part in ("going", "waiting") for row in answer.context[part]}
        assert len(answer.context["going"]) <= 60
    assert len(seen) == 104 + 100
    opened = client.get(f"{address}?open={answer.context['groups'][0].key}")
    assert opened.context["chart"].jobs


def test_of_very_many_requests_the_reference_is_typed(
    client_as: ClientAs, run: PlanRun, architect: Person, little: Little, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_forms, "MOST_CHOICES", 2)
    client, address = client_as(architect), f"/plan/{run.scenario_id}/move/"
    wrong = client.post(address, {"request": "REQ-1999-0001", "kind": "in"})
    assert "No request that is asked for has this reference" in wrong.content.decode()
    client.post(address, {"request": f" {little.poor.reference.lower()} ", "kind": "in"})
    assert run.scenario.pins.get().request == little.poor


def test_the_customers_year_stands_in_each_plan_on_the_days_of_that_plan(
    client_as: ClientAs, run: PlanRun, architect: Person, little: Little
) -> None:
    """What the plan moves by a quarter contacts customers a quarter later; what waits contacts nobody."""
    for request in (little.needs, little.poor):
        PlannedContactFactory.create(
            request=request, segment=little.segment, first_day=date(2027, 3, 10), times=1, channel="email"
        )
    moved = run.requests.get(request=little.needs)
    assert moved.period == 1
    answer = client_as(architect).get(f"/plan/compare/?plans=as-asked&plans={run.scenario_id}")
    days = [[mark.day for mark in each.year.contacts] for each, _ in answer.context["years"]]
    assert days == [[date(2027, 3, 10)] * 2, [date(2027, 6, 8)]]
    march = next(month for month in answer.context["months"] if month.first == date(2027, 3, 1))
    assert [sent for sent, *_ in march.figures] == [2, 0]
    page = answer.content.decode()
    assert page.count('<svg class="year"') == 2
    assert "Who waits, by department" in page


def test_what_costs_nothing_to_insist_on_is_folded_away(client_as: ClientAs, run: PlanRun, architect: Person) -> None:
    price = {"text": "A costs about €90 (estimated).", "least": 0.0, "most": 900.0, "about": True, "likely": 90.0}
    little = {**price, "text": "B costs little or nothing (estimated).", "likely": 0.0}
    run.result["prices"] = [price, little, {**price, "text": "C costs nothing.", "most": 0.0}]
    run.save(update_fields=["result"])
    page = client_as(architect).get(run.scenario.get_absolute_url()).content.decode()
    dear, _, free = page[page.index('id="prices"') :].partition("2 more cost little or nothing")
    assert "A costs about" in dear
    assert "B costs" not in dear
    assert "B costs" in free
    assert "C costs" in free


def test_what_is_known_to_cost_next_to_nothing_is_folded_away_too(
    client_as: ClientAs, run: PlanRun, architect: Person
) -> None:
    price = {"text": "D costs at most €999.", "least": 0.0, "most": 999.0, "about": False, "likely": 0.0}
    run.result["prices"] = [{**price, "text": "E costs at most €1,001.", "most": 1_001.0}, price]
    run.result["objective"] = 1_000_000.0
    run.save(update_fields=["result"])
    page = client_as(architect).get(run.scenario.get_absolute_url()).content.decode()
    dear, _, free = page[page.index('id="prices"') :].partition("1 more costs little or nothing")
    assert "E costs at most" in dear
    assert "D costs at most" in free


def test_a_plan_that_keeps_its_limits_is_named_before_one_that_does_not(
    client_as: ClientAs, run: PlanRun, architect: Person
) -> None:
    url = f"{reverse('plan:compare')}?plans=as-asked&plans={run.scenario_id}"
    run.result["figures"]["net"] = -(10**9)  # worth far less than what was asked, which needs more than there is
    run.save(update_fields=["result"])
    assert f"“{run.scenario.name}” " in _title(client_as(architect).get(url))

    run.result["figures"]["weeks_over"] = 3
    run.save(update_fields=["result"])
    assert "none of them stays within money, people and contact policy" in _title(client_as(architect).get(url))


def _title(answer: Any) -> str:
    return str(answer.content.decode().split("<h1", 1)[1].split("</h1>", 1)[0])


def test_after_the_search_the_page_says_that_reasons_are_worked_out(client_as: ClientAs, architect: Person) -> None:
    now = timezone.now()
    run = PlanRunFactory.create(state="running", taken_at=now, beat_at=now, seconds=5)
    url = reverse("plan:progress", args=[run.scenario_id])
    assert "The planner is at work…" in client_as(architect).get(url).content.decode()
    PlanRun.objects.filter(pk=run.pk).update(taken_at=now - timedelta(seconds=6))
    assert "the reasons are being worked out…" in client_as(architect).get(url).content.decode()
