"""What was approved and is changed: cosmetic edits leave it, material ones void it or ask the board to look again."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from board.errors import CannotDecide, NotAllowed
from board.models import AgendaItem, Decision, LaterChange, Meeting
from board.selectors.decisions.changes import change_page, open_changes, summary_of
from board.services.decisions.changes import finish_change, question_for, sweep_changes
from board.services.decisions.undoing import take_back
from board.services.meetings.meetings import plan_meeting
from impacts.services.tags.tagging import add_impact
from portfolio.errors import PortfolioError
from portfolio.lifecycle import Status
from portfolio.models import Notification, Person, ProjectRequest
from portfolio.services.changing import open_for_change
from portfolio.services.editing import edit_request
from portfolio.services.requests import move_request
from tests.factories import MaterialLimitFactory, TouchpointFactory, filed_request

Decide = Callable[..., Decision]


@pytest.fixture
def ready(requester: Person) -> ProjectRequest:
    return filed_request(
        status=Status.READY.value,
        silo=requester.memberships.get().silo,
        requester=requester,
        title="Card alerts by push",
        proposal="Send a push message for each payment.",
        one_off_cost=Decimal("100000"),
    )


@pytest.fixture
def next_meeting(secretary: Person) -> Meeting:
    return plan_meeting(person=secretary, starts_at=timezone.now() + timedelta(days=14), secretary=secretary)


@pytest.fixture
def approved(item: AgendaItem, ready: ProjectRequest, decide: Decide, next_meeting: Meeting) -> ProjectRequest:
    decide(item)
    return fresh(ready)


def fresh(request: ProjectRequest) -> ProjectRequest:
    return ProjectRequest.objects.select_related("silo").get(pk=request.pk)


def change(request: ProjectRequest, person: Person, **fields: Any) -> LaterChange | None:
    """Open it, change these fields, finish."""
    opened = open_for_change(request=fresh(request), person=person, reason="The vendor raised its price.")
    if fields:
        edit_request(request=opened, person=person, expected=opened.version, **fields)
    return finish_change(request=fresh(request), person=person)


def test_what_is_approved_is_edited_only_after_it_was_opened(approved: ProjectRequest, requester: Person) -> None:
    with pytest.raises(PortfolioError):
        edit_request(request=approved, person=requester, expected=approved.version, title="Other")
    with pytest.raises(PortfolioError):
        open_for_change(request=approved, person=requester, reason="  ")


def test_strangers_neither_open_nor_finish(approved: ProjectRequest, requester: Person, outsider: Person) -> None:
    with pytest.raises(PortfolioError):
        open_for_change(request=approved, person=outsider, reason="Mine now.")
    open_for_change(request=approved, person=requester, reason="A typo.")
    with pytest.raises(NotAllowed):
        finish_change(request=fresh(approved), person=outsider)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"title": "Card alerts,  by push!"},
        {"proposal": "Send a push mesage for each payment."},
        {"one_off_cost": Decimal("101000")},
    ],
)
def test_cosmetic_edits_leave_the_approval(
    approved: ProjectRequest, requester: Person, fields: dict[str, Any], next_meeting: Meeting
) -> None:
    assert change(approved, requester, **fields) is None
    assert fresh(approved).status == "approved"
    assert fresh(approved).changing_since is None
    assert not next_meeting.items.exists()


def test_material_change_voids_the_approval_and_is_on_the_next_agenda(
    approved: ProjectRequest, requester: Person, secretary: Person, next_meeting: Meeting
) -> None:
    Notification.objects.all().delete()
    made = change(approved, requester, one_off_cost=Decimal("150000"))
    assert made is not None
    assert made.verdict == LaterChange.Verdict.VOID
    assert fresh(approved).status == "ready"
    item = next_meeting.items.get()
    assert (item, item.request) == (made.item, approved)
    assert "was changed after the approval (one-off cost, more)" in item.question
    assert "150" not in item.question
    assert Notification.objects.filter(person=secretary, text__contains="void").exists()
    assert [row["field"] for row in made.differences] == ["one_off_up"]


def test_a_title_in_arabic_leaves_the_question_about_its_change_from_the_left(
    approved: ProjectRequest, requester: Person, next_meeting: Meeting
) -> None:
    made = change(approved, requester, one_off_cost=Decimal("105000"))
    assert made is not None
    made.request.title = title = "\u0646\u0638\u0627\u0645 (2027)"
    assert question_for(made).startswith(f"\u201c\u2068{title}\u2069\u201d was changed")
    next_meeting.title = title
    assert str(next_meeting) == f"\u2068{title}\u2069, {next_meeting.day_words}"


def test_smaller_change_asks_for_another_look_and_the_approval_stands(
    approved: ProjectRequest, requester: Person, next_meeting: Meeting
) -> None:
    made = change(approved, requester, one_off_cost=Decimal("105000"))
    assert made is not None
    assert made.verdict == LaterChange.Verdict.LOOK
    assert fresh(approved).status == "approved"
    assert next_meeting.items.get().request == approved


def test_board_confirms_what_it_looks_at_again(
    approved: ProjectRequest, requester: Person, secretary: Person, decide: Decide
) -> None:
    made = change(approved, requester, one_off_cost=Decimal("105000"))
    assert made is not None
    item = AgendaItem.objects.get(pk=made.item_id)
    Meeting.objects.filter(pk=item.meeting_id).update(status=Meeting.Status.IN_SESSION)
    decision = decide(AgendaItem.objects.select_related("meeting").get(pk=item.pk))
    assert fresh(approved).status == "approved"
    made.refresh_from_db()
    assert made.answered_by == decision
    assert not open_changes().exists()
    assert change(approved, requester) is None  # the new decision's snapshot counts now
    take_back(person=secretary, decision=Decision.objects.get(pk=decision.pk), submission="back")
    assert open_changes().get() == made


def test_board_may_hold_what_it_looks_at_again(approved: ProjectRequest, requester: Person, decide: Decide) -> None:
    made = change(approved, requester, one_off_cost=Decimal("105000"))
    assert made is not None
    Meeting.objects.filter(pk=AgendaItem.objects.get(pk=made.item_id).meeting_id).update(
        status=Meeting.Status.IN_SESSION
    )
    decision = decide(AgendaItem.objects.select_related("meeting").get(pk=made.item_id), "reject")
    row = decision.requests.get()
    assert (row.status_before, row.status_after, fresh(approved).status) == ("approved", "rejected", "rejected")


def test_put_back_is_no_change(approved: ProjectRequest, requester: Person) -> None:
    assert change(approved, requester, one_off_cost=Decimal("105000")) is not None
    assert change(approved, requester, one_off_cost=Decimal("100000")) is None
    assert not open_changes().exists()
    assert LaterChange.objects.get().put_back_at is not None


def test_delivery_that_began_is_not_stopped(approved: ProjectRequest, requester: Person, next_meeting: Meeting) -> None:
    move_request(request=approved, target=Status.IN_DELIVERY, person=requester)
    made = change(approved, requester, one_off_cost=Decimal("300000"))
    assert made is not None
    assert made.verdict == LaterChange.Verdict.LOOK
    assert fresh(approved).status == "in_delivery"


def test_a_touchpoint_more_voids_it(approved: ProjectRequest, requester: Person) -> None:
    opened = open_for_change(request=approved, person=requester, reason="One more place.")
    add_impact(
        request=opened, person=requester, touchpoint=TouchpointFactory.create(), effect="changes", direction="better"
    )
    made = finish_change(request=fresh(approved), person=requester)
    assert made is not None
    assert made.verdict == LaterChange.Verdict.VOID


def test_finishing_twice_does_it_once(approved: ProjectRequest, requester: Person) -> None:
    change(approved, requester, one_off_cost=Decimal("150000"))
    with pytest.raises((CannotDecide, NotAllowed)):
        finish_change(request=fresh(approved), person=requester)
    assert LaterChange.objects.count() == 1


def test_sweep_finds_what_came_another_way_and_does_it_once(approved: ProjectRequest) -> None:
    ProjectRequest.objects.filter(pk=approved.pk).update(
        kind="regulatory", version=approved.version + 1, updated_at=timezone.now()
    )
    assert sweep_changes() == 1
    assert sweep_changes() == 0
    assert fresh(approved).status == "ready"
    assert LaterChange.objects.get().person is None


def test_sweep_asks_nothing_of_running_work_that_the_board_never_decided(
    approved: ProjectRequest, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        filed_request(title=f"Running work {number}", status="in_delivery")
    with django_assert_max_num_queries(25):
        assert sweep_changes() == 0


def test_sweep_leaves_alone_what_is_being_changed_and_finishes_what_was_forgotten(
    approved: ProjectRequest, requester: Person
) -> None:
    opened = open_for_change(request=approved, person=requester, reason="The price.")
    edit_request(request=opened, person=requester, expected=opened.version, one_off_cost=Decimal("150000"))
    assert sweep_changes() == 0
    assert sweep_changes(now=timezone.now() + timedelta(days=15)) == 1
    assert fresh(approved).status == "ready"


def test_organisations_set_their_own_limits(approved: ProjectRequest, requester: Person) -> None:
    MaterialLimitFactory.create(field="one_off_up", look_above=80, void_above=None)
    assert change(approved, requester, one_off_cost=Decimal("150000")) is None


def test_who_answers_for_it_is_material(
    item: AgendaItem, ready: ProjectRequest, decide: Decide, requester: Person, secretary: Person, reader: Person
) -> None:
    ProjectRequest.objects.filter(pk=ready.pk).update(sponsor=reader)
    decide(item)
    made = change(ready, requester, sponsor=secretary)
    assert made is not None
    assert made.verdict == LaterChange.Verdict.LOOK
    assert [(row["field"], row["before"], row["after"]) for row in made.differences] == [
        ("sponsor", reader.name, secretary.name)
    ]


def test_an_amount_that_is_emptied_voids_the_approval(approved: ProjectRequest, requester: Person) -> None:
    made = change(approved, requester, one_off_cost=None)
    assert made is not None
    assert made.verdict == LaterChange.Verdict.VOID
    assert summary_of(made) == "one-off cost, not said any more"


def test_amounts_are_shown_only_to_who_sees_money(
    approved: ProjectRequest, requester: Person, reader: Person, secretary: Person
) -> None:
    change(approved, requester, one_off_cost=Decimal("150000"))
    page = change_page(fresh(approved), reader)
    assert (list(page.differences), page.hidden) == ([], 1)
    assert [each.after for each in change_page(fresh(approved), secretary).differences] == ["150,000"]
