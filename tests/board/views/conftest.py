"""Plans that the tests of their pages share."""

import pytest

from board.models import PlanRun
from board.services.plans.planning import ask_for_plan, run_plan, search_plan
from portfolio.lifecycle import Status
from portfolio.models import Person
from tests.board.plans import Little, little_portfolio, scenario_with
from tests.factories import PlannedRequestFactory, filed_request


@pytest.fixture
def little() -> Little:
    return little_portfolio()


@pytest.fixture
def run(little: Little, architect: Person) -> PlanRun:
    asked = ask_for_plan(person=architect, scenario=scenario_with(210_000, person=architect))
    done = run_plan(pk=asked.pk, search=search_plan, watched=False)
    assert done is not None
    return done


@pytest.fixture
def many(run: PlanRun) -> PlanRun:
    """A hundred more that go and as many that wait, ready for the board."""
    first = run.requests.filter(period=0).first()
    assert first is not None
    for number in range(200):
        request = filed_request(status=Status.READY.value, silo=first.request.silo, requester=first.request.requester)
        dates = {"period": number % 4, "starts": first.starts, "live": first.live} if number < 100 else {"period": None}
        PlannedRequestFactory.create(run=run, request=request, **dates)
    return run
