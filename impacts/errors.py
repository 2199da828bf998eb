"""What can go wrong with findings and tags. Every message says what happened and what to do; views show it as it is."""


class ImpactsError(Exception):
    """Base of the app's errors."""


class NotAllowed(ImpactsError):
    """The person may not do this."""


class FindingMoved(ImpactsError):
    """Somebody else, or a scan, changed the finding while it was looked at."""


class ActNotPossible(ImpactsError):
    """The act does not fit the finding as it stands."""


class NothingToUndo(ImpactsError):
    """There is no act to take back, or it is not the last one."""


class FamilyProblem(ImpactsError):
    """The family cannot be changed like this."""


class AlreadyThere(ImpactsError):
    """The same line is already listed."""


class SettingsProblem(ImpactsError):
    """The rules cannot be set like this. `fields` says why, by field of the engine's settings."""

    def __init__(self, message: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields = fields or {}


class SettingsMoved(ImpactsError):
    """Somebody else changed the rules' settings meanwhile."""


class StoryMoved(ImpactsError):
    """Somebody else changed the story meanwhile."""
