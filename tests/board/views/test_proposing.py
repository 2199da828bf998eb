"""Putting a plan before the board: what is ready, on which meeting, and what ended meanwhile."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from board.models import Meeting, PlanProposal, PlanRun
from board.services.meetings.agenda import drop_item
from board.services.plans.adopting import adopt_plan
from board.services.plans.planning import ask_for_plan, run_plan, search_plan
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from tests.board.plans import Little, scenario_with
from tests.factories import MeetingFactory

pytestmark = pytest.mark.django_db

ClientAs = Callable[[Person], Client]


def test_proposing_ticks_what_is_ready_and_leads_to_the_meeting(
    client_as: ClientAs, run: PlanRun, meeting: Meeting, secretary: Person, little: Little
) -> None:
    client, url = client_as(secretary), reverse("plan:adopt", args=[run.scenario_id])
    page = client.get(url).content.decode()
    assert page.count(" checked") == 4  # all but what is being delivered
    assert client.post(url, {"meeting": meeting.pk}).status_code == 422
    answer = client.post(url, {"meeting": meeting.pk, "requests": [little.best.pk, little.poor.pk]})
    assert answer["Location"] == meeting.get_absolute_url()
    assert PlanProposal.objects.count() == 2
    assert "Proposed to the board" in client.get(reverse("plan:scenario-list")).content.decode()


def test_what_ended_while_proposing_says_what_to_do(client_as: ClientAs, run: PlanRun, architect: Person) -> None:
    url = reverse("plan:adopt", args=[run.scenario_id])
    over, coming = MeetingFactory.create(), MeetingFactory.create()
    client = client_as(architect)
    one, two = (value for value, _ in client.get(url).context["form"].fields["requests"].choices[:2])
    Meeting.objects.filter(pk=over.pk).update(status=Meeting.Status.CLOSED)
    late = client.post(url, {"meeting": over.pk, "requests": [one]})
    assert late.status_code == 422
    assert "This meeting is over. Choose another one." in late.content.decode()
    ProjectRequest.objects.filter(pk=one).update(status=Status.WITHDRAWN.value)
    gone = client.post(url, {"meeting": coming.pk, "requests": [one, two]})
    assert gone.status_code == 422
    assert "it was withdrawn or decided meanwhile" in gone.content.decode()
    assert not PlanProposal.objects.exists()
    assert client.post(url, {"meeting": coming.pk, "requests": [two]}).status_code == 302


def test_without_a_meeting_nothing_can_be_proposed(client_as: ClientAs, run: PlanRun, architect: Person) -> None:
    page = client_as(architect).get(reverse("plan:adopt", args=[run.scenario_id])).content.decode()
    assert "No meeting is planned" in page


def test_of_many_requests_those_of_one_quarter_are_proposed(
    client_as: ClientAs, many: PlanRun, architect: Person
) -> None:
    MeetingFactory.create(secretary=architect)
    client = client_as(architect)
    page = client.get(f"/plan/{many.scenario_id}/adopt/?quarter=1")
    assert {row.line.period for row, _, _ in page.context["listed"]} == {1}
    waits = client.get(f"/plan/{many.scenario_id}/adopt/?quarter=waits&page=2")
    assert {row.line.period for row, _, _ in waits.context["listed"]} == {None}
    assert 0 < len(waits.context["listed"]) <= 60


def test_who_may_not_propose_sees_no_link_to_it(
    client_as: ClientAs, run: PlanRun, architect: Person, board_member: Person, meeting: Meeting
) -> None:
    link = reverse("plan:adopt", args=[run.scenario_id])
    for person, expected in ((architect, True), (board_member, False)):
        page = client_as(person).get(run.scenario.get_absolute_url()).content.decode()
        assert (link in page) is expected
        assert client_as(person).get(link).status_code == (200 if expected else 403)


def test_where_no_plan_keeps_all_rules_there_is_none_to_propose(
    client_as: ClientAs, little: Little, meeting: Meeting, architect: Person
) -> None:
    scenario = scenario_with(10_000, person=architect)
    run_plan(pk=ask_for_plan(person=architect, scenario=scenario).pk, search=search_plan, watched=False)
    page = client_as(architect).get(reverse("plan:adopt", args=[scenario.pk])).content.decode()
    assert "There is no plan to propose" in page
    assert "The board has decided over everything" not in page


def test_a_plan_is_called_proposed_only_while_it_and_no_other_stands_on_an_agenda(
    client_as: ClientAs, run: PlanRun, meeting: Meeting, secretary: Person, little: Little
) -> None:
    client, page = client_as(secretary), run.scenario.get_absolute_url()
    proposals = adopt_plan(person=secretary, run=run, meeting=meeting, requests=[little.best.pk, little.poor.pk])
    assert client.get(page).context["state_words"] == "Proposed to the board"
    anew = run_plan(pk=ask_for_plan(person=secretary, scenario=run.scenario).pk, search=search_plan, watched=False)
    assert anew is not None
    assert client.get(page).context["state_words"] == "Draft; an earlier plan of it is proposed to the board"
    for proposal in proposals:
        drop_item(person=secretary, item=proposal.item, reason="We look at it again.")
    assert client.get(page).context["state_words"] == "Draft"
    assert "roposed to the board" not in client.get(reverse("plan:scenario-list")).content.decode()


def test_a_proposal_is_taken_back_in_one_step_with_a_reason(
    client_as: ClientAs, run: PlanRun, meeting: Meeting, secretary: Person, architect: Person, little: Little
) -> None:
    url = reverse("plan:take-back", args=[run.scenario_id])
    client, sheet = client_as(secretary), run.scenario.get_absolute_url()
    assert url not in client.get(sheet).content.decode()
    assert client.get(url)["Location"] == sheet
    adopt_plan(person=architect, run=run, meeting=meeting, requests=[little.best.pk, little.needs.pk])
    assert url in client.get(sheet).content.decode()
    assert url not in client_as(architect).get(sheet).content.decode()
    assert client_as(architect).post(url, {"reason": "No."}).status_code == 403
    client = client_as(secretary)
    assert "Taken off the agenda: 2" in client.get(url).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    answer = client.post(url, {"reason": "The money is cut."}, follow=True).content.decode()
    assert "Taken back: two items taken off the agenda." in answer
    assert "Proposed to the board" not in answer
