"""Plans side by side."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from board.plan_tables import compare_title, comparison, differences, fullest, loads
from board.selectors.plan_sheets import APPROVED, ASKED, NAMES, last_runs, scenarios
from board.views.plan_loading import planners_only, sheets_by_key
from board.views.plan_parts import PAGE
from customers.csv_file import csv_file

MOST_BESIDE = 5


@require_safe
@planners_only
def compare(request: HttpRequest) -> HttpResponse:
    """The plans that `plans` names, side by side: figures, who waits, which quarter each request starts in."""
    rows = list(scenarios())
    runs = last_runs(rows)
    planned = [row for row in rows if (run := runs.get(row.pk)) and run.result.get("figures")]
    usual = [ASKED, APPROVED, *(str(row.pk) for row in planned[:2])]
    keys = request.GET.getlist("plans") or usual
    sheets = sheets_by_key(keys[: MOST_BESIDE + 5])[:MOST_BESIDE]
    table = comparison(sheets)
    if request.GET.get("form") == "csv":
        headings = ["", *(sheet.name for sheet in sheets)]
        return csv_file("plans-compared", headings, [[row.label, *(cell.text for cell in row.cells)] for row in table])
    there = {sheet.key for sheet in sheets}
    choices = [*NAMES.items(), *((str(row.pk), row.name) for row in rows)]
    context = {
        "sheets": sheets,
        "rows": table,
        "loads": loads(sheets),
        "capacities": fullest(sheets),
        "page_title": compare_title(sheets),
        "differing": Paginator(differences(sheets), PAGE).get_page(request.GET.get("differing")),
        "choices": [(key, name, key in there) for key, name in choices],
        "most": MOST_BESIDE,
    }
    return render(request, "board/plan_compare.html", context)
