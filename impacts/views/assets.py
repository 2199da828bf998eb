"""Customers as assets: the overview, and one quarter of a segment to read and to type."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.asked import one_of
from customers.assets import bridge, matrix
from customers.csv_file import csv_file
from customers.errors import DoesNotAddUp
from customers.models import Segment
from customers.permissions import can_change_registers, can_type_assets
from customers.quarters import Quarter, quarter_before, quarter_code, quarter_label, read_quarter
from customers.selectors.assets import Flows, empty_flow, flows_by_segment, problems_of, quarter_to_type
from customers.services.assets import remove_quarter, save_quarter
from customers.toasts import toast
from impacts.charts.assets import bridge_chart
from impacts.engine.quarters import quarter_of
from impacts.forms.assets import COLUMNS, AssetQuarterForm
from impacts.selectors.maps.assets import ASSET_HEADINGS, SPANS, AssetView, asset_rows, asset_view
from impacts.selectors.tags.bets import open_bets_on


def _asked(request: HttpRequest) -> AssetView:
    view = asset_view(
        code=request.GET.get("segment", "")[:60],
        quarter=read_quarter(request.GET.get("quarter", "")[:10]),
        span=int(one_of(request, "over", [str(span) for span in SPANS], usual=str(SPANS[0]))),
    )
    one_of(request, "segment", {each.code for each in view.choices})
    one_of(request, "quarter", {quarter_code(when) for when in view.quarters})
    return view


@require_GET
def show_assets(request: HttpRequest) -> HttpResponse:
    """What customers are worth and how that changed, for one segment or all, over one quarter or four."""
    view = _asked(request)
    today = quarter_of(timezone.localdate())
    may = [segment for segment in view.choices if can_type_assets(request.user, segment)]
    context = {
        "view": view,
        "chart": bridge_chart(view.bridge) if view.bridge else None,
        "quarters": [(quarter_code(when), quarter_label(when)) for when in view.quarters],
        "chosen": quarter_code(view.quarter) if view.quarter else "",
        "last": quarter_label(view.quarter) if view.quarter else "",
        "to_type": [(one, quarter_code(q), quarter_label(q)) for one, q in _next(may, view.flows, today)],
        "may_import": can_change_registers(request.user),
        "problems": [(one, quarter_code(when), each.message) for one, when, each in view.problems],
        "today": timezone.localdate(),
        "bets": open_bets_on(user=request.user, segment=view.segment) if view.segment else [],
    }
    return render(request, "impacts/assets.html", context)


def _next(segments: list[Segment], flows: dict[int, Flows], today: Quarter) -> list[tuple[Segment, Quarter]]:
    """The quarter of each segment that waits to be typed: no quarter that is not over yet."""
    waiting = [(segment, quarter_to_type(flows.get(segment.pk, {}), today)) for segment in segments]
    return [(segment, when) for segment, when in waiting if when < today]


@require_GET
def assets_csv(request: HttpRequest) -> HttpResponse:
    """The steps from opening to closing value that the page with the same address shows, for each segment."""
    return csv_file("customers-as-assets", ASSET_HEADINGS, asset_rows(_asked(request)))


@require_http_methods(["GET", "POST"])
def asset_quarter(request: HttpRequest, code: str, quarter: str) -> HttpResponse:
    """One quarter of a segment: the arithmetic to read, and for who may, the numbers to type."""
    segment, when = _of(code, quarter)
    flows = flows_by_segment([segment]).get(segment.pk, {})
    may_type = can_type_assets(request.user, segment)
    if request.method == "POST" and not may_type:
        raise PermissionDenied(f"Only the manager of {segment}, architects and administrators type these numbers.")
    before = flows.get(quarter_before(when))
    form = AssetQuarterForm(request.POST or None, flow=flows.get(when) or empty_flow(segment, when, before))
    if request.method == "POST" and form.is_valid() and _saved(request, segment, form):
        return redirect("impacts:asset-quarter", code=segment.code, quarter=quarter_code(when))
    context = {"segment": segment, "form": form if may_type else None, "columns": COLUMNS.values()}
    context |= _shown(flows, when)
    return render(request, "impacts/asset_quarter.html", context, status=422 if form.errors else 200)


def _of(code: str, quarter: str) -> tuple[Segment, Quarter]:
    when = read_quarter(quarter)
    if when is None:
        raise Http404("There is no such quarter.")
    return get_object_or_404(Segment.objects.select_related("manager"), code=code), when


def _shown(flows: Flows, when: Quarter) -> dict[str, Any]:
    """What is there of the quarter, and where its neighbours are."""
    flow = flows.get(when)
    others = [quarter_code(each) for each in flows if each != when]
    return {
        "flow": flow,
        "quarter": quarter_label(when),
        "code": quarter_code(when),
        "bridge": bridge(flow, flows.get(quarter_before(when))) if flow else None,
        "matrix": matrix(flow) if flow and len(flow.tiers) > 1 else None,
        "problems": [each.message for at, each in problems_of(flows) if at == when],
        "earlier": max((each for each in others if each < quarter_code(when)), default=""),
        "later": min((each for each in others if each > quarter_code(when)), default=""),
        "is_over": when < quarter_of(timezone.localdate()),
    }


def _saved(request: HttpRequest, segment: Segment, form: AssetQuarterForm) -> bool:
    flow = form.typed()
    try:
        later = save_quarter(segment=segment, flow=flow, by=request.user)
    except DoesNotAddUp as error:
        form.refuse(error.imbalances)
        return False
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    toast(request, f"{segment.name}, {quarter_label(flow.quarter)} is saved.")
    for each in later:
        messages.warning(request, f"The next quarter does not begin so. {each.message}")
    return True


@require_POST
def remove(request: HttpRequest, code: str, quarter: str) -> HttpResponse:
    """Take a quarter away; its history stays."""
    segment, when = _of(code, quarter)
    if not can_type_assets(request.user, segment):
        raise PermissionDenied(f"Only the manager of {segment}, architects and administrators take numbers away.")
    flow = flows_by_segment([segment]).get(segment.pk, {}).get(when)
    if flow is None:
        raise Http404("There are no numbers for this quarter.")
    remove_quarter(segment=segment, flow=flow, by=request.user)
    toast(request, f"{segment.name}, {quarter_label(when)} is taken away. Its history stays.")
    return redirect("impacts:asset-quarter", code=segment.code, quarter=quarter_code(when))
