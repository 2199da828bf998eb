"""IT and the customer in a real browser: from the hours that somebody writes to the story that somebody else checks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from customers.models import CustomerTime, ValueStory
from portfolio.models import Person, Silo
from tests.browsing import assert_no_axe_violations, screenshot
from tests.factories import (
    CustomerTimeFactory,
    SegmentFactory,
    ServiceTierFactory,
    ValueStoryFactory,
    filed_request,
)

PageAs = Callable[..., Any]


@pytest.fixture
def bank(cards: Silo, it_manager: Person) -> None:
    segment = SegmentFactory.create(name="Callers")
    for days in (2, 40, 405, 410):
        CustomerTimeFactory.create(
            person=it_manager, day=timezone.localdate() - timedelta(days=days), segment=segment, words="Listened in"
        )
    filed_request(silo=cards, kind="customer_facing", one_off_cost=600, first_heard="idea")
    filed_request(silo=cards, kind="internal", one_off_cost=400, first_heard="contract_signed")
    ServiceTierFactory.create()
    ValueStoryFactory.create(status="published", segments=[segment])


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_the_pages_are_accessible_and_fit(
    page_as: PageAs, architect: Person, bank: None, width: int, scheme: str
) -> None:
    page = page_as(architect, viewport={"width": width, "height": 800}, color_scheme=scheme)
    for name in ("", "hours/", "stories/", "service/"):
        page.goto(f"/customers/it/{name}")
        assert_no_axe_violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        screenshot(page, f"it-{name.strip('/') or 'all'}-{width}")


def test_hours_are_written_in_a_moment(page_as: PageAs, it_manager: Person, bank: None) -> None:
    page = page_as(it_manager)
    page.goto("/")
    page.get_by_role("link", name="Write your hours").click()
    page.get_by_label("How many hours").fill("1.25")
    page.get_by_label("With which customers").select_option("Callers")
    page.get_by_label("What was it about").fill("Tried the new menu")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved: 1.25 hours with customers.").wait_for()
    assert page.get_by_role("cell", name="Tried the new menu").is_visible()
    assert CustomerTime.objects.get(words="Tried the new menu").segment.name == "Callers"  # type: ignore[union-attr]


def test_a_story_is_told_by_one_and_checked_by_another_without_scripts(
    page_as: PageAs, it_manager: Person, segment_manager: Person, reader: Person, bank: None
) -> None:
    page = page_as(it_manager, java_script_enabled=False)
    page.goto("/customers/it/stories/")
    page.get_by_role("link", name="Tell a story").click()
    page.get_by_label("What happened, in one sentence").fill("Nobody waits any more")
    page.get_by_label("What did IT do").fill("We took the queue away.")
    page.get_by_label("Callers").check()
    page.get_by_label("Which figure shows it").fill("Minutes in the queue")
    page.get_by_label("What it is now").fill("2")
    page.get_by_label("Where does the figure come from").fill("Telephony")
    page.get_by_role("button", name="Save as a draft").click()
    assert page.get_by_text("It waits for a review").is_visible()
    address = page.url
    checking = page_as(segment_manager)
    checking.goto(address)
    assert_no_axe_violations(checking)
    checking.get_by_role("button", name="I checked it: it is right").click()
    checking.get_by_role("button", name="Publish").click()
    checking.get_by_text("Published: Nobody waits any more").wait_for()
    assert ValueStory.objects.get(title="Nobody waits any more").reviewer == segment_manager
    reading = page_as(reader)
    reading.goto("/customers/it/stories/")
    assert reading.get_by_role("link", name="Nobody waits any more").is_visible()
    reading.get_by_role("button", name="Make my link").click()
    link = reading.locator("#feed code").inner_text()
    assert "Nobody waits any more" in reading.request.get(link).text()
