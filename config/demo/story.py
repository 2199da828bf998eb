"""Reads the demo's YAML and moves all its dates by whole weeks, so that the story is always about now."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

FOLDER = Path(__file__).parent
#: The same in C where there is one: reading the story takes a seventh of the time.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Story:
    """The demo as it is told on one day. `anchor` is the Monday of that day's week; every date is already moved."""

    anchor: date
    registers: Row
    people: list[Row]
    requests: list[Row]
    board: Row
    expected: Row
    accountability: Row
    keepers: Row
    assets: Row
    priorities: Row


def read_story(today: date) -> Story:
    """The demo as told on this day. Dates come back as dates, moments ("2026-10-22 14:00") as local datetimes."""
    registers = _read("registers.yaml")
    anchor = today - timedelta(days=today.weekday())
    shift = anchor - registers["anchor"]
    requests = [
        {**row, "silo": path.stem}
        for path in sorted((FOLDER / "requests").glob("*.yaml"))
        for row in _read(path.name, path)
    ]
    return Story(
        anchor=anchor,
        registers=_moved(registers, shift),
        people=_moved(_read("people.yaml"), shift),
        requests=_moved(requests, shift),
        board=_moved(_read("board.yaml"), shift),
        expected=_moved(_read("expected.yaml"), shift),
        accountability=_moved(_read("accountability.yaml"), shift),
        keepers=_moved(_read("keepers.yaml"), shift),
        assets=_moved(_read("assets.yaml"), shift),
        priorities=_moved(_read("priorities.yaml"), shift),
    )


def at_hour(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of that day in the organisation's time zone."""
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour, minute))  # noqa: DTZ001 - made aware here


def _read(name: str, path: Path | None = None) -> Any:
    return yaml.load((path or FOLDER / name).read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - both are safe


def _moved(value: Any, shift: timedelta) -> Any:
    if isinstance(value, dict):
        return {key: _moved(part, shift) for key, part in value.items()}
    if isinstance(value, list):
        return [_moved(part, shift) for part in value]
    if isinstance(value, date):
        return value + shift
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return timezone.make_aware(datetime.fromisoformat(value) + shift)
    return value
