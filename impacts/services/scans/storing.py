"""Stores what the engine found, so that a finding stays itself: its identity, its history, what people said of it.

Everything here may run twice, die half-way or meet another worker doing the same: identities are unique, updates are
conditional on the version that was read, and requests that changed while the engine thought are left to their marks.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import log10

from django.db.models import F

from impacts.engine.facts import FoundFinding, LateEvidence, RegisterFacts
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.matching.tags import tags_of
from impacts.errors import FindingMoved
from impacts.models import Finding, FindingChange, FindingMember
from impacts.services.findings.finding_changes import still_rests, what_changed

DRIFT = 0.005
"""A score that moves by less than this, with the same words, is the same: other requests shift every score a little."""

_SEVERITY_WEIGHT = {"serious": 3.0, "look": 2.0, "note": 1.0}
State = Finding.State
What = FindingChange.What


@dataclass(slots=True)
class Prepared:
    """A finding of the engine, ready to be stored. Without `evidence` it is stored already, with the same material.
    `heir_of` is the stored finding that goes on in it, under this identity from now on."""

    found: FoundFinding
    identity: str
    weight: float
    evidence: list[dict[str, object]] | None
    heir_of: int | None = None


@dataclass(slots=True)
class Stored:
    """What storing did: the ids of findings that are new or came back, and counts of everything."""

    new: list[int] = field(default_factory=list)
    came_back: list[int] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, other: "Stored") -> None:
        """Count the other in."""
        self.new += other.new
        self.came_back += other.came_back
        for key, value in other.counts.items():
            self.counts[key] += value


def identity_hash(identity: Iterable[str]) -> str:
    """SHA-256 of the parts that a finding is about."""
    return hashlib.sha256("\x1f".join(identity).encode()).hexdigest()


def prepare(index: PortfolioIndex, found: FoundFinding, known: Mapping[str, Finding] | None = None) -> Prepared:
    """The finding with its hash, its weight in the inbox and its evidence as it is stored. Evidence that is not yet in
    words is left out where the finding is among the `known` ones and rests on the same; what is in words is compared
    line by line, since a remedy follows the calendar although the finding rests on the same."""
    identity = identity_hash(found.identity)
    stored = (known or {}).get(identity) if isinstance(found.evidence, LateEvidence) else None
    evidence = None if stored is not None and _rests_on_the_same(stored, found) else _evidence(found)
    return Prepared(found, identity, inbox_weight(index, found), evidence)


def _evidence(found: FoundFinding) -> list[dict[str, object]]:
    return [
        {
            "kind": line.kind,
            "text": line.text,
            "requests": list(line.requests),
            "weight": line.weight,
            "words": list(line.words),
        }
        for line in found.evidence
    ]


def known_findings(identities: Sequence[str]) -> dict[str, Finding]:
    """The stored findings of these identities that are not closed, without what is large in them."""
    found: dict[str, Finding] = {}
    rows = Finding.objects.exclude(state=State.CLOSED).only("identity", "score", "severity", "title", "material")
    for start in range(0, len(identities), 500):
        part = rows.filter(identity__in=identities[start : start + 500]).order_by("id")
        found.update({finding.identity: finding for finding in part})
    return found


def inbox_weight(index: PortfolioIndex, found: FoundFinding) -> float:
    """The order of the inbox: the severity first, then the score, how many silos, and how many customers where they
    meet. 1 to 4, 4 digits."""
    members = [index.requests[pk] for pk in found.requests if pk in index.requests]
    silos = len({facts.silo for facts in members})
    tags: dict[tuple[str, int], int] = defaultdict(int)
    for facts in members:
        for tag in tags_of(facts):
            tags[tag] += 1
    reach = 0
    for (kind, thing), carriers in tags.items():
        if carriers >= min(2, len(members)) and kind in ("touchpoint", "segment"):
            register = index.register.touchpoints if kind == "touchpoint" else index.register.segments
            entry = register.get(thing)
            reach = max(reach, entry.reach if entry else 0)
    extra = 0.6 * min(found.score, 1.0) + 0.05 * min(max(silos - 1, 0), 4) + 0.19 * min(1.0, log10(1 + reach) / 7)
    return round(_SEVERITY_WEIGHT[found.severity] + min(extra, 0.9999), 4)


def store_findings(
    *, prepared: Sequence[Prepared], register: RegisterFacts, references: Mapping[int, str], now: datetime
) -> Stored:
    """Create or update these findings. Call it in a transaction.

    Raises FindingMoved or IntegrityError when another worker or a person was quicker; then nothing may be kept, and
    the whole transaction is to be tried again.
    """
    stored = Stored()
    known = _known([item.identity for item in prepared])
    known |= _taken_over([item for item in prepared if item.identity not in known])
    members = _members([finding.pk for finding in known.values()])
    created: list[Prepared] = []
    unchanged: list[int] = []
    for item in prepared:
        finding = known.get(item.identity)
        if finding is None:
            created.append(item)
        elif _is_same(finding, item, members[finding.pk]):
            unchanged.append(finding.pk)
        else:
            _update(finding, item, members[finding.pk], register, references, now, stored)
    _create(created, now, stored)
    for start in range(0, len(unchanged), 500):
        Finding.objects.filter(pk__in=unchanged[start : start + 500]).update(last_seen=now)
    stored.counts["unchanged"] += len(unchanged)
    return stored


def close_findings(*, findings: Collection[Finding], now: datetime) -> int:
    """Close what is no longer found; what people said of it stays and comes back with it. Call it in a transaction.
    Raises FindingMoved. Returns how many were closed."""
    for finding in findings:
        _claim(finding, state=State.CLOSED, state_before_closing=finding.state, closed_at=now)
        _log(finding, What.CLOSED, now, finding.score, finding.material)
    return len(findings)


def _known(identities: Sequence[str]) -> dict[str, Finding]:
    found: dict[str, Finding] = {}
    for start in range(0, len(identities), 500):
        rows = Finding.objects.filter(identity__in=identities[start : start + 500]).order_by("id")
        found.update({finding.identity: finding for finding in rows})
    return found


def _taken_over(prepared: Sequence[Prepared]) -> dict[str, Finding]:
    """The findings that go on in these and still stand, by the identity that they have from now on."""
    heirs = {item.heir_of: item.identity for item in prepared if item.heir_of is not None}
    if not heirs:
        return {}
    rows = Finding.objects.filter(pk__in=list(heirs)).exclude(state=State.CLOSED).order_by("id")
    return {heirs[finding.pk]: finding for finding in rows}


def _members(findings: Sequence[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for start in range(0, len(findings), 500):
        rows = FindingMember.objects.filter(finding__in=findings[start : start + 500]).order_by("id")
        for finding, request in rows.values_list("finding_id", "request_id"):
            found[finding].add(request)
    return found


def _is_same(finding: Finding, item: Prepared, members: set[int]) -> bool:
    found, lines = item.found, item.evidence
    return (
        finding.state != State.CLOSED
        and members == set(found.requests)
        and _rests_on_the_same(finding, found)
        and (lines is None or [line["text"] for line in finding.evidence] == [line["text"] for line in lines])
        and not (
            finding.state == State.DISMISSED and not still_rests(finding.dismissed_material, found.material, members)
        )
    )


def _rests_on_the_same(finding: Finding, found: FoundFinding) -> bool:
    return (
        sorted(finding.material) == sorted(found.material)
        and (finding.severity, finding.title) == (found.severity, found.title)
        and abs(finding.score - found.score) < DRIFT
    )


def _update(
    finding: Finding,
    item: Prepared,
    members: set[int],
    register: RegisterFacts,
    references: Mapping[int, str],
    now: datetime,
    stored: Stored,
) -> None:
    found = item.found
    was_closed = finding.state == State.CLOSED
    state = _state_while_open(finding)
    back = state == State.DISMISSED and not still_rests(finding.dismissed_material, found.material, found.requests)
    changes = {"came_back": _why_back(finding, found, register, references)} if back else {}
    material = sorted(finding.material) != sorted(found.material) or members != set(found.requests)
    _claim(
        finding,
        bump=bool(back or was_closed or material or finding.severity != found.severity),
        severity=found.severity,
        score=found.score,
        weight=item.weight,
        identity=item.identity,
        title=found.title[:300],
        evidence=finding.evidence if item.evidence is None else item.evidence,
        material=list(found.material),
        about=list(found.identity),
        state=State.OPEN if back else state,
        state_before_closing="",
        closed_at=None,
        last_seen=now,
        **changes,
    )
    _replace_members(finding.pk, members, set(found.requests))
    what = What.CAME_BACK if back else What.REOPENED if was_closed else What.CHANGED
    if back or was_closed or material:
        _log(finding, what, now, found.score, list(found.material))
    if back:
        stored.came_back.append(finding.pk)
    stored.counts[what.value] += 1


def _state_while_open(finding: Finding) -> State:
    """Its state; of one that is closed, the state that it had before."""
    state = State(finding.state)
    if state is State.CLOSED:
        state = State(finding.state_before_closing or State.OPEN)
    return State.OPEN if state is State.CLOSED else state


def _why_back(finding: Finding, found: FoundFinding, register: RegisterFacts, references: Mapping[int, str]) -> str:
    """What changed since it was dismissed, in words."""
    basis = finding.dismissed_material or []
    return what_changed(
        basis, found.material, found.requests, register, lambda pk: references.get(pk, "Another request")
    )


def _claim(finding: Finding, *, bump: bool = True, **changes: object) -> None:
    """Write `changes` if nobody else has changed the finding since it was read."""
    step = 1 if bump else 0
    found = Finding.objects.filter(pk=finding.pk, version=finding.version, state=finding.state)
    if not found.update(version=F("version") + step, **changes):
        raise FindingMoved(f"Finding {finding.pk} was changed meanwhile.")


def _replace_members(finding: int, old: set[int], new: set[int]) -> None:
    FindingMember.objects.filter(finding=finding, request__in=old - new).delete()
    FindingMember.objects.bulk_create(
        [FindingMember(finding_id=finding, request_id=request) for request in sorted(new - old)], ignore_conflicts=True
    )


def _log(finding: Finding, what: FindingChange.What, now: datetime, score: float, material: object) -> None:
    FindingChange.objects.create(finding=finding, what=what, at=now, score=score, material=material)


def _create(items: Sequence[Prepared], now: datetime, stored: Stored) -> None:
    rows = [
        Finding(
            rule=item.found.rule,
            kind=item.found.kind,
            identity=item.identity,
            about=list(item.found.identity),
            severity=item.found.severity,
            score=item.found.score,
            weight=item.weight,
            title=item.found.title[:300],
            evidence=item.evidence or _evidence(item.found),
            material=list(item.found.material),
            first_seen=now,
            last_seen=now,
        )
        for item in items
    ]
    created = Finding.objects.bulk_create(rows, batch_size=200)
    pairs = list(zip(created, items, strict=True))
    FindingMember.objects.bulk_create(
        [FindingMember(finding=row, request_id=request) for row, item in pairs for request in item.found.requests],
        batch_size=500,
    )
    FindingChange.objects.bulk_create(
        [
            FindingChange(finding=row, what=What.FOUND, at=now, score=row.score, material=row.material)
            for row in created
        ],
        batch_size=500,
    )
    stored.new += [row.pk for row in created]
    stored.counts["found"] += len(created)
