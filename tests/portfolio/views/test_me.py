"""Notifications and preferences."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portfolio.models import Person
from portfolio.selectors import unread_count
from portfolio.services.mail import send_due_mail
from tests.factories import NotificationFactory, filed_request

pytestmark = pytest.mark.django_db
LIST = reverse("portfolio:notification-list")
READ = reverse("portfolio:notification-read")
PREFERENCES = reverse("portfolio:preferences")


def test_each_person_reads_their_own(client_as: Any, requester: Person, outsider: Person) -> None:
    NotificationFactory.create(person=requester, text="For <Rita>")
    NotificationFactory.create(person=outsider, text="For Otto")
    page = client_as(requester).get(LIST).text

    assert "For &lt;Rita&gt;" in page
    assert "For Otto" not in page
    assert unread_count(requester) == 1


def test_what_became_confidential_is_no_longer_read(
    client_as: Any, reader: Person, architect: Person, mailoutbox: list[Any]
) -> None:
    secret = filed_request(confidential=True)
    for person in (reader, architect):
        NotificationFactory.create(person=person, request=secret, text="The merger was filed", mail_due=True)

    assert "merger" not in client_as(reader).get(LIST).text
    assert "merger" in client_as(architect).get(LIST).text
    assert (unread_count(reader), unread_count(architect)) == (0, 1)
    assert send_due_mail() == 1
    assert [mail.to for mail in mailoutbox] == [[architect.email]]


def test_opening_marks_as_read_and_goes_there(client_as: Any, requester: Person, outsider: Person) -> None:
    note = NotificationFactory.create(person=requester, url="/requests/REQ-1/")
    address = reverse("portfolio:notification-open", args=[note.pk])

    assert client_as(outsider).get(address).status_code == 404
    assert client_as(requester).get(address)["Location"] == "/requests/REQ-1/"
    assert unread_count(requester) == 0


def test_notification_leads_nowhere_outside(client_as: Any, requester: Person) -> None:
    note = NotificationFactory.create(person=requester, url="https://evil.example/")

    assert client_as(requester).get(reverse("portfolio:notification-open", args=[note.pk]))["Location"] == LIST


def test_one_or_all_are_marked_as_read(client_as: Any, requester: Person, outsider: Person) -> None:
    first, _, foreign = (NotificationFactory.create(person=who) for who in (requester, requester, outsider))
    client = client_as(requester)
    client.post(READ, {"id": first.pk})
    assert unread_count(requester) == 1
    client.post(READ, {"id": foreign.pk})
    client.post(READ, {"id": "nonsense"})
    assert (unread_count(requester), unread_count(outsider)) == (1, 1)
    client.post(READ)
    assert (unread_count(requester), unread_count(outsider)) == (0, 1)


def test_preferences_are_kept(client_as: Any, requester: Person) -> None:
    client = client_as(requester)
    assert "Keyboard shortcuts" in client.get(PREFERENCES).text
    response = client.post(PREFERENCES, {"wants_mail": "on"}, follow=True)

    requester.refresh_from_db()
    assert (requester.wants_mail, requester.shortcuts) == (True, False)
    assert "Your preferences are saved" in response.text
    assert 'data-shortcuts="off"' in response.text


def test_list_takes_the_same_queries_at_two_sizes(client_as: Any, requester: Person) -> None:
    client, counts = client_as(requester), []
    for size in (2, 30):
        NotificationFactory.create_batch(size, person=requester)
        client.get(LIST)
        with CaptureQueriesContext(connection) as counted:
            client.get(LIST)
        counts.append(len(counted))
    assert counts[0] == counts[1]


def test_methods_and_anonymous(client_as: Any, requester: Person, client: Client) -> None:
    assert client_as(requester).post(LIST).status_code == 405
    assert client_as(requester).get(READ).status_code == 405
    assert client_as(requester).delete(PREFERENCES).status_code == 405
    for address in (LIST, PREFERENCES):
        assert client.get(address).status_code == 302
    assert client.post(READ).status_code == 302
