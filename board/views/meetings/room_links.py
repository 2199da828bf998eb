"""Back to the board room, after something was done there."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from board.models import AgendaItem, Meeting


def room_url(meeting: Meeting, item: AgendaItem | None = None) -> str:
    """The address of the room, at this item."""
    url = reverse("board:meeting-mode", args=[meeting.pk])
    return f"{url}?item={item.pk}" if item else url


def back_to_room(meeting: Meeting, item: AgendaItem | None = None) -> HttpResponse:
    """To the room, at this item."""
    return redirect(room_url(meeting, item))
