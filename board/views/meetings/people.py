"""Who is expected and there, invitations, standing aside, and going on without a quorum."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from board.calendars.replies import MOST_BYTES
from board.errors import BoardError
from board.forms.meetings import AttendanceForm
from board.forms.presence import AsideForm, BecauseForm, ExpectForm, ReplyFileForm, ReplyForm
from board.models import AgendaItem, Attendance, Meeting, StandAside
from board.packs.words import counted
from board.permissions import can_run
from board.selectors.meetings.calendars import meeting_file
from board.selectors.meetings.meetings import agenda_lines, attendance_of
from board.selectors.meetings.presence import asides_of, quorum_of, quorums_of
from board.services.meetings.invitations import invite, uninvite
from board.services.meetings.meetings import cancel_meeting
from board.services.meetings.presence import (
    expect,
    record_attendance,
    reply_to,
    say_aside,
    unsay_aside,
    waive_quorum,
)
from board.services.meetings.replies import take_replies
from board.views.loading import board_only, me, meeting_of, refuse, run_item, run_meeting, text_of
from customers.toasts import toast
from portfolio.models import Person


@require_safe
@board_only
def meeting_people(request: HttpRequest, pk: int) -> HttpResponse:
    """Replies, who is there, who stands aside from what, and the quorum."""
    return render(request, "board/meeting_people.html", _context(request, meeting_of(pk)))


def _context(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    rows = attendance_of(meeting)
    lines = agenda_lines(meeting)
    asides = asides_of([line.item for line in lines])
    quorums = quorums_of(meeting, asides)
    expected = [row.person_id for row in rows]
    mine = next((row for row in rows if row.person_id == request.user.pk), None)
    items = [line.item for line in lines]
    said = StandAside.objects.filter(item__in=[item.pk for item in items], said_by__isnull=False)
    return {
        "meeting": meeting,
        "rows": rows,
        "mine": mine,
        "reply_form": ReplyForm(initial={"reply": mine.reply, "because": mine.absent_because}) if mine else None,
        "quorum": quorum_of(meeting),
        "headline": _headline(meeting, rows),
        "is_near": _is_near(meeting),
        "items": [(line, asides[line.item.pk], quorums[line.item.pk]) for line in lines],
        "said": list(said.select_related("person", "said_by", "item").order_by("item__position", "id")),
        "can_run": can_run(request.user, meeting) and not meeting.is_over,
        "uninvited": sum(1 for row in rows if row.invited_at is None),
        "replied": sum(1 for row in rows if row.replied_at is not None),
        "present": sum(1 for row in rows if row.present),
        "file_form": ReplyFileForm(),
        "expect_form": ExpectForm(expected=expected),
        "aside_form": AsideForm(expected=expected),
        "waive_form": BecauseForm(),
    }


def _is_near(meeting: Meeting) -> bool:
    """Whether people are already counted: it has begun, or does within two hours."""
    return meeting.status != Meeting.Status.PLANNED or meeting.starts_at <= timezone.now() + timedelta(hours=2)


def _headline(meeting: Meeting, rows: list[Attendance]) -> str:
    if _is_near(meeting):
        return quorum_of(meeting).words
    coming = sum(1 for row in rows if row.votes and row.reply == Attendance.Reply.ACCEPTED)
    said = f"{counted(coming, 'person', 'people').capitalize()} with a vote {'has' if coming == 1 else 'have'} accepted"
    return f"{said}, {meeting.quorum} are needed" if meeting.quorum else said


def _after(request: HttpRequest, meeting: Meeting, error: Exception | None, said: str) -> HttpResponse:
    if isinstance(error, ValidationError):
        toast(request, " ".join(error.messages), level=messages.ERROR)
    elif error is not None:
        toast(request, str(error), level=messages.ERROR)
    else:
        toast(request, said)
    return redirect("board:meeting-people", pk=meeting.pk)


@require_POST
@board_only
def meeting_attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Record who is there, and why others are not."""
    meeting = run_meeting(request, pk)
    rows = attendance_of(meeting)
    form = AttendanceForm(request.POST, expected=[row.person_id for row in rows])
    if not form.is_valid():
        toast(request, "Somebody in that list is not expected here. Nothing was saved.", level=messages.ERROR)
        return redirect("board:meeting-people", pk=pk)
    present = [person.pk for person in form.cleaned_data["present"]]
    names = {row.person_id: f"because-{row.person_id}" for row in rows}
    because = {pk: text_of(request, name, 200) for pk, name in names.items() if name in request.POST}
    try:
        record_attendance(person=me(request), meeting=meeting, present=present, because=because)
    except (BoardError, ValidationError) as error:
        return _after(request, meeting, error, "")
    return _after(request, meeting, None, f"{len(present)} present. {quorum_of(meeting).words}.")


