"""Pages seen from the customer's chair: the heat map, and what lands on a register entry."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from customers.asked import not_known, one_of
from customers.models import Segment, Touchpoint
from customers.quarters import quarter_before, quarter_of, read_quarter
from customers.registers import REGISTERS
from impacts.selectors.tags.landing import requests_on_entry
from impacts.selectors.years.heat_map import heat_map, landing_impacts
from impacts.selectors.years.year_segments import segments_in_use

MOST_ROWS = 15  # touchpoints that the heat map shows before somebody asks for all


@require_GET
def show_heat_map(request: HttpRequest) -> HttpResponse:
    """Where everything lands at once; each number opens the requests behind it."""
    starts = read_quarter(request.GET.get("from", "")) or quarter_of(timezone.localdate())
    segment = Segment.objects.filter(code=request.GET.get("segment", "")[:60]).first()
    committed_only = one_of(request, "include", ("asked", "approved")) == "approved"
    if segment is None and (asked := request.GET.get("segment")):
        not_known(request, "segment", asked)
    shown = heat_map(user=request.user, starts=starts, segment=segment, committed_only=committed_only)
    context = {
        "map": shown,
        "segments": segments_in_use(request.user),
        "segment": segment,
        "committed_only": committed_only,
        "earlier": quarter_before(starts),
        "cell": _cell(request, segment, committed_only),
        "rows": shown.rows if request.GET.get("rows") == "all" else shown.rows[:MOST_ROWS],
    }
    return render(request, "impacts/heat_map.html", context)


def _cell(request: HttpRequest, segment: Segment | None, committed_only: bool) -> dict[str, Any] | None:
    touchpoint = Touchpoint.objects.filter(code=request.GET.get("touchpoint", "")).first()
    quarter = read_quarter(request.GET.get("quarter", ""))
    if touchpoint is None or quarter is None:
        return None
    rows = landing_impacts(
        user=request.user, touchpoint=touchpoint, quarter=quarter, segment=segment, committed_only=committed_only
    )
    return {"touchpoint": touchpoint, "quarter": quarter, "rows": rows}


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
