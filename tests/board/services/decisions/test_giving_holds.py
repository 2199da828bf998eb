"""The question of a hold is given to somebody else: by whom, with a reason, and without touching what was decided."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from board.errors import CannotDecide, NotAllowed
from board.models import AgendaItem, Condition, Decision, Hold, HoldMove, Meeting
from board.packs.markdown import as_markdown
from board.selectors.decisions.chain import verify_chain
from board.selectors.decisions.log_rows import log_rows
from board.selectors.decisions.record import decision_page, record_of
from board.selectors.papers.minutes_paper import minutes_document
from board.services.decisions.conditions import move_condition
from board.services.decisions.giving import give_hold
from board.services.decisions.rulings import NewCondition, NewHold
from board.services.meetings.agenda import add_item
from board.services.meetings.meetings import close_meeting
from board.services.meetings.reminders import remind
from portfolio.lifecycle import Status
from portfolio.models import Notification, Person
from tests.factories import PersonFactory, filed_request

Decide = Callable[..., Decision]


@pytest.fixture
def hold(item: AgendaItem, decide: Decide) -> Hold:
    """A hold whose question Marcus Bell answers."""
    until = timezone.localdate() + timedelta(days=40)
    decide(item, "hold", hold=NewHold(PersonFactory.create(name="Marcus Bell"), "Who is master?", until))
    return Hold.objects.get()


def give(hold: Hold, person: Person, **fields: Any) -> HoldMove:
    given = {"owner": PersonFactory.create(name="Ruth Adeyemi"), "reason": "He has left.", "seen": hold.owner_id}
    return give_hold(person=person, hold=hold, **given | fields)


def test_a_hold_whose_owner_left_is_given_to_somebody_who_is_here(hold: Hold, secretary: Person) -> None:
    Person.objects.filter(pk=hold.owner_id).update(is_active=False)
    hold = Hold.objects.get()
    remind()
    text = Notification.objects.get(key__startswith="hold-alone:", person=secretary).text
    assert "Give it to somebody who is here" in text
    move = give(hold, secretary)
    assert Hold.objects.get().owner == move.owner_after
    assert Hold.objects.get().expires_on == hold.expires_on
    told = set(Notification.objects.filter(key__startswith="hold-given:").values_list("person", flat=True))
    assert told == {move.owner_after_id}
    assert not verify_chain().faults


def test_an_owner_changed_without_being_given_breaks_the_chain(hold: Hold, secretary: Person) -> None:
    give(hold, secretary)
    Hold.objects.update(owner=PersonFactory.create())
    assert [fault.what for fault in verify_chain().faults] == ["a hold has another owner than it was last given to"]


def test_only_secretary_and_cio_give_a_hold(hold: Hold, architect: Person, cio: Person) -> None:
    for person in (hold.owner, architect):
        with pytest.raises(NotAllowed):
            give(hold, person)
    assert give(hold, cio).pk


def test_what_does_not_fit_leaves_the_hold_as_it_is(hold: Hold, secretary: Person) -> None:
    for fields in ({"reason": " "}, {"reason": "x" * 501}, {"owner": hold.owner}, {"seen": secretary.pk}):
        with pytest.raises(CannotDecide):
            give(hold, secretary, **fields)
    with pytest.raises(CannotDecide):
        give(hold, secretary, owner=PersonFactory.create(is_active=False))
    Hold.objects.update(released_at=timezone.now())
    with pytest.raises(CannotDecide, match="ended"):
        give(Hold.objects.get(), secretary)
    assert not HoldMove.objects.exists()


def test_the_secretary_gives_a_hold_on_its_page_and_everybody_reads_who_answers(
    hold: Hold, secretary: Person, reader: Person, client: Client
) -> None:
    page, url = reverse("board:condition-list"), reverse("board:hold-give", args=[hold.pk])
    client.force_login(reader)
    assert url not in client.get(page).content.decode()
    assert client.get(url).status_code == 403
    client.force_login(secretary)
    shown = client.get(page).content.decode()
    assert url in shown
    assert 'data-head="Who answers it"' in shown  # on a phone no act is off the screen
    other = PersonFactory.create(name="Ruth Adeyemi")
    data = {"owner": other.email, "reason": "He has left.", "seen_owner": hold.owner_id}
    answer = client.post(url, data)
    assert answer.status_code == 302, answer.content.decode()
    assert "Ruth Adeyemi" in client.get(page).content.decode()
    decision = client.get(reverse("board:decision-detail", args=[hold.decision_id])).content.decode()
    assert "Marcus Bell answers" in decision
    assert "given to Ruth Adeyemi since" in decision
    assert "Given on" in as_markdown(record_of(decision_page(hold.decision_id, secretary)))


def test_minutes_and_log_keep_whom_and_which_day_the_board_said(
    hold: Hold, session: Meeting, secretary: Person, decide: Decide
) -> None:
    due, other = timezone.localdate() + timedelta(days=30), PersonFactory.create(name="Ruth Adeyemi")
    item = add_item(person=secretary, meeting=session, request=filed_request(status=Status.READY.value))
    asked = NewCondition("Name an owner.", PersonFactory.create(name="Tomás Rey"), due)
    decide(item, "approve_with_conditions", conditions=[asked])
    close_meeting(person=secretary, meeting=session)
    decisions = Decision.objects.order_by("id")
    minutes, log = minutes_document(session, secretary), list(log_rows(decisions, secretary))
    give(hold, secretary, owner=other)
    condition = Condition.objects.get()
    seen = (condition.owner_id, due)
    later = due + timedelta(days=9)
    move_condition(person=secretary, condition=condition, owner=other, due=later, reason="He is ill.", seen=seen)
    assert minutes_document(session, secretary) == minutes
    assert list(log_rows(decisions, secretary)) == log
    assert "Ruth" not in str(log)
