"""Plans side by side: measured with one measure, and named by what they are worth."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from board.models import PlanRun, Scenario
from board.plan_tables import compare_title
from board.selectors.plans.plan_sheets import PlanSheet
from board.services.plans.planning import ask_for_plan, run_plan, search_plan
from portfolio.models import Person, ProjectRequest
from tests.board.plans import Little, scenario_with

pytestmark = pytest.mark.django_db

ClientAs = Callable[[Person], Client]


def planned(scenario: Scenario, person: Person) -> PlanRun:
    done = run_plan(pk=ask_for_plan(person=person, scenario=scenario).pk, search=search_plan, watched=False)
    assert done is not None
    return done


def figures(answer: Any) -> dict[str, list[str]]:
    return {row.label: [cell.text for cell in row.cells] for row in answer.context["rows"]}


def test_a_plan_that_counts_customers_otherwise_is_measured_with_the_weights_of_the_others(
    client_as: ClientAs, run: PlanRun, architect: Person, little: Little
) -> None:
    same = scenario_with(210_000, person=architect, weights={little.segment.code: 300})
    tripled = planned(same, architect)
    assert tripled.result["figures"]["value"] == 3 * run.result["figures"]["value"], "by its own weights"
    url = f"{reverse('plan:compare')}?plans={same.pk}&plans={run.scenario_id}"
    answer = client_as(architect).get(url)
    for label in ("Value to customers", "Value less all costs"):
        first, second = figures(answer)[label]
        assert first == second, label
    page = answer.content.decode()
    assert f"“{same.name}” was planned with other weights" in page
    assert f"with those of “{run.scenario.name}”" in page, "the one that counts every segment as it is"
    turned = client_as(architect).get(f"{url}&measure={same.pk}")
    first, second = figures(turned)["Value to customers"]
    assert first == second != figures(answer)["Value to customers"][0]
    assert f"“{run.scenario.name}” was planned with other weights" in turned.content.decode()


def test_plans_that_weigh_alike_are_left_as_they_are(client_as: ClientAs, run: PlanRun, architect: Person) -> None:
    url = f"{reverse('plan:compare')}?plans=as-asked&plans={run.scenario_id}&measure=nonsense"
    answer = client_as(architect).get(url)
    assert answer.context["own"] == []
    assert "other weights" not in answer.content.decode()


def test_the_title_names_the_plan_that_is_worth_most_of_those_that_keep_their_limits(run: PlanRun) -> None:
    def sheet(name: str, net: int, conflicts: int, weeks_over: int = 0) -> PlanSheet:
        kept = {"weeks_over": weeks_over, "resources": [], "channels": [], "conflicts": {"order": conflicts}}
        return PlanSheet(name, name, run.horizon, (), (), {"figures": {"net": net, **kept}})

    plans = [sheet("Small", 5_000_000, 0), sheet("Large", 40_000_000, 2), sheet("Over", 60_000_000, 26, weeks_over=9)]
    assert compare_title(plans) == "“Large” leaves 2 conflicts open, “Over” 26; it is worth €40.00\u00a0m after costs"


def test_on_a_phone_each_figure_names_its_plan_so_that_two_are_read_together(
    client_as: ClientAs, run: PlanRun, architect: Person
) -> None:
    url = f"{reverse('plan:compare')}?plans=as-asked&plans={run.scenario_id}"
    page = client_as(architect).get(url).content.decode()
    for name in ("As asked", run.scenario.name):
        assert f'<td class="r" data-head="{name}">' in page
    assert '<td class="r" data-head="Difference">' in page
    assert page.count('class="table stacks beside"') == page.count('<table class="table') - 1, "all but the months"


def test_what_the_weights_do_names_each_request_with_its_title(
    client_as: ClientAs, run: PlanRun, architect: Person
) -> None:
    asked = ProjectRequest.objects.order_by("reference").first()
    assert asked is not None
    moves = {"joined": [asked.reference], "left": [], "earlier": [], "later": [asked.reference] * 20}
    row = {"segment": "x", "name": "Card holders", "weight": 50, "words": "half", **moves}
    PlanRun.objects.create(
        scenario=run.scenario,
        scenario_version=1,
        kind=PlanRun.Kind.SENSITIVITY,
        state=PlanRun.State.DONE,
        asked_by=architect,
        asked_at=run.asked_at,
        done_at=run.done_at,
        result={"tried": [row], "going": 3, "steady": 2, "about": False},
    )
    page = client_as(architect).get(reverse("plan:sensitivity", args=[run.scenario_id])).content.decode()
    named = f'{asked.reference}</a> <span class="soft">({asked.title})</span>'
    assert page.count(named) == 21, "those folded away too"


def test_what_the_weights_do_says_first_how_it_was_tried_and_when_that_is_of_another_scenario(
    client_as: ClientAs, run: PlanRun, architect: Person
) -> None:
    tried = {"segment": "x", "name": "Card holders", "weight": 50, "words": "half"}
    moves: dict[str, list[str]] = {"joined": [], "left": [], "earlier": [], "later": []}
    version = run.scenario.version
    PlanRun.objects.create(
        scenario=run.scenario,
        scenario_version=version,
        kind=PlanRun.Kind.SENSITIVITY,
        state=PlanRun.State.DONE,
        asked_by=architect,
        asked_at=run.asked_at,
        done_at=run.done_at,
        result={"tried": [{**tried, **moves}], "going": 93, "steady": 47, "about": True},
    )
    client, url = client_as(architect), reverse("plan:sensitivity", args=[run.scenario_id])
    page = client.get(url).content.decode()
    assert page.index("93 go there, which is not the number in the plan") < page.index("<table")
    assert "was changed after this was tried" not in page
    Scenario.objects.filter(pk=run.scenario_id).update(version=version + 1)
    assert "The scenario was changed after this was tried" in client.get(url).content.decode()


def test_what_is_spent_after_the_last_quarter_stands_beside_the_cost(
    client_as: ClientAs, little: Little, architect: Person
) -> None:
    """A duty that starts three weeks before the end of the year runs on until February."""
    ProjectRequest.objects.filter(pk=little.duty.pk).update(
        wanted_start=date(2027, 12, 10), wanted_go_live=date(2028, 2, 19)
    )
    scenario = scenario_with(500_000, person=architect)
    run = planned(scenario, architect)
    assert scenario.horizon.names[-1] == "Q4 2027"
    later = run.result["figures"]["later"]
    assert 0 < later < 100_000
    url = f"{reverse('plan:compare')}?plans={scenario.pk}&plans=as-asked"
    own, asked = figures(client_as(architect).get(url))["Of that after the last quarter"]
    assert own == asked
    page = client_as(architect).get(scenario.get_absolute_url()).content.decode()
    assert f"€{later:,} of what starts in this plan is spent after Q4 2027. No quarter here pays for it" in page
