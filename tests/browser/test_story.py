"""The whole story in a real browser, with a real worker: file, hold on, triage, meet, decide, print."""

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from board.models import Condition, Meeting
from impacts.models import Family, Finding, PlannedContact
from portfolio.lifecycle import Status
from portfolio.models import Notification, Person, ProjectRequest
from tests.browser.bank import OTHER_TITLE, PROBLEM, PROPOSAL, TITLE, eventually, make_bank, whole_draft
from tests.factories import ClusterFactory, FindingFactory, MeetingFactory, filed_request
from tests.workers import Worker

PageAs = Callable[..., Page]


@pytest.fixture
def bank(transactional_db: None, requester: Person, outsider: Person) -> dict[str, Any]:
    """Two departments that want the same, see tests.browser.bank."""
    return make_bank(requester, outsider)


def test_a_head_files_in_five_steps_and_sees_the_look_alike_while_typing(  # noqa: PLR0915 - five steps
    page_as: PageAs, requester: Person, bank: dict[str, Any]
) -> None:
    page = page_as(requester)
    page.goto("/")
    page.get_by_role("banner").get_by_role("link", name="File a request").click()

    # 1: what. The saved line and the other department's request come while one types.
    page.get_by_label("What do you want to call it?").press_sequentially(TITLE)
    page.get_by_label("What is the trouble?").fill(PROBLEM)
    expect(page.locator("#saved")).to_contain_text("Saved")
    alike = page.get_by_role("article").filter(has_text=OTHER_TITLE)
    expect(alike).to_contain_text(bank["other"].reference)
    expect(alike).to_contain_text("Retail, Otto Outsider")
    assert alike.locator("mark").count() > 1
    eventually(lambda: ProjectRequest.objects.filter(title=TITLE, problem=PROBLEM).exists(), "saved without a button")
    draft = ProjectRequest.objects.get(title=TITLE)
    expect(page).to_have_url(re.compile(rf"/requests/{draft.reference}/file/what/"))
    page.get_by_label("What do you propose?").fill(PROPOSAL)
    page.get_by_role("button", name="Save and go to").click()

    # 2: for whom
    page.get_by_label("Customer-facing").check()
    page.get_by_label("When did IT first hear of it?").select_option("idea")
    page.get_by_role("button", name="Save and go to").click()

    # 3: what it touches. A click takes a suggestion over.
    suggestions = page.locator("#suggestions")
    suggestions.get_by_role("button", name="Add Push message").click()
    touched = page.locator("#touch-touchpoints")
    expect(touched.get_by_role("row").filter(has_text="Push message")).to_contain_text("Changes")
    expect(suggestions.get_by_role("button", name="Add Push message")).to_have_count(0)
    page.get_by_role("link", name="Go to When and how much").click()

    # 4: when, with a planned contact that makes the load of these customers too high
    page.get_by_label("When would work start?").fill("2027-01-11")
    page.get_by_label("When should customers or staff notice it?").fill("2027-03-08")
    page.get_by_label("What does it cost once?").fill("420 000")
    page.get_by_label("What do you promise will be different?").fill("One call in five fewer.")
    contacts = page.locator("#touch-contacts")
    contacts.get_by_label("To which customers").select_option(label="Card holders")
    contacts.get_by_label("By which way").select_option("push")
    contacts.get_by_label("First day").fill("2027-03-08")
    contacts.get_by_label("How many times each").fill("2")
    contacts.get_by_label("What for").fill("Say that alerts are on")
    contacts.get_by_role("button", name="Add").click()
    expect(contacts.get_by_role("row").filter(has_text="Card holders")).to_contain_text("8 Mar 2027")
    expect(page.get_by_role("region", name="What Card holders would hear")).to_contain_text("At most 3 in 21 days")
    page.get_by_role("button", name="Save and go to").click()

    # 5: check and file
    page.get_by_role("button", name="File", exact=False).last.click()
    expect(page.get_by_role("heading", name="It is filed. This happens next")).to_be_visible()
    draft.refresh_from_db()
    assert (draft.state, draft.one_off_cost, draft.wanted_go_live) == (Status.SUBMITTED, 420_000, date(2027, 3, 8))
    assert PlannedContact.objects.get(request=draft).times == 2


