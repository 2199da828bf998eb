"""Objecting to a request for its customers: who may, when, what becomes of it, who is told."""

from typing import Any

import pytest
from django.utils import timezone

from board.errors import AlreadyObjected, CannotObject, NotAllowed
from board.models import AgendaItem, Decision, Meeting, Objection
from board.selectors.meetings.candidates import candidates_for
from board.selectors.meetings.items import item_facts
from board.selectors.meetings.meetings import agenda_items, agenda_lines
from board.services.decisions.objections import object_to, withdraw_objection
from board.services.decisions.rulings import NewFamily, NewHold
from board.services.decisions.undoing import take_back
from board.services.meetings.agenda import add_item, advise
from board.services.meetings.meetings import close_meeting, open_meeting, plan_meeting
from customers.models import Segment
from portfolio.lifecycle import Status
from portfolio.models import Notification, Person, ProjectRequest, Role
from tests.factories import (
    DecisionFactory,
    FamilyFactory,
    ImpactFactory,
    ObjectionFactory,
    PlannedContactFactory,
    SegmentFactory,
    filed_request,
    person_with,
)

pytestmark = pytest.mark.django_db
WHY = "They have heard from us 17 times."


@pytest.fixture
def holders(segment_manager: Person) -> Segment:
    """Card holders, for whom Mia speaks."""
    return SegmentFactory.create(name="Card holders", manager=segment_manager)


@pytest.fixture
def campaign(holders: Segment, requester: Person, cards: Any) -> ProjectRequest:
    """A filed request that contacts card holders."""
    request = filed_request(silo=cards, requester=requester, title="Offers of the season")
    PlannedContactFactory.create(request=request, segment=holders)
    return request


def objected(person: Person, request: ProjectRequest, segment: Segment, reason: str = WHY) -> Objection:
    return object_to(person=person, request=request, segment=segment, reason=reason)


def told(person: Person) -> list[str]:
    return list(Notification.objects.filter(person=person).order_by("id").values_list("text", flat=True))


def test_an_objection_becomes_an_item_of_the_next_meeting(campaign, holders, segment_manager, secretary, meeting):
    later = plan_meeting(person=secretary, starts_at=timezone.now() + timezone.timedelta(days=30))
    made = objected(segment_manager, campaign, holders)
    assert made.item is not None
    assert made.item.meeting == meeting
    assert made.item.question.startswith("Mia Segment objects for card holders: should Cards go ahead with “Offers")
    assert not agenda_items(later).exists()
    line = agenda_lines(meeting)[0]
    assert [(said.words, said.reason) for said in line.objections] == [("Mia Segment objects for card holders", WHY)]


def test_without_a_meeting_it_waits_for_the_one_that_is_planned_next(campaign, holders, segment_manager, secretary):
    made = objected(segment_manager, campaign, holders)
    assert made.item is None
    meeting = plan_meeting(person=secretary, starts_at=timezone.now())
    made.refresh_from_db()
    assert made.item is not None
    assert made.item.meeting == meeting


def test_what_is_on_an_agenda_already_makes_no_second_item(
    campaign, holders, segment_manager, secretary, meeting, cards
):
    add_item(person=secretary, meeting=meeting, request=campaign)
    assert objected(segment_manager, campaign, holders).item is None
    assert agenda_items(meeting).count() == 1


def test_a_member_of_a_family_comes_with_its_family(campaign, holders, segment_manager, meeting):
    family = FamilyFactory.create(lead=filed_request(), with_members=[campaign])
    assert objected(segment_manager, campaign, holders).item.family == family


def test_what_a_meeting_did_not_answer_goes_to_the_next(campaign, holders, segment_manager, secretary, meeting):
    made = objected(segment_manager, campaign, holders)
    open_meeting(person=secretary, meeting=meeting)
    later = plan_meeting(person=secretary, starts_at=timezone.now() + timezone.timedelta(days=30))
    close_meeting(person=secretary, meeting=meeting)
    made.refresh_from_db()
    assert made.item.meeting == later


def test_only_who_speaks_for_the_customers_objects(campaign, holders, outsider, architect, administrator, cio):
    for person in (outsider, architect, administrator, cio):
        with pytest.raises(NotAllowed, match="Only who speaks for card holders objects for them: Mia Segment does"):
            objected(person, campaign, holders)
    assert not Objection.objects.exists()


def test_who_has_left_speaks_for_nobody(campaign, holders, segment_manager):
    segment_manager.left_on = timezone.localdate()
    segment_manager.save()
    with pytest.raises(NotAllowed, match="nobody does now"):
        objected(segment_manager, campaign, holders)


