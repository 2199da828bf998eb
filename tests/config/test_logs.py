"""What opens something without a sign-in never stands in the log."""

import logging

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from config.logs import KeylessFormatter
from tests.config.test_routes import fill

KEY = "k3y-that-opens"


def formatter() -> logging.Formatter:
    """The one that the settings name."""
    line = dict(settings.LOGGING["formatters"]["line"])
    assert line.pop("()") == f"{KeylessFormatter.__module__}.{KeylessFormatter.__name__}"
    return KeylessFormatter(**line)


def keyed(patterns: list[URLPattern | URLResolver], prefix: str = "/") -> list[str]:
    """Every address that asks for no sign-in and has a part that could be a key."""
    found: list[str] = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found += keyed(pattern.url_patterns, prefix + fill(pattern))
        elif getattr(pattern.callback, "login_required", True) is False and "<" in str(pattern.pattern):
            found.append(prefix + fill(pattern).replace("x", KEY, 1))
    return found


def test_keys_in_addresses_are_left_out_of_the_log() -> None:
    addresses = [each for each in keyed(get_resolver().url_patterns) if not each.startswith("/api/")]  # it asks itself
    assert len(addresses) >= 4
    for address in addresses:
        record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Not Found: %s", (address,), None)
        assert KEY not in formatter().format(record), address


@pytest.mark.django_db
def test_a_refused_answer_tells_the_log_no_key(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    client.post(f"/board/read/{KEY}/pack.pdf")
    lines = [formatter().format(record) for record in caplog.records]
    assert any(line.endswith("/board/read/…/pack.pdf") for line in lines)
    assert not any(KEY in line for line in lines)
