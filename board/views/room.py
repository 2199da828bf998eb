"""Meeting mode: one item at a time, its options, and the decision."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from board.errors import BoardError, CannotDecide
from board.forms import DecisionForm
from board.models import AgendaItem, Attendance, Decision, Meeting
from board.packs.facts import ItemFacts
from board.packs.options import options_for
from board.permissions import can_decide, can_run
from board.selectors.items import DECIDABLE, item_facts
from board.selectors.meetings import AgendaLine, agenda_lines
from board.selectors.packs import currency_sign
from board.services.decisions import record_decision, take_back
from board.services.meetings import close_meeting, open_meeting
from board.views.loading import board_only, item_of, me, meeting_of, run_meeting
from customers.toasts import toast
from portfolio.models import ProjectRequest
from portfolio.permissions import can_see_all_money
from portfolio.tasks import wake_scanner


@require_safe
@board_only
def meeting_mode(request: HttpRequest, pk: int) -> HttpResponse:
    """One item at a time (`item`, by default the first that is open), readable from the back of the room."""
    meeting = meeting_of(pk)
    lines = agenda_lines(meeting)
    line = _chosen(lines, request.GET.get("item", ""))
    if line is None:
        return render(request, "board/meeting_room_empty.html", {"meeting": meeting})
    context = _room(request, meeting, lines, line)
    return render(request, "board/meeting_room.html", context)


def _chosen(lines: list[AgendaLine], wanted: str) -> AgendaLine | None:
    if wanted.isdecimal() and len(wanted) < 18:
        for line in lines:
            if line.item.pk == int(wanted):
                return line
    waiting = [line for line in lines if line.decision is None and not line.blocked]
    return next(iter(waiting or lines), None)


def _room(
    request: HttpRequest, meeting: Meeting, lines: list[AgendaLine], line: AgendaLine, form: DecisionForm | None = None
) -> dict[str, Any]:
    facts = item_facts([line.item], request.user)[line.item.pk]
    place = lines.index(line)
    attendance = Attendance.objects.filter(meeting=meeting)
    return {
        "meeting": meeting,
        "lines": lines,
        "line": line,
        "item": line.item,
        "facts": facts,
        "options": options_for(facts, currency_sign(), money=can_see_all_money(request.user)),
        "form": form or _form(line, facts),
        "previous": lines[place - 1] if place else None,
        "next": lines[place + 1] if place + 1 < len(lines) else None,
        "ends": _item_ends(request, line.item) if meeting.status == Meeting.Status.IN_SESSION else None,
        "minutes_left": _minutes_left(meeting),
        "can_decide": can_decide(request.user, meeting) and line.decision is None and not line.blocked,
        "can_run": can_run(request.user, meeting),
        "token": uuid.uuid4().hex,
        "expected": attendance.count(),
        "present": attendance.filter(present=True).count(),
    }


def _form(line: AgendaLine, facts: ItemFacts, data: Any = None) -> DecisionForm:
    able = {request.id for request in facts.decidable}
    members = [request for request in line.requests if request.pk in able]
    ids = [other.id for other in facts.related]
    related = list(ProjectRequest.objects.filter(pk__in=ids).order_by("reference")) if ids else []
    same = {other.id for other in facts.twins}
    twins = [request for request in related if request.pk in same]
    seen = ",".join(f"{request.pk}:{request.version}" for request in members)
    initial = {"submission": uuid.uuid4().hex, "version": line.item.version, "seen": seen}
    if line.item.family:
        initial["survivor"] = line.item.family.lead_id
    return DecisionForm(data, initial=initial, members=members, twins=twins, related=related)


def _item_ends(request: HttpRequest, item: AgendaItem) -> datetime:
    """When the item's time is over: its clock starts when this person first opens it in the session."""
    clocks = request.session.setdefault("board_clocks", {})
    if str(item.pk) not in clocks:
        clocks[str(item.pk)] = timezone.now().isoformat()
        request.session.modified = True
    return datetime.fromisoformat(clocks[str(item.pk)]) + timedelta(minutes=item.minutes)


