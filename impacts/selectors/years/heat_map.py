"""The touchpoint heat map: where everything lands at once, by touchpoint and quarter."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from customers.models import Segment, Touchpoint
from customers.quarters import Quarter, first_day, next_quarter, quarter_label, quarter_of, quarters_from
from customers.selectors import person_problem
from impacts.models import Impact
from portfolio.lifecycle import COMMITTED, LIVE
from portfolio.models import ProjectRequest

QUARTERS = 5


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
    """The map as one person may see it: only touchpoints that something changes, the busiest cell first. `hidden`
    counts confidential requests that land somewhere, at any time, and are in nothing else here."""

    quarters: tuple[Quarter, ...]
    rows: tuple[HeatRow, ...]
    totals: tuple[int, ...]
    requests: int
    hidden: int

    @property
    def owned(self) -> int:
        """How many of the touchpoints shown have somebody who answers."""
        return sum(not row.problem for row in self.rows)

    @property
    def title(self) -> str:
        """The finding, as a sentence."""
        cells = [(cell.count, row, cell) for row in self.rows for cell in row.cells]
        seen = "As far as you may see, " if self.hidden else ""
        if not cells:
            return f"{seen}{'no' if seen else 'No'} request that changes a touchpoint goes live in these quarters"
        count, row, cell = max(cells, key=lambda item: item[0])
        others = max((other for other, line, _ in cells if line is not row), default=0)
        ending = f"; nothing else changes more than {_times(others)}" if 0 < others < count else ""
        return f"{seen}{row.touchpoint.name} changes {_times(count)} in {quarter_label(cell.quarter)}{ending}"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def heat_map(*, user: Any, starts: Quarter, segment: Segment | None = None, committed_only: bool = False) -> HeatMap:
    """The map of `QUARTERS` quarters from `starts`, in four queries. What `user` may not see is in no number, since its
    go-live could be read off it (decision 0011)."""
    quarters = quarters_from(starts, QUARTERS)
    landing = _impacts(user, quarters[0], quarters[-1], segment, committed_only)
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
    return HeatMap(tuple(quarters), tuple(rows), totals, len(requests), _hidden(user, segment))


def _impacts(
    user: Any, first: Quarter, last: Quarter, segment: Segment | None, committed_only: bool
) -> QuerySet[Impact]:
    statuses = COMMITTED if committed_only else LIVE
    impacts = _reaching(segment).filter(
        request__in=ProjectRequest.objects.visible_to(user).order_by().values("pk"),
        request__status__in=[status.value for status in statuses],
        request__wanted_go_live__gte=first_day(first),
        request__wanted_go_live__lt=first_day(next_quarter(last)),
    )
    return impacts.order_by("id")


def _hidden(user: Any, segment: Segment | None) -> int:
    """How many live requests land somewhere that `user` may not see, whenever they go live."""
    landing = _reaching(segment).order_by().values("request_id")
    seen = ProjectRequest.objects.visible_to(user).order_by().values("pk")
    return ProjectRequest.objects.live().filter(pk__in=landing).exclude(pk__in=seen).count()


def _reaching(segment: Segment | None) -> QuerySet[Impact]:
    if segment is None:
        return Impact.objects.all()
    return Impact.objects.filter(Q(segments=segment) | Q(segments__isnull=True)).distinct()


def landing_impacts(
    *, user: Any, touchpoint: Touchpoint, quarter: Quarter, segment: Segment | None = None, committed_only: bool = False
) -> list[Impact]:
    """What stands behind one cell, with its requests, by go-live, in one query."""
    impacts = _impacts(user, quarter, quarter, segment, committed_only).filter(touchpoint=touchpoint)
    return list(impacts.select_related("request__silo", "measure").order_by("request__wanted_go_live", "id"))
