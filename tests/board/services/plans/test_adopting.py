"""A plan put before the board: items with proposals, never a decision."""

import pytest

from board.errors import CannotDecide, CannotPlan, NotAllowed
from board.models import AgendaItem, Decision, Meeting, PlannedRequest, PlanProposal, PlanRun, Scenario
from board.selectors.plans.plan_sheets import state_words
from board.services.meetings.agenda import add_item
from board.services.plans.adopting import adopt_plan, take_back_plan
from board.services.plans.planning import ask_for_plan, run_plan, search_plan
from portfolio.models import Person, ProjectRequest
from tests.board.plans import Little, scenario_with

pytestmark = pytest.mark.django_db


def test_proposals_become_items_with_a_question_the_reason_and_advice(
    run: PlanRun, little: Little, meeting: Meeting, architect: Person
) -> None:
    chosen = [little.needs.pk, little.poor.pk]
    go, wait = adopt_plan(person=architect, run=run, meeting=meeting, requests=chosen)
    assert (go.kind, wait.kind) == (PlanProposal.Kind.GO, PlanProposal.Kind.WAIT)
    assert go.item.question == "Should Savings go ahead with “Answers to alerts”, starting in Q2 2027?"
    assert "wait with “Golden letters”" in wait.item.question
    assert "proposes that it starts in Q2 2027 (11 April 2027 to" in go.item.why
    go.item.refresh_from_db()
    assert go.item.advice == go.text
    assert go.item.advised_by == architect


def test_the_words_on_the_agenda_name_no_other_confidential_request(
    run: PlanRun, little: Little, meeting: Meeting, architect: Person
) -> None:
    """They also stand in packs, which people read by link who may not know of such a request."""
    ProjectRequest.objects.filter(pk=little.best.pk).update(confidential=True)
    PlannedRequest.objects.filter(run=run, request=little.needs).update(why=f"It waits for {little.best.reference}.")
    PlannedRequest.objects.filter(run=run, request=little.best).update(why=f"{little.needs.reference} needs it.")
    chosen = [little.needs.pk, little.best.pk]
    adopt_plan(person=architect, run=run, meeting=meeting, requests=chosen)
    words = dict(PlanProposal.objects.values_list("request", "text"))
    assert "It waits for a confidential request." in words[little.needs.pk]
    assert f"{little.needs.reference} needs it." in words[little.best.pk]
    item = AgendaItem.objects.get(request=little.needs)
    assert little.best.reference not in item.why + item.advice + item.question


def test_nothing_is_decided(run: PlanRun, little: Little, meeting: Meeting, architect: Person) -> None:
    before = {request.pk: request.status for request in little.all}
    adopt_plan(person=architect, run=run, meeting=meeting, requests=[little.best.pk])
    assert not Decision.objects.exists()
    assert {row.pk: row.status for row in ProjectRequest.objects.all()} == before


def test_what_is_on_the_agenda_already_keeps_its_question(
    run: PlanRun, little: Little, meeting: Meeting, secretary: Person
) -> None:
    there = add_item(person=secretary, meeting=meeting, request=little.best, question="Is it time?")
    (proposal,) = adopt_plan(person=secretary, run=run, meeting=meeting, requests=[little.best.pk])
    assert proposal.item == there
    there.refresh_from_db()
    assert there.question == "Is it time?"
    assert there.advice == ""  # the advice is an architect's


def test_proposing_twice_proposes_once(run: PlanRun, little: Little, meeting: Meeting, architect: Person) -> None:
    for _ in range(2):
        adopt_plan(person=architect, run=run, meeting=meeting, requests=[little.best.pk])
    assert PlanProposal.objects.count() == 1
    assert AgendaItem.objects.count() == 1


def test_what_the_board_cannot_decide_over_is_not_proposed(
    run: PlanRun, little: Little, meeting: Meeting, architect: Person
) -> None:
    with pytest.raises(CannotPlan):
        adopt_plan(person=architect, run=run, meeting=meeting, requests=[little.runs.pk])


def test_one_scenario_is_the_adopted_one(run: PlanRun, little: Little, meeting: Meeting, architect: Person) -> None:
    adopt_plan(person=architect, run=run, meeting=meeting, requests=[little.best.pk])
    asked = ask_for_plan(person=architect, scenario=scenario_with(500_000, person=architect))
    other = run_plan(pk=asked.pk, search=search_plan, watched=False)
    assert other is not None
    adopt_plan(person=architect, run=other, meeting=meeting, requests=[little.duty.pk])
    run.scenario.refresh_from_db()
    assert run.scenario.adopted_run is None
    assert run.scenario.version == run.scenario_version  # its plan is still that of its settings
    other.scenario.refresh_from_db()
    assert other.scenario.adopted_run == other


