"""Fragments that pages of lower apps show by hx-get."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from board.permissions import can_see_board
from board.selectors.decisions.decisions import decisions_over
from board.selectors.meetings.meetings import next_meeting_of
from portfolio.models import ProjectRequest


@require_safe
def panel_decisions(request: HttpRequest, reference: str) -> HttpResponse:
    """What the board decided over a request, its conditions and hold, and the meeting that it is on next. A page of its
    own where no script asks for the fragment."""
    about = get_object_or_404(ProjectRequest.objects.visible_to(request.user), reference=reference)
    context = {
        "about": about,
        "decisions": decisions_over(about, request.user),
        "next_item": next_meeting_of(about),
        "is_board": can_see_board(request.user),
        "today": timezone.localdate(),
    }
    fragment = getattr(request, "htmx", False)
    name = "board/_panel_decisions.html" if fragment else "board/panel_decisions.html"
    response = render(request, name, context)
    response["Vary"] = "HX-Request"
    return response
