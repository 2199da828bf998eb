"""How much of each skill is there: one table for all, and a panel on the page of one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from customers.asked import page_of
from customers.permissions import can_change_registers
from customers.quarters import quarter_label, quarter_of, quarters_from
from customers.tasks import wake_full_scan
from portfolio.forms.requests import CapacityForm
from portfolio.models import Skill
from portfolio.selectors.skills import AHEAD, capacity_rows
from portfolio.services.skills import set_capacities
from portfolio.views.who import person_of

PER_PAGE = 40
"""Skills on one page: each has a field for every quarter."""


@require_http_methods(["GET", "POST"])
def skill_capacity(http: HttpRequest) -> HttpResponse:
    """All skills and the next quarters: everybody reads it, architects and administrators fill it in."""
    quarters = quarters_from(quarter_of(timezone.localdate()), AHEAD)
    every = capacity_rows(quarters)
    page = page_of(http, every, PER_PAGE)
    rows = list(page.object_list)
    may_change = can_change_registers(http.user)
    if http.method == "POST" and not may_change:
        raise PermissionDenied("Only architects and administrators say how much of a skill is there.")
    if http.method == "POST":  # what was on the page then: skills may have come or gone since
        said = {name.partition("-")[0] for name in http.POST}
        rows = [row for row in every if f"s{row.skill.pk}" in said]
    form = CapacityForm(http.POST or None, rows=rows, quarters=quarters)
    if http.method == "POST" and form.is_valid():
        if set_capacities(person=person_of(http), days=form.days()):
            wake_full_scan()
        messages.success(http, "Saved. What no longer fits shows up in triage.")
        return redirect(http.get_full_path())
    labels = [quarter_label(quarter) for quarter in quarters]
    context = {"form": form, "labels": labels, "rows": rows, "page": page, "may_change": may_change}
    return render(http, "portfolio/skill_capacity.html", context, status=422 if form.errors else 200)


@require_GET
def panel_skill_capacity(http: HttpRequest, register: str, code: str) -> HttpResponse:
    """How much of one skill is there, for its page in the register of skills."""
    if register != Skill.register:
        raise Http404("Only skills have a capacity of this kind.")
    quarters = quarters_from(quarter_of(timezone.localdate()), AHEAD)
    (row,) = capacity_rows(quarters, get_object_or_404(Skill, code=code))
    context = {"skill": row.skill, "days": list(zip(map(quarter_label, quarters), row.days, strict=True))}
    context["may_change"] = can_change_registers(http.user)
    is_part = http.headers.get("HX-Request")
    response = render(http, f"portfolio/{'_' if is_part else ''}panel_skill_capacity.html", context)
    response["Vary"] = "HX-Request"
    return response
