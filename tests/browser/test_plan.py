"""Planning in a real browser with a real worker: from a new scenario to proposals on the agenda."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from board.charts.roadmap_groups import FOLDED
from board.models import AgendaItem, Decision, Meeting, PlanRun, Scenario
from board.services.meetings.meetings import plan_meeting
from board.services.plans.planning import ask_for_plan, run_plan, search_plan
from portfolio.models import Person
from tests.board.plans import little_portfolio, scenario_with
from tests.browsing import assert_no_axe_violations, screenshot
from tests.factories import PlannedRequestFactory, filed_request
from tests.workers import Worker

PageAs = Callable[..., Page]


@pytest.fixture
def meeting_to_come(transactional_db: None, secretary: Person, cio: Person) -> Meeting:
    """A meeting in three days."""
    starts = timezone.now() + timedelta(days=3)
    return plan_meeting(person=secretary, starts_at=starts, chair=cio, secretary=secretary)


def done(worker: Worker, number: int) -> None:
    """Wait until so many plans have been made."""
    ended = PlanRun.objects.filter(state=PlanRun.State.DONE)
    worker.wait_until(lambda: ended.count() == number, seconds=60, what=f"{number} plans are made")


def make_first_things_first(page: Page) -> Scenario:
    """A scenario of four quarters with money for two requests in each."""
    page.goto("/plan/")
    page.get_by_role("link", name="New plan").first.click()
    page.get_by_label("Name", exact=True).fill("First things first")
    page.get_by_label("Quarters", exact=True).fill("4")
    page.get_by_label("Seconds to search").fill("3")
    pot = page.get_by_role("group", name="Pot 1")
    pot.get_by_label("Pot 1: its name").fill("Budget")
    pot.get_by_label("Q1", exact=False).first.fill("210000")
    assert_no_axe_violations(page)
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("has not been planned yet")
    return Scenario.objects.get()


def pin_to_the_third_quarter(page: Page, scenario: Scenario, reference: str) -> None:
    """Move a request by hand, and plan again."""
    page.get_by_role("link", name="Move a request…").click()
    page.get_by_label("Request", exact=True).select_option(reference)
    page.get_by_label("Quarter").select_option(label=scenario.horizon.name(2))
    page.get_by_label("Why", exact=False).last.fill("The vendor is free then")
    assert_no_axe_violations(page)
    page.get_by_role("button", name="Pin it and plan again").click()


def test_from_a_new_scenario_to_the_agenda(
    celery_worker_process: Worker, page_as: PageAs, architect: Person, meeting_to_come: Meeting
) -> None:
    little = little_portfolio()
    celery_worker_process.start()
    page = page_as(architect)
    made = make_first_things_first(page)
    assert made.plan_settings.pots[0].amounts == (210_000,) * 4

    page.get_by_role("button", name="Plan it").click()
    done(celery_worker_process, 1)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("First things first: four requests fit, one is left out", timeout=15_000)
    expect(page.locator("#left-out")).to_contain_text("Golden letters")
    assert_no_axe_violations(page)
    screenshot(page, "plan-1280")

    pin_to_the_third_quarter(page, made, little.best.reference)
    done(celery_worker_process, 2)
    expect(page.get_by_text("The vendor is free then")).to_be_visible(timeout=15_000)
    row = page.locator("#roadmap-table tr", has_text=little.best.reference)
    expect(row.first).to_contain_text("Moved by the plan", timeout=15_000)

    page.get_by_role("link", name="Compare with other plans").click()
    expect(page.get_by_role("heading", name="Side by side")).to_be_visible()
    expect(page.locator("#who-waits")).to_contain_text(little.poor.reference)
    assert_no_axe_violations(page)

    page.goto(made.get_absolute_url())
    page.get_by_role("link", name="Propose to the board").click()
    assert_no_axe_violations(page)
    page.get_by_label(f"Propose {little.poor.reference}").uncheck()
    page.get_by_role("button", name="Put them on the agenda").click()
    page.wait_for_url(re.compile(rf"/board/{meeting_to_come.pk}/"))
    expect(page.get_by_text("3 proposed to the board")).to_be_visible()
    assert AgendaItem.objects.filter(meeting=meeting_to_come).count() == 3
    assert not Decision.objects.exists()


def test_a_search_is_stopped_and_keeps_its_best(
    celery_worker_process: Worker, page_as: PageAs, architect: Person
) -> None:
    little_portfolio()
    scenario = scenario_with(210_000, person=architect)
    page = page_as(architect)
    page.goto(scenario.get_absolute_url())
    page.get_by_role("button", name="Plan it").click()
    # No worker runs yet: it waits, and can be stopped.
    expect(page.get_by_role("heading", name="Waiting for the planner…")).to_be_visible()
    assert_no_axe_violations(page)
    page.get_by_role("button", name="Stop and take the best so far").click()
    expect(page.get_by_role("button", name="Plan it")).to_be_visible()
    assert PlanRun.objects.get().state == PlanRun.State.CANCELLED


def test_a_killed_worker_loses_no_plan(celery_worker_process: Worker, page_as: PageAs, architect: Person) -> None:
    little_portfolio()
    scenario = scenario_with(210_000, person=architect)
    run = ask_for_plan(person=architect, scenario=scenario)
    # A worker took it and was killed.
    long_ago = timezone.now() - timedelta(minutes=5)
    PlanRun.objects.filter(pk=run.pk).update(state="running", attempts=1, taken_at=long_ago, beat_at=long_ago)
    celery_worker_process.start()
    page = page_as(architect)
    page.goto(scenario.get_absolute_url())  # the page asks how far it is, and so wakes another worker
    done(celery_worker_process, 1)
    expect(page.get_by_role("heading", level=1)).to_contain_text("four requests fit", timeout=15_000)
    run.refresh_from_db()
    assert run.attempts == 2


def test_a_plan_can_be_read_on_a_phone_in_the_dark_and_without_scripts(page_as: PageAs, architect: Person) -> None:
    little_portfolio()
    scenario = scenario_with(210_000, person=architect)
    run_plan(pk=ask_for_plan(person=architect, scenario=scenario).pk, search=search_plan, watched=False)
    phone = {"width": 390, "height": 844}
    page = page_as(architect, viewport=phone, color_scheme="dark")
    compared = f"/plan/compare/?plans=as-asked&plans={scenario.pk}"
    own = scenario.get_absolute_url()
    for path in (own, "/plan/", "/plan/as-asked/", compared, f"{own}weights/", f"{own}settings/", f"{own}adopt/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        assert_no_axe_violations(page)
    page.goto(scenario.get_absolute_url())
    screenshot(page, "plan-390-dark")
    plain = page_as(architect, java_script_enabled=False)
    plain.goto(scenario.get_absolute_url())
    plain.get_by_role("button", name="Plan again").click()
    expect(plain.get_by_role("heading", name="Waiting for the planner…")).to_be_visible()
    plain.get_by_role("link", name="Look again").click()
    expect(plain.get_by_role("heading", name="Waiting for the planner…")).to_be_visible()


def test_a_plan_of_very_many_is_folded_and_opened_by_its_groups(page_as: PageAs, architect: Person) -> None:
    little = little_portfolio()
    scenario = scenario_with(210_000, person=architect)
    run = run_plan(pk=ask_for_plan(person=architect, scenario=scenario).pk, search=search_plan, watched=False)
    assert run is not None
    more = {"starts": date(2027, 1, 11), "live": date(2027, 3, 22)}
    for number in range(FOLDED):
        request = filed_request(status="ready", silo=little.best.silo, requester=little.best.requester)
        PlannedRequestFactory.create(run=run, request=request, period=number % 4, **more)
    page = page_as(architect)
    page.goto(scenario.get_absolute_url())
    assert page.locator("svg.year rect.job").count() == 0
    assert_no_axe_violations(page)
    page.locator("svg.year a", has_text="Savings").click()
    expect(page.locator("svg.year rect.job").first).to_be_visible()
    assert_no_axe_violations(page)
    page.locator("#roadmap").get_by_role("link", name="Fold Savings").click()
    expect(page.locator("svg.year rect.job")).to_have_count(0)
