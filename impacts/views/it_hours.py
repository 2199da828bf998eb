"""Hours with customers: the page, and the form for one's own."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.asked import one_of, page_of
from customers.models import CustomerTime
from customers.permissions import can_change_registers
from customers.toasts import toast
from impacts.charts.it import hours_chart
from impacts.engine.customer_hours import said
from impacts.forms.it import TimeForm
from impacts.permissions import can_change_time, can_log_time
from impacts.selectors.it.it_hours import entries_for, last_met, seen_hours
from impacts.services.it.customer_time import remove_time, save_time
from impacts.views.touches import person_of

A_PAGE = 25


@require_GET
def show_hours(request: HttpRequest) -> HttpResponse:
    """Hours by month against the target, by person and by segment, and what they were about."""
    return _page(request, TimeForm() if can_log_time(request.user) else None)


def _page(request: HttpRequest, form: TimeForm | None) -> HttpResponse:
    today = timezone.localdate()
    hours = seen_hours(today)
    person = one_of(request, "person", {str(row.person.pk) for row in hours.people})
    shown = page_of(request, entries_for(person), A_PAGE)
    context = {
        "form": form,
        "hours": hours,
        "chart": hours_chart(hours.months),
        "met": last_met(since=today.replace(year=today.year - 1, day=1)),
        "page_obj": shown,
        "entries": [(entry, can_change_time(request.user, entry)) for entry in shown],
        "chosen": person,
        "may_import": can_change_registers(request.user),
        "today": today,
    }
    return render(request, "impacts/it_hours.html", context, status=422 if form and form.errors else 200)


@require_POST
def add_time(request: HttpRequest) -> HttpResponse:
    """Write down one's own hours."""
    if not can_log_time(request.user):
        raise PermissionDenied("People from IT write down their hours with customers.")
    form = TimeForm(request.POST, instance=CustomerTime(person=person_of(request)))
    if _saved(request, form):
        toast(request, f"Saved: {said(form.instance.hours)} with customers.")
        return redirect("impacts:it-hours")
    return _page(request, form)


@require_http_methods(["GET", "POST"])
def change_time(request: HttpRequest, pk: int) -> HttpResponse:
    """Change hours: one's own, or anybody's for who keeps the registers."""
    entry = _entry(request, pk)
    for_others = can_change_registers(request.user)
    form = TimeForm(request.POST if request.method == "POST" else None, instance=entry, for_others=for_others)
    if request.method == "POST" and _saved(request, form):
        toast(request, "Saved.")
        return redirect("impacts:it-hours")
    context = {"form": form, "entry_pk": pk}
    return render(request, "impacts/it_hours_form.html", context, status=422 if form.errors else 200)


@require_POST
def take_time_away(request: HttpRequest, pk: int) -> HttpResponse:
    """Take hours away."""
    entry = _entry(request, pk)
    remove_time(entry=entry, by=request.user)
    toast(request, f"Taken away: {said(entry.hours)} of {entry.person}. Their history is kept.")
    return redirect("impacts:it-hours")


def _entry(request: HttpRequest, pk: int) -> CustomerTime:
    entry = get_object_or_404(CustomerTime.objects.select_related("person"), pk=pk)
    if not can_change_time(request.user, entry):
        raise PermissionDenied("These hours are somebody else's.")
    return entry


def _saved(request: HttpRequest, form: TimeForm) -> bool:
    if not form.is_valid():
        return False
    try:
        save_time(entry=form.instance, by=request.user)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True
