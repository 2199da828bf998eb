"""Minutes and conditions: for everybody signed in, with confidential requests left out."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from board.errors import BoardError
from board.forms.meetings import ConditionFilterForm, CorrectionForm, MetForm, NoteForm
from board.models import Attendance, Condition, Meeting
from board.packs.words import listed
from board.permissions import (
    can_close_condition,
    can_correct,
    can_give_hold,
    can_move_condition,
    can_run,
    can_see_board,
)
from board.selectors.decisions.decisions import active_holds, condition_counts, conditions_for, visible_lines
from board.selectors.decisions.questions import questions_for
from board.selectors.meetings.meetings import attendance_of
from board.selectors.meetings.presence import quorum_of
from board.selectors.papers.minutes import corrections_of, minutes_for
from board.services.decisions.conditions import close_condition
from board.services.meetings.meetings import write_note
from board.services.papers.corrections import correct_minutes
from board.views.loading import me, meeting_of, run_meeting, say
from customers.asked import page_of
from customers.toasts import toast
from customers.words import part_of

PER_PAGE = 25


@require_safe
def condition_list(request: HttpRequest) -> HttpResponse:
    """Conditions by due date, the holds that run, and what the board waits to hear."""
    form = ConditionFilterForm(request.GET)
    form.is_valid()
    data = form.cleaned_data
    rows = conditions_for(request.user, whose=data.get("whose", ""), state=data.get("state") or "open")
    page = page_of(request, rows, PER_PAGE)
    holds = active_holds(request.user)
    counts = condition_counts(request.user)
    context = {
        "form": form,
        "page": page,
        "headline": _headline(counts, data.get("whose") == "mine"),
        "rows": [_condition(request, condition) for condition in page.object_list],
        "holds": [(hold, visible_lines(hold.decision, request.user)) for hold in holds],
        "gives_holds": any(can_give_hold(request.user, hold) for hold in holds),
        "questions": [(each, visible_lines(each.decision, request.user)) for each in questions_for(request.user)],
        "today": timezone.localdate(),
        "counts": counts,
        "is_board": can_see_board(request.user),
    }
    return render(request, "board/condition_list.html", context)


def _headline(counts: dict[str, int], mine: bool) -> str:
    """What the list comes to: of everybody's conditions, or of the reader's own."""
    waiting, late = (counts["mine"], counts["mine_overdue"]) if mine else (counts["open"], counts["overdue"])
    yours = " of yours" if mine else ""
    alone = f"; nobody sees to {counts['nobody']}" if counts["nobody"] and not mine else ""
    if late:
        things = f"open conditions{yours}"
        return part_of(late, waiting, f"open condition{yours}", "overdue", things=things) + alone
    if waiting:
        return f"{waiting} condition{'' if waiting == 1 else 's'}{yours} open, none overdue{alone}"
    return f"No condition{yours} is open"


def _condition(request: HttpRequest, condition: Condition) -> dict[str, Any]:
    return {
        "condition": condition,
        "requests": visible_lines(condition.decision, request.user),
        "overdue": condition.met_at is None and condition.due < timezone.localdate(),
        "can_close": condition.met_at is None and can_close_condition(request.user, condition),
        "can_move": condition.met_at is None and can_move_condition(request.user, condition),
    }


@require_http_methods(["GET", "POST"])
def condition_met(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a condition is met, and how one can see it."""
    condition = get_object_or_404(conditions_for(request.user, state="all"), pk=pk)
    if not can_close_condition(request.user, condition):
        raise PermissionDenied
    form = MetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            close_condition(person=me(request), condition=condition, note=form.cleaned_data["note"])
        except BoardError as error:
            form.add_error(None, str(error))
        else:
            toast(request, "The condition is met. It leaves the list of open ones.")
            return redirect("board:condition-list")
    context = {"form": form, **_condition(request, condition)}
    return render(request, "board/condition_met.html", context, status=422 if form.errors else 200)


@require_safe
def meeting_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """The minutes: the board and architects see them as they grow, everybody else once the meeting is closed."""
    meeting = meeting_of(pk)
    if meeting.status != Meeting.Status.CLOSED and not can_see_board(request.user):
        raise Http404
    return render(request, "board/meeting_minutes.html", _minutes(request, meeting))


def _minutes(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    runs = can_run(request.user, meeting) and not meeting.is_over
    lines = minutes_for(meeting, request.user)
    corrects = can_correct(request.user, meeting)
    return {
        "meeting": meeting,
        "lines": lines,
        "corrections": corrections_of(meeting, lines),
        "correction_form": CorrectionForm(meeting, initial={"submission": uuid.uuid4().hex}) if corrects else None,
        **_attendance(meeting),
        "can_run": runs,
        "is_board": can_see_board(request.user),
        "note_form": NoteForm(initial={"note": meeting.note, "version": meeting.version}) if runs else None,
    }


def _attendance(meeting: Meeting) -> dict[str, Any]:
    rows = attendance_of(meeting)
    return {
        "present": listed([str(row.person) for row in rows if row.present]),
        "absent": listed([_absent(row) for row in rows if not row.present]),
        "quorum": quorum_of(meeting),
    }


def _absent(row: Attendance) -> str:
    return f"{row.person} ({row.absent_because.rstrip('.')})" if row.absent_because else str(row.person)


@require_POST
def meeting_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what the minutes say besides the decisions."""
    meeting = run_meeting(request, pk)
    form = NoteForm(request.POST)
    trouble, status = "", 422
    if form.is_valid():
        try:
            data = form.cleaned_data
            write_note(person=me(request), meeting=meeting, expected=data["version"], note=data["note"])
        except BoardError as error:
            trouble, status = str(error), 409
        else:
            toast(request, "The notes are saved.", level=messages.SUCCESS)
            return redirect("board:meeting-minutes", pk=meeting.pk)
    meeting.refresh_from_db()
    context = _minutes(request, meeting) | {"note_form": _kept(request, meeting, trouble)}
    return render(request, "board/meeting_minutes.html", context, status=status)


@require_POST
def minutes_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a correction to the minutes of a closed meeting."""
    meeting = run_meeting(request, pk)
    form = CorrectionForm(meeting, request.POST)
    status = 422
    if form.is_valid():
        try:
            correct_minutes(person=me(request), meeting=meeting, **form.cleaned_data)
        except BoardError as error:
            status = say(form, error)
        else:
            toast(request, "The correction stands in the minutes. What was written before is as it was.")
            return redirect(f"{reverse('board:meeting-minutes', args=[meeting.pk])}#corrections")
    context = _minutes(request, meeting) | {"correction_form": form}
    return render(request, "board/meeting_minutes.html", context, status=status)


def _kept(request: HttpRequest, meeting: Meeting, trouble: str) -> NoteForm:
    """The form with what was typed, against the meeting's newest version."""
    data = request.POST.copy()
    data["version"] = str(meeting.version)
    form = NoteForm(data)
    form.is_valid()
    if trouble:
        form.add_error(None, trouble)
    return form
