"""Meridian Bank as a site of its own: a database with the demo, a web server, a worker if wanted, people signed in.

The pages of the demo are walked by tests and photographed for docs/tour.md. The site has its own folder and its own
processes, so that it outlives the tables of the test database, which every browser test leaves empty.
"""

import contextlib
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

BASE_DIR = Path(__file__).resolve().parents[2]
PASSWORD = "meridian"
#: Who stands for each role of the tour.
PEOPLE = {
    "head": "tomas.rey@meridian.example",
    "other head": "helen.osei@meridian.example",
    "decided head": "anika.sharma@meridian.example",
    "architect": "ines.okafor@meridian.example",
    "secretary": "mara.lindqvist@meridian.example",
    "cio": "margaret.ashby@meridian.example",
    "segment manager": "lena.vogt@meridian.example",
    "administrator": "jonas.petersen@meridian.example",
    "reader": "beatriz.santos@meridian.example",
}


@dataclass(slots=True)
class Site:
    """A running site. `url` is where it listens, `database` its SQLite file."""

    url: str
    database: Path
    folder: Path

    def one(self, sql: str, *values: object) -> Any:
        """The first column of the first row; None where there is none. For looking up what a page is called."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            row = connection.execute(sql, values).fetchone()
        return row[0] if row else None

    def sign_in(self, browser: Any, role: str, **options: Any) -> Any:
        """A browser context in which the person of this role is signed in, by the form as anybody would."""
        options.setdefault("viewport", {"width": 1280, "height": 900})
        context = browser.new_context(base_url=self.url, **options)
        page = context.new_page()
        page.goto("/accounts/login/")
        page.get_by_label("Email").fill(PEOPLE[role])
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{self.url}/")
        page.close()
        return context


def settle(page: Any) -> None:
    """Wait until every panel that the page loads by itself is there."""
    page.wait_for_function("() => !document.querySelector('.htmx-request:is([hx-get], [hx-post]), .htmx-settling')")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, url: str = "") -> dict[str, str]:
    """What the site's processes see: SQLite and messages below `folder`, whatever the tests themselves run on."""
    ours = ("DATABASE_URL", "CELERY_BROKER_URL", "OMBUD_TEST_DIR")
    return {name: value for name, value in os.environ.items() if name not in ours} | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "1",
        "OMBUD_VAR_DIR": str(folder),
        "OMBUD_SITE_URL": url or "http://localhost:8000",
        "PYTHONUNBUFFERED": "1",
    }


def prepare(folder: Path, tables: Path | None = None) -> None:
    """Make the demo's database in `folder`, from a file with the tables if there is one; takes about half a minute.
    Raises CalledProcessError."""
    folder.mkdir(parents=True, exist_ok=True)
    if tables is not None and tables.exists():
        shutil.copy(tables, folder / "ombud.sqlite3")
    for command in (["migrate", "-v", "0"], ["createcachetable", "-v", "0"], ["demo"]):
        line = [sys.executable, "manage.py", *command]
        subprocess.run(line, cwd=BASE_DIR, env=environment(folder), check=True, stdout=subprocess.PIPE)


@contextlib.contextmanager
def demo_site(folder: Path, *, ready: Path | None = None, worker: bool = False) -> Iterator[Site]:
    """The demo, served from `folder` until the block ends. `ready`: a folder prepared before, to copy."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    if ready is None:
        prepare(folder)
    else:
        shutil.copytree(ready, folder, dirs_exist_ok=True)
    environ = environment(folder, url)
    commands = [["manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]]
    if worker:
        commands.append(["-m", "celery", "-A", "config", "worker", "-B", "-s", str(folder / "beat"), "-P", "threads"])
    with contextlib.ExitStack() as stack:
        log = stack.enter_context((folder / "site.log").open("ab"))
        for command in commands:
            process = subprocess.Popen(
                [sys.executable, *command], cwd=BASE_DIR, env=environ, stdout=log, stderr=log, start_new_session=True
            )
            stack.callback(_end, process)
        _wait_for(f"{url}/health/", folder / "site.log")
        yield Site(url, folder / "ombud.sqlite3", folder)


def _wait_for(url: str, log: Path, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urlopen(url, timeout=5):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise RuntimeError(f"The site does not answer:\n{log.read_text(errors='replace')[-4000:]}") from None
            time.sleep(0.1)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(15)
