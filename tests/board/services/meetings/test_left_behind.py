"""What was merged into a request that is gone by now comes before the board again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from board.models import AgendaItem, Decision, Meeting
from board.selectors.meetings.sources import merges
from board.services.decisions.undoing import take_back
from board.services.meetings.agenda import add_item
from board.services.meetings.building import build_agenda
from board.services.meetings.meetings import close_meeting, open_meeting, plan_meeting
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest, Transition
from portfolio.services.requests import move_request
from portfolio.services.steps import advance_request
from tests.factories import filed_request

pytestmark = pytest.mark.django_db
Decide = Callable[..., Decision]


def ready_request(**fields: Any) -> ProjectRequest:
    made: ProjectRequest = filed_request(status=Status.READY.value, **fields)
    return made


def of(request: ProjectRequest) -> ProjectRequest:
    return ProjectRequest.objects.get(pk=request.pk)


@pytest.fixture
def coming(session: Meeting, secretary: Person) -> Meeting:
    return plan_meeting(person=secretary, starts_at=timezone.now() + timedelta(days=9), secretary=secretary)


def proposed(meeting: Meeting, request: ProjectRequest, secretary: Person) -> AgendaItem | None:
    build_agenda(person=secretary, meeting=Meeting.objects.get(pk=meeting.pk))
    return AgendaItem.objects.filter(meeting=meeting, request=request, status="open").first()


@pytest.mark.parametrize("confidential", [False, True])
def test_what_was_merged_into_one_that_is_withdrawn_is_decided_anew(
    session: Meeting, coming: Meeting, secretary: Person, decide: Decide, *, confidential: bool
) -> None:
    survivor, merged = ready_request(confidential=confidential), ready_request()
    decide(add_item(person=secretary, meeting=session, request=merged), "merge", survivor=survivor)
    close_meeting(person=secretary, meeting=session)
    assert proposed(coming, merged, secretary) is None

    survivor = of(survivor)
    advance_request(request=survivor, target=Status.WITHDRAWN, person=survivor.requester, why="No money.")
    item = proposed(coming, merged, secretary)
    assert item is not None
    named = "a confidential request" if confidential else survivor.reference
    assert item.why == f"What it was merged into is gone: {named} was withdrawn."
    assert "go ahead with" in item.question

    open_meeting(person=secretary, meeting=Meeting.objects.get(pk=coming.pk))
    again = decide(AgendaItem.objects.get(pk=item.pk), "approve")
    assert (of(merged).status, of(merged).survivor) == ("approved", None)
    steps = Transition.objects.filter(request=merged).order_by("id").values_list("source", "target")
    assert list(steps)[-2:] == [("merged", "ready"), ("ready", "approved")]
    take_back(person=secretary, decision=again, submission="back")
    assert of(merged).status == "ready"


def test_of_a_chain_of_merges_the_last_comes_back_and_the_others_go_on_in_it(
    session: Meeting, secretary: Person, decide: Decide
) -> None:
    first, second, third = (ready_request() for _ in range(3))
    decide(add_item(person=secretary, meeting=session, request=first), "merge", survivor=second)
    decide(add_item(person=secretary, meeting=session, request=second), "merge", survivor=third)
    decide(add_item(person=secretary, meeting=session, request=third), "reject")
    [cause] = merges.causes(timezone.localdate())
    assert (cause.request, cause.review) == (second.pk, True)


def test_what_comes_to_life_again_is_not_asked_about(session: Meeting, secretary: Person, decide: Decide) -> None:
    survivor, merged = ready_request(), ready_request()
    decide(add_item(person=secretary, meeting=session, request=merged), "merge", survivor=survivor)
    survivor = of(survivor)
    for target in (Status.WITHDRAWN, Status.SUBMITTED):
        move_request(request=survivor, target=target, person=survivor.requester, why="On second thought.")
    assert merges.causes(timezone.localdate()) == []
    assert of(merged).survivor == survivor
