"""What the linters cannot say about the architecture."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Imports everything below a package in a process in which Django cannot be imported at all.
WITHOUT_DJANGO = """
import importlib, pkgutil, sys
for name in ("django", "rest_framework", "celery"):
    sys.modules[name] = None
package = importlib.import_module(sys.argv[1])
found = [found.name for found in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
for name in found:
    importlib.import_module(name)
print(len(found))
"""


@pytest.mark.parametrize("package", ["impacts.engine"])
def test_pure_package_works_in_a_process_without_django(package: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_DJANGO, package], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 5


def test_no_app_holds_signal_receivers_of_its_own() -> None:
    receivers = [
        path
        for app in ("board", "config", "customers", "impacts", "portfolio")
        for path in (ROOT / app).rglob("*.py")
        if "@receiver" in path.read_text() or "post_save.connect" in path.read_text()
    ]
    assert receivers == []
