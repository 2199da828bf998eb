"""What saying "whoa" saved, from the decisions that stand: see board.saving for what is counted."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models.fields.json import KeyTransform

from board.models import DecidedRequest, Decision
from board.saving import JOINED, MERGED, PUT_OFF, REJECTED, Decided, Saved, savings, total
from customers.models import Segment
from impacts.models import PlannedContact
from portfolio.lifecycle import LABELS, LIVE, Status
from portfolio.models import ProjectRequest

#: A survivor in one of these states is built, or was.
BUILT = LIVE | {Status.DELIVERED, Status.REVIEWED}


@dataclass(frozen=True, slots=True)
class SavedRow:
    """One row of a figure, with what its page names."""

    request: ProjectRequest
    decision: int
    at: datetime
    how: str
    into: ProjectRequest | None
    saved: Saved


#: So many rows of a figure stand on its page; all are in its file.
ON_PAGE = 100


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its sum and its rows, the largest first."""

    key: str
    total: Decimal
    rows: list[SavedRow]

    @property
    def on_page(self) -> list[SavedRow]:
        """The rows that its page shows."""
        return self.rows[:ON_PAGE]


@dataclass(frozen=True, slots=True)
class SavedPage:
    """The three figures. `unsaid` merged requests never said what they cost, so they count nothing."""

    spend: Figure
    not_sent: Figure
    put_off: Figure
    unsaid: int


def saved_page() -> SavedPage:
    """All that is saved now. A fixed number of queries."""
    rows = _rows()
    facts = _facts(rows)
    found = savings(facts)
    by_request = {row.request_id: row for row in rows}
    unsaid = sum(1 for each in facts if each.now == each.after == MERGED and each.lives and each.asked is None)
    return SavedPage(
        spend=_figure("spend", found.spend, by_request),
        not_sent=_figure("not_sent", found.not_sent, by_request),
        put_off=_figure("put_off", found.put_off, by_request),
        unsaid=unsaid,
    )


def _figure(key: str, rows: Any, by_request: Mapping[int, Any]) -> Figure:
    shown = [_shown(row, by_request[row.request]) for row in rows]
    return Figure(key, total(rows), shown)


def _shown(saved: Saved, row: Any) -> SavedRow:
    how = "Joined a family" if saved.how == JOINED else LABELS[Status(saved.how)]
    goes_to = {MERGED: row.request.survivor, Status.SEQUENCED.value: row.request.after}
    into = row.decision.joining.lead if saved.how == JOINED else goes_to.get(saved.how)
    return SavedRow(row.request, saved.decision, row.decision.at, how, into, saved)


def _rows() -> list[Any]:
    """Of each request that waits, was merged, rejected or joined the last decision over it that stands, with the part
    of its snapshot that is material."""
    ends = [MERGED, REJECTED, *PUT_OFF]
    standing = DecidedRequest.objects.filter(decision__superseded_by__isnull=True)
    standing = standing.exclude(decision__kind=Decision.Kind.REOPEN)
    last: dict[int, int] = {}
    ends_now = dict(ProjectRequest.objects.filter(status__in=ends).order_by().values_list("pk", "status"))
    rows = standing.order_by("decision__at", "decision_id")
    for request, pk, after, kind in rows.values_list("request_id", "pk", "status_after", "decision__kind"):
        if ends_now.get(request) == after or kind == Decision.Kind.JOIN:
            last[request] = pk
        else:
            last.pop(request, None)
    ids = sorted(last.values())
    found = []
    for start in range(0, len(ids), 500):
        part = DecidedRequest.objects.filter(pk__in=ids[start : start + 500])
        related = part.select_related(
            "request__silo", "request__survivor", "request__after", "decision__joining__lead", "decision__survivor"
        ).defer("decision__snapshot")
        found += list(related.annotate(material=KeyTransform("material", "decision__snapshot")).order_by("id"))
    return found


def _facts(rows: list[Any]) -> list[Decided]:
    customers = dict(Segment.objects.order_by().values_list("code", "customer_count"))
    requests = {row.request_id: row.request for row in rows}
    survivors = {row.decision.survivor_id for row in rows if row.decision.survivor_id}
    planned = _planned(requests.keys() | survivors)
    ends = _ends()
    return [_fact(row, customers, planned, ends) for row in rows]


def _fact(
    row: Any, customers: Mapping[str, int], planned: Mapping[int, Mapping[str, int]], ends: Mapping[int, str]
) -> Decided:
    request, decision = row.request, row.decision
    seen = (row.material or {}).get(str(request.pk), {})
    then = _times(seen["contacts"]) if "contacts" in seen else planned.get(request.pk, {})
    joining: Any = getattr(decision, "joining", None)
    lead = joining.lead if joining and joining.lead_id != request.pk else None
    survivor = request.survivor if row.status_after == MERGED else lead
    grown, more = Decimal(0), 0
    if survivor is not None:
        was = (row.material or {}).get(str(survivor.pk), {})
        grown = max((survivor.one_off_cost or Decimal(0)) - _amount(was.get("one_off"), survivor), Decimal(0))
        before = _times(was["contacts"]) if "contacts" in was else planned.get(survivor.pk, {})
        after = planned.get(survivor.pk, {})
        more = sum(max(after.get(code, 0) - before.get(code, 0), 0) * customers.get(code, 0) for code in then)
    return Decided(
        request=request.pk,
        decision=decision.pk,
        at=decision.at,
        stands=True,
        after=row.status_after,
        now=request.status,
        asked=_said(seen.get("one_off")) if "one_off" in seen else request.one_off_cost,
        asks=request.one_off_cost,
        contacts=sum(times * customers.get(code, 0) for code, times in then.items()),
        survivor=survivor.pk if survivor else None,
        lives=survivor is not None and ends.get(survivor.pk, survivor.status) in BUILT,
        cost_grown=grown,
        contacts_grown=more,
        led=lead is not None,
    )


def _said(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _amount(value: Any, request: ProjectRequest) -> Decimal:
    """What the survivor asked for then; where that is not known, what it asks for now: it has not grown."""
    return Decimal(str(value)) if value is not None else request.one_off_cost or Decimal(0)


def _times(contacts: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many times each segment is contacted."""
    found: dict[str, int] = defaultdict(int)
    for row in contacts:
        found[row["segment"][0]] += row["times"]
    return found


def _planned(ids: Iterable[int]) -> Mapping[int, Mapping[str, int]]:
    """The same of requests as they are now. One query."""
    found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    rows = PlannedContact.objects.filter(request__in=list(ids)).order_by("id")
    for request, code, times in rows.values_list("request_id", "segment__code", "times"):
        found[request][code] += times
    return found


def _ends() -> dict[int, str]:
    """Of each merged request the state of the request in which it goes on in the end. One query."""
    rows = ProjectRequest.objects.filter(status=MERGED).order_by()
    into = dict(rows.values_list("pk", "survivor_id"))
    states = dict(rows.values_list("pk", "survivor__status"))
    found = {}
    for start in into:
        here, seen = start, {start}
        while into[here] in into and into[here] not in seen:
            here = into[here]
            seen.add(here)
        found[start] = states[here]
    return found
