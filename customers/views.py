"""Pages of the registers."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers import selectors, services
from customers.errors import RegisterError
from customers.forms import HoldingForm, entry_form
from customers.models import DataHolding, RegisterEntry, System
from customers.permissions import can_change_registers
from customers.registers import REGISTERS, Register
from customers.tasks import wake_full_scan


def _register(slug: str) -> Register:
    if slug not in REGISTERS:
        raise Http404("There is no such register.")
    return REGISTERS[slug]


def _entry(register: Register, code: str) -> RegisterEntry:
    entry: RegisterEntry = get_object_or_404(register.rows(), code=code)
    return entry


def _must_change(request: HttpRequest) -> None:
    if not can_change_registers(request.user):
        raise PermissionDenied("Only architects and administrators change the registers.")


@require_GET
def register_list(request: HttpRequest) -> HttpResponse:
    """All registers, with how many entries nobody answers for."""
    return render(request, "customers/register_list.html", {"counts": selectors.register_counts()})


@require_GET
def entry_list(request: HttpRequest, register: str) -> HttpResponse:
    """The entries of one register."""
    shown = _register(register)
    context = {
        "register": shown,
        "rows": selectors.register_rows(shown),
        "may_change": can_change_registers(request.user),
    }
    return render(request, "customers/entry_list.html", context)


@require_GET
def entry_detail(request: HttpRequest, register: str, code: str) -> HttpResponse:
    """One entry: what it is, who answers, its other words, what holds it."""
    shown = _register(register)
    entry = _entry(shown, code)
    context = {
        "register": shown,
        "entry": entry,
        "facts": selectors.entry_facts(shown, entry),
        "synonyms": selectors.synonyms_of(entry),
        "holdings": selectors.holdings_of(entry),
        "may_change": can_change_registers(request.user),
    }
    return render(request, "customers/entry_detail.html", context)


@require_http_methods(["GET", "POST"])
def entry_new(request: HttpRequest, register: str) -> HttpResponse:
    """Add an entry."""
    _must_change(request)
    shown = _register(register)
    return _edit(request, shown, entry_form(shown)(request.POST or None), None)


@require_http_methods(["GET", "POST"])
def entry_edit(request: HttpRequest, register: str, code: str) -> HttpResponse:
    """Change an entry."""
    _must_change(request)
    shown = _register(register)
    entry = _entry(shown, code)
    return _edit(request, shown, entry_form(shown)(request.POST or None, instance=entry), code)


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
def entry_retire(request: HttpRequest, register: str, code: str) -> HttpResponse:
    """Take an entry out of use, or bring it back."""
    _must_change(request)
    entry = _entry(_register(register), code)
    if entry.retired_on:
        try:
            services.restore_entry(entry=entry, by=request.user)
        except RegisterError as error:
            messages.error(request, f"{entry.name} stays retired. {error}")
            return redirect(entry)
        messages.success(request, f"{entry.name} is in use again.")
    else:
        services.retire_entry(entry=entry, by=request.user, on=timezone.localdate())
        messages.success(request, f"{entry.name} is retired. It stays where it is named, and is no longer offered.")
    wake_full_scan()
    return redirect(entry)


@require_GET
def entry_history(request: HttpRequest, register: str, code: str) -> HttpResponse:
    """Who changed what of an entry, and when."""
    shown = _register(register)
    entry = _entry(shown, code)
    context = {"register": shown, "entry": entry, "changes": selectors.changes_of(entry)}
    return render(request, "customers/entry_history.html", context)


@require_http_methods(["GET", "POST"])
def holding_edit(request: HttpRequest, system: str, domain: str = "") -> HttpResponse:
    """What a system holds of one data domain, and by what it is found there; without a domain, one more."""
    _must_change(request)
    of = get_object_or_404(System, code=system)
    holding = get_object_or_404(of.holdings.select_related("domain"), domain__code=domain) if domain else None
    form = HoldingForm(request.POST or None, system=of, holding=holding)
    if request.method == "POST" and form.is_valid():
        chosen = holding.domain if holding else form.cleaned_data["domain"]
        services.save_holding(
            system=of, domain=chosen, role=form.cleaned_data["role"], attributes=form.qualities(), by=request.user
        )
        wake_full_scan()
        messages.success(request, f"Saved: what {of.name} holds of {chosen.name}.")
        return redirect(of)
    context = {"system": of, "holding": holding, "form": form}
    return render(request, "customers/holding_form.html", context, status=422 if form.errors else 200)


@require_POST
def holding_remove(request: HttpRequest, system: str, domain: str) -> HttpResponse:
    """Say that a system no longer holds a data domain."""
    _must_change(request)
    holding = get_object_or_404(
        DataHolding.objects.select_related("system", "domain"), system__code=system, domain__code=domain
    )
    services.remove_holding(holding=holding, by=request.user)
    wake_full_scan()
    messages.success(request, f"{holding.system.name} no longer holds {holding.domain.name}. Its history is kept.")
    return redirect(holding.system)
