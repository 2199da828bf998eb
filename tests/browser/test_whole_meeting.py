"""A whole meeting of ten items with two people who record at once: every kind of decision, a connection that breaks, a
double click, a request that is withdrawn on the way; then the minutes and the chain of decisions are checked."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from board.models import AgendaItem, Decision, Meeting
from board.selectors.decisions.questions import open_questions
from board.services.meetings.agenda import Group, add_item
from board.services.meetings.meetings import plan_meeting
from board.services.meetings.presence import record_attendance
from impacts.models import Family
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from portfolio.services.requests import move_request
from tests.browsing import assert_no_axe_violations, screenshot
from tests.factories import FamilyFactory, FindingFactory, filed_request

PageAs = Callable[..., Page]
SOON = 25_000
"""Milliseconds to wait for what somebody else did: the room asks every three seconds, and the machine may be busy."""
TITLES = [
    "Card alerts by push",
    "A quieter March",
    "Basic accounts on the same day",
    "Wheelchair ramps",
    "A chat that answers",
    "Photographs instead of surveyors",
    "Letters with one owner",
    "Recycled plastic for cards",
    "Weekend calls by a partner",
    "Instalments at the checkout",
]


def ready(title: str) -> ProjectRequest:
    return filed_request(status=Status.READY.value, title=title)


@pytest.fixture
def meeting(transactional_db: None, secretary: Person, cio: Person, board_member: Person) -> Meeting:
    """Ten items: six single requests, one that a duplicate is filed for, a family, and two groups."""
    made = plan_meeting(person=secretary, starts_at=timezone.now(), minutes=90, chair=cio, secretary=secretary)
    Meeting.objects.filter(pk=made.pk).update(voting=Meeting.Voting.VOTES)
    made.refresh_from_db()
    record_attendance(person=secretary, meeting=made, present=[secretary.pk, cio.pk, board_member.pk])
    for title in TITLES[:7]:
        add_item(person=secretary, meeting=made, request=ready(title), question=f"{title}?")
    twin = filed_request(status=Status.APPROVED.value, title="Letters that somebody owns")
    FindingFactory.create(between=[ProjectRequest.objects.get(title=TITLES[6]), twin], rule="same-purpose")
    family = FamilyFactory.create(lead=ready(TITLES[7]), with_members=[ready("Cards of metal")])
    add_item(person=secretary, meeting=made, family=family, question=f"{TITLES[7]}?")
    for title in TITLES[8:]:
        group = Group(title=title, requests=[ready(f"{title}, part {part}") for part in (1, 2, 3)])
        add_item(person=secretary, meeting=made, group=group, question=f"{title}?")
    return made


class Room:
    """The board room in one person's browser."""

    def __init__(self, page: Page, meeting: Meeting) -> None:
        self.page = page
        self.meeting = meeting

    def open(self, number: int) -> AgendaItem:
        """Go to the item with this number."""
        item = AgendaItem.objects.get(meeting=self.meeting, question=f"{TITLES[number - 1]}?")
        self.page.goto(f"/board/{self.meeting.pk}/meeting/?item={item.pk}")
        expect(self.page.get_by_role("heading", level=1)).to_have_text(item.question)
        return item

    def choose(self, kind: str) -> None:
        """Choose by the option's own key."""
        radio = self.page.locator(f'input[name="kind"][value="{kind}"]')
        self.page.locator("body").press(radio.get_attribute("data-key") or "")
        expect(radio).to_be_checked()

    def record(self, label: str) -> None:
        """Record by the key, and see it recorded."""
        self.page.evaluate("document.activeElement.blur()")
        self.page.locator("body").press("r")
        self.recorded(label)

    def recorded(self, label: str) -> None:
        """The decision stands on the screen."""
        expect(self.page.locator(".recorded h2")).to_have_text(label, timeout=SOON)


def decision(item: AgendaItem) -> Decision:
    return Decision.objects.get(item=item, superseded_by__isnull=True)


