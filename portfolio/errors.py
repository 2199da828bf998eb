"""What can go wrong with a request. Every message says what happened and what to do; views show it as it stands."""


class PortfolioError(Exception):
    """Base of the app's errors."""


class NotAllowed(PortfolioError):
    """The person may not do this."""


class StepNotPossible(PortfolioError):
    """The lifecycle has no such step from where the request stands."""


class StaleVersion(PortfolioError):
    """Somebody else changed it in the meantime."""


class NotComplete(PortfolioError):
    """Something is missing before it can be filed. `fields` maps field names to messages."""

    def __init__(self, message: str, fields: dict[str, str]) -> None:
        super().__init__(message)
        self.fields = fields


class HandOverProblem(PortfolioError):
    """What somebody held cannot be handed over like this. `fields` says why, by key of the entry."""

    def __init__(self, message: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields = fields or {}
