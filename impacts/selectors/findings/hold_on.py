"""The hold-on card of a request: who else asks for this, and who has answered what."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from impacts.models import Answer, Cluster, FamilyMember, Finding
from impacts.selectors.findings.findings import findings_of_request
from impacts.selectors.findings.presenting import PresentedFinding
from portfolio.lifecycle import COMMITTED, LIVE
from portfolio.models import Person, ProjectRequest, ScanMark

NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
FRESH = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class HoldOn:
    """The card as one person may see it. `is_scanning`: the request is being scanned, so more may come. `stamp` changes
    whenever the card does."""

    overlaps: tuple[PresentedFinding, ...]
    conflicts: tuple[PresentedFinding, ...]
    others: tuple[ProjectRequest, ...]
    hidden: int
    contact: Person | None
    answers: tuple[Answer, ...]
    mine: Answer | None
    cluster: Cluster | None
    is_live: bool
    is_scanning: bool
    stamp: str

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to hold on for."""
        return not self.overlaps and not self.conflicts

    @property
    def title(self) -> str:
        """What it says first."""
        silos = len({request.silo_id for request in self.others})
        if self.overlaps and silos:
            asks = ("are asking" if silos > 1 else "is asking") if self.is_sure else "may be asking"
            return f"Hold on. {_number(silos)} other department{'s' if silos > 1 else ''} {asks} for this."
        if self.overlaps:
            return f"Hold on. A confidential request {'asks' if self.is_sure else 'may ask'} for this too."
        many = len(self.conflicts) > 1
        return f"Hold on. {_number(len(self.conflicts))} conflict{'s stand' if many else ' stands'} against this."

    @property
    def is_sure(self) -> bool:
        """Whether one of its overlaps is as good as certain: confirmed, or serious."""
        return any(each.state == Finding.State.CONFIRMED or each.severity == "serious" for each in self.overlaps)

    @property
    def severity(self) -> str:
        """The gravest of its findings."""
        found = [*self.overlaps, *self.conflicts]
        return "serious" if any(finding.severity == "serious" for finding in found) else "look"


def hold_on(request: ProjectRequest, user: Any) -> HoldOn:
    """The card of a request: its open and confirmed overlaps across departments and its serious conflicts. An overlap
    within its family is nothing to hold on for any more once the board has said yes."""
    shown = [
        finding
        for finding in findings_of_request(request, user)
        if finding.state in (Finding.State.OPEN, Finding.State.CONFIRMED) and finding.severity != Finding.Severity.NOTE
    ]
    together = _approved_together(request)
    overlaps = tuple(
        finding
        for finding in shown
        if finding.kind == Finding.Kind.OVERLAP
        and (finding.hidden or not {each.pk for each in finding.requests} <= together)
    )
    conflicts = tuple(
        finding
        for finding in shown
        if finding.kind == Finding.Kind.CONFLICT and finding.severity == Finding.Severity.SERIOUS
    )
    others = {each.pk: each for finding in overlaps for each in finding.others_than(request)}
    answers = _answers([finding.pk for finding in overlaps], set(others) | {request.pk})
    hidden = [finding for finding in overlaps if finding.hidden]
    mine = next((answer for answer in answers if answer.request_id == request.pk), None)
    clusters = Cluster.objects.filter(requests=request, closed_at__isnull=True).order_by("id")
    is_scanning = ScanMark.objects.filter(request=request).exists() or _is_fresh(request)
    return HoldOn(
        overlaps,
        conflicts,
        tuple(others.values()),
        len(hidden),
        hidden[0].contact if hidden else None,
        tuple(answers),
        mine,
        clusters.first(),
        request.state in LIVE,
        is_scanning,
        _stamp([*overlaps, *conflicts], answers, is_scanning),
    )


def _approved_together(request: ProjectRequest) -> set[int]:
    """The requests of its family, when the board has said yes to it; else none."""
    if request.state not in COMMITTED:
        return set()
    families = FamilyMember.objects.filter(request=request, left_at=None, family__dissolved_at=None)
    inside = FamilyMember.objects.filter(family__in=families.order_by().values("family_id"), left_at=None)
    return set(inside.order_by().values_list("request_id", flat=True))


def _answers(findings: list[int], requests: set[int]) -> list[Answer]:
    """The latest answer of each request among these, the newest first."""
    rows = Answer.objects.filter(finding__in=findings, request__in=requests).select_related("person", "request__silo")
    latest: dict[int, Answer] = {}
    for answer in rows.order_by("-at", "-id"):
        latest.setdefault(answer.request_id, answer)
    return list(latest.values())


def _is_fresh(request: ProjectRequest) -> bool:
    return request.submitted_at is not None and timezone.now() - request.submitted_at < FRESH


def _stamp(findings: list[PresentedFinding], answers: list[Answer], is_scanning: bool) -> str:
    parts = [f"{finding.pk}.{finding.version}" for finding in findings] + [f"a{answer.pk}" for answer in answers]
    return hashlib.sha256(",".join([*parts, str(is_scanning)]).encode()).hexdigest()[:16]


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)
