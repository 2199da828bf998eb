"""The content security policy: strict on Ombud's pages, loose enough for the administration site to work."""

import re
from collections.abc import Callable
from typing import Any

from django.test import Client

from portfolio.models import Person


def policy(client: Client, address: str) -> str:
    return str(client.get(address)["Content-Security-Policy"])


def test_pages_of_ombud_allow_nothing_inline(client_as: Callable[..., Client], requester: Person) -> None:
    for address in ("/", "/requests/", "/registers/"):
        said = policy(client_as(requester), address)
        assert "unsafe" not in said
        assert re.search(r"script-src 'self'(;| 'nonce-|$)", said)
        assert "frame-ancestors 'none'" in said


def test_sign_in_page_allows_nothing_inline(client: Client, db: None) -> None:
    assert "unsafe" not in policy(client, "/accounts/login/")


def test_administration_site_works_under_its_policy(page_as: Callable[..., Any], administrator: Person) -> None:
    page = page_as(administrator)
    page.goto("/admin/")
    page.wait_for_load_state("networkidle")
    assert page.get_by_role("heading").first.is_visible()
    page.goto("/admin/portfolio/person/")
    page.wait_for_load_state("networkidle")


def test_administration_site_has_no_door_of_its_own(
    client: Client, client_as: Callable[..., Client], reader: Person
) -> None:
    response = client.get("/admin/login/?next=/admin/")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")
    assert client_as(reader).get("/admin/login/").status_code == 403
