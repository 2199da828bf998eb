"""Filing a request in a real browser: it saves itself, survives reloads, the back button and a second window."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from portfolio.models import Person, ProjectRequest, Silo
from tests.browsing import assert_no_axe_violations, screenshot
from tests.factories import draft_request, filed_request

PHONE = {"width": 390, "height": 844}


def saved(page: Any) -> None:
    """Wait until the page says that it saved."""
    page.locator("#saved", has_text="Saved").wait_for()


def test_first_words_are_saved_and_survive_reload_and_back(page_as: Callable[..., Any], requester: Person) -> None:
    page = page_as(requester)
    page.goto("/requests/new/")
    assert_no_axe_violations(page)
    page.get_by_label("What do you want to call it?").press_sequentially("Call back before they call", delay=5)
    page.wait_for_url(re.compile(r"/requests/REQ-\d+-\d+/file/what/$"))
    page.get_by_label("What is the trouble?").fill("Customers wait <b>40</b> minutes 😀")
    page.get_by_label("What do you propose?").focus()
    page.wait_for_timeout(300)
    saved(page)
    assert page.get_by_role("heading", level=1).inner_text() == "Call back before they call"

    page.reload()
    assert page.get_by_label("What is the trouble?").input_value() == "Customers wait <b>40</b> minutes 😀"
    page.get_by_role("button", name="Save and go to Who it is for").click()
    page.wait_for_url(re.compile("/file/whom/$"))
    page.go_back()
    page.wait_for_url(re.compile("/file/what/$"))
    assert page.get_by_label("What do you want to call it?").input_value() == "Call back before they call"
    assert ProjectRequest.objects.count() == 1


def test_a_draft_says_its_reference_from_its_first_words_on(page_as: Callable[..., Any], requester: Person) -> None:
    page = page_as(requester)
    page.goto("/requests/new/")
    assert not page.locator("#filing-reference").is_visible()
    page.get_by_label("What is the trouble?").fill("Customers wait 40 minutes")
    page.wait_for_url(re.compile(r"/requests/REQ-\d+-\d+/file/what/$"))
    page.wait_for_function("document.querySelector('#filing-reference').checkVisibility()")
    assert page.locator("#filing-reference").inner_text() == ProjectRequest.objects.get().reference


def test_a_line_that_was_typed_but_not_added_is_not_left_without_a_word(
    page_as: Callable[..., Any], requester: Person, cards: Silo
) -> None:
    request = draft_request(requester=requester, silo=cards)
    page = page_as(requester)
    page.goto(f"/requests/{request.reference}/file/when/")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    go_on = page.get_by_role("button", name="Save and go to")
    what_for = page.get_by_label("What for")
    what_for.wait_for(state="attached")
    page.locator("section[aria-label='Planned contacts'] details").evaluate("each => { each.open = true }")
    assert what_for.bounding_box()["y"] < go_on.bounding_box()["y"]
    what_for.fill("News of the new rate")
    go_on.click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert what_for.input_value() == "News of the new rate"
    what_for.fill("")
    go_on.click()
    page.wait_for_url(re.compile("/file/check/$"))
    assert asked == ["beforeunload"]


def test_what_is_too_long_is_kept_and_said(page_as: Callable[..., Any], requester: Person) -> None:
    page = page_as(requester)
    page.goto("/requests/new/")
    page.get_by_label("What do you want to call it?").fill("Word " * 100)
    page.get_by_text("This is 499 characters long; at most 300 fit.").wait_for()
    assert len(page.get_by_label("What do you want to call it?").input_value()) == 500


def test_fast_typing_makes_one_draft_with_the_last_words(page_as: Callable[..., Any], requester: Person) -> None:
    page = page_as(requester)
    page.goto("/requests/new/")
    title, trouble = page.get_by_label("What do you want to call it?"), page.get_by_label("What is the trouble?")
    for number in range(6):
        title.fill(f"Title {number}")
        trouble.fill(f"Trouble {number}")
        trouble.blur()
    page.wait_for_timeout(1500)
    saved(page)

    draft = ProjectRequest.objects.get()
    assert (draft.title, draft.problem) == ("Title 5", "Trouble 5")
    assert draft.typed.get("kept") is None


def test_two_windows_show_both_texts_and_keep_the_chosen_one(
    page_as: Callable[..., Any], requester: Person, cards: Silo
) -> None:
    draft = draft_request(requester=requester, silo=cards, title="Old")
    one, two = page_as(requester), page_as(requester)
    for page in (one, two):
        page.goto(f"/requests/{draft.reference}/file/what/")
    one.get_by_label("What do you want to call it?").fill("From the first window")
    one.wait_for_timeout(1300)
    saved(one)
    two.get_by_label("What do you want to call it?").fill("From the second window")
    two.get_by_text("was changed in another window too").wait_for()
    assert_no_axe_violations(two)
    screenshot(two, "filing-two-windows")
    assert two.get_by_label("What do you want to call it?").input_value() == "From the second window"

    two.get_by_label("Take what stands in the field here").check()
    two.get_by_role("button", name="Save my choice").click()
    two.wait_for_load_state()

    draft.refresh_from_db()
    assert draft.title == "From the second window"
    assert two.get_by_text("was changed in another window too").count() == 0


def test_date_that_is_wrong_is_kept_and_enter_removes_nothing(
    page_as: Callable[..., Any], requester: Person, cards: Silo
) -> None:
    draft = draft_request(requester=requester, silo=cards, one_off_cost=5)
    page = page_as(requester)
    page.goto(f"/requests/{draft.reference}/file/when/")
    page.get_by_label("What does it cost once?").fill("a lot")
    page.get_by_text("to mend before you file").wait_for()
    page.get_by_label("And every year after?").fill("9,500")
    page.get_by_label("And every year after?").press("Enter")
    page.get_by_role("alert").get_by_text("not an amount").first.wait_for()
    assert page.get_by_label("What does it cost once?").input_value() == "a lot"
    assert_no_axe_violations(page)

    draft.refresh_from_db()
    assert (draft.one_off_cost, draft.yearly_cost) == (5, 9500)


@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 900}], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_and_fit(
    page_as: Callable[..., Any], requester: Person, cards: Silo, viewport: dict[str, int], scheme: str
) -> None:
    draft = draft_request(requester=requester, silo=cards)
    request = filed_request(requester=requester, silo=cards, title="Card spend alerts by push and text")
    page = page_as(requester, viewport=viewport, color_scheme=scheme)
    for name, address in {
        "filing-what": f"/requests/{draft.reference}/file/what/",
        "filing-whom": f"/requests/{draft.reference}/file/whom/",
        "filing-when": f"/requests/{draft.reference}/file/when/",
        "filing-check": f"/requests/{draft.reference}/file/check/",
        "heads-up": "/requests/heads-up/",
        "drafts": "/requests/drafts/",
        "request": f"/requests/{request.reference}/",
        "request-history": f"/requests/{request.reference}/history/",
        "request-print": f"/requests/{request.reference}/print/",
        "request-withdraw": f"/requests/{request.reference}/move/withdrawn/",
        "notifications": "/me/notifications/",
        "preferences": "/me/preferences/",
    }.items():
        page.goto(address)
        page.wait_for_load_state("networkidle")
        screenshot(page, f"{name}-{viewport['width']}-{scheme}")
        assert_no_axe_violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], name


def test_whole_way_works_without_script(page_as: Callable[..., Any], requester: Person) -> None:
    page = page_as(requester, java_script_enabled=False)
    page.goto("/requests/new/")
    page.get_by_label("What do you want to call it?").fill("Without script")
    page.get_by_label("What is the trouble?").fill("It must work")
    page.get_by_role("button", name="Save and go to").click()
    page.get_by_label("Regulatory").check()
    page.get_by_role("button", name="Save and go to").click()
    page.get_by_role("link", name="5 Check and file").click()
    page.get_by_role("button", name="File it").click()

    assert page.get_by_text("It is filed. This happens next").is_visible()
    assert ProjectRequest.objects.get().status == "submitted"
