"""The smallest change after which a contact policy is kept: one contact later, or as few as possible left out.

A planned contact is moved as a whole and only to a later day; what was sent before today stays. Several to be left out
are chosen step by step, the latest in the first window that is too full, and none of them can be spared in the end.
Whether fewer others do is then tried, up to MOST_LOOKS: so they are the fewest wherever these are enough.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from impacts.engine.contact_load import Ints, contact_days, in_windows
from impacts.engine.facts import ContactFact, PolicyFact, RequestFacts
from impacts.engine.remedy import MOST

MOST_DAYS = 92
"""A contact is put off by a quarter at most; later it would be another one."""

MOST_TRIED = 60
"""Contacts of the fullest window that are tried one by one."""

MOST_LOOKS = 400
"""So many choices are looked at for fewer contacts to leave out."""

LONGEST = 4_000
"""Days that a plan of contacts may span; of a longer one no relief is looked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """One contact of one request, at `place` in the request's contacts."""

    request: RequestFacts
    place: int

    @property
    def contact(self) -> ContactFact:
        """The contact itself."""
        return self.request.contacts[self.place]


@dataclass(frozen=True, slots=True)
class Relief:
    """`later`: the contact to put off, and by how many days (0: none). `left_out`: those to leave out, or to stop from
    today on. Both empty where it would take more than MOST, or what breaks the policy has been sent.
    """

    later: Planned | None = None
    days: int = 0
    left_out: tuple[Planned, ...] = ()


def relief(senders: Iterable[RequestFacts], policy: PolicyFact, segment: int, today: date) -> Relief:
    """What to change, of requests that are not approved if that is enough: one contact by the fewest days; where no
    such delay helps, the fewest to leave out. Of equally good ones the later filed.
    """
    every = [
        Planned(request, place)
        for request in senders
        for place, contact in enumerate(request.contacts)
        if contact.segment == segment
        and policy.channel in (None, contact.channel)
        and policy.segment in (None, segment)
    ]
    calendar = _Calendar(every, policy, today)
    if calendar.size > LONGEST:
        return Relief()
    for pool in ([planned for planned in every if not planned.request.committed], every):
        found = calendar.shift(pool)
        if found is not None:
            return Relief(later=found[0], days=found[1])
        left_out = calendar.leave_out(pool)
        if left_out:
            return Relief(left_out=tuple(left_out))
    return Relief()


def after(found: Relief, today: date) -> list[RequestFacts]:
    """The requests that change, as they would be."""
    changed: dict[int, tuple[RequestFacts, list[ContactFact | None]]] = {}
    for planned in [*([found.later] if found.later else []), *found.left_out]:
        _, contacts = changed.setdefault(planned.request.id, (planned.request, list(planned.request.contacts)))
        contacts[planned.place] = _changed(planned.contact, found.days if planned is found.later else 0, today)
    return [
        replace(request, contacts=tuple(contact for contact in contacts if contact is not None))
        for request, contacts in changed.values()
    ]


def sent_before(contact: ContactFact, today: date) -> int:
    """How many times it goes out before today."""
    return int((contact_days(contact) < today.toordinal()).sum())


def _changed(contact: ContactFact, days: int, today: date) -> ContactFact | None:
    if days:
        return replace(contact, first_day=date.fromordinal(contact.first_day.toordinal() + days))
    sent = sent_before(contact, today)
    return replace(contact, times=sent) if sent else None