def test_both_requesters_see_the_card_without_reloading_and_the_other_side_answers(
    page_as: PageAs,
    celery_worker_process: Worker,
    requester: Person,
    outsider: Person,
    architect: Person,
    bank: dict[str, Any],
) -> None:
    other, draft = bank["other"], whole_draft(requester, bank)
    worker = celery_worker_process.start(beat=True, sweep_seconds=1)
    theirs = page_as(outsider)
    theirs.goto(other.get_absolute_url())
    expect(theirs.get_by_role("heading", name=re.compile("Hold on"))).to_have_count(0)

    mine = page_as(requester)
    mine.goto(f"/requests/{draft.reference}/file/check/")
    mine.get_by_role("button", name="File", exact=False).last.click()
    for page, reference in ((mine, other.reference), (theirs, draft.reference)):
        card = page.locator("#hold")
        expect(card).to_contain_text("Hold on", timeout=20_000)
        expect(card).to_contain_text(reference)

    theirs.get_by_label("Your answer to them, in a sentence").fill("One service is enough. Let us meet on Monday.")
    theirs.get_by_role("button", name="We will join").click()
    expect(theirs.locator("#hold")).to_contain_text("Let us meet on Monday")
    expect(mine.locator("#hold")).to_contain_text("Let us meet on Monday", timeout=20_000)

    for person in (requester, outsider, architect):
        assert Notification.objects.filter(person=person).exists(), person
    mine.goto("/me/notifications/")
    expect(mine.locator("main")).to_contain_text("much the same thing")
    mail = worker.folder / "mail"
    written = lambda: "".join(each.read_text() for each in mail.glob("*.log"))  # noqa: E731
    worker.wait_until(
        lambda: all(person.email in written() for person in (requester, outsider, architect)), what="all have mail"
    )


def test_an_architect_triages_from_the_keyboard(page_as: PageAs, architect: Person, bank: dict[str, Any]) -> None:
    pairs = [filed_request(title=title) for title in ("Alpha", "Beta", "Gamma", "Delta", "Epsilon")]
    first, second, third = (
        FindingFactory.create(between=[pairs[i], pairs[i + 1]], title=f"Finding {i}", weight=90 - i) for i in range(3)
    )
    page = page_as(architect)
    page.goto("/triage/")
    heading = page.locator("#finding-title")
    expect(heading).to_have_text(first.title)
    page.keyboard.press("j")
    expect(heading).to_have_text(second.title)
    page.keyboard.press("k")
    expect(heading).to_have_text(first.title)

    page.keyboard.press("c")
    expect(page.locator(".toast")).to_be_visible()
    first.refresh_from_db()
    assert first.state == Finding.State.CONFIRMED

    page.goto("/triage/")
    expect(heading).to_have_text(second.title)
    page.keyboard.press("d")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Why is it no problem?").fill("One is for staff, the other for customers. c j d")
    dialog.get_by_role("button", name="Dismiss").click()
    expect(page.locator(".toast")).to_be_visible()
    second.refresh_from_db()
    assert second.state == Finding.State.DISMISSED
    assert third.title in page.locator("main").inner_text()

    page.keyboard.press("u")
    expect(page.locator(".toast")).to_contain_text(re.compile("taken back|undone|open again", re.IGNORECASE))
    second.refresh_from_db()
    assert second.state == Finding.State.OPEN


def test_an_architect_joins_a_cluster_as_a_family_and_calls_it_ready(
    page_as: PageAs, architect: Person, requester: Person, outsider: Person, bank: dict[str, Any]
) -> None:
    mine = filed_request(title=TITLE, silo=requester.memberships.get().silo, requester=requester, problem=PROBLEM)
    cluster = ClusterFactory.create(holding=[mine, bank["other"]], title="Two departments ask for the same thing")
    page = page_as(architect)
    page.goto(cluster.get_absolute_url())
    expect(page.locator("svg").first).to_be_visible()
    expect(page.locator("#requests")).to_contain_text(TITLE)
    form = page.get_by_role("region", name="Join as a family")
    form.get_by_label("Which request leads?").or_(form.get_by_label(re.compile(mine.reference)).last).last.check()
    form.get_by_label("Who owns the family?").fill("Rita Requester")
    form.get_by_label("What is it called?").fill("One notification service")
    form.get_by_role("button", name="Join as a family").click()
    expect(page.get_by_role("heading", name="One notification service", level=1)).to_be_visible()
    family = Family.objects.get()
    assert family.owner == requester
    assert set(family.members.values_list("request_id", flat=True)) == {mine.pk, bank["other"].pk}

    page.goto(mine.get_absolute_url())
    page.get_by_role("button", name="Ready for board").click()
    expect(page.locator("main header")).to_contain_text("Ready for board")
    mine.refresh_from_db()
    assert mine.state is Status.READY


