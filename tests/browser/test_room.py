"""The board room goes on working after it was shown anew: when something was missing, and what came meanwhile."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from board.models import AgendaItem, Decision, Meeting
from board.models.meetings import Deciding
from board.services.meetings.agenda import add_item
from board.services.meetings.meetings import open_meeting, plan_meeting
from board.services.meetings.presence import record_attendance
from portfolio.lifecycle import Status
from portfolio.models import Person
from tests.factories import PASSWORD, filed_request

PageAs = Callable[..., Page]


@pytest.fixture
def item(transactional_db: None, secretary: Person, cio: Person, board_member: Person) -> AgendaItem:
    """An item of a meeting that decides by vote, with two who vote."""
    meeting = plan_meeting(person=secretary, starts_at=timezone.now(), minutes=60, chair=cio, secretary=secretary)
    Meeting.objects.filter(pk=meeting.pk).update(deciding=Deciding.MAJORITY, quorum=2)
    meeting.refresh_from_db()
    record_attendance(person=secretary, meeting=meeting, present=[secretary.pk, cio.pk, board_member.pk])
    open_meeting(person=secretary, meeting=meeting)
    return add_item(person=secretary, meeting=meeting, request=filed_request(status=Status.READY.value))


def test_votes_are_counted_also_after_something_was_missing(
    page_as: PageAs, item: AgendaItem, secretary: Person, cio: Person
) -> None:
    page = page_as(secretary)
    page.goto(f"/board/{item.meeting_id}/meeting/?item={item.pk}")
    page.locator("body").press("2")
    page.locator("body").press("r")
    expect(page.locator(".errors")).to_contain_text("Write down the question that must be answered")
    page.get_by_role("button", name="Everybody is for it").click()
    expect(page.locator("#vote-count")).to_contain_text("Carried: 2 of the 2 who may vote are for it")
    page.get_by_label(f"How {cio} voted").select_option("against")
    expect(page.locator("#vote-count")).to_contain_text("Not carried")


def test_every_key_of_the_room_is_said_on_the_page(page_as: PageAs, item: AgendaItem, secretary: Person) -> None:
    page = page_as(secretary)
    page.goto(f"/board/{item.meeting_id}/meeting/?item={item.pk}")
    page.locator("body").press("1")
    for place in page.locator(".room [data-key]").all():
        holder = place.locator("xpath=ancestor-or-self::*[self::label or self::button or self::a][1]")
        expect(holder.locator("kbd")).to_have_text(place.get_attribute("data-key") or "")
    page.locator("body").press("?")
    expect(page.locator("#keys")).to_contain_text("record the decision")


def test_what_was_decided_is_recorded_after_signing_in_again_in_another_tab(
    page_as: PageAs, item: AgendaItem, secretary: Person
) -> None:
    page = page_as(secretary)
    page.goto(f"/board/{item.meeting_id}/meeting/?item={item.pk}")
    page.locator("body").press("1")
    page.get_by_role("button", name="Everybody is for it").click()
    page.locator("#id_reason").fill("It serves the customer.")
    page.context.clear_cookies()
    page.get_by_role("button", name="Record this decision").click()
    expect(page.locator("#room-not-yet")).to_contain_text("You have been signed out")
    assert not Decision.objects.exists()
    other = page.context.new_page()
    other.goto("/accounts/login/")
    other.fill("[name=login]", secretary.email)
    other.fill("[name=password]", PASSWORD)
    other.get_by_role("button", name="Sign in", exact=True).click()
    expect(other.get_by_role("button", name="Sign in", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Try now").click()
    expect(page.locator(".recorded")).to_contain_text("It serves the customer.")
    assert Decision.objects.count() == 1
