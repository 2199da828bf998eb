"""Every address is walked by somebody who is not signed in: nothing but the doors opens."""

import re

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

# Addresses that answer everybody, and why. An entry that matches nothing any more fails the test.
OPEN = {
    "health/": "a load balancer asks it; it says ok and nothing else",
    "accounts/login/": "one must be able to sign in",
    "accounts/logout/": "signing out twice does no harm",
    "accounts/signup/": "says that nobody signs up by themselves",
    "accounts/inactive/": "says that an account is closed",
    "accounts/confirm-email/": "says that a mail was sent",
    "accounts/password/reset/": "who forgot the password cannot sign in",
    "accounts/password/reset/done/": "says that a mail was sent, whoever asked",
    "accounts/confirm-email/x/": "an unknown key opens nothing",
    "accounts/password/reset/key/x-x/": "an unknown key opens nothing",
    "accounts/password/reset/key/done/": "says that the password was changed",
    "api/v1/token/": "programs sign in there; throttled, and nothing for who has a second factor",
    "accounts/login/code/confirm/": "leads back to signing in where no code was sent",
    "accounts/2fa/authenticate/": "leads back to signing in where no password was given",
}
SIGN_IN = "/accounts/login/"
VALUES = {"int": "1", "slug": "x", "str": "x", "path": "x", "uuid": "00000000-0000-4000-8000-000000000000"}


def addresses(patterns: list[URLPattern | URLResolver], prefix: str = "") -> list[str]:
    """Every address, its parts filled with something."""
    found: list[str] = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found += addresses(pattern.url_patterns, prefix + fill(pattern))
        else:
            found.append(prefix + fill(pattern))
    return found


def fill(pattern: URLPattern | URLResolver) -> str:
    """The pattern's text with its parts filled."""
    text = str(pattern.pattern)
    if isinstance(pattern.pattern, RegexPattern):
        # Named groups become x; what remains loses the signs of a regular expression.
        text = re.sub(r"\(\?P<\w+>[^()]*(?:\([^()]*\))?[^()]*\)", "x", text)
        return re.sub(r"\\|[\^$?]", "", text)
    return re.sub(r"<(?:(\w+):)?\w+>", lambda part: VALUES.get(part[1] or "str", "x"), text)


ALL = sorted(set(addresses(get_resolver().url_patterns)))


def test_there_are_addresses_of_every_app() -> None:
    for beginning in ("requests/", "triage/", "board/", "registers/", "admin/", "accounts/"):
        assert any(address.startswith(beginning) for address in ALL), beginning


@pytest.mark.django_db
@pytest.mark.parametrize("address", ALL)
def test_nobody_comes_in_without_signing_in(client: Client, address: str) -> None:
    for method in (client.get, client.post):
        response = method(f"/{address}")
        if address in OPEN:
            assert response.status_code < 500
            continue
        refused = response.status_code in (401, 403, 404, 405)
        sent_away = response.status_code == 302 and response["Location"].startswith((SIGN_IN, "/admin/login/"))
        assert refused or sent_away, f"{method.__name__} {address}: {response.status_code}"


def test_every_exemption_is_still_needed() -> None:
    assert set(OPEN) - set(ALL) == set()
