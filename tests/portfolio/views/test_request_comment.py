"""The discussion and following, from the page."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portfolio.models import Notification, Person, ProjectRequest, Silo
from tests.factories import filed_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_obj(requester: Person, cards: Silo) -> ProjectRequest:
    return filed_request(requester=requester, silo=cards)


def url(request: ProjectRequest, what: str = "comment") -> str:
    return reverse(f"portfolio:request-{what}", args=[request.reference])


def test_comment_stands_on_the_page_and_is_told(
    client_as: Any, outsider: Person, requester: Person, request_obj: ProjectRequest
) -> None:
    response = client_as(outsider).post(url(request_obj), {"text": "<script>x</script>\nTwo lines 😀"}, follow=True)

    assert "&lt;script&gt;x&lt;/script&gt;" in response.text
    assert "head of Retail" in response.text
    assert Notification.objects.filter(person=requester).exists()


@pytest.mark.parametrize(("text", "error"), [("  ", "Write something first"), ("y" * 5001, "at most 5000")])
def test_comment_that_cannot_be_kept_is_shown_again(
    client_as: Any, outsider: Person, request_obj: ProjectRequest, text: str, error: str
) -> None:
    response = client_as(outsider).post(url(request_obj), {"text": text})

    assert response.status_code == 422
    assert error in response.text
    assert text.strip() in response.text
    assert not request_obj.comments.exists()


def test_reader_looks_on(client_as: Any, reader: Person, request_obj: ProjectRequest) -> None:
    assert client_as(reader).post(url(request_obj), {"text": "Hello"}).status_code == 403
    assert "Say it" not in client_as(reader).get(request_obj.get_absolute_url()).text


def test_following_and_no_longer(client_as: Any, reader: Person, request_obj: ProjectRequest) -> None:
    client = client_as(reader)
    assert "Stop following" in client.post(url(request_obj, "watch"), follow=True).text
    assert request_obj.watches.get().person == reader
    assert "Follow it" in client.post(url(request_obj, "watch"), {"stop": "1"}, follow=True).text
    assert not request_obj.watches.exists()


@pytest.mark.parametrize("what", ["comment", "watch"])
def test_unseen_methods_and_anonymous(
    client_as: Any, outsider: Person, client: Client, request_obj: ProjectRequest, what: str
) -> None:
    assert client_as(outsider).post(url(filed_request(confidential=True), what), {"text": "x"}).status_code == 404
    assert client_as(outsider).get(url(request_obj, what)).status_code == 405
    assert client.post(url(request_obj, what), {"text": "x"}).status_code == 302
