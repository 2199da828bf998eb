"""What the linters cannot say about the architecture."""

import ast
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


def _fetched_by_key(path: Path) -> list[str]:
    """The lookups by which a module fetches the requests of many rows by their keys."""
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    named = (call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "prefetch_related")
    texts = (str(arg.value) for call in named for arg in call.args if isinstance(arg, ast.Constant))
    return [f"{path.relative_to(ROOT)}: {text}" for text in texts if {"request", "after"} & set(text.split("__")[1:])]


def test_the_requests_of_many_rows_are_joined_and_not_fetched_by_key() -> None:
    """Of more than 1,000 keys of a foreign key Django 5.2 makes a chain of ORs that SQLite refuses."""
    apps = ("board", "config", "customers", "impacts", "portfolio")
    assert [
        found for app in apps for path in sorted((ROOT / app).rglob("*.py")) for found in _fetched_by_key(path)
    ] == []
