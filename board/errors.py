"""What can go wrong at the board. Every message says what happened, what was kept and what to do."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from board.models import Decision


class BoardError(Exception):
    """Base of the app's errors."""


class NotAllowed(BoardError):
    """The person may not do this."""


class StaleMeeting(BoardError):
    """Somebody else changed the meeting or the item in the meantime."""


class MeetingNotOpen(BoardError):
    """The meeting is not in the state that this needs: not started yet, or closed."""


class CannotDecide(BoardError):
    """The decision does not fit what is on the table. `fields` maps form fields to messages."""

    def __init__(self, message: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields = fields or {}


class NoQuorum(CannotDecide):
    """Too few people with a vote are there, and nobody said that the board goes on without."""


class NotCarried(CannotDecide):
    """The board decides by vote, and the decision has not the majority that it needs."""


class AlreadyDecided(BoardError):
    """Somebody else decided the item first. `decision` is theirs."""

    def __init__(self, message: str, decision: "Decision | None") -> None:
        super().__init__(message)
        self.decision = decision


class NothingToPublish(BoardError):
    """A pack needs at least one item."""


class CannotObject(BoardError):
    """The objection does not fit the request, the customers or what was said already. `fields` maps form fields to
    messages."""

    def __init__(self, message: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields = fields or {}


class AlreadyObjected(CannotObject):
    """There is an open objection for these customers already."""


class CannotPlan(BoardError):
    """The scenario cannot be planned as it stands. `problems` says why, a sentence each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = tuple(problems)


class AlreadyPlanned(BoardError):
    """The same meeting, or series, is planned already: the form was sent twice."""


class AlreadyPlanning(BoardError):
    """The planner is at work on this scenario."""


class StaleScenario(BoardError):
    """Somebody else changed the scenario in the meantime."""


class TooLong(BoardError):
    """The agenda has more items than a pack can hold."""


class TooMany(BoardError):
    """Something was asked for too often in a short time."""


class CannotShare(BoardError):
    """The pack cannot be shared like that. `fields` maps form fields to messages."""

    def __init__(self, message: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields = fields or {}


class BadReply(BoardError):
    """The answer to an invitation does not count: the message says why, and what to do."""


class OtherReader(BoardError):
    """The link is for somebody with an account, and it is not they who open it."""
