"""Signing in to the API."""

from collections.abc import Callable

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from portfolio.models import Person
from tests.factories import PASSWORD

Connect = Callable[[Person | None], APIClient]

URL = "/api/v1/token/"


def test_email_and_password_give_a_token_that_opens_the_api(requester: Person, api_as: Connect) -> None:
    client = api_as(None)
    answer = client.post(URL, {"email": requester.email.upper(), "password": PASSWORD})
    assert answer.status_code == 200
    client.credentials(HTTP_AUTHORIZATION=f"Token {answer.json()['token']}")
    assert client.get("/api/v1/").status_code == 200


def test_a_token_can_be_given_back(requester: Person, api_as: Connect) -> None:
    client = api_as(None)
    token = Token.objects.create(user=requester)
    client.credentials(HTTP_AUTHORIZATION=f"Token {token.key}")
    assert client.delete(URL).status_code == 204
    assert client.get("/api/v1/requests/").status_code == 401


def test_the_wrong_password_and_an_unknown_person_get_the_same_answer(requester: Person, api_as: Connect) -> None:
    client = api_as(None)
    wrong = client.post(URL, {"email": requester.email, "password": "a wrong password"})
    unknown = client.post(URL, {"email": "nobody@example.org", "password": "a wrong password"})
    assert wrong.status_code == unknown.status_code == 400
    assert wrong.json() == unknown.json()
    assert Token.objects.count() == 0


def test_a_second_factor_is_not_walked_around(requester: Person, api_as: Connect) -> None:
    TOTP.activate(requester, generate_totp_secret())
    answer = api_as(None).post(URL, {"email": requester.email, "password": PASSWORD})
    assert answer.status_code == 403
    assert "second factor" in answer.json()["detail"]
    assert Token.objects.count() == 0


def test_guessing_is_stopped_for_one_person_and_from_one_address(
    requester: Person, outsider: Person, api_as: Connect
) -> None:
    client = api_as(None)
    guess = {"email": requester.email, "password": "a wrong password"}
    codes = [client.post(URL, guess).status_code for _ in range(21)]
    assert codes == [400] * 20 + [429]
    late = client.post(URL, guess, REMOTE_ADDR="203.0.113.9")
    assert late.status_code == 429, "the same person from elsewhere"
    assert int(late["Retry-After"]) > 0
    assert late.json()["status"] == 429
    others = [
        client.post(URL, {"email": f"p{number}@example.org", "password": "a wrong password"}).status_code
        for number in range(60)
    ]
    assert others[0] == 400
    assert others[-1] == 429, "everybody from the same address"
    elsewhere = {"email": outsider.email, "password": PASSWORD}
    assert client.post(URL, elsewhere, REMOTE_ADDR="203.0.113.9").status_code == 200


def test_what_is_no_sign_in_is_a_clear_error(api_as: Connect) -> None:
    answer = api_as(None).post(URL, {"email": 5, "password": None})
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"email", "password"}


def test_what_is_no_json_is_no_sign_in(api_as: Connect) -> None:
    answer = api_as(None).generic("POST", URL, b"{", content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
