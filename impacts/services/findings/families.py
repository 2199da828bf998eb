"""Families: requests that people confirmed to be one thing. Founded, joined, left, dissolved and brought back."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from customers.words import listed
from impacts.errors import FamilyProblem, NotAllowed
from impacts.models import Family, FamilyMember
from impacts.permissions import can_manage_family
from portfolio.lifecycle import GONE, Status
from portfolio.models import Person, ProjectRequest


def found_family(
    *,
    members: Collection[ProjectRequest],
    lead: ProjectRequest,
    owner: Person,
    title: str,
    person: Person,
    at: datetime | None = None,
    decided: bool = False,
) -> Family:
    """Make one family of these requests, led by one of them, owned by a named person. `decided`: the board decided it,
    and `person` records that. Raises FamilyProblem when a
    request is in another family, the lead is no member, or the owner is not an active person; NotAllowed."""
    _check(person, decided)
    _check_owner(owner)
    _check_lead(lead, {request.pk for request in members}, decided)
    if len(members) < 2:
        raise FamilyProblem("A family needs at least two requests. Choose another one, or dismiss the finding.")
    now = at or timezone.now()
    try:
        with transaction.atomic():
            last = Family.objects.order_by("-id").values_list("code", flat=True).first()
            family = Family(
                code=f"F-{int(last[2:]) + 1 if last else 1:03d}",
                title=title.strip()[:300] or lead.title,
                lead=lead,
                owner=owner,
                created_by=person,
                created_at=now,
            )
            family.full_clean(validate_unique=False)
            family.save()
            _join(family, members, now)
    except IntegrityError as error:
        raise _taken(members) from error
    return family


def join_requests(
    *,
    family: Family,
    requests: Collection[ProjectRequest],
    person: Person,
    at: datetime | None = None,
    decided: bool = False,
) -> Family:
    """Add requests to a family. Those that are in it already stay. `decided`: the board decided it. Raises
    FamilyProblem when one is in another, or the family is dissolved."""
    _check(person, decided)
    _check_stands(family)
    inside = set(current_members(family))
    new = [request for request in requests if request.pk not in inside]
    try:
        with transaction.atomic():
            _touch(family)
            _join(family, new, at or timezone.now())
    except IntegrityError as error:
        raise _taken(new) from error
    return family


def take_out(*, family: Family, request: ProjectRequest, person: Person, decided: bool = False) -> Family:
    """Take one request out of a family. The lead cannot leave, nor one of the last two: dissolve it then. `decided`:
    the board decided it."""
    _check(person, decided)
    _check_stands(family)
    _leave(family, [request], timezone.now())
    return family


def take_founding_back(*, family: Family, person: Person, at: datetime) -> Family:
    """Undo that a family was founded: it is dissolved. Raises FamilyProblem when others have joined it since, which
    somebody said of them and nobody takes back here."""
    founders = set(
        FamilyMember.objects.filter(family=family, joined_at=family.created_at).values_list("request", flat=True)
    )
    joined = ProjectRequest.objects.filter(pk__in=set(current_members(family)) - founders).order_by("id")
    if joined:
        names = listed(request.reference for request in joined)
        raise FamilyProblem(f"{names} joined family {family.code} since. Take that back first, or dissolve the family.")
    return dissolve_family(family=family, person=person, at=at)


def take_joining_back(*, family: Family, joined_at: datetime, person: Person, at: datetime) -> Family:
    """Undo that requests joined a family at a moment: they leave it, also where it was dissolved and brought back
    since. Raises FamilyProblem when one of them leads it now, or too few would stay."""
    _check(person)
    rows = FamilyMember.objects.filter(family=family, joined_at=joined_at).order_by().values("request")
    inside = set(current_members(family))
    leaving = [request for request in ProjectRequest.objects.filter(pk__in=rows).order_by("id") if request.pk in inside]
    if leaving:
        _leave(family, leaving, at)
    return family


def _leave(family: Family, requests: Collection[ProjectRequest], at: datetime) -> None:
    for request in requests:
        if request.pk == family.lead_id:
            raise FamilyProblem(f"{request.reference} leads the family. Make another one the lead first.")
    if len(current_members(family)) - len(requests) < 2:
        raise FamilyProblem("Two requests are the least a family has. Dissolve the family instead.")
    with transaction.atomic():
        _touch(family)
        rows = FamilyMember.objects.filter(family=family, request__in=[request.pk for request in requests])
        rows.filter(left_at__isnull=True).update(left_at=at)


def change_family(
    *,
    family: Family,
    lead: ProjectRequest,
    owner: Person,
    title: str,
    version: int,
    person: Person,
    decided: bool = False,
) -> Family:
    """Change who leads and owns a family, and what it is called. `version` is the one the person saw. `decided`: the
    board decided it."""
    _check(person, decided)
    _check_stands(family)
    _check_owner(owner)
    if lead.pk != family.lead_id:
        _check_lead(lead, current_members(family), decided)
    if not title.strip():
        raise FamilyProblem("Give the family a name that says what it is about.")
    with transaction.atomic():
        family.version = version
        _touch(family)
        family.lead, family.owner, family.title = lead, owner, title.strip()[:300]
        family.full_clean(validate_unique=False)
        family.save()
    return family


def dissolve_family(*, family: Family, person: Person, at: datetime | None = None, decided: bool = False) -> Family:
    """Let every request go its own way again. Nothing is deleted; `restore_family` brings it back. `decided`: the board
    decided it."""
    _check(person, decided)
    _check_stands(family)
    now = at or timezone.now()
    with transaction.atomic():
        _touch(family)
        FamilyMember.objects.filter(family=family, left_at__isnull=True).update(left_at=now)
        family.dissolved_at = now
        family.save()
    return family


def restore_family(*, family: Family, person: Person) -> Family:
    """Bring a dissolved family back with the members it had when it was dissolved."""
    _check(person)
    if family.dissolved_at is None:
        raise FamilyProblem("This family stands; there is nothing to bring back.")
    left = [
        row.request
        for row in FamilyMember.objects.filter(family=family, left_at=family.dissolved_at).select_related("request")
    ]
    try:
        with transaction.atomic():
            _touch(family)
            _join(family, left, timezone.now())
            family.dissolved_at = None
            family.save()
    except IntegrityError as error:
        raise _taken(left) from error
    return family


def current_members(family: Family) -> list[int]:
    """The ids of the requests that are in the family now, by when they joined."""
    rows = FamilyMember.objects.filter(family=family, left_at__isnull=True).order_by("joined_at", "id")
    return list(rows.values_list("request_id", flat=True))


def _join(family: Family, requests: Collection[ProjectRequest], at: datetime) -> None:
    for request in sorted(requests, key=lambda each: each.pk):
        FamilyMember.objects.create(family=family, request=request, joined_at=at)


def _check(person: Person, decided: bool = False) -> None:
    """The board's decisions are the board's own: who may record them is its to say."""
    if not decided and not can_manage_family(person):
        raise NotAllowed("Only an architect makes and changes families.")


def _check_stands(family: Family) -> None:
    """What is dissolved takes nobody in, and is not dissolved again: that would forget whom it had."""
    if family.dissolved_at is not None:
        raise FamilyProblem(f"Family {family.code} is dissolved. Bring it back first.")


def _check_owner(owner: Person) -> None:
    if problem := owner.accountability_problem:
        raise FamilyProblem(f"{problem}, and cannot own a family. Name one person who is here.")


def _check_lead(lead: ProjectRequest, members: Collection[int], decided: bool) -> None:
    """A decision that is taken back gives the lead to who had it before, whatever became of that request."""
    if lead.pk not in members:
        raise FamilyProblem("The lead request must be one of the family. Choose it among the members.")
    if not decided and (lead.state in GONE or lead.state is Status.MERGED):
        raise FamilyProblem(
            f"{lead.reference} is {lead.get_status_display().lower()} and can lead nothing. Choose another one."
        )


def _touch(family: Family) -> None:
    """Take the next version, so that of two people only one succeeds."""
    if not Family.objects.filter(pk=family.pk, version=family.version).update(version=F("version") + 1):
        raise FamilyProblem("Somebody else changed this family while you looked at it. Look again, then repeat.")
    family.version += 1


def _taken(requests: Collection[ProjectRequest]) -> FamilyProblem:
    rows = FamilyMember.objects.filter(request__in=[request.pk for request in requests], left_at__isnull=True)
    first = rows.select_related("family", "request").order_by("id").first()
    if first is None:
        return FamilyProblem("Somebody else made a family at the same moment. Look again, then repeat.")
    return FamilyProblem(
        f"{first.request.reference} is already in family {first.family.code} ({first.family.title}). "
        "Take it out of that one first, or join that family."
    )
