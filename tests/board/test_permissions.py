"""Who sees and does what at the board: one table for what roles alone decide, one for what also asks about the row."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from board import permissions
from board.models import Meeting, Ranking
from board.permissions import (
    can_advise,
    can_answer_question,
    can_change_scenario,
    can_close_condition,
    can_correct,
    can_decide,
    can_give_hold,
    can_manage_meetings,
    can_move_condition,
    can_object_for,
    can_override_vote,
    can_plan,
    can_propose,
    can_propose_order,
    can_rank,
    can_run,
    can_score,
    can_see_board,
    can_see_orders,
    can_see_reports,
    can_weigh,
    can_withdraw,
)
from portfolio.models import Person, ProjectRequest, Role, Silo
from tests.factories import (
    ConditionFactory,
    DecidedRequestFactory,
    HoldFactory,
    MeetingFactory,
    ObjectionFactory,
    PersonFactory,
    QuestionFactory,
    ScenarioFactory,
    SegmentFactory,
    filed_request,
    person_with,
)

pytestmark = pytest.mark.django_db
BOARD = {"board_member", "secretary", "cio"}
OFFICE = {"secretary", "cio"}
EVERYBODY = BOARD | {
    "requester", "colleague", "outsider", "architect", "it_manager", "segment_manager", "customer_leader",
    "administrator", "reader",
}  # fmt: skip


@pytest.fixture
def people(request: pytest.FixtureRequest) -> dict[str, Person]:
    stock = {name: request.getfixturevalue(name) for name in sorted(EVERYBODY - {"customer_leader"})}
    return {**stock, "customer_leader": person_with(Role.CUSTOMER_LEADER)}


def those(people: dict[str, Person], may: Callable[..., bool], *about: Any, **more: Any) -> set[str]:
    """Who of them may, by name of their role."""
    return {who for who, person in people.items() if may(person, *about, **more)}


BY_ROLE: list[tuple[Callable[..., bool], dict[str, Any], set[str]]] = [
    (can_see_board, {}, {"architect"} | BOARD),
    (can_manage_meetings, {}, OFFICE),
    (can_plan, {}, {"architect"} | BOARD),
    (can_score, {}, {"architect"} | BOARD),
    (can_weigh, {}, OFFICE | {"customer_leader", "administrator"}),
    (can_see_orders, {}, {"architect", "customer_leader"} | BOARD),
    (can_rank, {"side": Ranking.Side.IT}, {"cio"}),
    (can_rank, {"side": Ranking.Side.CUSTOMERS}, {"customer_leader"}),
    (can_propose_order, {}, {"cio", "customer_leader"}),
    (can_see_reports, {}, EVERYBODY),
    (can_see_reports, {"money": True}, {"architect"} | BOARD),
]


@pytest.mark.parametrize(("may", "more", "expected"), BY_ROLE)
def test_what_the_role_alone_decides(
    people: dict[str, Person], may: Callable[..., bool], more: dict[str, Any], expected: set[str]
) -> None:
    assert those(people, may, **more) == expected
    assert not may(AnonymousUser(), **more)


@pytest.mark.parametrize("may", [may for may, more, _ in BY_ROLE if not more and may is not can_see_reports])
def test_who_was_switched_off_may_nothing(may: Callable[..., bool]) -> None:
    assert not may(person_with(*(role for role in Role if role is not Role.HEAD), is_active=False))


MEETINGS: list[tuple[str, set[str], set[str], set[str], set[str]]] = [
    ("planned", OFFICE | {"architect"}, {"architect"}, set(), set()),
    ("in_session", OFFICE | {"architect"}, {"architect"}, OFFICE, set()),
    ("closed", set(), set(), set(), OFFICE),
    ("cancelled", set(), set(), set(), set()),
]


@pytest.mark.parametrize(("status", "propose", "advise", "decide", "correct"), MEETINGS)
def test_who_runs_a_meeting_puts_something_on_it_advises_decides_and_corrects(
    people: dict[str, Person], status: str, propose: set[str], advise: set[str], decide: set[str], correct: set[str]
) -> None:
    meeting = MeetingFactory.create(status=status)

    assert those(people, can_run, meeting) == OFFICE
    assert those(people, can_propose, meeting) == propose
    assert those(people, can_advise, meeting) == advise
    assert those(people, can_decide, meeting) == decide
    assert those(people, can_correct, meeting) == correct


@pytest.mark.parametrize("seat", ["chair", "secretary"])
def test_who_of_the_board_is_named_runs_that_meeting_and_no_other(people: dict[str, Person], seat: str) -> None:
    theirs = MeetingFactory.create(status=Meeting.Status.IN_SESSION, **{seat: people["board_member"]})
    other = MeetingFactory.create(status=Meeting.Status.IN_SESSION)

    for may in (can_run, can_decide):
        assert those(people, may, theirs) == BOARD
        assert those(people, may, other) == OFFICE


def test_who_is_named_but_not_of_the_board_does_not_run_the_meeting(people: dict[str, Person]) -> None:
    assert those(people, can_run, MeetingFactory.create(chair=people["reader"])) == OFFICE


def test_who_is_in_the_chair_decides_against_the_vote_and_the_cio_where_nobody_is(people: dict[str, Person]) -> None:
    assert those(people, can_override_vote, MeetingFactory.create(chair=people["board_member"])) == {"board_member"}
    assert those(people, can_override_vote, MeetingFactory.create(chair=None)) == {"cio"}


def test_who_closes_a_condition_and_who_moves_it(people: dict[str, Person]) -> None:
    condition = ConditionFactory.create(owner=people["reader"])

    assert those(people, can_close_condition, condition) == OFFICE | {"reader"}
    assert those(people, can_move_condition, condition) == OFFICE


def test_who_is_asked_by_a_hold_does_not_give_it_to_somebody_else(people: dict[str, Person]) -> None:
    assert those(people, can_give_hold, HoldFactory.create(owner=people["reader"])) == OFFICE


@pytest.mark.parametrize(
    ("confidential", "expected"),
    [(False, {"requester", "colleague"}), (True, {"requester"})],
)
def test_who_answers_what_the_board_wanted_to_know(
    people: dict[str, Person], cards: Silo, confidential: bool, expected: set[str]
) -> None:
    returned: ProjectRequest = filed_request(silo=cards, requester=people["requester"], confidential=confidential)
    question = QuestionFactory.create(owner=people["reader"])
    DecidedRequestFactory.create(decision=question.decision, request=returned)

    assert those(people, can_answer_question, question) == OFFICE | {"reader"} | expected


def test_the_manager_of_a_segment_objects_for_it_and_without_one_the_customer_leader(people: dict[str, Person]) -> None:
    segment = SegmentFactory.create(manager=people["segment_manager"])

    assert those(people, can_object_for, segment) == {"segment_manager"}
    assert those(people, can_object_for, SegmentFactory.create(manager=None)) == {"customer_leader"}
    people["segment_manager"].left_on = timezone.localdate()
    assert those(people, can_object_for, segment) == {"customer_leader"}


def test_who_raised_an_objection_and_who_speaks_for_the_segment_now_withdraw_it(people: dict[str, Person]) -> None:
    segment = SegmentFactory.create(manager=people["segment_manager"])
    objection = ObjectionFactory.create(segment=segment, person=people["reader"])

    assert those(people, can_withdraw, objection) == {"reader", "segment_manager"}
    objection.request.confidential = True
    assert those(people, can_withdraw, objection) == set()


def test_who_made_a_scenario_changes_it_beside_architects_and_the_office_of_the_board(
    people: dict[str, Person],
) -> None:
    theirs = ScenarioFactory.create(made_by=people["board_member"])
    of_somebody_who_may_no_longer_plan = ScenarioFactory.create(made_by=people["reader"])

    assert those(people, can_change_scenario, theirs) == {"architect"} | BOARD
    assert those(people, can_change_scenario, ScenarioFactory.create()) == {"architect"} | OFFICE
    assert those(people, can_change_scenario, of_somebody_who_may_no_longer_plan) == {"architect"} | OFFICE


def test_a_side_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody"):
        can_rank(PersonFactory.create(), "nobody")


def test_the_tables_cover_every_predicate() -> None:
    here = {name for name in globals() if name.startswith("can_")}
    assert {name for name in vars(permissions) if name.startswith("can_")} - here == {
        "can_see", "can_see_all_money",  # of the portfolio, tested there
    }  # fmt: skip
