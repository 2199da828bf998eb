"""A real browser for tests: pages for a signed-in person, accessibility checks, screenshots."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client
from pytest_django.live_server_helper import LiveServer

if TYPE_CHECKING:
    from portfolio.models import Person

SCREENSHOTS = Path(os.environ.get("OMBUD_SCREENSHOT_DIR", Path(settings.BASE_DIR) / "var" / "screenshots"))
AXE = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]},
}
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--force-color-profile=srgb"]
#: How long a page may take, in milliseconds, on a machine that does other things too.
PATIENCE = 20_000
MISSING = "NOT TESTED HERE: no browser (install chromium, or name one in OMBUD_BROWSER)"


def browser_path() -> str | None:
    """The browser to use: OMBUD_BROWSER, or the first of the usual names that is on PATH."""
    named = os.environ.get("OMBUD_BROWSER")
    names = [named] if named else ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    return next((path for name in names if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, started once. Skips loudly where there is none."""
    path = browser_path()
    if path is None:
        pytest.skip(MISSING)
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        except Exception as error:  # the browser is at hand but cannot run: say it as it is
            if subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0:
                raise
            pytest.skip(f"{MISSING}: {error}")
        yield started
        started.close()


@pytest.fixture
def page_as(browser: Any, live_server: LiveServer) -> Iterator[Callable[..., Any]]:
    """A function: a page of the live server for a person (None: nobody). Relative addresses work: page.goto("/").

    Keyword arguments go to the browser's context: viewport={"width": 390, "height": 844}, java_script_enabled=False,
    color_scheme="dark". A script error or a breach of the content security policy fails the test at its end.
    """
    contexts: list[Any] = []
    errors: list[str] = []

    def open_page(person: "Person | None" = None, **options: Any) -> Any:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        context = browser.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        if person is not None:
            client = Client()
            client.force_login(person)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda said: errors.append(f"{page.url}: {said.text}") if "Security Policy" in said.text else None,
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not errors, "The browser complained:\n" + "\n".join(errors)


@pytest.fixture
def page(page_as: Callable[..., Any]) -> Any:
    """A page of the live server for nobody."""
    return page_as()


def assert_no_axe_violations(page: Any, *, context: str | None = None) -> None:
    """Fail with axe's report when the page, or the part that the selector `context` names, breaks a rule."""
    from axe_playwright_python.sync_playwright import Axe

    results = Axe().run(page, context=context, options=AXE)
    assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"


def screenshot(page: Any, name: str, *, full_page: bool = True) -> Path:
    """Write the page as var/screenshots/<name>.png. Returns the path."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=str(path), full_page=full_page)
    return path