@dataclass
class Sitting:
    """The meeting, with the two who record and a member who votes."""

    meeting: Meeting
    mine: Room
    theirs: Room
    secretary: Person
    cio: Person
    board_member: Person


def begin(at: Sitting) -> None:
    """The meeting begins."""
    at.mine.open(1)
    at.mine.page.get_by_role("button", name="Start the meeting").click()
    expect(at.mine.page.get_by_role("timer")).to_be_visible()
    expect(at.mine.page.locator("#room-side")).to_contain_text("Meeting on time")
    screenshot(at.mine.page, "room-1440")


def approve(at: Sitting) -> None:
    """Approve: two keys are enough, and the chair sees it without loading the page again."""
    at.theirs.open(1)
    first = at.mine.open(1)
    at.mine.choose("approve")
    at.mine.record("Approve")
    at.theirs.recorded("Approve")
    assert decision(first).reason == "It goes ahead as filed."


def with_a_condition(at: Sitting) -> None:
    """Approve with conditions: a condition that is typed makes it one, on the screen before it is recorded."""
    second = at.mine.open(2)
    at.mine.choose("approve")
    at.mine.page.locator("body").press("c")
    at.mine.page.locator('[name="c0-text"]').fill("Consent is asked first.")
    at.mine.page.locator('[name="c0-owner"]').fill(str(at.board_member))
    at.mine.page.locator('[name="c0-due"]').fill((timezone.localdate() + timedelta(days=20)).isoformat())
    expect(at.mine.page.locator(".chosen-name:visible")).to_have_text(
        "Chosen: Approve with conditions, with 1 condition"
    )
    at.mine.page.get_by_label("Because").fill("March is too full as it is.")
    at.mine.page.get_by_role("button", name="Record this decision").click()
    at.mine.recorded("Approve with conditions")
    assert decision(second).conditions.get().owner == at.board_member


def hold_with_a_dissent(at: Sitting) -> None:
    """Hold, recorded by the chair, with votes and a dissent in its words."""
    third = at.theirs.open(3)
    at.theirs.choose("hold")
    at.theirs.page.get_by_label("The question to be answered").fill("Who is master of the address?")
    at.theirs.page.get_by_label("Who answers it").fill(str(at.secretary))
    at.theirs.page.locator("label.toggle", has_text="Votes").click()
    at.theirs.page.get_by_label(f"How {at.cio} voted").select_option("for")
    at.theirs.page.get_by_label(f"How {at.board_member} voted").select_option("against")
    at.theirs.page.get_by_label(f"What {at.board_member} said").fill("It has waited long enough.")
    at.theirs.record("Hold")
    expect(at.theirs.page.locator(".recorded")).to_contain_text("It has waited long enough.")
    assert {vote.choice for vote in decision(third).votes.all()} == {"for", "against"}


def two_people_at_once(at: Sitting) -> None:
    """Two people at once: the second one's words stay, and nothing is decided twice."""
    fourth = at.mine.open(4)
    at.theirs.open(4)
    at.theirs.choose("approve")
    at.theirs.page.get_by_label("Because").fill("Ramps are a duty.")
    at.mine.choose("reject")
    at.mine.page.get_by_label("Because").fill("The house is sold next year.")
    at.mine.page.get_by_role("button", name="Record this decision").dblclick()
    at.mine.recorded("Reject")
    news = at.theirs.page.locator("#room-news")
    expect(news).to_contain_text("The house is sold next year.", timeout=SOON)
    expect(at.theirs.page.get_by_label("Because")).to_have_value("Ramps are a duty.")
    at.theirs.page.get_by_role("button", name="Record this decision").click()
    expect(at.theirs.page.get_by_role("alert").filter(has_text="The decision is not recorded")).to_contain_text(
        f"{at.secretary} recorded “Reject”"
    )
    expect(at.theirs.page.locator(".saw")).to_contain_text("Ramps are a duty.")
    assert Decision.objects.filter(item=fourth).count() == 1, "a double click and a second person decide once"


