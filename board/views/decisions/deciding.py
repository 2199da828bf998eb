"""Recording decisions and taking them back, and starting and closing the meeting."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from board.errors import BoardError, CannotDecide, NoQuorum
from board.forms.decisions import DecisionForm
from board.models import AgendaItem, Decision, Meeting
from board.selectors.decisions.decisions import decision_as_seen
from board.selectors.meetings.items import absence, item_facts
from board.selectors.meetings.meetings import AgendaLine, agenda_lines
from board.selectors.meetings.presence import quorum_of_item
from board.services.decisions.decisions import already_decided, record_decision
from board.services.decisions.undoing import take_back
from board.services.meetings.meetings import close_meeting, open_meeting
from board.views.loading import board_only, item_of, me, name_of, run_meeting
from board.views.meetings.room import decision_form, laid_out, room_context, votes_counted
from board.views.meetings.room_links import back_to_room, room_url
from customers.toasts import toast
from portfolio.tasks import wake_scanner


@require_POST
@board_only
def item_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a decision over an item. What was typed stays on the page when it is not recorded."""
    item = item_of(pk)
    meeting = run_meeting(request, item.meeting_id)
    line = _line(meeting, item)
    if line is None:
        toast(request, "This item was taken off the agenda. Nothing was recorded.", level=messages.ERROR)
        return to_room(request, room_url(meeting))
    form = _form(request, line, request.POST)
    known = Decision.objects.filter(submission=name_of(request, "submission")).first()
    if known is not None and known.item_id == item.pk:
        # The same form once more: its answer was lost on the way.
        return _recorded(request, known)
    refused = _refused(request, meeting, line, form)
    return _decided(request, meeting, line, form) if refused is None else refused


def _refused(request: HttpRequest, meeting: Meeting, line: AgendaLine, form: DecisionForm) -> HttpResponse | None:
    """The answer where nothing can be decided over the item, or not by what was typed."""
    if line.item.is_own:
        toast(request, "There is nothing to approve here: write down what was resolved.", level=messages.ERROR)
        return to_room(request, room_url(meeting, line.item))
    if line.decision is not None:
        return _again(request, meeting, line.item, {"": str(already_decided(line.decision))}, 409)
    if line.blocked:
        why = f"Nothing was recorded: there is nothing left to decide. {' '.join(line.absences)}"
        return _again(request, meeting, line.item, {"": why}, 422)
    return None if form.is_valid() else _again(request, meeting, line.item, {}, 422)


def _decided(request: HttpRequest, meeting: Meeting, line: AgendaLine, form: DecisionForm) -> HttpResponse:
    try:
        decision = record_decision(
            person=me(request),
            item=line.item,
            expected=form.cleaned_data["version"],
            submission=form.cleaned_data["submission"],
            ruling=form.ruling(),
            seen=form.seen_versions,
        )
    except CannotDecide as error:
        return _again(request, meeting, line.item, error.fields or {"": str(error)}, 422)
    except BoardError as error:
        return _again(request, meeting, line.item, {"": str(error)}, 409)
    wake_scanner()
    return _recorded(request, decision)


def _line(meeting: Meeting, item: AgendaItem) -> AgendaLine | None:
    return next((each for each in agenda_lines(meeting) if each.item.pk == item.pk), None)


def _form(request: HttpRequest, line: AgendaLine, data: Any) -> DecisionForm:
    facts = item_facts([line.item], request.user)[line.item.pk]
    return decision_form(request, line, facts, laid_out(request, facts), data)


@require_POST
@board_only
def item_count(request: HttpRequest, pk: int) -> HttpResponse:
    """How the votes stand that are typed so far; nothing is recorded."""
    item = item_of(pk)
    meeting = run_meeting(request, item.meeting_id)
    line = _line(meeting, item)
    if line is None:
        return HttpResponse(status=204)
    form = _form(request, line, request.POST)
    context = {"count": votes_counted(line, form), "form": form, "quorum": quorum_of_item(item)}
    return render(request, "board/_vote_count.html", context)


def _recorded(request: HttpRequest, decision: Decision) -> HttpResponse:
    undo = reverse("board:decision-take-back", args=[decision.pk])
    toast(request, f"Recorded: {decision.get_kind_display()}.", undo_url=undo)
    return to_room(request, room_url(decision.item.meeting, decision.item))


def to_room(request: HttpRequest, url: str) -> HttpResponse:
    """Where to go on: told to the room's script, which asks for it by a header, or as a plain redirect."""
    return JsonResponse({"url": url}) if request.headers.get("X-Room") else redirect(url)


def _again(
    request: HttpRequest, meeting: Meeting, item: AgendaItem, errors: Mapping[str, str], status: int
) -> HttpResponse:
    """The same page with what was typed, and what is on the table now: the next try counts against that. `errors` are
    messages by field, "" for the whole form."""
    lines = agenda_lines(meeting)
    line = next((each for each in lines if each.item.pk == item.pk), None)
    if line is None:
        return to_room(request, room_url(meeting))
    form = _form(request, line, _refreshed(request, line))
    form.is_valid()
    if line.decision is not None or line.blocked:
        form.errors.clear()  # What was wrong in the form no longer matters.
    for name, text in errors.items():
        form.add_error(name if name in form.fields else None, text)
    return render(request, "board/meeting_room.html", room_context(request, meeting, lines, line, form), status=status)


def _refreshed(request: HttpRequest, line: AgendaLine) -> Any:
    data = request.POST.copy()
    shown = [each for each in line.requests if not absence(each, review=line.item.review)]
    data["version"] = str(line.item.version)
    data["seen"] = ",".join(f"{each.pk}:{each.version}" for each in shown)
    data["submission"] = uuid.uuid4().hex
    return data


@require_POST
@board_only
def decision_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a decision back, while the meeting is not closed."""
    found = get_object_or_404(Decision.objects.select_related("item__meeting", "hold"), pk=pk)
    run_meeting(request, found.item.meeting_id)
    token = name_of(request, "submission") or uuid.uuid4().hex
    try:
        back = take_back(person=me(request), decision=found, submission=token)
    except BoardError as error:
        toast(request, str(error), level=messages.ERROR)
    else:
        wake_scanner()
        toast(request, f"{decision_as_seen(back.pk, request.user).outcome} The item is open again.")
    return back_to_room(found.item.meeting, found.item)


@require_POST
@board_only
def meeting_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Start the meeting."""
    meeting = run_meeting(request, pk)
    try:
        open_meeting(person=me(request), meeting=meeting)
    except NoQuorum as error:
        toast(request, str(error), level=messages.ERROR)
        return redirect("board:meeting-people", pk=meeting.pk)
    except BoardError as error:
        toast(request, str(error), level=messages.ERROR)
    else:
        toast(request, "The meeting has started. Decisions can be recorded.")
    return back_to_room(meeting)


@require_POST
@board_only
def meeting_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the meeting and freeze its minutes."""
    meeting = run_meeting(request, pk)
    try:
        close_meeting(person=me(request), meeting=meeting)
    except BoardError as error:
        toast(request, str(error), level=messages.ERROR)
        return redirect(meeting)
    toast(request, "The meeting is closed and its minutes are frozen.")
    return redirect("board:meeting-minutes", pk=meeting.pk)
