"""Findings as one person may see them: the one place where confidential requests are taken out.

Every page, panel, mail and API answer about a finding is made from a PresentedFinding, never from the row itself.
Source: DESIGN, "Who sees what": for everyone but the requester, the architects and the board a finding with a
confidential request says only that one exists, and whom to ask.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone

from impacts.engine.facts import FoundFinding
from impacts.engine.matching.summary import KIND as SUMMARY
from impacts.engine.remedy import KIND as REMEDY
from impacts.engine.rules.registry import RULE_BY_CODE
from impacts.models import Finding, FindingMember
from portfolio.models import Membership, Person, ProjectRequest, Role
from portfolio.permissions import can_see, can_see_money

#: Rules whose titles name things and numbers only: they may be shown whoever takes part.
TITLES_WITHOUT_SILOS = frozenset({"unowned"})

PHRASE_WORDS = {"titles": "Both titles say", "words": "Both speak of"}
"""Kinds of evidence with a line for each phrase that both requests use, and how these are told as one."""

RULE_LABELS: dict[str, str] = {
    "same-purpose": "Same purpose",
    "two-masters": "Two masters",
    "retire-vs-use": "Retire against use",
    "opposed-aim": "Opposed aims",
    "change-collision": "Changes collide",
    "freeze": "Change freeze",
    "contact-overload": "Contact overload",
    "channel-overload": "Channel overload",
    "not-connected": "Not connected",
    "order": "Order",
    "unowned": "Nobody answers",
    "it-came-late": "IT came late",
    "hollow-claim": "Hollow claim",
    "over-capacity": "Over capacity",
}
_HIDDEN_TITLES = {
    Finding.Kind.OVERLAP: "A confidential request overlaps with this one",
    Finding.Kind.CONFLICT: "A confidential request works against this one",
    Finding.Kind.GAP: "A confidential request shares a gap with this one",
}


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One line of evidence: what was compared, what was found, its part of the score, the words to mark."""

    kind: str
    text: str
    weight: float | None
    words: tuple[str, ...]


def as_reasons(lines: Iterable[EvidenceLine]) -> tuple[EvidenceLine, ...]:
    """The lines with the phrases of one kind told as one: 'Both speak of “text message”, “payment” and 3 more words'.
    Each weighs what its phrases do."""
    reasons: list[EvidenceLine] = []
    for kind, group in groupby(lines, key=lambda line: line.kind):
        same = tuple(group)
        if kind not in PHRASE_WORDS:
            reasons += same
            continue
        texts = [line.text for line in same]
        named = " and ".join(filter(None, [", ".join(texts[:-1]), texts[-1]]))
        words = tuple(dict.fromkeys(word for line in same for word in line.words))
        weight = round(sum(line.weight or 0.0 for line in same), 4)
        reasons.append(EvidenceLine(kind, f"{PHRASE_WORDS[kind]} {named}", weight, words))
    return tuple(reasons)


@dataclass(frozen=True, slots=True)
class PresentedFinding:
    """A finding as one person may see it. `requests` are the visible members, `hidden` counts the others, `contact` is
    whom to ask about them. `is_redacted` says that what it is about is not shown at all. `summary`, one plain
    sentence on what they have in common, and `remedy`, the smallest change that would end it, are not among the
    evidence; each is empty where there is none or it may not be seen."""

    pk: int
    rule: str
    rule_label: str
    kind: str
    severity: str
    state: str
    state_label: str
    score: float
    weight: float
    title: str
    summary: str
    evidence: tuple[EvidenceLine, ...]
    remedy: str
    requests: tuple[ProjectRequest, ...]
    hidden: int
    contact: Person | None
    is_redacted: bool
    came_back: str
    first_seen: datetime
    last_seen: datetime
    version: int

    @property
    def url(self) -> str:
        """The finding in triage."""
        return reverse("impacts:finding-detail", kwargs={"pk": self.pk})

    @property
    def in_hundred(self) -> int:
        """The score, as "94 in 100"."""
        return round(100 * self.score)

    @property
    def is_overlap(self) -> bool:
        """Whether the score is a likeness, so that "in 100" means something."""
        return self.kind == Finding.Kind.OVERLAP

    @property
    def subtitle(self) -> str:
        """The titles of the two requests of an overlap, because its own title names departments only; empty where not
        both may be seen."""
        if not self.is_overlap or self.hidden or len(self.requests) != 2:
            return ""
        return " · ".join(request.title for request in self.requests)

    @property
    def silo_names(self) -> list[str]:
        """The silos of the visible requests, each once, by name."""
        return sorted({request.silo.name for request in self.requests})

    @property
    def reasons(self) -> tuple[EvidenceLine, ...]:
        """The evidence with the phrases of one kind told as one line."""
        return as_reasons(self.evidence)

    @property
    def words(self) -> tuple[str, ...]:
        """The words to mark in the texts of its requests."""
        return tuple(dict.fromkeys(word for line in self.evidence for word in line.words))

    @property
    def hidden_words(self) -> str:
        """What is said of members that may not be seen; empty when there are none."""
        if not self.hidden or self.is_redacted:
            return ""
        whom = f" {self.contact.name} can tell you if it matters." if self.contact else ""
        number = "One confidential request takes" if self.hidden == 1 else f"{self.hidden} confidential requests take"
        return f"{number} part too.{whom}"

    def others_than(self, request: ProjectRequest) -> tuple[ProjectRequest, ...]:
        """The visible requests besides this one."""
        return tuple(other for other in self.requests if other.pk != request.pk)


