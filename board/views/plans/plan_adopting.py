"""Putting a plan before the board: proposals become agenda items, and the board decides. All can be taken back."""

from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from board.errors import BoardError
from board.forms.meetings import DropForm
from board.forms.plans import AdoptForm
from board.models import Meeting, PlanRun
from board.packs.words import counted
from board.permissions import can_propose, can_run
from board.selectors.decisions.changes import mark_looked_at_again
from board.selectors.meetings.items import absence
from board.selectors.meetings.meetings import OVER
from board.selectors.plans.plan_sheets import SheetRow, last_plan, sheet_of, standing_proposals
from board.services.plans.adopting import adopt_plan, take_back_plan
from board.views.loading import me, say
from board.views.plans.plan_loading import planners_only, scenario_of
from customers.asked import page_of
from customers.toasts import toast
from portfolio.lifecycle import Status

MOST_ROWS: Final = 60
"""So many requests are proposed at a time; of more, those of one quarter are offered."""


@require_http_methods(["GET", "POST"])
@planners_only
def adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the meeting and the requests that go before it."""
    scenario = scenario_of(pk)
    run = last_plan(scenario)
    meetings = Meeting.objects.exclude(status__in=OVER).order_by("starts_at", "id")
    able = [meeting.pk for meeting in meetings if can_propose(request.user, meeting)]
    if meetings and not able:
        raise PermissionDenied("Only the board's secretary, the chair and architects put things on the agenda.")
    rows = _decidable(run) if run else []
    context: dict[str, Any] = {"scenario": scenario, "run": run, "rows": rows, "able": able}
    context["found"] = run is not None and run.result.get("objective") is not None
    if run is not None and len(rows) > MOST_ROWS:
        rows, context["quarters"] = _one_quarter(rows, run, request.GET.get("quarter", ""))
        context["page"] = page_of(request, rows, MOST_ROWS)
        rows = list(context["page"])
    if run is None or not able or not rows:
        return render(request, "board/plan_adopt.html", context)
    sent = request.POST if request.method == "POST" else None
    ready = [str(row.request.pk) for row in rows if row.request.state is Status.READY]
    choices = [(str(row.request.pk), row.request.reference) for row in rows]
    form = AdoptForm(sent, meetings=meetings.filter(pk__in=able), requests=choices, chosen=ready)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        answer = _adopt(request, run, form)
        if answer is not None:
            return answer
    checked = set(form["requests"].value() or ())
    context |= {"form": form, "listed": [(row, str(row.request.pk) in checked, _words(row, run)) for row in rows]}
    return render(request, "board/plan_adopt.html", context, status=status)


def _adopt(request: HttpRequest, run: PlanRun, form: AdoptForm) -> HttpResponse | None:
    meeting, chosen = form.cleaned_data["meeting"], [int(pk) for pk in form.cleaned_data["requests"]]
    try:
        made = adopt_plan(person=me(request), run=run, meeting=meeting, requests=chosen)
    except BoardError as error:
        form.add_error(None, str(error))
        return None
    toast(request, f"{len(made)} proposed to the board of {meeting.day_words}. The board decides.")
    return redirect(meeting)


@require_http_methods(["GET", "POST"])
@planners_only
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take what the plan put on agendas off them again, in one step, and say why."""
    scenario = scenario_of(pk)
    if scenario.adopted_run is None:
        toast(request, "Nothing of this plan stands before the board.")
        return redirect(scenario)
    own, stay = standing_proposals(scenario.adopted_run)
    if not all(can_run(request.user, row.item.meeting) for row in own):
        raise PermissionDenied("Only the board's secretary and the chair take items off an agenda.")
    form = DropForm(request.POST if request.method == "POST" else None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            off, kept = take_back_plan(person=me(request), scenario=scenario, reason=form.cleaned_data["reason"])
        except BoardError as error:
            status = say(form, error)
        else:
            left = f" {counted(kept, 'item')} stay{'s' if kept == 1 else ''}." if kept else ""
            toast(request, f"Taken back: {counted(off, 'item')} taken off the agenda.{left}")
            return redirect(scenario)
    context = {"scenario": scenario, "form": form, "own": own, "stay": stay}
    return render(request, "board/plan_take_back.html", context, status=status)


def _decidable(run: PlanRun) -> list[SheetRow]:
    """What the plan says of requests over which the board can decide."""
    sheet = sheet_of(run)
    rows = (*sheet.going, *sheet.waiting)
    mark_looked_at_again([row.request for row in rows])
    return [row for row in rows if not absence(row.request)]


def _one_quarter(rows: list[SheetRow], run: PlanRun, wanted: str) -> tuple[list[SheetRow], list[dict[str, Any]]]:
    """Of many requests those that start in one quarter (or wait), what is ready first; and the quarters to choose."""
    by_quarter: dict[str, list[SheetRow]] = {}
    for row in rows:
        by_quarter.setdefault("waits" if row.line.period is None else str(row.line.period), []).append(row)
    key = wanted if wanted in by_quarter else next(iter(by_quarter))
    quarters = [
        {"key": each, "name": _quarter_name(each, run), "number": len(own), "current": each == key}
        for each, own in sorted(by_quarter.items())
    ]
    return sorted(by_quarter[key], key=lambda row: (row.request.state is not Status.READY, row.request.pk)), quarters


def _quarter_name(key: str, run: PlanRun) -> str:
    return "Waits" if key == "waits" else run.horizon.name(int(key))


def _words(row: SheetRow, run: PlanRun) -> str:
    if row.line.period is None:
        return "Wait"
    return f"Go, from {run.horizon.name(row.line.period)}"
