"""How a line of the log is written: without the keys that stand in addresses and open something without a sign-in.

Django names the address of every answer from 400 on, also where the key is right: for another reader than its own,
after too many calls, by another method.
"""

import logging
import re

_KEYED = re.compile(
    r"(/board/read/|/customers/it/stories/feed/|/reports/mail/stop/|/accounts/(?:password/reset/key|confirm-email)/)[^/?\s]+"
)


class KeylessFormatter(logging.Formatter):
    """Writes the line, its traceback too, with "…" for such keys."""

    def format(self, record: logging.LogRecord) -> str:
        """The line as it is kept."""
        return _KEYED.sub(r"\1…", super().format(record))
