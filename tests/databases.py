"""The databases of the tests: what takes long to make is made once, and every process works on a copy of it.

Migrating takes 20 s of processor time and so does loading the demo; a copy takes a moment. The tables on SQLite are
kept below var/ until a migration changes, so that the next run begins at once. On a PostgreSQL server that was named
(OMBUD_TEST_POSTGRES) the originals stay until the next run.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from pytest_django import DjangoDbBlocker

ROOT = Path(settings.BASE_DIR)
KEPT = ROOT / "var" / "test-tables"
#: The processes of one run share this folder and each has a name: gw0, gw1, ... where there are several.
RUN = Path(settings.VAR_DIR)
#: The tables alone, where the tests run on SQLite.
TABLES = RUN / "tables.sqlite3"
PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "alone")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, django_db_use_migrations: bool
) -> Iterator[None]:
    """All tables with what the migrations write into them (with --nomigrations: those of the models)."""
    connection.settings_dict["TEST"]["MIGRATE"] = django_db_use_migrations
    with at_its_ends(django_db_blocker, _copy_of("tables", _tables)):
        yield


@contextmanager
def at_its_ends(blocker: DjangoDbBlocker, copy: AbstractContextManager[None]) -> Iterator[None]:
    """Use the database to make a copy and to remove it. In between only a test that says so may: what another one
    writes would stay for the tests after it."""
    with ExitStack() as left:
        with blocker.unblock():
            left.enter_context(copy)
        yield
        with blocker.unblock():
            left.close()


@contextmanager
def filled(name: str, fill: Callable[[], object]) -> Iterator[None]:
    """The tests' connection is one to a copy of a database that `fill` filled, by whichever process came first."""

    def make() -> str:
        _use((RUN / "tables.made").read_text())
        _use(_clone(name))
        fill()
        return str(connection.settings_dict["NAME"])

    with _copy_of(name, make):
        yield


@contextmanager
def _copy_of(name: str, make: Callable[[], str]) -> Iterator[None]:
    """Use a copy of what `make` makes, once in a run, and gives the name of. Afterwards all is used that was before."""
    before, made = str(connection.settings_dict["NAME"]), RUN / f"{name}.made"
    with _alone(RUN):
        if not made.exists():
            made.write_text(make())
        _use(made.read_text())
        copy = _clone(PROCESS)
    _use(copy)
    try:
        yield
    finally:
        _use(before)
        connection.creation._destroy_test_db(copy, verbosity=0)


def _tables() -> str:
    if connection.vendor != "sqlite" or not connection.settings_dict["TEST"]["MIGRATE"]:
        return _migrated()
    kept = KEPT / f"{_fingerprint()}.sqlite3"
    KEPT.mkdir(parents=True, exist_ok=True)
    with _alone(KEPT):
        if not kept.exists():
            new = shutil.copy(_migrated(), KEPT / "new")
            for old in KEPT.glob("*.sqlite3"):
                old.unlink()
            Path(new).replace(kept)
        return str(shutil.copy(kept, TABLES))


def _migrated() -> str:
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()
    return name


def _fingerprint() -> str:
    """Of all that makes the tables what they are."""
    digest = sha256()
    packages = [ROOT / "requirements-dev.lock", ROOT / "config" / "settings.py"]
    for path in [*packages, *sorted(ROOT.glob("*/migrations/*.py"))]:
        digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _use(name: str) -> None:
    connection.close()
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name


def _clone(suffix: str) -> str:
    """A copy of the database in use. Returns its name."""
    connection.close()
    connection.creation.clone_test_db(suffix, verbosity=0, autoclobber=True)
    return str(connection.creation.get_test_db_clone_settings(suffix)["NAME"])


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process after the other; one that is killed lets the next one in."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
