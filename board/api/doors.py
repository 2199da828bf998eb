"""Who comes in to the board's part of the API."""

from typing import Any, cast

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from board.models import Meeting
from board.permissions import can_run, can_see_board
from portfolio.models import Person


class OfTheBoard(BasePermission):
    """The board's papers are for the board and the architects."""

    message = "Meetings and agendas are for the board and the architects. Decisions are at /api/v1/decisions/."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the person may open the board's papers."""
        return can_see_board(request.user)


def me(request: Request) -> Person:
    """The person who is signed in."""
    return cast(Person, request.user)


def check_runs(request: Request, meeting: Meeting) -> None:
    """Raises PermissionDenied for who does not run this meeting."""
    if not can_run(request.user, meeting):
        raise PermissionDenied("Only the board's secretary and the chair do this.")
