"""The decision log's rows for export, as one person may see them.

What they say is what `seen_decision` says, read as plain values: of ten thousand decisions that is an order faster.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from board.models import Condition, ConditionMove, DecidedRequest, Decision, HoldMove, ItemRequest, Meeting
from board.selectors.decisions.decisions import HIDDEN_QUESTION, HIDDEN_REASON
from impacts.models import FamilyMember
from portfolio.lifecycle import LABELS, Status
from portfolio.models import ProjectRequest

#: So many decisions are in memory at a time.
PART = 500


@dataclass(frozen=True, slots=True)
class LogColumn:
    """One column of an export."""

    name: str
    heading: str
    width: int = 16


COLUMNS = (
    LogColumn("entry", "Entry", 8),
    LogColumn("id", "Decision", 10),
    LogColumn("decided", "Decided", 18),
    LogColumn("meeting", "Meeting", 30),
    LogColumn("question", "Question", 60),
    LogColumn("decision", "What was decided", 24),
    LogColumn("reason", "Reason", 60),
    LogColumn("requests", "Requests", 40),
    LogColumn("departments", "Departments", 30),
    LogColumn("survivor", "Merged into", 16),
    LogColumn("conditions", "Conditions", 60),
    LogColumn("hold", "Hold", 40),
    LogColumn("confidential", "Confidential requests", 12),
    LogColumn("recorded_by", "Recorded by", 24),
    LogColumn("stands", "Stands", 14),
    LogColumn("seal", "Seal", 66),
)


class _Decided(NamedTuple):
    """A decision's own values, in the order of _FIELDS."""

    pk: int
    kind: str
    at: datetime
    reason: str
    question: str
    item: int
    meeting: int
    family: int | None
    recorded_by: str
    survivor: int | None
    survivor_reference: str | None
    sequence: int | None
    own_hash: str | None
    superseded_by: int | None
    hold: str | None
    hold_owner: str | None
    hold_until: date | None
    joined: int | None
    supersedes: int | None


_FIELDS = (
    "pk", "kind", "at", "reason", "item__question", "item_id", "item__meeting_id", "item__family_id",
    "recorded_by__name", "survivor_id", "survivor__reference", "seal__sequence", "seal__own_hash", "superseded_by__pk",
    "hold__condition", "asked", "hold__expires_on", "joining__family_id",
    "supersedes_id",
)  # fmt: skip


@dataclass
class _Beside:
    """What stands in other tables about the decisions of one part: the requests they moved, what else those were put
    behind, their conditions in words, which requests are in each item and family, and the decisions that some of them
    take back."""

    moved: dict[int, list[tuple[int, str, str, str, int | None]]] = field(default_factory=lambda: defaultdict(list))
    behind: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    conditions: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    items: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    families: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    taken_back: dict[int, _Decided] = field(default_factory=dict)


def log_rows(rows: QuerySet[Decision], user: Any) -> Iterator[dict[str, Any]]:
    """The rows of an export by the names of COLUMNS, PART decisions in memory at a time: three queries, and seven for
    each part."""
    ids = list(rows.values_list("pk", flat=True))
    visible = ProjectRequest.objects.visible_to(user).order_by().values("pk")
    secret = set(ProjectRequest.objects.exclude(pk__in=visible).order_by().values_list("pk", flat=True))
    meetings = {meeting.pk: str(meeting) for meeting in Meeting.objects.order_by("id")}
    for start in range(0, len(ids), PART):
        part = ids[start : start + PART]
        found = _decided(part)
        earlier = _decided([each.supersedes for each in found.values() if each.supersedes and _takes_back(each)])
        beside = _beside({**found, **earlier}.values())
        beside.taken_back = earlier
        for pk in part:
            yield _row(found[pk], beside, secret, meetings)


def _decided(ids: list[int]) -> dict[int, _Decided]:
    """The decisions of these ids. One query, none for no ids."""
    given = HoldMove.objects.filter(hold__decision=OuterRef("pk")).order_by("at", "id")
    asked = Coalesce(Subquery(given.values("owner_before__name")[:1]), F("hold__owner__name"))
    rows = Decision.objects.filter(pk__in=ids).annotate(asked=asked).order_by().values_list(*_FIELDS) if ids else ()
    return {decided.pk: decided for decided in map(_Decided._make, rows)}


