"""The requests list and its exports."""

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from customers.asked import say_ignored
from portfolio.export import stream_csv, stream_requests_xlsx
from portfolio.filters import DEFAULT_SORT, SORTS
from portfolio.permissions import can_file, can_import, can_see_all_money
from portfolio.selectors.listing import list_requests

_FORMATS = {
    "csv": (stream_csv, "text/csv; charset=utf-8"),
    "xlsx": (stream_requests_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@require_GET
def request_list(request: HttpRequest) -> HttpResponse:
    """Search, filters, order and pages; the address holds the whole state."""
    listing = list_requests(request)
    page, rows = listing.page(request.GET.get("page", ""))
    for line in listing.ignored:
        say_ignored(request, line)
    query = request.GET.urlencode()
    context = {
        "form": listing.filterset.form,
        "page_obj": page,
        "rows": rows,
        "count": page.paginator.count,
        "default_sort": DEFAULT_SORT,
        "sorts": SORTS,
        "sorts_by_cost": can_see_all_money(request.user),
        "exports": [
            {"label": fmt.upper(), "url": f"{reverse('portfolio:request-export', args=[fmt])}?{query}"}
            for fmt in _FORMATS
        ],
        "may_file": can_file(request.user),
        "may_import": can_import(request.user),
    }
    return render(request, "portfolio/request_list.html", context)


@require_GET
def request_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """What the list shows with the same address, all pages of it, as a file. An address that is not understood in
    full leads to the list, which says what is wrong with it: a file could not."""
    if fmt not in _FORMATS:
        raise Http404("Requests are exported as CSV or XLSX.")
    stream, content_type = _FORMATS[fmt]
    listing = list_requests(request)
    if listing.ignored or listing.filterset.form.errors:
        return redirect(f"{reverse('portfolio:request-list')}?{request.GET.urlencode()}")
    response = StreamingHttpResponse(stream(listing.requests, request.user), content_type=content_type)
    name = f"requests-{timezone.localdate().isoformat()}.{fmt}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Accel-Buffering"] = "no"
    return response
