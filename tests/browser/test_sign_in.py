"""Signing in and out, in a real browser."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from portfolio.models import Person
from tests.browsing import assert_no_axe_violations, screenshot
from tests.factories import PASSWORD


def test_head_signs_in_and_out(page: Any, requester: Person) -> None:
    page.goto("/requests/")
    assert "/accounts/login/" in page.url
    assert_no_axe_violations(page)
    screenshot(page, "sign-in")

    page.get_by_label("Email").fill(requester.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    page.wait_for_url(re.compile("/requests/$"))
    assert page.get_by_role("heading", level=1).is_visible()


def test_wrong_password_keeps_the_address_and_says_so(page: Any, requester: Person) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(requester.email)
    page.get_by_label("Password", exact=True).fill("not the password")
    page.get_by_role("button", name="Sign in").click()

    assert page.get_by_label("Email").input_value() == requester.email
    assert page.get_by_role("alert").first.is_visible()
    assert_no_axe_violations(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_sign_in_page_is_accessible_on_a_phone(page_as: Callable[..., Any], scheme: str) -> None:
    page = page_as(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    page.goto("/accounts/login/")
    assert_no_axe_violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
