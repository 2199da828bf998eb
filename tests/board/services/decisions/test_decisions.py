"""Recording decisions: what they do to requests and people, and that nothing is decided twice or lost."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from board.errors import AlreadyDecided, CannotDecide, MeetingNotOpen, NotAllowed
from board.models import AgendaItem, Decision, Meeting
from board.packs.seal import seal_of
from board.services.decisions.conditions import close_condition
from board.services.decisions.decisions import record_decision
from board.services.decisions.rulings import NewCondition, NewHold, Ruling
from board.services.decisions.undoing import take_back
from board.services.meetings.agenda import add_item
from board.services.meetings.meetings import close_meeting
from impacts.models import Family
from portfolio.lifecycle import Status
from portfolio.models import Notification, Person, ProjectRequest, ScanMark, Transition, Watch
from portfolio.services.requests import move_request
from tests.board.conftest import members
from tests.factories import PersonFactory, filed_request

Decide = Callable[..., Decision]
TODAY = timezone.localdate


def state(request: ProjectRequest) -> str:
    return ProjectRequest.objects.get(pk=request.pk).status


def test_approval_moves_the_request_with_reason_and_marks_it(
    item: AgendaItem, ready: ProjectRequest, decide: Decide
) -> None:
    ScanMark.objects.all().delete()
    decision = decide(item, reason="Fraud calls fall.")
    assert state(ready) == "approved"
    step = Transition.objects.get(request=ready, target="approved")
    assert (step.why, step.person) == ("Fraud calls fall.", decision.recorded_by)
    assert ScanMark.objects.filter(request=ready).exists()
    assert AgendaItem.objects.get(pk=item.pk).status == AgendaItem.Status.DECIDED
    row = decision.requests.get()
    assert (row.status_before, row.status_after) == ("ready", "approved")


def test_decision_is_sealed_to_what_was_on_the_table(item: AgendaItem, ready: ProjectRequest, decide: Decide) -> None:
    decision = Decision.objects.get(pk=decide(item).pk)
    assert decision.snapshot_hash == seal_of(decision.snapshot)
    assert decision.snapshot["requests"][0]["title"] == ready.title
    assert decision.snapshot["requests"][0]["version"] == ready.version
    assert decision.snapshot["requests"][0]["status"] == "ready"


def test_decision_cannot_be_changed(item: AgendaItem, decide: Decide) -> None:
    decision = decide(item)
    decision.reason = "Something else."
    with pytest.raises(RuntimeError):
        decision.save()


def test_family_is_decided_as_one(family_item: AgendaItem, family: Family, decide: Decide) -> None:
    decision = decide(family_item)
    assert [state(request) for request in members(family)] == ["approved"] * 3
    assert decision.requests.count() == 3


def test_conditions_are_kept_and_their_owners_told(item: AgendaItem, ready: ProjectRequest, decide: Decide) -> None:
    owner = PersonFactory.create()
    condition = NewCondition("Consent is asked first.", owner, TODAY() + timedelta(days=9))
    decision = decide(item, "approve_with_conditions", conditions=[condition])
    assert state(ready) == "approved_with_conditions"
    assert decision.conditions.get().owner == owner
    assert "Consent is asked first." in Notification.objects.get(person=owner).text


def test_hold_names_who_answers_what_until_when(item: AgendaItem, ready: ProjectRequest, decide: Decide) -> None:
    owner = PersonFactory.create()
    decision = decide(item, "hold", hold=NewHold(owner, "Who is master?", TODAY() + timedelta(days=28)))
    assert state(ready) == "on_hold"
    assert (decision.hold.owner, decision.hold.condition) == (owner, "Who is master?")
    assert Notification.objects.filter(person=owner, text__contains="Who is master?").exists()


@pytest.mark.parametrize("approve", [False, True])
def test_merge_leaves_the_survivor_unless_it_is_approved_too(
    family_item: AgendaItem, family: Family, decide: Decide, approve: bool
) -> None:
    lead, *others = members(family)
    watcher = PersonFactory.create()
    Watch.objects.create(request=others[0], person=watcher)
    decision = decide(family_item, "merge", survivor=lead, approve_survivor=approve)
    assert state(lead) == ("approved" if approve else "ready")
    for other in others:
        other.refresh_from_db()
        assert (other.status, other.survivor) == ("merged", lead)
    assert decision.survivor == lead
    assert Watch.objects.filter(request=others[0], person=watcher).exists()
    assert Notification.objects.filter(person=watcher, request=others[0]).exists()
    assert Notification.objects.filter(person=lead.requester, request=lead).exists()


def test_single_request_merges_into_one_that_is_not_on_the_table(
    item: AgendaItem, ready: ProjectRequest, decide: Decide
) -> None:
    other = filed_request(status=Status.APPROVED.value)
    decide(item, "merge", survivor=other)
    ready.refresh_from_db()
    assert (ready.status, ready.survivor) == ("merged", other)
    assert state(other) == "approved"


def test_sequence_approves_the_first_and_lines_up_the_others(
    family_item: AgendaItem, family: Family, decide: Decide
) -> None:
    first, second, third = reversed(members(family))
    decision = decide(family_item, "sequence", order=[first, second, third])
    for request in (first, second, third):
        request.refresh_from_db()
    assert [first.status, second.status, third.status] == ["approved", "sequenced", "sequenced"]
    assert (second.after, third.after) == (first, second)
    rows = decision.requests.order_by("position").values_list("request", flat=True)
    assert list(rows) == [first.pk, second.pk, third.pk]


def test_single_request_goes_after_another(item: AgendaItem, ready: ProjectRequest, decide: Decide) -> None:
    other = filed_request(status=Status.IN_DELIVERY.value)
    decide(item, "sequence", after=[other])
    ready.refresh_from_db()
    assert (ready.status, ready.after) == ("sequenced", other)


@pytest.mark.parametrize(("kind", "after"), [("defer", "deferred"), ("reject", "rejected")])
def test_defer_and_reject(item: AgendaItem, ready: ProjectRequest, decide: Decide, kind: str, after: str) -> None:
    decide(item, kind)
    assert state(ready) == after


@pytest.mark.parametrize(
    ("kind", "ruling", "field"),
    [
        ("approve", {"reason": "  "}, "reason"),
        ("approve_with_conditions", {}, "conditions"),
        ("hold", {}, "hold_owner"),
        ("merge", {}, "survivor"),
        ("sequence", {}, "after"),
        ("reopen", {}, "kind"),
        ("nonsense", {}, "kind"),
    ],
)
def test_incomplete_ruling_records_nothing(
    item: AgendaItem, ready: ProjectRequest, decide: Decide, kind: str, ruling: dict[str, Any], field: str
) -> None:
    with pytest.raises(CannotDecide) as caught:
        decide(item, kind, **ruling)
    assert field in caught.value.fields
    assert not Decision.objects.exists()
    assert state(ready) == "ready"
    assert AgendaItem.objects.get(pk=item.pk).status == AgendaItem.Status.OPEN


def test_days_that_have_passed_are_refused(item: AgendaItem, decide: Decide) -> None:
    owner = PersonFactory.create()
    with pytest.raises(CannotDecide):
        decide(item, "hold", hold=NewHold(owner, "Who?", TODAY()))
    with pytest.raises(CannotDecide):
        decide(item, "approve_with_conditions", conditions=[NewCondition("So", owner, TODAY() - timedelta(days=1))])


def test_survivor_must_be_on_the_table_and_live(family_item: AgendaItem, family: Family, decide: Decide) -> None:
    with pytest.raises(CannotDecide):
        decide(family_item, "merge", survivor=filed_request())
    gone = members(family)[1]
    move_request(request=gone, target=Status.WITHDRAWN, person=gone.requester, why="Not needed.")
    with pytest.raises(CannotDecide):
        decide(family_item, "merge", survivor=gone)


def test_a_circle_of_waiting_is_refused(item: AgendaItem, ready: ProjectRequest, decide: Decide) -> None:
    middle = filed_request(status=Status.SEQUENCED.value, after=ready)
    last = filed_request(status=Status.SEQUENCED.value, after=middle)
    with pytest.raises(CannotDecide, match="wait for each other"):
        decide(item, "sequence", after=[last])


def test_double_click_decides_once(item: AgendaItem, secretary: Person) -> None:
    token = uuid.uuid4().hex
    ruling = Ruling(kind="approve", reason="Yes.")
    first = record_decision(person=secretary, item=item, expected=1, submission=token, ruling=ruling)
    stale = AgendaItem.objects.get(pk=item.pk)
    second = record_decision(person=secretary, item=stale, expected=1, submission=token, ruling=ruling)
    assert first == second
    assert Decision.objects.count() == 1
    assert Notification.objects.filter(key__startswith="decision:").count() == 1


def test_token_of_another_decision_records_nothing_and_says_so(
    item: AgendaItem, family_item: AgendaItem, secretary: Person
) -> None:
    ruling = Ruling(kind="approve", reason="Yes.")
    first = record_decision(person=secretary, item=item, expected=1, submission="t", ruling=ruling)
    with pytest.raises(CannotDecide, match="recorded another decision already"):
        record_decision(person=secretary, item=family_item, expected=1, submission="t", ruling=ruling)
    with pytest.raises(CannotDecide, match="recorded another decision already"):
        take_back(person=secretary, decision=Decision.objects.get(pk=first.pk), submission="t")
    assert list(Decision.objects.all()) == [first]


def test_second_secretary_is_told_what_was_decided(item: AgendaItem, secretary: Person, cio: Person) -> None:
    stale = AgendaItem.objects.get(pk=item.pk)
    first = record_decision(
        person=secretary, item=item, expected=1, submission="a", ruling=Ruling(kind="approve", reason="It helps.")
    )
    with pytest.raises(AlreadyDecided, match="It helps") as caught:
        record_decision(
            person=cio, item=stale, expected=1, submission="b", ruling=Ruling(kind="reject", reason="No money.")
        )
    assert caught.value.decision == first
    assert Decision.objects.count() == 1


def test_withdrawn_meanwhile_is_not_decided(item: AgendaItem, ready: ProjectRequest, decide: Decide) -> None:
    move_request(request=ready, target=Status.WITHDRAWN, person=ready.requester, why="Not needed.")
    with pytest.raises(CannotDecide, match="withdrawn"):
        decide(item)
    assert state(ready) == "withdrawn"
    assert AgendaItem.objects.get(pk=item.pk).status == AgendaItem.Status.OPEN


def test_family_without_its_withdrawn_member_is_decided(
    family_item: AgendaItem, family: Family, decide: Decide
) -> None:
    gone = members(family)[2]
    move_request(request=gone, target=Status.WITHDRAWN, person=gone.requester, why="Not needed.")
    decision = decide(family_item)
    assert decision.requests.count() == 2
    assert state(gone) == "withdrawn"


def test_change_since_the_page_was_shown_is_refused(item: AgendaItem, ready: ProjectRequest, secretary: Person) -> None:
    with pytest.raises(CannotDecide, match="changed"):
        record_decision(
            person=secretary,
            item=item,
            expected=1,
            submission="a",
            ruling=Ruling(kind="approve", reason="Yes."),
            seen={ready.pk: ready.version - 1},
        )
    assert state(ready) == "ready"


def test_only_a_meeting_in_session_decides(
    meeting: Meeting, ready: ProjectRequest, secretary: Person, decide: Decide
) -> None:
    waiting = add_item(person=secretary, meeting=meeting, request=ready)
    with pytest.raises(MeetingNotOpen, match="not started"):
        decide(waiting)


def test_closed_meeting_is_frozen(session: Meeting, item: AgendaItem, secretary: Person, decide: Decide) -> None:
    decision = decide(item)
    close_meeting(person=secretary, meeting=session)
    with pytest.raises(MeetingNotOpen):
        take_back(person=secretary, decision=decision, submission="x")
    assert Decision.objects.count() == 1


def test_board_member_architect_and_head_may_not_decide(
    item: AgendaItem, board_member: Person, architect: Person, requester: Person, decide: Decide
) -> None:
    for person in (board_member, architect, requester):
        with pytest.raises(NotAllowed):
            decide(item, by=person)


def test_taking_back_supersedes_and_frees_the_requests(
    family_item: AgendaItem, family: Family, secretary: Person, decide: Decide
) -> None:
    decision = decide(family_item, "sequence", order=members(family))
    back = take_back(person=secretary, decision=Decision.objects.get(pk=decision.pk), submission="x")
    assert back.supersedes == decision
    assert back.kind == Decision.Kind.REOPEN
    assert [state(request) for request in members(family)] == ["ready"] * 3
    assert AgendaItem.objects.get(pk=family_item.pk).status == AgendaItem.Status.OPEN
    again = decide(family_item, "reject")
    assert again.supersedes == back
    assert [state(request) for request in members(family)] == ["rejected"] * 3


def test_taking_back_twice_does_it_once(item: AgendaItem, secretary: Person, decide: Decide) -> None:
    decision = Decision.objects.get(pk=decide(item).pk)
    stale = Decision.objects.select_related("item").get(pk=decision.pk)
    first = take_back(person=secretary, decision=decision, submission="x")
    assert take_back(person=secretary, decision=stale, submission="x") == first
    with pytest.raises(AlreadyDecided):
        take_back(person=secretary, decision=stale, submission="y")


def test_merge_and_hold_are_taken_back_whole(
    family_item: AgendaItem, family: Family, secretary: Person, decide: Decide
) -> None:
    merge = decide(family_item, "merge", survivor=members(family)[0])
    take_back(person=secretary, decision=Decision.objects.get(pk=merge.pk), submission="x")
    assert [(request.status, request.survivor) for request in members(family)] == [("ready", None)] * 3
    hold = NewHold(PersonFactory.create(), "Who?", TODAY() + timedelta(days=5))
    held = decide(family_item, "hold", hold=hold)
    take_back(person=secretary, decision=Decision.objects.get(pk=held.pk), submission="y")
    held.hold.refresh_from_db()
    assert held.hold.released_at is not None


def test_what_has_moved_on_is_not_taken_back(
    item: AgendaItem, ready: ProjectRequest, secretary: Person, decide: Decide
) -> None:
    decision = decide(item)
    ready.refresh_from_db()
    move_request(request=ready, target=Status.IN_DELIVERY, person=ready.requester)
    with pytest.raises(CannotDecide, match="in delivery"):
        take_back(person=secretary, decision=Decision.objects.get(pk=decision.pk), submission="x")
    assert state(ready) == "in_delivery"
    assert Decision.objects.count() == 1


def test_confidential_request_is_told_only_to_who_may_see_it(
    session: Meeting, secretary: Person, outsider: Person, decide: Decide
) -> None:
    secret = filed_request(status=Status.READY.value, confidential=True)
    Watch.objects.create(request=secret, person=outsider)
    decide(add_item(person=secretary, meeting=session, request=secret))
    assert not Notification.objects.filter(person=outsider).exists()
    assert Notification.objects.filter(person=secret.requester, key__startswith="decision:").exists()


def test_condition_is_met_by_its_owner_with_a_note(
    item: AgendaItem, outsider: Person, secretary: Person, decide: Decide
) -> None:
    owner = PersonFactory.create()
    due = TODAY() + timedelta(days=3)
    decision = decide(item, "approve_with_conditions", conditions=[NewCondition("So be it", owner, due)])
    condition = decision.conditions.get()
    with pytest.raises(NotAllowed):
        close_condition(person=outsider, condition=condition, note="Done")
    with pytest.raises(CannotDecide):
        close_condition(person=owner, condition=condition, note=" ")
    met = close_condition(person=owner, condition=condition, note="See the test report.")
    assert (met.met_by, met.met_note) == (owner, "See the test report.")
    again = close_condition(person=secretary, condition=condition, note="Later")
    assert again.met_by == owner
