"""The board's pages: who may open and do what, bad input, and that typed words are kept."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from board.models import AgendaItem, Attendance, Decision, Meeting, Pack
from board.services.decisions.decisions import record_decision
from board.services.decisions.rulings import NewCondition, Ruling
from board.services.meetings.agenda import add_item
from board.services.meetings.meetings import close_meeting
from board.services.papers.packs import publish_pack
from impacts.models import Family
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from portfolio.services.requests import move_request
from tests.factories import PersonFactory, filed_request

SignIn = Callable[..., Client]
Decide = Callable[..., Decision]
BOARD_PAGES = ("meeting-detail", "meeting-mode", "meeting-pack")


def url(name: str, *args: object) -> str:
    return reverse(f"board:{name}", args=args)


def form_of(item: AgendaItem, kind: str, **typed: object) -> dict[str, Any]:
    """What the page of this item sends."""
    item = AgendaItem.objects.get(pk=item.pk)
    requests = [item.request] if item.request else [row.request for row in item.family.members.order_by("id")]  # type: ignore[union-attr]
    seen = ",".join(f"{request.pk}:{request.version}" for request in requests if request)
    fields = {"kind": kind, "reason": "It serves the customer.", "version": item.version, "seen": seen}
    return {**fields, "submission": f"token-{item.pk}-{kind}", **typed}


@pytest.mark.parametrize("name", BOARD_PAGES)
def test_board_and_architects_read_the_papers_others_do_not(
    item: AgendaItem, client_as: SignIn, name: str, request: pytest.FixtureRequest
) -> None:
    for person in ("secretary", "cio", "board_member", "architect"):
        assert client_as(request.getfixturevalue(person)).get(url(name, item.meeting_id)).status_code == 200
    for person in ("requester", "reader", "administrator"):
        assert client_as(request.getfixturevalue(person)).get(url(name, item.meeting_id)).status_code == 403
    assert Client().get(url(name, item.meeting_id)).status_code == 302


def test_unknown_meeting_is_not_found(client_as: SignIn, secretary: Person) -> None:
    for name in BOARD_PAGES:
        assert client_as(secretary).get(url(name, 999)).status_code == 404
    assert client_as(secretary).get(url("meeting-pack", 999) + "?number=abc").status_code == 404


@pytest.mark.parametrize("number", ["²", "9" * 5000])
def test_what_only_looks_like_a_number_is_none(
    item: AgendaItem, client_as: SignIn, secretary: Person, number: str
) -> None:
    client, meeting = client_as(secretary), item.meeting_id
    assert client.get(url("meeting-mode", meeting), {"item": number}).status_code == 200
    assert client.get(url("meeting-pack", meeting), {"number": number}).status_code == 404
    assert client.post(url("item-move", item.pk), {"to": number}).status_code == 422
    assert client.post(url("meeting-attendance", meeting), {"present": number}).status_code < 500
    assert client.post(url("item-decide", item.pk), form_of(item, "approve", seen=f"{number[:3]}:1")).status_code == 422


def test_everybody_reads_decisions_and_the_minutes_of_a_closed_meeting(
    session: Meeting, item: AgendaItem, decide: Decide, secretary: Person, reader: Person, client_as: SignIn
) -> None:
    decide(item, reason="Fraud calls fall.")
    client = client_as(reader)
    assert client.get(url("meeting-minutes", session.pk)).status_code == 404
    close_meeting(person=secretary, meeting=session)
    for address in (url("meeting-minutes", session.pk), url("decision-list")):
        assert "Fraud calls fall." in client.get(address).content.decode()
    assert client.get(url("condition-list")).status_code == 200
    assert client.get(url("meeting-list")).status_code == 403


@pytest.mark.parametrize(
    ("name", "who"),
    [("item-drop", "architect"), ("item-move", "architect"), ("item-decide", "board_member"), ("item-edit", "reader")],
)
def test_forbidden_acts_change_nothing(
    item: AgendaItem, client_as: SignIn, name: str, who: str, request: pytest.FixtureRequest
) -> None:
    client = client_as(request.getfixturevalue(who))
    data = {"reason": "Because", "to": "3", **form_of(item, "approve")}
    assert client.post(url(name, item.pk), data).status_code == 403
    assert not Decision.objects.exists()
    assert AgendaItem.objects.get(pk=item.pk).status == "open"


def test_acts_are_posted(item: AgendaItem, client_as: SignIn, secretary: Person) -> None:
    client = client_as(secretary)
    for name in ("item-move", "item-decide", "item-restore"):
        assert client.get(url(name, item.pk)).status_code == 405
    for name in ("meeting-open", "meeting-close", "item-add", "pack-publish"):
        assert client.get(url(name, item.meeting_id)).status_code == 405


def test_planning_a_meeting(client_as: SignIn, secretary: Person, cio: Person) -> None:
    client = client_as(secretary)
    bad = client.post(url("meeting-new"), {"title": "Board", "starts_at": "soon", "minutes": "3", "place": "Attic"})
    assert bad.status_code == 422
    assert "Attic" in bad.content.decode()
    slip = {"title": "Board", "starts_at": "0001-01-01T00:00", "minutes": "90"}
    assert "The year 1 cannot be meant" in client.post(url("meeting-new"), slip).content.decode()
    assert not Meeting.objects.exists()
    data = {"title": "Board", "starts_at": "2027-01-22T14:00", "minutes": "90", "chair": cio.pk, "place": ""}
    client.post(url("meeting-new"), data)
    meeting = Meeting.objects.get()
    assert timezone.localtime(meeting.starts_at).hour == 14
    assert Attendance.objects.filter(meeting=meeting, person=cio).exists()


def test_the_same_form_sent_twice_plans_one_meeting(client_as: SignIn, secretary: Person) -> None:
    client, data = client_as(secretary), {"title": "Board", "starts_at": "2027-01-22T14:00", "minutes": "90"}
    assert client.post(url("meeting-new"), data).status_code == 302
    again = client.post(url("meeting-new"), data)
    assert again.status_code == 422
    assert "planned for this time already" in again.content.decode()
    assert Meeting.objects.count() == 1


def test_stale_change_of_a_meeting_keeps_what_was_typed(meeting: Meeting, client_as: SignIn, secretary: Person) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(version=5)
    data = {"title": "Board", "starts_at": "2027-01-22T14:00", "minutes": "45", "place": "Attic", "version": 1}
    answer = client_as(secretary).post(url("meeting-edit", meeting.pk), data)
    assert answer.status_code == 409
    assert "Attic" in answer.content.decode()
    assert Meeting.objects.get(pk=meeting.pk).minutes == 90


def test_agenda_is_built_moved_and_thinned(
    meeting: Meeting, client_as: SignIn, secretary: Person, ready: ProjectRequest, family: Family
) -> None:
    client = client_as(secretary)
    page = client.get(url("meeting-detail", meeting.pk)).content.decode()
    assert ready.reference in page
    assert family.code in page
    client.post(url("item-add", meeting.pk), {"request": ready.reference})
    client.post(url("item-add", meeting.pk), {"family": family.code})
    first, second = AgendaItem.objects.filter(meeting=meeting).order_by("position")
    client.post(url("item-move", second.pk), {"to": "up"})
    second.refresh_from_db()
    assert second.position == 1
    client.post(url("item-move", second.pk), {"to": "two"})
    second.refresh_from_db()
    assert second.position == 1
    assert client.post(url("item-drop", first.pk), {"reason": ""}).status_code == 422
    client.post(url("item-drop", first.pk), {"reason": "Its sponsor is away."})
    assert "Its sponsor is away." in client.get(url("meeting-detail", meeting.pk)).content.decode()


def test_draft_of_another_silo_cannot_be_put_on_an_agenda(
    meeting: Meeting, client_as: SignIn, secretary: Person
) -> None:
    from tests.factories import draft_request

    draft = draft_request()
    assert client_as(secretary).post(url("item-add", meeting.pk), {"request": draft.reference}).status_code == 404


def test_architect_advises_but_does_not_word(item: AgendaItem, client_as: SignIn, architect: Person) -> None:
    client = client_as(architect)
    page = client.get(url("item-edit", item.pk)).content.decode()
    assert 'name="advice"' in page
    assert 'name="question"' not in page
    client.post(url("item-edit", item.pk), {"advice": "Go together.", "version": 1, "question": "Mine?"})
    item.refresh_from_db()
    assert item.advice == "Go together."
    assert item.question != "Mine?"


def test_decision_is_recorded_from_the_page_and_taken_back(
    item: AgendaItem, ready: ProjectRequest, client_as: SignIn, secretary: Person
) -> None:
    client = client_as(secretary)
    answer = client.post(url("item-decide", item.pk), form_of(item, "approve"), follow=True)
    page = answer.content.decode()
    assert "Recorded: Approve" in page
    decision = Decision.objects.get()
    assert url("decision-take-back", decision.pk) in page
    client.post(url("decision-take-back", decision.pk), {"next": "/"})
    ready.refresh_from_db()
    assert ready.status == "ready"


def test_same_form_twice_decides_once(item: AgendaItem, client_as: SignIn, secretary: Person) -> None:
    client = client_as(secretary)
    form = form_of(item, "approve")
    assert client.post(url("item-decide", item.pk), form).status_code == 302
    assert client.post(url("item-decide", item.pk), form).status_code == 302
    assert Decision.objects.count() == 1


def test_second_secretary_sees_the_decision_and_keeps_their_words(
    item: AgendaItem, client_as: SignIn, secretary: Person, cio: Person
) -> None:
    mine = form_of(item, "reject", reason="Too dear for now.")
    client_as(secretary).post(url("item-decide", item.pk), form_of(item, "approve", reason="Fraud calls fall."))
    answer = client_as(cio).post(url("item-decide", item.pk), mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Fraud calls fall." in page
    assert "Too dear for now." in page
    assert Decision.objects.count() == 1


def test_missing_parts_are_named_and_typed_values_kept(item: AgendaItem, client_as: SignIn, secretary: Person) -> None:
    form = form_of(item, "hold", hold_condition="Who is master?", hold_until="2020-01-01")
    answer = client_as(secretary).post(url("item-decide", item.pk), form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Who is master?" in page
    assert "Name the one person" in page
    begun = {"c0-text": "Consent first", "c0-owner": "", "c0-due": "not a day"}
    answer = client_as(secretary).post(url("item-decide", item.pk), form_of(item, "approve_with_conditions", **begun))
    page = answer.content.decode()
    assert "Consent first" in page
    assert "Name one person." in page
    assert not Decision.objects.exists()


def test_conditions_typed_for_another_choice_do_not_stop_it(
    item: AgendaItem, client_as: SignIn, secretary: Person
) -> None:
    form = form_of(item, "approve", **{"c0-text": "Half a condition", "hold_until": "nonsense"})
    assert client_as(secretary).post(url("item-decide", item.pk), form).status_code == 302
    assert not Decision.objects.get().conditions.exists()


def test_order_of_a_family_is_decided_by_places(
    family_item: AgendaItem, family: Family, client_as: SignIn, secretary: Person
) -> None:
    rows = [row.request for row in family.members.order_by("id")]
    same = {f"place_{request.pk}": "1" for request in rows}
    answer = client_as(secretary).post(url("item-decide", family_item.pk), form_of(family_item, "sequence", **same))
    assert answer.status_code == 422
    places = {f"place_{request.pk}": str(3 - number) for number, request in enumerate(rows)}
    client_as(secretary).post(url("item-decide", family_item.pk), form_of(family_item, "sequence", **places))
    states = [ProjectRequest.objects.get(pk=request.pk).status for request in rows]
    assert states == ["sequenced", "sequenced", "approved"]


def test_withdrawn_while_on_the_agenda_is_shown_and_not_decided(
    item: AgendaItem, ready: ProjectRequest, client_as: SignIn, secretary: Person
) -> None:
    form = form_of(item, "approve")
    move_request(request=ready, target=Status.WITHDRAWN, person=ready.requester, why="Not needed.")
    client = client_as(secretary)
    answer = client.post(url("item-decide", item.pk), form)
    assert answer.status_code == 422
    assert f"{ready.reference} is withdrawn" in answer.content.decode()
    for name in ("meeting-detail", "meeting-mode", "meeting-pack"):
        page = client.get(url(name, item.meeting_id)).content.decode()
        assert f"{ready.reference} is withdrawn" in page
        assert "Cannot be decided" in page
    assert not Decision.objects.exists()


def test_empty_meeting_has_all_its_pages(session: Meeting, client_as: SignIn, secretary: Person) -> None:
    client = client_as(secretary)
    for name in (*BOARD_PAGES, "meeting-minutes"):
        assert client.get(url(name, session.pk)).status_code == 200
    client.post(url("pack-publish", session.pk))
    assert not Pack.objects.exists()
    client.post(url("meeting-close", session.pk))
    assert Meeting.objects.get(pk=session.pk).status == "closed"


def test_html_and_emoji_are_shown_as_typed(session: Meeting, client_as: SignIn, secretary: Person) -> None:
    nasty = "<script>alert(1)</script> 🙂 “quotes” & שלום"
    request = filed_request(status=Status.READY.value, title=nasty)
    item = add_item(person=secretary, meeting=session, request=request)
    record_decision(person=secretary, item=item, expected=1, submission="x", ruling=Ruling(kind="defer", reason=nasty))
    client = client_as(secretary)
    for name in ("meeting-detail", "meeting-mode", "meeting-pack", "meeting-minutes"):
        page = client.get(url(name, session.pk)).content.decode()
        assert "<script>alert" not in page
        assert "🙂" in page


def test_published_pack_never_changes(
    item: AgendaItem, ready: ProjectRequest, client_as: SignIn, secretary: Person
) -> None:
    client = client_as(secretary)
    client.post(url("pack-publish", item.meeting_id))
    pack = Pack.objects.get()
    ready.refresh_from_db()
    ProjectRequest.objects.filter(pk=ready.pk).update(promised_effect="Everything is new now")
    frozen = client.get(url("meeting-pack", item.meeting_id) + "?number=1").content.decode()
    draft = client.get(url("meeting-pack", item.meeting_id)).content.decode()
    assert "Everything is new now" not in frozen
    assert "Everything is new now" in draft
    assert pack.seal[:4] in frozen
    with pytest.raises(RuntimeError):
        pack.save()
    assert publish_pack(person=secretary, meeting=item.meeting).number == 2
    pdf = client.get(url("meeting-pack-file", item.meeting_id, "pdf") + "?number=1")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")


def test_condition_is_met_from_the_list(item: AgendaItem, decide: Decide, client_as: SignIn, outsider: Person) -> None:
    owner = PersonFactory.create()
    due = timezone.localdate() + timedelta(days=2)
    decide(item, "approve_with_conditions", conditions=[NewCondition("Consent first", owner, due)])
    condition = Decision.objects.get().conditions.get()
    assert client_as(outsider).get(url("condition-met", condition.pk)).status_code == 403
    client = client_as(owner)
    assert "Consent first" in client.get(url("condition-list") + "?whose=mine").content.decode()
    assert client.post(url("condition-met", condition.pk), {"note": ""}).status_code == 422
    client.post(url("condition-met", condition.pk), {"note": "See the test report."})
    assert "Consent first" not in client.get(url("condition-list") + "?whose=mine").content.decode()
    assert "See the test report." in client.get(url("condition-list") + "?state=met").content.decode()


def test_panel_shows_decision_and_next_meeting(
    item: AgendaItem, ready: ProjectRequest, decide: Decide, client_as: SignIn, reader: Person
) -> None:
    address = url("panel-decisions", ready.reference)
    client = client_as(reader)
    assert "On the agenda of" in client.get(address, headers={"HX-Request": "true"}).content.decode()
    decide(item, reason="Fraud calls fall.")
    fragment = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "Fraud calls fall." in fragment
    assert "<html" not in fragment
    assert "<html" in client.get(address).content.decode()
    secret = filed_request(confidential=True)
    assert client.get(url("panel-decisions", secret.reference)).status_code == 404


@pytest.mark.parametrize("name", ["decision-list", "meeting-list", "condition-list"])
def test_lists_need_as_many_queries_for_ten_as_for_two(
    session: Meeting, secretary: Person, decide: Decide, client_as: SignIn, name: str, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def add(number: int) -> None:
        for _ in range(number):
            item = add_item(person=secretary, meeting=session, request=filed_request(status=Status.READY.value))
            condition = NewCondition("So be it", PersonFactory.create(), timezone.localdate() + timedelta(days=5))
            decide(item, "approve_with_conditions", conditions=[condition])

    add(2)
    client = client_as(secretary)
    client.get(url(name))
    with CaptureQueriesContext(connection) as counted:
        client.get(url(name))
    add(8)
    with django_assert_num_queries(len(counted)):
        client.get(url(name))