def test_a_board_member_proposes_nothing(run: PlanRun, little: Little, meeting: Meeting, board_member: Person) -> None:
    with pytest.raises(NotAllowed):
        adopt_plan(person=board_member, run=run, meeting=meeting, requests=[little.best.pk])


def test_taking_back_takes_off_what_the_plan_put_there_and_nothing_else(
    run: PlanRun, little: Little, meeting: Meeting, secretary: Person
) -> None:
    there = add_item(person=secretary, meeting=meeting, request=little.best, question="Is it time?")
    chosen = [little.best.pk, little.needs.pk, little.poor.pk]
    _, needs, poor = adopt_plan(person=secretary, run=run, meeting=meeting, requests=chosen)
    AgendaItem.objects.filter(pk=poor.item_id).update(status=AgendaItem.Status.DECIDED)
    assert take_back_plan(person=secretary, scenario=run.scenario, reason="The money is cut.") == (1, 2)
    needs.item.refresh_from_db()
    assert (needs.item.status, needs.item.dropped_because) == (AgendaItem.Status.DROPPED, "The money is cut.")
    states = set(AgendaItem.objects.filter(pk__in=[there.pk, poor.item_id]).values_list("status", flat=True))
    assert states == {AgendaItem.Status.OPEN, AgendaItem.Status.DECIDED}
    run.scenario.refresh_from_db()
    assert run.scenario.adopted_run is None
    assert state_words(run.scenario, run) == "Draft"
    with pytest.raises(CannotPlan):
        take_back_plan(person=secretary, scenario=run.scenario, reason="Again.")
    # It can be proposed again.
    adopt_plan(person=secretary, run=run, meeting=meeting, requests=[little.needs.pk])
    assert state_words(Scenario.objects.get(pk=run.scenario_id), run) == "Proposed to the board"


def test_who_takes_nothing_off_does_not_say_that_nothing_is_proposed(
    run: PlanRun, little: Little, meeting: Meeting, secretary: Person, architect: Person
) -> None:
    add_item(person=secretary, meeting=meeting, request=little.best, question="Is it time?")
    adopt_plan(person=architect, run=run, meeting=meeting, requests=[little.best.pk])
    with pytest.raises(NotAllowed):
        take_back_plan(person=architect, scenario=run.scenario, reason="No.")
    assert take_back_plan(person=secretary, scenario=run.scenario, reason="No.") == (0, 1)


def test_taking_back_is_all_or_nothing_and_for_who_runs_the_meeting(
    run: PlanRun, little: Little, meeting: Meeting, secretary: Person, architect: Person
) -> None:
    adopt_plan(person=architect, run=run, meeting=meeting, requests=[little.best.pk, little.needs.pk])
    for person, reason in ((architect, "No."), (secretary, " ")):
        with pytest.raises((NotAllowed, CannotDecide)):
            take_back_plan(person=person, scenario=run.scenario, reason=reason)
    assert AgendaItem.objects.filter(status=AgendaItem.Status.OPEN).count() == 2
    run.scenario.refresh_from_db()
    assert run.scenario.adopted_run == run


def test_taking_back_takes_off_what_has_a_long_reason(
    run: PlanRun, little: Little, meeting: Meeting, secretary: Person
) -> None:
    """An agenda keeps the first 500 characters of it."""
    PlannedRequest.objects.filter(run=run, request=little.needs).update(why="It waits for what it needs. " * 30)
    (proposal,) = adopt_plan(person=secretary, run=run, meeting=meeting, requests=[little.needs.pk])
    assert len(proposal.item.why) < len(proposal.text)
    assert take_back_plan(person=secretary, scenario=run.scenario, reason="The money is cut.") == (1, 0)


def test_taking_back_takes_off_what_an_earlier_plan_of_the_scenario_put_there(
    run: PlanRun, little: Little, meeting: Meeting, secretary: Person, architect: Person
) -> None:
    chosen = [little.best.pk, little.needs.pk]
    adopt_plan(person=secretary, run=run, meeting=meeting, requests=chosen)
    asked = ask_for_plan(person=architect, scenario=run.scenario)
    again = run_plan(pk=asked.pk, search=search_plan, watched=False)
    assert again is not None
    PlannedRequest.objects.filter(run=again).update(why="Planned anew.")
    adopt_plan(person=secretary, run=again, meeting=meeting, requests=[little.best.pk])
    assert take_back_plan(person=secretary, scenario=again.scenario, reason="The money is cut.") == (2, 0)
    assert not AgendaItem.objects.filter(status=AgendaItem.Status.OPEN).exists()