def lost_connection(at: Sitting) -> None:
    """The connection breaks: what was decided is kept, also over a reload, and recorded once, though the answer to what
    did arrive was lost as well."""
    fifth = at.mine.open(5)
    at.mine.choose("return")
    at.mine.page.locator('[name="q0-text"]').fill("How many questions does it answer today?")
    at.mine.page.locator('[name="q0-owner"]').fill(str(at.board_member))
    at.mine.page.locator('[name="q0-due"]').fill((timezone.localdate() + timedelta(days=14)).isoformat())
    reached: list[str] = []

    def lose_the_answer(route: Route) -> None:
        reached.append(route.request.url)
        if len(reached) == 2:
            route.fetch()
        route.abort()

    at.mine.page.route("**/decide/", lose_the_answer)
    at.mine.page.get_by_role("button", name="Record this decision").click()
    expect(at.mine.page.get_by_role("alert").filter(has_text="Not recorded yet.")).to_contain_text(
        "kept in this browser"
    )
    at.mine.page.route("**/pulse/**", lambda route: route.abort())
    assert not Decision.objects.filter(item=fifth).exists()
    with at.mine.page.expect_event("requestfailed", lambda request: request.url.endswith("/decide/"), timeout=SOON):
        at.mine.page.reload()  # it is sent again by itself
    expect(at.mine.page.locator("#room-not-yet")).to_contain_text("Not recorded yet.")
    expect(at.mine.page.locator('[name="q0-text"]')).to_have_value("How many questions does it answer today?")
    at.mine.page.unroute("**/pulse/**")
    at.mine.page.unroute("**/decide/", lose_the_answer)
    at.mine.recorded("Return for information")
    assert Decision.objects.filter(item=fifth).count() == 1, "it arrived twice and counts once"


def defer_after_a_reload(at: Sitting) -> None:
    """Defer, recorded by the chair after a reload that keeps what was typed."""
    sixth = at.theirs.open(6)
    at.theirs.choose("defer")
    at.theirs.page.get_by_label("Because").fill("Not before the new year.")
    at.theirs.page.reload()
    expect(at.theirs.page.locator("#room-unsent")).to_contain_text("is shown again")
    expect(at.theirs.page.get_by_label("Because")).to_have_value("Not before the new year.")
    at.theirs.record("Defer")
    assert decision(sixth).deferral.until > timezone.localdate()


def merge(at: Sitting) -> None:
    """Merge into the one that is there already."""
    seventh = at.mine.open(7)
    at.mine.choose("merge")
    at.mine.record("Merge")
    assert decision(seventh).survivor == ProjectRequest.objects.get(title="Letters that somebody owns")


def withdrawn_on_the_way(at: Sitting) -> None:
    """A request of the family is withdrawn while the item is open: that is seen, and what is left is decided."""
    eighth = at.mine.open(8)
    at.mine.choose("approve")
    gone = ProjectRequest.objects.get(title="Cards of metal")
    move_request(request=gone, target=Status.WITHDRAWN, person=gone.requester, why="Nobody wants them.")
    expect(at.mine.page.locator("#room-news")).to_contain_text(f"{gone.reference} is withdrawn", timeout=SOON)
    at.mine.page.get_by_role("button", name="Record this decision").click()
    expect(at.mine.page.get_by_role("alert").filter(has_text="The decision is not recorded")).to_be_visible()
    assert not Decision.objects.filter(item=eighth).exists()
    expect(at.mine.page.locator(".room-item")).to_contain_text(f"{gone.reference} is withdrawn")
    at.mine.record("Approve")
    assert [row.request.title for row in decision(eighth).requests.all()] == [TITLES[7]]


