"""What a request needs of others: looked for, added with its why, and never told of what is confidential."""

from typing import Any

import pytest
from django.urls import reverse

from portfolio.models import Person, ProjectRequest, Silo
from tests.factories import NeedFactory, draft_request, filed_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(requester: Person, cards: Silo) -> ProjectRequest:
    return draft_request(requester=requester, silo=cards, title="Call back", problem="They wait", proposal="")


def url(request: ProjectRequest, step: str) -> str:
    return reverse("portfolio:request-step", args=[request.reference, step])


def test_a_reference_that_no_database_can_hold_is_no_request(client_as: Any, draft: ProjectRequest) -> None:
    response = client_as(draft.requester).post(url(draft, "when"), {"add_need": "\0"})
    assert "does not exist" in response.content.decode()


def test_needed_request_is_found_and_added_with_its_why(client_as: Any, draft: ProjectRequest) -> None:
    client = client_as(draft.requester)
    other = filed_request(title="One notification centre")
    filed_request(title="Secret notification plan", confidential=True)
    found = client.post(url(draft, "when"), {"find_need": "1", "need-find": "notification", "need-why": "Carries ours"})
    page = client.get(found["Location"])
    assert other.reference in page.text
    assert "Carries ours" in page.text
    assert "Secret" not in page.text

    client.post(url(draft, "when"), {"add_need": other.reference, "need-why": "Carries ours"})
    assert [(row.needs, row.why) for row in draft.needs.all()] == [(other, "Carries ours")]


def test_hidden_request_cannot_be_added_and_is_not_named(client_as: Any, draft: ProjectRequest) -> None:
    hidden = filed_request(title="Secret plan", confidential=True)
    response = client_as(draft.requester).post(url(draft, "when"), {"add_need": hidden.reference})
    assert response.status_code == 422
    assert "Secret plan" not in response.text
    assert not draft.needs.exists()

    NeedFactory.create(request=draft, needs=hidden)
    page = client_as(draft.requester).get(url(draft, "when"))
    assert "A confidential request" in page.text
    assert hidden.reference not in page.text
