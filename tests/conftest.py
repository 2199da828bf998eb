"""What all tests share: stock people, clients, workers, a browser, the data folder. What is left out is said loudly."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from portfolio.models import Person
from tests.browsing import browser, page, page_as
from tests.databases import django_db_setup
from tests.people import (
    administrator,
    architect,
    board_member,
    cards,
    cio,
    colleague,
    it_manager,
    outsider,
    reader,
    requester,
    retail,
    secretary,
    segment_manager,
)
from tests.workers import celery_worker_process, celery_worker_redis

__all__ = [
    "administrator",
    "architect",
    "board_member",
    "browser",
    "cards",
    "celery_worker_process",
    "celery_worker_redis",
    "cio",
    "colleague",
    "django_db_setup",
    "it_manager",
    "outsider",
    "page",
    "page_as",
    "reader",
    "requester",
    "retail",
    "secretary",
    "segment_manager",
]

# The clock says nothing of the code on a busy machine: Hypothesis gives up when an example takes 200 ms to run, or ten
# take it 30 s to draw.
hypothesis_settings.register_profile("any_speed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.register_profile("repeatable", hypothesis_settings.get_profile("any_speed"), derandomize=True)
hypothesis_settings.load_profile("any_speed")

LOUD = "NOT TESTED HERE"
PURE = ("tests/impacts/engine/", "tests/board/planner/", "tests/board/packs/test_compose")


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def client_as(db: None) -> Callable[[Person], Client]:
    """A function: a test client that is signed in as this person."""

    def sign_in(person: Person, **options: object) -> Client:
        client = Client(**options)  # type: ignore[arg-type]
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real portfolios (OMBUD_DATA_DIR, or shared/data beside the checkout). Skips loudly without it."""
    folder = Path(os.environ.get("OMBUD_DATA_DIR") or Path(settings.BASE_DIR).parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"{LOUD}: the data folder is missing (name it in OMBUD_DATA_DIR)")
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches the database, what needs a browser, what needs a worker and what needs no Django."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db", "live_server"}:
            item.add_marker("database")
        if "browser" in fixtures:
            item.add_marker("browser")
        if fixtures & {"celery_worker_process", "celery_worker_redis"}:
            item.add_marker("worker")
        if item.nodeid.startswith(PURE):
            item.add_marker("pure")


def pytest_report_header() -> str:
    """Which database the tests run on."""
    return f"database: {settings.DATABASES['default']['ENGINE'].rsplit('.', 1)[-1]}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in so many words what could not be tested on this machine."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if LOUD in reason:
            reasons[reason.removeprefix("Skipped: ")] = reasons.get(reason.removeprefix("Skipped: "), 0) + 1
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"WARNING: {count} tests skipped. {reason}", yellow=True, bold=True)
