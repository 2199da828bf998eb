"""Contradictory settings are found when Ombud starts."""

from pathlib import Path

import pytest
from django.core import checks
from django.core.checks import CheckMessage
from django.db.migrations.recorder import MigrationRecorder
from pytest_django.fixtures import Settings

from config import checks as ours


def ids(messages: object) -> list[str | None]:
    return [message.id for message in messages if isinstance(message, CheckMessage)]  # type: ignore[attr-defined]


def test_settings_of_the_tests_have_no_complaint() -> None:
    assert ids(checks.run_checks()) == []


@pytest.mark.parametrize(
    ("name", "value", "check", "code"),
    [
        ("OMBUD_FAMILY", 0.1, ours.check_thresholds, "ombud.E001"),
        ("OMBUD_SITE_URL", "https://ombud.example.org/", ours.check_site_url, "ombud.E002"),
        ("OMBUD_SITE_URL", "ombud.example.org", ours.check_site_url, "ombud.E002"),
        ("OMBUD_CURRENCY", "euro", ours.check_currency, "ombud.E003"),
        ("DATABASES", {"default": {"ENGINE": "django.db.backends.mysql"}}, ours.check_database_engine, "ombud.E004"),
        ("OMBUD_SITE_URL", "http://localhost:8000", ours.check_production, "ombud.W001"),
        ("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend", ours.check_production, "ombud.W002"),
        ("CELERY_TASK_ALWAYS_EAGER", True, ours.check_production, "ombud.W003"),
    ],
)
def test_setting_that_does_not_fit_is_named(
    settings: Settings, name: str, value: object, check: object, code: str
) -> None:
    setattr(settings, name, value)
    assert code in ids(check(None))  # type: ignore[operator]


@pytest.mark.django_db
@pytest.mark.parametrize("app", ours.FIRST_STEPS)
def test_database_among_the_steps_that_became_one_is_refused(app: str) -> None:
    assert ids(ours.check_first_steps(None, databases=["default"])) == []
    MigrationRecorder.Migration.objects.filter(app=app, name=ours.FIRST_STEPS[app]).delete()
    (error,) = ours.check_first_steps(None, databases=["default"])
    assert (error.id, app in error.msg) == ("ombud.E005", True)


@pytest.mark.django_db
def test_database_that_has_begun_nothing_may_begin() -> None:
    MigrationRecorder.Migration.objects.all().delete()
    assert ids(ours.check_first_steps(None, databases=["default"])) == []


def test_every_variable_is_in_the_table_of_operations() -> None:
    import re

    root = Path(ours.__file__).resolve().parents[1]
    read = set()
    for path in (root / "config").rglob("*.py"):
        read |= set(re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', path.read_text()))
    table = (root / "docs" / "operations.md").read_text()
    assert {name for name in read if f"`{name}`" not in table} == set()
