"""What the newer kinds of decisions do: joining as a family, return for information, ties, deferral, votes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from board.errors import CannotDecide, NotAllowed
from board.models import AgendaItem, Decision, Meeting
from board.selectors.decisions.questions import open_questions
from board.services.decisions.holds import return_deferred
from board.services.decisions.questions import answer_question, remind_of_questions
from board.services.decisions.rulings import NewCondition, NewFamily, NewQuestion
from board.services.meetings.agenda import add_item
from impacts.models import Family, FamilyMember
from impacts.services.findings.families import current_members
from portfolio.lifecycle import Status
from portfolio.models import Notification, Person, ProjectRequest
from portfolio.services.requests import move_request
from tests.board.conftest import members
from tests.board.services.decisions.conftest import back, state
from tests.factories import FamilyFactory, PersonFactory, filed_request

Decide = Callable[..., Decision]
TODAY = timezone.localdate


# --- joining as a family ------------------------------------------------------------------------------------------


def test_group_is_joined_as_a_family_and_approved(
    group_item: AgendaItem, three: list[ProjectRequest], decide: Decide
) -> None:
    owner = PersonFactory.create()
    words = [request.problem for request in three]
    decision = decide(group_item, "join", family=NewFamily(three[1], owner))
    family = decision.joining.family
    assert (family.lead, family.owner, family.title) == (three[1], owner, "Alerts")
    assert set(current_members(family)) == {request.pk for request in three}
    assert [state(request) for request in three] == ["approved"] * 3
    assert [ProjectRequest.objects.get(pk=request.pk).problem for request in three] == words


def test_join_can_leave_the_requests_where_they_are(
    group_item: AgendaItem, three: list[ProjectRequest], secretary: Person, decide: Decide
) -> None:
    decision = decide(group_item, "join", family=NewFamily(three[0], PersonFactory.create(), approve=False))
    assert [state(request) for request in three] == ["ready"] * 3
    back(decision, secretary)
    assert [state(request) for request in three] == ["ready"] * 3
    assert not FamilyMember.objects.filter(left_at__isnull=True).exists()


def test_join_with_conditions_approves_with_conditions(
    group_item: AgendaItem, three: list[ProjectRequest], decide: Decide
) -> None:
    owner = PersonFactory.create()
    condition = NewCondition("One consent text.", owner, TODAY() + timedelta(days=9))
    decision = decide(group_item, "join", family=NewFamily(three[0], owner), conditions=[condition])
    assert {state(request) for request in three} == {"approved_with_conditions"}
    assert decision.conditions.get().text == "One consent text."


def test_family_is_confirmed_with_another_lead_and_restored_when_taken_back(
    family_item: AgendaItem, family: Family, secretary: Person, decide: Decide
) -> None:
    old_lead, old_owner = family.lead, family.owner
    owner = PersonFactory.create()
    decision = decide(family_item, "join", family=NewFamily(members(family)[2], owner))
    family.refresh_from_db()
    assert (family.lead, family.owner) == (members(family)[2], owner)
    assert not decision.joining.founded
    back(decision, secretary)
    family.refresh_from_db()
    assert (family.lead, family.owner) == (old_lead, old_owner)
    assert family.dissolved_at is None


def test_founded_family_is_dissolved_when_the_decision_is_taken_back(
    group_item: AgendaItem, three: list[ProjectRequest], secretary: Person, decide: Decide
) -> None:
    decision = decide(group_item, "join", family=NewFamily(three[0], PersonFactory.create()))
    back(decision, secretary)
    assert Family.objects.get().dissolved_at is not None
    assert {state(request) for request in three} == {"ready"}
    again = decide(group_item, "join", family=NewFamily(three[2], PersonFactory.create()))
    assert again.joining.family.lead == three[2]


def test_group_with_a_family_in_it_becomes_that_family(
    group_item: AgendaItem, three: list[ProjectRequest], secretary: Person, decide: Decide
) -> None:
    family = FamilyFactory.create(lead=three[0], with_members=[three[1]])
    decision = decide(group_item, "join", family=NewFamily(three[0], family.owner))
    assert decision.joining.family == family
    assert three[2].pk in current_members(family)
    back(decision, secretary)
    assert set(current_members(family)) == {three[0].pk, three[1].pk}


def test_requests_of_two_families_are_not_joined(
    group_item: AgendaItem, three: list[ProjectRequest], decide: Decide
) -> None:
    for request in three[:2]:
        FamilyFactory.create(lead=request, with_members=[filed_request()])
    with pytest.raises(CannotDecide, match="different families"):
        decide(group_item, "join", family=NewFamily(three[0], PersonFactory.create()))
    assert {state(request) for request in three} == {"ready"}
    assert not Decision.objects.exists()


def test_single_request_joins_another_that_is_not_decided_over(
    item: AgendaItem, ready: ProjectRequest, decide: Decide
) -> None:
    other = filed_request()
    decision = decide(item, "join", family=NewFamily(other, PersonFactory.create(), partner=other))
    assert set(current_members(decision.joining.family)) == {ready.pk, other.pk}
    assert (state(ready), state(other)) == ("approved", "submitted")


@pytest.mark.parametrize("case", ["nothing", "stranger leads", "team owns", "no partner"])
def test_incomplete_joining_is_refused(
    case: str, group_item: AgendaItem, item: AgendaItem, three: list[ProjectRequest], decide: Decide
) -> None:
    person, team = PersonFactory.create(), PersonFactory.create(kind=Person.Kind.TEAM)
    wanted: dict[str, tuple[AgendaItem, NewFamily | None, str]] = {
        "nothing": (group_item, None, "lead"),
        "stranger leads": (group_item, NewFamily(filed_request(), person), "lead"),
        "team owns": (group_item, NewFamily(three[0], team), "family_owner"),
        "no partner": (item, NewFamily(three[0], person), "partner"),
    }
    over, family, field = wanted[case]
    with pytest.raises(CannotDecide) as caught:
        decide(over, "join", family=family)
    assert field in caught.value.fields
    assert not Decision.objects.exists()


# --- survivors ----------------------------------------------------------------------------------------------------


def test_survivor_that_was_merged_meanwhile_is_refused_and_its_heir_named(
    item: AgendaItem, session: Meeting, secretary: Person, decide: Decide
) -> None:
    last, middle = filed_request(status=Status.APPROVED.value), filed_request(status=Status.READY.value)
    decide(add_item(person=secretary, meeting=session, request=middle), "merge", survivor=last)
    middle.refresh_from_db()
    with pytest.raises(CannotDecide) as caught:
        decide(item, "merge", survivor=middle)
    assert f"merged into {last.reference}. Choose {last.reference}" in caught.value.fields["survivor"]
    decide(item, "merge", survivor=last)


def test_merge_into_what_waits_for_it_is_refused(item: AgendaItem, ready: ProjectRequest, decide: Decide) -> None:
    waiting = filed_request(status=Status.SEQUENCED.value, after=ready)
    with pytest.raises(CannotDecide, match="wait for itself"):
        decide(item, "merge", survivor=waiting)


# --- return for information ---------------------------------------------------------------------------------------


def asked(item: AgendaItem, decide: Decide, *owners: Person) -> Decision:
    due = TODAY() + timedelta(days=14)
    questions = [NewQuestion(f"How many customers, {place}?", owner, due) for place, owner in enumerate(owners)]
    return decide(item, "return", questions=questions)


def test_returned_request_waits_for_its_answer_and_comes_back_with_it(
    item: AgendaItem, ready: ProjectRequest, secretary: Person, decide: Decide
) -> None:
    owner = PersonFactory.create()
    decision = asked(item, decide, owner)
    assert state(ready) == "returned"
    assert "How many customers" in Notification.objects.get(person=owner, key__startswith="question:").text
    question = open_questions().get()
    answer_question(person=ready.requester, question=question, answer="About 12,000.")
    assert state(ready) == "ready"
    step = ready.transitions.order_by("-id").first()
    assert step is not None
    assert "About 12,000." in step.why
    assert Notification.objects.filter(person=secretary, key__startswith=f"answered:{decision.pk}").exists()
    assert not open_questions().exists()


def test_it_comes_back_with_the_last_of_several_answers(
    item: AgendaItem, ready: ProjectRequest, decide: Decide
) -> None:
    one, two = PersonFactory.create_batch(2)
    asked(item, decide, one, two)
    first, second = open_questions().order_by("id")
    answer_question(person=one, question=first, answer="Twelve.")
    assert state(ready) == "returned"
    answer_question(person=two, question=second, answer="Thirteen.")
    assert state(ready) == "ready"


def test_only_who_is_concerned_answers_and_once(
    item: AgendaItem, ready: ProjectRequest, outsider: Person, decide: Decide
) -> None:
    owner = PersonFactory.create()
    asked(item, decide, owner)
    question = open_questions().get()
    with pytest.raises(NotAllowed):
        answer_question(person=outsider, question=question, answer="Many.")
    with pytest.raises(CannotDecide):
        answer_question(person=owner, question=question, answer="  ")
    answer_question(person=owner, question=question, answer="Twelve.")
    again = answer_question(person=ready.requester, question=question, answer="Thirteen.")
    assert (again.answer, again.answered_by) == ("Twelve.", owner)


def test_taken_back_question_needs_no_answer(
    item: AgendaItem, ready: ProjectRequest, secretary: Person, decide: Decide
) -> None:
    owner = PersonFactory.create()
    decision = asked(item, decide, owner)
    back(decision, secretary)
    assert state(ready) == "ready"
    question = Decision.objects.get(pk=decision.pk).questions.get()
    with pytest.raises(CannotDecide, match="took this back"):
        answer_question(person=owner, question=question, answer="Twelve.")
    assert not open_questions().exists()


def test_return_without_a_question_or_with_a_past_day_is_refused(item: AgendaItem, decide: Decide) -> None:
    with pytest.raises(CannotDecide) as caught:
        decide(item, "return")
    assert "questions" in caught.value.fields
    late = NewQuestion("How many?", PersonFactory.create(), TODAY() - timedelta(days=1))
    with pytest.raises(CannotDecide):
        decide(item, "return", questions=[late])


def test_who_owes_an_answer_is_reminded_once_before_and_once_after(
    item: AgendaItem, secretary: Person, decide: Decide
) -> None:
    owner = PersonFactory.create()
    asked(item, decide, owner)
    due = open_questions().get().due
    assert remind_of_questions() == 0
    for _ in range(2):
        remind_of_questions(today=due - timedelta(days=2))
    assert Notification.objects.filter(person=owner, key__startswith="question-due").count() == 1
    for _ in range(2):
        remind_of_questions(today=due + timedelta(days=1))
    assert Notification.objects.filter(person=owner, key__startswith="question-late").count() == 1
    assert Notification.objects.filter(person=secretary, key__startswith="question-missing").count() == 1


def test_returned_request_can_be_decided_without_the_answer(
    item: AgendaItem, ready: ProjectRequest, session: Meeting, secretary: Person, decide: Decide
) -> None:
    asked(item, decide, PersonFactory.create())
    ready.refresh_from_db()
    AgendaItem.objects.filter(pk=item.pk).update(meeting=session)
    question = open_questions().get()
    move_request(request=ready, target=Status.APPROVED, person=secretary, why="It is clear now.")
    assert not open_questions().exists()
    answer_question(person=question.owner, question=question, answer="Twelve.")
    assert state(ready) == "approved", "a late answer moves nothing"


# --- deferral -----------------------------------------------------------------------------------------------------


def test_deferred_comes_back_on_its_day_once(item: AgendaItem, ready: ProjectRequest, decide: Decide) -> None:
    until = TODAY() + timedelta(days=30)
    decide(item, "defer", until=until)
    assert return_deferred(today=until - timedelta(days=1)) == 0
    assert state(ready) == "deferred"
    assert return_deferred(today=until) == 1
    assert return_deferred(today=until) == 0
    assert state(ready) == "ready"


def test_deferred_without_a_day_waits_and_a_past_day_is_refused(
    item: AgendaItem, ready: ProjectRequest, decide: Decide
) -> None:
    with pytest.raises(CannotDecide) as caught:
        decide(item, "defer", until=TODAY())
    assert "until" in caught.value.fields
    decide(item, "defer")
    assert return_deferred(today=TODAY() + timedelta(days=4000)) == 0
    assert state(ready) == "deferred"
