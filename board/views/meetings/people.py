"""Who is expected and there, invitations, standing aside, and going on without a quorum."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from board.calendars.replies import MOST_BYTES
from board.errors import BoardError
from board.forms.presence import AsideForm, AttendanceForm, BecauseForm, ExpectForm, ReplyFileForm, ReplyForm, WaiveForm
from board.models import AgendaItem, Attendance, Meeting, StandAside
from board.packs.words import counted, number_word
from board.permissions import can_run
from board.selectors.meetings.calendars import meeting_file
from board.selectors.meetings.meetings import AgendaLine, agenda_page, attendance_of, page_of
from board.selectors.meetings.presence import Aside, Quorum, asides_of, quorum_of, quorums_of
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
from board.views.loading import board_only, me, meeting_of, refuse, run_item, run_meeting, say
from customers.toasts import toast
from portfolio.models import Person

Act = Callable[[dict[str, Any]], str]
"""Does what a form asks for, and says what was done."""


@require_safe
@board_only
def meeting_people(request: HttpRequest, pk: int) -> HttpResponse:
    """Replies, who is there, who stands aside from what, and the quorum."""
    return _page(request, meeting_of(pk))


def _page(
    request: HttpRequest, meeting: Meeting, status: int = 200, over: AgendaItem | None = None, **sent: forms.Form
) -> HttpResponse:
    """The page. `sent` are forms as they were sent, by their names on it, or on the line of the item that they are
    `over`: they are shown with what was typed and what is wrong with it."""
    context = _context(request, meeting, page_of(over) if over else 0)
    context["sent"] = list(sent.values())
    lines = (each for each in context["items"] if over and each["line"].item.pk == over.pk)
    gone: dict[str, Any] = {}
    (next(lines, gone) if over else context).update(sent)
    context["gone"] = list(gone.values())
    return render(request, "board/meeting_people.html", context, status=status)


def _context(request: HttpRequest, meeting: Meeting, page: int = 0) -> dict[str, Any]:
    rows = attendance_of(meeting)
    agenda = agenda_page(meeting, page or request.GET.get("page"))
    lines = agenda.lines
    asides = asides_of([line.item for line in lines])
    quorums = quorums_of(meeting, asides)
    mine = next((row for row in rows if row.person_id == request.user.pk), None)
    said = StandAside.objects.filter(item__in=[line.item.pk for line in lines], said_by__isnull=False)
    return {
        "meeting": meeting,
        "rows": rows,
        "reply_form": _reply_form(meeting, mine),
        "quorum": quorum_of(meeting),
        "headline": _headline(meeting, rows),
        "is_near": _is_near(meeting),
        "page": agenda.page,
        "items": [_item(line, asides[line.item.pk], quorums[line.item.pk], rows) for line in lines],
        "said": list(said.select_related("person", "said_by", "item").order_by("item__position", "id")),
        "can_run": can_run(request.user, meeting) and not meeting.is_over,
        "uninvited": sum(1 for row in rows if row.invited_at is None),
        "replied": sum(1 for row in rows if row.replied_at is not None),
        "present": sum(1 for row in rows if row.present),
        "attendance_form": AttendanceForm(rows=rows),
        "file_form": None if meeting.is_over else ReplyFileForm(),
        "expect_form": ExpectForm(expected=[row.person_id for row in rows]),
        "waive_form": _waive_form(None),
    }


def _item(line: AgendaLine, asides: Sequence[Aside], quorum: Quorum, rows: list[Attendance]) -> dict[str, Any]:
    """One item on the page: who stands aside from it, its quorum, and the forms about both."""
    aside_form = AsideForm(rows=rows, auto_id=f"aside-{line.item.pk}-%s")
    found = {"line": line, "asides": asides, "own": quorum, "most": _most(line, asides, quorum, rows)}
    return found | {"aside_form": aside_form, "waive_form": _waive_form(line.item)}


def _most(line: AgendaLine, asides: Sequence[Aside], quorum: Quorum, rows: list[Attendance]) -> int | None:
    """How many may vote on an item though everybody comes, where that is too few; None where it is enough."""
    aside = {each.person.pk for each in asides}
    most = sum(1 for row in rows if row.votes and row.person_id not in aside)
    is_open = line.item.status == AgendaItem.Status.OPEN and quorum.waiver is None
    return most if is_open and quorum.needed is not None and most < quorum.needed else None


def _waive_form(item: AgendaItem | None, data: Any = None) -> WaiveForm:
    if item is None:
        return WaiveForm(data, auto_id="waive_%s")
    form = WaiveForm(data, auto_id=f"waive-{item.pk}-%s")
    form.fields["because"].label = "The board decides this item without a quorum, because"
    return form


def _reply_form(meeting: Meeting, mine: Attendance | None) -> ReplyForm | None:
    if mine is None or meeting.is_over:
        return None
    return ReplyForm(initial={"reply": mine.reply, "because": mine.absent_because})


def _is_near(meeting: Meeting) -> bool:
    """Whether people are already counted: it has begun, or does within two hours."""
    return meeting.status != Meeting.Status.PLANNED or meeting.starts_at <= timezone.now() + timedelta(hours=2)


def _headline(meeting: Meeting, rows: list[Attendance]) -> str:
    if _is_near(meeting) or any(row.present for row in rows):
        return quorum_of(meeting).words
    coming = sum(1 for row in rows if row.votes and row.reply == Attendance.Reply.ACCEPTED)
    who = counted(coming, "person", "people").capitalize() if coming else "Nobody"
    said = f"{who} with a vote {'has' if coming < 2 else 'have'} accepted{'' if coming else ' yet'}"
    if not meeting.quorum:
        return said
    return f"{said}, {number_word(meeting.quorum)} {'is' if meeting.quorum == 1 else 'are'} needed"


def _done(request: HttpRequest, meeting: Meeting, said: str) -> HttpResponse:
    toast(request, said)
    return redirect("board:meeting-people", pk=meeting.pk)


def _carry_out(
    request: HttpRequest,
    meeting: Meeting,
    name: str,
    form: forms.Form,
    act: Act,
    over: AgendaItem | None = None,
    **beside: forms.Form,
) -> HttpResponse:
    """Do what the form asks for and say so; else the page again, with what was typed, also in the forms `beside` it,
    and why nothing was done."""
    status = 422
    if form.is_valid():
        try:
            said = act(form.cleaned_data)
        except (BoardError, ValidationError) as error:
            status = say(form, error)
        else:
            return _done(request, meeting, said)
    return _page(request, meeting_of(meeting.pk), status, over, **{name: form}, **beside)


@require_POST
@board_only
def meeting_attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Record who is there, and why others are not. Who was typed as expected besides is expected too."""
    meeting = run_meeting(request, pk)
    rows = attendance_of(meeting)
    form, more = AttendanceForm(request.POST, rows=rows), _expect_form(request, rows)
    is_typed = bool(request.POST.get("who", "").strip())
    if is_typed and not (more.is_valid() and form.is_valid()):
        return _as_typed(request, meeting, 422, expect_form=more)

    def act(data: dict[str, Any]) -> str:
        present = [person.pk for person in data["present"]]
        record_attendance(person=me(request), meeting=meeting, present=present, because=form.reasons())
        if more.is_valid():
            expect(person=me(request), meeting=meeting, **more.cleaned_data)
        return f"{len(present)} present. {quorum_of(meeting).words}."

    beside = {"expect_form": more} if is_typed else {}
    return _carry_out(request, meeting, "attendance_form", form, act, None, **beside)