@pytest.mark.parametrize("is_named", [True, False])
def test_the_customer_leader_speaks_for_customers_whom_nobody_speaks_for(campaign, holders, segment_manager, is_named):
    customer_leader = person_with(Role.CUSTOMER_LEADER)
    with pytest.raises(NotAllowed, match="Mia"):
        objected(customer_leader, campaign, holders)
    if is_named:
        segment_manager.is_active = False
        segment_manager.save()
    else:
        Segment.objects.update(manager=None)
    holders = Segment.objects.get()
    with pytest.raises(NotAllowed, match="the customer leader may"):
        objected(segment_manager, campaign, holders)
    assert objected(customer_leader, campaign, holders).person == customer_leader


def test_customers_that_it_does_not_touch_have_nothing_to_object(campaign, segment_manager):
    starters = SegmentFactory.create(name="Starters", manager=segment_manager)
    with pytest.raises(CannotObject, match="does not touch starters"):
        objected(segment_manager, campaign, starters)


def test_a_change_for_everybody_touches_every_segment(segment_manager):
    starters = SegmentFactory.create(name="Starters", manager=segment_manager)
    request = filed_request()
    ImpactFactory.create(request=request).segments.clear()
    assert objected(segment_manager, request, starters).pk


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ("withdrawn", "was withdrawn: there is nothing left to object to"),
        ("approved", "The board has decided over .*: it is approved"),
        ("in_delivery", "it is in delivery"),
        ("rejected", "it is rejected"),
        ("merged", "was merged into"),
    ],
)
def test_what_is_decided_or_withdrawn_takes_no_objection(holders, segment_manager, status, message):
    request = filed_request(status=status)
    PlannedContactFactory.create(request=request, segment=holders)
    with pytest.raises(CannotObject, match=message):
        objected(segment_manager, request, holders)


def test_what_was_merged_into_a_confidential_request_does_not_name_it(holders, segment_manager):
    survivor = filed_request(status="ready", confidential=True)
    request = filed_request(status="merged", survivor=survivor)
    PlannedContactFactory.create(request=request, segment=holders)
    with pytest.raises(CannotObject, match="was merged into a confidential request") as caught:
        objected(segment_manager, request, holders)
    assert survivor.reference not in str(caught.value)


def test_a_second_objection_names_the_first(campaign, holders, segment_manager):
    objected(segment_manager, campaign, holders)
    with pytest.raises(AlreadyObjected, match=r"Mia Segment objected on .* for card holders already"):
        objected(segment_manager, campaign, holders, "And besides.")
    assert Objection.objects.count() == 1


@pytest.mark.parametrize(("reason", "message"), [("  ", "Say why"), ("x" * 2001, "at most 2,000 characters")])
def test_a_reason_is_needed_and_bounded(campaign, holders, segment_manager, reason, message):
    with pytest.raises(CannotObject, match=message):
        objected(segment_manager, campaign, holders, reason)


def test_a_confidential_request_is_not_there_for_who_may_not_see_it(campaign, holders, segment_manager):
    ProjectRequest.objects.filter(pk=campaign.pk).update(confidential=True)
    campaign.refresh_from_db()
    with pytest.raises(NotAllowed, match="You may not see"):
        objected(segment_manager, campaign, holders)


def test_the_people_of_the_request_and_the_secretary_are_told(campaign, holders, segment_manager, requester, secretary):
    objected(segment_manager, campaign, holders)
    for person in (requester, secretary):
        assert any("Mia Segment objects for card holders to REQ-" in text and WHY in text for text in told(person))
    assert told(segment_manager) == []


def test_withdrawing_takes_its_item_off_and_says_so(campaign, holders, segment_manager, requester, meeting):
    made = objected(segment_manager, campaign, holders)
    withdraw_objection(person=segment_manager, objection=made, reason="They moved it to May.")
    assert made.state == Objection.State.WITHDRAWN
    dropped = AgendaItem.objects.get(pk=made.item_id)
    assert (dropped.status, "withdrew the objection" in dropped.dropped_because) == ("dropped", True)
    assert "They moved it to May." in told(requester)[-1]
    with pytest.raises(CannotObject, match="was withdrawn already"):
        withdraw_objection(person=segment_manager, objection=made)
    assert objected(segment_manager, campaign, holders).pk != made.pk


def test_an_item_that_somebody_advised_on_stays(campaign, holders, segment_manager, architect, meeting):
    made = objected(segment_manager, campaign, holders)
    advise(person=architect, item=made.item, expected=made.item.version, advice="Later.")
    made = Objection.objects.get()
    withdraw_objection(person=segment_manager, objection=made)
    assert AgendaItem.objects.get().status == AgendaItem.Status.OPEN


