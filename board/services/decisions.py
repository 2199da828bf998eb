"""Recording what the board decides, and taking it back. A decision is written once and never changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from board.errors import AlreadyDecided, CannotDecide, MeetingNotOpen, NotAllowed
from board.models import AgendaItem, Condition, DecidedRequest, Decision, Meeting
from board.packs.seal import plain, seal_of
from board.permissions import can_close_condition, can_run
from board.selectors.decisions import parties
from board.selectors.items import DECIDABLE, absence, item_facts, members_of
from board.services.notices import reason_for, tell_decision
from board.services.objections import answer_objections, reopen_objections
from board.services.parts import end_parts, take_parts_back, write_parts
from board.services.rulings import Move, Ruling, moves_for
from board.services.sealing import seal_decision
from portfolio.errors import PortfolioError
from portfolio.lifecycle import DECIDED, Status
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
    known = Decision.objects.filter(submission=submission).first()
    if known is not None:
        return known
    now = at or timezone.now()
    with transaction.atomic():
        _keep_open(item.meeting)
        if not _claim(item, expected):
            return _answer_late(item, submission)
        members = _members(item, seen)
        moves = moves_for(ruling, members, timezone.localdate(now))
        decision = _write(person, item, submission, ruling, now)
        write_parts(decision=decision, ruling=ruling, members=members)
        _move(person, decision, moves, ruling)
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


def _keep_open(meeting: Meeting) -> None:
    """Hold the meeting's row, so that nobody closes it before this transaction ends."""
    if not Meeting.objects.filter(pk=meeting.pk, status=Meeting.Status.IN_SESSION).update(version=F("version")):
        raise MeetingNotOpen("The meeting was closed meanwhile and its minutes are frozen. Nothing was recorded.")


def _claim(item: AgendaItem, expected: int) -> bool:
    claimed = AgendaItem.objects.filter(pk=item.pk, version=expected, status=AgendaItem.Status.OPEN).update(
        version=F("version") + 1, status=AgendaItem.Status.DECIDED
    )
    item.refresh_from_db(fields=["version", "status", "question", "advice", "minutes"])
    return bool(claimed)


def _answer_late(item: AgendaItem, submission: str) -> Decision:
    """What to say to who comes second: their own decision when it was the same form, else somebody else's."""
    own = Decision.objects.filter(submission=submission).first()
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
        f"{standing.reason} Nothing was recorded twice, and what you typed is kept below.",
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
    able = [request for request in everything if request.state in DECIDABLE]
    if not able:
        why = " ".join(absence(request) for request in everything)
        raise CannotDecide(f"Nothing was recorded: there is nothing left to decide. {why}".strip())
    if seen is None:
        return able
    gone = [request for request in everything if request.pk in seen and request.state not in DECIDABLE]
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


def _write(person: Person, item: AgendaItem, submission: str, ruling: Ruling, now: datetime) -> Decision:
    fresh = AgendaItem.objects.select_related(
        "request__silo", "request__requester", "request__sponsor", "request__survivor", "family__lead", "family__owner",
        "advised_by",
    ).get(pk=item.pk)  # fmt: skip
    snapshot = plain(item_facts([fresh], person)[item.pk])
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


def _move(person: Person, decision: Decision, moves: Sequence[Move], ruling: Ruling) -> None:
    concerned = [each for move in moves for each in (move.request, move.survivor, move.after) if each is not None]
    for move in moves:
        before = move.request.state
        if before is not move.target:
            try:
                move_request(
                    request=move.request,
                    target=move.target,
                    person=person,
                    why=reason_for(move.request, concerned, decision.reason),
                    at=decision.at,
                    survivor=move.survivor,
                    after=move.after,
                )
            except (PortfolioError, ValidationError) as error:
                raise CannotDecide(f"Nothing was recorded. {_said(error)}") from error
        end_parts(request=move.request, before=before, decision=decision)
        DecidedRequest.objects.create(
            decision=decision,
            request=move.request,
            position=move.position,
            status_before=before.value,
            status_after=move.target.value,
        )


def _said(error: Exception) -> str:
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)


def _told(moves: Sequence[Move], ruling: Ruling) -> list[ProjectRequest]:
    """The requests whose people are told: those that moved, and a survivor that others were merged into."""
    told = {move.request.pk: move.request for move in moves}
    if ruling.kind == Decision.Kind.MERGE and ruling.survivor is not None:
        told.setdefault(ruling.survivor.pk, ruling.survivor)
    return list(told.values())


def take_back(
    *,
    person: Person,
    decision: Decision,
    submission: str,
    reason: str = "",
    at: datetime | None = None,
) -> Decision:
    """Supersede a decision by one that takes it back, while its meeting is not closed: its requests are ready for the
    board again, its item is open, its hold released, its conditions void, its family as it was. The same
    `submission` does it once.

    Raises NotAllowed, MeetingNotOpen, AlreadyDecided when it was superseded already, and CannotDecide when one of its
    requests has moved on since.
    """
    check_session(person=person, meeting=decision.item.meeting)
    known = Decision.objects.filter(submission=submission).first()
    if known is not None:
        return known
    now = at or timezone.now()
    with transaction.atomic():
        _keep_open(decision.item.meeting)
        item = decision.item
        claimed = AgendaItem.objects.filter(pk=item.pk, status=AgendaItem.Status.DECIDED, version=item.version)
        superseded = Decision.objects.filter(supersedes=decision).exists()
        if superseded or not claimed.update(version=F("version") + 1, status=AgendaItem.Status.OPEN):
            raise AlreadyDecided("Somebody else took this decision back or changed it. Nothing was done twice.", None)
        back = _write_back(person, decision, submission, reason.strip(), now)
        _move_back(person, decision, back)
        take_parts_back(decision=decision, person=person, at=now)
        tell_decision(decision=back, requests=[row.request for row in back.requests.select_related("request")])
        reopen_objections(decision=decision)
        seal_decision(decision=back)
    return back


def _write_back(person: Person, decision: Decision, submission: str, reason: str, now: datetime) -> Decision:
    snapshot = {"takes_back": decision.pk, "snapshot_hash": decision.snapshot_hash}
    back = Decision(
        item=decision.item,
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
        if request.status != row.status_after:
            raise CannotDecide(
                f"The decision stands: {request.reference} has moved on and is now "
                f"{request.get_status_display().lower()}."
            )
        # A decision may leave a request as it was: then there is nothing to undo.
        if request.state in DECIDED:
            try:
                why = reason_for(request, concerned, back.reason)
                move_request(request=request, target=Status.READY, person=person, why=why, at=back.at)
            except (PortfolioError, ValidationError) as error:
                raise CannotDecide(f"The decision stands. {_said(error)}") from error
        DecidedRequest.objects.create(
            decision=back,
            request=request,
            position=row.position,
            status_before=row.status_after,
            status_after=request.status,
        )


def close_condition(*, person: Person, condition: Condition, note: str, at: datetime | None = None) -> Condition:
    """Say that a condition is met, and how one can see it. A second time changes nothing. Raises NotAllowed,
    CannotDecide without a note or when its decision was taken back."""
    if not can_close_condition(person, condition):
        raise NotAllowed(f"{condition.owner} sees to this condition, or the board's secretary.")
    if not note.strip():
        raise CannotDecide("Say how one can see that it is met.", {"note": "Say how one can see that it is met."})
    if Decision.objects.filter(supersedes=condition.decision_id).exists():
        raise CannotDecide("The decision was taken back, so its conditions are void. Nothing was changed.")
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
