"""The agenda builder in a browser: order by mouse, keys and without scripts; its pages for everybody."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from board.models import Meeting
from board.services.meetings.agenda import add_item, drop_item
from board.services.meetings.meetings import plan_meeting
from portfolio.lifecycle import Status
from portfolio.models import Person
from tests.browsing import assert_no_axe_violations
from tests.factories import ClusterFactory, filed_request

PageAs = Callable[..., Any]


@pytest.fixture
def meeting(secretary: Person, cio: Person) -> Meeting:
    """A meeting with three items, and something that waits."""
    made = plan_meeting(
        person=secretary, starts_at=timezone.now(), chair=cio, secretary=secretary, title="Board", quorum=2
    )
    for _ in range(3):
        add_item(person=secretary, meeting=made, request=filed_request(status=Status.READY.value))
    ClusterFactory.create(holding=[filed_request(status=Status.READY.value) for _ in range(2)])
    return made


def order(meeting: Meeting) -> list[int]:
    """The ids of the items, in order."""
    return list(meeting.items.order_by("position", "id").values_list("pk", flat=True))


def test_items_are_put_in_order_by_mouse_and_by_keys(page_as: PageAs, secretary: Person, meeting: Meeting) -> None:
    first, second, third = order(meeting)
    page = page_as(secretary)
    page.goto(meeting.get_absolute_url())
    page.locator(f"#item-{third} .grip").drag_to(page.locator(f"#item-{first}"), target_position={"x": 200, "y": 4})
    page.get_by_text("Item is now number 1 of 3.").wait_for(state="attached")
    assert order(meeting) == [third, first, second]
    page.locator(f"#item-{third} .grip").press("ArrowDown")
    page.get_by_text("Item is now number 2 of 3.").wait_for(state="attached")
    assert order(meeting) == [first, third, second]
    assert page.evaluate("document.activeElement.closest('li').id") == f"item-{third}"


def test_two_quick_presses_move_by_two_places(page_as: PageAs, secretary: Person, meeting: Meeting) -> None:
    first, second, third = order(meeting)
    page = page_as(secretary)
    page.goto(meeting.get_absolute_url())
    page.locator(f"#item-{first} .grip").focus()
    page.evaluate("""() => ["ArrowDown", "ArrowDown"].forEach((key) => document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true })))""")
    page.get_by_text("Item is now number 3 of 3.").wait_for(state="attached")
    assert order(meeting) == [second, third, first]


def test_who_drags_what_was_taken_off_meanwhile_is_told(page_as: PageAs, secretary: Person, meeting: Meeting) -> None:
    second = order(meeting)[1]
    page = page_as(secretary)
    page.goto(meeting.get_absolute_url())
    drop_item(person=secretary, item=meeting.items.get(pk=second), reason="Not now")
    page.locator(f"#item-{second} .grip").press("ArrowDown")
    page.get_by_text("Somebody took this item off the agenda. Nothing was moved.").wait_for()
    assert page.locator("li.agenda-line").count() == 2


def test_without_scripts_move_to_and_up_do_the_same(page_as: PageAs, secretary: Person, meeting: Meeting) -> None:
    first, second, third = order(meeting)
    page = page_as(secretary, java_script_enabled=False)
    page.goto(meeting.get_absolute_url())
    page.locator(f"#to-{first}").fill("3")
    page.locator(f"#item-{first}").get_by_role("button", name="Move item").click()
    assert order(meeting) == [second, third, first]
    page.locator(f"#item-{third}").get_by_role("button", name="Up: item").click()
    assert order(meeting) == [third, second, first]


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_every_page_is_for_everybody(
    page_as: PageAs, secretary: Person, meeting: Meeting, width: int, scheme: str
) -> None:
    page = page_as(secretary, viewport={"width": width, "height": 844}, color_scheme=scheme)
    for url in (
        meeting.get_absolute_url(),
        reverse("board:meeting-build", args=[meeting.pk]),
        reverse("board:meeting-people", args=[meeting.pk]),
        reverse("board:meeting-cancel", args=[meeting.pk]),
        reverse("board:backlog"),
        reverse("board:series-list"),
        reverse("board:series-new"),
    ):
        page.goto(url)
        assert_no_axe_violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
