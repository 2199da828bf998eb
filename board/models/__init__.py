"""What is decided: meetings, agenda, decisions, conditions, holds, objections and the packs that were printed."""

from board.models.meetings import (
    AgendaItem,
    Attendance,
    Condition,
    DecidedRequest,
    Decision,
    Hold,
    ItemRequest,
    Meeting,
    Pack,
)
from board.models.objections import Objection

__all__ = [
    "AgendaItem",
    "Attendance",
    "Condition",
    "DecidedRequest",
    "Decision",
    "Hold",
    "ItemRequest",
    "Meeting",
    "Objection",
    "Pack",
]
