"""Celery's transport by files, made safe for a reader and a writer at once.

Kombu's own opens a message's file before it writes it, so a worker that looks in between takes an empty message and
ends. Here a message gets its name only when it is whole; what cannot be read all the same is dropped: messages only
wake a worker, what is to be done stands in the database.
"""

import logging
import os
import uuid
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps

logger = logging.getLogger(__name__)


class WholeFileChannel(filesystem.Channel):
    """Writes a message beside its place, then moves it there."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        part = folder / f".{uuid.uuid4()}.part"
        try:
            part.write_bytes(str_to_bytes(dumps(payload)))
            os.replace(part, folder / f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg")
        except OSError as error:
            raise ChannelError(f"No message can be written to {folder}: {error}") from error

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        try:
            return super()._get(queue)
        except ValueError as error:
            logger.warning("A message that cannot be read was dropped: %s", error)
            raise Empty from error


class Transport(filesystem.Transport):
    """The transport of filesystem:// addresses."""

    Channel = WholeFileChannel


def use_whole_files() -> None:
    """Let filesystem:// addresses lead here."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
