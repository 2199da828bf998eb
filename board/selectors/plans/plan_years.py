"""The customer's year in several plans: the same segment, weeks and scale, one picture for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Min

from board.planning.horizon import moved
from board.selectors.plans.plan_sheets import PlanSheet, SheetRow
from customers.models import Segment
from impacts.models import PlannedContact
from impacts.selectors.years.customer_year import CustomerYear, Placed, planned_years

WEEKS: Final = 52


@dataclass(frozen=True, slots=True)
class PlanYear:
    """What the customers of a segment live through in one plan."""

    sheet: PlanSheet
    year: CustomerYear

    @property
    def sentence(self) -> str:
        """The year in a sentence."""
        load, policy = self.year.load, self.year.policy
        sent = f"{len(self.year.contacts):,} contacts and {len(self.year.changes):,} changes"
        if load is None or policy is None:
            return sent
        over = sum(1 for week in self.year.by_week if week.over)
        weeks = f", too much in {over} week{'' if over == 1 else 's'}" if over else ", within policy"
        return f"{sent}; at most {load.peak} in {policy.days} days where {policy.limit} are allowed{weeks}"


@dataclass(frozen=True, slots=True)
class YearMonth:
    """One month in all plans: of each its contacts, changes, and the fullest window of the policy."""

    first: date
    figures: tuple[tuple[int, int, int, bool], ...]


def segment_of(sheets: Sequence[PlanSheet], code: str) -> Segment | None:
    """The segment of this code, else the one that hears most against its policy in any of the plans. Two queries at
    most."""
    rows = Segment.objects.active().order_by("name", "id")
    if found := rows.filter(code=code).first():
        return found
    loads = [load for sheet in sheets for load in sheet.figures.get("loads", ())]
    worst = min(loads, key=lambda load: (load["limit"] - load["peak"], load["code"]), default=None)
    return rows.filter(code=worst["code"]).first() if worst else rows.first()


def years_of(user: Any, sheets: Sequence[PlanSheet], segment: Segment) -> list[PlanYear]:
    """The year of the segment in each plan, from the first quarter of the first one on. A fixed number of queries."""
    starts = sheets[0].horizon.days[0]
    undated = _first_contacts()
    plans = [{row.request.pk: _placed(row, sheet, undated) for row in sheet.going} for sheet in sheets]
    years = planned_years(user=user, segment=segment, starts=starts, weeks=WEEKS, plans=plans)
    return [PlanYear(sheet, year) for sheet, year in zip(sheets, years, strict=True)]


def _first_contacts() -> dict[int, date]:
    """Of requests without days the first day on which they contact somebody. One query."""
    rows = PlannedContact.objects.filter(request__wanted_start=None, request__wanted_go_live=None)
    return dict(rows.order_by().values_list("request").annotate(first=Min("first_day")))


def _named_day(row: SheetRow) -> date | None:
    return row.request.wanted_start or row.request.wanted_go_live


def _placed(row: SheetRow, sheet: PlanSheet, undated: dict[int, date]) -> Placed:
    """Its go-live in the plan, and by how many days its contacts move."""
    line, first = row.line, _named_day(row)
    if line.running or line.starts is None or line.period is None:
        return line.live, 0
    if first is not None:
        return line.live, (line.starts - first).days
    contact = undated.get(row.request.pk)
    days = (moved(contact, line.period - sheet.horizon.period(contact)) - contact).days if contact else 0
    return line.live, days


def by_month(years: Sequence[PlanYear]) -> list[YearMonth]:
    """The years as a table, month by month."""
    months: dict[date, list[list[int]]] = {}
    for place, each in enumerate(years):
        for week in each.year.by_week:
            row = months.setdefault(week.monday.replace(day=1), [[0, 0, 0, 0] for _ in years])[place]
            row[0] += week.contacts
            row[1] += len(week.changes)
            row[2] = max(row[2], week.rolling)
            row[3] = max(row[3], week.over)
    return [
        YearMonth(first, tuple((sent, changed, full, over > 0) for sent, changed, full, over in rows))
        for first, rows in sorted(months.items())
    ]
