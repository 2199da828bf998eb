"""The heads-up: five fields, filed at once."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portfolio.models import Person, ProjectRequest, Silo

pytestmark = pytest.mark.django_db
URL = reverse("portfolio:request-quick")


def idea(**fields: Any) -> dict[str, Any]:
    return {"token": str(uuid.uuid4()), "title": "An idea <i>", "problem": "It hurts 😀", "kind": "internal", **fields}


def test_head_files_with_five_fields(client_as: Any, requester: Person) -> None:
    page = client_as(requester).get(URL)
    for name in ("title", "problem", "kind", "wanted_go_live", "first_heard"):
        assert f'name="{name}"' in page.text
    assert 'name="silo"' not in page.text

    response = client_as(requester).post(URL, idea(wanted_go_live="2027-03-01"), follow=True)

    request = ProjectRequest.objects.get()
    assert (request.status, request.heads_up, request.silo.code) == ("submitted", True, "cards")
    assert "An idea &lt;i&gt;" in response.text
    assert "It is filed. This happens next" in response.text
    assert "complete it" in response.text


def test_who_begins_to_file_finds_the_way_to_a_heads_up(client_as: Any, requester: Person) -> None:
    assert f'href="{URL}"' in client_as(requester).get(reverse("portfolio:request-new")).text


def test_architect_says_for_which_department(client_as: Any, architect: Person, cards: Silo, retail: Silo) -> None:
    client = client_as(architect)
    assert 'name="silo"' in client.get(URL).text
    assert client.post(URL, idea()).status_code == 422
    client.post(URL, idea(silo=retail.pk))

    assert ProjectRequest.objects.get().silo == retail


def test_pressing_twice_files_once(client_as: Any, requester: Person) -> None:
    client, data = client_as(requester), idea()
    first, second = client.post(URL, data), client.post(URL, data)

    assert first["Location"] == second["Location"]
    assert ProjectRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"title": ""}, "Give the idea a name"),
        ({"title": "x" * 301}, "at most 300"),
        ({"problem": " "}, "Say in a sentence"),
        ({"kind": ""}, "Choose whom it is for"),
        ({"wanted_go_live": "30/02/2027"}, "not a date that exists"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_kept(
    client_as: Any, requester: Person, fields: dict[str, str], error: str
) -> None:
    response = client_as(requester).post(URL, idea(**fields))

    assert response.status_code == 422
    assert error in response.text
    assert "Nothing was filed yet" in response.text
    if "problem" not in fields:
        assert "It hurts 😀" in response.text
    assert not ProjectRequest.objects.exists()


def test_reader_anonymous_and_other_methods_are_refused(
    client_as: Any, reader: Person, requester: Person, client: Client
) -> None:
    assert client_as(reader).post(URL, idea()).status_code == 403
    assert client.get(URL).status_code == 302
    assert client_as(requester).put(URL).status_code == 405
