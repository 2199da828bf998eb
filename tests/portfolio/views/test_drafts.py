"""The list of drafts, throwing away and bringing back."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portfolio.models import Person, Silo
from tests.factories import draft_request, filed_request

pytestmark = pytest.mark.django_db
URL = reverse("portfolio:draft-list")


def act(what: str, reference: str) -> str:
    return reverse(f"portfolio:request-{what}", args=[reference])


def test_own_department_sees_its_drafts_and_nobody_else(
    client_as: Any, requester: Person, colleague: Person, outsider: Person, architect: Person, cards: Silo
) -> None:
    draft_request(requester=requester, silo=cards, title="Half a thought")
    for person, sees in ((requester, True), (colleague, True), (outsider, False), (architect, False)):
        assert ("Half a thought" in client_as(person).get(URL).text) is sees


def test_throwing_away_offers_undo_and_bringing_back(client_as: Any, requester: Person, cards: Silo) -> None:
    draft, client = draft_request(requester=requester, silo=cards, title="Half a thought"), client_as(requester)
    page = client.post(act("discard", draft.reference), follow=True).text
    assert f'action="{act("restore", draft.reference)}"' in page
    assert "Undo" in page
    assert client.get(draft.get_absolute_url()).status_code == 404

    response = client.post(act("restore", draft.reference))

    draft.refresh_from_db()
    assert draft.discarded_at is None
    assert response["Location"].endswith("/file/what/")


def test_trash_holds_thirty_days(client_as: Any, requester: Person, cards: Silo) -> None:
    old = draft_request(
        requester=requester, silo=cards, title="Long gone", discarded_at=timezone.now() - timedelta(days=31)
    )
    client = client_as(requester)

    assert "Long gone" not in client.get(URL).text
    assert client.post(act("restore", old.reference)).status_code == 404


def test_filed_request_is_not_thrown_away(client_as: Any, requester: Person, cards: Silo) -> None:
    request = filed_request(requester=requester, silo=cards)
    page = client_as(requester).post(act("discard", request.reference), follow=True).text

    request.refresh_from_db()
    assert "It can be withdrawn, not thrown away" in page
    assert request.discarded_at is None


def test_sponsor_does_not_throw_it_away(client_as: Any, reader: Person) -> None:
    assert client_as(reader).post(act("discard", draft_request(sponsor=reader).reference)).status_code == 403


def test_others_methods_and_anonymous(client_as: Any, outsider: Person, requester: Person, client: Client) -> None:
    draft = draft_request()
    gone = draft_request(discarded_at=timezone.now())
    assert client_as(outsider).post(act("discard", draft.reference)).status_code == 404
    assert client_as(outsider).post(act("restore", gone.reference)).status_code == 404
    assert client_as(outsider).get(act("discard", draft.reference)).status_code == 405
    assert client_as(outsider).post(URL).status_code == 405
    assert client.get(URL).status_code == 302


def test_list_takes_the_same_queries_at_two_sizes(client_as: Any, requester: Person, cards: Silo) -> None:
    client, counts = client_as(requester), []
    for size in (2, 20):
        for _ in range(size):
            draft_request(requester=requester, silo=cards)
            draft_request(silo=cards, discarded_at=timezone.now())
        client.get(URL)
        with CaptureQueriesContext(connection) as counted:
            client.get(URL)
        counts.append(len(counted))
    assert counts[0] == counts[1]