class _Calendar:
    """The contacts day by day, from the first that counts to a quarter after the last."""

    def __init__(self, every: Sequence[Planned], policy: PolicyFact, today: date) -> None:
        self.width, self.limit, self.today = max(policy.days, 1), max(policy.limit, 0), today.toordinal()
        self.days = {planned: contact_days(planned.contact) for planned in every}
        known = [days for days in self.days.values() if len(days)]
        self.first = min([self.today, *(int(days[0]) for days in known)])
        last = max([self.today, *(int(days[-1]) for days in known)])
        self.size = last + MOST_DAYS + self.width - self.first + 1
        self.load = self._per_day(np.concatenate(known)) if self.size <= LONGEST else np.empty(0, np.int64)

    def shift(self, pool: Iterable[Planned]) -> tuple[Planned, int] | None:
        """The contact that has not begun and its fewest days of delay after which no window is too full."""
        best: tuple[int, int, int, Planned] | None = None
        for planned in self._single(pool):
            days = self.days[planned]
            if days[0] < self.today:
                continue
            rest = self.load - self._per_day(days)
            for delay in range(1, MOST_DAYS + 1 if best is None else best[0] + 1):
                if not self._breaches(rest + self._per_day(days + delay)).size:
                    move = (delay, -planned.request.id, planned.place, planned)
                    best = move if best is None or move[:3] < best[:3] else best
                    break
        return None if best is None else (best[3], best[0])

    def leave_out(self, pool: Sequence[Planned]) -> list[Planned]:
        """One contact if that is enough: the one that goes out least. Else several; none when MOST do not do."""
        singles = self._single(pool)
        if singles:
            return [min(singles, key=lambda each: (len(self._coming(each)), -each.request.id, each.place))]
        load, chosen = self.load, list[Planned]()
        while (ends := self._breaches(load)).size:
            end = int(ends[0]) + self.first
            inside = [each for each in pool if each not in chosen and self._falls_in(each, end)]
            if not inside or len(chosen) == MOST:
                return []
            chosen.append(max(inside, key=self._lateness))
            load = load - self._per_day(self._coming(chosen[-1]))
        return self._fewer(pool, self._needed(chosen, load))

    def _fewer(self, pool: Sequence[Planned], enough: list[Planned]) -> list[Planned]:
        """As few as do, if fewer do than these; one alone does not."""
        looks = iter(range(MOST_LOOKS))
        for size in range(2, len(enough)):
            found = self._without_few(list(pool), self.load, size, looks)
            if found is not None:
                return found
        return enough

    def _without_few(self, pool: list[Planned], load: Ints, size: int, looks: Iterator[int]) -> list[Planned] | None:
        """So many of the pool at most, without which no window is too full: one at least is in the first that is."""
        ends = self._breaches(load)
        if not ends.size:
            return []
        end = int(ends[0]) + self.first
        inside = [each for each in pool if self._falls_in(each, end)] if size else []
        for each in sorted(inside, key=self._lateness, reverse=True):
            if next(looks, None) is None:
                return None
            pool = [other for other in pool if other is not each]  # it goes out, or stays for all that follow
            found = self._without_few(pool, load - self._per_day(self._coming(each)), size - 1, looks)
            if found is not None:
                return [each, *found]
        return None

    def _lateness(self, planned: Planned) -> tuple[int, int, int]:
        """The latest of equally good ones goes first."""
        return int(self._coming(planned)[-1]), planned.request.id, -planned.place

    def _needed(self, chosen: list[Planned], load: Ints) -> list[Planned]:
        """Without those that a later choice made needless; `load` is that without any of them."""
        for planned in tuple(chosen):
            kept = load + self._per_day(self._coming(planned))
            if not self._breaches(kept).size:
                chosen.remove(planned)
                load = kept
        return chosen

    def _single(self, pool: Iterable[Planned]) -> list[Planned]:
        """Those of the fullest window whose absence alone leaves no window too full."""
        ends = self._breaches(self.load)
        if not ends.size:
            return []
        end = int(ends[np.argmax(in_windows(self.load, self.width)[ends])]) + self.first
        near = [each for each in pool if self._falls_in(each, end)][:MOST_TRIED]
        return [each for each in near if not self._breaches(self.load - self._per_day(self._coming(each))).size]

    def _falls_in(self, planned: Planned, end: int) -> bool:
        """Whether some of it is still to come in the window that ends on this day."""
        coming = self._coming(planned)
        return bool(((coming > end - self.width) & (coming <= end)).any())

    def _coming(self, planned: Planned) -> Ints:
        days = self.days[planned]
        return days[days >= self.today]

    def _per_day(self, days: Ints) -> Ints:
        return np.bincount(days - self.first, minlength=self.size).astype(np.int64)

    def _breaches(self, load: Ints) -> Ints:
        """The days, from today on, with which a window ends that is too full."""
        ends = np.flatnonzero(in_windows(load, self.width) > self.limit)
        return np.asarray(ends[ends >= self.today - self.first], np.int64)
