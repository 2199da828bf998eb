"""Deciding that requests go one after the other, or several at the same time."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from board.errors import CannotDecide
from board.models import AgendaItem, Decision, Meeting
from board.selectors.meetings.waits import waits
from board.services.decisions.undoing import take_back
from board.services.meetings.agenda import add_item
from impacts.selectors.scans.facts import facts_of
from portfolio.lifecycle import Status
from portfolio.models import Need, Person, ProjectRequest
from tests.board.services.decisions.conftest import state
from tests.factories import filed_request

Decide = Callable[..., Decision]
TODAY = timezone.localdate


# --- order with ties ----------------------------------------------------------------------------------------------


def test_requests_in_the_same_place_go_at_the_same_time(
    group_item: AgendaItem, three: list[ProjectRequest], decide: Decide
) -> None:
    _, second, third = three
    for request, days in zip(three, (100, 400, 50), strict=True):
        ProjectRequest.objects.filter(pk=request.pk).update(wanted_go_live=TODAY() + timedelta(days=days))
    decision = decide(group_item, "sequence", order=three, places=[1, 1, 5])
    assert [state(request) for request in three] == ["approved", "approved", "sequenced"]
    third.refresh_from_db()
    assert third.after == second, "it waits for the one that is live last"
    assert [row.position for row in decision.requests.order_by("position", "id")] == [1, 1, 2]
    assert list(third.also_after.all()) == [three[0]], "and for the other too"
    assert waits([third.pk])[third.pk] == tuple(sorted(request.pk for request in three[:2]))


def test_what_goes_after_several_is_not_put_before_any_of_them(
    session: Meeting, secretary: Person, group_item: AgendaItem, three: list[ProjectRequest], decide: Decide
) -> None:
    first, _, third = three
    for request, days in zip(three, (100, 400, 50), strict=True):
        ProjectRequest.objects.filter(pk=request.pk).update(wanted_go_live=TODAY() + timedelta(days=days))
    decide(group_item, "sequence", order=three, places=[1, 1, 2])
    other = add_item(person=secretary, meeting=session, request=filed_request(status=Status.READY.value))
    assert other.request is not None
    Need.objects.create(request=first, needs=other.request)
    with pytest.raises(CannotDecide, match="wait for each other") as caught:
        decide(other, "sequence", after=[ProjectRequest.objects.get(pk=third.pk)])
    chain = f"{third.reference} → {first.reference} → {other.request.reference}"
    assert chain in caught.value.fields["after"]


def test_one_request_goes_after_several_until_it_is_decided_anew(
    session: Meeting, secretary: Person, item: AgendaItem, ready: ProjectRequest, decide: Decide
) -> None:
    early, late = filed_request(status=Status.APPROVED.value), filed_request(status=Status.APPROVED.value)
    ProjectRequest.objects.filter(pk=early.pk).update(wanted_go_live=TODAY() + timedelta(days=9))
    decision = decide(item, "sequence", after=[late, ProjectRequest.objects.get(pk=early.pk)])
    ready.refresh_from_db()
    assert (ready.after, list(ready.also_after.all())) == (late, [early]), "one without a day counts as last"
    assert waits([ready.pk])[ready.pk] == (early.pk, late.pk)
    assert facts_of(ready).needs == {early.pk, late.pk}, "the planner and the rules wait for both"
    row = decision.requests.get()
    assert (row.after, list(row.also_after.all())) == (late, [early])
    take_back(person=secretary, decision=decision, submission="back")
    ready.refresh_from_db()
    assert (ready.after, list(ready.also_after.all())) == (None, [])


def test_orders_from_before_are_read_from_the_places_that_were_decided(
    group_item: AgendaItem, three: list[ProjectRequest], decide: Decide
) -> None:
    decide(group_item, "sequence", order=three, places=[1, 1, 2])
    third = ProjectRequest.objects.get(pk=three[2].pk)
    third.also_after.clear()
    import_module("board.migrations.0019_fill_put_behind_several").fill(apps, None)
    assert {third.after, *third.also_after.all()} == set(three[:2])


@pytest.mark.parametrize("place", [0, 1])
def test_none_of_several_may_wait_for_the_request_itself(
    item: AgendaItem, ready: ProjectRequest, decide: Decide, place: int
) -> None:
    ahead = [filed_request(status=Status.APPROVED.value) for _ in range(2)]
    Need.objects.create(request=ahead[place], needs=ready)
    with pytest.raises(CannotDecide, match="wait for each other") as caught:
        decide(item, "sequence", after=ahead)
    assert ahead[place].reference in caught.value.fields["after"]
    assert not ready.also_after.exists()


def test_what_waits_for_several_is_no_survivor_of_any_of_them(
    session: Meeting, secretary: Person, item: AgendaItem, ready: ProjectRequest, decide: Decide
) -> None:
    waiting = filed_request(status=Status.READY.value)
    over = add_item(person=secretary, meeting=session, request=waiting)
    decide(over, "sequence", after=[ready, filed_request(status=Status.APPROVED.value)])
    with pytest.raises(CannotDecide, match="wait for itself"):
        decide(item, "merge", survivor=ProjectRequest.objects.get(pk=waiting.pk))


def test_order_against_what_they_need_is_refused_and_names_the_chain(
    group_item: AgendaItem, three: list[ProjectRequest], decide: Decide
) -> None:
    first, second, _ = three
    between = filed_request(status=Status.APPROVED.value)
    Need.objects.create(request=first, needs=between)
    Need.objects.create(request=between, needs=second)
    with pytest.raises(CannotDecide, match="wait for each other") as caught:
        decide(group_item, "sequence", order=three)
    chain = f"{first.reference} → {between.reference} → {second.reference}"
    assert chain in caught.value.fields["order"]
    assert not Decision.objects.exists()
    decide(group_item, "sequence", order=[second, first, three[2]])


def test_one_place_for_all_is_no_order(group_item: AgendaItem, three: list[ProjectRequest], decide: Decide) -> None:
    with pytest.raises(CannotDecide, match="same place"):
        decide(group_item, "sequence", order=three, places=[2, 2, 2])


def test_single_request_is_not_put_after_what_needs_it(item: AgendaItem, ready: ProjectRequest, decide: Decide) -> None:
    other = filed_request(status=Status.APPROVED.value)
    Need.objects.create(request=other, needs=ready)
    with pytest.raises(CannotDecide, match="wait for each other"):
        decide(item, "sequence", after=[other])
