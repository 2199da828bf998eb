"""What becomes of conditions: met with a note that shows it, or given to another person or day with a reason."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from board.errors import CannotDecide, NotAllowed
from board.models import Condition, ConditionMove, Decision
from board.packs.words import cut, day
from board.permissions import can_close_condition, can_move_condition
from portfolio.models import Person
from portfolio.services.notifications import notify


def close_condition(*, person: Person, condition: Condition, note: str, at: datetime | None = None) -> Condition:
    """Say that a condition is met, and how one can see it. A second time changes nothing. Raises NotAllowed,
    CannotDecide without a note or when its decision was taken back or replaced."""
    if not can_close_condition(person, condition):
        raise NotAllowed(f"{condition.owner} sees to this condition, or the board's secretary.")
    if not note.strip():
        raise CannotDecide("Say how one can see that it is met.", {"note": "Say how one can see that it is met."})
    _check_stands(condition)
    with transaction.atomic():
        now = at or timezone.now()
        if Condition.objects.filter(pk=condition.pk, met_at__isnull=True).update(met_at=now):
            condition.refresh_from_db()
            condition.met_by, condition.met_note = person, note.strip()
            condition.full_clean()
            condition.save()
        else:
            condition.refresh_from_db()
    return condition


def _check_stands(condition: Condition) -> None:
    if Decision.objects.filter(supersedes=condition.decision_id).exists():
        raise CannotDecide("The decision was taken back, so its conditions are void. Nothing was changed.")
    if condition.replaced_by_id is not None:
        raise CannotDecide("The board has decided again since, so this condition is void. Nothing was changed.")


def move_condition(
    *,
    person: Person,
    condition: Condition,
    owner: Person,
    due: date,
    reason: str,
    seen: tuple[int, date],
    at: datetime | None = None,
) -> ConditionMove:
    """Give an open condition to another owner or another day, and say why. What the board itself said stays sealed in
    the decision. `seen` are the owner and day that the person saw. Both owners and the secretary's page show it.

    Raises NotAllowed for anybody but secretary and CIO, CannotDecide where nothing moves, there is no reason, the day
    has passed, the owner has left, the condition is met, or somebody else moved it meanwhile.
    """
    if not can_move_condition(person, condition):
        raise NotAllowed("The board's secretary and the CIO move conditions.")
    _check_stands(condition)
    _check_move(condition, owner, due, reason)
    with transaction.atomic():
        rows = Condition.objects.filter(pk=condition.pk, met_at__isnull=True, owner=seen[0], due=seen[1])
        if not rows.update(owner=owner, due=due):
            raise CannotDecide("Somebody else moved or met this condition meanwhile. Look at it again.")
        move = ConditionMove.objects.create(
            condition=condition,
            owner_before_id=seen[0],
            owner_after=owner,
            due_before=seen[1],
            due_after=due,
            reason=reason.strip(),
            person=person,
            at=at or timezone.now(),
        )
        condition.refresh_from_db()
        condition._change_reason = cut(reason.strip(), 100)  # type: ignore[attr-defined]
        condition.save()
        _tell(move)
    return move


def _check_move(condition: Condition, owner: Person, due: date, reason: str) -> None:
    problems = {}
    if not reason.strip():
        problems["reason"] = "Say why: the next meeting reads it."
    if len(reason.strip()) > 500:
        problems["reason"] = "Say it in at most 500 characters."
    if (owner.pk, due) == (condition.owner_id, condition.due):
        problems["due"] = "Choose another day or another person: this is how it is."
    if due != condition.due and due < timezone.localdate():
        problems["due"] = "This day has passed. Choose a later one."
    if owner.pk != condition.owner_id and owner.accountability_problem:
        problems["owner"] = f"{owner.accountability_problem}, and cannot see to it. Name one person who is here."
    if problems:
        raise CannotDecide("Nothing was moved. " + " ".join(problems.values()), problems)


def _tell(move: ConditionMove) -> None:
    condition = move.condition
    url = f"{reverse('board:condition-list')}?whose=mine"
    what = f"{cut(condition.text, 200)} Why: {cut(move.reason, 160)}"
    text = f"A condition of the board is yours, due {day(move.due_after)}: {what}"
    notify(people=[move.owner_after], key=f"condition-moved:{move.pk}", text=text, url=url)
    if move.owner_before_id != move.owner_after_id:
        text = f"A condition of the board is no longer yours, {move.owner_after} sees to it: {what}"
        notify(people=[move.owner_before], key=f"condition-given:{move.pk}", text=text, url=url)
