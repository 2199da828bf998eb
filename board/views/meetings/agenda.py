"""The agenda builder: one meeting's agenda beside what could go on it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from board.errors import BoardError
from board.forms.meetings import DropForm, ItemForm, OwnWordingForm
from board.models import AgendaItem, Attendance, Meeting
from board.permissions import can_advise, can_propose, can_run
from board.selectors.meetings.candidates import candidates_for
from board.selectors.meetings.items import can_take_out, members_of
from board.selectors.meetings.meetings import (
    AgendaPage,
    address_of,
    agenda_items,
    agenda_lines,
    agenda_page,
    attendance_of,
    number_of,
    page_of,
)
from board.selectors.meetings.presence import quorum_of
from board.services.meetings.agenda import Group, add_item, advise, drop_item, move_item, restore_item, reword_item
from board.views.loading import board_only, item_of, me, meeting_of, name_of, refuse, run_item, say
from customers.toasts import toast
from impacts.models import Family
from portfolio.models import ProjectRequest


@require_safe
@board_only
def meeting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The agenda with times and total, what could go on it, who is there."""
    return render(request, "board/meeting_detail.html", _detail(request, meeting_of(pk)))


def _detail(request: HttpRequest, meeting: Meeting, page: int = 0) -> dict[str, Any]:
    agenda = agenda_page(meeting, page or request.GET.get("page"))
    words = request.GET.get("q", "")[:200]
    attendance = attendance_of(meeting)
    may_propose = can_propose(request.user, meeting)
    return {
        "meeting": meeting,
        "agenda": agenda,
        "lines": agenda.lines,
        "dropped": list(agenda_items(meeting, dropped=True)),
        "minutes": agenda.minutes,
        "over": max(agenda.minutes - meeting.minutes, 0),
        "candidates": candidates_for(meeting, words) if may_propose else None,
        "words": words,
        "attendance": attendance,
        "present": sum(1 for row in attendance if row.present),
        "coming": sum(1 for row in attendance if row.reply == Attendance.Reply.ACCEPTED),
        "quorum": quorum_of(meeting),
        "open_items": _left_open(meeting, agenda),
        "open_own": any(line.item.is_own and line.is_open for line in agenda.lines),
        "can_run": can_run(request.user, meeting) and not meeting.is_over,
        "can_advise": can_advise(request.user, meeting),
        "can_propose": may_propose,
        "packs": list(meeting.packs.select_related("published_by").defer("document").order_by("-number")),
    }


def _left_open(meeting: Meeting, agenda: AgendaPage) -> int:
    """How many items of a meeting in session can still be decided and are not; it is asked for only then."""
    if meeting.status != Meeting.Status.IN_SESSION:
        return 0
    lines = agenda_lines(meeting) if agenda.page.has_other_pages() else agenda.lines
    return sum(1 for line in lines if line.is_open)


