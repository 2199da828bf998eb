"""Pages to merge two entries that are the same, and to take it back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from customers import selectors, services
from customers.errors import RegisterError
from customers.forms import MergeForm
from customers.models import EntryMerge
from customers.registers import Register
from customers.tasks import wake_full_scan
from customers.toasts import toast
from customers.views.which import must_change, on_entry


@require_http_methods(["GET", "POST"])
@on_entry
def entry_merge(request: HttpRequest, register: Register, entry: Any) -> HttpResponse:
    """Say that an entry is the same as another one: choose it, see what would happen, merge."""
    must_change(request)
    asked = request.POST if request.method == "POST" else request.GET
    form = MergeForm(asked if "into" in asked else None, register=register, entry=entry)
    kept = form.cleaned_data["into"] if form.is_bound and form.is_valid() else None
    if request.method == "POST" and kept is not None:
        try:
            merge = services.merge_entries(kept=kept, merged=entry, by=request.user)
        except RegisterError as error:
            form.add_error("into", str(error))
        else:
            wake_full_scan()
            undo = reverse("customers:merge-undo", args=[merge.pk])
            toast(request, f"{entry.name} is now one with {kept.name}.", undo_url=undo)
            return redirect(kept)
    context = {"register": register, "entry": entry, "form": form, "kept": kept}
    if kept is not None:
        context["preview"] = selectors.merge_preview(kept=kept, merged=entry)
        context["facts"] = _side_by_side(register, entry, kept)
    return render(request, "customers/entry_merge.html", context, status=422 if form.errors else 200)


def _side_by_side(register: Register, one: Any, other: Any) -> list[tuple[str, Any, Any]]:
    """Label and both values of each field."""
    rows = zip(selectors.entry_facts(register, one), selectors.entry_facts(register, other), strict=True)
    return [(label, left, right) for (label, left), (_, right) in rows]


@require_POST
def merge_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a merge back, whole."""
    must_change(request)
    merge = get_object_or_404(EntryMerge, pk=pk)
    try:
        entry = services.undo_merge(merge=merge, by=request.user)
    except RegisterError as error:
        messages.error(request, str(error))
        return redirect("customers:entry-list", register=merge.register)
    wake_full_scan()
    messages.success(request, f"{entry.name} stands for itself again, with all that pointed at it.")
    return redirect(entry)
