"""What the board's tests share: a meeting in session with items, and how a decision is recorded in one line."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from board.models import AgendaItem, Decision, Meeting, PlanRun
from board.services.decisions.decisions import record_decision
from board.services.decisions.rulings import Ruling
from board.services.meetings.agenda import add_item
from board.services.meetings.meetings import open_meeting, plan_meeting
from board.services.plans.planning import ask_for_plan, run_plan, search_plan
from impacts.models import Family
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from tests.board.plans import Little, little_portfolio, scenario_with
from tests.factories import FamilyFactory, filed_request


@pytest.fixture
def meeting(secretary: Person, cio: Person) -> Meeting:
    """A planned meeting of 90 minutes."""
    from django.utils import timezone

    return plan_meeting(person=secretary, starts_at=timezone.now(), chair=cio, secretary=secretary)


@pytest.fixture
def session(meeting: Meeting, secretary: Person) -> Meeting:
    """The same meeting, in session."""
    return open_meeting(person=secretary, meeting=meeting)


@pytest.fixture
def ready(db: None) -> ProjectRequest:
    """A request that is ready for the board."""
    return filed_request(status=Status.READY.value, title="Card alerts by push")


@pytest.fixture
def item(session: Meeting, secretary: Person, ready: ProjectRequest) -> AgendaItem:
    """An item over the ready request, in a meeting that is in session."""
    return add_item(person=secretary, meeting=session, request=ready)


@pytest.fixture
def family(db: None) -> Family:
    """A family of three ready requests of three silos."""
    lead, *others = (filed_request(status=Status.READY.value) for _ in range(3))
    return FamilyFactory.create(lead=lead, with_members=others)


@pytest.fixture
def family_item(session: Meeting, secretary: Person, family: Family) -> AgendaItem:
    """An item over the family."""
    return add_item(person=secretary, meeting=session, family=family)


@pytest.fixture
def decide(secretary: Person) -> Callable[..., Decision]:
    """A function: record a decision of this kind over an item."""

    def record(item: AgendaItem, kind: str = "approve", *, by: Person | None = None, **ruling: Any) -> Decision:
        return record_decision(
            person=by or secretary,
            item=item,
            expected=AgendaItem.objects.get(pk=item.pk).version,
            submission=uuid.uuid4().hex,
            ruling=Ruling(kind=kind, reason=ruling.pop("reason", "It serves the customer."), **ruling),
        )

    return record


def members(family: Family) -> list[ProjectRequest]:
    """The family's requests, the lead first."""
    rows = family.members.select_related("request").order_by("joined_at", "id")
    return [row.request for row in rows]


@pytest.fixture
def little(db: None) -> Little:
    """A small portfolio that does not fit the money of `run`."""
    return little_portfolio()


@pytest.fixture
def run(little: Little, architect: Person) -> PlanRun:
    """The plan of `little` within 210,000 a quarter."""
    asked = ask_for_plan(person=architect, scenario=scenario_with(210_000, person=architect))
    done = run_plan(pk=asked.pk, search=search_plan, watched=False)
    assert done is not None
    return done
