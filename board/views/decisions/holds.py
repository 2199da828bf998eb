"""Giving the question of a hold to somebody else."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from board.errors import BoardError
from board.forms.record import GiveHoldForm
from board.models import Hold
from board.permissions import can_give_hold
from board.selectors.decisions.decisions import holds_for, visible_lines
from board.services.decisions.giving import give_hold
from board.views.loading import me, say
from customers.toasts import toast
from portfolio.models import Person


@require_http_methods(["GET", "POST"])
def hold_give(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the question of a hold to somebody else, and say why."""
    hold = get_object_or_404(holds_for(request.user), pk=pk)
    if not can_give_hold(request.user, hold):
        raise PermissionDenied("The board's secretary and the CIO give a hold to somebody else.")
    form = GiveHoldForm(request.POST) if request.method == "POST" else GiveHoldForm.of(hold)
    if request.method == "POST" and form.is_valid():
        try:
            _give(me(request), hold, form.cleaned_data)
        except BoardError as error:
            _say(form, error, hold)
        else:
            toast(request, "The hold has a new owner. Both people are told.")
            return redirect("board:condition-list")
    context = {
        "hold": hold,
        "form": form,
        "requests": visible_lines(hold.decision, request.user),
        "moves": hold.moves.select_related("owner_before", "owner_after", "person").order_by("at", "id"),
    }
    return render(request, "board/hold_give.html", context, status=422 if form.errors else 200)


def _give(person: Person, hold: Hold, data: dict[str, Any]) -> None:
    give_hold(person=person, hold=hold, owner=data["owner"], reason=data["reason"], seen=data["seen_owner"])


def _say(form: GiveHoldForm, error: BoardError, hold: Hold) -> None:
    """Why it was not given; the next try counts against what the page shows now."""
    newest: Any = form.data.copy()  # type: ignore[attr-defined]
    newest["seen_owner"] = hold.owner_id
    form.data = newest
    say(form, error)
