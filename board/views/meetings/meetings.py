"""Meetings: the list, planning one, changing it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from board.errors import AlreadyPlanned, BoardError
from board.forms.meetings import MeetingForm
from board.permissions import can_manage_meetings
from board.selectors.decisions.decisions import active_holds, condition_counts
from board.selectors.meetings.meetings import next_meeting, past_meetings, people_to_chair, upcoming_meetings
from board.services.meetings.meetings import VOTING, change_meeting, plan_meeting
from board.views.loading import board_only, me, refuse, run_meeting
from customers.asked import page_of
from customers.toasts import toast
from portfolio.models import Membership, Role


@require_safe
@board_only
def meeting_list(request: HttpRequest) -> HttpResponse:
    """Meetings to come and past, and what the board waits for."""
    context = {
        "upcoming": list(upcoming_meetings()),
        "next": next_meeting(),
        "past": page_of(request, past_meetings(), 20),
        "counts": condition_counts(request.user),
        "holds": active_holds(request.user),
        "can_plan": can_manage_meetings(request.user),
        "today": timezone.localdate(),
    }
    return render(request, "board/meeting_list.html", context)


@require_http_methods(["GET", "POST"])
@board_only
def meeting_new(request: HttpRequest) -> HttpResponse:
    """Plan a meeting."""
    if not can_manage_meetings(request.user):
        raise PermissionDenied
    chair = people_to_chair().filter(memberships__role=Role.CIO).first()
    form = MeetingForm(request.POST or None, initial=_initial(request, chair))
    if request.method == "POST" and form.is_valid():
        try:
            meeting = plan_meeting(person=me(request), **_fields(form))
        except AlreadyPlanned as error:
            form.add_error(None, str(error))
        else:
            past = timezone.localdate(meeting.starts_at) < timezone.localdate()
            told = "The meeting is planned, for a day that is past. Change it if another day was meant."
            toast(request, told if past else "The meeting is planned. Build its agenda from what is ready.")
            return redirect(meeting)
    status = 422 if form.errors else 200
    return render(request, "board/meeting_form.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@board_only
def meeting_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change when, where and with whom."""
    meeting = run_meeting(request, pk)
    form = MeetingForm(request.POST or None, instance=run_meeting(request, pk))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            expected = form.cleaned_data["version"] or 0
            try:
                change_meeting(person=me(request), meeting=meeting, expected=expected, **_fields(form))
            except BoardError as error:
                refuse(form, error, meeting.version)
                status = 409
            else:
                toast(request, "The meeting is changed.")
                return redirect(meeting)
    return render(request, "board/meeting_form.html", {"form": form, "meeting": meeting}, status=status)


def _initial(request: HttpRequest, chair: Any) -> dict[str, Any]:
    """A new meeting asks for more than half of the board's votes."""
    voting = Membership.objects.filter(role__in=VOTING, person__is_active=True).values("person").distinct().count()
    quorum = voting // 2 + 1 if voting > 1 else None
    return {"chair": chair, "secretary": request.user.pk, "minutes": 90, "quorum": quorum}


def _fields(form: MeetingForm) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "version"}
