"""An agenda of many items stands on pages; numbers, times and moves are those of the whole agenda."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from board.models import AgendaItem, Meeting
from board.selectors.meetings.meetings import agenda_page
from board.services.meetings.agenda import add_item
from portfolio.lifecycle import Status
from portfolio.models import Person
from tests.factories import filed_request

ClientAs = Callable[[Person], Client]


@pytest.fixture
def long(meeting: Meeting) -> list[AgendaItem]:
    """205 items of 5 minutes."""
    made = AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, position=n, kind="group", title="Both", question=f"Should it go, {n}?")
        for n in range(1, 206)
    )
    return sorted(made, key=lambda item: item.position)


def test_a_page_goes_on_where_the_one_before_it_ends(meeting: Meeting, long: list[AgendaItem]) -> None:
    last = agenda_page(meeting, 3)
    assert [line.number for line in last.lines] == [201, 202, 203, 204, 205]
    assert last.lines[0].starts_at == meeting.starts_at + timedelta(minutes=200 * long[0].minutes)
    assert last.minutes == 205 * long[0].minutes
    assert agenda_page(meeting, "none").lines[0].item == long[0]


def test_the_page_of_a_long_agenda_costs_no_more_than_one_page(
    client_as: ClientAs, secretary: Person, meeting: Meeting, long: list[AgendaItem]
) -> None:
    client, url = client_as(secretary), meeting.get_absolute_url()
    client.get(url)
    with CaptureQueriesContext(connection) as counted:
        page = client.get(url, {"page": "2"}).content.decode()
    assert page.count('class="agenda-line') == 100
    assert len(counted) <= 40
    assert f"The agenda takes {205 * long[0].minutes} minutes" in page


def test_what_is_moved_to_another_page_is_shown_there(
    client_as: ClientAs, secretary: Person, meeting: Meeting, long: list[AgendaItem]
) -> None:
    answer = client_as(secretary).post(reverse("board:item-move", args=[long[0].pk]), {"to": "203"})
    assert answer["Location"] == f"{meeting.get_absolute_url()}?page=3#item-{long[0].pk}"
    assert agenda_page(meeting, 3).lines[2].item == long[0]


def test_a_place_that_is_none_is_said_on_the_page_of_the_item(
    client_as: ClientAs, secretary: Person, long: list[AgendaItem]
) -> None:
    answer = client_as(secretary).post(reverse("board:item-move", args=[long[150].pk]), {"to": "0"})
    assert answer.status_code == 422
    assert f'id="to-{long[150].pk}-error"' in answer.content.decode()


def test_who_stands_aside_is_listed_page_by_page(
    client_as: ClientAs, secretary: Person, meeting: Meeting, long: list[AgendaItem]
) -> None:
    url = reverse("board:meeting-people", args=[meeting.pk])
    page = client_as(secretary).get(url, {"page": "3"}).content.decode()
    assert page.count('<li id="aside-') == 5
    assert f'id="aside-{long[200].pk}"' in page


def test_what_is_refused_over_an_item_is_said_on_its_page(
    client_as: ClientAs, secretary: Person, long: list[AgendaItem]
) -> None:
    answer = client_as(secretary).post(reverse("board:item-aside", args=[long[150].pk]), {"because": ""})
    assert answer.status_code == 422
    assert f'id="aside-{long[150].pk}"' in answer.content.decode()


def test_an_agenda_that_does_not_fit_is_not_called_as_proposed(
    client_as: ClientAs, secretary: Person, meeting: Meeting, long: list[AgendaItem]
) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(minutes=10)
    item = long[0]
    AgendaItem.objects.exclude(pk=item.pk).delete()
    AgendaItem.objects.filter(pk=item.pk).update(
        kind="request", title="", request=filed_request(status=Status.READY.value), minutes=15, pinned=True
    )
    page = client_as(secretary).get(reverse("board:meeting-build", args=[meeting.pk])).content.decode()
    assert "One item would take 15 minutes, 5 more than there are" in page


def test_an_empty_agenda_asks_to_be_built_first(client_as: ClientAs, secretary: Person, meeting: Meeting) -> None:
    client, build = client_as(secretary), reverse("board:meeting-build", args=[meeting.pk])
    first = f'<a class="btn primary" href="{build}">'
    assert first in client.get(meeting.get_absolute_url()).content.decode()
    add_item(person=secretary, meeting=meeting, request=filed_request(status=Status.READY.value))
    assert first not in client.get(meeting.get_absolute_url()).content.decode()
