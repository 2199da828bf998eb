"""The demo as a site that the browser tests share: loaded once a session, whichever process is first."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.site import Site, demo_site, prepare
from tests.databases import TABLES


@pytest.fixture(scope="session")
def demo(browser: Any, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Meridian Bank, served without a worker. Tests may look at everything and change nothing."""
    here = tmp_path_factory.mktemp("demo")
    root = here.parent.parent if os.environ.get("PYTEST_XDIST_WORKER") else here.parent
    with demo_site(here, ready=_once(root / "meridian")) as site:
        yield site


def _once(folder: Path) -> Path:
    """The folder with the demo's database: made by the first process of this session, waited for by the others."""
    try:
        folder.mkdir()
    except FileExistsError:
        deadline = time.monotonic() + 110
        while not (folder / "done").exists():
            assert time.monotonic() < deadline, "Another process does not get the demo ready."
            time.sleep(0.2)
        return folder
    prepare(folder, TABLES)
    (folder / "done").touch()
    return folder
