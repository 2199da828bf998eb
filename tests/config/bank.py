"""Meridian Bank for the tests that look at it as a whole: loaded once a run, each module works on a copy."""

from collections.abc import Iterator
from datetime import date

import pytest
from pytest_django import DjangoDbBlocker

from board.models import Decision
from config.demo.load import Loaded, load_demo
from config.demo.story import read_story
from impacts.models import Finding
from portfolio.models import Person, ProjectRequest
from tests.databases import at_its_ends, filled

TODAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def bank(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Loaded]:
    """The bank: its requests by the keys of the story, and how much there is."""
    with at_its_ends(django_db_blocker, filled("bank", lambda: load_demo(TODAY))):
        with django_db_blocker.unblock():
            loaded = _counted()
        yield loaded


def _counted() -> Loaded:
    titled = {request.title: request for request in ProjectRequest.objects.order_by("id")}
    return Loaded(
        requests={row["key"]: titled[row["title"]] for row in read_story(TODAY).requests},
        people=Person.objects.count(),
        findings=Finding.objects.count(),
        decisions=Decision.objects.count(),
    )
