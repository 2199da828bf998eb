"""Taking a decision back: in its own meeting while that is open, or by the board in a later one. Whole: the requests
are where they were, and what the decision had ended runs on."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from board.errors import AlreadyDecided, CannotDecide, MeetingNotOpen
from board.models import AgendaItem, DecidedRequest, Decision, ItemRequest, Meeting
from board.packs.seal import seal_of
from board.packs.words import cut
from board.selectors.decisions.decisions import parties
from board.services.decisions.decisions import check_session, keep_open, said, sent_before
from board.services.decisions.following import unfollow
from board.services.decisions.notices import reason_for, tell_decision
from board.services.decisions.objections import reopen_objections
from board.services.decisions.orders import goes_after, is_put_elsewhere, was_put_behind
from board.services.decisions.parts import take_parts_back
from board.services.decisions.sealing import seal_decision
from portfolio.errors import PortfolioError
from portfolio.lifecycle import Status, step_between
from portfolio.models import Person, ProjectRequest
from portfolio.services.requests import move_request


def take_back(
    *,
    person: Person,
    decision: Decision,
    submission: str,
    reason: str = "",
    session: Meeting | None = None,
    at: datetime | None = None,
) -> Decision:
    """Supersede a decision by one that takes it back: its requests are where they were before, holds and deferrals that
    it had ended run on, its own hold is released, its conditions void, its family and the followers of a survivor as
    they were, what it had answered is open again. The same `submission` does it once.

    While its meeting is not closed, its item is open again. After that `session` is the later meeting, in session, in
    which the board undoes it: that needs a reason and stands in that meeting's minutes.
    Raises NotAllowed, MeetingNotOpen, AlreadyDecided when it was superseded already, and CannotDecide when one of its
    requests has moved on since, it is itself a taking back, or a later session gives no reason.
    """
    where = session or decision.item.meeting
    check_session(person=person, meeting=where)
    known = sent_before(submission, supersedes=decision)
    if known is not None:
        return known
    if decision.kind == Decision.Kind.REOPEN:
        raise CannotDecide("This took a decision back. Put its requests on an agenda to decide over them again.")
    later = where.pk != decision.item.meeting_id
    if later and not reason.strip():
        raise CannotDecide("Say why the board undoes it.", {"reason": "Say why the board undoes it."})
    now = at or timezone.now()
    with transaction.atomic():
        keep_open(where)
        _claim(decision, later)
        item = _item_in(where, decision) if later else decision.item
        back = _write_back(person, decision, item, submission, reason.strip(), now)
        _move_back(person, decision, back)
        unfollow(decision=decision)
        take_parts_back(decision=decision, person=person, at=now)
        tell_decision(decision=back, requests=[row.request for row in back.requests.select_related("request")])
        reopen_objections(decision=decision)
        seal_decision(decision=back)
    return back


def _claim(decision: Decision, later: bool) -> None:
    """Of two who take it back one succeeds. The item is open again, unless its meeting is over."""
    item = decision.item
    if later and item.meeting.status != Meeting.Status.CLOSED:
        raise MeetingNotOpen("Its own meeting is not over. Take it back there.")
    rows = AgendaItem.objects.filter(pk=item.pk, status=AgendaItem.Status.DECIDED, version=item.version)
    status = AgendaItem.Status.DECIDED if later else AgendaItem.Status.OPEN
    superseded = Decision.objects.filter(supersedes=decision).exists()
    if superseded or not rows.update(version=F("version") + 1, status=status):
        raise AlreadyDecided("Somebody else took this decision back or changed it. Nothing was done twice.", None)


def _item_in(meeting: Meeting, decision: Decision) -> AgendaItem:
    """The item of the later meeting under which its minutes say that the decision was undone."""
    last = AgendaItem.objects.filter(meeting=meeting).aggregate(last=Max("position"))["last"] or 0
    item = AgendaItem(
        meeting=meeting,
        position=last + 1,
        kind=AgendaItem.Kind.GROUP,
        title=cut(f"Undo “{decision.get_kind_display()}” over {decision.item.subject}", 300),
        question=cut(f"Should “{decision.get_kind_display()}” over {decision.item.subject} be undone?", 300),
        minutes=1,
        status=AgendaItem.Status.DECIDED,
        placed_by_hand=True,
    )
    item.full_clean()
    item.save()
    rows = decision.requests.select_related("request").order_by("position", "id")
    ItemRequest.objects.bulk_create(
        [ItemRequest(item=item, request=row.request, position=place) for place, row in enumerate(rows, start=1)]
    )
    return item


def _write_back(
    person: Person, decision: Decision, item: AgendaItem, submission: str, reason: str, now: datetime
) -> Decision:
    snapshot = {"takes_back": decision.pk, "snapshot_hash": decision.snapshot_hash}
    back = Decision(
        item=item,
        kind=Decision.Kind.REOPEN,
        reason=reason or "Recorded by mistake; taken back in the meeting.",
        recorded_by=person,
        at=now,
        submission=submission,
        snapshot=snapshot,
        snapshot_hash=seal_of(snapshot),
        supersedes=decision,
    )
    back.full_clean()
    back.save()
    return back


def _move_back(person: Person, decision: Decision, back: Decision) -> None:
    concerned = parties(decision)
    # The last in an order first: nothing is left waiting for a request that is no longer approved.
    for row in decision.requests.select_related("request__silo").order_by("-position", "id"):
        request = row.request
        _check_last(request, decision)
        if request.status != row.status_after:
            raise CannotDecide(
                f"The decision stands: {request.reference} has moved on and is now "
                f"{request.get_status_display().lower()}."
            )
        try:
            why = reason_for(request, concerned, back.reason)
            for target, after in _way_back(request, Status(row.status_before), decision):
                move_request(request=request, target=target, person=person, why=why, at=back.at, after=after)
        except (PortfolioError, ValidationError) as error:
            raise CannotDecide(f"The decision stands. {said(error)}") from error
        ahead = goes_after(request) if request.state is Status.SEQUENCED else []
        undone = DecidedRequest.objects.create(
            decision=back,
            request=request,
            position=row.position,
            after=ahead[-1] if ahead else None,
            status_before=row.status_after,
            status_after=request.status,
        )
        undone.also_after.set(ahead[:-1])


def _check_last(request: ProjectRequest, decision: Decision) -> None:
    """What the board said of it since stands: that is undone first."""
    later = DecidedRequest.objects.filter(request=request, decision_id__gt=decision.pk)
    later = later.filter(decision__superseded_by__isnull=True).exclude(decision__kind=Decision.Kind.REOPEN)
    if later.exists():
        raise CannotDecide(
            f"The decision stands: the board has decided over {request.reference} again since. Undo that one first."
        )


def _way_back(
    request: ProjectRequest, before: Status, decision: Decision
) -> list[tuple[Status, Sequence[ProjectRequest]]]:
    """The steps to where it was before, with what it goes after there; none where the decision left it there. Where it
    is not known any more what it waited for, it waits for the board."""
    ahead = was_put_behind(request, decision) if before is Status.SEQUENCED else []
    if request.state is before and not (ahead and is_put_elsewhere(request, ahead)):
        return []
    if before is Status.SEQUENCED and not ahead:
        return [(Status.READY, ())]
    straight = request.state is not before and step_between(request.state, before)
    return [(before, ahead)] if straight else [(Status.READY, ()), (before, ahead)]
