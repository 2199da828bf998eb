"""The customer's year: of one segment, or of requests that somebody picked."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from customers.csv_file import csv_file
from customers.models import Segment
from impacts.charts.year import year_chart
from impacts.selectors.years.channel_room import channel_rooms
from impacts.selectors.years.customer_year import (
    CustomerYear,
    YearAsked,
    with_or_without,
    years_compared,
)
from impacts.selectors.years.year_compare import compared_figures
from impacts.selectors.years.year_export import DAY_COLUMNS, WEEK_COLUMNS, day_rows, week_rows
from impacts.selectors.years.year_segments import segment_contacted_most, segments_in_use
from impacts.year_address import parse_asked, parse_view, references, without_one, year_url

MOST_ROWS = 60
"""Rows of a table on the page; the CSV has them all."""
FEW_ROWS = 12
"""More changes than this are folded up below those that are worse or land in a freeze."""


@require_GET
def show_customer_year(request: HttpRequest, code: str | None = None) -> HttpResponse:
    """What the customer will live through; without a code or picked requests that of the person's own segment, else of
    the one that most is planned for."""
    segments = segments_in_use(request.user)
    asked = _asked(request, code, segments)
    if asked.segment is None and not asked.picked:
        return render(request, "impacts/customer_year_empty.html", {})
    before, after = years_compared(user=request.user, asked=asked)
    view = parse_view(request.GET) if after else "before"
    shown = before if after is None or view == "before" else after
    among = _among(before, after)
    context = {
        "asked": asked,
        "view": view,
        "year": shown,
        "segments": segments,
        "unknown": _unknown(asked, before, after),
        "among": among,
        "rows": [(each, year_url(without_one(asked, each.reference), "after")) for each in among[:MOST_ROWS]],
        "rooms": channel_rooms(user=request.user, asked=asked, year=shown),
        "most_rows": MOST_ROWS,
        "changes_shown": f":{MOST_ROWS}",
        "fold_changes": bool(shown.grave) and shown.landings > FEW_ROWS,
        "today": timezone.localdate(),
        **_both(before, after, view),
        **_addresses(asked, view),
    }
    return render(request, "impacts/customer_year.html", context)


def _both(before: CustomerYear, after: CustomerYear | None, view: str) -> dict[str, Any]:
    """The year before and after, with the chart that is looked at, and what differs."""
    shown = before if after is None or view == "before" else after
    return {
        "before": before,
        "after": after,
        "chart": year_chart(shown, ghost=before if view == "after" else None, scale=before),
        "before_chart": year_chart(before, scale=after) if view == "both" else None,
        "figures": compared_figures(before, after) if after else None,
    }


def _asked(request: HttpRequest, code: str | None, segments: list[Segment]) -> YearAsked:
    picked = () if code else references(request.GET.getlist("request"))
    wanted = code or request.GET.get("segment", "")
    segment = get_object_or_404(Segment.objects.select_related("manager"), code=wanted) if wanted else None
    asked = replace(parse_asked(request.GET, segment), picked=picked)
    around = references(request.GET.getlist("around"))
    if around:
        added, left_out = with_or_without(request.user, around, committed_only=asked.committed_only)
        asked = replace(asked, added=(*asked.added, *added), without=(*asked.without, *left_out))
    if segment is None and not picked:
        own = next((one for one in segments if one.manager_id == request.user.pk), None)
        busiest = segment_contacted_most(request.user, (*asked.added, *asked.without)) if asked.compares else None
        asked = replace(asked, segment=busiest or own or next(iter(segments), None))
    return asked


def _addresses(asked: YearAsked, view: str) -> dict[str, Any]:
    return {
        "here_url": year_url(asked, view),
        "asked_url": year_url(replace(asked, committed_only=False), view),
        "approved_url": year_url(replace(asked, committed_only=True), view),
        "before_url": year_url(asked, "before"),
        "after_url": year_url(asked, "after"),
        "both_url": year_url(asked, "both"),
        "plain_url": year_url(replace(asked, added=(), without=())),
        "weeks_csv_url": year_url(asked, view, csv="weeks"),
        "days_csv_url": year_url(asked, view, csv="days"),
        "every_url": year_url(replace(asked, segment=None)) if asked.picked else "",
    }


def _among(before: CustomerYear, after: CustomerYear | None) -> list[Any]:
    """The requests of both years, each once."""
    found = {each.pk: each for each in (*before.among, *(after.among if after else ()))}
    return [found[pk] for pk in sorted(found)]


def _unknown(asked: YearAsked, before: CustomerYear, after: CustomerYear | None) -> list[str]:
    """References asked for that are in neither year: not there, not for these eyes, or not approved."""
    known = {each.reference for each in _among(before, after)}
    return [each for each in (*asked.picked, *asked.added, *asked.without) if each not in known]


@require_GET
def customer_year_csv(request: HttpRequest, code: str | None = None) -> HttpResponse:
    """The year as CSV, by weeks or by days: exactly what the page with the same address shows."""
    asked = _asked(request, code, segments_in_use(request.user))
    before, after = years_compared(user=request.user, asked=asked)
    year = before if after is None or parse_view(request.GET) == "before" else after
    name = f"year-of-{asked.segment.code if asked.segment else 'picked-requests'}"
    if request.GET.get("rows") == "days":
        return csv_file(name, DAY_COLUMNS, day_rows(year))
    return csv_file(name, WEEK_COLUMNS, week_rows(year))
