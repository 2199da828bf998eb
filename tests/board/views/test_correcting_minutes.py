"""The page on which the minutes of a closed meeting are corrected."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from board.models import AgendaItem, Meeting, MinutesCorrection
from board.services.meetings.meetings import close_meeting
from board.services.papers.corrections import correct_minutes
from portfolio.models import Person

ClientAs = Callable[[Person], Client]


def page_of(meeting: Meeting) -> str:
    return reverse("board:meeting-minutes", args=[meeting.pk])


def url(meeting: Meeting) -> str:
    return reverse("board:minutes-correct", args=[meeting.pk])


@pytest.fixture
def closed(item: AgendaItem, session: Meeting, secretary: Person) -> Meeting:
    return close_meeting(person=secretary, meeting=session)


def test_a_correction_is_added_and_read_by_everybody(
    client_as: ClientAs, closed: Meeting, item: AgendaItem, secretary: Person, reader: Person
) -> None:
    client = client_as(secretary)
    assert "Add the correction" in client.get(page_of(closed)).content.decode()
    data = {"item": item.pk, "text": "Ruth <b>voted</b> too.", "submission": "a"}
    for _ in range(2):
        assert client.post(url(closed), data).headers["Location"] == f"{page_of(closed)}#corrections"
    assert MinutesCorrection.objects.count() == 1
    page = client_as(reader).get(page_of(closed)).content.decode()
    assert page.count("Ruth &lt;b&gt;voted&lt;/b&gt; too.") == 2, "above the items, and at its own"
    assert "1 correction since" in page
    assert "Add the correction" not in page
    html = client_as(reader).get(reverse("board:meeting-minutes-file", args=[closed.pk, "html"])).content.decode()
    assert "Ruth &lt;b&gt;voted&lt;/b&gt; too." in html


def test_what_was_typed_stays_where_it_is_refused(client_as: ClientAs, closed: Meeting, secretary: Person) -> None:
    answer = client_as(secretary).post(url(closed), {"item": 987654, "text": "Ruth voted too.", "submission": "a"})
    assert answer.status_code == 422
    assert "Ruth voted too." in answer.content.decode()
    assert client_as(secretary).post(url(closed), {"text": "x" * 2001, "submission": "a"}).status_code == 422
    assert client_as(secretary).post(url(closed), {"text": " ", "submission": "a"}).status_code == 422
    assert not MinutesCorrection.objects.exists()


def test_minutes_that_are_not_closed_are_not_corrected(
    client_as: ClientAs, session: Meeting, secretary: Person
) -> None:
    answer = client_as(secretary).post(url(session), {"text": "Early.", "submission": "a"})
    assert answer.status_code == 409
    assert "write in its notes" in answer.content.decode()


def test_others_and_other_methods_are_refused(
    client_as: ClientAs, client: Client, closed: Meeting, secretary: Person, architect: Person, reader: Person
) -> None:
    for person in (architect, reader):
        assert client_as(person).post(url(closed), {"text": "Mine.", "submission": "a"}).status_code == 403
    assert client_as(secretary).get(url(closed)).status_code == 405
    assert client.post(url(closed), {"text": "Mine.", "submission": "a"}).status_code == 302
    assert not MinutesCorrection.objects.exists()


def test_the_page_asks_as_often_with_many_corrections(
    client_as: ClientAs,
    closed: Meeting,
    item: AgendaItem,
    secretary: Person,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = client_as(secretary)
    correct_minutes(person=secretary, meeting=closed, item=item, text="One.", submission="one")
    with django_assert_max_num_queries(100) as few:
        client.get(page_of(closed))
    for number in range(10):
        correct_minutes(person=secretary, meeting=closed, item=item, text=f"{number}", submission=f"{number}")
    with django_assert_max_num_queries(len(few)):
        client.get(page_of(closed))
