"""Strict readers of environment variables: a value that cannot be understood stops the start, with its name."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def text(name: str, default: str, environ: Mapping[str, str] = os.environ) -> str:
    """The variable's text, or `default` where it is missing or empty."""
    return environ.get(name, "").strip() or default


def boolean(name: str, default: bool, environ: Mapping[str, str] = os.environ) -> bool:
    """The variable as a boolean. Raises ImproperlyConfigured for anything but 1/0, true/false, yes/no, on/off."""
    raw = text(name, "", environ).lower()
    if not raw:
        return default
    if raw in TRUE:
        return True
    if raw in FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={raw!r} is not a yes or no. Write 1 or 0.")


def integer(name: str, default: int, environ: Mapping[str, str] = os.environ, *, at_least: int = 0) -> int:
    """The variable as a whole number, at least `at_least`. Raises ImproperlyConfigured otherwise."""
    raw = text(name, "", environ)
    if not raw:
        return default
    if not raw.removeprefix("-").isdecimal() or int(raw) < at_least:
        raise ImproperlyConfigured(f"{name}={raw!r} is not a whole number of {at_least} or more.")
    return int(raw)


def fraction(name: str, default: float, environ: Mapping[str, str] = os.environ) -> float:
    """The variable as a number from 0 to 1. Raises ImproperlyConfigured otherwise."""
    raw = text(name, "", environ)
    if not raw:
        return default
    try:
        value = float(raw)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise ImproperlyConfigured(f"{name}={raw!r} is not a number from 0 to 1.")
    return value


def words(name: str, default: list[str], environ: Mapping[str, str] = os.environ) -> list[str]:
    """The variable split at commas, without empty parts."""
    raw = text(name, "", environ)
    return [part.strip() for part in raw.split(",") if part.strip()] if raw else default


def kept_secret(path: Path) -> str:
    """A random key that is made once and kept in this file, readable by its owner only."""
    if not path.exists():
        new = path.with_suffix(f".{os.getpid()}")
        new.touch(mode=0o600)
        new.write_text(secrets.token_urlsafe(50))
        try:
            os.link(new, path)  # of two processes that start at once, the first one's key counts
        except FileExistsError:
            pass
        finally:
            new.unlink()
    return path.read_text().strip()
