"""What is the board's own on an agenda: put on, moved, dealt with in words, taken up again, carried over."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from board.errors import CannotDecide, MeetingNotOpen, NotAllowed, StaleMeeting
from board.models import AgendaItem, Decision, Meeting
from board.selectors.decisions.chain import verify_chain
from board.selectors.meetings.meetings import agenda_lines
from board.selectors.meetings.proposals import propose
from board.services.meetings.agenda import drop_item, move_item, restore_item, reword_item
from board.services.meetings.building import pin_item
from board.services.meetings.meetings import cancel_meeting, close_meeting, plan_meeting
from board.services.meetings.own_items import add_own_item, close_own_item, reopen_own_item
from portfolio.models import Person


@pytest.fixture
def budget(meeting: Meeting, secretary: Person) -> AgendaItem:
    return add_own_item(person=secretary, meeting=meeting, title="Budget for next year", note="Ten per cent less.")


def dealt(item: AgendaItem, person: Person, words: str = "Agreed.") -> AgendaItem:
    version = AgendaItem.objects.get(pk=item.pk).version
    return close_own_item(person=person, item=item, expected=version, outcome=words)


def test_it_stands_on_the_agenda_with_its_time_and_nothing_to_decide(budget: AgendaItem, meeting: Meeting) -> None:
    (line,) = agenda_lines(meeting)
    assert (line.subject, line.blocked, line.is_open, line.item.note) == (
        "The board’s own", False, True, "Ten per cent less."
    )  # fmt: skip


def test_whoever_does_not_run_the_meeting_adds_none(meeting: Meeting, architect: Person, reader: Person) -> None:
    for person in (architect, reader):
        with pytest.raises(NotAllowed):
            add_own_item(person=person, meeting=meeting, title="Budget")
    assert not AgendaItem.objects.exists()


def test_one_without_a_title_says_what_is_missing_and_a_second_press_adds_none(
    budget: AgendaItem, meeting: Meeting, secretary: Person
) -> None:
    with pytest.raises(CannotDecide, match="a title"):
        add_own_item(person=secretary, meeting=meeting, title="  ")
    assert add_own_item(person=secretary, meeting=meeting, title="Budget for next year") == budget
    assert AgendaItem.objects.count() == 1


def test_it_is_moved_worded_pinned_dropped_and_restored_as_it_was(
    budget: AgendaItem, meeting: Meeting, secretary: Person
) -> None:
    last = add_own_item(person=secretary, meeting=meeting, title="Minutes of the last meeting", minutes=5)
    assert [each.pk for each in move_item(person=secretary, item=last, to=1)] == [last.pk, budget.pk]
    reword_item(person=secretary, item=budget, expected=1, question="The budget", minutes=20, note="Five per cent.")
    pin_item(person=secretary, item=budget, pinned=True)
    drop_item(person=secretary, item=budget, reason="Not yet.")
    back = restore_item(person=secretary, item=budget)
    assert (back.pk, back.question, back.note, back.minutes, back.status) == (
        budget.pk, "The budget", "Five per cent.", 20, "open"
    )  # fmt: skip
    assert [line.item for line in agenda_lines(meeting)] == [last, back]
    assert not AgendaItem.objects.filter(status=AgendaItem.Status.DROPPED).exists()


def test_building_the_agenda_keeps_it_with_its_minutes(budget: AgendaItem, meeting: Meeting) -> None:
    proposal = propose(meeting)
    assert [(line.item, line.minutes, line.kept) for line in proposal.lines] == [(budget, 10, "the board’s own")]
    assert not proposal.giving_way
    assert not proposal.problems


def test_it_is_dealt_with_in_words_and_without_a_decision(
    budget: AgendaItem, session: Meeting, secretary: Person
) -> None:
    done = dealt(budget, secretary, "The CIO asks for a second draft.")
    assert (done.status, done.resolved, done.closed_by) == ("decided", "The CIO asks for a second draft.", secretary)
    assert agenda_lines(session)[0].is_done
    assert not Decision.objects.exists()
    assert not verify_chain().faults, "nothing is missing from the chain of decisions"


def test_the_same_words_sent_twice_close_it_once_and_others_are_told_what_was_written(
    budget: AgendaItem, session: Meeting, secretary: Person, cio: Person
) -> None:
    dealt(budget, secretary)
    version = AgendaItem.objects.get(pk=budget.pk).version
    again = close_own_item(person=secretary, item=budget, expected=1, outcome="Agreed.")
    assert again.version == version
    with pytest.raises(StaleMeeting, match="wrote down meanwhile: “Agreed"):
        close_own_item(person=cio, item=budget, expected=1, outcome="Not agreed.")
    assert AgendaItem.objects.get(pk=budget.pk).outcome == "Agreed."


def test_it_is_not_closed_before_the_meeting_nor_without_words_nor_by_others(
    budget: AgendaItem, meeting: Meeting, secretary: Person, architect: Person
) -> None:
    with pytest.raises(MeetingNotOpen):
        dealt(budget, secretary)
    Meeting.objects.filter(pk=meeting.pk).update(status=Meeting.Status.IN_SESSION)
    with pytest.raises(CannotDecide, match="Noted"):
        dealt(budget, secretary, " ")
    with pytest.raises(NotAllowed):
        dealt(budget, architect)


def test_nothing_is_decided_over_it(budget: AgendaItem, session: Meeting, decide: Callable[..., Decision]) -> None:
    with pytest.raises(CannotDecide, match="nothing to approve"):
        decide(budget)


def test_taken_up_again_it_keeps_the_words(budget: AgendaItem, session: Meeting, secretary: Person) -> None:
    dealt(budget, secretary)
    again = reopen_own_item(person=secretary, item=budget)
    assert (again.status, again.outcome, again.resolved, again.closed_by) == ("open", "Agreed.", "", None)
    with pytest.raises(StaleMeeting):
        reopen_own_item(person=secretary, item=budget)


@pytest.mark.parametrize("ends", ["closed", "cancelled"])
def test_what_the_meeting_did_not_come_to_goes_on_the_next_one_once(
    budget: AgendaItem, meeting: Meeting, secretary: Person, ends: str
) -> None:
    following = plan_meeting(person=secretary, starts_at=timezone.now() + timedelta(days=28), secretary=secretary)
    other = add_own_item(person=secretary, meeting=meeting, title="Minutes of the last meeting")
    if ends == "closed":
        Meeting.objects.filter(pk=meeting.pk).update(status=Meeting.Status.IN_SESSION)
        dealt(other, secretary)
        close_meeting(person=secretary, meeting=meeting)
        close_meeting(person=secretary, meeting=meeting)
    else:
        drop_item(person=secretary, item=other, reason="Done by mail.")
        cancel_meeting(person=secretary, meeting=meeting, expected=meeting.version, because="Nobody can come.")
    (line,) = agenda_lines(following)
    assert (line.item.question, line.item.note) == ("Budget for next year", "Ten per cent less.")
    assert line.item.why == f"Left open on {meeting.day_words}."
