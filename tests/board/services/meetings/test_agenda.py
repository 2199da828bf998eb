"""Building an agenda."""

import pytest
from django.core.exceptions import ValidationError

from board.errors import CannotDecide, MeetingNotOpen, NotAllowed, StaleMeeting
from board.models import AgendaItem, Meeting
from board.services.meetings.agenda import add_item, advise, drop_item, move_item, restore_item, reword_item
from board.services.meetings.meetings import close_meeting
from impacts.models import Family
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from tests.factories import filed_request


def agenda(meeting: Meeting) -> list[AgendaItem]:
    rows = AgendaItem.objects.filter(meeting=meeting).exclude(status=AgendaItem.Status.DROPPED)
    return list(rows.order_by("position", "id"))


def five(meeting: Meeting, person: Person) -> list[AgendaItem]:
    requests = [filed_request(status=Status.READY.value) for _ in range(5)]
    return [add_item(person=person, meeting=meeting, request=request) for request in requests]


def test_items_are_added_at_the_end_with_a_question(meeting: Meeting, secretary: Person, ready: ProjectRequest) -> None:
    item = add_item(person=secretary, meeting=meeting, request=ready)
    assert ready.title in item.question
    assert item.question.endswith("?")
    other = add_item(person=secretary, meeting=meeting, request=filed_request())
    assert (item.position, other.position) == (1, 2)


def test_adding_twice_keeps_one(meeting: Meeting, secretary: Person, ready: ProjectRequest) -> None:
    first = add_item(person=secretary, meeting=meeting, request=ready)
    assert add_item(person=secretary, meeting=meeting, request=ready) == first
    assert len(agenda(meeting)) == 1


def test_long_titles_make_a_question_that_fits(meeting: Meeting, secretary: Person) -> None:
    request = filed_request(status=Status.READY.value, title="x" * 300)
    assert len(add_item(person=secretary, meeting=meeting, request=request).question) <= 300


def test_family_question_names_departments_and_lead(meeting: Meeting, secretary: Person, family: Family) -> None:
    item = add_item(person=secretary, meeting=meeting, family=family)
    assert "3 departments" in item.question
    assert family.lead.silo.name in item.question


@pytest.mark.parametrize("status", [Status.DRAFT, Status.WITHDRAWN, Status.APPROVED, Status.MERGED])
def test_what_cannot_be_decided_cannot_be_added(
    meeting: Meeting, secretary: Person, status: Status, architect: Person
) -> None:
    from tests.factories import ProjectRequestFactory

    request = ProjectRequestFactory.create(status=status.value, silo=filed_request().silo)
    with pytest.raises((CannotDecide, NotAllowed)):
        add_item(person=secretary, meeting=meeting, request=request)


def test_architect_may_propose_others_not(
    meeting: Meeting, architect: Person, board_member: Person, outsider: Person, ready: ProjectRequest
) -> None:
    for person in (board_member, outsider):
        with pytest.raises(NotAllowed):
            add_item(person=person, meeting=meeting, request=ready)
    assert add_item(person=architect, meeting=meeting, request=ready).pk


@pytest.mark.parametrize(("who", "to", "order"), [(4, 1, "41235"), (1, 5, "23451"), (2, 99, "13452"), (3, 0, "31245")])
def test_moving_puts_the_item_at_its_place(meeting: Meeting, secretary: Person, who: int, to: int, order: str) -> None:
    items = five(meeting, secretary)
    numbers = {item.pk: str(number) for number, item in enumerate(items, start=1)}
    expected = {"41235": "41235"}.get(order, order)
    move_item(person=secretary, item=items[who - 1], to=to)
    assert "".join(numbers[item.pk] for item in agenda(meeting)) == expected
    assert [item.position for item in agenda(meeting)] == [1, 2, 3, 4, 5]


def test_dropping_needs_a_reason_and_can_be_undone(meeting: Meeting, secretary: Person, architect: Person) -> None:
    item = five(meeting, secretary)[0]
    advise(person=architect, item=item, expected=item.version, advice="Go.")
    with pytest.raises(CannotDecide):
        drop_item(person=secretary, item=item, reason=" ")
    dropped = drop_item(person=secretary, item=item, reason="Its sponsor is away.")
    assert dropped.dropped_because == "Its sponsor is away."
    assert len(agenda(meeting)) == 4
    with pytest.raises(StaleMeeting):
        drop_item(person=secretary, item=item, reason="Again.")
    back = restore_item(person=secretary, item=dropped)
    assert (back.request, back.question, back.advice) == (item.request, item.question, "Go.")
    assert agenda(meeting)[-1] == back
    assert not meeting.items.filter(status=AgendaItem.Status.DROPPED).exists(), "it no longer stands as taken off"


def test_two_who_word_an_item_do_not_overwrite_each_other(meeting: Meeting, secretary: Person) -> None:
    item = five(meeting, secretary)[0]
    reword_item(person=secretary, item=item, expected=1, question="Shall we?", minutes=8)
    stale = AgendaItem.objects.get(pk=item.pk)
    with pytest.raises(StaleMeeting):
        reword_item(person=secretary, item=stale, expected=1, question="Or not?", minutes=3)
    assert AgendaItem.objects.get(pk=item.pk).question == "Shall we?"


def test_advice_is_an_architects(meeting: Meeting, secretary: Person, architect: Person) -> None:
    item = five(meeting, secretary)[0]
    with pytest.raises(NotAllowed):
        advise(person=secretary, item=item, expected=1, advice="Go.")
    advised = advise(person=architect, item=item, expected=1, advice="Go together.")
    assert (advised.advice, advised.advised_by) == ("Go together.", architect)


def test_an_empty_question_is_refused(meeting: Meeting, secretary: Person) -> None:
    item = five(meeting, secretary)[0]
    with pytest.raises(ValidationError):
        reword_item(person=secretary, item=item, expected=1, question=" ", minutes=5)


def test_closed_agenda_does_not_change(session: Meeting, secretary: Person, ready: ProjectRequest) -> None:
    item = five(session, secretary)[0]
    close_meeting(person=secretary, meeting=session)
    session.refresh_from_db()
    item = AgendaItem.objects.get(pk=item.pk)
    with pytest.raises(MeetingNotOpen):
        move_item(person=secretary, item=item, to=3)
    with pytest.raises((MeetingNotOpen, NotAllowed)):
        add_item(person=secretary, meeting=session, request=ready)
