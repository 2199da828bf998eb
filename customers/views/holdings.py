"""Pages of what systems hold."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from customers import services
from customers.forms import HoldingForm
from customers.models import DataHolding, System
from customers.tasks import wake_full_scan
from customers.views.which import must_change


@require_http_methods(["GET", "POST"])
def holding_edit(request: HttpRequest, system: str, domain: str = "") -> HttpResponse:
    """What a system holds of one data domain, and by what it is found there; without a domain, one more."""
    must_change(request)
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
    must_change(request)
    holding = get_object_or_404(
        DataHolding.objects.select_related("system", "domain"), system__code=system, domain__code=domain
    )
    services.remove_holding(holding=holding, by=request.user)
    wake_full_scan()
    messages.success(request, f"{holding.system.name} no longer holds {holding.domain.name}. Its history is kept.")
    return redirect(holding.system)
