"""Nothing typed is lost: reload, back, two tabs, a connection that breaks; and all of it works without JavaScript."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from board.models import Decision
from impacts.models import Finding, Impact
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from tests.browser.bank import OTHER_TITLE, PROBLEM, PROPOSAL, TITLE, eventually, make_bank
from tests.factories import AgendaItemFactory, FindingFactory, MeetingFactory, draft_request, filed_request

PageAs = Callable[..., Page]


@pytest.fixture
def bank(transactional_db: None, requester: Person, outsider: Person) -> dict[str, Any]:
    """Two departments that want the same, see tests.browser.bank."""
    return make_bank(requester, outsider)


@pytest.fixture
def draft(transactional_db: None, requester: Person) -> ProjectRequest:
    """A draft of Cards with a title only."""
    return draft_request(
        requester=requester, silo=requester.memberships.get().silo, title=TITLE, problem="", proposal=""
    )


def test_what_was_saved_by_itself_is_there_after_a_reload_and_on_the_way_back(
    page_as: PageAs, requester: Person
) -> None:
    page = page_as(requester)
    page.goto("/requests/new/")
    page.get_by_label("What do you want to call it?").fill(TITLE)
    page.get_by_label("What is the trouble?").fill(PROBLEM)
    eventually(lambda: ProjectRequest.objects.filter(title=TITLE, problem=PROBLEM).exists(), "it saved itself")
    expect(page).to_have_url(re.compile("/file/what/"))
    page.reload()
    expect(page.get_by_label("What is the trouble?")).to_have_value(PROBLEM)

    page.get_by_label("What do you propose?").fill(PROPOSAL)
    page.get_by_role("button", name="Save and go to").click()
    page.wait_for_url(re.compile("/file/whom/"))
    page.go_back()
    expect(page.get_by_label("What do you propose?")).to_have_value(PROPOSAL)
    page.get_by_role("button", name="Save and go to").click()
    page.wait_for_url(re.compile("/file/whom/"))
    assert ProjectRequest.objects.count() == 1, "going back and forth makes no second draft"


def test_two_tabs_that_write_different_fields_keep_both_and_the_same_field_keeps_both_versions(
    page_as: PageAs, requester: Person, draft: ProjectRequest
) -> None:
    left = page_as(requester)
    right = left.context.new_page()
    for tab in (left, right):
        tab.goto(f"/requests/{draft.reference}/file/what/")
    left.get_by_label("What is the trouble?").fill("Said on the left.")
    eventually(lambda: ProjectRequest.objects.filter(problem="Said on the left.").exists(), "the left tab saved")
    right.get_by_label("What do you propose?").fill("Proposed on the right.")
    eventually(lambda: ProjectRequest.objects.filter(proposal="Proposed on the right.").exists(), "the right tab saved")
    draft.refresh_from_db()
    assert draft.problem == "Said on the left."

    left.get_by_label("What do you propose?").fill("Proposed on the left, at the same time.")
    conflict = left.locator("#filing-form")
    expect(conflict).to_contain_text("Proposed on the right.")
    expect(left.get_by_label("What do you propose?").first).to_have_value("Proposed on the left, at the same time.")


def test_a_broken_connection_is_said_and_what_was_typed_stays_and_is_saved_later(
    page_as: PageAs, requester: Person, draft: ProjectRequest
) -> None:
    page = page_as(requester)
    page.goto(f"/requests/{draft.reference}/file/what/")

    def cut(route: Route) -> None:
        route.abort() if route.request.method == "POST" else route.continue_()

    page.route("**/*", cut)
    page.get_by_label("What is the trouble?").fill(PROBLEM)
    expect(page.get_by_role("alert").filter(has_text="Ombud cannot be reached")).to_contain_text("still on this page")
    expect(page.locator("#saved")).to_contain_text("Not saved")
    expect(page.get_by_label("What is the trouble?")).to_have_value(PROBLEM)

    page.unroute("**/*", cut)
    expect(page.locator("#saved")).to_contain_text(re.compile("^Saved"))
    expect(page.get_by_role("alert").filter(has_text="Ombud cannot be reached")).to_have_count(0)
    draft.refresh_from_db()
    assert draft.problem == PROBLEM, "it was saved without another key"

    page.get_by_label("What is the trouble?").press_sequentially(" And more.")
    eventually(lambda: ProjectRequest.objects.filter(problem=f"{PROBLEM} And more.").exists(), "and goes on")


def test_who_signs_in_again_in_another_tab_goes_on_and_nothing_is_lost(
    page_as: PageAs, requester: Person, draft: ProjectRequest
) -> None:
    page = page_as(requester)
    page.goto(f"/requests/{draft.reference}/file/what/")
    other = page.context.new_page()
    other.goto("/accounts/logout/")
    other.get_by_role("button", name="Sign out").click()
    page.get_by_label("What is the trouble?").fill(PROBLEM)
    expect(page.locator("#saved")).to_contain_text("You have been signed out")
    page.get_by_role("button", name="Save and go to").click()
    expect(page.get_by_role("alert").filter(has_text="You are still signed out")).to_be_visible()
    expect(page.get_by_label("What is the trouble?")).to_have_value(PROBLEM)

    requester.set_password("a long way to go")
    requester.save()
    other.get_by_label("Email").fill(requester.email)
    other.get_by_label("Password").fill("a long way to go")
    other.keyboard.press("Enter")
    expect(other.get_by_label("Email")).to_have_count(0)
    expect(page.locator("#saved")).to_contain_text(re.compile("^Saved"), timeout=15000)
    draft.refresh_from_db()
    assert draft.problem == PROBLEM, "it was saved without another key"
    page.get_by_role("button", name="Save and go to").click()
    page.wait_for_url(re.compile("/file/whom/"))


def test_an_error_of_the_server_is_said_and_nothing_is_swapped_away(
    page_as: PageAs, requester: Person, draft: ProjectRequest
) -> None:
    page = page_as(requester)
    page.goto(f"/requests/{draft.reference}/file/what/")
    page.route("**/file/what/", lambda route: route.fulfill(status=500, body="<h1>Oops</h1>"))
    page.get_by_label("What is the trouble?").fill(PROBLEM)
    expect(page.get_by_role("alert").filter(has_text="error 500")).to_be_visible()
    expect(page.get_by_label("What is the trouble?")).to_have_value(PROBLEM)
    expect(page.get_by_role("heading", name="Oops")).to_have_count(0)


def test_a_request_is_filed_to_the_end_without_javascript(
    page_as: PageAs, requester: Person, bank: dict[str, Any]
) -> None:
    page = page_as(requester, java_script_enabled=False)
    page.goto("/requests/new/")
    page.get_by_label("What do you want to call it?").fill(TITLE)
    page.get_by_label("What is the trouble?").fill(PROBLEM)
    page.get_by_label("What do you propose?").fill(PROPOSAL)
    page.get_by_role("button", name="Save and go to").click()
    page.get_by_role("link", name="Show requests that look like this one").click()
    expect(page.locator("main")).to_contain_text(OTHER_TITLE)
    page.go_back()
    page.get_by_label("Customer-facing").check()
    page.get_by_role("button", name="Save and go to").click()

    touches = page.locator("#touch-touchpoints form").last
    touches.get_by_label("Where the customer notices it").select_option(label="Push message")
    touches.get_by_label("What you do to it").select_option("changes")
    touches.get_by_role("button", name="Add").click()
    draft = ProjectRequest.objects.get(title=TITLE)
    assert Impact.objects.get(request=draft).touchpoint == bank["push"]
    page.goto(f"/requests/{draft.reference}/file/when/")
    page.get_by_role("link", name=re.compile("Planned contacts")).click()
    form = page.locator("form").filter(has=page.get_by_label("To which customers")).last
    form.get_by_label("To which customers").select_option(label="Card holders")
    form.get_by_label("By which way").select_option("push")
    form.get_by_label("First day").fill("2027-03-08")
    form.get_by_role("button", name="Add").click()
    assert draft.contacts.count() == 1
    page.goto(f"/requests/{draft.reference}/file/when/")
    page.get_by_label("When would work start?").fill("2027-01-11")
    page.get_by_label("When should customers or staff notice it?").fill("2027-03-08")
    page.get_by_role("button", name="Save and go to").click()
    page.get_by_role("button", name=re.compile("^File")).last.click()
    expect(page.get_by_role("heading", name="It is filed. This happens next")).to_be_visible()
    draft.refresh_from_db()
    assert draft.state is Status.SUBMITTED


def test_a_finding_is_dismissed_and_a_decision_recorded_without_javascript(
    page_as: PageAs, architect: Person, secretary: Person, cio: Person
) -> None:
    finding = FindingFactory.create(title="Two ask for the same")
    page = page_as(architect, java_script_enabled=False)
    page.goto("/triage/")
    page.get_by_role("link", name=re.compile("^Dismiss")).click()
    page.get_by_label("Why is it no problem?").fill("One is for staff.")
    page.get_by_role("button", name="Dismiss").click()
    finding.refresh_from_db()
    assert finding.state == Finding.State.DISMISSED

    meeting = MeetingFactory.create(chair=cio, secretary=secretary, starts_at=timezone.now() + timedelta(days=1))
    item = AgendaItemFactory.create(meeting=meeting, request=filed_request(status=Status.READY.value))
    page = page_as(secretary, java_script_enabled=False)
    page.goto(f"/board/{meeting.pk}/meeting/")
    page.get_by_role("button", name="Start the meeting").click()
    page.get_by_role("radio", name=re.compile("^(Go|Approve)")).first.check()
    page.get_by_label("Because").fill("It serves the customer.")
    page.get_by_role("button", name="Record this decision").click()
    expect(page.locator(".recorded")).to_contain_text("It serves the customer.")
    assert Decision.objects.get(item=item).kind == Decision.Kind.APPROVE


def test_keys_that_are_switched_off_do_nothing(page_as: PageAs, architect: Person) -> None:
    architect.shortcuts = False
    architect.save(update_fields=["shortcuts"])
    finding = FindingFactory.create()
    page = page_as(architect)
    page.goto("/triage/")
    page.keyboard.press("c")
    page.keyboard.press("/")
    page.keyboard.press("?")
    page.wait_for_timeout(300)
    finding.refresh_from_db()
    assert finding.state == Finding.State.OPEN
    assert page.evaluate("document.activeElement === document.body")
    expect(page.locator("#keys")).not_to_be_visible()


def test_an_answer_leaves_the_field_empty_for_the_next_one(
    page_as: PageAs, requester: Person, bank: dict[str, Any]
) -> None:
    mine = filed_request(title=TITLE, silo=requester.memberships.get().silo, requester=requester)
    FindingFactory.create(between=[mine, bank["other"]], severity=Finding.Severity.SERIOUS)
    page = page_as(requester)
    page.goto(mine.get_absolute_url())
    page.get_by_label("Your answer to them, in a sentence").fill("Let us talk on Monday.")
    page.get_by_role("button", name="Talk to them").click()
    expect(page.locator("#hold")).to_contain_text("“Let us talk on Monday.”")
    expect(page.get_by_label("Your answer to them, in a sentence")).to_have_value("")
