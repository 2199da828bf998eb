"""Merges: who heard of the merged hears of the survivor; undone, everything is as it was, row by row."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from board.errors import AlreadyDecided, CannotDecide, MeetingNotOpen
from board.models import AgendaItem, Decision, Hold, Meeting, Objection
from board.selectors.decisions.chain import verify_chain
from board.selectors.papers.minutes import minutes_for
from board.services.decisions.rulings import NewHold
from board.services.decisions.undoing import take_back
from board.services.meetings.agenda import add_item
from board.services.meetings.meetings import close_meeting, open_meeting, plan_meeting
from impacts.models import Cluster, Family, FamilyMember, Finding, FindingMember
from impacts.services.scans.scanning import scan_until_done
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest, Watch
from portfolio.selectors.merged import goes_on_in
from portfolio.services.notifications import watchers
from tests.board.conftest import members
from tests.factories import ObjectionFactory, PersonFactory, filed_request

Decide = Callable[..., Decision]
SAME = {
    "title": "Appointment booking online",
    "problem": "Customers call us to book an appointment with an adviser and wait in a queue for many minutes.",
    "proposal": "Customers book an appointment with an adviser on the website, and change it there.",
}


def people(request: ProjectRequest) -> set[Person]:
    return set(watchers(request))


def picture() -> dict[str, list[Any]]:
    """All that a merge may touch, row by row; without what only counts or dates the changes."""
    return {
        "requests": list(
            ProjectRequest.objects.order_by("id").values_list("id", "status", "survivor", "after", "title", "problem")
        ),
        "watches": sorted(Watch.objects.values_list("request_id", "person_id")),
        "families": list(Family.objects.order_by("id").values_list("code", "lead", "owner", "dissolved_at")),
        "members": list(FamilyMember.objects.order_by("id").values_list("family", "request", "left_at")),
        "clusters": sorted(
            (row.code, row.closed_at is None, tuple(sorted(row.requests.values_list("id", flat=True))))
            for row in Cluster.objects.all()
        ),
        "findings": sorted(Finding.objects.values_list("identity", "state", "severity")),
        "finding members": sorted(FindingMember.objects.values_list("finding__identity", "request")),
        "holds": list(Hold.objects.order_by("id").values_list("id", "released_at")),
        "objections": list(Objection.objects.order_by("id").values_list("id", "state")),
        "items": list(AgendaItem.objects.order_by("id").values_list("id", "status")),
    }


def scan() -> None:
    scan_until_done()


def test_an_undone_merge_leaves_everything_as_it_was(session: Meeting, secretary: Person, decide: Decide) -> None:
    first = filed_request(status=Status.READY.value, **SAME)
    second = filed_request(status=Status.IN_TRIAGE.value, **SAME)
    Watch.objects.create(request=second, person=PersonFactory.create())
    ObjectionFactory.create(request=second)
    scan()
    assert Finding.objects.filter(rule="same-purpose").exclude(state=Finding.State.CLOSED).exists()
    item = add_item(person=secretary, meeting=session, request=second)
    before = picture()

    decision = decide(item, "merge", survivor=first)
    scan()
    after = picture()
    changed = {name for name in before if before[name] != after[name]}
    assert {"requests", "watches", "findings", "objections", "items"} <= changed

    take_back(person=secretary, decision=Decision.objects.get(pk=decision.pk), submission="back")
    scan()
    assert picture() == before
    assert not verify_chain().faults


def test_watchers_follow_the_survivor_and_keep_the_merged(family_item: AgendaItem, family: Any, decide: Decide) -> None:
    survivor, *others = members(family)
    fan = PersonFactory.create()
    Watch.objects.create(request=others[0], person=fan)
    decide(family_item, "merge", survivor=survivor)
    assert {fan, *(other.requester for other in others)} <= people(survivor)
    assert fan in people(others[0])


def test_who_may_not_see_a_confidential_survivor_does_not_follow_it(item: AgendaItem, decide: Decide) -> None:
    survivor = filed_request(status=Status.READY.value, confidential=True)
    fan = PersonFactory.create()
    Watch.objects.create(request=item.request, person=fan)
    decide(item, "merge", survivor=survivor)
    assert fan not in people(survivor)


def merge(session: Meeting, secretary: Person, decide: Decide, one: ProjectRequest, into: ProjectRequest) -> Decision:
    item = add_item(person=secretary, meeting=session, request=ProjectRequest.objects.get(pk=one.pk))
    return Decision.objects.get(pk=decide(item, "merge", survivor=ProjectRequest.objects.get(pk=into.pk)).pk)


def test_a_survivor_that_is_merged_again_is_followed_to_the_end(
    session: Meeting, secretary: Person, decide: Decide
) -> None:
    one, two, three = (filed_request(status=Status.READY.value) for _ in range(3))
    fan = PersonFactory.create()
    Watch.objects.create(request=one, person=fan)
    first = merge(session, secretary, decide, one, two)
    merge(session, secretary, decide, two, three)
    assert goes_on_in(ProjectRequest.objects.get(pk=one.pk)) == three
    assert fan in people(three)
    take_back(person=secretary, decision=first, submission="back")
    assert fan not in people(two)
    assert fan not in people(three)
    assert fan in people(one)
    assert two.requester in people(three)


def test_who_came_by_two_merges_stays_until_both_are_undone(
    session: Meeting, secretary: Person, decide: Decide
) -> None:
    one, two, survivor = (filed_request(status=Status.READY.value) for _ in range(3))
    fan = PersonFactory.create()
    for request in (one, two):
        Watch.objects.create(request=request, person=fan)
    first, second = (merge(session, secretary, decide, request, survivor) for request in (one, two))
    take_back(person=secretary, decision=first, submission="a")
    assert fan in people(survivor)
    take_back(person=secretary, decision=second, submission="b")
    assert fan not in people(survivor)


def test_who_followed_the_survivor_anyway_still_does(item: AgendaItem, secretary: Person, decide: Decide) -> None:
    survivor, fan = filed_request(status=Status.READY.value), PersonFactory.create()
    for request in (survivor, item.request):
        Watch.objects.create(request=request, person=fan)
    decision = decide(item, "merge", survivor=survivor)
    take_back(person=secretary, decision=Decision.objects.get(pk=decision.pk), submission="back")
    assert fan in people(survivor)


def test_a_hold_that_the_decision_ended_runs_on_when_it_is_undone(
    session: Meeting, secretary: Person, decide: Decide
) -> None:
    request, owner = filed_request(status=Status.READY.value), PersonFactory.create()
    until = timezone.localdate() + timedelta(days=30)
    held = add_item(person=secretary, meeting=session, request=request)
    decide(held, "hold", hold=NewHold(owner, "Who keeps the address?", until))
    AgendaItem.objects.filter(pk=held.pk).update(status=AgendaItem.Status.DROPPED)
    again = add_item(person=secretary, meeting=session, request=ProjectRequest.objects.get(pk=request.pk))
    decision = decide(again, "reject")
    assert Hold.objects.get().released_at is not None
    take_back(person=secretary, decision=Decision.objects.get(pk=decision.pk), submission="back")
    assert Hold.objects.get().released_at is None
    assert ProjectRequest.objects.get(pk=request.pk).status == "on_hold"


@pytest.fixture
def merged(item: AgendaItem, session: Meeting, secretary: Person, decide: Decide) -> Decision:
    """A merge of a meeting that is closed."""
    decision = decide(item, "merge", survivor=filed_request(status=Status.READY.value))
    session.refresh_from_db()
    close_meeting(person=secretary, meeting=session)
    return Decision.objects.select_related("item__meeting").get(pk=decision.pk)


def test_the_board_undoes_a_merge_in_a_later_meeting(merged: Decision, secretary: Person, cio: Person) -> None:
    later = plan_meeting(person=secretary, starts_at=timezone.now(), chair=cio, secretary=secretary)
    with pytest.raises(MeetingNotOpen):
        take_back(person=secretary, decision=merged, submission="a", session=later, reason="They differ.")
    open_meeting(person=secretary, meeting=later)
    with pytest.raises(CannotDecide):
        take_back(person=secretary, decision=merged, submission="b", session=later)
    back = take_back(person=secretary, decision=merged, submission="c", session=later, reason="They differ.")
    assert merged.requests.get().request.status == "ready"
    assert back.item.meeting == later
    assert AgendaItem.objects.get(pk=merged.item_id).status == AgendaItem.Status.DECIDED
    (line,) = minutes_for(later, secretary)
    assert line.decision is not None
    assert line.decision.reason == "They differ."
    assert not verify_chain().faults
    again = Decision.objects.select_related("item__meeting").get(pk=merged.pk)
    with pytest.raises(AlreadyDecided):
        take_back(person=secretary, decision=again, submission="d", session=later, reason="Twice.")
