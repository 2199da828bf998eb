"""The board in the administration: meetings may be looked after, what was decided and published only read."""

from board.admin import decisions, meetings, plans

__all__ = ["decisions", "meetings", "plans"]