@require_POST
@board_only
def meeting_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether one comes."""
    meeting = meeting_of(pk)

    def act(data: dict[str, Any]) -> str:
        reply_to(person=me(request), meeting=meeting, reply=data["reply"], because=data["because"])
        return "Your reply is noted."

    return _carry_out(request, meeting, "reply_form", ReplyForm(request.POST), act)


@require_POST
@board_only
def meeting_reply_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the answer that a calendar sent, as a file: one's own, or anybody's by who runs the meeting."""

    def act(data: dict[str, Any]) -> str:
        return " ".join(take_replies(data=data["file"].read(MOST_BYTES + 1), person=me(request)))

    return _carry_out(request, meeting_of(pk), "file_form", ReplyFileForm(request.POST, request.FILES), act)


@require_POST
@board_only
def meeting_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the invitation to who has not had one."""
    meeting = run_meeting(request, pk)
    try:
        count = invite(person=me(request), meeting=meeting)
    except BoardError as error:
        toast(request, str(error), level=messages.ERROR)
        return redirect("board:meeting-people", pk=pk)
    said = f"{count} invitation{'' if count == 1 else 's'} on the way, with the calendar file."
    return _done(request, meeting, said if count else "Everybody who is expected has been invited.")


@require_POST
@board_only
def meeting_expect(request: HttpRequest, pk: int) -> HttpResponse:
    """Expect somebody more, or (`remove`) no longer. What was ticked and typed of who is there stays on the page."""
    meeting = run_meeting(request, pk)
    if "remove" in request.POST:
        return _remove(request, meeting)
    form = _expect_form(request, attendance_of(meeting))
    status = 422
    if form.is_valid():
        try:
            expect(person=me(request), meeting=meeting, **form.cleaned_data)
        except (BoardError, ValidationError) as error:
            status = say(form, error)
        else:
            toast(request, f"{form.cleaned_data['who']} is expected. Who is there is not saved yet.")
            return _as_typed(request, meeting)
    return _as_typed(request, meeting, status, expect_form=form)


def _expect_form(request: HttpRequest, rows: Sequence[Attendance]) -> ExpectForm:
    return ExpectForm(request.POST, expected=[row.person_id for row in rows])


def _remove(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Expect somebody no longer."""
    who = get_object_or_404(Person, pk=_number(request.POST["remove"]))
    try:
        uninvite(person=me(request), meeting=meeting, who=who)
    except BoardError as error:
        toast(request, str(error), level=messages.ERROR)
    else:
        toast(request, f"{who} is no longer expected. Who is there is not saved yet.")
    return _as_typed(request, meeting)


