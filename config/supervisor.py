"""Keeps a few processes running together: starts them, passes on what they say, stops them all when one of them ends.

Every process leads a group of its own, so that a Ctrl-C in the terminal reaches this process alone, and so that nothing
a child has started is left behind.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import IO, Self

PDEATHSIG = 1  # Linux, prctl(2)


@dataclass(slots=True)
class Child:
    """A process to keep running: started again up to `restarts` times when it ends by itself."""

    name: str
    command: Sequence[str]
    restarts: int = 0
    process: "subprocess.Popen[str] | None" = field(default=None, init=False)

    def start(self, environ: dict[str, str]) -> None:
        """Start it, and a thread that prefixes its lines with its name."""
        self.process = subprocess.Popen(  # noqa: S603 - the command is this module's caller's own
            self.command,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - before any thread matters
        )
        assert self.process.stdout is not None  # noqa: S101 - it is a pipe
        threading.Thread(target=_forward, args=(self.name, self.process.stdout), daemon=True).start()

    def is_running(self) -> bool:
        """Whether the process itself runs."""
        return self.process is not None and self.process.poll() is None

    def signal_group(self, number: signal.Signals) -> bool:
        """Send a signal to the process and all it has started. Returns whether anything was left to send it to."""
        if self.process is None:
            return False
        try:
            os.killpg(self.process.pid, number)
        except (ProcessLookupError, PermissionError):
            return False
        return True


def _end_with_parent() -> None:
    """In the child: when the supervisor is killed for good, end too (Linux only)."""
    ctypes.CDLL(None).prctl(PDEATHSIG, signal.SIGTERM)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _forward(name: str, lines: IO[str]) -> None:
    for line in lines:
        _say(f"{name:>6} | {line.rstrip()}")


class Supervisor:
    """Runs children until one of them ends for good or somebody asks to stop."""

    def __init__(self, children: Sequence[Child], environ: dict[str, str], *, patience: float = 20) -> None:
        self.children = children
        self.environ = environ
        self.patience = patience
        self.signals = 0

    def __enter__(self) -> Self:
        """Take the signals and start the children."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        for child in self.children:
            child.start(self.environ)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop whatever runs."""
        self.stop()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.signals += 1

    def watch(self, *, until: Callable[[], bool] | None = None, seconds: float = float("inf")) -> str:
        """Wait until somebody asks to stop, a child ends for good, `until()` is true, or the time is up.

        Returns what went wrong, or nothing.
        """
        deadline = time.monotonic() + seconds
        while not self.signals and time.monotonic() < deadline:
            if until is not None and until():
                return ""
            for child in self.children:
                if child.is_running() or self.signals:
                    continue
                status = child.process.returncode if child.process else None
                if not child.restarts:
                    return f"The {child.name} process ended by itself (status {status})."
                child.restarts -= 1
                _say(f"The {child.name} process ended (status {status}) and is started again.")
                child.start(self.environ)
            time.sleep(0.1)
        return ""

    def stop(self) -> None:
        """Ask all children to end, and wait; whoever asks again, or waits in vain, kills them."""
        asked = self.signals
        deadline = time.monotonic() + self.patience
        for child in self.children:
            if child.is_running():
                child.signal_group(signal.SIGTERM)
        while any(child.is_running() for child in self.children):
            if self.signals > asked or time.monotonic() > deadline:
                break
            time.sleep(0.05)
        for child in self.children:
            child.signal_group(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()
