"""Pages of the registers: their lists, and one entry's page, form, history and end."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers import selectors, services
from customers.asked import one_of, page_of
from customers.errors import RegisterError
from customers.forms import FindForm, entry_form
from customers.permissions import can_change_registers
from customers.registers import Register
from customers.sheets.catalog import SHEETS
from customers.tasks import wake_full_scan
from customers.views.which import entry_of, must_change, on_entry, register_of

PER_PAGE = 100


@require_GET
def register_list(request: HttpRequest) -> HttpResponse:
    """All registers, with how many entries nobody answers for."""
    may_change = can_change_registers(request.user)
    others = [sheet for sheet in SHEETS.values() if not sheet.is_register]
    context = {"counts": selectors.register_counts(), "may_change": may_change, "other_sheets": others}
    return render(request, "customers/register_list.html", context)


@require_GET
def entry_list(request: HttpRequest, register: str) -> HttpResponse:
    """The entries of one register: searched, sorted, a hundred on a page."""
    shown = register_of(register)
    form = FindForm(request.GET)
    form.is_valid()
    asked, sort = form.cleaned_data, one_of(request, "sort", shown.sorts)
    found = selectors.find_entries(shown, words=asked.get("find", ""), state=asked.get("state", ""), sort=sort)
    page = page_of(request, found, PER_PAGE)
    query = request.GET.urlencode()
    context = {
        "register": shown,
        "form": form,
        "page_obj": page,
        "rows": selectors.register_rows(shown, page.object_list),
        "count": page.paginator.count,
        "is_narrowed": any(asked.values()),
        "may_change": can_change_registers(request.user),
        "exports": [
            {"label": fmt.upper(), "url": f"{reverse('customers:sheet-export', args=[shown.slug, fmt])}?{query}"}
            for fmt in ("csv", "xlsx")
        ],
    }
    return render(request, "customers/entry_list.html", context)


@require_GET
@on_entry
def entry_detail(request: HttpRequest, register: Register, entry: Any) -> HttpResponse:
    """One entry: what it is, who answers, its other words, what holds it, what was merged into it."""
    context = {
        "register": register,
        "entry": entry,
        "facts": selectors.entry_facts(register, entry),
        "warnings": selectors.entry_warnings(entry),
        "synonyms": selectors.synonyms_of(entry),
        "holdings": selectors.holdings_of(entry),
        "merges": selectors.merges_into(entry),
        "tiers": selectors.tiers_of(entry),
        "may_change": can_change_registers(request.user),
    }
    return render(request, "customers/entry_detail.html", context)


@require_http_methods(["GET", "POST"])
def entry_new(request: HttpRequest, register: str) -> HttpResponse:
    """Add an entry."""
    must_change(request)
    shown = register_of(register)
    return _edit(request, shown, entry_form(shown)(request.POST or None, initial=request.GET.dict()), None)


@require_http_methods(["GET", "POST"])
@on_entry
def entry_edit(request: HttpRequest, register: Register, entry: Any) -> HttpResponse:
    """Change an entry."""
    must_change(request)
    return _edit(request, register, entry_form(register)(request.POST or None, instance=entry), entry.code)


def _edit(request: HttpRequest, register: Register, form: "ModelForm[Any]", code: str | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid() and _saved(request, form):
        return redirect(form.instance)
    context = {"register": register, "form": form, "code": code}
    return render(request, "customers/entry_form.html", context, status=422 if form.errors else 200)


def _saved(request: HttpRequest, form: "ModelForm[Any]") -> bool:
    """Save what the form holds; False, with the errors in the form, where the service refuses."""
    try:
        entry = services.save_entry(
            entry=form.instance,
            by=request.user,
            synonyms=form.cleaned_data.get("synonyms"),
            touchpoints=form.cleaned_data.get("touchpoints"),
        )
    except ValidationError as error:
        form.add_error(None, error) if not hasattr(error, "error_dict") else _add_errors(form, error)
        return False
    except RegisterError as error:
        form.add_error(None, str(error))
        return False
    wake_full_scan()
    messages.success(request, f"{entry.name} is saved.")
    return True


def _add_errors(form: "ModelForm[Any]", error: ValidationError) -> None:
    for field, errors in error.error_dict.items():
        form.add_error(field if field in form.fields else None, errors)


@require_POST
@on_entry
def entry_retire(request: HttpRequest, register: Register, entry: Any) -> HttpResponse:
    """Take an entry out of use; pressed twice it is still out of use, and since the same day."""
    must_change(request)
    if services.retire_entry(entry=entry, by=request.user, on=timezone.localdate()):
        wake_full_scan()
    messages.success(request, f"{entry.name} is retired. It stays where it is named, and is no longer offered.")
    return redirect(entry)


@require_POST
@on_entry
def entry_restore(request: HttpRequest, register: Register, entry: Any) -> HttpResponse:
    """Bring a retired entry back into use; pressed twice it is still in use."""
    must_change(request)
    try:
        restored = services.restore_entry(entry=entry, by=request.user)
    except RegisterError as error:
        messages.error(request, f"{entry.name} stays retired. {error}")
        return redirect(entry)
    if restored:
        wake_full_scan()
    messages.success(request, f"{entry.name} is in use again.")
    return redirect(entry)


@require_http_methods(["GET", "POST"])
@on_entry
def entry_delete(request: HttpRequest, register: Register, entry: Any) -> HttpResponse:
    """Delete an entry that nothing points at; for one in use, what else can be done with it."""
    must_change(request)
    status = 200
    if request.method == "POST":
        try:
            services.delete_entry(entry=entry, by=request.user)
        except RegisterError:
            status = 409
        else:
            wake_full_scan()
            messages.success(request, f"{entry.name} is deleted. Nothing pointed at it.")
            return redirect("customers:entry-list", register=register.slug)
    context = {"register": register, "entry": entry, "uses": selectors.uses_of(entry)}
    return render(request, "customers/entry_delete.html", context, status=status)


@require_GET
def entry_history(request: HttpRequest, register: str, code: str) -> HttpResponse:
    """Who changed an entry, when and how; also of one that was merged into another."""
    shown = register_of(register)
    entry = entry_of(shown, code)
    context = {"register": shown, "entry": entry, "changes": selectors.changes_of(entry)}
    return render(request, "customers/entry_history.html", context)
