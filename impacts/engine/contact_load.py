"""How often the customers of a segment will be contacted, against a contact policy: exact, in any rolling window.

A contact of a request counts on `times` days, `every_days` apart, from `first_day`; all customers of the segment get
every one. A policy allows `limit` contacts in any `days` consecutive days. A window is that many consecutive days and
is in breach when more contacts than the limit fall into it. In a quiet period there is none: each contact breaks it.

Which window is the first: of the windows with the most contacts the one that begins first. None begins before the first
contact that the policy counts; before that there is nothing to count, and "from 1 March" should not mean "from 9
February". Several windows may hold the same contacts; from, to and who adds to it are then those of the first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from impacts.engine.facts import ContactFact, PolicyFact, QuietFact, RequestFacts

Ints = npt.NDArray[np.int64]

_LAST_DAY = date.max.toordinal() - 366
_MOST_TIMES = 10_000


@dataclass(frozen=True, slots=True)
class Episode:
    """A stretch of windows in breach that follow or overlap each other.

    `first` and `last` are the first and last day with a contact in it; `peak` the most contacts in one window, the
    first of which is `window` (first and last day). `contributors` are (request, contacts in the episode),
    most contacts first, then by id.
    """

    first: date
    last: date
    peak: int
    window: tuple[date, date]
    contributors: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class WeekLoad:
    """One week from Monday: contacts in it, and the fullest window that ends in it."""

    monday: date
    contacts: int
    rolling: int


@dataclass(frozen=True, slots=True)
class LoadForecast:
    """The load of one segment under one policy. `window` is the first window with the peak, None without contacts;
    `contributors` are (request, contacts in that window), most first.
    """

    policy: PolicyFact
    segment: int
    peak: int
    window: tuple[date, date] | None
    breach: bool
    contributors: tuple[tuple[int, int], ...]
    episodes: tuple[Episode, ...]


@dataclass(frozen=True, slots=True)
class QuietBreach:
    """Contacts of one segment in a quiet period. `contributors` are (request, contacts in it), most first."""

    quiet: QuietFact
    segment: int
    contacts: int
    contributors: tuple[tuple[int, int], ...]


def contact_days(contact: ContactFact) -> Ints:
    """The ordinal days of one planned contact; none when `times` is below 1. An `every_days` below 1 puts all on the
    first day. Days beyond the year 9998 are left out.
    """
    times = min(max(contact.times, 0), _MOST_TIMES)
    days = contact.first_day.toordinal() + max(contact.every_days, 0) * np.arange(times, dtype=np.int64)
    return days[days <= _LAST_DAY]


def all_contact_days(contacts: Sequence[ContactFact]) -> tuple[Ints, Ints]:
    """The days of many planned contacts at once, and for each day the place of its contact."""
    first = np.array([contact.first_day.toordinal() for contact in contacts], np.int64)
    times = np.array([min(max(contact.times, 0), _MOST_TIMES) for contact in contacts], np.int64)
    steps = np.array([max(contact.every_days, 0) for contact in contacts], np.int64)
    places = np.repeat(np.arange(len(contacts)), times)
    number = np.arange(len(places)) - np.repeat(np.cumsum(times) - times, times)
    days = first[places] + steps[places] * number
    return days[days <= _LAST_DAY], places[days <= _LAST_DAY]


def forecast(
    requests: Iterable[RequestFacts],
    policy: PolicyFact,
    segment: int,
    *,
    since: date | None = None,
    until: date | None = None,
    holding: int | None = None,
) -> LoadForecast:
    """The exact load of a segment under a policy. With `since`, windows that end before that day are left out (what is
    past cannot be changed), while contacts before it still count in windows that reach beyond it; with `until`,
    contacts after that day do not count. With `holding` only windows count that hold a contact of this request. A
    policy for another segment finds no contacts.
    """
    days, owners = _contacts(requests, policy, segment)
    if until is not None:
        days, owners = days[days <= until.toordinal()], owners[days <= until.toordinal()]
    if not len(days):
        return LoadForecast(policy, segment, 0, None, policy.limit < 0, (), ())
    width = max(policy.days, 1)
    first = int(days[0])
    per_day = np.bincount(days - first, minlength=int(days[-1]) - first + width)
    rolling = in_windows(per_day, width)
    if since is not None:
        rolling[: max(0, min(since.toordinal() - first, len(rolling)))] = 0
    if holding is not None:
        own = np.bincount(days[owners == holding] - first, minlength=len(per_day))
        rolling[in_windows(own, width) == 0] = 0
    peak = int(rolling.max())
    window = _window(int(np.argmax(rolling)) + first, width, first) if peak else None
    return LoadForecast(
        policy,
        segment,
        peak,
        window,
        peak > policy.limit,
        _contributors(days, owners, window) if window else (),
        tuple(_episodes(days, owners, rolling, policy.limit, width)),
    )


def forecasts(
    requests: Iterable[RequestFacts],
    policies: Iterable[PolicyFact],
    segments: Iterable[int],
    *,
    since: date | None = None,
) -> list[LoadForecast]:
    """The load of each segment under each policy that applies to it, by policy and segment, in that order."""
    ordered = _by_segment(requests, segments)
    return [
        forecast(ordered[segment], policy, segment, since=since)
        for policy in policies
        for segment in ordered
        if policy.segment is None or policy.segment == segment
    ]


def _by_segment(requests: Iterable[RequestFacts], segments: Iterable[int]) -> dict[int, list[RequestFacts]]:
    """For each of these segments, ascending, the requests that contact it."""
    found: dict[int, list[RequestFacts]] = {segment: [] for segment in sorted(set(segments))}
    for request in requests:
        for segment in {contact.segment for contact in request.contacts} & found.keys():
            found[segment].append(request)
    return found


def quiet_breaches(
    requests: Iterable[RequestFacts],
    quiet_periods: Iterable[QuietFact],
    segments: Iterable[int],
    *,
    since: date | None = None,
) -> list[QuietBreach]:
    """The contacts that fall into a quiet period, by period and segment in that order; with `since`, from that day."""
    ordered = _by_segment(requests, segments)
    found = []
    for quiet in quiet_periods:
        first = quiet.first if since is None else max(quiet.first, since)
        for segment, senders in ordered.items():
            if quiet.segment in (None, segment) and first <= quiet.last:
                days, owners = _contacts(senders, quiet, segment)
                parts = _contributors(days, owners, (first, quiet.last))
                if parts:
                    found.append(QuietBreach(quiet, segment, sum(count for _, count in parts), parts))
    return found


def weekly(
    requests: Iterable[RequestFacts], policy: PolicyFact, segment: int, first: date, last: date
) -> list[WeekLoad]:
    """The load week by week, from the week of `first` to that of `last`, for a chart or a table."""
    days, _ = _contacts(requests, policy, segment)
    width = max(policy.days, 1)
    start = (first - timedelta(days=first.weekday())).toordinal()
    weeks = (last.toordinal() - start) // 7 + 1
    if weeks < 1:
        return []
    begin = start - width
    inside = days[(days > begin) & (days < start + 7 * weeks)]
    per_day = np.bincount(inside - begin, minlength=width + 7 * weeks)
    rolling = in_windows(per_day, width)[width:].reshape(weeks, 7)
    contacts = per_day[width:].reshape(weeks, 7).sum(axis=1)
    return [
        WeekLoad(date.fromordinal(start + 7 * week), int(contacts[week]), int(rolling[week].max()))
        for week in range(weeks)
    ]


def _contacts(requests: Iterable[RequestFacts], policy: PolicyFact | QuietFact, segment: int) -> tuple[Ints, Ints]:
    """Ordinal days of all contacts that the policy counts, ascending, and the request of each."""
    counted = [
        (contact, request.id)
        for request in requests
        for contact in request.contacts
        if policy.segment in (None, segment)
        and contact.segment == segment
        and policy.channel in (None, contact.channel)
    ]
    days, places = all_contact_days([contact for contact, _ in counted])
    owners = np.array([request for _, request in counted], np.int64)[places]
    order = np.lexsort((owners, days))
    return days[order], owners[order]


def in_windows(per_day: Ints, width: int) -> Ints:
    """For each day the contacts in the window of `width` days that ends on it."""
    running = np.concatenate([np.zeros(1, np.int64), np.cumsum(per_day)])
    starts = np.maximum(np.arange(len(per_day)) + 1 - width, 0)
    return np.asarray(running[1:] - running[starts], np.int64)


def _window(end: int, width: int, first: int) -> tuple[date, date]:
    """The window that ends on this day; the one that begins on the first day with a contact if it began before."""
    start = max(end - width + 1, first)
    return date.fromordinal(start), date.fromordinal(min(start + width - 1, date.max.toordinal()))


def _contributors(days: Ints, owners: Ints, span: tuple[date, date]) -> tuple[tuple[int, int], ...]:
    low, high = np.searchsorted(days, [span[0].toordinal(), span[1].toordinal() + 1])
    requests, counts = np.unique(owners[low:high], return_counts=True)
    pairs = zip(requests.tolist(), counts.tolist(), strict=True)
    return tuple(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))


def _episodes(days: Ints, owners: Ints, rolling: Ints, limit: int, width: int) -> Iterable[Episode]:
    """Stretches of breaching windows; two stretches whose windows share a day are one."""
    first = int(days[0])
    ends = np.flatnonzero(rolling > max(limit, 0))
    if not len(ends):
        return
    for stretch in np.split(ends, np.flatnonzero(np.diff(ends) >= width) + 1):
        low, high = int(stretch[0]) + first - width + 1, int(stretch[-1]) + first
        inside = days[np.searchsorted(days, low) : np.searchsorted(days, high + 1)]
        span = (date.fromordinal(int(inside[0])), date.fromordinal(int(inside[-1])))
        top = int(stretch[np.argmax(rolling[stretch])])
        yield Episode(
            first=span[0],
            last=span[1],
            peak=int(rolling[top]),
            window=_window(top + first, width, first),
            contributors=_contributors(days, owners, span),
        )
