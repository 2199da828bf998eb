"""Triage, clusters, the third step and the hold-on card in a real browser: keys, dialogs, fragments, accessibility."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from impacts.models import Finding, Impact
from portfolio.models import Person, ProjectRequest, Silo
from tests.browsing import assert_no_axe_violations, screenshot
from tests.factories import (
    ClusterFactory,
    FamilyFactory,
    FindingFactory,
    ImpactFactory,
    TouchpointFactory,
    draft_request,
    filed_request,
)

PageAs = Callable[..., Any]
ALERTS = {
    "title": "Push message alerts when money leaves the card",
    "problem": "Card holders learn of fraud too late.",
    "proposal": "Send a push message at once when money leaves the card.",
}


@pytest.fixture
def pair(cards: Silo, retail: Silo, requester: Person, outsider: Person) -> list[ProjectRequest]:
    touchpoint = TouchpointFactory.create(name="Push message")
    made = [
        filed_request(silo=cards, requester=requester, **ALERTS),
        filed_request(silo=retail, requester=outsider, **{**ALERTS, "title": "Alerts by push message"}),
    ]
    for request in made:
        ImpactFactory.create(request=request, touchpoint=touchpoint)
    return made


def test_an_architect_clears_the_inbox_from_the_keyboard(
    page_as: PageAs, architect: Person, pair: list[ProjectRequest]
) -> None:
    first = FindingFactory.create(
        between=pair, weight=3.9, title="Cards and Retail ask for the same", severity="serious"
    )
    second = FindingFactory.create(weight=2.5, title="Two others ask for something alike")
    page = page_as(architect)
    page.goto(reverse("impacts:triage"))
    assert_no_axe_violations(page)
    screenshot(page, "triage-1280")
    page.keyboard.press("c")
    page.wait_for_url(f"**/triage/{second.pk}/")
    assert Finding.objects.get(pk=first.pk).state == "confirmed"
    page.keyboard.press("u")
    page.wait_for_url(f"**/triage/{first.pk}/")
    assert Finding.objects.get(pk=first.pk).state == "open"

    page.keyboard.press("j")
    page.wait_for_url(f"**/triage/{second.pk}/**")
    page.keyboard.press("k")
    page.wait_for_url(f"**/triage/{first.pk}/**")
    page.keyboard.press("d")
    dialog = page.locator("dialog#dismiss")
    dialog.wait_for(state="visible")
    assert_no_axe_violations(page)
    dialog.locator("textarea").fill("One is for staff, one for customers")
    dialog.get_by_role("button", name="Dismiss").click()
    page.wait_for_url(f"**/triage/{second.pk}/**")
    assert Finding.objects.get(pk=first.pk).state == "dismissed"


def test_without_a_script_the_acts_are_pages(page_as: PageAs, architect: Person, pair: list[ProjectRequest]) -> None:
    finding = FindingFactory.create(between=pair)
    page = page_as(architect, java_script_enabled=False)
    page.goto(finding.get_absolute_url())
    page.get_by_role("link", name="Dismiss").click()
    page.locator("textarea").fill("Two markets")
    page.get_by_role("button", name="Dismiss").click()
    assert Finding.objects.get(pk=finding.pk).state == "dismissed"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_pages_are_accessible(
    width: int, scheme: str, page_as: PageAs, architect: Person, pair: list[ProjectRequest]
) -> None:
    finding = FindingFactory.create(between=pair, severity="serious")
    crowd = FindingFactory.create(between=[*pair, filed_request()], rule="contact-overload", kind="conflict")
    cluster = ClusterFactory.create(holding=pair)
    family = FamilyFactory.create(lead=pair[0], with_members=pair[1:])
    page = page_as(architect, viewport={"width": width, "height": 844}, color_scheme=scheme)
    for name, url in {
        "finding": finding.get_absolute_url(),
        "finding-crowd": crowd.get_absolute_url(),
        "finding-act": reverse("impacts:finding-act", args=[finding.pk, "family"]),
        "clusters": reverse("impacts:cluster-list"),
        "cluster": cluster.get_absolute_url(),
        "family": family.get_absolute_url(),
        "touches": reverse("impacts:file-touches", args=[pair[0].reference]),
        "look-alikes": reverse("impacts:panel-look-alikes", args=[pair[0].reference]),
        "effects": reverse("impacts:panel-effects", args=[pair[0].reference]),
        "findings": reverse("impacts:panel-findings", args=[pair[0].reference]),
        "hold-on": reverse("impacts:panel-hold-on", args=[pair[0].reference]),
        "contacts": reverse("impacts:panel-contacts", args=[pair[0].reference]),
    }.items():
        page.goto(url)
        page.wait_for_load_state("networkidle") if name == "touches" else None
        assert_no_axe_violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} scrolls sideways"
        screenshot(page, f"impacts-{name}-{width}")


def test_lines_are_added_changed_and_put_back_without_leaving_the_page(
    page_as: PageAs, requester: Person, cards: Silo
) -> None:
    push = TouchpointFactory.create(name="Push message")
    TouchpointFactory.create(name="Branch counter")
    draft = draft_request(silo=cards, requester=requester, **ALERTS)
    page = page_as(requester)
    page.goto(reverse("impacts:file-touches", args=[draft.reference]))
    page.get_by_role("button", name="Add Push message").click()
    section = page.locator("#touch-touchpoints")
    section.get_by_role("row", name="Push message").wait_for()
    assert Impact.objects.get().touchpoint == push

    section.get_by_role("link", name="Change").click()
    section.get_by_label("What you do to it").select_option("retires")
    section.get_by_role("button", name="Save").click()
    section.get_by_role("cell", name="Retires", exact=True).wait_for()
    section.get_by_role("button", name="Remove").click()
    section.get_by_role("button", name="Put it back").click()
    section.get_by_role("cell", name="Retires", exact=True).wait_for()
    assert Impact.objects.get().effect == "retires"

    section.get_by_text("Add a touchpoint", exact=True).click()
    section.get_by_role("button", name="Add", exact=True).click()
    section.get_by_text("This field is required").first.wait_for()


def test_the_hold_on_card_appears_without_reloading(
    celery_worker_process: Any,
    page_as: PageAs,
    requester: Person,
    outsider: Person,
    cards: Silo,
    pair: list[ProjectRequest],
) -> None:
    for title in ("Payroll archive", "Lift maintenance", "Vendor onboarding", "Treasury forecast"):
        filed_request(title=title, problem=f"{title} is slow.", proposal=f"Renew {title}.")
    mine, theirs = page_as(requester), page_as(outsider)
    mine.goto(pair[0].get_absolute_url())
    theirs.goto(pair[1].get_absolute_url())
    theirs.get_by_text("We are comparing it").wait_for()
    worker = celery_worker_process.start(beat=True, sweep_seconds=1)
    worker.wait_until(lambda: Finding.objects.filter(requests=pair[0]).exists(), what="it is found")
    for page in (mine, theirs):
        page.get_by_role("heading", name="Hold on. One other department is asking for this.").wait_for(timeout=20_000)
        page.locator("#findings").get_by_text("Same purpose, with").wait_for()
    assert_no_axe_violations(mine)
    mine.get_by_label("Your answer to them").fill("We can carry yours.")
    mine.get_by_role("button", name="We will join").click()
    theirs.get_by_text("We can carry yours.").wait_for(timeout=20_000)
    screenshot(theirs, "hold-on-answered")
