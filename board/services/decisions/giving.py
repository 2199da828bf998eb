"""The question of a hold is given to somebody else. Its words and its day stay the board's."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from board.errors import CannotDecide, NotAllowed
from board.models import Decision, Hold, HoldMove
from board.packs.words import cut, day
from board.permissions import can_give_hold
from portfolio.models import Person
from portfolio.services.notifications import notify


def give_hold(
    *, person: Person, hold: Hold, owner: Person, reason: str, seen: int, at: datetime | None = None
) -> HoldMove:
    """Give the question of a hold that runs to somebody who is here, and say why. Whom the board asked stays sealed in
    the decision. `seen` is the owner that the person saw. Both owners are told.

    Raises NotAllowed for anybody but secretary and CIO, CannotDecide where it stays with its owner, there is no reason,
    the new owner has left, the hold has ended, or somebody else gave it on meanwhile.
    """
    if not can_give_hold(person, hold):
        raise NotAllowed("The board's secretary and the CIO give a hold to somebody else.")
    _check(hold, owner, reason)
    with transaction.atomic():
        rows = Hold.objects.filter(pk=hold.pk, released_at__isnull=True, owner=seen)
        if not rows.update(owner=owner):
            raise CannotDecide("The hold has ended or was given to somebody else meanwhile. Look at it again.")
        move = HoldMove.objects.create(
            hold=hold,
            owner_before_id=seen,
            owner_after=owner,
            reason=reason.strip(),
            person=person,
            at=at or timezone.now(),
        )
        hold.refresh_from_db()
        hold._change_reason = cut(reason.strip(), 100)  # type: ignore[attr-defined]
        hold.save()
        _tell(move)
    return move


def _check(hold: Hold, owner: Person, reason: str) -> None:
    if hold.released_at is not None or Decision.objects.filter(supersedes=hold.decision_id).exists():
        raise CannotDecide("The hold has ended, so there is nothing to answer any more. Nothing was changed.")
    problems = {}
    if not reason.strip():
        problems["reason"] = "Say why: the next meeting reads it."
    if len(reason.strip()) > 500:
        problems["reason"] = "Say it in at most 500 characters."
    if owner.pk == hold.owner_id:
        problems["owner"] = "Choose another person: this is who answers it now."
    elif owner.accountability_problem:
        problems["owner"] = f"{owner.accountability_problem}, and cannot answer it. Name one person who is here."
    if problems:
        raise CannotDecide("Nothing was changed. " + " ".join(problems.values()), problems)


def _tell(move: HoldMove) -> None:
    hold, url = move.hold, f"{reverse('board:condition-list')}#holds"
    what = f"{cut(hold.condition, 200)} Why: {cut(move.reason, 160)}"
    text = f"You answer the question of a hold by {day(hold.expires_on)}: {what}"
    notify(people=[move.owner_after], key=f"hold-given:{move.pk}", text=text, url=url)
    text = f"The question of a hold is no longer yours, {move.owner_after} answers it: {what}"
    notify(people=[move.owner_before], key=f"hold-taken:{move.pk}", text=text, url=url)
