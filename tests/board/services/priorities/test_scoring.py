"""Scores with their reasons, and weights with their history."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError

from board.errors import NotAllowed, StaleMeeting
from board.models import Score, WeightSet
from board.selectors.priorities.scores import (
    order_title,
    scored_order,
    scored_rows,
    scores_of,
    seen_scores,
    weights_in_force,
)
from board.services.priorities.scoring import CannotScore, add_criterion, retire_criterion, set_scores, set_weights
from portfolio.lifecycle import Status
from portfolio.models import Person
from tests.factories import CriterionFactory, ScoreFactory, filed_request

pytestmark = pytest.mark.django_db


def test_scores_have_reasons_and_a_history(architect: Person, board_member: Person) -> None:
    value, ease = CriterionFactory.create(), CriterionFactory.create()
    request = filed_request(status=Status.READY.value)
    set_scores(person=architect, request=request, points={value: (4, "They ask for it"), ease: (1, "Years")}, seen="")
    seen = seen_scores(scores_of(request))
    changed = set_scores(
        person=board_member, request=request, points={value: (5, "They leave without"), ease: (1, "Years")}, seen=seen
    )
    assert [(score.criterion, score.points, score.person) for score in changed] == [(value, 5, board_member)]
    assert [row.points for row in Score.history.filter(criterion=value).order_by("history_id")] == [4, 5]


def test_who_scored_meanwhile_is_not_overwritten(architect: Person) -> None:
    value, request = CriterionFactory.create(), filed_request(status=Status.READY.value)
    set_scores(person=architect, request=request, points={value: (4, "They ask for it")}, seen="")
    with pytest.raises(StaleMeeting):
        set_scores(person=architect, request=request, points={value: (0, "No")}, seen="")
    assert Score.objects.get().points == 4


def test_a_score_is_not_possible_without_reason_or_above_five(architect: Person) -> None:
    value, request = CriterionFactory.create(), filed_request(status=Status.READY.value)
    for points, reason in ((4, ""), (6, "More than all")):
        with pytest.raises(ValidationError):
            set_scores(person=architect, request=request, points={value: (points, reason)}, seen="")
    assert not Score.objects.exists()


def test_decided_requests_and_strangers_score_nothing(architect: Person, requester: Person) -> None:
    value = CriterionFactory.create()
    decided = filed_request(status=Status.APPROVED.value)
    with pytest.raises(CannotScore):
        set_scores(person=architect, request=decided, points={value: (1, "x")}, seen="")
    with pytest.raises(NotAllowed):
        set_scores(person=requester, request=filed_request(), points={value: (1, "x")}, seen="")


def test_weights_come_in_numbered_sets(cio: Person, architect: Person) -> None:
    value, ease = CriterionFactory.create(), CriterionFactory.create()
    assert weights_in_force().values == (1, 1)
    set_weights(person=cio, expected=0, weights={value: 70, ease: 30}, why="Customers first")
    with pytest.raises(StaleMeeting):
        set_weights(person=cio, expected=0, weights={value: 10, ease: 90}, why="No, ease")
    with pytest.raises(NotAllowed):
        set_weights(person=architect, expected=1, weights={value: 10}, why="Mine")
    for weights, why in (({value: 0, ease: 0}, "None"), ({value: 101}, "Too much"), ({value: 5}, " ")):
        with pytest.raises(CannotScore):
            set_weights(person=cio, expected=1, weights=weights, why=why)
    set_weights(person=cio, expected=1, weights={value: 60, ease: 40}, why="A little ease")
    assert WeightSet.objects.count() == 2
    assert (weights_in_force().number, weights_in_force().values) == (2, (60, 40))


def test_a_new_criterion_counts_nothing_until_weighed(cio: Person) -> None:
    value = CriterionFactory.create()
    set_weights(person=cio, expected=0, weights={value: 70}, why="Customers first")
    added = add_criterion(person=cio, name="Ease", question="How easy is it?")
    assert weights_in_force().values == (70, 0)
    retire_criterion(person=cio, criterion=added)
    assert weights_in_force().criteria == (value,)


def test_a_criterion_of_the_same_name_is_not_added_twice(cio: Person) -> None:
    added = add_criterion(person=cio, name="Ease", question="How easy is it?")
    with pytest.raises(ValidationError, match="already"):
        add_criterion(person=cio, name=" ease", question="How easy is it?")
    retire_criterion(person=cio, criterion=added)
    assert add_criterion(person=cio, name="Ease", question="How easy is it?").code == "ease-2"


def test_the_order_holds_who_is_scored_by_every_criterion(cio: Person, requester: Person) -> None:
    value, ease = CriterionFactory.create(), CriterionFactory.create()
    set_weights(person=cio, expected=0, weights={value: 60, ease: 40}, why="Customers first")
    first, second, half, secret = (filed_request(status=Status.READY.value) for _ in range(4))
    secret.confidential = True
    secret.save()
    for request, points in ((first, (5, 0)), (second, (1, 5)), (secret, (5, 5))):
        for criterion, number in zip((value, ease), points, strict=True):
            ScoreFactory.create(request=request, criterion=criterion, points=number)
    ScoreFactory.create(request=half, criterion=value)
    order = scored_order(requester)
    # 60 x 5 = 300 against 60 + 200 = 260: the confidential one stands in no order that this person sees.
    assert [each.id for each in order.placed] == [first.pk, second.pk]
    assert order.unscored == [(half.pk, 1)]
    rows = scored_rows(order, order.placed, 0.25)
    # Ease at 50 draws 250 level... 60 + 250 = 310 passes 300.
    assert [(row.range.best, row.range.worst) for row in rows] == [(1, 2), (1, 2)]
    assert "falls to place 2" in order_title(order, rows, 25)
    steady = replace(rows[0], range=replace(rows[0].range, worst=1))
    assert order_title(order, [steady, rows[1]], 25) == f"{first.title} stays first if any one weight moves by 25 %"
    tried = scored_order(requester, (10, 90))
    assert [each.id for each in tried.placed] == [second.pk, first.pk]
    assert tried.is_trial
