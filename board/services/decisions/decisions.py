"""Recording what the board decides. A decision is never changed; services.decisions.undoing takes it back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from board.errors import AlreadyDecided, CannotDecide, MeetingNotOpen, NotAllowed
from board.models import AgendaItem, DecidedRequest, Decision, Meeting
from board.packs.seal import plain, seal_of
from board.permissions import can_run
from board.selectors.decisions.material import YES, material_of
from board.selectors.meetings.items import absence, item_facts, members_of
from board.services.decisions.following import follow
from board.services.decisions.notices import reason_for, tell_decision
from board.services.decisions.objections import answer_objections
from board.services.decisions.orders import is_put_elsewhere
from board.services.decisions.parts import end_parts, write_parts
from board.services.decisions.rulings import Move, Ruling, moves_for
from board.services.decisions.sealing import hold_chain, seal_decision
from board.services.decisions.voting import check_carried, write_ballot
from board.services.meetings.presence import check_quorum, write_asides
from portfolio.errors import PortfolioError
from portfolio.lifecycle import COMMITTED, Status
from portfolio.models import Person, ProjectRequest
from portfolio.services.requests import move_request


def record_decision(
    *,
    person: Person,
    item: AgendaItem,
    expected: int,
    submission: str,
    ruling: Ruling,
    seen: Mapping[int, int] | None = None,
    at: datetime | None = None,
) -> Decision:
    """Record a decision over all requests of the item that can be decided over, in one transaction: seal what the board
    saw, move the requests, tell their people.

    `expected` is the item's version that the person saw, `submission` their form's own token: the same form sent twice
    decides once and returns the same decision. `seen` are the versions of the requests on the page, by id.
    Raises NotAllowed, MeetingNotOpen, CannotDecide, and AlreadyDecided when somebody else was quicker.
    """
    check_session(person=person, meeting=item.meeting)
    if item.is_own:
        raise CannotDecide("There is nothing to approve in what is the board's own: write down what was resolved.")
    known = sent_before(submission, item=item, kind=ruling.kind)
    if known is not None:
        return known
    now = at or timezone.now()
    with transaction.atomic():
        keep_open(item.meeting)
        if not _claim(item, expected):
            return _answer_late(item, submission, ruling)
        check_quorum(meeting=item.meeting, item=item)
        hold_chain()
        _read_again(ruling)
        members = _members(item, seen)
        write_asides(item=item, at=now)
        moves = moves_for(ruling, members, timezone.localdate(now))
        count = check_carried(person=person, item=item, ruling=ruling)
        decision = _write(person, item, submission, ruling, members, now)
        write_parts(decision=decision, ruling=ruling, members=members)
        write_ballot(decision=decision, count=count, ruling=ruling)
        _move(person, decision, moves, ruling)
        follow(decision=decision)
        tell_decision(decision=decision, requests=_told(moves, ruling))
        answer_objections(decision=decision)
        seal_decision(decision=decision)
    return decision


def check_session(*, person: Person, meeting: Meeting) -> None:
    """Raises NotAllowed where the person does not run the meeting, MeetingNotOpen when it is not in session."""
    if not can_run(person, meeting):
        raise NotAllowed("Decisions are recorded by the board's secretary or the chair.")
    status = Meeting.objects.values_list("status", flat=True).get(pk=meeting.pk)
    if status == Meeting.Status.PLANNED:
        raise MeetingNotOpen("The meeting has not started. Start it, then record the decision; what you typed is kept.")
    if status == Meeting.Status.CLOSED:
        raise MeetingNotOpen("The meeting is closed and its minutes are frozen. Nothing was recorded.")
    if status == Meeting.Status.CANCELLED:
        raise MeetingNotOpen("The meeting was cancelled. Nothing was recorded.")


def keep_open(meeting: Meeting) -> None:
    """Hold the meeting's row, so that nobody closes it before this transaction ends."""
    if not Meeting.objects.filter(pk=meeting.pk, status=Meeting.Status.IN_SESSION).update(version=F("version")):
        raise MeetingNotOpen("The meeting was closed meanwhile and its minutes are frozen. Nothing was recorded.")


def _read_again(ruling: Ruling) -> None:
    """The state, as it is now, of requests that are named and not on the table: another meeting may have decided over
    one since the form was read. Their version stays: what was changed meanwhile is found by it."""
    named = [ruling.survivor, *ruling.after, ruling.family.partner if ruling.family else None]
    for request in named:
        if request is not None:
            request.refresh_from_db(fields=["status", "survivor"])


def _claim(item: AgendaItem, expected: int) -> bool:
    claimed = AgendaItem.objects.filter(pk=item.pk, version=expected, status=AgendaItem.Status.OPEN).update(
        version=F("version") + 1, status=AgendaItem.Status.DECIDED
    )
    item.refresh_from_db(fields=["version", "status", "question", "advice", "minutes"])
    return bool(claimed)


def sent_before(submission: str, **about: object) -> Decision | None:
    """What the same form recorded already. Raises CannotDecide where its token recorded something else: whoever sends
    it must not believe that this was recorded too."""
    known = Decision.objects.filter(submission=submission).first()
    if known is not None and not Decision.objects.filter(pk=known.pk, **about).exists():
        raise CannotDecide("Nothing was recorded: this form's token recorded another decision already. Send a new one.")
    return known


def _answer_late(item: AgendaItem, submission: str, ruling: Ruling) -> Decision:
    """What to say to who comes second: their own decision when it was the same form, else somebody else's."""
    own = sent_before(submission, item=item, kind=ruling.kind)
    if own is not None:
        return own
    standing = latest_decision(item)
    if item.status == AgendaItem.Status.DECIDED and standing is not None:
        raise already_decided(standing)
    raise AlreadyDecided(
        "Somebody else changed this item while you had it open. What you typed is kept: look at what is new, then "
        "record the decision again.",
        None,
    )


