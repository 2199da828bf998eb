"""The agenda builds itself, and never undoes what people did by hand."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from board.errors import MeetingNotOpen, NotAllowed
from board.models import AgendaItem, Decision, Meeting
from board.selectors.meetings.candidates import gathered
from board.selectors.meetings.items import members_of
from board.selectors.meetings.proposals import propose
from board.selectors.meetings.sources import orders
from board.services.decisions.rulings import NewCondition, NewHold
from board.services.meetings.agenda import add_item, advise, drop_item, move_item, reword_item
from board.services.meetings.building import Wanted, build_agenda, pin_item
from board.services.meetings.meetings import close_meeting, open_meeting, plan_meeting
from impacts.models import Family
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from portfolio.services.requests import move_request
from tests.factories import (
    ClusterFactory,
    FindingFactory,
    ImpactFactory,
    ObjectionFactory,
    PersonFactory,
    TouchpointFactory,
    filed_request,
)

Decide = Callable[..., Decision]
READY = Status.READY.value
FACING = ProjectRequest.Kind.CUSTOMER_FACING
INTERNAL = ProjectRequest.Kind.INTERNAL


def ready_request(**fields: Any) -> ProjectRequest:
    """A customer-facing request that is ready for the board."""
    return filed_request(**({"status": READY, "kind": FACING} | fields))


def items_of(meeting: Meeting) -> list[AgendaItem]:
    """What is on the agenda, in order."""
    return list(meeting.items.exclude(status="dropped").order_by("position", "id"))


def today() -> Any:
    return timezone.localdate()


def test_the_agenda_comes_from_every_source(
    meeting: Meeting, secretary: Person, family: Family, decide: Decide, cio: Person
) -> None:
    earlier = plan_meeting(person=secretary, starts_at=timezone.now() - timedelta(days=30), chair=cio)
    Meeting.objects.filter(pk=earlier.pk).update(status="in_session")
    held, approved, reopened = (ready_request() for _ in range(3))
    until = today() + timedelta(days=5)
    decide(add_item(person=secretary, meeting=earlier, request=held), "hold", hold=NewHold(cio, "Who pays?", until))
    row = NewCondition("Show the wording.", cio, today())
    decide(add_item(person=secretary, meeting=earlier, request=approved), "approve_with_conditions", conditions=[row])
    decide(add_item(person=secretary, meeting=earlier, request=reopened), "reject")
    move_request(request=ProjectRequest.objects.get(pk=reopened.pk), target=Status.READY, person=secretary, why="New.")
    Meeting.objects.filter(pk=earlier.pk).update(status="closed")
    Meeting.objects.filter(pk=meeting.pk).update(minutes=600, starts_at=timezone.now() + timedelta(days=9))
    meeting.refresh_from_db()
    clustered = [ready_request(), filed_request(status="in_triage")]
    ClusterFactory.create(holding=clustered)
    colliding = [ready_request(), ready_request()]
    FindingFactory.create(between=colliding, kind="conflict", severity="serious")
    objected = ObjectionFactory.create(request=filed_request(status="in_triage")).request
    fresh, duty = ready_request(), ready_request(kind=ProjectRequest.Kind.REGULATORY)
    quiet = [ready_request(kind=INTERNAL) for _ in range(3)]
    meeting.items.all().delete()

    build_agenda(person=secretary, meeting=meeting)
    items = items_of(meeting)
    members = {item.pk: {each.pk for each in members_of([item]).requests[item.pk]} for item in items}
    found = {(item.kind, frozenset(members[item.pk])) for item in items}
    family_ids = {row.request_id for row in family.members.all()}
    assert found == {
        ("family", frozenset(family_ids)),
        ("group", frozenset(each.pk for each in clustered)),
        ("group", frozenset(each.pk for each in colliding)),
        ("consent", frozenset(each.pk for each in quiet)),
        *(("request", frozenset([each.pk])) for each in (held, approved, reopened, objected, fresh, duty)),
    }
    by_request = {item.request_id: item for item in items}
    assert "Its hold runs out" in by_request[held.pk].why
    assert "A condition is due" in by_request[approved.pk].why
    assert by_request[approved.pk].review
    assert by_request[approved.pk].question == f"Does the approval of “{approved.title}” still hold?"
    assert "objects for" in by_request[objected.pk].why
    assert items[0].kind == "consent"
    assert items[1].request_id == objected.pk
    assert all(item.minutes >= 5 for item in items)


@pytest.mark.parametrize("confidential", [False, True])
def test_what_waits_for_a_request_that_does_not_come_is_before_the_board_again(
    session: Meeting, secretary: Person, decide: Decide, *, confidential: bool
) -> None:
    first, second, other, waiting = ready_request(confidential=confidential), *(ready_request() for _ in range(3))
    decide(add_item(person=secretary, meeting=session, request=waiting), "sequence", after=[first, second])
    close_meeting(person=secretary, meeting=session)
    coming = plan_meeting(person=secretary, starts_at=timezone.now() + timedelta(days=9), secretary=secretary)
    assert not orders.causes(today())
    first.refresh_from_db()
    move_request(request=first, target=Status.WITHDRAWN, person=first.requester, why="Done elsewhere.")
    build_agenda(person=secretary, meeting=coming)
    item = next(each for each in items_of(coming) if each.request_id == waiting.pk)
    named = "a confidential request" if confidential else first.reference
    assert item.why == f"What it waits for does not come: {named} was withdrawn."
    open_meeting(person=secretary, meeting=coming)
    again = decide(AgendaItem.objects.get(pk=item.pk), "sequence", after=[other])
    assert [row.after for row in again.requests.all()] == [other]
    assert waiting.pk not in {cause.request for cause in orders.causes(today())}


def test_what_is_in_triage_waits_and_says_so(meeting: Meeting) -> None:
    ClusterFactory.create(holding=[filed_request(status="in_triage") for _ in range(2)])
    proposal = propose(meeting)
    assert proposal.lines == []
    assert "no architect has called it ready" in proposal.waiting[0].reason


@pytest.mark.django_db
def test_a_cluster_names_what_of_it_is_on_an_agenda_already() -> None:
    here, *others = (ready_request() for _ in range(4))
    ClusterFactory.create(holding=[here, *others])
    [found] = [each for each in gathered(today(), taken={here.pk}) if each.cluster]
    assert set(found.requests) == set(others)
    assert f"{here.reference} belongs to it and is on an agenda already." in found.why


def test_internal_work_that_meets_customers_or_collides_is_no_table_stake(meeting: Meeting) -> None:
    touching, colliding, *quiet = (ready_request(kind=INTERNAL) for _ in range(4))
    ImpactFactory.create(request=touching)
    FindingFactory.create(between=[colliding, filed_request()])
    [consent] = [each for each in gathered(today()) if each.kind == "consent"]
    assert set(consent.requests) == set(quiet)


def test_what_does_not_fit_waits_and_says_how_much_it_needs(meeting: Meeting, secretary: Person) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(minutes=12)
    meeting.refresh_from_db()
    requests = [ready_request() for _ in range(4)]
    proposal = propose(meeting)
    assert [line.minutes for line in proposal.lines] == [5, 5]
    assert [line.reason for line in proposal.waiting] == ["It needs 5 minutes; 2 are left after what weighs more."] * 2
    assert build_agenda(person=secretary, meeting=meeting).added == 2
    assert len(requests) == 4


def test_a_second_build_changes_nothing(meeting: Meeting, secretary: Person) -> None:
    for _ in range(3):
        ready_request()
    first = build_agenda(person=secretary, meeting=meeting)
    before = [(item.pk, item.position, item.minutes) for item in items_of(meeting)]
    again = build_agenda(person=secretary, meeting=meeting)
    assert (first.added, again.added, again.taken_off) == (3, 0, 0)
    assert [(item.pk, item.position, item.minutes) for item in items_of(meeting)] == before
    assert not propose(meeting).changes


def test_building_anew_keeps_what_was_pinned_worded_advised_moved_and_dropped(
    meeting: Meeting, secretary: Person, architect: Person
) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(minutes=30)
    meeting.refresh_from_db()
    for _ in range(6):
        ready_request()
    build_agenda(person=secretary, meeting=meeting)
    pinned, worded, advised, moved, dropped, left = items_of(meeting)
    pin_item(person=secretary, item=pinned, pinned=True)
    reword_item(person=secretary, item=worded, expected=worded.version, question="Whose letter is it?", minutes=7)
    advise(person=architect, item=advised, expected=advised.version, advice="Go.")
    move_item(person=secretary, item=moved, to=1)
    drop_item(person=secretary, item=dropped, reason="Not before spring.")
    for _ in range(3):
        heavy = ready_request()
        FindingFactory.create(between=[heavy, filed_request()], weight=900.0)
    assert build_agenda(person=secretary, meeting=meeting).taken_off == 1
    items = items_of(meeting)
    assert [item.pk for item in items[:4]] == [moved.pk, pinned.pk, worded.pk, advised.pk]
    kept = AgendaItem.objects.get(pk=worded.pk)
    assert (kept.question, kept.minutes) == ("Whose letter is it?", 7)
    assert AgendaItem.objects.get(pk=advised.pk).advice == "Go."
    assert dropped.request_id not in {item.request_id for item in items}
    gave_way = AgendaItem.objects.get(pk=left.pk)
    assert (gave_way.status, gave_way.gave_way) == ("dropped", True)
    assert sum(item.minutes for item in items) <= 30


def test_what_gave_way_comes_back_when_there_is_time(meeting: Meeting, secretary: Person) -> None:
    request = ready_request()
    build_agenda(person=secretary, meeting=meeting)
    meeting.items.update(status="dropped", gave_way=True, dropped_because="It made room.")
    assert build_agenda(person=secretary, meeting=meeting).added == 1
    assert items_of(meeting)[0].request == request


def test_pins_that_cannot_all_hold_are_said_and_kept(meeting: Meeting, secretary: Person) -> None:
    for _ in range(2):
        item = add_item(person=secretary, meeting=meeting, request=ready_request(), minutes=60)
        pin_item(person=secretary, item=item, pinned=True)
    proposal = propose(meeting)
    assert len(proposal.problems) == 1
    assert "takes 120 minutes, and the meeting has 90" in proposal.problems[0]
    build_agenda(person=secretary, meeting=meeting)
    assert [item.minutes for item in items_of(meeting)] == [60, 60]


def test_a_meeting_without_minutes_and_without_anything_is_said(meeting: Meeting, secretary: Person) -> None:
    assert propose(meeting).lines == []
    assert propose(meeting).problems == []
    Meeting.objects.filter(pk=meeting.pk).update(minutes=0)
    meeting.refresh_from_db()
    ready_request()
    assert propose(meeting).problems == ["The meeting has no minutes. Say how long it lasts."]
    assert build_agenda(person=secretary, meeting=meeting).added == 0


def test_an_item_that_was_withdrawn_gives_way(meeting: Meeting, secretary: Person) -> None:
    request = ready_request()
    build_agenda(person=secretary, meeting=meeting)
    move_request(request=request, target=Status.WITHDRAWN, person=request.requester, why="Not needed.")
    [line] = propose(meeting).giving_way
    assert "is withdrawn" in line.reason
    assert build_agenda(person=secretary, meeting=meeting).taken_off == 1


def test_only_what_was_wanted_is_taken_with_the_minutes_that_were_typed(meeting: Meeting, secretary: Person) -> None:
    first, second = ready_request(), ready_request()
    built = build_agenda(
        person=secretary, meeting=meeting, wanted=Wanted(take={f"request:{second.pk}": 11, "request:999999": None})
    )
    assert (built.added, built.gone) == (1, 1)
    [item] = items_of(meeting)
    assert (item.request, item.minutes, item.minutes_by_hand) == (second, 11, True)
    assert first.agenda_items.count() == 0


def test_words_and_advice_of_a_meeting_that_did_not_come_to_it_are_kept(
    session: Meeting, secretary: Person, architect: Person
) -> None:
    item = add_item(person=secretary, meeting=session, request=ready_request(), question="Who answers for letters?")
    advise(person=architect, item=item, expected=item.version, advice="Cards does.")
    close_meeting(person=secretary, meeting=session)
    later = plan_meeting(person=secretary, starts_at=timezone.now() + timedelta(days=28))
    build_agenda(person=secretary, meeting=later)
    [carried] = items_of(later)
    assert (carried.question, carried.advice, carried.advised_by) == (
        "Who answers for letters?", "Cards does.", architect,
    )  # fmt: skip


def test_requests_that_join_a_cluster_come_to_its_item(meeting: Meeting, secretary: Person) -> None:
    cluster = ClusterFactory.create(holding=[ready_request(), ready_request()])
    build_agenda(person=secretary, meeting=meeting)
    third = ready_request()
    cluster.requests.add(third)
    [line] = propose(meeting).lines
    assert list(line.joins) == [third]
    build_agenda(person=secretary, meeting=meeting)
    [item] = items_of(meeting)
    assert third in members_of([item]).requests[item.pk]


def test_new_internal_work_comes_to_the_consent_item(meeting: Meeting, secretary: Person) -> None:
    for _ in range(2):
        ready_request(kind=INTERNAL)
    build_agenda(person=secretary, meeting=meeting)
    later = ready_request(kind=INTERNAL)
    build_agenda(person=secretary, meeting=meeting)
    [item] = items_of(meeting)
    assert later in members_of([item]).requests[item.pk]


def test_who_does_not_run_the_meeting_builds_nothing(meeting: Meeting, architect: Person, secretary: Person) -> None:
    with pytest.raises(NotAllowed):
        build_agenda(person=architect, meeting=meeting)
    Meeting.objects.filter(pk=meeting.pk).update(status="cancelled")
    with pytest.raises(MeetingNotOpen, match="cancelled"):
        build_agenda(person=secretary, meeting=meeting)


def test_more_at_stake_gets_more_minutes(meeting: Meeting) -> None:
    heavy, light = ready_request(one_off_cost=2_000_000), ready_request()
    ImpactFactory.create(request=heavy, touchpoint=TouchpointFactory.create(customers_per_month=900_000))
    FindingFactory.create(between=[heavy, filed_request()], weight=30.0)
    minutes = {line.requests[0]: line.minutes for line in propose(meeting).lines}
    assert minutes[heavy] > minutes[light] == 5


def test_queries_do_not_grow_with_what_waits(
    meeting: Meeting, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def more() -> None:
        ClusterFactory.create(holding=[ready_request(), ready_request()])
        FindingFactory.create(between=[ready_request(), ready_request()], kind="conflict", severity="serious")
        ObjectionFactory.create(request=ready_request(), person=PersonFactory.create())
        ready_request(kind=INTERNAL)

    more()
    more()
    with CaptureQueriesContext(connection) as counted:
        propose(meeting)
    for _ in range(4):
        more()
    with django_assert_max_num_queries(len(counted)):
        propose(meeting)