def with_members(findings: QuerySet[Finding]) -> QuerySet[Finding]:
    """The findings with what presenting them needs: one more query, however many there are.

    Joined and not fetched by key: of more than 1,000 keys Django makes a chain of ORs that SQLite refuses.
    """
    members = FindingMember.objects.select_related("request__silo", "request__requester")
    return findings.prefetch_related(Prefetch("members", members))


def whom_to_ask() -> Person | None:
    """Who can speak about confidential requests: the first active architect by name, else the board's secretary."""
    for role in (Role.ARCHITECT, Role.SECRETARY, Role.CIO):
        rows = Membership.objects.filter(role=role, person__is_active=True, person__kind=Person.Kind.PERSON)
        first = rows.select_related("person").order_by("person__name", "person_id").first()
        if first is not None:
            return first.person
    return None


def present(findings: Iterable[Finding], user: Any) -> list[PresentedFinding]:
    """These findings as `user` may see them, in the same order; those of which they see no request are left out.

    Takes findings from `with_members`. One query more when something is hidden.
    """
    shown: list[PresentedFinding] = []
    contact: Person | None = None
    asked = False
    for finding in findings:
        members = [member.request for member in sorted(finding.members.all(), key=lambda member: member.request_id)]
        visible = [request for request in members if can_see(user, request)]
        if not visible:
            continue
        if len(visible) < len(members) and not asked:
            contact, asked = whom_to_ask(), True
        shown.append(_presented(finding, visible, len(members) - len(visible), contact))
    return shown


def present_found(
    found: Sequence[FoundFinding], user: Any, pks: Mapping[tuple[str, ...], int]
) -> list[PresentedFinding]:
    """Findings of the engine as `user` may see them. `pks` are the ids of those that are stored, by identity; others
    have the id 0 and no page of their own. At most two queries."""
    ids = {pk for each in found for pk in each.requests}
    rows = ProjectRequest.objects.filter(pk__in=ids).select_related("silo", "requester").order_by("id")
    requests = {row.pk: row for row in rows}
    contact: Person | None = None
    shown, asked, now = [], False, timezone.now()
    for each in found:
        visible = [requests[pk] for pk in each.requests if pk in requests and can_see(user, requests[pk])]
        hidden = len(each.requests) - len(visible)
        if not visible:
            continue
        if hidden and not asked:
            contact, asked = whom_to_ask(), True
        row = Finding(
            pk=pks.get(each.identity, 0),
            rule=each.rule,
            kind=each.kind,
            severity=each.severity,
            score=each.score,
            title=each.title,
            evidence=[
                {"kind": e.kind, "text": e.text, "requests": e.requests, "words": e.words} for e in each.evidence
            ],
            first_seen=now,
            last_seen=now,
        )
        shown.append(_presented(row, visible, hidden, contact))
    return shown


def _presented(
    finding: Finding, visible: Sequence[ProjectRequest], hidden: int, contact: Person | None
) -> PresentedFinding:
    redacted = hidden > 0 and len(visible) < 2 and finding.rule not in TITLES_WITHOUT_SILOS
    lines = () if redacted else _evidence(finding.evidence, {request.pk for request in visible}, hidden)
    return PresentedFinding(
        pk=finding.pk,
        rule=finding.rule,
        rule_label=RULE_LABELS.get(finding.rule, finding.rule),
        kind=finding.kind,
        severity=finding.severity,
        state=finding.state,
        state_label=finding.get_state_display(),
        score=finding.score,
        weight=finding.weight,
        title=_title(finding, hidden, redacted, contact),
        summary=next((line.text for line in lines if line.kind == SUMMARY), ""),
        evidence=tuple(line for line in lines if line.kind not in (SUMMARY, REMEDY)),
        remedy=next((line.text for line in lines if line.kind == REMEDY), ""),
        requests=tuple(visible),
        hidden=hidden,
        contact=contact if hidden else None,
        is_redacted=redacted,
        came_back="" if hidden else finding.came_back,
        first_seen=finding.first_seen,
        last_seen=finding.last_seen,
        version=finding.version,
    )


def _title(finding: Finding, hidden: int, redacted: bool, contact: Person | None) -> str:
    if redacted:
        title = _HIDDEN_TITLES[Finding.Kind(finding.kind)]
        return f"{title}. {contact.name} can tell you if it matters." if contact else f"{title}."
    if hidden and finding.rule not in TITLES_WITHOUT_SILOS:
        rule = RULE_BY_CODE.get(finding.rule)
        return rule.reason if rule else RULE_LABELS.get(finding.rule, finding.rule)
    return finding.title


def _evidence(lines: Iterable[Mapping[str, Any]], visible: set[int], hidden: int) -> tuple[EvidenceLine, ...]:
    """The lines whose requests are all visible; with hidden members, lines that name no request stay out as well."""
    return tuple(
        EvidenceLine(line["kind"], line["text"], line.get("weight"), tuple(line.get("words", ())))
        for line in lines
        if set(line.get("requests", ())) <= visible and not (hidden and not line.get("requests"))
    )


@dataclass(frozen=True, slots=True)
class Money:
    """The sum of what requests cost once, as far as it is said; `unsaid` counts those that do not say, and `is_said` is
    whether any does."""

    total: Decimal
    unsaid: int
    is_said: bool


def money_of(requests: Iterable[ProjectRequest], user: Any) -> Money | None:
    """The sum of the one-off costs; None where `user` may not see the cost of each of them."""
    known = list(requests)
    if not known or not all(can_see_money(user, request) for request in known):
        return None
    costs = [request.one_off_cost for request in known]
    return Money(
        sum((cost for cost in costs if cost is not None), Decimal(0)),
        costs.count(None),
        any(cost is not None for cost in costs),
    )
