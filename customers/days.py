"""How days and moments are written, everywhere, in the organisation's time zone."""

import datetime as dt
from typing import cast

from django.utils import timezone

NBSP = "\u00a0"


def as_local(value: dt.date | dt.datetime) -> dt.date | dt.datetime:
    """A moment in the organisation's time zone; a day as it is."""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _day(value: dt.date) -> str:
    return f"{value.day}{NBSP}{value:%b}{NBSP}{value.year}"


def day(value: dt.date | dt.datetime | None) -> str:
    """A date in a table: "2 Mar 2026" (does not break); "not said" for None."""
    return _day(as_local(value)) if value else "not said"


def long_day(value: dt.date | dt.datetime | None) -> str:
    """A date in running text: "Monday 2 March 2026"; "not said" for None."""
    if not value:
        return "not said"
    local = as_local(value)
    return f"{local:%A} {local.day} {local:%B} {local.year}"


def when(value: dt.datetime | None) -> str:
    """A moment as people say it: "Today 08:51", "Yesterday 17:31", "Friday 16:58" (this week), "2 Mar 2026, 09:12"."""
    if not value:
        return ""
    local = cast(dt.datetime, as_local(value))
    ago = (timezone.localdate() - local.date()).days
    if ago == 0:
        return f"Today {local:%H:%M}"
    if ago == 1:
        return f"Yesterday {local:%H:%M}"
    if 1 < ago < 7:
        return f"{local:%A %H:%M}"
    return f"{_day(local)}, {local:%H:%M}"
