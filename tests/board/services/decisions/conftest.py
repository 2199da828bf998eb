"""What tests of decisions have in common: three requests on one item, and how they stand."""

import uuid

import pytest

from board.models import AgendaItem, Decision, Meeting
from board.services.decisions.undoing import take_back
from board.services.meetings.agenda import Group, add_item
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from tests.factories import filed_request


def state(request: ProjectRequest) -> str:
    return ProjectRequest.objects.get(pk=request.pk).status


def back(decision: Decision, by: Person) -> Decision:
    return take_back(person=by, decision=Decision.objects.get(pk=decision.pk), submission=uuid.uuid4().hex)


@pytest.fixture
def three(db: None) -> list[ProjectRequest]:
    """Three ready requests of three silos that are no family."""
    return [filed_request(status=Status.READY.value) for _ in range(3)]


@pytest.fixture
def group_item(session: Meeting, secretary: Person, three: list[ProjectRequest]) -> AgendaItem:
    """An item over the three together."""
    return add_item(person=secretary, meeting=session, group=Group(title="Alerts", requests=three))
