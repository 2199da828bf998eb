"""Limits on what lands at the same time, as rows of starts: contact policies, channels, and changes of one thing.

Exact: every window of a policy's days, every week of a channel, every stretch of days between changes. A start
(request, period) adds to a window what its contacts or go-live put into it on the days to which that period moves them.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from board.planner.scenario import Load
from board.planning.dates import facts_at
from board.planning.facts import Asked, Wish
from board.planning.horizon import Horizon
from board.planning.settings import PlanSettings
from board.planning.words import day_of
from impacts.engine.contact_load import contact_days
from impacts.engine.facts import RequestFacts
from impacts.engine.quarters import quarter_name, quarter_of

Start = tuple[str, int]
CHANGES = frozenset({"introduces", "changes", "replaces", "retires"})


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a start does on one day (ordinal), and how much of it."""

    day: int
    start: Start
    amount: float = 1.0


@dataclass(frozen=True, slots=True)
class Placing:
    """Each wish with the periods in which it may start; `fixed` are those whose start nothing can change."""

    asked: Asked
    horizon: Horizon
    periods: Mapping[int, Sequence[int]]
    fixed: frozenset[int]


def load_rows(placing: Placing, settings: PlanSettings) -> list[Load]:
    """The rows of everything that the scenario limits, in a fixed order."""
    sent, live = _events(placing)
    rows: list[Load] = []
    if settings.use_policies:
        rows += _policies(placing, sent)
    if settings.use_channels:
        rows += _channels(placing, sent)
    if settings.use_distance:
        rows += _distance(placing, live)
        rows += _change_limits(placing, live)
    return rows


Sent = dict[tuple[int, str], list[Event]]
Thing = tuple[str, int]
Live = dict[Thing, list[Event]]


def _events(placing: Placing) -> tuple[Sent, Live]:
    """Contacts by segment and channel, and go-lives by touchpoint or system that they change."""
    sent: Sent = defaultdict(list)
    live: Live = defaultdict(list)
    for wish in placing.asked.wishes:
        for period in placing.periods[wish.id]:
            facts, start = facts_at(wish, placing.horizon, period), (str(wish.id), period)
            for contact in facts.contacts:
                days = contact_days(contact).tolist()
                sent[contact.segment, contact.channel].extend(Event(day, start) for day in days)
            if facts.go_live is not None and _dated(wish):
                for thing in _changed(facts):
                    live[thing].append(Event(facts.go_live.toordinal(), start))
    return sent, live


def _changed(facts: RequestFacts) -> set[Thing]:
    touchpoints = {("touchpoint", impact.touchpoint) for impact in facts.impacts if impact.effect in CHANGES}
    return touchpoints | {("system", use.system) for use in facts.system_uses if use.effect in CHANGES}


def _dated(wish: Wish) -> bool:
    return wish.live is not None


def _policies(placing: Placing, sent: Sent) -> Iterator[Load]:
    register = placing.asked.register
    for policy in register.policies:
        for segment in sorted(register.segments):
            if policy.segment not in (None, segment):
                continue
            events = [
                event
                for (to, channel), found in sent.items()
                if to == segment and policy.channel in (None, channel)
                for event in found
            ]
            name = register.segments[segment].name
            for first, starts in _windows(events, policy.days, policy.limit):
                text = f"{name}: at most {policy.limit} contacts in {policy.days} days, from {day_of(first)}"
                yield _row(placing, starts, policy.limit, text, "contacts")


def _channels(placing: Placing, sent: Sent) -> Iterator[Load]:
    register = placing.asked.register
    for capacity in register.channel_capacities:
        weeks: dict[int, Counter[Start]] = defaultdict(Counter)
        for (segment, channel), events in sent.items():
            if channel == capacity.channel:
                customers = placing.asked.worth[segment].customers if segment in placing.asked.worth else 0
                for event in events:
                    weeks[event.day - date.fromordinal(event.day).weekday()][event.start] += customers
        name = register.channels.get(capacity.channel, capacity.channel)
        for monday, starts in sorted(weeks.items()):
            if _most(starts) > capacity.per_week:
                text = f"{name}: at most {capacity.per_week:,} a week, from {day_of(monday)}"
                yield _row(placing, starts, capacity.per_week, text, "single contacts")


def _distance(placing: Placing, live: Live) -> Iterator[Load]:
    """Changes of one touchpoint, and of one system, as the engine's rule counts collisions."""
    days, register = placing.asked.rules.collision_days, placing.asked.register
    for (kind, thing), events in sorted(live.items()):
        name = (register.systems if kind == "system" else register.touchpoints)[thing].name
        for first, starts in _windows(events, days, 1):
            once = Counter(dict.fromkeys(starts, 1))
            yield _row(placing, once, 1, f"{name}: changes at least {days} days apart, from {day_of(first)}", "changes")


def _change_limits(placing: Placing, live: Live) -> Iterator[Load]:
    for (kind, place), events in sorted(live.items()):
        limit = placing.asked.change_limits.get(place) if kind == "touchpoint" else None
        if limit is None:
            continue
        quarters: dict[tuple[int, int], Counter[Start]] = defaultdict(Counter)
        for event in events:
            quarters[quarter_of(date.fromordinal(event.day))][event.start] += 1
        name = placing.asked.register.touchpoints[place].name
        for quarter, starts in sorted(quarters.items()):
            if _most(starts) > limit:
                text = f"{name}: at most {limit} changes in {quarter_name(quarter)}"
                yield _row(placing, starts, limit, text, "changes")


def _windows(events: Iterable[Event], days: int, limit: float) -> Iterator[tuple[int, Counter[Start]]]:
    """Every window of so many days that could hold more than the limit and lies in no other: its first day, and what
    each start puts into it."""
    ordered = sorted(events, key=lambda event: (event.day, event.start))
    at = [event.day for event in ordered]
    reached = 0
    for number, event in enumerate(ordered):
        if number and at[number - 1] == event.day:
            continue
        end = bisect_right(at, event.day + days - 1)
        if end <= reached:
            continue
        reached = end
        starts: Counter[Start] = Counter()
        for inside in ordered[number:end]:
            starts[inside.start] += inside.amount  # type: ignore[assignment]
        if _most(starts) > limit:
            yield event.day, starts


def _most(starts: Mapping[Start, float]) -> float:
    """The most that could come together: of each request its fullest start."""
    fullest: dict[str, float] = {}
    for (request, _), amount in starts.items():
        fullest[request] = max(fullest.get(request, 0), amount)
    return sum(fullest.values())


def _row(placing: Placing, starts: Mapping[Start, float], limit: float, label: str, unit: str) -> Load:
    """The row. What cannot be changed any more may pass the limit, but nothing may add to it then."""
    settled = sum(amount for (request, _), amount in starts.items() if int(request) in placing.fixed)
    return Load(dict(sorted(starts.items())), max(limit, settled), label, unit)
