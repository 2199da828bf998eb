"""Opening what the board approved for a change, and closing it again. What the change means for the approval is the
board's to say: board.services.decisions.changes."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from portfolio.errors import NotAllowed, StepNotPossible
from portfolio.lifecycle import COMMITTED, LABELS
from portfolio.models import Person, ProjectRequest
from portfolio.permissions import can_open_for_change
from portfolio.services.requests import claim_version
from portfolio.services.steps import tell_watchers

MOST_REASON = 500


def open_for_change(
    *, request: ProjectRequest, person: Person, reason: str, at: datetime | None = None
) -> ProjectRequest:
    """Let the department and the architects edit what was approved, until the change is finished. Opened twice, it
    stays open as it is. Its followers are told. Raises NotAllowed, StepNotPossible without a reason
    or for one longer than MOST_REASON characters, StaleVersion."""
    if request.state not in COMMITTED:
        state = LABELS[request.state].lower()
        raise StepNotPossible(f"{request.reference} is {state}: there is no approval that a change would touch.")
    if not can_open_for_change(person, request):
        raise NotAllowed(f"{request.reference} is not yours to change.")
    if request.changing_since:
        return request
    why = reason.strip()
    if not why:
        raise StepNotPossible("Say what has to change, and why: the board reads it.")
    if len(why) > MOST_REASON:
        raise StepNotPossible(f"Say it in at most {MOST_REASON} characters: it has {len(why):,}. Nothing was changed.")
    with transaction.atomic():
        claim_version(request=request)
        request.changing_since, request.change_reason = at or timezone.now(), why
        request.save(update_fields=["changing_since", "change_reason", "updated_at"])
        tell_watchers(
            request=request,
            actor=person,
            key=f"change:{request.pk}:{request.version}",
            text=f"{person} changes {request.reference}, which the board approved: {request.change_reason[:300]}",
        )
    return request


def close_change(*, request: ProjectRequest) -> ProjectRequest:
    """End the change: nobody edits the request any more. Call it in the transaction that says what follows."""
    claim_version(request=request)
    request.changing_since, request.change_reason = None, ""
    request.save(update_fields=["changing_since", "change_reason", "updated_at"])
    return request
