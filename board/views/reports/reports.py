"""The reports of the board over time: on screen, as files, printed, and by mail."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from board.errors import BoardError
from board.models import ReportSchedule
from board.permissions import can_see_reports
from board.report_files import file_stem, plain, report_xlsx
from board.reporting.document import Period
from board.selectors.reports.reports import REPORTS, ReportKind, period_of, reports_for, schedules_of
from board.services.reports.reporting import schedule_report, stop_report
from board.views.loading import me
from customers.csv_file import csv_file
from customers.toasts import toast
from portfolio.fields import Day

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PeriodForm(forms.Form):
    """From when to when."""

    first = Day(required=False, label="From")
    last = Day(required=False, label="To")

    def clean(self) -> dict[str, Any]:
        """The end does not lie before the beginning."""
        data = super().clean() or {}
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", "This day lies before the first one. Choose a later one.")
        return data


class ScheduleForm(forms.Form):
    """How often a report is sent, and over which period."""

    every = forms.ChoiceField(choices=ReportSchedule.Every.choices, label="How often?", initial="month")
    span = forms.ChoiceField(choices=ReportSchedule.Span.choices, label="Over which time?", initial="year")


@require_safe
def report_index(request: HttpRequest) -> HttpResponse:
    """Every report there is, and what goes out by mail. What each finds is asked for one by one, so that many requests
    keep nobody waiting for the page."""
    schedules = schedules_of(request.user)
    rows = [{"kind": kind, "schedule": schedules.get(kind.slug)} for kind in reports_for(request.user)]
    return render(request, "reports/index.html", {"rows": rows})


@require_safe
def report_finding(request: HttpRequest, slug: str) -> HttpResponse:
    """What one report finds over four quarters, as a sentence."""
    kind = _kind(request, slug)
    if not request.headers.get("HX-Request"):
        return redirect("reports:report", slug=slug)
    period = period_of(ReportSchedule.Span.YEAR, timezone.localdate())
    title = kind.build(request.user, period, timezone.now()).title
    return render(request, "reports/_finding.html", {"title": title})


def _kind(request: HttpRequest, slug: str) -> ReportKind:
    kind = REPORTS.get(slug)
    if kind is None:
        raise Http404("There is no such report.")
    if not can_see_reports(request.user, money=kind.is_money):
        raise PermissionDenied("This report shows the money of all: architects and the board open it.")
    return kind


def _period(request: HttpRequest) -> tuple[Period, PeriodForm]:
    """The period that the address names; four quarters where it names none or cannot be read."""
    form = PeriodForm(request.GET if {"first", "last"} & set(request.GET) else None, label_suffix="")
    if form.is_bound and form.is_valid():
        return Period(form.cleaned_data["first"], form.cleaned_data["last"]), form
    period = period_of(ReportSchedule.Span.YEAR, timezone.localdate())
    if not form.is_bound:
        form = PeriodForm(initial={"first": period.first, "last": period.last}, label_suffix="")
    return period, form


@require_safe
def report_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One report."""
    kind = _kind(request, slug)
    period, form = _period(request)
    today = timezone.localdate()
    schedule = schedules_of(request.user).get(slug)
    initial = {"every": schedule.every, "span": schedule.span} if schedule else None
    context = {
        "kind": kind,
        "report": kind.build(request.user, period, timezone.now()),
        "period": period,
        "form": form,
        "presets": [(label, _query(period_of(span, today))) for span, label in ReportSchedule.Span.choices],
        "here": _query(period),
        "others": reports_for(request.user),
        "schedule": schedule,
        "schedule_form": ScheduleForm(initial=initial, label_suffix=""),
        "today": today,
    }
    return render(request, "reports/report.html", context, status=422 if form.errors else 200)


def _query(period: Period) -> str:
    return f"first={_day(period.first)}&last={_day(period.last)}"


def _day(day: date | None) -> str:
    """As an address names it: empty for no end on that side."""
    return day.isoformat() if day else ""


@require_safe
def report_file(request: HttpRequest, slug: str, fmt: str) -> HttpResponse:
    """One report as a file: CSV of one of its tables (?table=2 for the second), XLSX of all. A period that cannot be
    read leads to the report's page, which says what is wrong with it."""
    kind = _kind(request, slug)
    period, form = _period(request)
    if form.errors:
        return redirect(f"{resolve_url('reports:report', slug)}?{request.GET.urlencode()}")
    report = kind.build(request.user, period, timezone.now())
    today = timezone.localdate()
    if fmt == "xlsx":
        response = HttpResponse(report_xlsx(report, kind.name, period.words), content_type=XLSX)
        response["Content-Disposition"] = f'attachment; filename="{file_stem(slug, period, today)}.xlsx"'
        return response
    said = request.GET.get("table", "1")
    number = int(said) if said.isdecimal() and len(said) < 3 else 1
    if fmt != "csv" or not 1 <= number <= len(report.tables):
        raise Http404("There is no such file of this report.")
    table = report.tables[number - 1]
    name = file_stem(slug, period, today, number)
    return csv_file(
        name, [heading.label for heading in table.headings], ([plain(cell) for cell in row] for row in table.rows)
    )


@require_POST
def report_schedule(request: HttpRequest, slug: str) -> HttpResponse:
    """Send it by mail from now on, or no more."""
    kind = _kind(request, slug)
    if "stop" in request.POST:
        stop_report(person=me(request), report=slug)
        toast(request, f"“{kind.name}” is no longer sent to you.")
        return redirect("reports:report", slug=slug)
    form = ScheduleForm(request.POST)
    try:
        if not form.is_valid():
            raise Http404("There is no such rhythm.")
        row = schedule_report(person=me(request), report=slug, **form.cleaned_data)
    except BoardError as error:
        messages.error(request, str(error))
        return redirect("reports:report", slug=slug)
    day = f"{row.next_on.day} {row.next_on:%B %Y}"
    toast(request, f"“{kind.name}” comes to {me(request).email}, first on {day}.", level=messages.SUCCESS)
    return redirect("reports:report", slug=slug)