def join_as_a_family(at: Sitting) -> None:
    """Join as a family under another lead and owner."""
    ninth = at.theirs.open(9)
    at.theirs.choose("join")
    lead = ProjectRequest.objects.get(title=f"{TITLES[8]}, part 2")
    at.theirs.page.get_by_label("Which one leads").select_option(label=str(lead))
    at.theirs.page.get_by_label("Who owns the family").fill(str(at.board_member))
    at.theirs.record("Go together as a family")
    family = Family.objects.get(title=TITLES[8])
    assert (family.lead, family.owner, decision(ninth).joining.family) == (lead, at.board_member, family)


def order_with_a_tie(at: Sitting) -> None:
    """Run in an order in which two go at the same time."""
    tenth = at.mine.open(10)
    parts = [ProjectRequest.objects.get(title=f"{TITLES[9]}, part {part}") for part in (1, 2, 3)]
    at.mine.choose("sequence")
    for part, place in zip(parts, ("2", "1", "2"), strict=True):
        at.mine.page.locator(f'[name="place_{part.pk}"]').fill(place)
    at.mine.record("Go in order")
    expect(at.mine.page.locator(".recorded")).to_contain_text(
        f"{parts[1].reference}, then {parts[0].reference} and {parts[2].reference}"
    )
    assert decision(tenth).kind == Decision.Kind.SEQUENCE


def check_what_was_decided(at: Sitting) -> None:
    """Every kind was decided, and each item once."""
    kinds = {row.kind for row in Decision.objects.all()}
    assert kinds == set(Decision.Kind.values) - {Decision.Kind.REOPEN}
    assert Decision.objects.count() == len(TITLES)
    states = {request.title: request.status for request in ProjectRequest.objects.all()}
    assert states[TITLES[2]] == "on_hold"
    assert states[TITLES[4]] == "returned"
    assert states[TITLES[6]] == "merged"


def check_the_minutes(at: Sitting) -> None:
    """The chair closes the meeting; its minutes say all of it, what was asked waits, and the chain holds."""
    at.theirs.open(10)
    at.theirs.page.get_by_role("button", name="Close the meeting").click()
    expect(at.theirs.page).to_have_url(re.compile("/minutes/"))
    minutes = at.theirs.page.locator("main")
    lead = ProjectRequest.objects.get(title=f"{TITLES[8]}, part 2")
    parts = [ProjectRequest.objects.get(title=f"{TITLES[9]}, part {part}") for part in (1, 2, 3)]
    for title in TITLES:
        expect(minutes).to_contain_text(f"{title}?")
    for text in (
        "Consent is asked first.",
        "Who is master of the address?",
        "Votes: 1 for, 1 against.",
        "It has waited long enough.",
        "The house is sold next year.",
        "How many questions does it answer today?",
        f"led by {lead.reference}",
        f"{parts[1].reference}, then {parts[0].reference} and {parts[2].reference}",
    ):
        expect(minutes).to_contain_text(text)
    assert_no_axe_violations(at.theirs.page)
    assert open_questions().get().owner == at.board_member
    said = StringIO()
    call_command("verify_decisions", stdout=said)
    assert "All 10 decisions are as they were recorded" in said.getvalue()


@pytest.mark.timeout(420)
def test_ten_items_two_people_every_kind_and_nothing_lost_or_decided_twice(
    page_as: PageAs, meeting: Meeting, secretary: Person, cio: Person, board_member: Person
) -> None:
    mine, theirs = Room(page_as(secretary), meeting), Room(page_as(cio), meeting)
    at = Sitting(meeting, mine, theirs, secretary, cio, board_member)
    begin(at)
    approve(at)
    with_a_condition(at)
    hold_with_a_dissent(at)
    two_people_at_once(at)
    lost_connection(at)
    defer_after_a_reload(at)
    merge(at)
    withdrawn_on_the_way(at)
    join_as_a_family(at)
    order_with_a_tie(at)
    check_what_was_decided(at)
    check_the_minutes(at)
