"""What to leave out so that a channel can make every week of what is planned, where waiting is not enough.

A planned contact is cut from its end: what was sent stays, and of what is to come its last times are left out, as few
as make room in the first week that is too full; then the next such week is looked at. In each week the contact that
makes room with the fewest times left out is cut, of equal ones the later filed; where none does alone, the one that
adds most goes from that week on. Approved ones come last. So each cut is needed where it is made; that no other choice
needs fewer is not claimed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from impacts.engine.contact_load import contact_days
from impacts.engine.facts import ChannelCapacityFact, ContactFact, RegisterFacts, RequestFacts
from impacts.engine.remedy import MOST

Weeks = Mapping[int, int]
"""Volumes by week; a week is its Monday's ordinal day over seven."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The contact at `place` of a request goes out only `times` times, perhaps never."""

    request: RequestFacts
    place: int
    times: int

    @property
    def contact(self) -> ContactFact:
        """The contact as it is planned."""
        return self.request.contacts[self.place]

    @property
    def left_out(self) -> int:
        """How many times less."""
        return self.contact.times - self.times


class _Sending:
    """One planned contact by the channel: the weeks of its days in order, how many of them are past, how many kept."""

    def __init__(self, request: RequestFacts, place: int, reach: int, today: date) -> None:
        self.request, self.place, self.reach = request, place, reach
        days = contact_days(request.contacts[place])
        self.weeks: list[int] = ((days - 1) // 7).tolist()
        self.sent = int((days < today.toordinal()).sum())
        self.kept = self.planned = len(days)

    def coming(self, week: int) -> int:
        """How many of its days in this week can still be left out."""
        return self.weeks[self.sent : self.kept].count(week)

    def volume(self, week: int) -> int:
        """How many customers it reaches in this week on days that can still be left out."""
        return self.coming(week) * self.reach

    def without(self, week: int, excess: int) -> int | None:
        """How many of its times remain when the week has so much less; None if it does not send as much then."""
        needed, here = -(-excess // self.reach), self.coming(week)
        return None if needed > here else self.start(week) + here - needed

    def start(self, week: int) -> int:
        """How many times it goes out before this week, or is past."""
        return max(self.sent, sum(each < week for each in self.weeks[: self.kept]))


def cuts(
    requests: Iterable[RequestFacts], register: RegisterFacts, limit: ChannelCapacityFact, totals: Weeks, today: date
) -> list[Cut]:
    """What to leave out, of requests that are not approved if that is enough; empty where nothing is, or where it would
    take more than MOST.
    """
    everyone = list(requests)
    for pool in ([request for request in everyone if not request.committed], everyone):
        sendings = [
            _Sending(request, place, reach, today)
            for request in pool
            for place, contact in enumerate(request.contacts)
            if contact.channel == limit.channel and (reach := _reach(register, contact)) > 0
        ]
        if _cut(sendings, limit.per_week, totals):
            cut = [each for each in sendings if each.kept < each.planned]
            return [Cut(each.request, each.place, each.kept) for each in cut]
    return []


def after(found: Iterable[Cut]) -> list[RequestFacts]:
    """The requests that change, as they would be."""
    changed: dict[int, tuple[RequestFacts, list[ContactFact | None]]] = {}
    for cut in found:
        _, contacts = changed.setdefault(cut.request.id, (cut.request, list(cut.request.contacts)))
        contacts[cut.place] = replace(cut.contact, times=cut.times) if cut.times else None
    return [
        replace(request, contacts=tuple(contact for contact in contacts if contact is not None))
        for request, contacts in changed.values()
    ]


def _reach(register: RegisterFacts, contact: ContactFact) -> int:
    entry = register.segments.get(contact.segment)
    return 0 if entry is None else entry.reach


def _cut(sendings: list[_Sending], per_week: int, totals: Weeks) -> bool:
    """Leave out until no week is too full; whether that is possible with MOST contacts cut."""
    volumes, cut = Counter(totals), set[tuple[int, int]]()
    for week in sorted(totals):
        while (excess := volumes[week] - per_week) > 0:
            able = [each for each in sendings if each.coming(week)]
            here = [each for each in able if not each.request.committed] or able
            alone = [
                (each.kept - left, -each.request.id, -each.place, left, each)
                for each in here
                if (left := each.without(week, excess)) is not None
            ]
            if not here or len(cut) == MOST:
                return False
            if alone:
                *_, keep, chosen = min(alone, key=lambda option: option[:3])
            else:
                chosen = max(here, key=lambda each: (each.volume(week), each.request.id))
                keep = chosen.start(week)
            cut.add((chosen.request.id, chosen.place))
            for gone in chosen.weeks[keep : chosen.kept]:
                volumes[gone] -= chosen.reach
            chosen.kept = keep
    return True
