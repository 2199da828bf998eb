"""Changes of requests that every other service builds on: the version that grows, and the steps of the lifecycle."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from portfolio.errors import NotAllowed, StaleVersion, StepNotPossible
from portfolio.lifecycle import COMMITTED, LABELS, Actor, Status, step_between
from portfolio.models import Need, Person, ProjectRequest, ReferenceCounter, Transition
from portfolio.permissions import actors_for
from portfolio.services.marks import mark_all_for_scan, mark_for_scan


def next_reference(*, year: int) -> str:
    """The next free reference of a year, such as REQ-2026-0041. Numbers are never given twice, even if unused."""
    with transaction.atomic():
        ReferenceCounter.objects.get_or_create(year=year)
        ReferenceCounter.objects.filter(year=year).update(last=F("last") + 1)
        return f"REQ-{year}-{ReferenceCounter.objects.get(year=year).last:04d}"


def claim_version(*, request: ProjectRequest, expected: int | None = None) -> None:
    """Take the next version of the request, so that of two people who change it at once only one succeeds.

    `expected` is the version that the person saw; by default the one in memory. Raises StaleVersion when somebody else
    was quicker; nothing is written then. Call it first in the transaction of the change.
    """
    seen = request.version if expected is None else expected
    updated = ProjectRequest.objects.filter(pk=request.pk, version=seen).update(version=F("version") + 1)
    if not updated:
        raise StaleVersion(
            f"{request.reference} was changed by somebody else while you had it open. What you typed is kept below: "
            "look at the newer version, then save again."
        )
    request.version = seen + 1


def touch_request(*, request: ProjectRequest, expected: int | None = None) -> ProjectRequest:
    """Record that something that belongs to the request (a tag, a contact) changes: next version, changed now, marked
    for scanning. Call it in the transaction of that change. Raises StaleVersion."""
    claim_version(request=request, expected=expected)
    request.updated_at = timezone.now()
    ProjectRequest.objects.filter(pk=request.pk).update(updated_at=request.updated_at)
    mark_for_scan(request=request)
    return request


def _check_step(request: ProjectRequest, target: Status, person: Person | None, why: str) -> None:
    step = step_between(request.state, target)
    if step is None:
        state, wanted = LABELS[request.state].lower(), LABELS[target].lower()
        raise StepNotPossible(f"{request.reference} is {state}; from there it cannot become {wanted}.")
    actors = frozenset({Actor.SYSTEM}) if person is None else actors_for(person, request)
    if not step.actors & actors:
        raise NotAllowed(f"You may not do this with {request.reference}: “{step.verb}” is not yours to decide.")
    if step.needs_reason and not why.strip():
        raise StepNotPossible(f"Say why, so that everybody concerned can read it later: {step.verb.lower()}.")


def move_request(
    *,
    request: ProjectRequest,
    target: Status,
    person: Person | None,
    why: str = "",
    at: datetime | None = None,
    survivor: ProjectRequest | None = None,
    after: Sequence[ProjectRequest] = (),
) -> ProjectRequest:
    """Make one step of the lifecycle. The one place where a request's status changes.

    `person` is None for a step that Ombud makes itself. `survivor` goes with Status.MERGED, `after` with
    Status.SEQUENCED: all that it goes after, the one that goes live last at the end. Raises StepNotPossible where the
    table has no such step, NotAllowed where the person may not make it, StaleVersion where somebody else changed the
    request meanwhile.
    """
    source = request.state
    _check_step(request, target, person, why)
    now = at or timezone.now()
    with transaction.atomic():
        claim_version(request=request)
        reordered = target is Status.SEQUENCED or (source is Status.SEQUENCED and target not in COMMITTED)
        if reordered:
            request.after = after[-1] if after else None
        _take_on(request, target, survivor, now)
        request.full_clean(validate_unique=False)
        if reordered:
            _put_behind(request, after[:-1])
        request.save()
        Transition.objects.create(
            request=request, source=source.value, target=target.value, person=person, at=now, why=why.strip()
        )
        mark_for_scan(request=request)
        if Status.MERGED in (source, target):
            _look_again_at_waiting(request)
    return request


def _put_behind(request: ProjectRequest, others: Sequence[ProjectRequest]) -> None:
    """What it goes after besides. It is set before the request is saved, so that one entry of its history has all."""
    request.skip_history_when_saving = True  # type: ignore[attr-defined]
    request.also_after.set(others)
    del request.skip_history_when_saving  # type: ignore[attr-defined]


def _take_on(request: ProjectRequest, target: Status, survivor: ProjectRequest | None, now: datetime) -> None:
    """What the request itself holds in its new state."""
    request.status = target.value
    request.survivor = survivor if target is Status.MERGED else None
    if target not in COMMITTED:
        request.changing_since, request.change_reason = None, ""
    if target is Status.SUBMITTED and request.submitted_at is None:
        request.submitted_at = now


def _look_again_at_waiting(request: ProjectRequest) -> None:
    """Requests that wait for this one, or for what was merged into it, now wait for another. They are not edited, so
    whoever has one open may still save it; but it is scanned again."""
    gone, more = {request.pk}, {request.pk}
    while more:
        rows = ProjectRequest.objects.filter(survivor__in=more).exclude(pk__in=gone).order_by("id")
        more = set(rows.values_list("pk", flat=True))
        gone |= more
    behind = ProjectRequest.also_after.through.objects.filter(to_projectrequest__in=gone).order_by()
    waiting = Q(after__in=gone) | Q(pk__in=behind.values("from_projectrequest"))
    waiting |= Q(pk__in=Need.objects.filter(needs__in=gone).order_by().values("request_id"))
    rows = ProjectRequest.objects.live().filter(waiting).order_by("id")
    mark_all_for_scan(requests=list(rows))
    rows.order_by().update(updated_at=timezone.now())
