"""Signing in, the second step, and what goes wrong on the way: in Ombud's words, and never a dead end."""

from collections.abc import Iterator

import pytest
from allauth.mfa.totp.internal.auth import (
    SECRET_SESSION_KEY,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client

from portfolio.models import Person
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
FOREIGN = ("Two-Factor", "Confirm Access", "reauthenticate to", "Sign Up Closed", "you specified", "Incorrect code")


@pytest.fixture(autouse=True)
def _tries_from_here() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def sign_in(client: Client, person: Person, password: str = PASSWORD) -> str:
    return client.post("/accounts/login/", {"login": person.email, "password": password}, follow=True).text


def code_for(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_a_wrong_password_and_too_many_of_them_are_said(client: Client, reader: Person) -> None:
    assert "The e-mail address or the password is not right." in sign_in(client, reader, "wrong")
    for _ in range(6):
        page = sign_in(client, reader, "wrong")
    assert "Wait five minutes" in page


def test_the_slips_of_one_person_do_not_shut_out_a_colleague_at_the_same_address(
    client: Client, reader: Person, requester: Person
) -> None:
    for _ in range(45):
        page = sign_in(client, reader, "wrong")
    assert "Wait five minutes" in page
    assert "Wait five minutes" in sign_in(client, reader), "the account itself stays shut"
    sign_in(client, requester)
    assert client.session["_auth_user_id"] == str(requester.pk)


def test_who_guesses_at_many_accounts_from_one_address_is_stopped(client: Client, reader: Person) -> None:
    for number in range(40):
        page = client.post("/accounts/login/", {"login": f"somebody{number}@example.com", "password": "wrong"}).text
        assert "is not right" in page
    assert "Wait five minutes" in sign_in(client, reader)
    assert "_auth_user_id" not in client.session


def test_the_second_step_from_switching_it_on_to_signing_in_with_a_recovery_code(
    client: Client, reader: Person
) -> None:
    sign_in(client, reader)
    assert "Switch it on" in client.get("/accounts/2fa/").text
    page = client.get("/accounts/2fa/totp/activate/", follow=True)
    if "Is it you?" in page.text:
        page = client.post(page.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
    assert "Scan the picture" in page.text
    secret = client.session[SECRET_SESSION_KEY]
    wrong = client.post("/accounts/2fa/totp/activate/", {"code": "1"}).text
    page = client.post("/accounts/2fa/totp/activate/", {"code": code_for(secret)}, follow=True)
    assert "10 of 10 are left" in page.text
    code = page.text.split('aria-label="Unused codes" tabindex="0">')[1].split()[0]
    shown = client.get("/accounts/2fa/").text
    client.post("/accounts/logout/")
    second = sign_in(client, reader)
    assert "one of your recovery codes" in second
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert client.get("/").status_code == 200
    for each in (wrong, shown, second, page.text):
        assert not [words for words in FOREIGN if words in each]


def test_pages_at_the_door_lead_on(client: Client) -> None:
    for address in ("/accounts/signup/", "/accounts/inactive/"):
        page = client.get(address).text
        assert "Back to signing in" in page
        assert not [words for words in FOREIGN if words in page]


def test_who_tries_too_often_is_told_how_long_to_wait(client: Client, reader: Person) -> None:
    answers = [client.post("/accounts/password/reset/", {"email": reader.email}) for _ in range(25)]
    assert answers[-1].status_code == 429
    assert "Wait five minutes" in answers[-1].text