def already_decided(standing: Decision) -> AlreadyDecided:
    """What to say to who comes second."""
    when = timezone.localtime(standing.at)
    return AlreadyDecided(
        f"{standing.recorded_by} recorded “{standing.get_kind_display()}” for this item at {when:%H:%M}, because: "
        f"{standing.reason} Nothing was recorded twice.",
        standing,
    )


def latest_decision(item: AgendaItem) -> Decision | None:
    """The item's last decision, a taking back among them; None when it never had one."""
    rows = Decision.objects.filter(item=item, superseded_by__isnull=True).select_related("recorded_by")
    return rows.order_by("-id").first()


def _members(item: AgendaItem, seen: Mapping[int, int] | None) -> list[ProjectRequest]:
    """The item's requests that can be decided over now. Raises CannotDecide when they are not those that were seen."""
    rows = members_of([AgendaItem.objects.select_related("request__silo", "family__lead").get(pk=item.pk)])
    everything = rows.requests[item.pk]
    able = [request for request in everything if not absence(request, review=item.review)]
    if not able:
        why = " ".join(absence(request) for request in everything)
        raise CannotDecide(f"Nothing was recorded: there is nothing left to decide. {why}".strip())
    if seen is None:
        return able
    gone = [request for request in everything if request.pk in seen and request not in able]
    if gone:
        why = " ".join(absence(request) for request in gone)
        raise CannotDecide(f"Nothing was recorded, because meanwhile {why} Look at what is left, then record it again.")
    changed = [request.reference for request in able if seen.get(request.pk) != request.version]
    if changed or len(seen) != len(able):
        names = ", ".join(changed) or "The family"
        raise CannotDecide(
            f"Nothing was recorded: {names} changed while the board had this page open. Read what is new, then record "
            "it again; what you typed is kept."
        )
    return able


def _write(
    person: Person,
    item: AgendaItem,
    submission: str,
    ruling: Ruling,
    members: Sequence[ProjectRequest],
    now: datetime,
) -> Decision:
    fresh = AgendaItem.objects.select_related(
        "request__silo", "request__requester", "request__sponsor", "request__survivor", "family__lead", "family__owner",
        "advised_by",
    ).get(pk=item.pk)  # fmt: skip
    snapshot = plain(item_facts([fresh], person)[item.pk]) | {"material": _material(members, ruling)}
    decision = Decision(
        item=item,
        kind=ruling.kind,
        reason=ruling.reason.strip(),
        recorded_by=person,
        at=now,
        survivor=ruling.survivor if ruling.kind == Decision.Kind.MERGE else None,
        submission=submission,
        snapshot=snapshot,
        snapshot_hash=seal_of(snapshot),
        supersedes=latest_decision(item),
    )
    decision.full_clean()
    decision.save()
    return decision


def _material(members: Sequence[ProjectRequest], ruling: Ruling) -> Any:
    """What is material of the requests and, of a merge, of the survivor, by id as text."""
    known = {request.pk: request for request in [*members, *([ruling.survivor] if ruling.survivor else [])]}
    return plain(material_of(known.values()))


def _move(person: Person, decision: Decision, moves: Sequence[Move], ruling: Ruling) -> None:
    concerned = [each for move in moves for each in (move.request, move.survivor, *move.after) if each is not None]
    for move in moves:
        before, target = move.request.state, _target(move)
        if before is Status.MERGED:
            # What it was merged into is gone. Undone, this decision leaves it before the board, not merged into that.
            _bring_back(move.request, person, decision, concerned)
            before = move.request.state
        if before is not target or (target is Status.SEQUENCED and is_put_elsewhere(move.request, move.after)):
            try:
                _bring_back(move.request, person, decision, concerned)
                move_request(
                    request=move.request,
                    target=target,
                    person=person,
                    why=reason_for(move.request, concerned, decision.reason),
                    at=decision.at,
                    survivor=move.survivor,
                    after=move.after,
                )
            except (PortfolioError, ValidationError) as error:
                raise CannotDecide(f"Nothing was recorded. {said(error)}") from error
        end_parts(request=move.request, before=before, decision=decision)
        row = DecidedRequest.objects.create(
            decision=decision,
            request=move.request,
            position=move.position,
            after=move.after[-1] if move.after else None,
            status_before=before.value,
            status_after=target.value,
        )
        row.also_after.set(move.after[:-1])


def _target(move: Move) -> Status:
    """Where the request goes: delivery that has begun goes on when the board, looking again, says yes."""
    goes_on = move.request.state is Status.IN_DELIVERY and move.target.value in YES
    return Status.IN_DELIVERY if goes_on else move.target


def _bring_back(
    request: ProjectRequest, person: Person, decision: Decision, concerned: Sequence[ProjectRequest]
) -> None:
    """What was approved or merged, and is looked at again, comes back to the board before it goes elsewhere."""
    if request.state in COMMITTED or request.state is Status.MERGED:
        why = reason_for(request, concerned, decision.reason)
        move_request(request=request, target=Status.READY, person=person, why=why, at=decision.at)


def said(error: Exception) -> str:
    """What an error says, in one line."""
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)


def _told(moves: Sequence[Move], ruling: Ruling) -> list[ProjectRequest]:
    """The requests whose people are told: those that moved, and a survivor that others were merged into."""
    told = {move.request.pk: move.request for move in moves}
    if ruling.kind == Decision.Kind.MERGE and ruling.survivor is not None:
        told.setdefault(ruling.survivor.pk, ruling.survivor)
    return list(told.values())
