"""Ombud run for real for a measurement: what `./dev run` starts, and a signed-in visitor who speaks HTTP to it."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from urllib.parse import urlencode

import psutil
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from portfolio.models import Person

TOKEN = "b" * 32
PATIENCE = 120


class Running:
    """`./dev run`, with its processes: `worker` and `web` are psutil's."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self._log = folder / "run.log"
        seen = len(self.said())
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "serve", "--no-demo", "--port", str(port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, env=dict(os.environ), stdout=log, stderr=log)
        self._wait(lambda: f"http://localhost:{port}/" in self.said()[seen:])
        self._wait(lambda: "ready." in self.said()[seen:])

    def said(self) -> str:
        """What the processes have written."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def _wait(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"It did not start:\n{self.said()[-3000:]}")
            time.sleep(0.02)

    def memory_mb(self, what: str) -> list[int]:
        """Resident memory of the processes whose command contains `what` ("gunicorn", "celery"), the largest first."""
        return sorted((round(each.memory_info().rss / 2**20) for each in self._processes(what)), reverse=True)

    def worked(self, what: str) -> float:
        """Seconds of processor time that these processes have used so far."""
        times = [each.cpu_times() for each in self._processes(what)]
        return float(sum(each.user + each.system for each in times))

    def _processes(self, what: str) -> list[psutil.Process]:
        family = psutil.Process(self._process.pid).children(recursive=True)
        return [each for each in family if any(what in part for part in each.cmdline())]

    def stop(self) -> None:
        """Stop all of it, as Ctrl-C does."""
        self._process.terminate()
        self._process.wait(60)


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    """Run Ombud on a free port while the block runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = Running(folder, port)
    try:
        yield server
    finally:
        server.stop()


class Visitor:
    """Somebody signed in, with a session of the database and a token against forged forms."""

    def __init__(self, person: Person, port: int) -> None:
        store = import_module(settings.SESSION_ENGINE).SessionStore()
        store[SESSION_KEY] = str(person.pk)
        store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        store[HASH_SESSION_KEY] = person.get_session_auth_hash()
        store.create()
        self._port = port
        self._cookies = f"{settings.SESSION_COOKIE_NAME}={store.session_key}; {settings.CSRF_COOKIE_NAME}={TOKEN}"

    def ask(self, method: str, path: str, **fields: str | list[str]) -> tuple[int, str, float]:
        """Send one request. Returns the status, the page (or where it redirects to) and the seconds."""
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        headers = {"Cookie": self._cookies, "X-CSRFToken": TOKEN, "HX-Request": "true"}
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            del headers["HX-Request"]
        connection.request(method, path, urlencode(fields, doseq=True) if method == "POST" else None, headers)
        answer = connection.getresponse()
        page = answer.read().decode()
        connection.close()
        return answer.status, answer.headers.get("Location") or page, time.perf_counter() - began
