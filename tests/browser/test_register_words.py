"""Every department's word finds the one entry while filing; a word that finds nothing is proposed from there."""

from django.urls import reverse
from playwright.sync_api import expect

from customers.models import Synonym
from tests.browsing import assert_no_axe_violations, screenshot
from tests.factories import TouchpointFactory, draft_request


def test_the_list_is_found_by_another_word_and_a_missing_one_is_proposed(requester, cards, page_as) -> None:
    centre = TouchpointFactory.create(name="Call centre")
    Synonym.objects.create(term="Contact center", touchpoint=centre)
    TouchpointFactory.create_batch(12)
    item = draft_request(requester=requester, silo=cards, title="Lockers")
    page = page_as(requester)
    page.goto(reverse("impacts:file-touches", args=[item.reference]))
    section = page.locator("#touch-touchpoints")
    section.get_by_label("Find by any word").fill("contact CENT")
    expect(section.get_by_role("status")).to_have_text("“Contact center” is another word for Call centre")
    expect(section.get_by_label("Where the customer notices it")).to_have_value(str(centre.pk))
    assert_no_axe_violations(page)
    screenshot(page, "register-words-1280")
    section.get_by_label("Find by any word").fill("Parcel locker")
    expect(section.get_by_role("status")).to_have_text("Nothing is called that.")
    section.get_by_role("link", name="Propose it").click()
    expect(page.get_by_label("What is it called?")).to_have_value("Parcel locker")
    assert_no_axe_violations(page)
    page.get_by_label("What you do to it").select_option("introduces")
    page.get_by_role("button", name="Propose it").click()
    expect(page.locator("#touch-touchpoints")).to_contain_text("Parcel locker")
