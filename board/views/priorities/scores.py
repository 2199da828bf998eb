"""Scores: the weighted order, how far it moves, scoring one request, the weights and criteria."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from board.charts.ranks import rank_chart
from board.errors import BoardError, NotAllowed, StaleMeeting
from board.forms.priorities import CriterionForm, ScoreForm, TrialForm, WhyForm
from board.models import Criterion
from board.permissions import can_score, can_see_orders, can_weigh
from board.selectors.priorities.goals import WAITING
from board.selectors.priorities.scores import (
    Order,
    order_title,
    scored_order,
    scored_rows,
    scores_of,
    seen_scores,
    weight_history,
    weights_in_force,
)
from board.services.priorities.scoring import add_criterion, ordered_weights, retire_criterion, set_scores, set_weights
from board.views.loading import me
from customers.asked import page_of
from customers.csv_file import csv_file
from customers.toasts import toast
from portfolio.models import ProjectRequest

PER_PAGE, CHARTED, UNSCORED = 50, 20, 25


@require_safe
def score_list(request: HttpRequest) -> HttpResponse:
    """The weighted order of the queue and how far it moves; other weights can be tried."""
    order, form = _asked(request)
    return render(request, "priorities/scores.html", _context(request, order, form))


def _asked(request: HttpRequest) -> tuple[Order, TrialForm]:
    form = TrialForm(request.GET or None, weights=weights_in_force())
    form.is_valid()
    return scored_order(request.user, form.values()), form


def _move(form: TrialForm) -> int:
    return int(getattr(form, "cleaned_data", {}).get("move") or 25)


def _context(request: HttpRequest, order: Order, form: TrialForm, **more: Any) -> dict[str, Any]:
    percent = _move(form)
    page = page_of(request, order.placed, PER_PAGE)
    first = scored_rows(order, order.placed[:CHARTED], percent / 100)
    rows = scored_rows(order, list(page.object_list), percent / 100)
    unscored = page_of(request, order.unscored, UNSCORED, "waiting")
    waiting = ProjectRequest.objects.select_related("silo").in_bulk([pk for pk, _ in unscored])
    return {
        "order": order,
        "title": order_title(order, first, percent),
        "chart": rank_chart(first, len(order.placed)),
        "rows": rows,
        "page_obj": page,
        "percent": percent,
        "form": form,
        "weights": list(zip(order.weights.criteria, order.tried, order.weights.values, strict=True)),
        "total": sum(order.tried),
        "unscored": unscored,
        "waiting": [(waiting[pk], count) for pk, count in unscored if pk in waiting],
        "may_score": can_score(request.user),
        "may_weigh": can_weigh(request.user),
        "sees_orders": can_see_orders(request.user),
        "why_form": WhyForm(initial={"expected": order.weights.number}),
        **more,
    }


@require_safe
def scores_csv(request: HttpRequest) -> HttpResponse:
    """The whole weighted order as CSV."""
    order, form = _asked(request)
    headings = ["Rank", "Reference", "Title", "Department", "Value", "Best rank", "Worst rank"]
    headings += [f"{each.name} ({weight})" for each, weight in zip(order.weights.criteria, order.tried, strict=True)]
    rows = scored_rows(order, order.placed[:2000], _move(form) / 100)
    return csv_file(
        "scores",
        headings,
        (
            [
                row.placed.rank,
                row.request.reference,
                row.request.title,
                row.request.silo.name,
                round(row.placed.value, 1),
                row.range.best,
                row.range.worst,
                *row.points,
            ]
            for row in rows
        ),
    )


@require_http_methods(["GET", "POST"])
def score_edit(request: HttpRequest, reference: str) -> HttpResponse:
    """Score one request by each criterion, with reasons; read by everybody who sees the request."""
    item = get_object_or_404(
        ProjectRequest.objects.visible_to(request.user).exclude(status="draft").select_related("silo"),
        reference=reference,
    )
    weights, scores = weights_in_force(), scores_of(item)
    may = can_score(request.user) and item.state in WAITING
    form = ScoreForm(
        request.POST or None, criteria=weights.criteria, scores=scores, initial={"seen": seen_scores(scores)}
    )
    status = 200
    if request.method == "POST":
        if not can_score(request.user):
            raise PermissionDenied("Architects and the board score requests.")
        refused = _scored(request, item, form)
        if refused is None:
            toast(request, f"{item.reference} is scored.", level=messages.SUCCESS)
            return redirect("priorities:scores")
        status = refused
    # Who was faster is shown, so that the second one knows what saving again would put aside.
    theirs = scores_of(item) if status == 409 else {}
    context = {"item": item, "form": form, "scores": scores, "weights": weights, "may": may, "theirs": theirs}
    return render(request, "priorities/score_edit.html", context, status=status)


def _scored(request: HttpRequest, item: ProjectRequest, form: ScoreForm) -> int | None:
    """None where it was saved; else the answer's status, and what was wrong stands in the form."""
    if not form.is_valid():
        return 422
    try:
        set_scores(person=me(request), request=item, points=form.points(), seen=form.cleaned_data["seen"])
    except StaleMeeting as error:
        form.add_error(None, str(error))
        form.data = {**form.data.dict(), "seen": seen_scores(scores_of(item))}  # type: ignore[attr-defined]
        return 409
    except (BoardError, ValidationError) as error:
        form.add_error(None, str(error) if isinstance(error, BoardError) else " ".join(error.messages))
        return 422
    return None


@require_http_methods(["GET", "POST"])
def weight_list(request: HttpRequest) -> HttpResponse:
    """The criteria with their weights over time; who may, adds a criterion."""
    form = CriterionForm(request.POST or None)
    if request.method == "POST":
        if not can_weigh(request.user):
            raise PermissionDenied("The secretary, the CIO, the customer leader and administrators keep the criteria.")
        if form.is_valid():
            try:
                add_criterion(person=me(request), **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                toast(request, "The criterion is added. It counts nothing until it is given a weight.")
                return redirect("priorities:weights")
    context = {
        "weights": weights_in_force(),
        "history": weight_history(),
        "form": form,
        "may_weigh": can_weigh(request.user),
        "sees_orders": can_see_orders(request.user),
    }
    return render(request, "priorities/weights.html", context, status=422 if form.errors else 200)


@require_POST
def weights_set(request: HttpRequest) -> HttpResponse:
    """Put the weights that were tried in force."""
    if not can_weigh(request.user):
        raise PermissionDenied("The secretary, the CIO, the customer leader and administrators set the weights.")
    weights = weights_in_force()
    form, why = TrialForm(request.POST, weights=weights), WhyForm(request.POST)
    status = 422
    if form.is_valid() and why.is_valid():
        try:
            set_weights(
                person=me(request),
                expected=why.cleaned_data["expected"],
                weights=ordered_weights(weights.criteria, form.values()),
                why=why.cleaned_data["why"],
            )
        except BoardError as error:
            why.add_error(None, str(error))
            status = 409 if isinstance(error, StaleMeeting) else 422
        else:
            toast(request, "The weights are in force.", level=messages.SUCCESS)
            return redirect("priorities:scores")
    order = scored_order(request.user, form.values())
    why.data = {**request.POST.dict(), "expected": str(weights.number)}
    return render(request, "priorities/scores.html", _context(request, order, form, why_form=why), status=status)


@require_POST
def criterion_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a criterion out of use."""
    criterion = get_object_or_404(Criterion, pk=pk)
    try:
        retire_criterion(person=me(request), criterion=criterion)
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    toast(request, f"“{criterion}” is no longer used. Its scores stay in the history.")
    return redirect("priorities:weights")
