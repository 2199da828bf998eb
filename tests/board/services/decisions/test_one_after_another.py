"""Decisions that meet earlier ones: over what was merged, withdrawn or put in order meanwhile. Each is a correct result
or a refusal in words, and nothing that was decided is lost."""

from collections.abc import Callable
from functools import partial

import pytest

from board.errors import BoardError
from board.models import AgendaItem, Decision, Meeting
from board.selectors.decisions.chain import verify_chain
from board.services.decisions.undoing import take_back
from board.services.meetings.agenda import Group, add_item
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from portfolio.selectors.merged import goes_on_in
from portfolio.services.requests import move_request
from tests.factories import filed_request

Decide = Callable[..., Decision]


@pytest.fixture
def items(session: Meeting, secretary: Person) -> list[AgendaItem]:
    """Four items, each over one request: A, B, C and D."""
    requests = [filed_request(status=Status.READY.value, title=f"Request {name}") for name in "ABCD"]
    return [add_item(person=secretary, meeting=session, request=request) for request in requests]


def of(item: AgendaItem) -> ProjectRequest:
    """The item's request as it is now."""
    return ProjectRequest.objects.get(pk=item.request_id)


def refused(act: Callable[[], object]) -> str:
    """The words with which it is refused; the decisions and states of before are all still there."""
    before = list(Decision.objects.order_by("id").values_list("pk", flat=True))
    states = dict(ProjectRequest.objects.order_by("id").values_list("pk", "status"))
    with pytest.raises(BoardError) as caught:
        act()
    assert list(Decision.objects.order_by("id").values_list("pk", flat=True)) == before
    assert dict(ProjectRequest.objects.order_by("id").values_list("pk", "status")) == states
    assert not verify_chain().faults
    return str(caught.value)


def withdraw(request: ProjectRequest) -> None:
    """Its requester takes it back."""
    move_request(request=request, target=Status.WITHDRAWN, person=request.requester, why="We do it ourselves.")


def undo(decision: Decision, secretary: Person) -> Decision:
    """Take it back."""
    return take_back(
        person=secretary, decision=Decision.objects.get(pk=decision.pk), submission=f"back-{decision.pk}", reason="No."
    )


def test_what_an_earlier_item_merged_is_not_decided_again(items: list[AgendaItem], decide: Decide) -> None:
    a, b, *_ = items
    decide(a, "merge", survivor=of(b))
    for kind in ("approve", "reject", "defer"):
        assert refused(partial(decide, a, kind))
    decide(b)
    assert (of(a).status, of(b).status) == ("merged", "approved")
    assert goes_on_in(of(a)) == of(b)


def test_a_survivor_is_merged_again_and_back(items: list[AgendaItem], decide: Decide, secretary: Person) -> None:
    a, b, c, _ = items
    first = decide(a, "merge", survivor=of(b))
    second = decide(b, "merge", survivor=of(c))
    assert goes_on_in(of(a)) == of(c)
    undo(second, secretary)
    assert goes_on_in(of(a)) == of(b)
    undo(first, secretary)
    assert {of(each).status for each in (a, b, c)} == {"ready"}
    again = decide(a, "merge", survivor=of(c))
    assert of(a).survivor == of(c)
    assert again.survivor == of(c)
    assert not verify_chain().faults


def test_the_first_merge_of_a_chain_is_undone_alone(items: list[AgendaItem], decide: Decide, secretary: Person) -> None:
    a, b, c, _ = items
    first = decide(a, "merge", survivor=of(b))
    decide(b, "merge", survivor=of(c))
    undo(first, secretary)
    assert (of(a).status, of(b).status) == ("ready", "merged")
    assert goes_on_in(of(b)) == of(c)


def test_merges_do_not_run_in_a_circle(items: list[AgendaItem], decide: Decide) -> None:
    a, b, c, _ = items
    assert refused(lambda: decide(a, "merge", survivor=of(a)))
    decide(a, "merge", survivor=of(b))
    said = refused(lambda: decide(b, "merge", survivor=of(a)))
    assert of(a).reference in said
    decide(b, "merge", survivor=of(c))
    said = refused(lambda: decide(c, "merge", survivor=of(a)))
    assert of(a).reference in said


def test_orders_do_not_run_in_a_circle_over_several_decisions(items: list[AgendaItem], decide: Decide) -> None:
    a, b, c, d = items
    decide(a, "sequence", after=[of(b)])
    decide(b, "sequence", after=[of(c)])
    said = refused(lambda: decide(c, "sequence", after=[of(a)]))
    assert of(a).reference in said
    decide(c)
    decide(d, "sequence", after=[of(a)])
    assert of(d).after == of(a)


def test_who_waits_for_what_is_merged_waits_for_its_survivor(
    items: list[AgendaItem], decide: Decide, secretary: Person
) -> None:
    _, b, c, d = items
    decide(d, "sequence", after=[of(c)])
    made = decide(c, "merge", survivor=of(b))
    said = refused(lambda: decide(b, "sequence", after=[of(d)]))
    assert of(d).reference in said
    undo(made, secretary)
    assert (of(c).status, of(d).after) == ("ready", of(c))
    decide(b, "sequence", after=[of(d)])
    assert of(b).after == of(d)


def test_withdrawn_during_the_meeting_is_refused_and_the_rest_goes_on(
    items: list[AgendaItem], decide: Decide, session: Meeting, secretary: Person
) -> None:
    a, b, c, _ = items
    request = of(a)
    withdraw(request)
    assert refused(lambda: decide(a))
    assert refused(lambda: decide(b, "merge", survivor=of(a)))
    assert refused(lambda: decide(b, "sequence", after=[of(a)]))
    decide(b)
    decide(c, "merge", survivor=of(b))
    assert (of(b).status, of(c).status) == ("approved", "merged")


def test_a_survivor_that_is_withdrawn_afterwards_leaves_the_merge_to_be_undone(
    items: list[AgendaItem], decide: Decide, secretary: Person
) -> None:
    a, b, *_ = items
    made = decide(a, "merge", survivor=of(b))
    survivor = of(b)
    withdraw(survivor)
    undo(made, secretary)
    assert (of(a).status, of(b).status) == ("ready", "withdrawn")


def test_a_group_whose_requests_were_all_merged_or_withdrawn_is_refused(
    session: Meeting, items: list[AgendaItem], decide: Decide, secretary: Person
) -> None:
    extra = [filed_request(status=Status.READY.value) for _ in range(2)]
    group = add_item(person=secretary, meeting=session, group=Group("What two want", extra))
    for request in extra:
        withdraw(ProjectRequest.objects.get(pk=request.pk))
    assert refused(lambda: decide(group))
