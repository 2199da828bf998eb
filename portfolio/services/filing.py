"""Filing a request: drafts that save themselves, and the moment when one is filed."""

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from portfolio.drafts import TRASH_DAYS, missing_fields, parked
from portfolio.errors import NotAllowed, NotComplete, StaleVersion, StepNotPossible
from portfolio.lifecycle import LABELS, LIVE, Status
from portfolio.models import Person, ProjectRequest, Silo, Watch
from portfolio.permissions import can_edit, can_file_for
from portfolio.services.marks import mark_for_scan
from portfolio.services.merging import Entry, Merge, merge
from portfolio.services.requests import claim_version, move_request, next_reference

_TRIES = 5
_BACKWARDS = "The go-live lies before the start. Choose a later one, or start earlier."


def create_draft(*, person: Person, silo: Silo, token: str) -> ProjectRequest:
    """The draft that the opened page `token` makes: the first call creates it, every later one finds it again.

    Raises NotAllowed where the person may not file for the silo.
    """
    if not can_file_for(person, silo.pk):
        raise NotAllowed(f"You may not file requests for {silo}. Its head, an architect or an administrator can.")
    if found := draft_of_page(person=person, token=token):
        return found
    try:
        with transaction.atomic():
            draft = ProjectRequest(
                reference=next_reference(year=timezone.localdate().year),
                silo=silo,
                requester=person,
                client_token=_own_token(person, token),
            )
            # A draft's history begins when it is filed: it saves itself with every second word.
            draft.skip_history_when_saving = True  # type: ignore[attr-defined]
            draft.save()
            del draft.skip_history_when_saving  # type: ignore[attr-defined]
        return draft
    except IntegrityError:
        # The same page was quicker with its other save.
        return ProjectRequest.objects.select_related("silo").get(client_token=_own_token(person, token))


def draft_of_page(*, person: Person, token: str) -> ProjectRequest | None:
    """The request that this opened page of this person made, if it did."""
    return ProjectRequest.objects.filter(client_token=_own_token(person, token)).select_related("silo").first()


