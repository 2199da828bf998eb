"""The smallest shifts of dates that end a breach of contact policies and quiet periods, for one segment.

A planned contact is moved as a whole, by days, later or earlier, but never to before today; what has begun stays. The
days moved are added up, and the least sum wins. Dates of one's own request are moved first; only where these cannot
end the breach also those of others that are not approved, and only then approved ones.

The search looks at the first window that is too full and asks who of those in it has fewer contacts there: at least
one must, in every way out. Each answer bars that contact from where it stands, it moves by the fewest days that respect
all its bars, and the plan with the least sum so far is looked at next. So the first plan without a breach is a smallest
one. Where that takes more than MOST_PLANS plans, contacts are placed one after the other where they next fit; then
`smallest` is False.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from heapq import heappop, heappush
from itertools import count

import numpy as np

from impacts.engine.contact_load import Ints, contact_days, in_windows
from impacts.engine.facts import ContactFact, PolicyFact, QuietFact, RequestFacts

MOST_DAYS = 92
"""A contact moves by a quarter at most; further away it would be another one."""

MOST_PLANS = 400
"""Plans that are looked at before the search gives way to placing one after the other."""

LONGEST = 4_000
"""Days that the contacts may span; of a longer plan no shifts are looked for."""

Rule = PolicyFact | QuietFact
Bar = tuple[int, int, int]
"""From the first to the last of these days a contact may have at most so many of its days."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One planned contact of a request, at `place` in its contacts, moved by so many days (below 0: earlier)."""

    request: RequestFacts
    place: int
    days: int

    @property
    def contact(self) -> ContactFact:
        """The contact as it is planned."""
        return self.request.contacts[self.place]

    @property
    def first_day(self) -> date:
        """When it would begin."""
        return date.fromordinal(self.contact.first_day.toordinal() + self.days)


@dataclass(frozen=True, slots=True)
class Shifts:
    """What to move; empty where no shifts end the breach. `smallest`: there is no way with fewer days in all."""

    moves: tuple[Shift, ...] = ()
    smallest: bool = True

    @property
    def days(self) -> int:
        """All days moved, added up."""
        return sum(abs(move.days) for move in self.moves)


def smallest_shifts(
    own: RequestFacts,
    others: Iterable[RequestFacts],
    rules: Sequence[Rule],
    segment: int,
    today: date,
) -> Shifts:
    """What ends the breaches that `own` adds to: no window with a contact of its own, or with one that was moved, and
    none that broke a rule with it before, is too full any more. Windows that end before today count no more."""
    everyone = list(others)
    pending = [request for request in everyone if not request.committed]
    for movable in ([own], [own, *pending], [own, *everyone]):
        found = _Search(own, everyone, movable, rules, segment, today).run()
        if found.moves:
            return found
    return Shifts()


def own_way_out(
    own: RequestFacts, others: Iterable[RequestFacts], rules: Sequence[Rule], segment: int, today: date
) -> Shifts:
    """The smallest shifts of one's own dates after which no window with one of one's contacts is too full, though the
    others may still be too many without them."""
    return _Search(own, list(others), [own], rules, segment, today, whole=False).run()


@dataclass(frozen=True, slots=True)
class _Sending:
    """One planned contact: its days as they stand, and whether it may move."""

    request: RequestFacts
    place: int
    days: Ints
    rules: tuple[int, ...]
    own: bool
    movable: bool


@dataclass(frozen=True, slots=True)
class _Conflict:
    """Days that hold too many contacts under one rule; with `quiet` each of them is too many."""

    rule: int
    first: int
    last: int
    quiet: bool


