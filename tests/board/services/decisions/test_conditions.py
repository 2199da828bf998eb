"""Conditions: moved with a reason, replaced by a new decision, reminded of until they are met."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from board.errors import CannotDecide, NotAllowed
from board.models import AgendaItem, Condition, Decision, Hold, Meeting, Question
from board.selectors.decisions.chain import verify_chain
from board.selectors.decisions.decisions import conditions_for
from board.selectors.meetings.meetings import secretaries
from board.services.decisions.conditions import close_condition, move_condition
from board.services.decisions.rulings import NewCondition, NewHold
from board.services.decisions.undoing import take_back
from board.services.meetings.agenda import add_item
from board.services.meetings.reminders import remind, stage
from portfolio.lifecycle import Status
from portfolio.models import Notification, Person, ProjectRequest
from portfolio.services.requests import move_request
from tests.factories import DecidedRequestFactory, HoldFactory, PersonFactory, QuestionFactory, filed_request

Decide = Callable[..., Decision]
DUE = date(2027, 3, 31)


@pytest.fixture
def condition(item: AgendaItem, decide: Decide) -> Condition:
    owner = PersonFactory.create(name="Tomás Rey")
    decide(item, "approve_with_conditions", conditions=[NewCondition("Name an owner.", owner, DUE)])
    return Condition.objects.get()


def move(condition: Condition, person: Person, **fields: Any) -> Any:
    given = {"owner": condition.owner, "due": DUE + timedelta(days=30), "reason": "The supplier is late."}
    seen = fields.pop("seen", (condition.owner_id, condition.due))
    return move_condition(person=person, condition=condition, seen=seen, **{**given, **fields})


def test_moving_needs_a_reason_keeps_history_and_leaves_the_seal(condition: Condition, secretary: Person) -> None:
    with pytest.raises(CannotDecide):
        move(condition, secretary, reason=" ")
    other = PersonFactory.create()
    made = move(condition, secretary, owner=other)
    fresh = Condition.objects.get()
    assert (fresh.owner, fresh.due) == (other, DUE + timedelta(days=30))
    assert (made.due_before, made.reason) == (DUE, "The supplier is late.")
    assert condition.history.count() == 2
    assert not verify_chain().faults
    told = set(Notification.objects.filter(key__startswith="condition-").values_list("person", flat=True))
    assert {other.pk, made.owner_before_id} <= told


def test_a_day_changed_without_a_move_breaks_the_seal(condition: Condition, secretary: Person) -> None:
    move(condition, secretary)
    Condition.objects.update(due=date(2030, 1, 1))
    assert [fault.what for fault in verify_chain().faults] == [
        "a condition has another owner or day than its last move says"
    ]


def test_only_secretary_and_cio_move(condition: Condition, architect: Person, cio: Person) -> None:
    for person in (condition.owner, architect):
        with pytest.raises(NotAllowed):
            move(condition, person)
    assert move(condition, cio).pk


@pytest.mark.parametrize(
    "fields", [{"due": DUE}, {"due": date(2020, 1, 1)}, {"seen": (1, date(2027, 1, 1))}, {"reason": "x" * 501}]
)
def test_what_does_not_fit_moves_nothing(condition: Condition, secretary: Person, fields: dict[str, Any]) -> None:
    with pytest.raises(CannotDecide):
        move(condition, secretary, **fields)
    assert Condition.objects.get().due == DUE


def test_nobody_who_left_gets_one_and_met_ones_stay(condition: Condition, secretary: Person) -> None:
    with pytest.raises(CannotDecide):
        move(condition, secretary, owner=PersonFactory.create(is_active=False))
    close_condition(person=secretary, condition=condition, note="She is named.")
    with pytest.raises(CannotDecide):
        move(condition, secretary)


def test_a_new_decision_replaces_the_conditions_of_the_earlier(
    condition: Condition, session: Meeting, secretary: Person, ready: ProjectRequest, decide: Decide
) -> None:
    request = ProjectRequest.objects.get(pk=ready.pk)
    move_request(request=request, target=request.state.__class__.READY, person=secretary, why="It changed.")
    AgendaItem.objects.update(status=AgendaItem.Status.DROPPED)
    again = add_item(person=secretary, meeting=session, request=request)
    decision = decide(again)
    condition.refresh_from_db()
    assert condition.replaced_by == decision
    assert not conditions_for(secretary).exists()
    with pytest.raises(CannotDecide):
        close_condition(person=secretary, condition=condition, note="Late.")


@pytest.mark.parametrize(
    ("left", "expected"),
    [(30, ""), (8, ""), (7, "before-7"), (3, "before-7"), (1, "before-1"), (0, "before-0"), (-1, "late-0"),
     (-7, "late-0"), (-8, "late-1"), (-15, "late-2")],
)  # fmt: skip
def test_stages_follow_each_other(left: int, expected: str) -> None:
    assert stage(DUE + timedelta(days=left), DUE) == expected


def told_on(day: date) -> int:
    """How many people are told on this day, however often the timetable runs."""
    before = Notification.objects.count()
    remind(today=day)
    remind(today=day)
    return Notification.objects.count() - before


def test_reminders_come_once_a_stage_and_late_ones_to_the_secretary_too(
    condition: Condition, secretary: Person
) -> None:
    told = {left: told_on(DUE - timedelta(days=left)) for left in (30, 7, 6, 1, 0, -1, -2, -8)}
    assert told == {30: 0, 7: 1, 6: 0, 1: 1, 0: 1, -1: 2, -2: 0, -8: 2}
    assert Notification.objects.filter(person=secretary, text__contains="Tomás Rey").count() == 2
    mine = Notification.objects.filter(person=condition.owner, key__startswith="condition-due", mail_due=True)
    assert mine.count() == 5


def test_a_reminder_names_what_it_is_about_to_who_may_see_it(
    item: AgendaItem, ready: ProjectRequest, secretary: Person, decide: Decide
) -> None:
    owner = PersonFactory.create(name="Tomás Rey")
    decide(item, "approve_with_conditions", conditions=[NewCondition("Name an owner.", owner, DUE)])
    told_on(DUE + timedelta(days=1))
    said = dict(Notification.objects.filter(key__startswith="condition-due").values_list("person", "text"))
    assert said[owner.pk].startswith(f"A condition of the board for {ready.reference} was due on ")
    assert said[secretary.pk].startswith(f"A condition for {ready.reference} that Tomás Rey sees to was due on ")
    ProjectRequest.objects.filter(pk=ready.pk).update(confidential=True)
    told_on(DUE + timedelta(days=8))
    text = Notification.objects.filter(person=owner, key__startswith="condition-due").latest("id").text
    assert text.startswith("A condition of the board was due on ")


def test_what_is_met_is_not_reminded_of(condition: Condition, secretary: Person) -> None:
    close_condition(person=secretary, condition=condition, note="She is named.")
    assert told_on(DUE) == 0


def test_a_moved_condition_is_reminded_of_for_its_new_day(condition: Condition, secretary: Person) -> None:
    assert told_on(DUE) == 1
    move(condition, secretary)
    assert told_on(DUE) == 0
    assert told_on(DUE + timedelta(days=30)) == 1


def test_who_answers_a_hold_is_reminded_before_it_ends(item: AgendaItem, decide: Decide) -> None:
    owner, until = PersonFactory.create(), timezone.localdate() + timedelta(days=30)
    decide(item, "hold", hold=NewHold(owner, "Who keeps the address?", until))
    told = [told_on(until - timedelta(days=left)) for left in (8, 7, 1, 0)]
    assert told == [0, 1, 1, 0]
    Hold.objects.update(released_at=timezone.now())
    assert told_on(until - timedelta(days=2)) == 0


def test_its_owner_and_the_secretary_say_that_a_condition_is_met_and_nobody_else(
    condition: Condition, secretary: Person, outsider: Person, architect: Person
) -> None:
    for person in (outsider, architect):
        with pytest.raises(NotAllowed, match="Tomás Rey sees to this condition"):
            close_condition(person=person, condition=condition, note="Done.")
    assert close_condition(person=condition.owner, condition=condition, note="Done.").met_by == condition.owner
    condition.refresh_from_db()
    assert condition.met_at is not None


def test_a_condition_of_a_decision_that_was_taken_back_is_not_moved(condition: Condition, secretary: Person) -> None:
    take_back(person=secretary, decision=condition.decision, submission="back")
    with pytest.raises(CannotDecide, match="was taken back"):
        move(condition, secretary)
    assert not condition.moves.exists()


def test_the_secretary_hears_once_that_nobody_sees_to_what_somebody_who_left_was_to(
    condition: Condition, secretary: Person
) -> None:
    hold, question = HoldFactory.create(), asked_of(PersonFactory.create())
    early = DUE - timedelta(days=90)
    assert told_on(early) == 0
    for person in (condition.owner, hold.owner, question.owner):
        leave(person)
    assert told_on(early)
    assert told_on(early) == 0
    said = Notification.objects.filter(key__contains="-alone:", person=secretary).order_by("id")
    assert [each.text.split(":")[0] for each in said] == [
        f"Nobody sees to a {name} of the board" for name in ("condition", "hold", "question")
    ]
    assert "Tomás Rey left on" in said[0].text


def test_conditions_whose_owner_is_gone_are_counted_and_marked(
    client_as: Callable[[Person], Client], condition: Condition, secretary: Person
) -> None:
    page = client_as(secretary).get("/board/conditions/").text
    assert ("nobody sees to" in page, "left on" in page) == (False, False)
    leave(condition.owner)
    page = client_as(secretary).get("/board/conditions/").text
    assert "nobody sees to 1" in page
    assert "Tomás Rey left on" in page


def asked_of(person: Person) -> Question:
    request = filed_request(status=Status.RETURNED.value)
    question = QuestionFactory.create(owner=person)
    DecidedRequestFactory.create(decision=question.decision, request=request)
    return question


def leave(person: Person) -> None:
    person.left_on, person.is_active = timezone.localdate() - timedelta(days=1), False
    person.save()


def test_the_secretary_hears_of_a_chair_who_left_and_the_cio_where_no_secretary_is_here(
    client_as: Callable[[Person], Client], meeting: Meeting, secretary: Person, cio: Person
) -> None:
    meeting.chair = chair = PersonFactory.create(name="Greg Gone")
    meeting.save()
    assert told_on(DUE) == 0
    leave(chair)
    assert told_on(DUE) == 1
    (said,) = Notification.objects.filter(person=secretary)
    assert said.text.startswith(f"Nobody chairs “{meeting}”: Greg Gone left on")
    assert "Greg Gone left on" in client_as(secretary).get(said.url).text
    assert secretaries() == [secretary]
    leave(secretary)
    assert secretaries() == [cio]
