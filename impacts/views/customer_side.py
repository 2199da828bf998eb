"""Pages seen from the customer's chair: the heat map, the customer's year, and what lands on a register entry."""

import csv
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from customers.models import Segment, Touchpoint
from customers.registers import REGISTERS
from customers.spreadsheets import safe_cell
from impacts.selectors.customer_year import CustomerYear, customer_year, year_url
from impacts.selectors.heat_map import Quarter, heat_map, landing_impacts, parse_quarter, quarter_of
from impacts.selectors.landing import requests_on_entry
from impacts.year_chart import year_chart
from portfolio.lifecycle import LIVE

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_ROWS = 15  # touchpoints that the heat map shows before somebody asks for all


def _segments() -> list[Segment]:
    """Segments in use: those that most is planned to be sent to come first."""
    planned = Count("contacts", filter=Q(contacts__request__status__in=[status.value for status in LIVE]))
    rows = Segment.objects.active().select_related("manager").annotate(planned=planned)
    return list(rows.order_by("-planned", "-customer_count", "id"))


def _day(text: str, default: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return default
    # A calendar ends at both ends, and a year is counted on from here.
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else default


def _number(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 5 else default


@require_GET
def show_heat_map(request: HttpRequest) -> HttpResponse:
    """Where everything lands at once; each number opens the requests behind it."""
    starts = parse_quarter(request.GET.get("from", "")) or quarter_of(timezone.localdate())
    segment = Segment.objects.filter(code=request.GET.get("segment", "")).first()
    committed_only = request.GET.get("include") == "approved"
    shown = heat_map(user=request.user, starts=starts, segment=segment, committed_only=committed_only)
    context = {
        "map": shown,
        "segments": _segments(),
        "segment": segment,
        "committed_only": committed_only,
        "earlier": _earlier(starts),
        "cell": _cell(request, segment, committed_only),
        "rows": shown.rows if request.GET.get("rows") == "all" else shown.rows[:MOST_ROWS],
    }
    return render(request, "impacts/heat_map.html", context)


def _earlier(quarter: Quarter) -> Quarter:
    return Quarter(quarter.year - 1, 4) if quarter.number == 1 else Quarter(quarter.year, quarter.number - 1)


def _cell(request: HttpRequest, segment: Segment | None, committed_only: bool) -> dict[str, Any] | None:
    touchpoint = Touchpoint.objects.filter(code=request.GET.get("touchpoint", "")).first()
    quarter = parse_quarter(request.GET.get("quarter", ""))
    if touchpoint is None or quarter is None:
        return None
    rows = landing_impacts(
        user=request.user, touchpoint=touchpoint, quarter=quarter, segment=segment, committed_only=committed_only
    )
    return {"touchpoint": touchpoint, "quarter": quarter, "rows": rows}


@require_GET
def show_customer_year(request: HttpRequest, code: str | None = None) -> HttpResponse:
    """What one segment will live through; without a code, that of the person, else the one most is planned for."""
    segments = _segments()
    wanted = code or request.GET.get("segment", "")
    segment = get_object_or_404(Segment.objects.select_related("manager"), code=wanted) if wanted else None
    own = next((one for one in segments if one.manager_id == request.user.pk), None)
    segment = segment or own or next(iter(segments), None)
    if segment is None:
        return render(request, "impacts/customer_year_empty.html", {})
    year = _year(request, segment)
    context = {
        "year": year,
        "chart": year_chart(year),
        "segments": segments,
        "asked_url": year_url(segment, starts=year.starts, weeks=year.weeks, committed_only=False),
        "approved_url": year_url(segment, starts=year.starts, weeks=year.weeks, committed_only=True),
    }
    return render(request, "impacts/customer_year.html", context)


def _year(request: HttpRequest, segment: Segment) -> CustomerYear:
    return customer_year(
        user=request.user,
        segment=segment,
        starts=_day(request.GET.get("from", ""), timezone.localdate()),
        weeks=_number(request.GET.get("weeks", ""), 52),
        committed_only=request.GET.get("include") == "approved",
        without=request.GET.getlist("without"),
    )


@require_GET
def customer_year_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The weeks of the year as CSV: exactly what the page shows."""
    segment = get_object_or_404(Segment, code=code)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="year-of-{segment.code}.csv"'
    writer = csv.writer(response)
    writer.writerow(["week from", "contacts", "fullest window", "over policy", "from whom", "changes"])
    for week in _year(request, segment).by_week:
        changes = "; ".join(mark.words for mark in week.changes)
        row = [week.monday, week.contacts, week.rolling, week.over, week.from_whom, changes]
        writer.writerow([safe_cell(value) for value in row])
    return response


@require_GET
def panel_entry_requests(request: HttpRequest, register: str, code: str) -> HttpResponse:
    """The requests that land on one entry of a register, as a fragment of its page or as a page."""
    if register not in REGISTERS:
        raise Http404("There is no such register.")
    entry = get_object_or_404(REGISTERS[register].rows(), code=code)
    rows, hidden = requests_on_entry(user=request.user, entry=entry)
    template = "impacts/_entry_requests.html" if request.headers.get("HX-Request") else "impacts/entry_requests.html"
    list_url = reverse("customers:entry-list", args=[register])
    return render(request, template, {"entry": entry, "rows": rows, "hidden": hidden, "list_url": list_url})