@require_POST
@board_only
def item_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a request (`request`, its reference), a family (`family`, its code) or a group of those that are offered
    (`key`) on the agenda."""
    meeting = meeting_of(pk)
    if not can_propose(request.user, meeting):
        raise PermissionDenied
    subject = _subject(request, meeting)
    if subject is None:
        toast(request, "This is no longer offered: somebody put it on an agenda, or it ended.", level=messages.ERROR)
        return redirect(meeting)
    try:
        item = add_item(person=me(request), meeting=meeting, **subject)
    except BoardError as error:
        toast(request, str(error), level=messages.ERROR)
    else:
        toast(request, f"On the agenda as item {number_of(item)}.")
    return redirect(meeting)


def _subject(request: HttpRequest, meeting: Meeting) -> dict[str, Any] | None:
    """What is to be put on the agenda, as `add_item` takes it; None for a group that is no longer offered."""
    if key := request.POST.get("key", ""):
        found = next((each for each in candidates_for(meeting, most=None).shown if each.key == key), None)
        return {"group": Group(found.title, found.requests, found.cluster, found.finding)} if found else None
    if code := name_of(request, "family"):
        return {"family": get_object_or_404(Family.objects.select_related("lead__silo"), code=code)}
    filed = ProjectRequest.objects.visible_to(request.user).select_related("silo", "survivor")
    about = get_object_or_404(filed, reference=name_of(request, "request"))
    return {"request": about, "review": request.POST.get("review") == "yes"}


@require_http_methods(["GET", "POST"])
@board_only
def item_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Word the question, give it minutes, write the architect's advice: each by who may."""
    item = item_of(pk)
    may_run, may_advise = can_run(request.user, item.meeting), can_advise(request.user, item.meeting)
    if not (may_run or may_advise) or item.status != AgendaItem.Status.OPEN:
        raise PermissionDenied
    initial = {"question": item.question, "minutes": item.minutes, "advice": item.advice, "version": item.version}
    initial["note"] = item.note
    form = _item_form(request, item, initial, may_run, may_advise)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            _save_item(request, item, form.cleaned_data, may_run)
        except BoardError as error:
            refuse(form, error, item.version)
            status = 409
        else:
            toast(request, "The item is saved.")
            return redirect(address_of(item))
    requests = members_of([item]).requests[item.pk]
    context = {"form": form, "item": item, "requests": requests}
    context["can_take_out"] = may_run and can_take_out(item, len(requests))
    return render(request, "board/item_form.html", context, status=status)


def _item_form(
    request: HttpRequest, item: AgendaItem, initial: dict[str, Any], may_run: bool, may_advise: bool
) -> ItemForm:
    form = (OwnWordingForm if item.is_own else ItemForm)(request.POST or None, initial=initial)
    for name in () if may_run else form.fields.keys() & {"question", "note", "minutes"}:
        del form.fields[name]
    if not may_advise:
        del form.fields["advice"]
    return form


def _save_item(request: HttpRequest, item: AgendaItem, data: dict[str, Any], may_run: bool) -> None:
    if not may_run:
        advise(person=me(request), item=item, expected=data["version"], advice=data["advice"])
        return
    reword_item(
        person=me(request),
        item=item,
        expected=data["version"],
        question=data["question"],
        minutes=data["minutes"],
        advice=data.get("advice"),
        note=data.get("note"),
    )


@require_POST
@board_only
def item_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move an item: `to` is its new place, or `up` or `down`."""
    item = run_item(request, pk)
    to = request.POST.get("to", "")
    place = number_of(item)
    wanted = {"up": place - 1, "down": place + 1}.get(to, int(to) if to.isdecimal() and len(to) < 6 else 0)
    if wanted < 1 and to != "up":
        misplaced = {"item": item.pk, "typed": to[:40], "problem": "Say to which place it moves: 1 is first."}
        context = _detail(request, meeting_of(item.meeting_id), page_of(item)) | {"misplaced": misplaced}
        return render(request, "board/meeting_detail.html", context, status=422)
    try:
        move_item(person=me(request), item=item, to=max(wanted, 1))
    except BoardError as error:
        toast(request, str(error), level=messages.ERROR)
    item.refresh_from_db()
    return redirect(address_of(item))


@require_http_methods(["GET", "POST"])
@board_only
def item_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an item off the agenda, and say why."""
    item = run_item(request, pk)
    form = DropForm(request.POST if request.method == "POST" else None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            drop_item(person=me(request), item=item, reason=form.cleaned_data["reason"])
        except BoardError as error:
            status = say(form, error)
        else:
            undo = reverse("board:item-restore", args=[item.pk])
            toast(request, "Taken off the agenda.", undo_url=undo)
            return redirect(item.meeting)
    return render(request, "board/item_drop.html", {"form": form, "item": item}, status=status)


@require_POST
@board_only
def item_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a dropped item back."""
    item = run_item(request, pk)
    try:
        restore_item(person=me(request), item=item)
    except BoardError as error:
        toast(request, str(error), level=messages.ERROR)
    else:
        toast(request, "Back on the agenda, at the end.")
    return redirect(item.meeting)
