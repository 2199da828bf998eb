"""What is on an agenda of the board's own: put on, dealt with in the room, taken up again."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from board.errors import BoardError
from board.forms.meetings import OwnItemForm, OwnWordsForm
from board.models import AgendaItem, Meeting
from board.selectors.meetings.meetings import address_of, agenda_lines, number_of
from board.services.meetings.own_items import add_own_item, close_own_item, reopen_own_item
from board.views.decisions.deciding import to_room
from board.views.loading import board_only, me, refuse, run_item, run_meeting, say
from board.views.meetings.room import own_context
from board.views.meetings.room_links import back_to_room, room_url
from customers.toasts import toast


@require_http_methods(["GET", "POST"])
@board_only
def own_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put something of the board's own on the agenda."""
    meeting = run_meeting(request, pk)
    if meeting.is_over:
        raise PermissionDenied
    form = OwnItemForm(request.POST if request.method == "POST" else None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            item = add_own_item(
                person=me(request), meeting=meeting, title=data["question"], note=data["note"], minutes=data["minutes"]
            )
        except BoardError as error:
            status = say(form, error)
        else:
            toast(request, f"On the agenda as item {number_of(item)}.")
            return redirect(address_of(item))
    return render(request, "board/own_add.html", {"form": form, "meeting": meeting}, status=status)


@require_POST
@board_only
def own_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what was said and resolved. What was typed stays on the page when it is not recorded."""
    item = run_item(request, pk)
    form = OwnWordsForm(request.POST)
    if not form.is_valid():
        return _again(request, item, form, 422)
    data = form.cleaned_data
    try:
        close_own_item(person=me(request), item=item, expected=data["version"], outcome=data["outcome"])
    except BoardError as error:
        refuse(form, error, AgendaItem.objects.get(pk=item.pk).version)
        return _again(request, item, form, 409)
    toast(request, "Written down. The item is dealt with.")
    return to_room(request, room_url(item.meeting, item))


def _again(request: HttpRequest, item: AgendaItem, form: OwnWordsForm, status: int) -> HttpResponse:
    meeting = Meeting.objects.select_related("chair", "secretary").get(pk=item.meeting_id)
    lines = agenda_lines(meeting)
    line = next((each for each in lines if each.item.pk == item.pk), None)
    if line is None:
        toast(request, "This item was taken off the agenda. Nothing was recorded.", level=messages.ERROR)
        return to_room(request, room_url(meeting))
    context = own_context(request, meeting, lines, line, form)
    return render(request, "board/meeting_room_own.html", context, status=status)


@require_POST
@board_only
def own_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take up again what was dealt with."""
    item = run_item(request, pk)
    try:
        reopen_own_item(person=me(request), item=item)
    except BoardError as error:
        toast(request, str(error), level=messages.ERROR)
    else:
        toast(request, "Taken up again. What was written down stands in the field.")
    return back_to_room(item.meeting, item)
