"""What the settings make of the environment, each in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHOW = """
import json, sys
from config import settings
print(json.dumps({name: str(getattr(settings, name, None)) for name in sys.argv[1:]}))
"""
SECRET = "x" * 20 + "secret-of-fifty-characters-or-more-" + "y" * 20


def load(folder: Path, *names: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    ours = {"PATH": os.environ["PATH"], "OMBUD_VAR_DIR": str(folder / "a folder"), **environ}
    return subprocess.run(
        [sys.executable, "-c", SHOW, *names], cwd=ROOT, env=ours, capture_output=True, text=True, check=False
    )


def shown(done: "subprocess.CompletedProcess[str]") -> dict[str, str]:
    assert done.returncode == 0, done.stderr
    values: dict[str, str] = json.loads(done.stdout)
    return values


def test_no_secret_no_start(tmp_path: Path) -> None:
    done = load(tmp_path)
    assert done.returncode != 0
    assert "SECRET_KEY is missing" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("DEBUG", "perhaps"), ("EMAIL_PORT", "smtp"), ("OMBUD_SAME_PURPOSE", "30"), ("OMBUD_PROXIES", "-1")],
)
def test_value_that_cannot_be_understood_stops_the_start(tmp_path: Path, name: str, value: str) -> None:
    done = load(tmp_path, **{"SECRET_KEY": SECRET, name: value})
    assert done.returncode != 0
    assert f"{name}={value!r}" in done.stderr


def test_production_is_guarded_by_default(tmp_path: Path) -> None:
    values = shown(
        load(
            tmp_path,
            *("DEBUG", "ALLOWED_HOSTS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"),
            *("SECURE_HSTS_SECONDS", "SECURE_PROXY_SSL_HEADER"),
            SECRET_KEY=SECRET,
        )
    )
    assert values == {
        "DEBUG": "False",
        "ALLOWED_HOSTS": "[]",
        "SESSION_COOKIE_SECURE": "True",
        "CSRF_COOKIE_SECURE": "True",
        "SECURE_SSL_REDIRECT": "True",
        "SECURE_HSTS_SECONDS": "31536000",
        "SECURE_PROXY_SSL_HEADER": "('HTTP_X_FORWARDED_PROTO', 'https')",
    }


def test_header_of_a_proxy_that_is_not_there_is_not_believed(tmp_path: Path) -> None:
    values = shown(load(tmp_path, "SECURE_PROXY_SSL_HEADER", SECRET_KEY=SECRET, OMBUD_PROXIES="0"))
    assert values == {"SECURE_PROXY_SSL_HEADER": "None"}


def test_database_and_broker_are_switched_by_one_variable_each(tmp_path: Path) -> None:
    values = shown(
        load(
            tmp_path,
            *("DATABASES", "CELERY_BROKER_URL", "CELERY_BROKER_TRANSPORT_OPTIONS"),
            DEBUG="1",
            DATABASE_URL="postgresql://ombud:pw@db.example:5433/ombud",
            CELERY_BROKER_URL="redis://cache.example:6379/0",
        )
    )
    assert "django.db.backends.postgresql" in values["DATABASES"]
    assert "transaction_mode" not in values["DATABASES"]
    assert values["CELERY_BROKER_URL"] == "redis://cache.example:6379/0"
    assert "data_folder_in" not in values["CELERY_BROKER_TRANSPORT_OPTIONS"]


def test_folder_with_spaces_is_fine(tmp_path: Path) -> None:
    values = shown(load(tmp_path, "DATABASES", DEBUG="1"))
    assert str(tmp_path / "a folder" / "ombud.sqlite3") in values["DATABASES"]
