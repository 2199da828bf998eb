"""Corrections to the minutes of a closed meeting: beside what was written, by who may, once, told to who was there."""

from collections.abc import Callable

import pytest

from board.errors import CannotDecide, MeetingNotOpen, NotAllowed
from board.models import AgendaItem, Attendance, Decision, Meeting, MinutesCorrection
from board.services.meetings.meetings import close_meeting
from board.services.papers.corrections import correct_minutes
from portfolio.models import Notification, Person
from tests.factories import AgendaItemFactory

Decide = Callable[..., Decision]


@pytest.fixture
def closed(item: AgendaItem, session: Meeting, secretary: Person, cio: Person, decide: Decide) -> Meeting:
    decide(item)
    Attendance.objects.update_or_create(meeting=session, person=cio, defaults={"present": True})
    return close_meeting(person=secretary, meeting=session)


def test_a_correction_stands_beside_what_was_written(closed: Meeting, item: AgendaItem, secretary: Person) -> None:
    made = correct_minutes(person=secretary, meeting=closed, item=item, text=" Ruth was there. ", submission="a")
    assert (made.text, made.person, made.item) == ("Ruth was there.", secretary, item)
    with pytest.raises(RuntimeError, match="never changed"):
        made.save()
    with pytest.raises(RuntimeError, match="not updated"):
        MinutesCorrection.objects.update(text="She was not.")


def test_the_same_form_corrects_once(closed: Meeting, secretary: Person) -> None:
    first = correct_minutes(person=secretary, meeting=closed, text="It began at nine.", submission="a")
    again = correct_minutes(person=secretary, meeting=closed, text="It began at nine.", submission="a")
    assert first == again
    assert MinutesCorrection.objects.count() == 1


def test_a_form_that_corrected_one_thing_does_not_pretend_to_correct_another(
    closed: Meeting, secretary: Person
) -> None:
    correct_minutes(person=secretary, meeting=closed, text="It began at nine.", submission="a")
    with pytest.raises(CannotDecide, match="Nothing was added"):
        correct_minutes(person=secretary, meeting=closed, text="It ended at ten.", submission="a")


def test_who_was_there_is_told_once_and_without_its_words(closed: Meeting, secretary: Person, cio: Person) -> None:
    Notification.objects.all().delete()
    correct_minutes(person=secretary, meeting=closed, text="The secret merger was named.", submission="a")
    (note,) = Notification.objects.filter(person=cio)
    assert "corrected the minutes" in note.text
    assert "merger" not in note.text
    assert not Notification.objects.filter(person=secretary).exists()


def test_only_who_runs_the_meeting_corrects_and_only_once_it_is_closed(
    session: Meeting, secretary: Person, architect: Person, reader: Person
) -> None:
    with pytest.raises(MeetingNotOpen):
        correct_minutes(person=secretary, meeting=session, text="Early.", submission="a")
    close_meeting(person=secretary, meeting=session)
    for person in (architect, reader):
        with pytest.raises(NotAllowed):
            correct_minutes(person=person, meeting=session, text="Mine.", submission="b")
    assert not MinutesCorrection.objects.exists()


def test_words_and_an_item_of_this_meeting_are_needed(closed: Meeting, secretary: Person) -> None:
    with pytest.raises(CannotDecide, match="should say"):
        correct_minutes(person=secretary, meeting=closed, text="  ", submission="a")
    with pytest.raises(CannotDecide, match="another meeting"):
        correct_minutes(person=secretary, meeting=closed, item=AgendaItemFactory.create(), text="It.", submission="a")
