"""IT and the customer: the page with its charts, and each chart as CSV."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from customers.csv_file import csv_file
from customers.models import Touchpoint
from impacts.charts.it import hours_chart
from impacts.it_pictures import (
    contact_chart,
    contact_rows,
    heard_chart,
    heard_rows,
    hours_rows,
    money_chart,
    money_rows,
)
from impacts.permissions import can_keep_service, can_log_time
from impacts.selectors.it.it_hours import seen_hours
from impacts.selectors.it.it_share import seen_contact, seen_heard, seen_money
from impacts.selectors.it.value_stories import published_stories

LATEST = 3
MOST_TOUCHPOINTS = 12
MOST_DEPARTMENTS = 12


@require_GET
def show_it(request: HttpRequest) -> HttpResponse:
    """What IT does for customers: hours, money, when it first hears, contact that runs over it, stories."""
    hours, money = seen_hours(timezone.localdate()), seen_money(request.user)
    heard, contact = seen_heard(request.user), seen_contact()
    most = None if request.GET.get("departments") == "all" else MOST_DEPARTMENTS
    context = {
        "hours": hours,
        "hours_chart": hours_chart(hours.months),
        "money": money,
        "money_chart": money_chart(money) if money else None,
        "money_rows": money.largest(most) if money else [],
        "heard": heard,
        "quarters_chart": heard_chart(heard.quarters),
        "silos_chart": heard_chart(heard.silos[:most]),
        "most_departments": most,
        "contact": contact,
        "contact_chart": contact_chart(contact),
        "largest": contact.run_by_it[:MOST_TOUCHPOINTS],
        "stories": published_stories()[:LATEST],
        "may_log": can_log_time(request.user),
    }
    return render(request, "impacts/it_and_customers.html", context)


@require_GET
def it_csv(request: HttpRequest, chart: str) -> HttpResponse:
    """What one of the charts shows, as CSV."""
    headings, *rows = _rows(request, chart)
    return csv_file(f"it-and-customers-{chart}", headings, rows)


def _rows(request: HttpRequest, chart: str) -> Iterable[list[Any]]:
    """The headings, then the rows. Raises Http404, PermissionDenied."""
    if chart == "hours":
        return hours_rows(seen_hours(timezone.localdate()))
    if chart == "first-heard":
        return heard_rows(seen_heard(request.user))
    if chart == "contact":
        return contact_rows(seen_contact())
    if chart == "money":
        money = seen_money(request.user)
        if money is None:
            raise PermissionDenied("Architects and the board see the money of all departments.")
        return money_rows(money)
    raise Http404("There is no such chart.")


@never_cache
@require_GET
def panel_service(request: HttpRequest, code: str) -> HttpResponse:
    """What customers get at a touchpoint, as a fragment of its page or as a page."""
    touchpoint = get_object_or_404(Touchpoint, code=code)
    context = {
        "touchpoint": touchpoint,
        "tiers": touchpoint.service_tiers.order_by("id"),
        "may_keep": can_keep_service(request.user, touchpoint),
        "fragment": "impacts/_service_tiers.html",
        "title": f"What customers get at {touchpoint.name}",
    }
    is_part = request.headers.get("HX-Request")
    response = render(request, "impacts/_service_tiers.html" if is_part else "impacts/service_panel.html", context)
    response["Vary"] = "HX-Request"
    return response
