"""Plans side by side."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from board.models import Scenario
from board.plan_tables import compare_title, comparison, differences, fullest, loads, waits_by_silo
from board.selectors.plans.plan_alike import measure_of, measured_alike
from board.selectors.plans.plan_sheets import APPROVED, ASKED, NAMES, PlanSheet, last_runs, scenarios
from board.selectors.plans.plan_years import PlanYear, by_month, segment_of, years_of
from board.views.plans.plan_loading import planners_only, sheets_by_key
from board.views.plans.plan_parts import PAGE
from customers.asked import page_of
from customers.csv_file import csv_file
from customers.models import Segment
from impacts.charts.year import YearChart, year_chart

MOST_BESIDE = 5


@require_safe
@planners_only
def compare(request: HttpRequest) -> HttpResponse:
    """The plans that `plans` names, side by side: figures, who waits, which quarter each request starts in."""
    rows = list(scenarios())
    keys = request.GET.getlist("plans")[: MOST_BESIDE + 5] or _usual(rows)
    compared = [row for key in dict.fromkeys(keys) for row in rows if str(row.pk) == key]
    measure = measure_of(compared, request.GET.get("measure", ""))
    sheets, own = measured_alike(sheets_by_key(keys, beside=measure)[:MOST_BESIDE], measure)
    table = comparison(sheets)
    if request.GET.get("form") == "csv":
        headings = ["", *(sheet.name for sheet in sheets)]
        return csv_file("plans-compared", headings, [[row.label, *(cell.text for cell in row.cells)] for row in table])
    there = {sheet.key for sheet in sheets}
    choices = [*NAMES.items(), *((str(row.pk), row.name) for row in rows)]
    context = {
        "sheets": sheets,
        "rows": table,
        "own": own,
        "measure": measure,
        "measures": [row for row in compared if row != measure and str(row.pk) in there],
        "loads": loads(sheets),
        "waits": waits_by_silo(sheets),
        **_years(request, sheets),
        "capacities": fullest(sheets),
        "page_title": compare_title(sheets),
        "differing": page_of(request, differences(sheets), PAGE, "differing"),
        "choices": [(key, name, key in there) for key, name in choices],
        "most": MOST_BESIDE,
    }
    return render(request, "board/plan_compare.html", context)


def _usual(rows: list[Scenario]) -> list[str]:
    """What is compared where nobody chose: as asked, as approved, and the first two that are planned."""
    runs = last_runs(rows)
    done = [row for row in rows if (run := runs.get(row.pk)) and run.result.get("figures")]
    return [ASKED, APPROVED, *(str(row.pk) for row in done[:2])]


def _years(request: HttpRequest, sheets: list[PlanSheet]) -> dict[str, Any]:
    """What the customers of one segment would live through by each plan."""
    planned = [sheet for sheet in sheets if sheet.figures]
    segment = segment_of(planned, request.GET.get("segment", "")) if planned else None
    years = years_of(request.user, planned, segment) if segment else []
    segments = list(Segment.objects.active().order_by("name", "id"))
    return {"segment": segment, "segments": segments, "years": _pictures(years), "months": by_month(years)}


def _pictures(years: list[PlanYear]) -> list[tuple[PlanYear, YearChart]]:
    """Each year with its chart, all drawn to the scale of the fullest."""
    fullest_year = max(
        (each.year for each in years), key=lambda year: max(w.rolling for w in year.by_week), default=None
    )
    return [(each, year_chart(each.year, scale=fullest_year)) for each in years]
