"""What happens before any view."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portfolio.models import Person

pytestmark = pytest.mark.django_db


def test_page_that_saves_itself_learns_that_it_was_signed_out(client: Client) -> None:
    response = client.post(reverse("portfolio:request-new"), {"title": "x"}, headers={"HX-Request": "true"})

    assert response.status_code == 401
    assert response.content == b""


def test_whole_page_is_sent_to_sign_in(client: Client) -> None:
    assert client.get(reverse("portfolio:request-new")).status_code == 302


def test_other_redirects_of_htmx_stay(client_as: Any, requester: Person) -> None:
    response = client_as(requester).post(reverse("portfolio:notification-read"), headers={"HX-Request": "true"})

    assert response.status_code == 302
