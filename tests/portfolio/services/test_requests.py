"""References, versions and steps of the lifecycle, on stored requests."""

from typing import Any

import pytest
from django.utils import timezone

from portfolio.errors import NotAllowed, StaleVersion, StepNotPossible
from portfolio.lifecycle import STEPS, Actor, Status, step_between
from portfolio.models import Person, ProjectRequest, ScanMark, Transition
from portfolio.services.marks import mark_for_scan
from portfolio.services.requests import claim_version, move_request, next_reference, touch_request
from tests.factories import draft_request, filed_request

pytestmark = pytest.mark.django_db


def a_request(status: Status) -> ProjectRequest:
    return draft_request() if status is Status.DRAFT else filed_request(status=status.value)


def move(request: ProjectRequest, target: Status, person: Person | None) -> ProjectRequest:
    extra: dict[str, Any] = {}
    if target is Status.MERGED:
        extra["survivor"] = filed_request()
    if target is Status.SEQUENCED:
        extra["after"] = [filed_request()]
    return move_request(request=request, target=target, person=person, why="Because.", **extra)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step.source}-{step.target}")
def test_each_step_is_made_by_who_may_and_refused_to_everybody_else(
    step: object, architect: Person, cio: Person, reader: Person
) -> None:
    assert hasattr(step, "actors")
    request = a_request(step.source)  # type: ignore[attr-defined]
    people = {Actor.REQUESTER: request.requester, Actor.ARCHITECT: architect, Actor.BOARD: cio, Actor.SYSTEM: None}
    target = step.target  # type: ignore[attr-defined]
    for actor, person in {**people, None: reader}.items():
        if actor not in step.actors:
            with pytest.raises(NotAllowed):
                move(request, target, person)
    assert request.transitions.exclude(target="submitted").count() == 0

    actor = sorted(step.actors)[0]
    moved = move(request, target, people[actor])

    moved.refresh_from_db()
    assert moved.state is target
    last = Transition.objects.filter(request=moved).latest("id")
    assert (last.source, last.target, last.person, last.why) == (step.source, target, people[actor], "Because.")
    assert moved.scan_mark.version == moved.version


@pytest.mark.parametrize("source", list(Status))
def test_step_that_is_not_in_the_table_is_refused(source: Status, architect: Person) -> None:
    request = a_request(source)
    for target in Status:
        if step_between(source, target) is None:
            with pytest.raises(StepNotPossible):
                move(request, target, architect)
    request.refresh_from_db()
    assert request.state is source


def test_step_without_its_reason_is_refused() -> None:
    request = filed_request()

    with pytest.raises(StepNotPossible, match="Say why"):
        move_request(request=request, target=Status.WITHDRAWN, person=request.requester, why="  ")


def test_of_two_who_step_at_once_only_one_succeeds(architect: Person) -> None:
    request = filed_request()
    seen_by_other = ProjectRequest.objects.get(pk=request.pk)
    move_request(request=request, target=Status.IN_TRIAGE, person=architect)

    with pytest.raises(StaleVersion):
        move_request(request=seen_by_other, target=Status.READY, person=architect)
    request.refresh_from_db()
    assert request.state is Status.IN_TRIAGE
    assert request.transitions.filter(target="ready").count() == 0


def test_references_count_up_within_their_year() -> None:
    assert next_reference(year=2026) == "REQ-2026-0001"
    assert next_reference(year=2026) == "REQ-2026-0002"
    assert next_reference(year=2027) == "REQ-2027-0001"


def test_claimed_version_is_given_once() -> None:
    request = filed_request()
    other = ProjectRequest.objects.get(pk=request.pk)
    claim_version(request=request)

    with pytest.raises(StaleVersion):
        claim_version(request=other)
    request.refresh_from_db()
    assert request.version == 2


def test_touched_request_is_newer_and_marked() -> None:
    request, other = filed_request(), filed_request()
    ScanMark.objects.all().delete()
    before = timezone.now()

    touch_request(request=request)

    request.refresh_from_db()
    other.refresh_from_db()
    assert (request.version, request.scan_mark.version) == (2, 2)
    assert request.updated_at >= before > other.updated_at


def test_a_request_keeps_what_it_was_put_behind_while_it_is_delivered(architect: Person, cio: Person) -> None:
    first = filed_request()
    request = filed_request(status=Status.READY.value)
    move_request(request=request, target=Status.SEQUENCED, person=cio, why="First.", after=[first])
    move_request(request=request, target=Status.IN_DELIVERY, person=architect, why="Go.")
    request.refresh_from_db()
    assert request.after == first


def test_mark_keeps_the_first_moment_and_takes_the_newest_version() -> None:
    request = filed_request()
    since = request.scan_mark.since
    request.version = 9
    mark_for_scan(request=request)

    mark = ScanMark.objects.get(request=request)
    assert (mark.version, mark.since) == (9, since)
