"""What a change of an approved request means: nothing, another look, or that its approval is void; and the next agenda.

The request is compared with what the board saw (the decision's frozen snapshot), field by field, by the table of
board.material.limits.
"""

import dataclasses
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from board.errors import CannotDecide, NotAllowed
from board.material.compare import Difference, Verdict
from board.models import AgendaItem, DecidedRequest, Decision, LaterChange
from board.packs.words import cut, day, quoted
from board.selectors.decisions.changes import asked_for, open_changes, summary_of
from board.selectors.decisions.material import approvals_of, differences_from
from board.selectors.meetings.meetings import next_meeting, next_meeting_of, secretaries
from board.services.decisions.notices import tell_return
from board.services.meetings.agenda import place_item
from customers.words import isolated
from portfolio.errors import PortfolioError
from portfolio.lifecycle import COMMITTED, Status
from portfolio.models import Person, ProjectRequest
from portfolio.permissions import can_open_for_change
from portfolio.services.changing import close_change
from portfolio.services.requests import move_request

logger = logging.getLogger(__name__)
#: The sweep looks at requests that changed in so many days; what is open for a change is left alone for so many.
SWEPT = timedelta(days=3)
FORGOTTEN = timedelta(days=14)


def finish_change(*, request: ProjectRequest, person: Person, at: datetime | None = None) -> LaterChange | None:
    """End the change of an approved request, and act on what is different now. Returns what asks for the board, None
    when nothing does. Raises NotAllowed, CannotDecide when it is not open for a change, StaleVersion."""
    if not can_open_for_change(person, request):
        raise NotAllowed(f"{request.reference} is not yours to change.")
    if request.changing_since is None:
        raise CannotDecide(f"{request.reference} is not open for a change any more. Nothing was done twice.")
    return _finish(request, person, at or timezone.now())


def _finish(request: ProjectRequest, person: Person | None, now: datetime) -> LaterChange | None:
    with transaction.atomic():
        reason = request.change_reason
        close_change(request=request)
        return _settle(request, person, reason, now)


def sweep_changes(*, now: datetime | None = None) -> int:
    """Act on changes that came another way than by opening a request (imports, merged registers, the administration),
    and finish changes that somebody left open for two weeks. Returns how many ask for the board now. Running it twice
    does it once."""
    now = now or timezone.now()
    # Only what the board has decided can differ from it: work that came as running, by the thousand, is not looked at.
    decided = DecidedRequest.objects.filter(request=OuterRef("pk"))
    rows = ProjectRequest.objects.filter(Exists(decided), status__in=[state.value for state in COMMITTED])
    recent = rows.filter(changing_since__isnull=True, updated_at__gte=now - SWEPT).order_by("id")
    found = 0
    for request in [*recent, *rows.filter(changing_since__lt=now - FORGOTTEN).order_by("id")]:
        try:
            with transaction.atomic():
                before = _open_change(request)
                change = _finish(request, None, now) if request.changing_since else _settle(request, None, "", now)
                found += change is not None and change != before
        except PortfolioError as error:
            logger.warning("The change of %s waits for the next run: %s", request.reference, error)
    return found


def _open_change(request: ProjectRequest) -> LaterChange | None:
    return LaterChange.objects.filter(request=request, answered_by__isnull=True, put_back_at__isnull=True).first()


def _settle(request: ProjectRequest, person: Person | None, reason: str, now: datetime) -> LaterChange | None:
    """Compare, and act. Within a transaction."""
    change = _open_change(request)
    decision = change.decision if change else approvals_of([request]).get(request.pk)
    if decision is None or (change is not None and change.version == request.version):
        return change
    differences = differences_from(decision, [request])[request.pk]
    verdict = asked_for(request, differences)
    if verdict is Verdict.NONE:
        _put_back(change, request, now)
        return None
    is_new = change is None
    change = _write(change or LaterChange(decision=decision, request=request), verdict, differences)
    if is_new or reason:
        change.person, change.reason, change.at = person, reason, now
    change.version = request.version
    change.full_clean()
    change.save()
    if verdict is Verdict.VOID and request.state is not Status.READY:
        when = day(timezone.localdate(decision.at))
        why = f"It is no longer what the board approved on {when}: {summary_of(change)}."
        move_request(request=request, target=Status.READY, person=None, why=why, at=now)
    change.item = _put_on_agenda(change)
    change.save()
    _tell(change)
    return change


def _write(change: LaterChange, verdict: Verdict, differences: Sequence[Difference]) -> LaterChange:
    change.verdict = LaterChange.Verdict(verdict.value)
    change.differences = [dataclasses.asdict(each) for each in differences]
    return change


def _put_back(change: LaterChange | None, request: ProjectRequest, now: datetime) -> None:
    """What asked for another look is again as it was approved."""
    if change is not None and request.state in COMMITTED:
        change.put_back_at = now
        change.save()


def _put_on_agenda(change: LaterChange) -> AgendaItem | None:
    """The item on the next planned meeting that asks about it; None where none is planned, or the request is on an
    agenda already: then it waits there, and the agenda finds it among the changes."""
    if next_meeting_of(change.request) is not None:
        return change.item
    meeting = next_meeting(planned=True)
    if meeting is None:
        return None
    return place_item(
        meeting=meeting,
        request=change.request,
        question=question_for(change),
        why=cut(f"It was changed after the approval: {summary_of(change)}.", 500),
        review=change.verdict == LaterChange.Verdict.LOOK,
    )


def question_for(change: LaterChange) -> str:
    """What the board is asked about it, in one sentence."""
    request = change.request
    if change.verdict == LaterChange.Verdict.VOID:
        start = cut(f"It was changed after the approval ({summary_of(change)})", 130)
        return cut(
            f"{start}: should {request.silo.name} still go ahead with {quoted(isolated(cut(request.title, 100)))}?", 300
        )
    start = f"{quoted(isolated(cut(request.title, 120)))} was changed after the approval ({summary_of(change)})"
    return cut(f"{cut(start, 260)}: does the approval hold?", 300)


def _tell(change: LaterChange) -> None:
    when = day(timezone.localdate(change.decision.at))
    if change.verdict == LaterChange.Verdict.VOID:
        why = f"It was changed, and what the board approved on {when} is void: {summary_of(change)}."
    else:
        why = f"It was changed, and the board looks again at what it approved on {when}: {summary_of(change)}."
    key = f"later-change:{change.pk}:{change.verdict}:{change.version}"
    tell_return(request=change.request, people=secretaries(), key=key, why=why)


def answer_changes(*, decision: Decision) -> None:
    """The board decided over these requests again: their changes are answered. Call it in the decision's transaction,
    after it moved the requests."""
    mine = decision.requests.order_by().values("request_id")
    for change in open_changes().filter(request__in=mine):
        change.answered_by = decision
        change.save()


def reopen_changes(*, decision: Decision) -> None:
    """What the decision answered waits again, because it is taken back."""
    for change in LaterChange.objects.filter(answered_by=decision).order_by("id"):
        change.answered_by = None
        change.save()
