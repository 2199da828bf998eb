"""What the board is shown of its items: complete, in order, and in a fixed number of queries."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from board.models import AgendaItem, Decision, Meeting
from board.packs.compose import compose
from board.selectors.meetings.candidates import candidates_for
from board.selectors.meetings.items import decision_fact, item_facts
from board.selectors.meetings.meetings import agenda_items, agenda_lines, next_meeting_of
from board.selectors.papers.packs import pack_facts
from board.selectors.papers.papers import as_read, draft_of
from board.services.decisions.holds import return_expired_holds
from board.services.decisions.rulings import NewHold
from board.services.decisions.undoing import take_back
from board.services.meetings.agenda import add_item
from board.services.meetings.meetings import plan_meeting
from customers.models import Channel
from impacts.models import Answer, Family
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from portfolio.services.requests import move_request
from tests.factories import (
    AnswerFactory,
    ChannelCapacityFactory,
    ContactPolicyFactory,
    DecisionFactory,
    FamilyFactory,
    FindingFactory,
    ImpactFactory,
    NeedFactory,
    PersonFactory,
    PlannedContactFactory,
    SegmentFactory,
    TouchpointFactory,
    filed_request,
)

Decide = Callable[..., Decision]


def test_contact_load_is_exact_with_without_and_alone(meeting: Meeting, secretary: Person) -> None:
    segment = SegmentFactory.create(customer_count=1000)
    ContactPolicyFactory.create(limit=3, days=21, segment=segment, channel="")
    day = timezone.localdate() + timedelta(days=30)
    lead, second, other = (filed_request(status=Status.READY.value) for _ in range(3))
    for request, times in ((lead, 2), (second, 4), (other, 1)):
        PlannedContactFactory.create(
            request=request, segment=segment, first_day=day, times=times, every_days=1, channel=Channel.EMAIL
        )
    family = FamilyFactory.create(lead=lead, with_members=[second])
    item = add_item(person=secretary, meeting=meeting, family=family)
    load = item_facts(agenda_items(meeting), secretary)[item.pk].loads[0]
    assert (load.as_filed, load.without, load.own, load.limit) == (7, 1, 6, 3)
    assert dict(load.alone) == {lead.pk: 3, second.pk: 5}
    assert max(week.as_filed for week in load.weeks) == 7


def test_what_channels_carry_is_exact_with_without_and_alone(meeting: Meeting, secretary: Person) -> None:
    segment = SegmentFactory.create(customer_count=1000)
    ChannelCapacityFactory.create(channel=Channel.EMAIL, contacts_per_week=2500)
    ChannelCapacityFactory.create(channel=Channel.LETTER, contacts_per_week=1)
    monday = timezone.localdate() + timedelta(days=35 - timezone.localdate().weekday())
    lead, second, other = (filed_request(status=Status.READY.value) for _ in range(3))
    withdrawn = filed_request(status=Status.WITHDRAWN.value)
    for request, times in ((lead, 1), (second, 2), (other, 1), (withdrawn, 5)):
        PlannedContactFactory.create(
            request=request, segment=segment, first_day=monday, times=times, every_days=1, channel=Channel.EMAIL
        )
    PlannedContactFactory.create(request=other, segment=segment, first_day=monday, channel=Channel.LETTER)
    ProjectRequest.objects.filter(pk=other.pk).update(confidential=True)
    item = add_item(person=secretary, meeting=meeting, family=FamilyFactory.create(lead=lead, with_members=[second]))
    [channel] = item_facts(agenda_items(meeting), secretary)[item.pk].channels
    assert (channel.channel, channel.per_week) == (Channel.EMAIL.label, 2500)
    assert (channel.as_filed, channel.without, channel.week) == (4000, 1000, monday)
    assert dict(channel.alone) == {lead.pk: 2000, second.pk: 3000}
    assert channel.secret == (other.pk,)


def test_facts_hold_findings_answers_touches_and_who_waits(meeting: Meeting, secretary: Person) -> None:
    request, other = filed_request(status=Status.READY.value), filed_request()
    finding = FindingFactory.create(between=[request, other])
    FindingFactory.create(between=[request, other], state="dismissed")
    AnswerFactory.create(finding=finding, request=other, kind=Answer.Kind.DIFFERS, text="Ours is for branches.")
    touchpoint = TouchpointFactory.create(accountable=PersonFactory.create(kind="team"), customers_per_month=500)
    ImpactFactory.create(request=request, touchpoint=touchpoint)
    waiting = NeedFactory.create(needs=request).request
    item = add_item(person=secretary, meeting=meeting, request=request)
    facts = item_facts(agenda_items(meeting), secretary)[item.pk]
    assert [found.id for found in facts.findings] == [finding.pk]
    assert [related.reference for related in facts.twins] == [other.reference]
    assert [(answer.reference, answer.text) for answer in facts.answers] == [(other.reference, "Ours is for branches.")]
    assert [(touch.reach, touch.answers) for touch in facts.touches] == [(500, "")]
    assert facts.waiting == (waiting.reference,)


def test_withdrawn_and_merged_requests_are_shown_as_such(
    meeting: Meeting, secretary: Person, family: Family, architect: Person
) -> None:
    rows = [row.request for row in family.members.order_by("id").select_related("request")]
    alone = filed_request(status=Status.READY.value)
    add_item(person=secretary, meeting=meeting, family=family)
    add_item(person=secretary, meeting=meeting, request=alone)
    move_request(request=rows[1], target=Status.WITHDRAWN, person=rows[1].requester, why="Not needed.")
    move_request(request=alone, target=Status.MERGED, person=secretary, why="The same.", survivor=rows[0])
    first, second = agenda_lines(meeting)
    assert first.absences == (f"{rows[1].reference} is withdrawn.",)
    assert not first.blocked
    assert second.blocked
    assert second.absences == (f"{alone.reference} was merged into {rows[0].reference}.",)
    pages = compose(pack_facts(meeting, secretary)).pages
    assert pages[1].gone == second.absences


def test_a_confidential_survivor_is_not_named_to_who_may_not_know_of_it(
    meeting: Meeting, secretary: Person, outsider: Person
) -> None:
    merged, survivor = (filed_request(status=Status.READY.value) for _ in range(2))
    add_item(person=secretary, meeting=meeting, request=merged)
    move_request(request=merged, target=Status.MERGED, person=secretary, why="The same.", survivor=survivor)
    ProjectRequest.objects.filter(pk=survivor.pk).update(confidential=True)
    read = as_read(draft_of(meeting, secretary), outsider)
    assert f"{merged.reference} was merged into a confidential request." in str(read)
    assert survivor.reference not in str(read)


def test_candidates_stand_in_order_of_weight_and_leave_what_is_on_an_agenda(
    meeting: Meeting, secretary: Person, family: Family
) -> None:
    heavy, light, dear = (filed_request(status=Status.READY.value) for _ in range(3))
    ProjectRequest.objects.filter(pk=dear.pk).update(one_off_cost=900_000)
    FindingFactory.create(between=[heavy, filed_request()], weight=500.0)
    FindingFactory.create(between=[heavy, filed_request()], weight=900.0, state="dismissed")
    filed_request(status=Status.IN_TRIAGE.value)
    found = candidates_for(meeting)
    assert [candidate.request for candidate in found.shown if candidate.request] == [heavy, dear, light]
    assert found.shown[0].weight == 500.0
    assert [candidate.family for candidate in found.shown if candidate.family] == [family]
    add_item(person=secretary, meeting=meeting, request=heavy)
    add_item(person=secretary, meeting=meeting, family=family)
    left = candidates_for(meeting)
    assert [candidate.request for candidate in left.shown] == [dear, light]
    assert [candidate.request for candidate in candidates_for(meeting, light.reference).shown] == [light]


def test_returned_hold_is_a_candidate_that_says_so(
    item: Any, ready: ProjectRequest, secretary: Person, decide: Callable[..., Decision]
) -> None:
    until = timezone.localdate() + timedelta(days=3)
    decide(item, "hold", hold=NewHold(PersonFactory.create(), "Who?", until))
    later = plan_meeting(person=secretary, starts_at=timezone.now() + timedelta(days=1))
    assert candidates_for(later).total == 0
    return_expired_holds(today=until)
    found = candidates_for(later).shown
    assert [(candidate.request, candidate.returned) for candidate in found] == [(ready, True)]


def test_next_meeting_finds_a_request_through_its_family(meeting: Meeting, secretary: Person, family: Family) -> None:
    item = add_item(person=secretary, meeting=meeting, family=family)
    assert next_meeting_of(family.lead) == item
    assert next_meeting_of(filed_request()) is None


def test_decided_item_keeps_its_requests_when_the_family_changes(
    family_item: Any, session: Meeting, family: Family, secretary: Person, decide: Callable[..., Decision]
) -> None:
    decision = decide(family_item)
    family.members.filter(request=family.lead).update(left_at=timezone.now())
    assert len(agenda_lines(session)[0].requests) == 3
    take_back(person=secretary, decision=Decision.objects.get(pk=decision.pk), submission="x")
    assert len(agenda_lines(session)[0].requests) == 2


@pytest.mark.parametrize("name", ["agenda", "pack", "candidates"])
def test_queries_do_not_grow_with_the_agenda(
    meeting: Meeting, secretary: Person, name: str, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    board = Person.objects.get(pk=secretary.pk)
    read = {
        "agenda": agenda_lines,
        "pack": lambda meeting: pack_facts(meeting, board),
        "candidates": candidates_for,
    }[name]

    def add() -> None:
        request, other = filed_request(status=Status.READY.value), filed_request(status=Status.READY.value)
        finding = FindingFactory.create(between=[request, other])
        AnswerFactory.create(finding=finding, request=other)
        ImpactFactory.create(request=request)
        PlannedContactFactory.create(request=request)
        add_item(person=secretary, meeting=meeting, request=request)
        lead, member = filed_request(status=Status.READY.value), filed_request(status=Status.READY.value)
        add_item(person=secretary, meeting=meeting, family=FamilyFactory.create(lead=lead, with_members=[member]))
        spare = filed_request(status=Status.READY.value)
        FamilyFactory.create(lead=spare, with_members=[filed_request(status=Status.READY.value)])

    ContactPolicyFactory.create(limit=3, days=21, segment=None, channel="")
    ChannelCapacityFactory.create(channel=PlannedContactFactory.build().channel, contacts_per_week=10)
    add()
    meeting = Meeting.objects.select_related("chair", "secretary").get(pk=meeting.pk)
    read(meeting)
    with CaptureQueriesContext(connection) as counted:
        read(meeting)
    for _ in range(4):
        add()
    with django_assert_num_queries(len(counted)):
        read(meeting)


def test_what_was_decided_at_this_meeting_is_not_shown_as_impossible_to_decide(
    item: AgendaItem, secretary: Person, decide: Callable[..., Decision]
) -> None:
    decide(item, "approve")
    [fact] = item_facts(agenda_items(item.meeting), secretary)[item.pk].requests
    assert fact.status == "approved"
    assert fact.absent == ""


@pytest.mark.django_db
def test_a_past_decision_has_the_day_of_the_organisation() -> None:
    """Half past midnight in Amsterdam is still the day before in UTC."""
    decision = DecisionFactory.create(at=datetime(2026, 1, 21, 23, 30, tzinfo=UTC))
    assert decision_fact(decision).at.date() == date(2026, 1, 22)
