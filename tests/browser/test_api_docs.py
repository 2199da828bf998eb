"""The API's description in a real browser: served from here alone, under its content security policy."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from portfolio.models import Person
from tests.browsing import screenshot


def test_the_description_can_be_browsed_without_any_other_host(
    architect: Person, page_as: Callable[..., Page], live_server: object
) -> None:
    page = page_as(architect)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/api/v1/docs/#/findings")  # the page draws only what is in view
    expect(page.get_by_role("heading", name="Ombud")).to_be_visible()
    expect(page.get_by_text("/api/v1/findings/{id}/triage/")).to_be_visible()
    hosts = {url.split("/")[2] for url in asked if url.startswith("http")}
    assert len(hosts) == 1, hosts
    screenshot(page, "api-docs")