def test_the_board_meets_decides_in_two_actions_and_the_minutes_and_pack_say_so(  # noqa: PLR0915 - one sitting
    page_as: PageAs, secretary: Person, cio: Person, requester: Person, outsider: Person, bank: dict[str, Any]
) -> None:
    cards = requester.memberships.get().silo
    mine = filed_request(title=TITLE, silo=cards, requester=requester, status=Status.READY.value, one_off_cost=420_000)
    twin = filed_request(title="Alerts for savers", silo=bank["other"].silo, requester=outsider, status="ready")
    FindingFactory.create(between=[twin, mine], severity=Finding.Severity.SERIOUS, weight=90)
    meeting = MeetingFactory.create(
        title="Review board", chair=cio, secretary=secretary, starts_at=timezone.now() + timedelta(days=1)
    )
    page = page_as(secretary)
    page.goto(meeting.get_absolute_url())
    for title in (TITLE, "Alerts for savers"):
        page.get_by_role("button", name=f"Add {title}").click()
        expect(page.locator(".agenda")).to_contain_text(ProjectRequest.objects.get(title=title).reference)

    page.goto(f"/board/{meeting.pk}/pack/")
    expect(page.get_by_role("heading", level=1).first).to_contain_text("Review board")
    expect(page.locator("main")).to_contain_text(mine.reference)
    answer = page.request.get(f"/board/{meeting.pk}/pack.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    pdf = " ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(answer.body())).pages)
    assert mine.reference in pdf
    assert twin.reference in pdf

    page.goto(meeting.get_absolute_url())
    page.get_by_role("link", name="Meeting mode").click()
    page.get_by_role("button", name="Start the meeting").click()
    # The first item, approved with a condition: choose, say why, record.
    page.get_by_role("radio", name=re.compile("with conditions")).check()
    expect(page.get_by_role("textbox", name="Condition", exact=True).first).to_be_in_viewport()
    page.get_by_role("textbox", name="Condition", exact=True).first.fill("One service for all departments.")
    page.get_by_role("combobox", name="Who sees to it").first.fill("Rita Requester")
    page.locator("[name=c0-due]").fill("2027-02-01")
    page.get_by_label("Because").fill("Customers call us for what we could have told them.")
    page.get_by_role("button", name="Record this decision").click()
    expect(page.locator(".recorded")).to_contain_text("One service for all departments.")
    assert Condition.objects.get().owner == requester

    # The second, merged into the first.
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Alerts for savers")
    page.get_by_role("radio", name=re.compile("Merge")).check()
    page.get_by_label("The request that stays").select_option(str(mine.pk))
    page.get_by_label("Because").fill("It is the same service.")
    page.get_by_role("button", name="Record this decision").click()
    expect(page.locator(".recorded")).to_contain_text(mine.reference)
    page.get_by_role("button", name="Close the meeting").click()
    meeting.refresh_from_db()
    assert meeting.status == Meeting.Status.CLOSED

    page.goto(f"/board/{meeting.pk}/minutes/")
    for words in ("One service for all departments", "It is the same service", "Rita Requester"):
        expect(page.locator("main")).to_contain_text(words)

    theirs = page_as(outsider)
    theirs.goto(twin.get_absolute_url())
    expect(theirs.locator("main header")).to_contain_text("Merged")
    expect(theirs.get_by_role("heading", name="It goes on in another request")).to_be_visible()
    expect(theirs.get_by_role("region", name="At the board")).to_contain_text("It is the same service")
    mine.refresh_from_db()
    assert mine.state is Status.APPROVED_WITH_CONDITIONS
    for person in (requester, outsider):
        assert Notification.objects.filter(person=person, mail_due=True).exists()