def _as_typed(request: HttpRequest, meeting: Meeting, status: int = 200, **sent: forms.Form) -> HttpResponse:
    """The page, with who is there as it was ticked and typed, not saved yet."""
    form = AttendanceForm(request.POST, rows=attendance_of(meeting))
    return _page(request, meeting_of(meeting.pk), status, None, attendance_form=form, **sent)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0


@require_POST
@board_only
def meeting_waive(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the board go on without a quorum: over the meeting, or over one `item`."""
    meeting = run_meeting(request, pk)
    item = request.POST.get("item", "")
    over = get_object_or_404(AgendaItem.objects.filter(meeting=meeting), pk=_number(item)) if item else None

    def act(data: dict[str, Any]) -> str:
        waive_quorum(person=me(request), meeting=meeting, because=data["because"], item=over)
        return "The board goes on without a quorum. It stands in the minutes."

    return _carry_out(request, meeting, "waive_form", _waive_form(over, request.POST), act, over)


@require_POST
@board_only
def item_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that somebody stands aside from an item, or need not; or (`unsay`) take back what was said."""
    item = run_item(request, pk)
    if "unsay" in request.POST:
        return _unsay(request, item)
    form = AsideForm(request.POST, rows=attendance_of(item.meeting), auto_id=f"aside-{pk}-%s")

    def act(data: dict[str, Any]) -> str:
        say_aside(person=me(request), item=item, **data)
        return "Noted. It stands in the minutes."

    return _carry_out(request, item.meeting, "aside_form", form, act, item)


def _unsay(request: HttpRequest, item: AgendaItem) -> HttpResponse:
    row = get_object_or_404(StandAside.objects.filter(item=item), pk=_number(request.POST["unsay"]))
    try:
        unsay_aside(person=me(request), aside=row)
    except BoardError as error:
        toast(request, str(error), level=messages.ERROR)
        return redirect("board:meeting-people", pk=item.meeting_id)
    return _done(request, item.meeting, "Taken back. What follows from the department holds.")


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
