"""Series of meetings: the rule, the meetings that follow, and the days that are left out."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from board.errors import AlreadyPlanned, BoardError
from board.forms.presence import EndSeriesForm, LeaveOutForm, SeriesForm
from board.models import Meeting, MeetingSeries
from board.permissions import can_manage_meetings
from board.selectors.decisions.decisions import condition_counts
from board.selectors.meetings.calendars import series_file
from board.selectors.meetings.meetings import at_the_same_time, meetings_with_counts, people_to_chair
from board.services.meetings.series import change_series, end_series, leave_out, start_series
from board.views.loading import board_only, me, refuse
from customers.toasts import toast
from portfolio.models import Role


def _series(pk: int) -> MeetingSeries:
    return get_object_or_404(MeetingSeries.objects.select_related("chair", "secretary"), pk=pk)


def _managed(request: HttpRequest) -> None:
    if not can_manage_meetings(request.user):
        raise PermissionDenied


@require_safe
@board_only
def series_list(request: HttpRequest) -> HttpResponse:
    """All series, those that run first."""
    rows = MeetingSeries.objects.select_related("chair").order_by("ended_at", "title", "id")
    context = {
        "running": [row for row in rows if row.ended_at is None],
        "ended": [row for row in rows if row.ended_at is not None],
        "can_plan": can_manage_meetings(request.user),
        "counts": condition_counts(request.user),
    }
    return render(request, "board/series_list.html", context)


@require_safe
@board_only
def series_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A series with its meetings and the days that are left out."""
    series = _series(pk)
    meetings = meetings_with_counts().filter(series=series)
    now = timezone.now()
    coming = list(meetings.filter(starts_at__gte=now).order_by("starts_at", "id"))
    beside = at_the_same_time(coming)
    context = {
        "series": series,
        "coming": [(meeting, beside.get(meeting.pk)) for meeting in coming],
        "past": list(meetings.filter(starts_at__lt=now).order_by("-starts_at", "-id")[:20]),
        "skips": list(series.skips.select_related("person").order_by("-day")[:50]),
        "can_plan": can_manage_meetings(request.user) and series.ended_at is None,
        "moved": _moved(series),
    }
    return render(request, "board/series_detail.html", context)


def _moved(series: MeetingSeries) -> set[int]:
    """The ids of meetings that are on another day than the rule meant."""
    rows = Meeting.objects.filter(series=series, series_day__isnull=False)
    return {row.pk for row in rows if timezone.localdate(row.starts_at) != row.series_day}


@require_http_methods(["GET", "POST"])
@board_only
def series_new(request: HttpRequest) -> HttpResponse:
    """Start a series."""
    _managed(request)
    chair = people_to_chair().filter(memberships__role=Role.CIO).first()
    initial = {"chair": chair, "secretary": request.user.pk, "starts_on": timezone.localdate(), "starts_time": "14:00"}
    form = SeriesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            series = start_series(person=me(request), **_fields(form))
        except AlreadyPlanned as error:
            form.add_error(None, str(error))
        else:
            _say_planned(request, series, "The series runs. Its next meetings are planned")
            return redirect(series)
    return render(request, "board/series_form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@board_only
def series_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the rule; meetings to come follow, except those that were moved by hand."""
    _managed(request)
    series = _series(pk)
    form = SeriesForm(request.POST or None, instance=_series(pk))
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        expected = form.cleaned_data["version"] or 0
        try:
            change_series(person=me(request), series=series, expected=expected, **_fields(form))
        except BoardError as error:
            refuse(form, error, series.version)
            status = 409
        else:
            _say_planned(request, series, "The series is changed. Its meetings to come follow")
            return redirect(series)
    return render(request, "board/series_form.html", {"form": form, "series": series}, status=status)


def _say_planned(request: HttpRequest, series: MeetingSeries, done: str) -> None:
    """What was done, and how many of the meetings to come are at the time of another: the page says which."""
    coming = list(Meeting.objects.filter(series=series, starts_at__gte=timezone.now()))
    beside = len(at_the_same_time(coming))
    if not beside:
        toast(request, f"{done}.")
        return
    many = "one of them is" if beside == 1 else f"{beside} of them are"
    toast(request, f"{done}, but {many} at the time of another meeting.", level=messages.WARNING)


def _fields(form: SeriesForm) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "version"}


@require_http_methods(["GET", "POST"])
@board_only
def series_leave_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a day out, and say why."""
    _managed(request)
    series = _series(pk)
    form = LeaveOutForm(request.POST or None, initial={"day": request.GET.get("day", "")[:10]})
    if request.method == "POST" and form.is_valid():
        try:
            leave_out(person=me(request), series=series, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("day", " ".join(error.messages))
        except BoardError as error:
            form.add_error(None, str(error))
        else:
            toast(request, "The board does not meet on that day. The next meeting of the series is planned.")
            return redirect(series)
    context = {"form": form, "series": series}
    return render(request, "board/series_leave_out.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@board_only
def series_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a series; its meetings to come stay, or are cancelled."""
    _managed(request)
    series = _series(pk)
    form = EndSeriesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            count = end_series(person=me(request), series=series, because=data["because"], cancel=data["cancel"])
        except BoardError as error:
            form.add_error("because", str(error))
        else:
            toast(request, f"The series is ended. {count} meeting{'' if count == 1 else 's'} cancelled.")
            return redirect(series)
    context = {"form": form, "series": series}
    return render(request, "board/series_end.html", context, status=422 if form.errors else 200)


@require_safe
@board_only
def series_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The series' meetings to come as a calendar file."""
    series = _series(pk)
    answer = HttpResponse(series_file(series), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="series-{series.pk}.ics"'
    return answer