def _own_token(person: Person, token: str) -> str:
    """The page's token mixed with who opened it, so that a token of somebody else is no way to their draft."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{person.pk}:{token}"))


def save_step(
    *, request: ProjectRequest, person: Person, entries: Mapping[str, Entry], page: str
) -> tuple[ProjectRequest, Merge]:
    """Store what one page holds of some fields. Returns the request as it stands now, and what could not be stored.

    Fields changed only here are saved; those changed here and elsewhere become conflicts that keep both. A draft also
    keeps what is not valid yet; a filed request refuses it. Raises NotAllowed, NotComplete (filed requests),
    StaleVersion only when others write faster than we can follow.
    """
    for attempt in range(_TRIES):
        try:
            with transaction.atomic():
                return _save_once(pk=request.pk, person=person, entries=entries, page=page)
        except StaleVersion:
            if attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _save_once(*, pk: int, person: Person, entries: Mapping[str, Entry], page: str) -> tuple[ProjectRequest, Merge]:
    request = ProjectRequest.objects.select_related("silo", "requester").get(pk=pk)
    if not can_edit(person, request):
        raise NotAllowed(_why_not_editable(request))
    before = {name: getattr(request, name) for name in entries}
    typed = request.typed
    draft = request.state is Status.DRAFT
    result = merge(request=request, entries=entries, page=page)
    if "silo" in result.saved and not can_file_for(person, request.silo_id):
        raise NotAllowed(f"You may not file requests for {request.silo}.")
    _keep_dates_in_order(request, result, before, entries)
    if not draft:
        if result.problems:
            raise NotComplete("Some of it cannot be saved as it is.", result.problems)
        request.typed = typed
        if missing := missing_fields(request):
            raise NotComplete("A filed request cannot lose what it needs.", missing)
    result.saved = [name for name in result.saved if getattr(request, name) != before[name]]
    if not result.saved and request.typed == typed:
        return request, result
    request.clean_fields(exclude=None if not draft else {"title"})
    _write(request, result.saved, draft)
    return request, result


def _write(request: ProjectRequest, saved: list[str], draft: bool) -> None:
    claim_version(request=request)
    if draft:
        request.skip_history_when_saving = True  # type: ignore[attr-defined]
    request.save(update_fields=[*saved, "typed", "updated_at"])
    if draft:
        del request.skip_history_when_saving  # type: ignore[attr-defined]
    if request.state in LIVE:
        mark_for_scan(request=request)


def _why_not_editable(request: ProjectRequest) -> str:
    if request.discarded_at:
        return f"{request.reference} was thrown away meanwhile. Bring it back from the trash, then go on."
    return (
        f"{request.reference} is {LABELS[request.state].lower()} now and not yours to change. "
        "Copy what you typed before you leave this page."
    )


def _keep_dates_in_order(
    request: ProjectRequest, result: Merge, before: dict[str, Any], entries: Mapping[str, Entry]
) -> None:
    """Two pages may each enter a fair date that do not go together: what is new waits as typed, what was fits."""
    if not request.wanted_start or not request.wanted_go_live or request.wanted_go_live >= request.wanted_start:
        return
    for name in ("wanted_go_live", "wanted_start"):
        if name in result.saved:
            result.saved.remove(name)
            setattr(request, name, before[name])
            result.problems[name] = _BACKWARDS
            values = {**parked(request), name: {"raw": entries[name].raw, "problem": _BACKWARDS}}
            request.typed = {**request.typed, "values": values}


def submit_request(*, request: ProjectRequest, person: Person) -> ProjectRequest:
    """File a draft: its requester and sponsor follow it from now on, it is marked for scanning, the step is recorded.

    Raises NotComplete with what is missing, StepNotPossible when it is filed already, NotAllowed, StaleVersion.
    """
    if missing := missing_fields(request):
        raise NotComplete(f"{request.reference} is not complete yet.", missing)
    if request.discarded_at:
        raise StepNotPossible(f"{request.reference} is in the trash. Bring it back first.")
    with transaction.atomic():
        request.typed = {}
        move_request(request=request, target=Status.SUBMITTED, person=person)
        Watch.objects.bulk_create(
            [Watch(request=request, person_id=pk) for pk in {request.requester_id, request.sponsor_id} if pk],
            ignore_conflicts=True,
        )
    return request


def file_heads_up(
    *,
    person: Person,
    silo: Silo,
    token: str,
    title: str,
    problem: str,
    kind: str,
    wanted_go_live: date | None = None,
    first_heard: str = "",
) -> ProjectRequest:
    """File a mere idea at once. The same opened page files it only once. Raises NotAllowed, NotComplete."""
    with transaction.atomic():
        request = create_draft(person=person, silo=silo, token=token)
        if request.state is not Status.DRAFT:
            return request
        request.heads_up = True
        request.title, request.problem, request.kind = title, problem, kind
        request.wanted_go_live = wanted_go_live
        request.first_heard = first_heard or ProjectRequest.FirstHeard.IDEA
        return submit_request(request=request, person=person)


def discard_draft(*, request: ProjectRequest, person: Person) -> ProjectRequest:
    """Put a draft into the trash, from which it can be brought back for TRASH_DAYS days. Doing it twice is harmless."""
    if request.state is not Status.DRAFT:
        raise StepNotPossible(f"{request.reference} is filed. It can be withdrawn, not thrown away.")
    if request.discarded_at:
        return request
    if not can_edit(person, request):
        raise NotAllowed(f"{request.reference} is not yours to throw away.")
    return _set_discarded(request, discard=True)


def restore_draft(*, request: ProjectRequest, person: Person) -> ProjectRequest:
    """Bring a draft back from the trash. Raises StepNotPossible after TRASH_DAYS days, NotAllowed."""
    if not request.discarded_at:
        return request
    if not (request.requester_id == person.pk or can_file_for(person, request.silo_id)):
        raise NotAllowed(f"{request.reference} is not yours to bring back.")
    if request.discarded_at < timezone.now() - timedelta(days=TRASH_DAYS):
        raise StepNotPossible(f"{request.reference} was thrown away more than {TRASH_DAYS} days ago.")
    return _set_discarded(request, discard=False)


def _set_discarded(request: ProjectRequest, *, discard: bool) -> ProjectRequest:
    with transaction.atomic():
        claim_version(request=request)
        request.discarded_at = timezone.now() if discard else None
        request.save(update_fields=["discarded_at", "updated_at"])
    return request
