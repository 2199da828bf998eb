"""Bets: those of one request, what came of one, and how good the bets of each silo were."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from customers.csv_file import csv_file
from customers.toasts import toast
from impacts.charts.bets import bet_chart
from impacts.errors import ActNotPossible
from impacts.forms.triage import BetAnswerForm
from impacts.models import Bet
from impacts.permissions import can_answer, can_tag
from impacts.selectors.tags.bets import BET_HEADINGS, bet_book, bet_rows, record_of_silo
from impacts.services.tags.bets import answer_bet
from impacts.touch_kinds import KINDS
from impacts.views.panels import panel
from impacts.views.touches import person_of, visible_request
from portfolio.models import ProjectRequest


@never_cache
@require_GET
def panel_bets(request: HttpRequest, reference: str) -> HttpResponse:
    """The bets of a request: an editor for who may edit it while it is filed, else to read with what came of them."""
    item = visible_request(request, reference)
    kind = KINDS["bets"]
    rows = list(kind.rows(item))
    edits = can_tag(request.user, item) and "edit" in request.GET
    if edits and not rows and item.kind != ProjectRequest.Kind.CUSTOMER_FACING:
        return HttpResponse("")
    context: dict[str, Any] = {"request_obj": item}
    if edits:
        context["section"] = {"kind": kind, "rows": rows, "form": kind.form(auto_id="bets_%s"), "request_obj": item}
        return panel(request, "touch_section", f"What {item.reference} bets", context)
    context |= {
        "bets": rows,
        "today": timezone.localdate(),
        "may": can_tag(request.user, item),
        "may_answer": can_answer(request.user, item),
        "record": record_of_silo(user=request.user, request=item, today=timezone.localdate()),
    }
    return panel(request, "bets", f"What {item.reference} bets", context)


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Say what came of a bet, or correct what was said."""
    item = visible_request(request, reference)
    bet = get_object_or_404(KINDS["bets"].rows(item), pk=pk)
    if not can_answer(request.user, item):
        raise PermissionDenied("Only who asked for it, its sponsor and the head of the department say what came of it.")
    said = getattr(bet, "answer", None)
    initial = {"delivered": said.delivered, "text": said.text} if said else None
    form = BetAnswerForm(request.POST or None, bet=bet, initial=initial)
    if request.method == "POST" and form.is_valid() and _answered(request, form, bet):
        toast(request, "Your answer is noted.", level=messages.SUCCESS)
        return redirect(item.get_absolute_url() + "#bets")
    context = {"request_obj": item, "bet": bet, "form": form, "today": timezone.localdate()}
    return render(request, "impacts/bet_answer.html", context, status=422 if form.errors else 200)


def _answered(request: HttpRequest, form: BetAnswerForm, bet: Bet) -> bool:
    try:
        answer_bet(bet=bet, person=person_of(request), **form.cleaned_data)
    except (ActNotPossible, ValidationError) as error:
        form.add_error(None, error if isinstance(error, ValidationError) else str(error))
        return False
    return True


@require_GET
def show_bets(request: HttpRequest) -> HttpResponse:
    """How good the bets of each silo were: promised against delivered."""
    book = bet_book(user=request.user, today=timezone.localdate())
    context = {"book": book, "chart": bet_chart(book), "today": timezone.localdate()}
    return render(request, "impacts/bets.html", context)


@require_GET
def bets_csv(request: HttpRequest) -> HttpResponse:
    """Every bet that the person may see, as CSV."""
    book = bet_book(user=request.user, today=timezone.localdate())
    rows = bet_rows([*book.answered, *book.due, *book.coming])
    return csv_file("bets", BET_HEADINGS, rows)
