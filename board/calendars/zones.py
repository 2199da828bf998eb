"""A time zone as a VTIMEZONE: the changes of its clock around a span of time, each written out.

Source: RFC 5545, 3.6.5. The rules come from the zone data that Python reads (IANA), so no rule is guessed: each change
of the clock from a year before the span until a year after it is one observance.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_STEP = timedelta(hours=12)
_MARGIN = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Change:
    """The clock is set: `local` is what it showed before, `before` and `after` its distance from UTC."""

    local: datetime
    before: timedelta
    after: timedelta
    name: str
    daylight: bool


def observances(zone: ZoneInfo, since: datetime, until: datetime) -> list[str]:
    """The lines between BEGIN:VTIMEZONE and END:VTIMEZONE, after TZID."""
    lines: list[str] = []
    for change in [_standing(zone, since - _MARGIN), *changes(zone, since - _MARGIN, until + _MARGIN)]:
        part = "DAYLIGHT" if change.daylight else "STANDARD"
        lines += [
            f"BEGIN:{part}",
            f"DTSTART:{change.local:%Y%m%dT%H%M%S}",
            f"TZOFFSETFROM:{offset(change.before)}",
            f"TZOFFSETTO:{offset(change.after)}",
            f"TZNAME:{change.name}",
            f"END:{part}",
        ]
    return lines


def changes(zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[Change]:
    """The changes of the zone's clock after `since` and until `until`, in order. Both are aware."""
    at = since.astimezone(UTC)
    while at < until:
        later = at + _STEP
        if _offset(zone, at) != _offset(zone, later):
            yield _change(zone, _moment(zone, at, later))
        at = later


def _moment(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second, in UTC, at which the new offset holds: halved until it is found."""
    old = _offset(zone, before)
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle <= before:
            break
        before, after = (middle, after) if _offset(zone, middle) == old else (before, middle)
    return after.replace(microsecond=0)


def _change(zone: ZoneInfo, moment: datetime) -> Change:
    before, here = _offset(zone, moment - timedelta(seconds=1)), moment.astimezone(zone)
    after = _offset(zone, moment)
    local = (moment + before).replace(tzinfo=None)
    return Change(local, before, after, here.tzname() or offset(after), bool(here.dst()))


def _standing(zone: ZoneInfo, at: datetime) -> Change:
    """What holds at the beginning, written as a change from itself."""
    here = at.astimezone(zone).replace(microsecond=0)
    same = _offset(zone, at)
    return Change(here.replace(tzinfo=None), same, same, here.tzname() or offset(same), bool(here.dst()))


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)


def offset(value: timedelta) -> str:
    """ "+0100", "-0330"; seconds only where there are any (RFC 5545, 3.3.14)."""
    seconds = int(value.total_seconds())
    sign, seconds = ("-" if seconds < 0 else "+"), abs(seconds)
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{sign}{hours:02}{minutes:02}" + (f"{seconds:02}" if seconds else "")