def _takes_back(decided: _Decided) -> bool:
    return decided.kind == Decision.Kind.REOPEN


def _beside(decisions: Iterable[_Decided]) -> _Beside:
    """Five queries."""
    beside, ids = _Beside(), [each.pk for each in decisions]
    named = ("decision_id", "request_id", "request__reference", "request__silo__name", "status_after")
    moved = DecidedRequest.objects.filter(decision__in=ids).order_by("position", "id")
    for decision, *values in moved.values_list(*named, "after_id"):
        beside.moved[decision].append(tuple(values))
    behind = DecidedRequest.also_after.through.objects.filter(decidedrequest__decision__in=ids).order_by()
    for decision, request in behind.values_list("decidedrequest__decision_id", "projectrequest_id"):
        beside.behind[decision].append(request)
    for decision, text, owner, due in _conditions(ids):
        beside.conditions[decision].append(f"{text} ({owner}, {due})")
    members = ItemRequest.objects.filter(item__in={each.item for each in decisions}).order_by("id")
    for item, request in members.values_list("item_id", "request_id"):
        beside.items[item].append(request)
    families = {family for each in decisions for family in (each.family, each.joined) if family}
    for family, request in FamilyMember.objects.filter(family__in=families).values_list("family_id", "request_id"):
        beside.families[family].append(request)
    return beside


def _conditions(ids: list[int]) -> QuerySet[Condition, tuple[Any, ...]]:
    """The conditions of these decisions with the owner and day that the board gave them, whatever moved since."""
    moves = ConditionMove.objects.filter(condition=OuterRef("pk")).order_by("at", "id")
    rows = Condition.objects.filter(decision__in=ids).annotate(
        asked=Coalesce(Subquery(moves.values("owner_before__name")[:1]), F("owner__name")),
        by=Coalesce(Subquery(moves.values("due_before")[:1]), F("due")),
    )
    return rows.values_list("decision_id", "text", "asked", "by")


def _row(decided: _Decided, beside: _Beside, secret: set[int], meetings: Mapping[int, str]) -> dict[str, Any]:
    hidden = len(_parties(decided, beside) & secret)
    seen = [each for each in beside.moved[decided.pk] if each[0] not in secret]
    hold = f"{decided.hold} ({decided.hold_owner}, {decided.hold_until})" if decided.hold else None
    return {
        "entry": decided.sequence,
        "id": decided.pk,
        "decided": timezone.localtime(decided.at).replace(tzinfo=None, microsecond=0),
        "meeting": meetings[decided.meeting],
        "question": HIDDEN_QUESTION if hidden else decided.question,
        "decision": Decision.Kind(decided.kind).label,
        "reason": HIDDEN_REASON if hidden else decided.reason,
        "requests": "; ".join(f"{reference} {_label(status)}" for _, reference, _, status, _ in seen),
        "departments": "; ".join(sorted({silo for _, _, silo, _, _ in seen})),
        "survivor": None if decided.survivor in secret else decided.survivor_reference,
        "conditions": "" if hidden else "; ".join(beside.conditions[decided.pk]),
        "hold": None if hidden else hold,
        "confidential": hidden or None,
        "recorded_by": decided.recorded_by,
        "stands": "no" if decided.superseded_by else "yes",
        "seal": None if hidden else decided.own_hash,
    }


def _label(status: str) -> str:
    return LABELS[Status(status)].lower()


def _parties(decided: _Decided, beside: _Beside) -> set[int]:
    """As `selectors.decisions.decisions.parties` has them: every request that its words may speak of."""
    found = {each[0] for each in beside.moved[decided.pk]}
    found |= {each[4] for each in beside.moved[decided.pk] if each[4]} | set(beside.behind[decided.pk])
    earlier = beside.taken_back.get(decided.supersedes or 0) if _takes_back(decided) else None
    if earlier is not None:
        found |= _parties(earlier, beside)
    if decided.survivor:
        found.add(decided.survivor)
    for family in (decided.family, decided.joined):
        found |= set(beside.families[family]) if family else set()
    return found | set(beside.items[decided.item])
