"""What can go wrong with the registers. Messages say what happened and what to do."""

from collections.abc import Sequence

from customers.assets import Imbalance


class RegisterError(Exception):
    """Base of the app's errors."""


class NotAllowed(RegisterError):
    """The person may not change the registers."""


class CannotBe(RegisterError):
    """What was asked for goes against another entry of the register."""


class ImportRefused(RegisterError):
    """A file or a mapping cannot be used at all; nothing was written."""


class DoesNotAddUp(RegisterError):
    """The numbers of a quarter do not conserve customers; `imbalances` says where and by how many."""

    def __init__(self, imbalances: Sequence[Imbalance]) -> None:
        super().__init__(" ".join(each.message for each in imbalances))
        self.imbalances = tuple(imbalances)
