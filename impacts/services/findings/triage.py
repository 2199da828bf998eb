"""What architects say of findings: acts that are recorded for good, and undone by another act, never by deleting."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from impacts.errors import ActNotPossible, FindingMoved, NotAllowed, NothingToUndo
from impacts.models import Family, FamilyMember, Finding, FindingMember, TriageAct
from impacts.permissions import can_triage
from impacts.selectors.findings.findings import last_act
from impacts.services.findings.families import (
    found_family,
    join_requests,
    take_founding_back,
    take_joining_back,
)
from impacts.services.findings.finding_changes import dismissal_basis
from portfolio.models import Need, Person, ProjectRequest
from portfolio.services.marks import mark_for_scan
from portfolio.services.requests import touch_request

MOST_WHY = 500
"""So many characters say why a request needs another one."""
Kind = TriageAct.Kind
State = Finding.State


def confirm_finding(*, finding: Finding, person: Person, version: int, reason: str = "") -> TriageAct:
    """Say that the finding holds. Raises FindingMoved when it is not the version that the person saw, NotAllowed."""
    with transaction.atomic():
        return _act(finding, person, version, Kind.CONFIRM, State.CONFIRMED, reason=reason)


def dismiss_finding(*, finding: Finding, person: Person, version: int, reason: str) -> TriageAct:
    """Say that the finding does not hold, and why. It is remembered for exactly these members and what it rests on."""
    if not reason.strip():
        raise ActNotPossible("Say why you dismiss it, so that nobody has to look again.")
    if finding.state == State.DISMISSED:
        raise ActNotPossible("It is dismissed already. Undo that first if the reason is another.")
    with transaction.atomic():
        basis = dismissal_basis(finding.material, _member_ids(finding))
        return _act(finding, person, version, Kind.DISMISS, State.DISMISSED, reason=reason, dismissed_material=basis)


def propose_merge(
    *, finding: Finding, person: Person, version: int, survivor: ProjectRequest, reason: str = ""
) -> TriageAct:
    """Propose to the board that one request carries the others. It confirms the finding; the board decides."""
    _check_member(finding, survivor)
    with transaction.atomic():
        return _act(finding, person, version, Kind.MERGE, State.CONFIRMED, reason=reason, survivor=survivor)


def join_as_family(
    *,
    finding: Finding,
    person: Person,
    version: int,
    lead: ProjectRequest,
    owner: Person,
    title: str = "",
    reason: str = "",
) -> TriageAct:
    """Make one family of the finding's requests, or let the others join the family that one of them is in already.
    Confirms the finding. Raises FamilyProblem when they are in two families."""
    _check_member(finding, lead)
    now = timezone.now()
    requests = list(finding.requests.order_by("id"))
    with transaction.atomic():
        standing = FamilyMember.objects.filter(request__in=requests, left_at__isnull=True).order_by("id")
        known = standing.select_related("family").first()
        if known is None:
            family = found_family(members=requests, lead=lead, owner=owner, title=title, person=person, at=now)
        else:
            family = join_requests(family=known.family, requests=requests, person=person, at=now)
        return _act(finding, person, version, Kind.FAMILY, State.CONFIRMED, reason=reason, family=family, at=now)


def join_cluster(
    *, requests: Collection[ProjectRequest], lead: ProjectRequest, owner: Person, title: str, person: Person
) -> Family:
    """Make one family of requests that a cluster holds; the open overlaps between them are confirmed with it."""
    now = timezone.now()
    ids = {request.pk for request in requests}
    with transaction.atomic():
        family = found_family(members=requests, lead=lead, owner=owner, title=title, person=person, at=now)
        inside = FindingMember.objects.filter(request__in=ids).order_by().values("finding_id")
        ties = Finding.objects.open().filter(kind=Finding.Kind.OVERLAP, pk__in=inside).order_by("id")
        for finding in ties.prefetch_related("members"):
            if {member.request_id for member in finding.members.all()} <= ids:
                _act(finding, person, finding.version, Kind.FAMILY, State.CONFIRMED, family=family, at=now)
    return family


def put_in_order(
    *,
    finding: Finding,
    person: Person,
    version: int,
    first: ProjectRequest,
    later: ProjectRequest,
    reason: str = "",
) -> TriageAct:
    """Say that one request must come first. The later one then needs it, and is scanned again. Confirms the finding."""
    _check_member(finding, first)
    _check_member(finding, later)
    if first.pk == later.pk:
        raise ActNotPossible("Choose two different requests: which comes first, and which later.")
    if Need.objects.filter(request=later, needs=first).exists():
        raise ActNotPossible(f"{later.reference} already says that it needs {first.reference}.")
    if Need.objects.filter(request=first, needs=later).exists():
        raise ActNotPossible(
            f"{first.reference} says that it needs {later.reference}: they would wait for each other. Undo that, or "
            "let its department take it back, then put them in this order."
        )
    why = reason.strip() or f"{first.reference} must come first, {person.name} said in triage."
    with transaction.atomic():
        act = _act(finding, person, version, Kind.ORDER, State.CONFIRMED, reason=why, first=first)
        Need.objects.create(request=later, needs=first, why=_shortened(why))
        _touch(later)
    return act


def _shortened(reason: str) -> str:
    """The reason of an act as it stands beside the need that it made, where there is room for less."""
    return reason if len(reason) <= MOST_WHY else f"{reason[: MOST_WHY - 1]}…"


def undo_last_act(*, finding: Finding, person: Person, act: TriageAct | None = None) -> TriageAct:
    """Take back the last act: the finding, the family and the order are as they were before. The acts stay on record.

    `act` names the act that is meant; NothingToUndo when it is not the last any more, or there is none. FamilyProblem
    when others have joined since the family that it founded.
    """
    _check(person)
    last = last_act(finding)
    if last is None or (act is not None and act.pk != last.pk):
        raise NothingToUndo("There is nothing to undo here any more: somebody was quicker, or it was undone already.")
    now = timezone.now()
    try:
        with transaction.atomic():
            undone = _undo(last, person, now)
            if last.kind == Kind.FAMILY and last.family is not None:
                _undo_together(last.family, last.at, person, now)
            if last.kind == Kind.ORDER:
                _drop_need(finding, last)
    except IntegrityError as error:
        raise NothingToUndo("Somebody else has just undone it.") from error
    finding.refresh_from_db()
    return undone


def undo_join(*, family: Family, person: Person) -> Family:
    """Take back the founding of a family together with the acts that went with it. Raises FamilyProblem when others
    have joined it since."""
    _check(person)
    with transaction.atomic():
        _undo_together(family, family.created_at, person, timezone.now())
    family.refresh_from_db()
    return family


def _undo_together(family: Family, at: datetime, person: Person, now: datetime) -> None:
    """Take back what was said at one moment when requests came into a family, and their coming. What an architect said
    of one of these findings since stands."""
    acts = TriageAct.objects.filter(family=family, kind=Kind.FAMILY, at=at, undone_by__isnull=True)
    for act in acts.select_related("finding").order_by("id"):
        _undo(act, person, now)
    family.refresh_from_db()
    if family.dissolved_at is not None:
        return
    if family.created_at == at:
        take_founding_back(family=family, person=person, at=now)
    else:
        take_joining_back(family=family, joined_at=at, person=person, at=now)


def _undo(act: TriageAct, person: Person, now: datetime) -> TriageAct:
    finding = Finding.objects.get(pk=act.finding_id)
    closed = finding.state == State.CLOSED
    field = "state_before_closing" if closed else "state"
    before = getattr(finding, field)
    after = before if _is_followed(act) else _state_without(act)
    changed = Finding.objects.filter(pk=finding.pk, version=finding.version)
    if not changed.update(version=F("version") + 1, **{field: after}):
        raise FindingMoved("It changed at the same moment. Look again, then undo once more.")
    _mark_tie(finding)
    return TriageAct.objects.create(
        finding=finding,
        kind=Kind.UNDO,
        person=person,
        at=now,
        state_before=finding.state,
        state_after=finding.state if closed else after,
        undoes=act,
    )


def _others(act: TriageAct) -> QuerySet[TriageAct]:
    """What else was said of the same finding."""
    return TriageAct.objects.filter(finding=act.finding_id).exclude(kind=Kind.UNDO).exclude(pk=act.pk)


def _is_followed(act: TriageAct) -> bool:
    """Whether something that was said of the finding after this act stands: the finding is as that says."""
    return _others(act).filter(undone_by__isnull=True, pk__gt=act.pk).exists()


def _state_without(act: TriageAct) -> str:
    """The state before an act. Of acts before it that were taken back while it stood, together with others of their
    family, nothing is left: then it is the state before them."""
    state = act.state_before
    for earlier in _others(act).filter(pk__lt=act.pk).select_related("undone_by").order_by("-pk"):
        undo = getattr(earlier, "undone_by", None)
        if undo is None or undo.pk < act.pk:
            break
        state = earlier.state_before
    return state


def _drop_need(finding: Finding, act: TriageAct) -> None:
    needs = Need.objects.filter(needs=act.first, request__in=_member_ids(finding), why=_shortened(act.reason))
    for need in needs.select_related("request").order_by("id"):
        need.delete()
        _touch(need.request)


def _mark_tie(finding: Finding) -> None:
    """What is said of an overlap changes the clusters, which the scanner keeps: its two requests are marked."""
    if finding.kind == Finding.Kind.OVERLAP:
        for request in finding.requests.order_by("id"):
            mark_for_scan(request=request)


def _touch(request: ProjectRequest) -> None:
    touch_request(request=ProjectRequest.objects.get(pk=request.pk))


def _act(
    finding: Finding,
    person: Person,
    version: int,
    kind: TriageAct.Kind,
    after: Finding.State,
    *,
    at: datetime | None = None,
    dismissed_material: list[str] | None = None,
    **details: Any,
) -> TriageAct:
    """Take the finding's next version and record the act; `details` are its reason, survivor, first or family."""
    _check(person)
    changes: dict[str, object] = {"state": after}
    if dismissed_material is not None:
        changes["dismissed_material"] = dismissed_material
    rows = Finding.objects.filter(pk=finding.pk, version=version, state=finding.state).exclude(state=State.CLOSED)
    if not rows.update(version=F("version") + 1, **changes):
        raise FindingMoved(_who_was_quicker(finding))
    act = TriageAct(
        finding=finding,
        kind=kind,
        person=person,
        at=at or timezone.now(),
        state_before=finding.state,
        state_after=after,
        **{**details, "reason": str(details.get("reason", "")).strip()},
    )
    act.full_clean(validate_unique=False)
    act.save()
    _mark_tie(finding)
    finding.refresh_from_db()
    return act


