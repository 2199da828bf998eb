"""Service tiers: what customers get where they deal with IT directly."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.models import ServiceTier, Touchpoint
from customers.toasts import toast
from impacts.forms.it import ServiceForm
from impacts.permissions import can_keep_service
from impacts.services.it.service_tiers import remove_service_tier, save_service_tier


@require_GET
def list_service(request: HttpRequest) -> HttpResponse:
    """Every touchpoint that IT runs, with what customers get there; those where nobody said it last."""
    tiers = Prefetch("service_tiers", ServiceTier.objects.order_by("id"))
    rows = Touchpoint.objects.active().filter(run_by_it=True).select_related("accountable").prefetch_related(tiers)
    found = list(rows.order_by("-customers_per_month", "name", "id"))
    context = {
        "said": [(each, can_keep_service(request.user, each)) for each in found if each.service_tiers.all()],
        "unsaid": [(each, can_keep_service(request.user, each)) for each in found if not each.service_tiers.all()],
    }
    return render(request, "impacts/service_list.html", context)


def _touchpoint(request: HttpRequest, code: str) -> Touchpoint:
    found = get_object_or_404(Touchpoint.objects.select_related("accountable"), code=code)
    if not can_keep_service(request.user, found):
        raise PermissionDenied("Who answers for the touchpoint, architects and administrators say what customers get.")
    return found


@require_http_methods(["GET", "POST"])
def edit_service(request: HttpRequest, code: str, pk: int | None = None) -> HttpResponse:
    """Say what customers get at a touchpoint: one more tier, or another wording of one."""
    touchpoint = _touchpoint(request, code)
    tier = get_object_or_404(touchpoint.service_tiers, pk=pk) if pk else ServiceTier(touchpoint=touchpoint)
    tier.touchpoint = touchpoint
    form = ServiceForm(request.POST if request.method == "POST" else None, instance=tier)
    if request.method == "POST" and form.is_valid():
        try:
            save_service_tier(tier=tier, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            toast(request, f"Saved: {tier.name} at {touchpoint.name}.")
            return redirect(reverse("impacts:service-list") + f"#{touchpoint.code}")
    context = {"form": form, "touchpoint": touchpoint, "tier_pk": pk}
    return render(request, "impacts/service_form.html", context, status=422 if form.errors else 200)


@require_POST
def drop_service(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take a tier away."""
    tier = get_object_or_404(_touchpoint(request, code).service_tiers.select_related("touchpoint"), pk=pk)
    remove_service_tier(tier=tier, by=request.user)
    toast(request, f"Taken away: {tier.name} at {tier.touchpoint.name}. Its history is kept.")
    return redirect("impacts:service-list")
