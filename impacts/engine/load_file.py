"""Reads planned contacts and contact policies from a JSON file and says how full each policy's fullest window is.

    {"contacts": [{"request": "A", "segment": "S", "channel": "email", "first": "2027-03-01", "times": 3,
                   "every_days": 7}],
     "policies": [{"segment": null, "channel": null, "limit": 3, "days": 21}],
     "quiet": [{"segment": null, "channel": null, "from": "2027-04-01", "to": "2027-04-05"}]}

`times` is 1 and `every_days` 7 where they are left out; a policy or quiet period without a segment or channel is for
each; `quiet` may be missing. Requests, segments and channels are names or whole numbers. What else the file holds is an
error, which names its path, such as contacts[3].first.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from impacts.engine.contact_load import LoadForecast, QuietBreach, forecasts, quiet_breaches
from impacts.engine.facts import ContactFact, PolicyFact, QuietFact, RequestFacts

MOST_TIMES = 10_000
MOST_CONTACTS = 5_000_000
"""Of a whole file, each time counted: more would not fit into memory."""
MOST_DAYS = 36_525
LAST_DAY = date(9900, 12, 31)

Name = str | int
_MISSING = object()
_SURROGATES = re.compile(r"[\ud800-\udfff]")
"""Halves of characters, which JSON can spell and nothing can print."""


class BadLoadFile(Exception):
    """The file is not as it should be; the text begins with the path of what is wrong."""


@dataclass(frozen=True, slots=True)
class LoadFile:
    """What the file says. Requests and segments are numbered by their places in `requests` and `segments`, which hold
    them sorted."""

    requests: tuple[Name, ...]
    segments: tuple[Name, ...]
    senders: tuple[RequestFacts, ...]
    policies: tuple[PolicyFact, ...]
    quiet: tuple[QuietFact, ...]


def answer(file: LoadFile) -> list[dict[str, Any]]:
    """Of each policy and each segment that it is for: the peak, the first window with it, and who adds to that. Then
    of each quiet period and segment the contacts in it."""
    places = range(len(file.segments))
    loads = [_load(file, load) for load in forecasts(file.senders, file.policies, places)]
    broken = {(each.quiet.id, each.segment): each for each in quiet_breaches(file.senders, file.quiet, places)}
    pairs = [(quiet, place) for quiet in file.quiet for place in places if quiet.segment in (None, place)]
    return loads + [_quiet(file, quiet, place, broken.get((quiet.id, place))) for quiet, place in pairs]


def _load(file: LoadFile, load: LoadForecast) -> dict[str, Any]:
    return {
        "policy": load.policy.id,
        "segment": file.segments[load.segment],
        "peak": load.peak,
        "from": load.window[0].isoformat() if load.window else None,
        "to": load.window[1].isoformat() if load.window else None,
        "breach": load.breach,
        "requests": [file.requests[place] for place in sorted(request for request, _ in load.contributors)],
    }


def _quiet(file: LoadFile, quiet: QuietFact, segment: int, found: QuietBreach | None) -> dict[str, Any]:
    return {
        "quiet": quiet.id,
        "segment": file.segments[segment],
        "contacts": found.contacts if found else 0,
        "from": quiet.first.isoformat(),
        "to": quiet.last.isoformat(),
        "breach": found is not None,
        "requests": [file.requests[place] for place in sorted(each for each, _ in found.contributors)] if found else [],
    }


def read_load(data: object) -> LoadFile:
    """The contents of a file, checked. Raises BadLoadFile at the first thing that is wrong."""
    whole = _Part(data, "")
    contacts = [_contact(part) for part in whole.parts("contacts")]
    total = sum(times for *_, times, _ in contacts)
    if total > MOST_CONTACTS:
        raise whole.wrong("contacts", f"with all their times they are {total:,}; at most {MOST_CONTACTS:,} are counted")
    policies = [_policy(part) for part in whole.parts("policies")]
    quiet = [_quiet_period(part) for part in whole.parts("quiet", missing=True)]
    whole.end()
    requests = _sorted(request for request, *_ in contacts)
    named = (segment for segment, *_ in (*policies, *quiet) if segment is not None)
    segments = _sorted((*(segment for _, segment, *_ in contacts), *named))
    place_of, request_of = ({name: place for place, name in enumerate(names)} for names in (segments, requests))
    sent: dict[int, list[ContactFact]] = {place: [] for place in range(len(requests))}
    for request, segment, channel, first, times, every in contacts:
        sent[request_of[request]].append(ContactFact(place_of[segment], channel, first, times, every))

    def known(segment: Name | None) -> int | None:
        return None if segment is None else place_of[segment]

    return LoadFile(
        requests,
        segments,
        tuple(
            RequestFacts(id=place, reference=str(requests[place]), silo=0, title="", contacts=tuple(found))
            for place, found in sent.items()
        ),
        tuple(
            PolicyFact(number, "", "", limit, days, known(segment), channel)
            for number, (segment, channel, limit, days) in enumerate(policies)
        ),
        tuple(
            QuietFact(number, "", "", first, last, known(segment), channel)
            for number, (segment, channel, first, last) in enumerate(quiet)
        ),
    )


def _sorted(names: Iterable[Name]) -> tuple[Name, ...]:
    """Each once: numbers by size, then texts by letter."""
    known = set(names)
    numbers = sorted(name for name in known if isinstance(name, int))
    return (*numbers, *sorted(name for name in known if isinstance(name, str)))


def _contact(part: "_Part") -> tuple[Name, Name, str, date, int, int]:
    request, segment, channel = part.name("request"), part.name("segment"), str(part.name("channel"))
    first = part.day("first")
    times = part.number("times", 0, MOST_TIMES, missing=1)
    every = part.number("every_days", 0, MOST_DAYS, missing=7)
    if first.toordinal() + max(times - 1, 0) * every > LAST_DAY.toordinal():
        raise part.wrong("times", f"the last of them would be after {LAST_DAY}")
    part.end()
    return request, segment, channel, first, times, every


def _policy(part: "_Part") -> tuple[Name | None, str | None, int, int]:
    segment, channel = part.name_or_none("segment"), part.channel_or_none()
    limit, days = part.number("limit", 0, 10**9), part.number("days", 1, MOST_DAYS)
    part.end()
    return segment, channel, limit, days


def _quiet_period(part: "_Part") -> tuple[Name | None, str | None, date, date]:
    segment, channel = part.name_or_none("segment"), part.channel_or_none()
    first, last = part.day("from"), part.day("to")
    if last < first:
        raise part.wrong("to", "it lies before from")
    part.end()
    return segment, channel, first, last


class _Part:
    """One object of the file: its fields are taken one by one, and none may be left."""

    def __init__(self, data: object, path: str) -> None:
        if not isinstance(data, dict):
            raise BadLoadFile(f"{path or 'the file'}: it should be an object, such as {{...}}")
        self.rest, self.path = dict(data), path

    def wrong(self, key: str, why: str) -> BadLoadFile:
        """The error about one field."""
        return BadLoadFile(f"{self.path}{'.' if self.path else ''}{key}: {why}")

    def parts(self, key: str, *, missing: bool = False) -> list["_Part"]:
        """The objects of a list."""
        rows = self.rest.pop(key, [] if missing else _MISSING)
        if rows is _MISSING:
            raise self.wrong(key, "it is missing")
        if not isinstance(rows, list):
            raise self.wrong(key, "it should be a list, such as [...]")
        return [_Part(row, f"{self.path}{key}[{place}]") for place, row in enumerate(rows)]

    def name(self, key: str) -> Name:
        """A name: text or a whole number."""
        name: Name = self._take(key, "it should be a name or a whole number", _is_name)
        return name

    def name_or_none(self, key: str) -> Name | None:
        """A name, or null; a field that is left out is null."""
        return self.name(key) if self.rest.setdefault(key) is not None else self.rest.pop(key)

    def channel_or_none(self) -> str | None:
        """The channel as text, or null."""
        channel = self.name_or_none("channel")
        return None if channel is None else str(channel)

    def number(self, key: str, least: int, most: int, missing: int | None = None) -> int:
        """A whole number within bounds."""
        if missing is not None:
            self.rest.setdefault(key, missing)
        why = f"it should be a whole number from {least:,} to {most:,}"
        number: int = self._take(key, why, lambda value: _is_int(value) and least <= value <= most)
        return number

    def day(self, key: str) -> date:
        """A day such as 2027-03-01."""
        text = self._take(key, 'it should be a day such as "2027-03-01"', lambda value: isinstance(value, str))
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise self.wrong(key, f'"{text[:40]}" is no day such as "2027-03-01"') from None
        if day > LAST_DAY:
            raise self.wrong(key, f"days after {LAST_DAY} are not counted")
        return day

    def end(self) -> None:
        """Raise when something is left that nobody knows."""
        for key in self.rest:
            raise self.wrong(key, "nobody knows this field")

    def _take(self, key: str, why: str, fits: Callable[[Any], bool]) -> Any:
        value = self.rest.pop(key, _MISSING)
        if value is _MISSING:
            raise self.wrong(key, "it is missing")
        if not fits(value):
            raise self.wrong(key, why)
        return value


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_name(value: object) -> bool:
    return _is_int(value) or (isinstance(value, str) and bool(value.strip()) and not _SURROGATES.search(value))
