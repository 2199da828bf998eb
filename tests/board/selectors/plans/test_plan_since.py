"""What became of the requests of a plan since it was made."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from board.models import PlanRun
from board.selectors.plans.plan_sheets import sheet_of
from board.selectors.plans.plan_since import since_plan
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from tests.board.plans import Little
from tests.factories import filed_request

pytestmark = pytest.mark.django_db


def test_a_plan_of_what_is_asked_now_says_nothing(run: PlanRun) -> None:
    assert since_plan(sheet_of(run)) == []


def test_what_is_no_longer_asked_for_is_named_with_what_became_of_it(run: PlanRun, little: Little) -> None:
    ProjectRequest.objects.filter(pk=little.best.pk).update(status=Status.WITHDRAWN.value)
    ProjectRequest.objects.filter(pk=little.runs.pk).update(status=Status.DELIVERED.value)
    (said,) = since_plan(sheet_of(run))
    assert said.startswith("No longer to be planned: ")
    assert f"{little.best.reference} (withdrawn)" in said
    assert f"{little.runs.reference} (delivered)" in said


def test_what_costs_or_starts_otherwise_is_named_and_what_came_in_is_counted(run: PlanRun, little: Little) -> None:
    ProjectRequest.objects.filter(pk=little.best.pk).update(one_off_cost=Decimal(900_000))
    ProjectRequest.objects.filter(pk=little.poor.pk).update(
        wanted_start=date(2027, 8, 1), wanted_go_live=date(2027, 9, 1)
    )
    filed_request(status="ready")
    other, came = since_plan(sheet_of(run))
    assert other.startswith("Cost otherwise, or want to start in another quarter")
    assert little.best.reference in other
    assert little.poor.reference in other
    assert little.duty.reference not in other
    assert came == "1 request came in that is not in this plan."


def test_the_page_of_a_plan_says_what_is_otherwise_now(
    client: Client, run: PlanRun, little: Little, architect: Person
) -> None:
    client.force_login(architect)
    assert "no longer what this plan was made from" not in client.get(run.scenario.get_absolute_url()).content.decode()
    ProjectRequest.objects.filter(pk=little.best.pk).update(status=Status.WITHDRAWN.value)
    page = client.get(run.scenario.get_absolute_url()).content.decode()
    assert "The portfolio is no longer what this plan was made from" in page
    assert "No longer to be planned" in page
