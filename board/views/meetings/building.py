"""The proposed agenda, pinning, and the backlog."""

from itertools import groupby
from operator import attrgetter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from board.agenda.minutes import LEAST
from board.errors import BoardError
from board.models import Meeting
from board.packs.words import counted
from board.permissions import can_manage_meetings
from board.selectors.decisions.decisions import condition_counts
from board.selectors.meetings.backlog import backlog
from board.selectors.meetings.meetings import address_of, number_of
from board.selectors.meetings.proposals import propose
from board.services.meetings.building import Built, Wanted, build_agenda, pin_item
from board.services.meetings.taking_out import take_out
from board.views.loading import board_only, me, name_of, run_item, run_meeting
from board.views.meetings.room_links import back_to_room
from customers.asked import one_of, page_of
from customers.toasts import toast
from portfolio.models import ProjectRequest

MOST_LEAST = 60
MOST_MINUTES = 240
PER_PAGE = 25
_group = attrgetter("group")


@require_http_methods(["GET", "POST"])
@board_only
def meeting_build(request: HttpRequest, pk: int) -> HttpResponse:
    """The agenda that Ombud proposes, to be taken over as far as it is wanted."""
    meeting = run_meeting(request, pk)
    least = _least(request)
    if request.method == "POST":
        wanted, wrong = _wanted(request)
        if wrong:
            return _page(request, meeting, least, wrong, 422)
        try:
            built = build_agenda(person=me(request), meeting=meeting, wanted=wanted, least=least)
        except BoardError as error:
            return _page(request, meeting, least, str(error), 409)
        toast(request, _told(built))
        return redirect(meeting)
    return _page(request, meeting, least)


def _page(request: HttpRequest, meeting: Meeting, least: int, wrong: str = "", status: int = 200) -> HttpResponse:
    proposal = propose(meeting, least=least)
    context = {
        "meeting": meeting,
        "proposal": proposal,
        "least": least,
        "wrong": wrong,
        "typed": request.POST if wrong else None,
        "headline": _headline(meeting, proposal),
    }
    return render(request, "board/meeting_build.html", context, status=status)


def _headline(meeting: Meeting, proposal: Any) -> str:
    if meeting.is_over:
        return "The meeting is over, so its agenda stays as it is"
    if not proposal.lines and not proposal.waiting:
        return "Nothing waits for the board, so nothing is proposed"
    if not proposal.lines:
        return f"Nothing of what waits fits into {counted(meeting.minutes, 'minute')}"
    items = counted(len(proposal.lines), "item").capitalize()
    if (over := proposal.minutes - meeting.minutes) > 0:
        return f"{items} would take {proposal.minutes} minutes, {over} more than there are"
    if not proposal.changes:
        return f"The agenda is as Ombud would propose it: {proposal.minutes} of {meeting.minutes} minutes"
    return f"{items} would take {proposal.minutes} of {meeting.minutes} minutes"


def _least(request: HttpRequest) -> int:
    text = request.POST.get("least") or request.GET.get("least") or ""
    return min(max(int(text), 1), MOST_LEAST) if text.isdecimal() and len(text) < 4 else LEAST


def _wanted(request: HttpRequest) -> tuple[Wanted, str]:
    """What was ticked and typed; and what is wrong with it, in words."""
    minutes: dict[str, int | None] = {}
    for name, value in request.POST.items():
        if not name.startswith("minutes-"):
            continue
        text = str(value).strip()
        if text and not (text.isdecimal() and len(text) < 4 and 1 <= int(text) <= MOST_MINUTES):
            return Wanted(), f"“{text[:20]}” are no minutes. Give each item from 1 to {MOST_MINUTES}."
        minutes[name.removeprefix("minutes-")] = int(text) if text else None
    take = {key[:60]: minutes.get(key) for key in request.POST.getlist("take")}
    off = [int(pk) for pk in request.POST.getlist("off") if pk.isdecimal() and len(pk) < 18]
    there = {key.removeprefix("item:"): value for key, value in minutes.items() if key.startswith("item:")}
    return Wanted(take, off, {int(pk): value for pk, value in there.items() if pk.isdecimal() and len(pk) < 18}), ""


def _told(built: Built) -> str:
    parts = [f"{counted(built.added, 'item')} came to the agenda"] if built.added else []
    parts += [f"{counted(built.taken_off, 'item')} gave way"] if built.taken_off else []
    parts += [f"{counted(built.gone, 'item')} could no longer be taken"] if built.gone else []
    return f"{'; '.join(parts).capitalize()}." if parts else "The agenda is as it was proposed."


@require_POST
@board_only
def item_pin(request: HttpRequest, pk: int) -> HttpResponse:
    """Pin an item (`pinned` is yes), or unpin it."""
    item = run_item(request, pk)
    pinned = request.POST.get("pinned") == "yes"
    try:
        pin_item(person=me(request), item=item, pinned=pinned)
    except BoardError as error:
        toast(request, str(error), level=messages.ERROR)
    else:
        toast(request, "Pinned: it stays, with its minutes, whatever is proposed." if pinned else "Unpinned.")
    return redirect(address_of(item))


@require_POST
@board_only
def item_take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a request (`request`, its reference) of an item over several an item of its own; then back to the room, or
    to the agenda where it was asked there (`back`)."""
    item = run_item(request, pk)
    filed = ProjectRequest.objects.visible_to(request.user).select_related("silo", "survivor")
    chosen = get_object_or_404(filed, reference=name_of(request, "request"))
    try:
        alone = take_out(person=me(request), item=item, request=chosen)
    except BoardError as error:
        toast(request, str(error), level=messages.ERROR)
    else:
        toast(request, f"{chosen.reference} is decided alone, as item {number_of(alone)}.")
    return redirect(address_of(item)) if request.POST.get("back") == "agenda" else back_to_room(item.meeting, item)


@require_safe
@board_only
def backlog_list(request: HttpRequest) -> HttpResponse:
    """What waits for the board and is on no agenda: why, and for how long."""
    words = request.GET.get("q", "")[:200]
    order = one_of(request, "order", ("age", "stake"), usual="stake")
    found = backlog(words=words, order=order)
    groups = found.by_reason
    rows = [row for group in groups.values() for row in group]
    page = page_of(request, rows, PER_PAGE)
    context = {
        "backlog": found,
        "page": page,
        "groups": [(why, len(groups[why]), list(each)) for why, each in groupby(page.object_list, _group)],
        "words": words,
        "order": order,
        "can_plan": can_manage_meetings(request.user),
        "counts": condition_counts(request.user),
    }
    return render(request, "board/backlog.html", context)
