"""Taking one request out of an item over several."""

import pytest

from board.errors import CannotDecide, NotAllowed, StaleMeeting
from board.models import AgendaItem, Meeting
from board.services.meetings.agenda import Group, add_item, drop_item
from board.services.meetings.building import build_agenda
from board.services.meetings.taking_out import take_out
from impacts.models import Family
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from portfolio.services.requests import move_request
from tests.factories import filed_request


@pytest.fixture
def quiet(db: None) -> list[ProjectRequest]:
    """Three internal requests that no customer meets."""
    return [filed_request(status=Status.READY.value, kind=ProjectRequest.Kind.INTERNAL) for _ in range(3)]


@pytest.fixture
def consent(session: Meeting, secretary: Person, quiet: list[ProjectRequest]) -> AgendaItem:
    """What the agenda builds of them, before another item."""
    build_agenda(person=secretary, meeting=session)
    add_item(person=secretary, meeting=session, request=filed_request(status=Status.READY.value))
    return AgendaItem.objects.get(meeting=session, kind=AgendaItem.Kind.CONSENT)


def held(item: AgendaItem) -> list[ProjectRequest]:
    return [row.request for row in item.members.select_related("request").order_by("position")]


def test_one_is_decided_alone_right_after_the_others(
    consent: AgendaItem, secretary: Person, quiet: list[ProjectRequest]
) -> None:
    alone = take_out(person=secretary, item=consent, request=quiet[1])
    consent.refresh_from_db()
    assert held(consent) == [quiet[0], quiet[2]]
    assert (alone.request, alone.kind, alone.position) == (quiet[1], "request", consent.position + 1)
    assert "two internal requests" in consent.question
    assert consent.why == "Two internal requests that overlap and collide with nothing."
    assert alone.why.startswith("Taken out of")


def test_what_somebody_worded_stays(consent: AgendaItem, secretary: Person, quiet: list[ProjectRequest]) -> None:
    AgendaItem.objects.filter(pk=consent.pk).update(question="Shall these go?")
    take_out(person=secretary, item=consent, request=quiet[1])
    consent.refresh_from_db()
    assert consent.question == "Shall these go?"


def test_a_second_press_does_it_once(consent: AgendaItem, secretary: Person, quiet: list[ProjectRequest]) -> None:
    alone = take_out(person=secretary, item=consent, request=quiet[0])
    assert take_out(person=secretary, item=consent, request=quiet[0]) == alone
    assert len(held(consent)) == 2


def test_building_again_leaves_it_alone(consent: AgendaItem, secretary: Person, quiet: list[ProjectRequest]) -> None:
    alone = take_out(person=secretary, item=consent, request=quiet[0])
    build_agenda(person=secretary, meeting=consent.meeting)
    alone.refresh_from_db()
    assert alone.status == AgendaItem.Status.OPEN
    assert held(consent) == quiet[1:]


def test_the_last_one_stays(consent: AgendaItem, secretary: Person, quiet: list[ProjectRequest]) -> None:
    for each in quiet[:2]:
        take_out(person=secretary, item=consent, request=each)
    consent.refresh_from_db()
    assert consent.question == "Does the board agree to one internal request that no customer meets?"
    with pytest.raises(CannotDecide):
        take_out(person=secretary, item=consent, request=quiet[2])
    assert held(consent) == [quiet[2]]


def test_a_group_of_two_asks_of_the_one_that_is_left(session: Meeting, secretary: Person) -> None:
    one, other = (filed_request(status=Status.READY.value) for _ in range(2))
    item = add_item(person=secretary, meeting=session, group=Group("Alerts", [one, other]))
    take_out(person=secretary, item=item, request=one)
    item.refresh_from_db()
    assert item.question == f"Should {other.silo.name} go ahead with “{other.title}”?"


def test_members_of_a_family_and_requests_of_other_items_are_not_taken_out(
    consent: AgendaItem, session: Meeting, secretary: Person, family: Family
) -> None:
    item = add_item(person=secretary, meeting=session, family=family)
    for where, request in ((item, family.lead), (consent, filed_request(status=Status.READY.value))):
        before = AgendaItem.objects.count()
        with pytest.raises(CannotDecide):
            take_out(person=secretary, item=where, request=request)
        assert AgendaItem.objects.count() == before


def test_what_was_withdrawn_meanwhile_stays_where_it_is(
    consent: AgendaItem, secretary: Person, quiet: list[ProjectRequest]
) -> None:
    move_request(request=quiet[0], target=Status.WITHDRAWN, person=quiet[0].requester, why="Not needed.")
    with pytest.raises(CannotDecide):
        take_out(person=secretary, item=consent, request=quiet[0])
    assert held(consent) == quiet


def test_who_does_not_run_the_meeting_and_who_comes_late_take_nothing_out(
    consent: AgendaItem, secretary: Person, board_member: Person, quiet: list[ProjectRequest]
) -> None:
    with pytest.raises(NotAllowed):
        take_out(person=board_member, item=consent, request=quiet[0])
    drop_item(person=secretary, item=consent, reason="Later.")
    with pytest.raises(StaleMeeting):
        take_out(person=secretary, item=consent, request=quiet[0])
