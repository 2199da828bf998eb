"""Which register and which entry a page is about, and who may change it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from customers.models import RegisterEntry
from customers.permissions import can_change_registers
from customers.registers import REGISTERS, Register
from customers.selectors import survivor_of


def register_of(slug: str) -> Register:
    """The register of this name; else 404."""
    if slug not in REGISTERS:
        raise Http404("There is no such register.")
    return REGISTERS[slug]


def entry_of(register: Register, code: str) -> RegisterEntry:
    """The entry of this code, also one that was merged into another; else 404."""
    manager: Any = register.model._default_manager
    entry: RegisterEntry = get_object_or_404(manager.select_related(*register.related), code=code)
    return entry


def must_change(request: HttpRequest) -> None:
    """Refuse whoever may not change the registers."""
    if not can_change_registers(request.user):
        raise PermissionDenied("Only architects and administrators change the registers.")


def on_entry(view: Callable[[HttpRequest, Register, Any], HttpResponse]) -> Callable[..., HttpResponse]:
    """A page about one entry. The code of one that was merged leads to the entry that it became, and writes nothing."""

    @wraps(view)
    def page(request: HttpRequest, register: str, code: str) -> HttpResponse:
        shown = register_of(register)
        entry = entry_of(shown, code)
        if entry.retired_on and (survivor := survivor_of(shown, entry.pk)):
            messages.info(request, f"{entry.name} was merged into {survivor.name}.")
            return redirect(survivor)
        return view(request, shown, entry)

    return page