def _who_was_quicker(finding: Finding) -> str:
    now = Finding.objects.get(pk=finding.pk)
    if now.state == State.CLOSED:
        return "It closed by itself while you looked at it: the requests have changed. Nothing of yours was stored."
    act = TriageAct.objects.filter(finding=finding).select_related("person").order_by("-at", "-id").first()
    change = finding.changes.order_by("-at", "-id").first()
    if act is not None and (change is None or act.at >= change.at):
        said = f" (“{act.reason}”)" if act.reason else ""
        when = timezone.localtime(act.at)
        return (
            f"{act.person.name} was quicker at {when:%H:%M}: {str(act.get_kind_display()).lower()}{said}. "
            "Nothing of yours was stored. Look at it as it stands, then act again if you disagree."
        )
    return (
        "The evidence changed while you looked at it, because a request was edited. Nothing of yours was stored. "
        "Look at the newer evidence, then act again."
    )


def _check(person: Person) -> None:
    if not can_triage(person):
        raise NotAllowed("Only an architect decides over findings. You can answer as requester, or comment.")


def _check_member(finding: Finding, request: ProjectRequest) -> None:
    if request.pk not in _member_ids(finding):
        raise ActNotPossible(f"{request.reference} takes no part in this finding.")


def _member_ids(finding: Finding) -> list[int]:
    rows = FindingMember.objects.filter(finding=finding).order_by("request_id")
    return list(rows.values_list("request_id", flat=True))


ACTS: dict[str, Callable[..., TriageAct]] = {
    Kind.CONFIRM.value: confirm_finding,
    Kind.DISMISS.value: dismiss_finding,
    Kind.MERGE.value: propose_merge,
    Kind.FAMILY.value: join_as_family,
    Kind.ORDER.value: put_in_order,
}
