"""What concerns the person: what they were told, and what they chose."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from customers.asked import page_of
from customers.toasts import toast
from portfolio.forms.requests import PreferencesForm
from portfolio.selectors import notifications_of, unread_count
from portfolio.services.notifications import mark_read
from portfolio.services.talk import set_preferences
from portfolio.views.who import person_of


@require_safe
def notification_list(http: HttpRequest) -> HttpResponse:
    """Everything the person was told, newest first."""
    page = page_of(http, notifications_of(person_of(http)), 50)
    return render(http, "portfolio/notification_list.html", {"page": page, "unread": unread_count(person_of(http))})


@require_safe
def notification_open(http: HttpRequest, pk: int) -> HttpResponse:
    """Go to what a notification speaks of; it counts as read from then on."""
    note = get_object_or_404(notifications_of(person_of(http)), pk=pk)
    mark_read(person=person_of(http), ids=[pk])
    safe = url_has_allowed_host_and_scheme(note.url, allowed_hosts={http.get_host()}, require_https=http.is_secure())
    return redirect(note.url if safe else "portfolio:notification-list")


@require_POST
def notification_read(http: HttpRequest) -> HttpResponse:
    """Mark one (`id` in the form) or all as read."""
    one = http.POST.get("id", "")
    ids = [int(one)] if one.isdecimal() and len(one) < 18 else None
    if one and ids is None:
        return redirect("portfolio:notification-list")
    count = mark_read(person=person_of(http), ids=ids)
    toast(http, f"{count} marked as read." if count else "Everything was read already.")
    return redirect("portfolio:notification-list")


@require_http_methods(["GET", "POST"])
def preferences(http: HttpRequest) -> HttpResponse:
    """Mail and keys."""
    person = person_of(http)
    initial = {"wants_mail": person.wants_mail, "shortcuts": person.shortcuts}
    form = PreferencesForm(http.POST if http.method == "POST" else None, initial=initial, label_suffix="")
    if form.is_valid():
        set_preferences(person=person, **form.cleaned_data)
        toast(http, "Your preferences are saved.")
        return redirect("portfolio:preferences")
    return render(http, "portfolio/preferences.html", {"form": form})
