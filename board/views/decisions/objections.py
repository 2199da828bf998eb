"""Objections of segment managers: raised, withdrawn, listed, and shown on the pages of lower apps."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from board.errors import BoardError
from board.forms.meetings import ObjectionForm, WithdrawForm
from board.models import Objection
from board.permissions import can_object_for, can_see_board, can_withdraw
from board.selectors.decisions.decisions import condition_counts
from board.selectors.decisions.objections import objections_over, seen_objections, visible_objections
from board.services.decisions.objections import object_to, withdraw_objection
from board.views.loading import me, say
from customers.asked import one_of, page_of
from customers.models import Segment
from customers.toasts import toast
from impacts.models import FindingMember
from portfolio.models import ProjectRequest

PER_PAGE = 25
STATES = [("", "All"), ("open", "Open"), ("answered", "Answered"), ("withdrawn", "Withdrawn")]


@require_safe
def objection_list(request: HttpRequest) -> HttpResponse:
    """What is said against requests for their customers; `state` narrows it."""
    rows, state = visible_objections(request.user), one_of(request, "state", Objection.State.values)
    if state:
        rows = rows.filter(state=state)
    page = page_of(request, rows, PER_PAGE)
    context = {
        "page": page,
        "objections": seen_objections(page.object_list, request.user),
        "states": STATES,
        "state": state,
        "counts": condition_counts(request.user),
        "is_board": can_see_board(request.user),
    }
    return render(request, "board/objection_list.html", context)


@require_http_methods(["GET", "POST"])
def objection_new(request: HttpRequest, reference: str) -> HttpResponse:
    """Object to a request for the customers that one speaks for."""
    about = _about(request, reference)
    over = objections_over(about, request.user)
    if request.method == "GET" and not over.can_object:
        return render(request, "board/objection_not_possible.html", {"about": about, "over": over}, status=403)
    mine = _segments(request, list(over.can_object))
    form = ObjectionForm(_sent(request), segments=mine, initial={"segment": request.GET.get("segment", "")})
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            made = object_to(person=me(request), request=about, **form.cleaned_data)
        except BoardError as error:
            form.add_error(None, str(error))
            status = 409
        else:
            toast(request, _said(made))
            return redirect(made)
    return render(request, "board/objection_form.html", {"about": about, "form": form}, status=status)


def _sent(request: HttpRequest) -> Any:
    """What was sent, also where that is nothing; None where the form is only looked at."""
    return request.POST if request.method == "POST" else None


def _about(request: HttpRequest, reference: str) -> ProjectRequest:
    rows = ProjectRequest.objects.visible_to(request.user).select_related("silo", "requester", "survivor")
    return get_object_or_404(rows, reference=reference)


def _segments(request: HttpRequest, able: list[Segment]) -> list[Segment]:
    """For whom the form offers to object: where somebody sends more, all they speak for, so that the service can say
    what is wrong with it."""
    if request.method == "GET":
        return able
    every = Segment.objects.active().select_related("manager").order_by("name", "id")
    own = [segment for segment in every if can_object_for(request.user, segment)]
    if not own:
        raise PermissionDenied("Only who speaks for a segment objects for its customers.")
    return own


def _said(objection: Objection) -> str:
    if objection.item is not None:
        return f"Said. It is item {objection.item.position} of the board of {objection.item.meeting.day_words}."
    return "Said. The request's people are told, and the board reads it with the request."


@require_http_methods(["GET", "POST"])
def objection_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an objection back."""
    objection = get_object_or_404(visible_objections(request.user), pk=pk)
    if not can_withdraw(request.user, objection):
        raise PermissionDenied("Who raised it, or who speaks for these customers now, withdraws it.")
    form = WithdrawForm(_sent(request), label_suffix="")
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_objection(person=me(request), objection=objection, reason=form.cleaned_data["reason"])
        except BoardError as error:
            status = say(form, error)
        else:
            toast(request, "Withdrawn. The request's people are told.")
            return redirect(objection)
    return render(request, "board/objection_withdraw.html", {"form": form, "objection": objection}, status=status)


@require_safe
def panel_request(request: HttpRequest, reference: str) -> HttpResponse:
    """What is said against a request for its customers, and the way to say so oneself."""
    about = _about(request, reference)
    over = objections_over(about, request.user)
    context = {
        "about": about,
        "over": over,
        "title": f"Objections to {about.reference}",
        "url": about.get_absolute_url(),
    }
    return _panel(request, "request", context)


@require_safe
def panel_finding(request: HttpRequest, pk: int) -> HttpResponse:
    """The open objections to the requests of a finding that the person may see."""
    inside = FindingMember.objects.filter(finding__pk=pk).order_by().values("request_id")
    rows = visible_objections(request.user).filter(request__in=inside, state=Objection.State.OPEN)
    context = {"objections": seen_objections(rows, request.user), "title": "Objections to these requests", "url": ""}
    return _panel(request, "list", context)


@require_safe
def panel_segment(request: HttpRequest, code: str) -> HttpResponse:
    """What was objected for the customers of a segment, the latest first."""
    segment = get_object_or_404(Segment, code=code)
    rows = visible_objections(request.user).filter(segment=segment)[:PER_PAGE]
    context = {
        "objections": seen_objections(rows, request.user),
        "title": f"Objections for {segment.name}",
        "url": segment.get_absolute_url(),
        "empty": "Nobody has objected to anything for these customers.",
    }
    return _panel(request, "list", context)


def _panel(request: HttpRequest, kind: str, context: Mapping[str, Any]) -> HttpResponse:
    fragment = f"board/_panel_objections_{kind}.html"
    name = fragment if getattr(request, "htmx", False) else "board/panel_objections.html"
    response = render(request, name, {**context, "fragment": fragment})
    response["Vary"] = "HX-Request"
    return response
