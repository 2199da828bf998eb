"""How the board's views load what they show: unseen is 404, forbidden is 403."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from board.errors import BoardError, MeetingNotOpen, StaleMeeting, StaleScenario
from board.models import AgendaItem, Meeting
from board.permissions import can_run, can_see_board
from board.selectors.meetings.meetings import ITEM_RELATIONS
from portfolio.models import Person

P = ParamSpec("P")
MOST_NAME = 64


def board_only(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Any:
    """Lets the board and the architects in; everybody else gets 403."""

    @wraps(view)
    def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not can_see_board(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


def me(request: HttpRequest) -> Person:
    """The person who is signed in: the middleware lets nobody else through."""
    return cast(Person, request.user)


def name_of(request: HttpRequest, name: str) -> str:
    """The reference, code or token that was sent under this name; empty for what none of them can be: longer than 64
    characters, or with NUL, which PostgreSQL does not store. What people write goes through forms, which refuse."""
    sent = request.POST.get(name, "")
    return sent if len(sent) <= MOST_NAME and "\0" not in sent else ""


def meeting_of(pk: int) -> Meeting:
    """The meeting with its chair and secretary, or 404."""
    return get_object_or_404(Meeting.objects.select_related("chair", "secretary", "series"), pk=pk)


def run_meeting(request: HttpRequest, pk: int) -> Meeting:
    """The meeting, for who runs it: others get 403."""
    meeting = meeting_of(pk)
    if not can_run(request.user, meeting):
        raise PermissionDenied
    return meeting


def item_of(pk: int) -> AgendaItem:
    """The item with what its pages show, or 404."""
    return get_object_or_404(AgendaItem.objects.select_related(*ITEM_RELATIONS), pk=pk)


def run_item(request: HttpRequest, pk: int) -> AgendaItem:
    """The item, for who runs its meeting: others get 403."""
    item = item_of(pk)
    if not can_run(request.user, item.meeting):
        raise PermissionDenied
    return item


def say(form: forms.BaseForm, error: BoardError | ValidationError) -> int:
    """Say in the form why nothing was saved, at the fields that the error names; the status of the answer: 422 for what
    can be typed otherwise, 409 where something else is in the way."""
    if isinstance(error, ValidationError):
        named = error.message_dict if hasattr(error, "error_dict") else {}
    else:
        named = dict(getattr(error, "fields", {}))
    for name, text in named.items():
        form.add_error(name if name in form.fields else None, text)
    if not named:
        form.add_error(None, error.messages if isinstance(error, ValidationError) else str(error))
    return 409 if isinstance(error, StaleMeeting | StaleScenario | MeetingNotOpen) else 422


def refuse(form: forms.BaseForm, error: BoardError, version: int) -> None:
    """Say in the form why nothing was saved. Where somebody else saved first, say also in which fields that stands now
    differs from what was typed, and let the form be saved again: over `version`, which its page shows now."""
    text = str(error)
    if isinstance(error, StaleMeeting | StaleScenario):
        names = [str(form[name].label) for name in form.changed_data if not form[name].is_hidden]
        text += f" What you typed differs from theirs in: {', '.join(names)}." if names else ""
        newest: Any = form.data.copy()  # type: ignore[attr-defined]
        newest["version"] = str(version)
        form.data = newest
    form.add_error(None, text)
