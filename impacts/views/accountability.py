"""Who answers: the accountability map, what comes at the customers of a segment, and handing over."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from customers.asked import one_of, page_of
from customers.csv_file import csv_file
from customers.models import Segment
from customers.permissions import can_change_registers
from customers.tasks import wake_full_scan
from customers.toasts import toast
from impacts.charts.coverage import coverage_chart
from impacts.forms.handover import HandOverForm
from impacts.selectors.maps.accountability import (
    KINDS,
    NOBODY,
    AccountabilityMap,
    Ground,
    accountability_map,
    chosen_ground,
)
from impacts.selectors.years.coming import SHOWS, by_quarter, coming_at, hidden_from, in_quarter, with_effects
from impacts.views.touches import person_of
from portfolio.errors import HandOverProblem
from portfolio.models import Person
from portfolio.permissions import can_administer, can_hand_over, speaks_for_customers
from portfolio.selectors.holdings import gone_with_holdings, vacancies, vacancy_of, waiting_for
from portfolio.services.handover import hand_over

CSV_HEAD = ("kind", "code", "name", "who answers", "e-mail", "why nobody", "live requests", "customers")
PER_PAGE = 50


def _chosen(request: HttpRequest, shown: AccountabilityMap) -> tuple[list[Ground], str, str]:
    kind = one_of(request, "kind", KINDS)
    who = one_of(request, "who", {NOBODY, *(str(ground.person.pk) for ground in shown.ground if ground.person)})
    return chosen_ground(shown, kind=kind, who=who), kind, who


@require_GET
def show_accountability(request: HttpRequest) -> HttpResponse:
    """Who answers for what, where nobody does, where spans overlap, and what lands on ground without anybody."""
    shown = accountability_map(request.user)
    rows, kind, who = _chosen(request, shown)
    context = {
        "map": shown,
        "chart": coverage_chart(shown.months),
        "page": page_of(request, rows, PER_PAGE),
        "kinds": KINDS,
        "kind": kind,
        "who": who,
        "person": next((span.person for span in shown.spans if str(span.person.pk) == who), None),
        "may_change": can_change_registers(request.user),
        "vacancies": waiting_for(request.user),
    }
    return render(request, "impacts/accountability.html", context)


@require_GET
def accountability_csv(request: HttpRequest) -> HttpResponse:
    """The list as CSV: exactly what the page shows under the same filters."""
    rows, _, _ = _chosen(request, accountability_map(request.user))
    return csv_file("who-answers", CSV_HEAD, map(_cells, rows))


def _cells(row: Ground) -> list[str | int | None]:
    who = row.person if row.person is not None and not row.problem else None
    named = [who.name, who.email] if who else ["", ""]
    return [row.label, row.entry.code, row.entry.name, *named, row.problem, row.requests, row.reach]


def _segment(request: HttpRequest, code: str | None, segments: list[Segment]) -> Segment | None:
    """The segment that the address names; else the reader's own; else the first."""
    wanted = code or request.GET.get("segment", "")
    if wanted:
        return get_object_or_404(Segment.objects.select_related("manager"), code=wanted)
    own = next((one for one in segments if one.manager_id == request.user.pk), None)
    return own or next(iter(segments), None)


@require_GET
def show_coming(request: HttpRequest, code: str | None = None) -> HttpResponse:
    """Every live request that reaches the customers of a segment; without a code, of one that the person speaks for."""
    segments = list(Segment.objects.active().select_related("manager").order_by("name", "id"))
    segment = _segment(request, code, segments)
    if segment is None:
        return render(request, "impacts/customer_year_empty.html", {})
    context = {
        "segment": segment,
        "segments": segments,
        "hidden": hidden_from(request.user, segment),
        "speaks": speaks_for_customers(request.user, segment),
        **_coming(request, segment),
    }
    return render(request, "impacts/coming.html", context)


def _coming(request: HttpRequest, segment: Segment) -> dict[str, Any]:
    """What comes at the segment, narrowed and paged as the address asks."""
    show = one_of(request, "show", dict(SHOWS))
    committed = one_of(request, "include", ("asked", "approved"))
    rows = coming_at(request.user, segment, show=show, committed=committed)
    quarters = by_quarter(rows)
    live = one_of(request, "live", {one.key for one in quarters})
    chosen = next((one for one in quarters if one.key == live), None)
    page = page_of(request, in_quarter(rows, chosen.quarter) if chosen else rows, PER_PAGE)
    return {
        "quarters": quarters,
        "fullest": max(quarters, key=lambda one: one.count, default=None),
        "chosen": chosen,
        "page": page,
        "rows": with_effects(page.object_list, segment, request.user),
        "shows": SHOWS,
        "show": show,
        "committed": committed,
    }


@require_GET
def list_vacancies(request: HttpRequest) -> HttpResponse:
    """What waits to be handed over: to this person; for administrators everything."""
    everything = can_administer(request.user)
    found = vacancies(gone_with_holdings()) if everything else waiting_for(request.user)
    return render(request, "impacts/vacancies.html", {"vacancies": found, "everything": everything})


@require_http_methods(["GET", "POST"])
def show_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a successor for each thing that somebody who is gone still holds, or one for all."""
    vacancy = vacancy_of(get_object_or_404(Person, pk=pk))
    if not can_hand_over(request.user, vacancy.hands_over):
        raise PermissionDenied("What somebody held is handed over by their manager or an administrator.")
    if not vacancy.entries or not vacancy.person.accountability_problem:
        toast(request, f"{vacancy.person} holds nothing that could be handed over.", level=messages.INFO)
        return redirect("impacts:accountability")
    form = HandOverForm(request.POST if request.method == "POST" else None, vacancy=vacancy)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            given = hand_over(person=vacancy.person, successors=form.successors(), by=person_of(request))
        except HandOverProblem as error:
            form.add_problems(error)
        else:
            return _handed_over(request, vacancy.person, len(given), len(vacancy.entries))
    context: dict[str, Any] = {"vacancy": vacancy, "form": form}
    return render(request, "impacts/hand_over.html", context, status=status)


def _handed_over(request: HttpRequest, person: Person, given: int, held: int) -> HttpResponse:
    wake_full_scan()
    left = held - given
    toast(request, f"{given} handed over. {f'{left} still wait.' if left else f'{person} holds nothing any more.'}")
    return redirect("impacts:hand-over", pk=person.pk) if left else redirect("impacts:accountability")