class _Search:
    """The contacts of one segment day by day, and the rules that they must keep."""

    def __init__(
        self,
        own: RequestFacts,
        others: Sequence[RequestFacts],
        movable: Sequence[RequestFacts],
        rules: Sequence[Rule],
        segment: int,
        today: date,
        *,
        whole: bool = True,
    ) -> None:
        self.today = today.toordinal()
        self.rules = [rule for rule in rules if rule.segment in (None, segment)]
        may = {request.id for request in movable}
        self.sent = [
            _Sending(request, place, days, self._rules_of(contact), request.id == own.id,
                     request.id in may and int(days[0]) >= self.today)
            for request in (own, *others)
            for place, contact in enumerate(request.contacts)
            if contact.segment == segment and len(days := contact_days(contact))
        ]  # fmt: skip
        self.first = min((int(each.days[0]) for each in self.sent), default=self.today)
        self.first = min(self.first, self.today) - MOST_DAYS
        last = max((int(each.days[-1]) for each in self.sent), default=self.today)
        widest = max((rule.days for rule in self.rules if isinstance(rule, PolicyFact)), default=1)
        self.size = max(last, self.today) + MOST_DAYS + widest - self.first + 1
        # Windows that are too full with one's own contacts must end too, though one's own have left them.
        self.ending: list[Ints] = [np.empty(0, np.int64) for _ in self.rules]
        self.planned: list[Ints] = []
        if self.size <= LONGEST:
            self.planned = self._sum(range(len(self.sent)))
            if whole:
                full = (self._full(at, self.planned[at], self._marked(at, {})) for at in self._numbers)
                self.ending = list(full)

    def run(self) -> Shifts:
        """The smallest shifts; empty when there is nothing to end, or no way to."""
        if self.size > LONGEST or not self.sent:
            return Shifts()
        if self._conflict({}) is None or self._is_hopeless():
            return Shifts()
        turn = count()
        queue: list[tuple[int, int, dict[int, int], dict[int, tuple[Bar, ...]]]] = [(0, next(turn), {}, {})]
        seen: set[frozenset[tuple[int, Bar]]] = set()
        for _ in range(MOST_PLANS):
            if not queue:
                return Shifts()
            _, _, shifts, bars = heappop(queue)
            conflict = self._conflict(shifts)
            if conflict is None:
                return self._answer(shifts, smallest=True)
            for at, bar in self._ways_out(conflict, shifts):
                barred = bars | {at: (*bars.get(at, ()), bar)}
                key = frozenset((each, one) for each, held in barred.items() for one in held)
                days = self._nearest(self.sent[at], barred[at])
                if days is None or key in seen:
                    continue
                seen.add(key)
                moved = shifts | {at: days}
                heappush(queue, (sum(abs(each) for each in moved.values()), next(turn), moved, barred))
        return self._one_after_the_other()

    @property
    def _numbers(self) -> range:
        return range(len(self.rules))

    def _rules_of(self, contact: ContactFact) -> tuple[int, ...]:
        return tuple(number for number, rule in enumerate(self.rules) if rule.channel in (None, contact.channel))

    def _moved(self, at: int, shifts: dict[int, int]) -> Ints:
        return self.sent[at].days + shifts.get(at, 0)

    def _per_day(self, days: Ints) -> Ints:
        return np.bincount(days - self.first, minlength=self.size)[: self.size].astype(np.int64)

    def _sum(self, places: Iterable[int]) -> list[Ints]:
        """Contacts a day under each rule of these as they are planned."""
        loads = [np.zeros(self.size, np.int64) for _ in self.rules]
        for at in places:
            per_day = self._per_day(self.sent[at].days)
            for number in self.sent[at].rules:
                loads[number] += per_day
        return loads

    def _loads(self, shifts: dict[int, int]) -> list[Ints]:
        """Contacts a day under each rule after these shifts."""
        loads = [load.copy() for load in self.planned]
        for at, days in shifts.items():
            if days:
                change = self._per_day(self.sent[at].days + days) - self._per_day(self.sent[at].days)
                for number in self.sent[at].rules:
                    loads[number] += change
        return loads

    def _marked(self, number: int, shifts: dict[int, int]) -> Ints:
        """The contacts that must not be in a breach: one's own, and what was moved."""
        marked = np.zeros(self.size, np.int64)
        for at, each in enumerate(self.sent):
            if number in each.rules and (each.own or shifts.get(at)):
                marked += self._per_day(self._moved(at, shifts))
        return marked

    def _is_hopeless(self) -> bool:
        """Whether a window that has to end is too full even without all that may move."""
        fixed = self._sum(at for at, each in enumerate(self.sent) if not each.movable)
        return any(
            bool((in_windows(fixed[number], rule.days)[self.ending[number]] > rule.limit).any())
            for number, rule in enumerate(self.rules)
            if isinstance(rule, PolicyFact)
        )

    def _full(self, number: int, load: Ints, marked: Ints) -> Ints:
        """The days with which a window ends that is too full and holds a marked contact. For a quiet period: its days
        with a marked contact."""
        rule, now = self.rules[number], self.today - self.first
        if isinstance(rule, QuietFact):
            low, high = max(rule.first.toordinal() - self.first, now), rule.last.toordinal() - self.first
            days = np.flatnonzero(marked)
            return np.asarray(days[(days >= low) & (days <= high)], np.int64)
        ends = (in_windows(load, rule.days) > rule.limit) & (in_windows(marked, rule.days) > 0)
        ends[:now] = False
        return np.flatnonzero(ends)

    def _conflict(self, shifts: dict[int, int]) -> _Conflict | None:
        """The first thing that still has to end."""
        loads = self._loads(shifts)
        for number in self._numbers:
            full = self._full(number, loads[number], self._marked(number, shifts))
            rule = self.rules[number]
            if isinstance(rule, QuietFact):
                if len(full):
                    return _Conflict(number, rule.first.toordinal(), rule.last.toordinal(), quiet=True)
                continue
            before = self.ending[number]
            still = before[in_windows(loads[number], rule.days)[before] > rule.limit]
            full = np.union1d(full, still)
            if len(full):
                end = int(full[0]) + self.first
                return _Conflict(number, end - rule.days + 1, end, quiet=False)
        return None

    def _ways_out(self, conflict: _Conflict, shifts: dict[int, int]) -> Iterable[tuple[int, Bar]]:
        """Who may have fewer contacts there: one of them must, in every way out."""
        for at, each in enumerate(self.sent):
            if not each.movable or conflict.rule not in each.rules:
                continue
            days = self._moved(at, shifts)
            inside = int(((days >= conflict.first) & (days <= conflict.last)).sum())
            if not inside or (conflict.quiet and not each.own and not shifts.get(at)):
                continue
            yield at, (conflict.first, conflict.last, 0 if conflict.quiet else inside - 1)
            if conflict.quiet:
                return

    def _nearest(self, sending: _Sending, bars: Sequence[Bar]) -> int | None:
        """The fewest days by which the contact respects all bars; later rather than earlier."""
        for distance in range(MOST_DAYS + 1):
            for days in (distance, -distance):
                moved = sending.days + days
                if moved[0] >= self.today and all(
                    ((moved >= first) & (moved <= last)).sum() <= most for first, last, most in bars
                ):
                    return days
        return None

    def _one_after_the_other(self) -> Shifts:
        """Place what is in the way one after the other, one's own last, each where it next fits."""
        shifts: dict[int, int] = {}
        held = {at for at, each in enumerate(self.sent) if each.movable and self._in_the_way(each)}
        order = sorted(held, key=lambda at: (self.sent[at].own, int(self.sent[at].days[0]), at))
        loads = self._sum(at for at in range(len(self.sent)) if at not in held)
        for at in order:
            days = next((each for each in _outward() if self._fits(at, each, loads)), None)
            if days is None:
                return Shifts()
            shifts[at] = days
            for number in self.sent[at].rules:
                loads[number] = loads[number] + self._per_day(self.sent[at].days + days)
        moved = {at: days for at, days in shifts.items() if days}
        return self._answer(moved, smallest=False) if moved and self._conflict(moved) is None else Shifts()

    def _in_the_way(self, each: _Sending) -> bool:
        """Whether one of its days lies in a window that has to end, or it is one's own."""
        days = each.days - self.first
        for number in each.rules:
            rule = self.rules[number]
            wide = rule.days if isinstance(rule, PolicyFact) else 1
            if any(((end - wide < days) & (days <= end)).any() for end in self.ending[number]):
                return True
        return each.own

    def _fits(self, at: int, days: int, loads: Sequence[Ints]) -> bool:
        moved = self.sent[at].days + days
        if moved[0] < self.today:
            return False
        mine = self._per_day(moved)
        return all(not len(self._full(number, loads[number] + mine, mine)) for number in self.sent[at].rules)

    def _answer(self, shifts: dict[int, int], *, smallest: bool) -> Shifts:
        moves = (Shift(self.sent[at].request, self.sent[at].place, days) for at, days in shifts.items() if days)
        order = sorted(moves, key=lambda move: (move.contact.first_day, move.request.id, move.place))
        return Shifts(tuple(order), smallest)


def _outward() -> Iterable[int]:
    for distance in range(MOST_DAYS + 1):
        yield from (distance, -distance) if distance else (0,)


def after(request: RequestFacts, moves: Iterable[Shift]) -> RequestFacts:
    """The request with its contacts where the moves put them."""
    days = {move.place: move.first_day for move in moves if move.request.id == request.id}
    contacts = (
        replace(contact, first_day=days.get(place, contact.first_day)) for place, contact in enumerate(request.contacts)
    )
    return replace(request, contacts=tuple(contacts))