def test_nobody_else_withdraws_it_but_who_speaks_for_them_now(campaign, holders, segment_manager, outsider, reader):
    made = objected(segment_manager, campaign, holders)
    with pytest.raises(NotAllowed, match="Mia Segment raised it"):
        withdraw_objection(person=outsider, objection=made)
    holders.manager = reader
    holders.save()
    made = Objection.objects.get()
    assert withdraw_objection(person=reader, objection=made).state == "withdrawn"


def test_a_decision_answers_it_and_the_objector_is_told(campaign, holders, segment_manager, secretary, meeting, decide):
    made = objected(segment_manager, campaign, holders)
    open_meeting(person=secretary, meeting=meeting)
    decision = decide(made.item, "reject", reason="Once is enough.")
    made.refresh_from_db()
    assert (made.state, made.answered_by) == ("answered", decision)
    start = f"The board decided: {campaign.reference} is rejected; only the board can reopen it. You objected to REQ-"
    assert told(segment_manager)[-1].startswith(start)
    assert "Once is enough." in told(segment_manager)[-1]
    with pytest.raises(CannotObject, match="was answered by the board already"):
        withdraw_objection(person=segment_manager, objection=made)
    assert decision.snapshot["objections"][0]["reason"] == WHY


def test_a_hold_is_told_and_answers_nothing(campaign, holders, segment_manager, secretary, meeting, decide, requester):
    made = objected(segment_manager, campaign, holders)
    open_meeting(person=secretary, meeting=meeting)
    hold = NewHold(requester, "Which of the 17?", timezone.localdate() + timezone.timedelta(days=20))
    decide(made.item, "hold", hold=hold)
    made.refresh_from_db()
    assert made.state == Objection.State.OPEN
    assert f"The board decided: {campaign.reference} is on hold until" in told(segment_manager)[-1]
    assert "Which of the 17?" in told(segment_manager)[-1]


def test_a_decision_that_is_taken_back_opens_it_again(campaign, holders, segment_manager, secretary, meeting, decide):
    made = objected(segment_manager, campaign, holders)
    elsewhere = ObjectionFactory.create(state=Objection.State.ANSWERED, answered_by=DecisionFactory.create())
    open_meeting(person=secretary, meeting=meeting)
    decision = Decision.objects.get(pk=decide(made.item).pk)
    take_back(person=secretary, decision=decision, submission="back")
    made.refresh_from_db()
    assert (made.state, made.answered_by) == (Objection.State.OPEN, None)
    assert "took its decision back" in told(segment_manager)[-1]
    elsewhere.refresh_from_db()
    assert elsewhere.state == Objection.State.ANSWERED


def test_objections_weigh_most_among_what_could_go_on_an_agenda(campaign, holders, segment_manager, secretary, meeting):
    heavy = filed_request(status=Status.READY.value, one_off_cost=9_000_000)
    made = objected(segment_manager, campaign, holders)
    AgendaItem.objects.filter(pk=made.item_id).update(status="dropped")
    shown = candidates_for(meeting).shown
    assert [each.request for each in shown] == [campaign, heavy]
    assert shown[0].objections == ("Mia Segment objects for card holders",)


def test_the_board_reads_it_with_the_item(campaign, holders, segment_manager, secretary, meeting):
    made = objected(segment_manager, campaign, holders)
    facts = item_facts([agenda_items(meeting).get(pk=made.item_id)], secretary)[made.item_id]
    assert [(said.person, said.segment, said.reference) for said in facts.objections] == [
        ("Mia Segment", "card holders", campaign.reference)
    ]


def test_its_history_says_who_did_what(campaign, holders, segment_manager):
    made = objected(segment_manager, campaign, holders)
    withdraw_objection(person=segment_manager, objection=made)
    reasons = list(made.history.order_by("history_id").values_list("history_change_reason", flat=True))
    assert (reasons[0], reasons[-1]) == (f"Objects to {campaign.reference}", "Withdrawn")
    assert Meeting.objects.count() == 0


@pytest.mark.parametrize(("approve", "state"), [(True, "answered"), (False, "open")])
def test_going_together_answers_it_where_it_says_yes(
    campaign, holders, segment_manager, secretary, meeting, decide, approve, state
):
    made = objected(segment_manager, campaign, holders)
    open_meeting(person=secretary, meeting=meeting)
    partner = filed_request(status=Status.READY.value)
    decide(made.item, "join", family=NewFamily(lead=partner, owner=secretary, partner=partner, approve=approve))
    made.refresh_from_db()
    assert made.state == state
