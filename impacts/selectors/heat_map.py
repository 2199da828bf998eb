"""The touchpoint heat map: where everything lands at once, by touchpoint and quarter."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from customers.models import Segment, Touchpoint
from customers.selectors import person_problem
from impacts.models import Impact
from portfolio.lifecycle import COMMITTED, LIVE
from portfolio.models import ProjectRequest
from portfolio.permissions import can_see

QUARTERS = 5


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A calendar quarter."""

    year: int
    number: int

    @property
    def code(self) -> str:
        """As links write it: 2027Q1."""
        return f"{self.year}Q{self.number}"

    @property
    def label(self) -> str:
        """As a heading writes it: Q1 2027."""
        return f"Q{self.number} {self.year}"

    @property
    def starts(self) -> date:
        """The first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def ends(self) -> date:
        """The last day."""
        return self.next.starts - timedelta(days=1)

    @property
    def next(self) -> "Quarter":
        """The quarter after this one."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)


def quarter_of(day: date) -> Quarter:
    """The quarter of a day."""
    return Quarter(day.year, (day.month - 1) // 3 + 1)


def parse_quarter(code: str) -> Quarter | None:
    """The quarter of a code such as 2027Q1, or None."""
    year, _, number = code.upper().partition("Q")
    if year.isdecimal() and len(year) < 5 and number in {"1", "2", "3", "4"} and 1 <= int(year) < 9999:
        return Quarter(int(year), int(number))
    return None


@dataclass(frozen=True, slots=True)
class HeatCell:
    """How many requests change a touchpoint in a quarter; `limit` is the register's, None without one."""

    quarter: Quarter
    count: int
    limit: int | None

    @property
    def over(self) -> bool:
        """Whether customers are asked to take more changes than the register says they can."""
        return self.limit is not None and self.count > self.limit


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One touchpoint. `problem` says why nobody answers for it, empty where somebody does."""

    touchpoint: Touchpoint
    cells: tuple[HeatCell, ...]
    problem: str

    @property
    def total(self) -> int:
        """All changes shown in the row."""
        return sum(cell.count for cell in self.cells)


@dataclass(frozen=True, slots=True)
class HeatMap:
    """The map: only touchpoints that something changes, the busiest cell first."""

    quarters: tuple[Quarter, ...]
    rows: tuple[HeatRow, ...]
    totals: tuple[int, ...]
    requests: int

    @property
    def owned(self) -> int:
        """How many of the touchpoints shown have somebody who answers."""
        return sum(not row.problem for row in self.rows)

    @property
    def title(self) -> str:
        """The finding, as a sentence."""
        cells = [(cell.count, row, cell) for row in self.rows for cell in row.cells]
        if not cells:
            return "No request that changes a touchpoint goes live in these quarters"
        count, row, cell = max(cells, key=lambda item: item[0])
        others = max((other for other, line, _ in cells if line is not row), default=0)
        ending = f"; nothing else changes more than {_times(others)}" if 0 < others < count else ""
        return f"{row.touchpoint.name} changes {_times(count)} in {cell.quarter.label}{ending}"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def heat_map(*, starts: Quarter, segment: Segment | None = None, committed_only: bool = False) -> HeatMap:
    """The map of `QUARTERS` quarters from `starts`, in three queries. A confidential request counts like any other."""
    quarters = [starts]
    while len(quarters) < QUARTERS:
        quarters.append(quarters[-1].next)
    landing = _impacts(quarters[0], quarters[-1], segment, committed_only)
    counts: dict[tuple[int, Quarter], set[int]] = defaultdict(set)
    for touchpoint, request, go_live in landing.values_list("touchpoint_id", "request_id", "request__wanted_go_live"):
        if go_live is not None:
            counts[touchpoint, quarter_of(go_live)].add(request)
    touchpoints = Touchpoint.objects.filter(pk__in={pk for pk, _ in counts}).select_related("accountable")
    rows = [
        HeatRow(
            touchpoint,
            tuple(HeatCell(q, len(counts.get((touchpoint.pk, q), ())), touchpoint.change_limit) for q in quarters),
            person_problem(touchpoint.accountable),
        )
        for touchpoint in touchpoints.order_by("name", "id")
    ]
    rows.sort(key=lambda row: (-max(cell.count for cell in row.cells), -row.total, row.touchpoint.name))
    requests = set().union(*counts.values()) if counts else set()
    totals = tuple(sum(row.cells[column].count for row in rows) for column in range(QUARTERS))
    return HeatMap(tuple(quarters), tuple(rows), totals, len(requests))


def _impacts(first: Quarter, last: Quarter, segment: Segment | None, committed_only: bool) -> QuerySet[Impact]:
    statuses = COMMITTED if committed_only else LIVE
    impacts = Impact.objects.filter(
        request__status__in=[status.value for status in statuses],
        request__wanted_go_live__gte=first.starts,
        request__wanted_go_live__lte=last.ends,
    )
    if segment is not None:
        impacts = impacts.filter(Q(segments=segment) | Q(segments__isnull=True)).distinct()
    return impacts.order_by("id")


@dataclass(frozen=True, slots=True)
class LandingRequest:
    """One request behind a cell. `request` is None where the reader may not know which."""

    request: ProjectRequest | None
    impact: Impact | None
    go_live: date


def landing_requests(
    *, user: Any, touchpoint: Touchpoint, quarter: Quarter, segment: Segment | None = None, committed_only: bool = False
) -> list[LandingRequest]:
    """The requests behind one cell, by go-live, in one query."""
    impacts = _impacts(quarter, quarter, segment, committed_only).filter(touchpoint=touchpoint)
    return list(_landing(user, impacts.select_related("request__silo", "measure")))


def _landing(user: Any, impacts: Iterable[Impact]) -> Iterable[LandingRequest]:
    for impact in sorted(impacts, key=lambda impact: (impact.request.wanted_go_live or date.max, impact.pk)):
        shown = can_see(user, impact.request)
        day = impact.request.wanted_go_live or date.max
        yield LandingRequest(impact.request if shown else None, impact if shown else None, day)