def _minutes_left(meeting: Meeting) -> int | None:
    if meeting.status != Meeting.Status.IN_SESSION or meeting.opened_at is None:
        return None
    end = meeting.opened_at + timedelta(minutes=meeting.minutes)
    return int((end - timezone.now()).total_seconds() // 60)


@require_POST
@board_only
def item_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a decision over an item. What was typed stays on the page when it is not recorded."""
    item = item_of(pk)
    meeting = run_meeting(request, item.meeting_id)
    lines = agenda_lines(meeting)
    line = next((each for each in lines if each.item.pk == item.pk), None)
    if line is None:
        toast(request, "This item was taken off the agenda. Nothing was recorded.", level=messages.ERROR)
        return redirect(_room_url(meeting))
    form = _form(line, item_facts([line.item], request.user)[item.pk], request.POST)
    if form.is_valid():
        try:
            return _record(request, line.item, form)
        except CannotDecide as error:
            return _again(request, meeting, item, error.fields or {"": str(error)}, 422)
        except BoardError as error:
            return _again(request, meeting, item, {"": str(error)}, 409)
    return _again(request, meeting, item, {}, 422)


def _record(request: HttpRequest, item: AgendaItem, form: DecisionForm) -> HttpResponse:
    decision = record_decision(
        person=me(request),
        item=item,
        expected=form.cleaned_data["version"],
        submission=form.cleaned_data["submission"],
        ruling=form.ruling(),
        seen=form.seen_versions,
    )
    wake_scanner()
    undo = reverse("board:decision-take-back", args=[decision.pk])
    toast(request, f"Recorded: {decision.get_kind_display()}.", undo_url=undo)
    return redirect(_room_url(item.meeting, item))


def _again(
    request: HttpRequest, meeting: Meeting, item: AgendaItem, errors: Mapping[str, str], status: int
) -> HttpResponse:
    """The same page with what was typed, and what is on the table now: the next try counts against that. `errors` are
    messages by field, "" for the whole form."""
    lines = agenda_lines(meeting)
    line = next((each for each in lines if each.item.pk == item.pk), None)
    if line is None:
        return redirect(_room_url(meeting))
    form = _form(line, item_facts([line.item], request.user)[item.pk], _refreshed(request, line))
    form.is_valid()
    for name, text in errors.items():
        form.add_error(name if name in form.fields else None, text)
    return render(request, "board/meeting_room.html", _room(request, meeting, lines, line, form), status=status)


def _refreshed(request: HttpRequest, line: AgendaLine) -> Any:
    data = request.POST.copy()
    shown = [each for each in line.requests if each.state in DECIDABLE]
    data["version"] = str(line.item.version)
    data["seen"] = ",".join(f"{each.pk}:{each.version}" for each in shown)
    data["submission"] = uuid.uuid4().hex
    return data


def _room_url(meeting: Meeting, item: AgendaItem | None = None) -> str:
    url = reverse("board:meeting-mode", args=[meeting.pk])
    return f"{url}?item={item.pk}" if item else url


@require_POST
@board_only
def decision_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a decision back, while the meeting is not closed."""
    found = get_object_or_404(Decision.objects.select_related("item__meeting", "hold"), pk=pk)
    run_meeting(request, found.item.meeting_id)
    token = request.POST.get("submission", "")[:64] or uuid.uuid4().hex
    reason = request.POST.get("reason", "").strip()[:5000]
    try:
        take_back(person=me(request), decision=found, submission=token, reason=reason)
    except BoardError as error:
        toast(request, str(error), level=messages.ERROR)
    else:
        wake_scanner()
        toast(request, "Taken back. The item is open again, and its requests are ready for the board.")
    return redirect(_room_url(found.item.meeting, found.item))


@require_POST
@board_only
def meeting_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Start the meeting."""
    meeting = run_meeting(request, pk)
    try:
        open_meeting(person=me(request), meeting=meeting)
    except BoardError as error:
        toast(request, str(error), level=messages.ERROR)
    else:
        toast(request, "The meeting has started. Decisions can be recorded.")
    return redirect(_room_url(meeting))


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
