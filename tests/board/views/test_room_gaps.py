"""The board room when something is missing or gone: no quorum, a withdrawn request, items left open at the end."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from board.models import AgendaItem, Attendance, Decision, Meeting, QuorumWaiver
from board.services.decisions.undoing import take_back
from portfolio.lifecycle import LABELS, Status
from portfolio.models import Person, ProjectRequest
from portfolio.services.requests import move_request
from tests.board.views.test_pages import form_of

SignIn = Callable[..., Client]
Decide = Callable[..., Decision]


def url(name: str, *args: object) -> str:
    return reverse(f"board:{name}", args=args)


def test_a_missing_quorum_leads_to_where_it_is_mended(
    item: AgendaItem, session: Meeting, client_as: SignIn, secretary: Person, cio: Person
) -> None:
    Meeting.objects.filter(pk=session.pk).update(quorum=30)
    client = client_as(secretary)
    page = client.get(url("meeting-mode", session.pk)).content.decode()
    assert f"{url('meeting-people', session.pk)}#aside-{item.pk}" in page
    assert "30 needed: nothing can be recorded here" in page
    stamp = re.search(r'data-stamp="(\w+)"', page)
    assert stamp
    QuorumWaiver.objects.create(
        meeting=session, person=cio, because="It is urgent.", present=0, needed=30, at=timezone.now()
    )
    pulse = client.get(url("meeting-pulse", session.pk), {"item": item.pk, "stamp": stamp[1]})
    assert pulse.status_code == 200, "the word by which the board goes on is seen without loading"
    assert "nothing can be recorded here" not in pulse.content.decode()


def test_what_was_withdrawn_meanwhile_is_said_alone_and_the_words_are_kept(
    item: AgendaItem, ready: ProjectRequest, client_as: SignIn, secretary: Person
) -> None:
    typed = form_of(item, "approve", reason="Ten clicks are enough.")
    move_request(request=ready, target=Status.WITHDRAWN, person=ready.requester, why="We buy it.")
    answer = client_as(secretary).post(url("item-decide", item.pk), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"there is nothing left to decide. {ready.reference} is withdrawn." in page
    assert "Seen:" not in page
    assert "Ten clicks are enough." in page


def test_an_item_over_many_requests_fits_the_form(item: AgendaItem, client_as: SignIn, secretary: Person) -> None:
    many = ",".join(f"{100_000 + number}:12" for number in range(2_000))
    answer = client_as(secretary).post(url("item-decide", item.pk), form_of(item, "approve", seen=many))
    page = answer.content.decode()
    assert "Seen:" not in page
    assert "changed while the board had this page open" in page


def test_the_meeting_is_not_closed_from_the_room_while_items_are_open(
    item: AgendaItem, session: Meeting, client_as: SignIn, secretary: Person, decide: Decide
) -> None:
    client = client_as(secretary)
    room = client.get(url("meeting-mode", session.pk)).content.decode()
    assert 'form="act-close"' not in room
    assert f"{session.get_absolute_url()}#end" in room
    meeting = client.get(session.get_absolute_url()).content.decode()
    assert "1 item is not decided: what it is over stays as it is and waits in the" in meeting
    decide(item)
    assert 'form="act-close"' in client.get(url("meeting-mode", session.pk)).content.decode()


def test_a_decision_that_was_taken_back_says_why_and_no_longer_what_it_came_to(
    item: AgendaItem, ready: ProjectRequest, client_as: SignIn, secretary: Person, decide: Decide
) -> None:
    panel = url("panel-decisions", ready.reference)
    made = decide(item, "reject", reason="Too dear.")
    came_to = f"{ready.reference} is rejected; only the board can reopen it."
    assert came_to in client_as(secretary).get(panel).content.decode()
    take_back(person=secretary, decision=made, submission="b" * 32, reason="It costs half now.")
    page = client_as(secretary).get(panel).content.decode()
    assert ": It costs half now." in page
    assert "It was: Reject, because: Too dear." in page
    assert came_to not in page


def test_the_room_says_what_brought_an_item(item: AgendaItem, client_as: SignIn, secretary: Person) -> None:
    said = "A condition was due on 20 November 2026, of Tomás Rey: Show how cards reissued abroad reach the customer."
    AgendaItem.objects.filter(pk=item.pk).update(why=said)
    assert said in client_as(secretary).get(url("meeting-mode", item.meeting_id)).content.decode()


def test_a_title_from_right_to_left_does_not_turn_the_date_of_the_meeting_around(
    item: AgendaItem, session: Meeting, client_as: SignIn, secretary: Person
) -> None:
    Meeting.objects.filter(pk=session.pk).update(title="اجتماع مجلس المراجعة")
    page = client_as(secretary).get(url("meeting-mode", session.pk)).content.decode()
    assert f"<bdi>اجتماع مجلس المراجعة</bdi>, {session.day_words}" in page


def test_from_who_is_there_a_way_leads_back_to_a_meeting_that_goes_on(
    item: AgendaItem, session: Meeting, client_as: SignIn, secretary: Person
) -> None:
    client, back = client_as(secretary), f'href="{url("meeting-mode", session.pk)}"'
    assert back in client.get(url("meeting-people", session.pk)).content.decode()
    Meeting.objects.filter(pk=session.pk).update(status="planned")
    assert back not in client.get(url("meeting-people", session.pk)).content.decode()


def test_who_was_ticked_as_there_counts_in_the_headline_days_before(
    meeting: Meeting, client_as: SignIn, secretary: Person, cio: Person
) -> None:
    later = timezone.now() + timedelta(days=9)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=later, quorum=1)
    page = client_as(secretary).get(url("meeting-people", meeting.pk)).content.decode()
    assert "Nobody with a vote has accepted yet" in page
    Attendance.objects.filter(meeting=meeting, person=cio).update(present=True, votes=True)
    page = client_as(secretary).get(url("meeting-people", meeting.pk)).content.decode()
    assert "Nobody with a vote has accepted yet" not in page


@pytest.mark.parametrize("before", [Status.READY, Status.IN_TRIAGE])
def test_taking_back_says_where_the_requests_are_now(
    item: AgendaItem, ready: ProjectRequest, client_as: SignIn, secretary: Person, decide: Decide,
    before: Status,
) -> None:  # fmt: skip
    ProjectRequest.objects.filter(pk=ready.pk).update(status=before.value)
    made = decide(item)
    page = client_as(secretary).post(url("decision-take-back", made.pk), follow=True).content.decode()
    assert f"{ready.reference} is {LABELS[before].lower()}. The item is open again." in page
