"""./dev run for real: on a fresh folder and a free port, down to the last process."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from config.management.commands.serve import _environ

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environ(folder: Path) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "CELERY_BROKER_URL")}
    ours |= {"DJANGO_SETTINGS_MODULE": "config.settings", "OMBUD_LOCAL": "1", "OMBUD_VAR_DIR": str(folder)}
    return ours


@pytest.fixture
def served(port: int, tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", Path]]:
    """Ombud, started without the demo, and the file that it writes to."""
    said = tmp_path / "said.txt"
    command = [sys.executable, str(ROOT / "manage.py"), "serve", "--no-demo", "--port", str(port)]
    with said.open("w") as out:
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environ(tmp_path / "var"), stdout=out, stderr=out, text=True
        )
    yield process, said
    if process.poll() is None:
        process.kill()


def wait_for(text: str, said: Path, process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + 60
    while text not in said.read_text():
        assert process.poll() is None, said.read_text()
        assert time.monotonic() < deadline, said.read_text()
        time.sleep(0.1)


def test_serves_pages_and_tasks_and_leaves_nothing_behind(
    served: tuple["subprocess.Popen[str]", Path], port: int
) -> None:
    process, said = served
    wait_for(f"Ombud runs on http://localhost:{port}/", said, process)
    wait_for("ready.", said, process)
    family = psutil.Process(process.pid).children(recursive=True)

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=20) as page:
        assert page.status == 200
        assert "Sign in" in page.read().decode()
    process.send_signal(signal.SIGINT)

    assert process.wait(30) == 0
    _, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []
    assert "Stopped." in said.read_text()


def test_says_which_port_is_taken(port: int, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(port)],
            env=environ(tmp_path / "var"),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 1
    assert f"Port {port} cannot be used" in done.stderr
    assert "PORT=8001 ./dev run" in done.stderr
    assert "Traceback" not in done.stderr


def test_links_in_mails_lead_to_the_port_that_it_listens_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMBUD_SITE_URL", raising=False)
    assert _environ(8612)["OMBUD_SITE_URL"] == "http://localhost:8612"
    monkeypatch.setenv("OMBUD_SITE_URL", "https://ombud.example")
    assert _environ(8612)["OMBUD_SITE_URL"] == "https://ombud.example"
