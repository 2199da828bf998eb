"""What was changed after the board approved: before and after, opening an approved request, finishing the change."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from board.errors import BoardError
from board.forms.record import OpenChangeForm
from board.material.limits import UNIT_LABELS
from board.models import LaterChange
from board.permissions import can_see_board
from board.selectors.decisions.changes import change_page, open_changes, summary_of
from board.selectors.decisions.decisions import condition_counts
from board.selectors.decisions.material import limits_in_use
from board.services.decisions.changes import finish_change
from board.views.loading import me
from customers.asked import page_of
from customers.toasts import toast
from portfolio.errors import PortfolioError
from portfolio.lifecycle import COMMITTED
from portfolio.models import ProjectRequest
from portfolio.permissions import can_open_for_change
from portfolio.selectors import step_url
from portfolio.services.changing import open_for_change
from portfolio.tasks import wake_scanner

PER_PAGE = 25


@require_safe
def change_list(request: HttpRequest) -> HttpResponse:
    """Approvals that a later change made void, or that the board looks at again."""
    visible = ProjectRequest.objects.visible_to(request.user).order_by().values("pk")
    rows = open_changes().filter(request__in=visible).select_related("item__meeting")
    page = page_of(request, rows, PER_PAGE)
    context = {
        "page": page,
        "rows": [(change, summary_of(change)) for change in page.object_list],
        "void": rows.filter(verdict=LaterChange.Verdict.VOID).count(),
        "counts": condition_counts(request.user),
        "is_board": can_see_board(request.user),
    }
    return render(request, "board/change_list.html", context)


@require_safe
def material_limits(request: HttpRequest) -> HttpResponse:
    """The table: from which change on the board looks again, and from which its approval is void."""
    rows = [(limit, UNIT_LABELS[limit.unit]) for limit in limits_in_use().values()]
    return render(request, "board/material_limits.html", {"rows": rows, "is_board": can_see_board(request.user)})


def _about(request: HttpRequest, reference: str) -> ProjectRequest:
    visible = ProjectRequest.objects.visible_to(request.user).select_related("silo", "requester")
    return get_object_or_404(visible, reference=reference)


@require_safe
def change_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """An approved request before and after: what the board saw, what it says now, and what that asks for."""
    return _shown(request, _about(request, reference), OpenChangeForm())


def _shown(request: HttpRequest, about: ProjectRequest, form: OpenChangeForm, status: int = 200) -> HttpResponse:
    context = {
        "about": about,
        "change": change_page(about, request.user),
        "may": can_open_for_change(request.user, about),
        "approved": about.state in COMMITTED,
        "form": form,
        "edit_url": step_url(about, "what"),
    }
    return render(request, "board/change_detail.html", context, status=status)


@require_POST
def change_open(request: HttpRequest, reference: str) -> HttpResponse:
    """Open an approved request for a change."""
    about = _about(request, reference)
    if not can_open_for_change(request.user, about):
        raise PermissionDenied("Its department and the architects change what was approved.")
    form = OpenChangeForm(request.POST)
    if not form.is_valid():
        return _shown(request, about, form, 422)
    try:
        open_for_change(request=about, person=me(request), reason=form.cleaned_data["reason"])
    except PortfolioError as error:
        form.add_error(None, str(error))
        return _shown(request, about, form, 409)
    toast(request, f"{about.reference} is open for a change. Finish it when you are done.")
    return redirect(step_url(about, "what"))


@require_POST
def change_finish(request: HttpRequest, reference: str) -> HttpResponse:
    """Finish the change, and say what follows from it."""
    about = _about(request, reference)
    try:
        change = finish_change(request=about, person=me(request))
    except (BoardError, PortfolioError) as error:
        toast(request, str(error), level=messages.ERROR)
        return redirect("board:change-detail", reference=reference)
    wake_scanner()
    toast(request, _said(change), level=messages.WARNING if change else messages.SUCCESS)
    return redirect("board:change-detail", reference=reference)


def _said(change: LaterChange | None) -> str:
    if change is None:
        return "The change is finished. Nothing material is different, so the approval stands."
    where = f" It is on the agenda of {change.item.meeting.day_words}." if change.item else ""
    if change.verdict == LaterChange.Verdict.VOID:
        return f"The change is finished. The approval is void, and the board decides again.{where}"
    return f"The change is finished. The approval stands until the board has looked at it again.{where}"
