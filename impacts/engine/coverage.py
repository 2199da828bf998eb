"""For how much of what is in use one living person answers, now and at the end of each month before. Pure.

What counts on a day is what was there on that day: an entry that was added later or retired before is in neither
number, and who left in May answered in April, whenever that was written down. What people are (a team, a name such as
"Everyone") counts as it is known now: it was never a person.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class EntryState:
    """From `since` on an entry says that `holder` answers. `there` is False once it was deleted."""

    entry: str
    since: date
    holder: int | None
    retired_on: date | None = None
    there: bool = True


@dataclass(frozen=True, slots=True)
class PersonState:
    """From `since` on this was known of a person."""

    person: int
    since: date
    is_active: bool
    left_on: date | None


@dataclass(frozen=True, slots=True)
class PersonNow:
    """What is known of a person today. `never` says that it is no person who could answer."""

    person: int
    never: bool
    left_on: date | None
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Coverage:
    """On a day, for `owned` of `total` entries one living person answered."""

    day: date
    owned: int
    total: int

    @property
    def percent(self) -> float | None:
        """In per cent, to one decimal; None where there was nothing to answer for."""
        return round(100 * self.owned / self.total, 1) if self.total else None


def month_ends(today: date, months: int) -> list[date]:
    """The last days of the `months` months before this one, the latest last."""
    days, first = [], today.replace(day=1)
    for _ in range(months):
        last = first - timedelta(days=1)
        days.append(last)
        first = last.replace(day=1)
    return days[::-1]


def coverage(
    days: Iterable[date],
    entries: Iterable[EntryState],
    people: Iterable[PersonNow],
    known: Iterable[PersonState] = (),
) -> list[Coverage]:
    """The coverage of each day, in the order of `days`. States come in any order; of two on one day the last
    counts."""
    lives: dict[str, list[EntryState]] = defaultdict(list)
    for state in sorted(entries, key=lambda state: state.since):
        lives[state.entry].append(state)
    past: dict[int, list[PersonState]] = defaultdict(list)
    for then in sorted(known, key=lambda then: then.since):
        past[then.person].append(then)
    present = {person.person: person for person in people}
    return [_on(day, lives.values(), present, past) for day in days]


def _on(
    day: date,
    lives: Iterable[Sequence[EntryState]],
    present: Mapping[int, PersonNow],
    past: Mapping[int, Sequence[PersonState]],
) -> Coverage:
    owned = total = 0
    for life in lives:
        place = bisect_right(life, day, key=lambda state: state.since)
        state = life[place - 1] if place else None
        if state is None or not state.there or (state.retired_on is not None and state.retired_on <= day):
            continue
        total += 1
        owned += state.holder is not None and _answered(day, present.get(state.holder), past.get(state.holder, ()))
    return Coverage(day, owned, total)


def _answered(day: date, now: PersonNow | None, past: Sequence[PersonState]) -> bool:
    """Whether the person could answer on that day: a person, not gone by what is known now, nor by what was then."""
    if now is None or now.never or (now.left_on is not None and now.left_on <= day):
        return False
    place = bisect_right(past, day, key=lambda state: state.since)
    if not place:
        return now.is_active or bool(past) or now.left_on is not None
    then = past[place - 1]
    if then.left_on is not None:
        return then.left_on > day
    # Without a day of leaving, "inactive" counts from when it was written down.
    return then.is_active or now.left_on is not None