@require_POST
@board_only
def meeting_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether one comes."""
    meeting = meeting_of(pk)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _after(request, meeting, ValidationError("Choose whether you come."), "")
    data = form.cleaned_data
    try:
        reply_to(person=me(request), meeting=meeting, reply=data["reply"], because=data["because"])
    except BoardError as error:
        return _after(request, meeting, error, "")
    return _after(request, meeting, None, "Your reply is noted.")


@require_POST
@board_only
def meeting_reply_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the answer that a calendar sent, as a file: one's own, or anybody's by who runs the meeting."""
    meeting = meeting_of(pk)
    form = ReplyFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _after(request, meeting, ValidationError(form.errors["file"].data), "")
    try:
        said = take_replies(data=form.cleaned_data["file"].read(MOST_BYTES + 1), person=me(request))
    except BoardError as error:
        return _after(request, meeting, error, "")
    return _after(request, meeting, None, " ".join(said))


@require_POST
@board_only
def meeting_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the invitation to who has not had one."""
    meeting = run_meeting(request, pk)
    try:
        count = invite(person=me(request), meeting=meeting)
    except BoardError as error:
        return _after(request, meeting, error, "")
    said = f"{count} invitation{'' if count == 1 else 's'} on the way, with the calendar file."
    return _after(request, meeting, None, said if count else "Everybody who is expected has been invited.")


@require_POST
@board_only
def meeting_expect(request: HttpRequest, pk: int) -> HttpResponse:
    """Expect somebody more, or (`remove`) no longer."""
    meeting = run_meeting(request, pk)
    removed = request.POST.get("remove", "")
    try:
        if removed:
            uninvite(person=me(request), meeting=meeting, who=get_object_or_404(Person, pk=_number(removed)))
            return _after(request, meeting, None, "No longer expected.")
        form = ExpectForm(request.POST, expected=[row.person_id for row in attendance_of(meeting)])
        if not form.is_valid():
            return _after(request, meeting, ValidationError("Choose somebody who is not expected yet."), "")
        who = form.cleaned_data["who"]
        expect(person=me(request), meeting=meeting, who=who, votes=form.cleaned_data["votes"])
    except BoardError as error:
        return _after(request, meeting, error, "")
    return _after(request, meeting, None, f"{who} is expected. Send the invitation when you are ready.")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0


@require_POST
@board_only
def meeting_waive(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the board go on without a quorum: over the meeting, or over one `item`."""
    meeting = run_meeting(request, pk)
    item = request.POST.get("item", "")
    over = get_object_or_404(AgendaItem.objects.filter(meeting=meeting), pk=_number(item)) if item else None
    because = text_of(request, "because", 300)
    try:
        waive_quorum(person=me(request), meeting=meeting, because=because, item=over)
    except BoardError as error:
        return _after(request, meeting, error, "")
    return _after(request, meeting, None, "The board goes on without a quorum. It stands in the minutes.")


@require_POST
@board_only
def item_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that somebody stands aside from an item, or need not; or (`unsay`) take back what was said."""
    item = run_item(request, pk)
    unsaid = request.POST.get("unsay", "")
    try:
        if unsaid:
            row = get_object_or_404(StandAside.objects.filter(item=item), pk=_number(unsaid))
            unsay_aside(person=me(request), aside=row)
            return _after(request, item.meeting, None, "Taken back. What follows from the department holds.")
        form = AsideForm(request.POST, expected=[row.person_id for row in attendance_of(item.meeting)])
        if not form.is_valid():
            return _after(request, item.meeting, ValidationError("Say who, and why: it stands in the minutes."), "")
        say_aside(person=me(request), item=item, **form.cleaned_data)
    except BoardError as error:
        return _after(request, item.meeting, error, "")
    return _after(request, item.meeting, None, "Noted. It stands in the minutes.")


@require_safe
@board_only
def meeting_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The meeting as a calendar file."""
    meeting = meeting_of(pk)
    answer = HttpResponse(meeting_file(meeting), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="meeting-{meeting.pk}.ics"'
    return answer


@require_http_methods(["GET", "POST"])
@board_only
def meeting_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a meeting that has not begun, and say why."""
    meeting = run_meeting(request, pk)
    form = BecauseForm(request.POST or None, initial={"version": meeting.version})
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            cancel_meeting(person=me(request), meeting=meeting, expected=data["version"] or 0, because=data["because"])
        except BoardError as error:
            refuse(form, error, meeting.version)
            status = 409
        else:
            toast(request, "The meeting is cancelled. What was on its agenda waits in the backlog.")
            return redirect("board:meeting-list")
    return render(request, "board/meeting_cancel.html", {"form": form, "meeting": meeting}, status=status)
