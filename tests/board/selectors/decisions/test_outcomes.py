"""What a decision comes to, in one plain sentence: in the room, for who asked, and in the minutes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from board.models import AgendaItem, Decision, Meeting
from board.packs.words import day
from board.selectors.decisions.decisions import decision_as_seen
from board.services.decisions.rulings import NewCondition, NewFamily, NewHold, NewQuestion
from board.services.decisions.undoing import take_back
from board.services.meetings.agenda import Group, add_item
from portfolio.lifecycle import Status
from portfolio.models import Notification, Person, ProjectRequest
from tests.factories import PersonFactory, filed_request

Decide = Callable[..., Decision]
SOON = timezone.localdate() + timedelta(days=28)


@pytest.fixture
def two(db: None) -> list[ProjectRequest]:
    return [filed_request(status=Status.READY.value) for _ in range(2)]


@pytest.fixture
def pair(session: Meeting, secretary: Person, two: list[ProjectRequest]) -> AgendaItem:
    return add_item(person=secretary, meeting=session, group=Group(title="Alerts", requests=two))


@pytest.fixture
def anna(db: None) -> Person:
    return PersonFactory.create(name="Anna Berg")


def outcome(decision: Decision, person: Person) -> str:
    return decision_as_seen(decision.pk, person).outcome


def notice(request: ProjectRequest) -> str:
    """What the requester was told last."""
    return Notification.objects.filter(person=request.requester, request=request).latest("id").text


def test_several_are_approved(pair: AgendaItem, two: list[ProjectRequest], decide: Decide, secretary: Person) -> None:
    assert outcome(decide(pair), secretary) == f"{two[0].reference} and {two[1].reference} are approved."


def test_who_asked_is_told_each_condition_its_owner_and_its_day(
    item: AgendaItem, ready: ProjectRequest, decide: Decide, secretary: Person, anna: Person
) -> None:
    conditions = [NewCondition("Consent is asked first.", anna, SOON), NewCondition("One owner.", anna, SOON)]
    decision = decide(item, "approve_with_conditions", conditions=conditions, reason="March is full.")
    rest = (
        f"is approved with two conditions: “Consent is asked first.” (Anna Berg, by {day(SOON)}) and “One owner.” "
        f"(Anna Berg, by {day(SOON)})."
    )
    assert outcome(decision, secretary) == f"{ready.reference} {rest}"
    start = f"The board decided on {ready.reference} {ready.title}: it"
    assert notice(ready) == f"{start} {rest} Because: March is full."


def test_who_asked_is_told_until_when_it_is_held_and_who_answers_what(
    item: AgendaItem, ready: ProjectRequest, decide: Decide, anna: Person
) -> None:
    decide(item, "hold", hold=NewHold(anna, "Who is master?", SOON))
    held = (
        f"it is on hold until {day(SOON)}, when it comes back by itself; Anna Berg answers: “Who is master?” Because:"
    )
    assert held in notice(ready)


def test_merged_says_into_what(pair: AgendaItem, two: list[ProjectRequest], decide: Decide, secretary: Person) -> None:
    stays, gone = two
    decision = decide(pair, "merge", survivor=stays, approve_survivor=True)
    said = f"{gone.reference} is merged into {stays.reference} “{stays.title}”, which is approved."
    assert outcome(decision, secretary) == said
    for request in two:
        assert said in notice(request)


def test_merged_without_approving_says_that_the_survivor_is_not_decided(
    pair: AgendaItem, two: list[ProjectRequest], decide: Decide, secretary: Person
) -> None:
    stays, gone = two
    decision = decide(pair, "merge", survivor=stays, approve_survivor=False)
    rest = f"“{stays.title}”; over {stays.reference} itself nothing is decided here: it stays as it was."
    assert outcome(decision, secretary) == f"{gone.reference} is merged into {stays.reference} {rest}"
    for request in two:
        assert rest in notice(request)


@pytest.mark.parametrize("approve", [True, False])
def test_a_family_says_who_leads_and_who_owns_it(
    pair: AgendaItem, two: list[ProjectRequest], decide: Decide, secretary: Person, anna: Person, approve: bool
) -> None:
    decision = decide(pair, "join", family=NewFamily(two[1], anna, approve=approve))
    both = f"{two[0].reference} and {two[1].reference}" + (" are approved and" if approve else "")
    code = decision.joining.family.code
    said = f"{both} go together as family {code}: {two[1].reference} leads, Anna Berg owns it."
    assert outcome(decision, secretary) == said


def test_an_order_says_what_goes_first(
    pair: AgendaItem, two: list[ProjectRequest], decide: Decide, secretary: Person
) -> None:
    decision = decide(pair, "sequence", order=[two[1], two[0]])
    assert outcome(decision, secretary) == (
        f"{two[1].reference} is approved and goes first, then {two[0].reference}; each waits for what goes before it."
    )


def test_one_that_goes_after_others_says_after_which(
    item: AgendaItem, ready: ProjectRequest, two: list[ProjectRequest], decide: Decide
) -> None:
    decide(item, "sequence", after=two)
    assert f"it is approved and waits for {two[0].reference} and {two[1].reference}." in notice(ready)


def test_returned_says_who_answers_what_by_when(
    item: AgendaItem, ready: ProjectRequest, decide: Decide, anna: Person
) -> None:
    decide(item, "return", questions=[NewQuestion("How many?", anna, SOON)])
    assert f"it goes back for information: Anna Berg answers “How many?” by {day(SOON)}." in notice(ready)


@pytest.mark.parametrize("until", [SOON, None])
def test_deferred_says_until_when(item: AgendaItem, ready: ProjectRequest, decide: Decide, until: object) -> None:
    decide(item, "defer", until=until)
    when = f"{day(SOON)}, when it comes back by itself." if until else "somebody brings it back."
    assert f"it is deferred until {when}" in notice(ready)


def test_rejected_says_that_only_the_board_reopens(item: AgendaItem, ready: ProjectRequest, decide: Decide) -> None:
    decide(item, "reject")
    assert "it is rejected; only the board can reopen it. Because: It serves the customer." in notice(ready)


def test_taken_back_says_what_and_where_the_request_is_now(
    item: AgendaItem, ready: ProjectRequest, decide: Decide, secretary: Person
) -> None:
    take_back(person=secretary, decision=decide(item), submission="b" * 32)
    assert "“Approve” is taken back: it is ready for board." in notice(ready)


def test_of_a_decision_with_a_hidden_request_only_states_are_said(
    session: Meeting, secretary: Person, two: list[ProjectRequest], reader: Person, decide: Decide, anna: Person
) -> None:
    secret = filed_request(status=Status.READY.value, confidential=True)
    item = add_item(person=secretary, meeting=session, group=Group(title="Alerts", requests=[two[0], secret]))
    decision = decide(item, "hold", hold=NewHold(anna, "Does the merger come?", SOON))
    assert outcome(decision, reader) == f"{two[0].reference} is on hold."
    assert "merger" not in notice(two[0])
    assert secret.reference in outcome(decision, secretary)


def test_long_words_are_cut_and_the_notice_still_fits(
    item: AgendaItem, ready: ProjectRequest, decide: Decide, anna: Person
) -> None:
    questions = [NewQuestion("How many customers? " * 20, anna, SOON) for _ in range(3)]
    decide(item, "return", questions=questions, reason="We do not know enough. " * 30)
    text = notice(ready)
    assert len(text) <= 500
    assert "Because: We do not know" in text


def test_a_title_that_turns_the_direction_turns_nothing_else_of_a_notice(
    item: AgendaItem, ready: ProjectRequest, decide: Decide
) -> None:
    type(ready).objects.filter(pk=ready.pk).update(title="Cards \u202eback")
    decide(item, reason="March is full.")
    assert "Cards \u202eback\u202c\u2069: it is approved." in notice(ready)
