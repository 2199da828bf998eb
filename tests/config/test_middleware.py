"""Addresses that no database can hold, and words sent by somebody who has been signed out."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from config.middleware import NoNulMiddleware
from portfolio.models import Person


def test_a_nul_in_the_address_is_nowhere(reader: Person, client_as: Callable[[Person], Client]) -> None:
    client = client_as(reader)
    for address in ("/requests/%00/", "/registers/touchpoints/%00/", "/api/v1/clusters/%00/"):
        assert client.get(address).status_code == 404, address


def test_a_nul_in_a_pages_query_is_passed_over(reader: Person, client_as: Callable[[Person], Client]) -> None:
    client = client_as(reader)
    for address in (
        "/heat-map/?segment=%00",
        "/requests/?objective=%00&q=a%00b",
        "/customers/data-map/?with=%00",
        "/requests/?q=a%0%000b",
    ):
        response = client.get(address)
        assert response.status_code == 200, address
        assert "\0" not in response.content.decode()


def test_a_cookie_with_a_nul_is_passed_over() -> None:
    request = RequestFactory().get("/", headers={"cookie": 'sessionid="\\000aaaaaaaa"; theme=dark'})
    NoNulMiddleware(lambda _: HttpResponse())(request)
    assert request.COOKIES == {"theme": "dark"}


def test_words_sent_after_the_session_ended_come_back_on_a_page(client: Client) -> None:
    sent = {
        "title": "Tell <b>them</b> why",
        "problem": "Nobody knows.\nThey call.",
        "page": "8d1f",
        "password": "my own words",
    }
    answer = client.post(reverse("portfolio:request-new"), sent)
    page = answer.content.decode()
    assert answer.status_code == 401
    assert "Tell &lt;b&gt;them&lt;/b&gt; why" in page
    assert "Nobody knows.\nThey call." in page
    assert "8d1f" not in page
    assert "my own words" not in page
    assert f"{reverse('account_login')}?next=/requests/new/" in page
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"problem": "お客様は四十分も待っています"}, True),
        ({"title": "Onboarding"}, True),
        ({"moves-how": "Faster"}, True),
        ({"title": "[EU] Parts desk calls back"}, True),
        ({"base": '{"title": "Tell them"}'}, False),
        ({"kind": "regulatory", "page": "8d1f", "wanted_start": "2027-01-04"}, False),
        ({"title": " "}, False),
    ],
)
def test_words_are_told_from_choices_and_tokens(client: Client, sent: dict[str, str], kept: bool) -> None:
    answer = client.post(reverse("portfolio:request-new"), sent)
    assert (answer.status_code == 401) is kept
    assert not kept or next(iter(sent.values())) in answer.content.decode()


def test_a_form_without_words_leads_to_the_sign_in(client: Client) -> None:
    answer = client.post(reverse("portfolio:request-new"), {"page": "8d1f"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_words_of_a_form_from_before_a_new_sign_in_come_back_on_a_page(requester: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(requester)
    here = {"origin": "http://testserver"}
    sent = {"title": "Tell <b>them</b> why", "problem": "Nobody knows.", "page": "8d1f"}
    answer = client.post(reverse("portfolio:request-new"), sent, headers=here)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Tell &lt;b&gt;them&lt;/b&gt; why" in page
    assert "Nobody knows." in page
    assert "8d1f" not in page
    assert "Go back" not in page, "the page before is loaded anew, without the words"
    assert "no-store" in answer["Cache-Control"]


def test_words_that_another_site_sent_are_not_shown(requester: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(requester)
    sent = {"title": "Call this number now"}
    for headers in ({"origin": "http://elsewhere.example"}, {}):
        answer = client.post(reverse("portfolio:request-new"), sent, headers=headers)
        assert answer.status_code == 403
        assert "Call this number" not in answer.content.decode()
