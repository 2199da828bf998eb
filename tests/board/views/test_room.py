"""The board room's pages: what each kind sends, the clock, what others see, and the answer to a question."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from board.models import AgendaItem, Attendance, Decision, ItemClock, Meeting, QuorumWaiver, StandAside
from board.selectors.decisions.questions import open_questions
from board.services.decisions.rulings import NewQuestion
from board.services.meetings.agenda import Group, add_item, drop_item
from impacts.models import Family
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from portfolio.services.requests import move_request
from tests.board.views.test_pages import form_of
from tests.factories import MembershipFactory, filed_request

SignIn = Callable[..., Client]
Decide = Callable[..., Decision]


def url(name: str, *args: object) -> str:
    return reverse(f"board:{name}", args=args)


@pytest.fixture
def group_item(session: Meeting, secretary: Person) -> AgendaItem:
    """An item over three requests."""
    requests = [filed_request(status=Status.READY.value) for _ in range(3)]
    return add_item(person=secretary, meeting=session, group=Group(title="Alerts", requests=requests))


def group_form(item: AgendaItem, kind: str, **typed: object) -> dict[str, Any]:
    rows = [row.request for row in item.members.select_related("request").order_by("position")]
    seen = ",".join(f"{request.pk}:{request.version}" for request in rows)
    fields = {"kind": kind, "reason": "", "version": item.version, "seen": seen, "submission": f"t-{item.pk}-{kind}"}
    return {**fields, **typed}


# --- what is recorded is what was chosen --------------------------------------------------------------------------


def test_group_is_joined_from_the_page(
    group_item: AgendaItem, client_as: SignIn, secretary: Person, board_member: Person
) -> None:
    lead = group_item.members.order_by("-position").first()
    assert lead is not None
    typed = {"lead": lead.request_id, "family_owner": board_member.pk, "approve_members": "on"}
    answer = client_as(secretary).post(
        url("item-decide", group_item.pk), group_form(group_item, "join", **typed), follow=True
    )
    page = answer.content.decode()
    assert "Recorded: Go together as a family" in page
    family = Family.objects.get()
    assert (family.lead_id, family.owner) == (lead.request_id, board_member)
    assert family.code in page
    assert Decision.objects.get().kind == Decision.Kind.JOIN


def test_reason_that_the_board_does_not_give_is_the_options_own(
    item: AgendaItem, client_as: SignIn, secretary: Person
) -> None:
    client = client_as(secretary)
    refused = client.post(url("item-decide", item.pk), form_of(item, "reject", reason=" "))
    assert refused.status_code == 422
    assert "Say why in a sentence" in refused.content.decode()
    assert client.post(url("item-decide", item.pk), form_of(item, "approve", reason="")).status_code == 302
    assert Decision.objects.get().reason == "It goes ahead as filed."


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("hold", {"hold_condition": "Who pays?", "hold_until": "9999-12-31"}),
        ("defer", {"until": "9999-12-31"}),
        ("approve_with_conditions", {"c0-text": "Ask first.", "c0-due": "9999-12-31"}),
    ],
)
def test_day_in_a_year_that_cannot_be_meant_is_not_recorded(
    item: AgendaItem, client_as: SignIn, secretary: Person, kind: str, typed: dict[str, str]
) -> None:
    people = {"hold_owner": str(secretary.pk), "c0-owner": str(secretary.pk)}
    page = client_as(secretary).post(url("item-decide", item.pk), form_of(item, kind, **people, **typed))
    assert page.status_code == 422
    assert "The year 9999 cannot be meant" in page.content.decode()
    assert not Decision.objects.exists()


def test_who_comes_second_reads_what_was_decided_and_nothing_else(
    item: AgendaItem, client_as: SignIn, secretary: Person, cio: Person
) -> None:
    mine = form_of(item, "approve", submission="mine")
    theirs = form_of(item, "reject", submission="theirs")
    assert client_as(secretary).post(url("item-decide", item.pk), mine).status_code == 302
    page = client_as(cio).post(url("item-decide", item.pk), theirs)
    assert page.status_code == 409
    said = [text for texts in page.context["form"].errors.values() for text in texts]
    assert len(said) == 1
    assert "recorded “Approve” for this item" in said[0]


def test_nul_in_what_is_sent_is_refused(item: AgendaItem, client_as: SignIn, secretary: Person) -> None:
    client, meeting = client_as(secretary), item.meeting
    Meeting.objects.filter(pk=meeting.pk).update(quorum=50)
    assert client.post(url("item-decide", item.pk), form_of(item, "approve", submission="a\0b")).status_code == 422
    assert client.post(url("item-add", meeting.pk), {"request": "REQ\0"}).status_code == 404
    assert client.post(url("meeting-waive", meeting.pk), {"because": "It cannot\0 wait."}).status_code == 422
    assert not QuorumWaiver.objects.exists()


def test_what_is_not_offered_is_not_recorded(item: AgendaItem, client_as: SignIn, secretary: Person) -> None:
    for kind in ("merge", "join", "sequence", "reopen"):
        answer = client_as(secretary).post(url("item-decide", item.pk), form_of(item, kind))
        assert answer.status_code == 422, kind
        assert "not possible over this item" in answer.content.decode()
    page = client_as(secretary).get(url("meeting-mode", item.meeting_id)).content.decode()
    assert 'value="merge"' not in page
    assert not Decision.objects.exists()


def test_finished_conditions_are_not_lost_by_choosing_plain_approval(
    item: AgendaItem, client_as: SignIn, secretary: Person
) -> None:
    due = timezone.localdate() + timedelta(days=9)
    typed = {"c0-text": "Consent first", "c0-owner": secretary.pk, "c0-due": due.isoformat()}
    answer = client_as(secretary).post(url("item-decide", item.pk), form_of(item, "approve", **typed))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "There are conditions, but the choice has none" in page
    assert "Consent first" in page
    assert not Decision.objects.exists()


def test_order_with_a_tie_and_one_without_an_end(group_item: AgendaItem, client_as: SignIn, secretary: Person) -> None:
    rows = [row.request for row in group_item.members.select_related("request").order_by("position")]
    places = {f"place_{request.pk}": place for request, place in zip(rows, (1, 1, 2), strict=True)}
    client = client_as(secretary)
    half = dict(list(places.items())[:2])
    assert client.post(url("item-decide", group_item.pk), group_form(group_item, "sequence", **half)).status_code == 422
    page = client.post(
        url("item-decide", group_item.pk), group_form(group_item, "sequence", **places), follow=True
    ).content.decode()
    assert f"{rows[0].reference} and {rows[1].reference}, then {rows[2].reference}" in page


@pytest.mark.parametrize(("voting", "shown"), [("none", False), ("dissent", True), ("votes", True)])
def test_votes_are_asked_for_as_the_meeting_wants_them(
    item: AgendaItem,
    session: Meeting,
    client_as: SignIn,
    secretary: Person,
    board_member: Person,
    voting: str,
    shown: bool,
) -> None:
    Meeting.objects.filter(pk=session.pk).update(voting=voting)
    Attendance.objects.update_or_create(meeting=session, person=board_member, defaults={"present": True})
    client = client_as(secretary)
    page = client.get(url("meeting-mode", session.pk)).content.decode()
    assert (f'name="v{board_member.pk}-words"' in page) is shown
    assert (f'name="v{board_member.pk}-choice"' in page) is (voting == "votes")
    said = {f"v{board_member.pk}-words": "It comes too early."}
    client.post(url("item-decide", item.pk), form_of(item, "approve", **said))
    kept = [(vote.person, vote.choice, vote.words) for vote in Decision.objects.get().votes.all()]
    assert kept == ([(board_member, "against", "It comes too early.")] if shown else [])
    minutes = client.get(url("meeting-minutes", session.pk)).content.decode()
    assert ("“It comes too early.”" in minutes) is shown


def test_who_stands_aside_is_named_and_has_no_vote(
    item: AgendaItem,
    session: Meeting,
    ready: ProjectRequest,
    client_as: SignIn,
    secretary: Person,
    board_member: Person,
) -> None:
    Meeting.objects.filter(pk=session.pk).update(voting="votes", quorum=1)
    Attendance.objects.update_or_create(meeting=session, person=board_member, defaults={"present": True})
    MembershipFactory.create(person=board_member, role="head", silo=ready.silo)
    page = client_as(secretary).get(url("meeting-mode", session.pk)).content.decode()
    assert f"<b>{board_member}</b> stands aside" in page
    assert f'name="v{board_member.pk}-choice"' not in page
    assert "No quorum" in page
    refused = client_as(secretary).post(url("item-decide", item.pk), form_of(item, "approve"))
    assert refused.status_code == 422
    assert "Nothing was recorded. No quorum" in refused.content.decode()
    StandAside.objects.create(
        item=item, person=board_member, because="Only in name.", stays=True, said_by=secretary, at=timezone.now()
    )
    page = client_as(secretary).get(url("meeting-mode", session.pk)).content.decode()
    assert f'name="v{board_member.pk}-choice"' in page
    assert "1 with a vote, 1 needed" in page


# --- the script of the room ---------------------------------------------------------------------------------------


def test_the_script_is_told_where_to_go_and_a_lost_answer_is_given_again(
    item: AgendaItem, client_as: SignIn, secretary: Person
) -> None:
    client, form = client_as(secretary), form_of(item, "approve")
    first = client.post(url("item-decide", item.pk), form, headers={"X-Room": "1"})
    again = client.post(url("item-decide", item.pk), form, headers={"X-Room": "1"})
    assert first.json() == again.json() == {"url": f"{url('meeting-mode', item.meeting_id)}?item={item.pk}"}
    assert Decision.objects.count() == 1


def test_pulse_says_nothing_until_something_changes(
    item: AgendaItem, ready: ProjectRequest, client_as: SignIn, secretary: Person, cio: Person, decide: Decide
) -> None:
    client = client_as(cio)
    page = client.get(url("meeting-mode", item.meeting_id))
    asked = {"item": item.pk, "stamp": page.context["stamp"]}
    pulse = url("meeting-pulse", item.meeting_id)
    assert client.get(pulse, asked).status_code == 204
    decide(item, reason="Fraud calls fall.")
    said = client.get(pulse, asked).content.decode()
    assert "Fraud calls fall." in said
    assert str(secretary) in said
    assert "<html" not in said


def test_pulse_tells_of_a_withdrawal_and_of_an_item_that_is_gone(
    item: AgendaItem, ready: ProjectRequest, client_as: SignIn, secretary: Person
) -> None:
    client = client_as(secretary)
    stamp = client.get(url("meeting-mode", item.meeting_id)).context["stamp"]
    move_request(request=ready, target=Status.WITHDRAWN, person=ready.requester, why="Not needed.")
    asked = {"item": item.pk, "stamp": stamp}
    assert (
        f"{ready.reference} is withdrawn" in client.get(url("meeting-pulse", item.meeting_id), asked).content.decode()
    )
    drop_item(person=secretary, item=item, reason="Withdrawn.")
    assert "taken off the agenda" in client.get(url("meeting-pulse", item.meeting_id), asked).content.decode()
    assert client.get(url("meeting-pulse", item.meeting_id), {"item": "x"}).status_code == 200


def test_pulse_is_for_the_board(item: AgendaItem, client_as: SignIn, reader: Person) -> None:
    assert client_as(reader).get(url("meeting-pulse", item.meeting_id)).status_code == 403


# --- the clock ----------------------------------------------------------------------------------------------------


def test_clock_starts_once_and_only_for_who_runs_the_meeting(
    item: AgendaItem, session: Meeting, client_as: SignIn, board_member: Person, secretary: Person, cio: Person
) -> None:
    room = url("meeting-mode", session.pk)
    client_as(board_member).get(room)
    assert not ItemClock.objects.exists()
    client_as(secretary).get(room)
    started = ItemClock.objects.get().started_at
    for person in (secretary, cio):
        page = client_as(person).get(room)
        assert page.context["pace"].started == started
    earlier = started - timedelta(minutes=4)
    ItemClock.objects.update(started_at=earlier)
    client_as(secretary).post(url("clock-restart", item.pk))
    assert ItemClock.objects.get().started_at > earlier
    assert client_as(board_member).post(url("clock-restart", item.pk)).status_code == 403


def test_no_clock_runs_before_the_meeting_starts(
    meeting: Meeting, ready: ProjectRequest, client_as: SignIn, secretary: Person
) -> None:
    add_item(person=secretary, meeting=meeting, request=ready)
    page = client_as(secretary).get(url("meeting-mode", meeting.pk))
    assert page.context["pace"] is None
    assert not ItemClock.objects.exists()
    assert 'type="radio" name="kind" value="approve"' in page.content.decode()
    assert "disabled" in page.content.decode()


# --- questions ----------------------------------------------------------------------------------------------------


def test_returned_question_is_seen_and_answered_by_who_asked_for_the_request(
    item: AgendaItem, ready: ProjectRequest, client_as: SignIn, secretary: Person, board_member: Person, reader: Person
) -> None:
    due = timezone.localdate() + timedelta(days=9)
    typed = {"q0-text": "How many customers?", "q0-owner": board_member.pk, "q0-due": due.isoformat()}
    client_as(secretary).post(url("item-decide", item.pk), form_of(item, "return", **typed))
    question = open_questions().get()
    mine = client_as(ready.requester)
    assert "How many customers?" in mine.get(url("panel-decisions", ready.reference)).content.decode()
    address = url("question-answer", question.pk)
    assert address in mine.get(url("panel-decisions", ready.reference)).content.decode()
    assert client_as(reader).post(address, {"answer": "Many."}).status_code == 403
    assert mine.post(address, {"answer": ""}).status_code == 422
    page = mine.post(address, {"answer": "About 12,000."}, follow=True).content.decode()
    assert "takes it up again" in page
    assert "About 12,000." in page
    ready.refresh_from_db()
    assert ready.status == "ready"


def test_question_about_a_confidential_request_is_not_there_for_others(
    session: Meeting, client_as: SignIn, secretary: Person, outsider: Person, board_member: Person
) -> None:
    secret = filed_request(status=Status.READY.value, confidential=True)
    item = add_item(person=secretary, meeting=session, request=secret)
    due = timezone.localdate() + timedelta(days=9)
    typed = {"q0-text": "How many?", "q0-owner": board_member.pk, "q0-due": due.isoformat()}
    client_as(secretary).post(url("item-decide", item.pk), form_of(item, "return", **typed))
    address = url("question-answer", open_questions().get().pk)
    assert client_as(outsider).get(address).status_code == 404
    assert client_as(board_member).get(address).status_code == 200


# --- size ---------------------------------------------------------------------------------------------------------


def test_room_needs_as_many_queries_for_many_items_as_for_two(
    session: Meeting, client_as: SignIn, secretary: Person, django_assert_num_queries: Any
) -> None:
    def add(number: int) -> None:
        for _ in range(number):
            add_item(person=secretary, meeting=session, request=filed_request(status=Status.READY.value))

    add(2)
    client = client_as(secretary)
    for name in ("meeting-mode", "meeting-pulse"):
        item = AgendaItem.objects.order_by("id")[0].pk
        client.get(url(name, session.pk), {"item": item})
        with CaptureQueriesContext(connection) as counted:
            client.get(url(name, session.pk), {"item": item})
        add(6)
        with django_assert_num_queries(len(counted)):
            client.get(url(name, session.pk), {"item": item})


def test_open_question_stands_at_home_and_among_the_conditions_until_it_is_answered(
    item: AgendaItem, ready: ProjectRequest, client_as: SignIn, decide: Decide, outsider: Person
) -> None:
    due = timezone.localdate() + timedelta(days=9)
    decide(item, "return", questions=[NewQuestion("How many customers?", outsider, due)])
    for person in (outsider, ready.requester):
        assert "How many customers?" in client_as(person).get("/").content.decode()
        assert "How many customers?" in client_as(person).get(url("condition-list")).content.decode()
    client_as(outsider).post(url("question-answer", open_questions().get().pk), {"answer": "Twelve."})
    assert "How many customers?" not in client_as(outsider).get("/").content.decode()
    assert "How many customers?" not in client_as(outsider).get(url("condition-list")).content.decode()
