"""Two plans put before the board in the same moment, on real connections."""

import pytest

from board.models import Scenario
from board.services.meetings.meetings import plan_meeting
from board.services.plans.adopting import adopt_plan
from board.services.plans.planning import ask_for_plan, run_plan, search_plan
from portfolio.models import Person
from tests.at_once import at_once
from tests.board.plans import little_portfolio, scenario_with

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_plans_that_are_adopted_at_once_one_is_the_adopted_one(
    architect: Person, secretary: Person, cio: Person
) -> None:
    from django.utils import timezone

    little, acts = little_portfolio(), []
    for amount, request in ((210_000, little.best), (500_000, little.duty)):
        asked = ask_for_plan(person=architect, scenario=scenario_with(amount, person=architect))
        run = run_plan(pk=asked.pk, search=search_plan, watched=False)
        assert run is not None
        own = plan_meeting(person=secretary, starts_at=timezone.now(), chair=cio, secretary=secretary)
        acts.append(lambda run=run, own=own, pk=request.pk: adopt_plan(
            person=architect, run=run, meeting=own, requests=[pk]
        ))  # fmt: skip
    assert at_once(*acts) == []
    assert Scenario.objects.filter(adopted_run__isnull=False).count() == 1
