"""System checks for settings that are each fine but do not fit together, or do not fit production."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

FIRST_STEPS = {
    "board": "0001_squashed_0012_pack_links_and_files",
    "impacts": "0001_squashed_0011_proposed_terms",
    "portfolio": "0001_squashed_0011_request_returned",
}
DATABASES = ("django.db.backends.sqlite3", "django.db.backends.postgresql")


@register
def check_thresholds(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """A family is held together by at least what makes two requests alike."""
    if settings.OMBUD_FAMILY < settings.OMBUD_SAME_PURPOSE:
        yield Error(
            f"OMBUD_FAMILY ({settings.OMBUD_FAMILY}) is below OMBUD_SAME_PURPOSE ({settings.OMBUD_SAME_PURPOSE}).",
            hint="A family needs stronger likeness than a single overlap: raise OMBUD_FAMILY.",
            id="ombud.E001",
        )


@register
def check_site_url(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """Links in mail begin with the site's address."""
    parts = urlsplit(settings.OMBUD_SITE_URL)
    if parts.scheme not in ("http", "https") or not parts.netloc or settings.OMBUD_SITE_URL.endswith("/"):
        yield Error(
            f"OMBUD_SITE_URL={settings.OMBUD_SITE_URL!r} is not the beginning of an address.",
            hint="Write it as https://ombud.example.org, without a slash at the end.",
            id="ombud.E002",
        )


@register
def check_currency(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """The currency is named as in ISO 4217."""
    code = settings.OMBUD_CURRENCY
    if not (len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()):
        yield Error(
            f"OMBUD_CURRENCY={code!r} is not a currency.",
            hint="Write its three letters, such as EUR or USD.",
            id="ombud.E003",
        )


@register
def check_database_engine(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """Ombud's constraints and its text search are made for two databases."""
    engine = settings.DATABASES["default"]["ENGINE"]
    if engine not in DATABASES:
        yield Error(
            f"Ombud does not run on {engine}.",
            hint="Use sqlite:///... or postgresql://... in DATABASE_URL.",
            id="ombud.E004",
        )


@register(Tags.database)
def check_first_steps(
    app_configs: Any, databases: Iterable[str] | None = None, **kwargs: Any
) -> Iterable[CheckMessage]:
    """A database that stands among the steps that were put together into one cannot go on: `migrate` stops here."""
    for alias in databases or ():
        applied = MigrationRecorder(connections[alias]).applied_migrations()
        begun = {app for app, _ in applied if app in FIRST_STEPS}
        behind = sorted(app for app in begun if (app, FIRST_STEPS[app]) not in applied)
        if behind:
            yield Error(
                f"This database stands before 0.4.0: the steps of {', '.join(behind)} that it has were put together.",
                hint="Nothing was changed. Migrate it once as docs/operations.md says under Upgrading, then come back.",
                id="ombud.E005",
            )


@register(Tags.security, deploy=True)
def check_production(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """What is right for a first look is wrong for an organisation."""
    if urlsplit(settings.OMBUD_SITE_URL).hostname in ("localhost", "127.0.0.1"):
        yield checks.Warning(
            "OMBUD_SITE_URL names this machine, so links in mail lead nowhere.",
            hint="Set it to the address that people type.",
            id="ombud.W001",
        )
    if settings.EMAIL_BACKEND.endswith(("filebased.EmailBackend", "console.EmailBackend")):
        yield checks.Warning(
            "Mail is written to files and reaches nobody.",
            hint="Set EMAIL_BACKEND=django.core.mail.backends.smtp.EmailBackend, EMAIL_HOST and EMAIL_PORT.",
            id="ombud.W002",
        )
    if settings.CELERY_TASK_ALWAYS_EAGER:
        yield checks.Warning(
            "CELERY_TASK_ALWAYS_EAGER is on: whoever saves waits until everything is scanned.",
            hint="Leave it out and run a worker.",
            id="ombud.W003",
        )
