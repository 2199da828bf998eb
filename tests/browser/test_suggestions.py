"""Suggested tags beside the form: answered from the keyboard, taken back, readable on a phone and for everybody."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from impacts.models import TagSuggestion
from portfolio.models import Person, ProjectRequest, Silo
from tests.browsing import assert_no_axe_violations, screenshot
from tests.factories import ImpactFactory, TouchpointFactory, draft_request, filed_request

PageAs = Callable[..., Page]


@pytest.fixture
def draft(transactional_db: None, requester: Person, cards: Silo, retail: Silo) -> ProjectRequest:
    push = TouchpointFactory.create(name="Push message")
    TouchpointFactory.create(name="Consent and contact preferences of the household")
    TouchpointFactory.create(name="Card payment page")
    ImpactFactory.create(request=filed_request(silo=retail, title="Push message when money leaves"), touchpoint=push)
    made: ProjectRequest = draft_request(
        silo=cards,
        requester=requester,
        title="Push message at the card payment page",
        problem="Consent and contact preferences of the household are not asked.",
    )
    return made


def touches(draft: ProjectRequest) -> str:
    return reverse("impacts:file-touches", args=[draft.reference])


def test_the_first_is_added_declined_and_taken_back_by_keys(
    page_as: PageAs, requester: Person, draft: ProjectRequest
) -> None:
    page = page_as(requester)
    page.goto(touches(draft))
    panel = page.locator("#suggestions")
    adds = panel.get_by_role("button", name="Add")
    expect(adds).to_have_count(3)
    first, second, _ = adds.all_inner_texts()
    page.keyboard.press("c")
    expect(panel.get_by_role("status")).to_contain_text("was added.")
    expect(page.locator("#touch-touchpoints tbody tr")).to_have_count(1)
    assert first.endswith(draft.impacts.get().touchpoint.name)
    expect(adds).to_have_count(2)
    assert adds.first.inner_text() == second
    page.keyboard.press("u")
    expect(panel.get_by_role("status")).to_contain_text("Taken back")
    expect(page.locator("#touch-touchpoints tbody tr")).to_have_count(0)
    page.keyboard.press("d")
    expect(panel.get_by_role("status")).to_contain_text("will not be suggested again")
    expect(panel.get_by_text("1 declined")).to_be_visible()
    assert set(TagSuggestion.objects.values_list("state", flat=True)) == {"declined"}
    assert not draft.impacts.exists()


def test_adding_one_brings_the_look_alikes_up_to_date(
    page_as: PageAs, requester: Person, draft: ProjectRequest
) -> None:
    page = page_as(requester)
    page.goto(touches(draft))
    expect(page.locator("#suggestions").get_by_role("button", name="Add Push message")).to_be_visible()
    with page.expect_response(lambda answer: "look-alikes" in answer.url):
        page.locator("#suggestions").get_by_role("button", name="Add Push message").click()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_it_is_readable_at_every_width(
    page_as: PageAs, requester: Person, draft: ProjectRequest, width: int, scheme: str
) -> None:
    page = page_as(requester, viewport={"width": width, "height": 844}, color_scheme=scheme)
    page.goto(touches(draft))
    panel = page.locator("#suggestions")
    expect(panel.get_by_role("button", name="Add Push message")).to_be_visible()
    panel.get_by_role("button", name=re.compile("does not touch Push message")).click()
    expect(panel.get_by_text("1 declined")).to_be_visible()
    assert_no_axe_violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    screenshot(page, f"suggestions-{width}")


def test_without_script_it_is_a_page_of_its_own(page_as: PageAs, requester: Person, draft: ProjectRequest) -> None:
    page = page_as(requester, java_script_enabled=False)
    page.goto(touches(draft))
    page.get_by_role("link", name="Show what it seems to touch").click()
    page.get_by_role("button", name="Add Push message").click()
    expect(page.locator("#touch-touchpoints")).to_contain_text("Push message")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#touch-touchpoints tbody tr")).to_have_count(0)
