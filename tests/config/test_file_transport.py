"""The transport by files: a reader never meets half a message, and an unreadable one stops nobody."""

import threading
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection

from config import celery as _  # noqa: F401 - names the transport
from config.file_transport import Transport
from tests.workers import file_broker_options


def connection(folder: Path) -> Any:
    return Connection("filesystem://localhost", transport_options=file_broker_options(folder))


def test_file_addresses_lead_to_the_safe_transport(tmp_path: Path) -> None:
    assert isinstance(connection(tmp_path).transport, Transport)


def test_every_message_arrives_whole_while_another_reads(tmp_path: Path) -> None:
    count, seen = 400, []
    text = "x" * 20_000

    def write() -> None:
        channel = connection(tmp_path).channel()
        for number in range(count):
            channel._put("celery", {"number": number, "text": text})

    writer = threading.Thread(target=write)
    writer.start()
    channel = connection(tmp_path).channel()
    while writer.is_alive() or any((tmp_path / "queue/messages").iterdir()):
        try:
            message = channel._get("celery")
        except Empty:
            continue
        assert message["text"] == text
        seen.append(message["number"])
    writer.join()
    assert sorted(seen) == list(range(count))


def test_an_unreadable_message_is_dropped(tmp_path: Path) -> None:
    channel = connection(tmp_path).channel()
    (tmp_path / "queue/messages/1_half.celery.msg").write_bytes(b"")
    with pytest.raises(Empty):
        channel._get("celery")
    channel._put("celery", {"number": 2})
    assert channel._get("celery") == {"number": 2}
