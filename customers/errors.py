"""What can go wrong with the registers. Messages say what happened and what to do."""


class RegisterError(Exception):
    """Base of the app's errors."""


class NotAllowed(RegisterError):
    """The person may not change the registers."""


class CannotBe(RegisterError):
    """What was asked for goes against another entry of the register."""


class ImportRefused(RegisterError):
    """A file or a mapping cannot be used at all; nothing was written."""
