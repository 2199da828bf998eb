"""The data map, and what staff must know at a touchpoint."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from customers.csv_file import csv_file
from customers.fields import ManyOf
from customers.models import DataDomain, Touchpoint
from customers.permissions import can_change_registers
from customers.toasts import toast
from impacts.permissions import can_say_needs
from impacts.selectors.maps.data_map import QUALITY, SeenDataMap, seen_data_map
from impacts.services.tags.touchpoint_needs import set_needs

CSV_HEAD = (
    "island", "system", "code", "attribute", "quality", "data found by it", "lost with the system",
    "lost with the attribute",
)  # fmt: skip


@require_GET
def show_data_map(request: HttpRequest) -> HttpResponse:
    """Which systems can find the same customer; `?with=REQ-...`: once that request is done."""
    seen = seen_data_map(request.user, request.GET.get("with", "")[:40])
    shown = {row.touchpoint.pk for row in seen.touchpoints}
    may_say = can_change_registers(request.user)
    context = {
        "seen": seen,
        "user_id": request.user.pk,
        "may_say": may_say,
        "unsaid": Touchpoint.objects.active().exclude(pk__in=shown).order_by("name", "id") if may_say else (),
    }
    return render(request, "impacts/data_map.html", context)


@require_GET
def data_map_csv(request: HttpRequest) -> HttpResponse:
    """Every system with the attributes by which it is joined: what the picture shows, one line a row."""
    seen = seen_data_map(request.user, request.GET.get("with", "")[:40])
    return csv_file("data-map", CSV_HEAD, _rows(seen))


def _rows(seen: SeenDataMap) -> Any:
    words, losses = seen.words, {bridge.node: seen.words.loss(bridge) for bridge in seen.data.bridges}
    for row in seen.systems:
        links = [link for link in seen.data.links if link.system == row.node[1]]
        start = [row.island, row.name, words.thing(row.node).code]
        if not links:
            yield [*start, "", "", "", losses.get(row.node, ""), ""]
        for link in links:
            attribute = words.thing(("attribute", link.attribute)).name
            domains = "; ".join(words.domain(domain) for domain in link.domains)
            lost = losses.get(("attribute", link.attribute), "")
            yield [*start, attribute, QUALITY[link.quality], domains, losses.get(row.node, ""), lost]


class NeedsForm(forms.Form):
    """The data domains that staff must know at a touchpoint."""

    domains = ManyOf(
        DataDomain.objects.none(),
        required=False,
        label="What must we know here?",
        help_text="Of the customer who stands, calls or writes here: what they take for granted that we know.",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any, touchpoint: Touchpoint) -> None:
        needed = list(touchpoint.needs.values_list("domain_id", flat=True))
        super().__init__(data, initial={"domains": needed}, label_suffix="")
        offered = DataDomain.objects.active() | DataDomain.objects.filter(pk__in=needed)
        self.fields["domains"].queryset = offered.order_by("name", "id")  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
def touchpoint_needs(request: HttpRequest, code: str) -> HttpResponse:
    """Say what staff must know of a customer at a touchpoint."""
    touchpoint = get_object_or_404(Touchpoint.objects.select_related("accountable"), code=code)
    if not can_say_needs(request.user, touchpoint):
        raise PermissionDenied(
            "Who answers for the touchpoint, architects and administrators say what is needed there."
        )
    form = NeedsForm(request.POST if request.method == "POST" else None, touchpoint)
    if request.method == "POST" and form.is_valid():
        set_needs(touchpoint=touchpoint, domains=form.cleaned_data["domains"], by=request.user)
        toast(request, f"Saved: what must be known at {touchpoint.name}.")
        return redirect(reverse("impacts:data-map") + "#touchpoints")
    context = {"touchpoint": touchpoint, "form": form}
    return render(request, "impacts/touchpoint_needs.html", context, status=422 if form.errors else 200)
