"""Which meeting is next: one whose day passed without the board meeting takes nothing from the one to come."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from board.models import Meeting
from board.selectors.meetings.backlog import backlog
from board.selectors.meetings.meetings import next_meeting
from board.services.meetings.agenda import add_item
from board.services.meetings.meetings import plan_meeting
from portfolio.lifecycle import Status
from portfolio.models import Person
from tests.factories import ObjectionFactory, filed_request

ClientAs = Callable[[Person], Client]


@pytest.fixture
def missed(secretary: Person) -> Meeting:
    """A meeting that was planned for a day that is past, and never held."""
    return plan_meeting(person=secretary, starts_at=timezone.now() - timedelta(days=300), title="Slip of the year")


@pytest.fixture
def coming(missed: Meeting, secretary: Person) -> Meeting:
    """The meeting of the next week."""
    return plan_meeting(person=secretary, starts_at=timezone.now() + timedelta(days=7), title="To come")


def test_the_next_meeting_is_one_from_today_on(coming: Meeting) -> None:
    assert next_meeting() == next_meeting(planned=True) == backlog().meeting == coming


def test_one_in_session_is_next_whatever_its_day(missed: Meeting, coming: Meeting) -> None:
    Meeting.objects.filter(pk=missed.pk).update(status=Meeting.Status.IN_SESSION)
    assert next_meeting() == missed
    assert next_meeting(planned=True) == coming


def test_an_objection_that_waits_comes_to_the_meeting_to_come(missed: Meeting, secretary: Person) -> None:
    Meeting.objects.filter(pk=missed.pk).update(status=Meeting.Status.CANCELLED)
    ObjectionFactory.create(request=filed_request(status=Status.READY.value))
    Meeting.objects.filter(pk=missed.pk).update(status=Meeting.Status.PLANNED)
    coming = plan_meeting(person=secretary, starts_at=timezone.now() + timedelta(days=7), title="To come")
    assert coming.items.count() == 1
    assert not missed.items.exists()


def test_the_list_names_the_next_and_says_whose_day_is_past(
    client_as: ClientAs, secretary: Person, coming: Meeting
) -> None:
    page = client_as(secretary).get(reverse("board:meeting-list")).content.decode()
    assert f"The board meets next on {coming.day_words}" in page
    assert page.count("Its day is past") == 1


def test_who_plans_for_a_day_that_is_past_is_told(client_as: ClientAs, secretary: Person) -> None:
    fields = {"title": "Board", "starts_at": "2020-01-10T10:00", "minutes": "90", "version": "1"}
    page = client_as(secretary).post(reverse("board:meeting-new"), fields, follow=True).content.decode()
    assert "for a day that is past" in page


def test_the_navigation_counts_what_the_next_meeting_has_to_decide(
    client_as: ClientAs, secretary: Person, coming: Meeting
) -> None:
    add_item(person=secretary, meeting=coming, request=filed_request(status=Status.READY.value))
    nav = client_as(secretary).get(reverse("board:meeting-list")).context["nav"]
    assert next(each["count"] for each in nav if each["label"] == "Board") == 1
