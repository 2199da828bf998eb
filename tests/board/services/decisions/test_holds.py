"""Holds that ran out bring their requests back by themselves."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from board.models import AgendaItem, Decision, Hold, Meeting
from board.services.decisions.holds import return_expired_holds
from board.services.decisions.rulings import NewHold
from board.services.meetings.agenda import add_item
from board.tasks import return_expired_holds_task
from impacts.models import Family
from portfolio.lifecycle import Status
from portfolio.models import Notification, Person, ProjectRequest, Transition
from portfolio.services.requests import move_request
from tests.board.conftest import members
from tests.factories import PersonFactory, filed_request

Decide = Callable[..., Decision]


def held(item: AgendaItem, decide: Decide, days: int = 7) -> Hold:
    day = timezone.localdate() + timedelta(days=days)
    return decide(item, "hold", hold=NewHold(PersonFactory.create(), "Who is master?", day)).hold


def test_nothing_returns_before_its_day(item: AgendaItem, ready: ProjectRequest, decide: Decide) -> None:
    held(item, decide)
    assert return_expired_holds() == 0
    assert ProjectRequest.objects.get(pk=ready.pk).status == "on_hold"


def test_all_requests_return_on_the_day_and_people_are_told(
    family_item: AgendaItem, family: Family, secretary: Person, decide: Decide
) -> None:
    hold = held(family_item, decide)
    assert return_expired_holds(today=hold.expires_on) == 1
    assert {request.status for request in members(family)} == {"ready"}
    hold.refresh_from_db()
    assert hold.released_at is not None
    for person in (hold.owner, secretary, family.lead.requester):
        assert Notification.objects.filter(person=person, request=family.lead, key__startswith="hold-ended").exists()
    step = Transition.objects.get(request=family.lead, source="on_hold", target="ready")
    assert step.person is None
    assert "Who is master?" in step.why


def test_running_twice_returns_once(item: AgendaItem, decide: Decide) -> None:
    hold = held(item, decide)
    assert return_expired_holds(today=hold.expires_on) == 1
    told = Notification.objects.count()
    assert return_expired_holds(today=hold.expires_on) == 0
    assert Notification.objects.count() == told


def test_request_brought_back_by_hand_stays_where_it_is(
    item: AgendaItem, ready: ProjectRequest, architect: Person, decide: Decide
) -> None:
    hold = held(item, decide)
    ready.refresh_from_db()
    move_request(request=ready, target=Status.READY, person=architect, why="It is answered.")
    assert return_expired_holds(today=hold.expires_on) == 1
    assert Transition.objects.filter(request=ready, target="ready", source="on_hold").count() == 1


def test_task_runs_the_service(item: AgendaItem, decide: Decide) -> None:
    hold = held(item, decide)
    Hold.objects.filter(pk=hold.pk).update(expires_on=timezone.localdate())
    assert return_expired_holds_task() == 1


def test_one_that_cannot_return_does_not_keep_the_others(session: Meeting, secretary: Person, decide: Decide) -> None:
    broken, whole = (filed_request(status=Status.READY.value) for _ in range(2))
    for request in (broken, whole):
        held(add_item(person=secretary, meeting=session, request=request), decide)
    ProjectRequest.objects.filter(pk=broken.pk).update(kind="no such kind")
    assert return_expired_holds(today=timezone.localdate() + timedelta(days=8)) == 1
    assert ProjectRequest.objects.get(pk=whole.pk).status == "ready"
    assert ProjectRequest.objects.get(pk=broken.pk).status == "on_hold"
