"""channel-overload (conflict): the planned contacts by a channel pass what it can make in a week.

The volume of a week, from a Monday to the Sunday after it, is the sum over all planned contacts by the channel of the
customers of the segment times the contacts that fall into the week; they are taken as spread over the week, so on which
day of it they fall does not matter. A customer of two segments counts twice, and a segment of which the register gives
no number of customers counts nothing. Contacts of all live requests count, approved or asked for.

Fires for a channel when in some week that ends today or later the volume passes a capacity of the channel (as much as
the capacity is within it). A channel without a capacity never fires; one request that passes it by itself does.

One finding for each capacity, whatever the weeks, so that it stays the same finding while requests move; the identity
names the capacity. It names every request that adds to a week that passes it. Weeks that follow each other are told
together, with the requests that add most.

The remedy puts off what one request sends by this channel, by the fewest whole weeks that end every breach; what has
begun is not put off, approved ones stay where that is possible, and of several the one with the fewest contacts moves.
Where none is enough, it says what to leave out (channel_relief.py), and where that would be too much for a sentence or
is sent already, how much too much it is.

Look; serious when what is approved alone passes the capacity.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product

import numpy as np

from impacts.engine.channel_relief import Cut, Weeks, after, cuts
from impacts.engine.contact_load import Ints, all_contact_days, contact_days
from impacts.engine.facts import (
    ChannelCapacityFact,
    ContactFact,
    EngineSettings,
    Evidence,
    FindingKind,
    FoundFinding,
    RegisterFacts,
    RequestFacts,
    Severity,
)
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.remedy import MOST, MOST_NAMED, Remedy, later, named, on, one_by_one, remedy
from impacts.engine.rules.common import involves, joined, weight

CODE = "channel-overload"
KIND: FindingKind = "conflict"
SEVERITY: Severity = "look"
REASON = "Together, requests plan more contacts by a channel than it can make in a week."

SHOWN = 40
"""Requests that get a line of their own in a stretch of weeks, those that add most first; the rest is summed up."""


def find(
    portfolio: PortfolioIndex, settings: EngineSettings, today: date, about: frozenset[int] | None = None
) -> list[FoundFinding]:
    """All findings, or those that involve one of `about`."""
    limits = portfolio.register.channel_capacities
    if about is not None:
        own = [portfolio.requests[request] for request in about & portfolio.requests.keys()]
        sent = {contact.channel for request in own for contact in request.contacts}
        limits = tuple(limit for limit in limits if limit.channel in sent)
    sendings = {channel: _sendings(portfolio, channel, today) for channel in {limit.channel for limit in limits}}
    found = []
    for limit in limits:
        sending = sendings[limit.channel]
        totals = sending.totals()
        over = {week: volume for week, volume in totals.items() if volume > limit.per_week}
        load = sending.load(over)
        members = sorted(load)
        if over and involves(members, about):
            last = _remedy(portfolio, limit, load, totals, over, today)
            found.append(_finding(portfolio, limit, load, over, members, last))
    return found


@dataclass(frozen=True, slots=True)
class _Sendings:
    """What is planned by one channel: a request, a week and how many customers it reaches then."""

    requests: Ints
    weeks: Ints
    volumes: Ints

    def totals(self) -> Weeks:
        """The volumes of all requests together."""
        weeks, places = np.unique(self.weeks, return_inverse=True)
        sums = np.zeros(len(weeks), np.int64)
        np.add.at(sums, places, self.volumes)
        return dict(zip(weeks.tolist(), sums.tolist(), strict=True))

    def load(self, over: Weeks) -> dict[int, Weeks]:
        """By request that adds to one of the weeks `over`: its volume in each week."""
        members = np.unique(self.requests[np.isin(self.weeks, list(over))])
        theirs = np.isin(self.requests, members)
        load: dict[int, dict[int, int]] = {request: defaultdict(int) for request in members.tolist()}
        for request, week, volume in zip(
            self.requests[theirs].tolist(), self.weeks[theirs].tolist(), self.volumes[theirs].tolist(), strict=True
        ):
            load[request][week] += volume
        return dict(load)


def _monday(week: int) -> date:
    return date.fromordinal(7 * week + 1)


def _sendings(portfolio: PortfolioIndex, channel: str, today: date) -> _Sendings:
    """What is planned by this channel from the week of `today` on."""
    planned = [
        (request, contact, entry.reach)
        for request in portfolio.senders(channel)
        for contact in portfolio.requests[request].contacts
        if contact.channel == channel
        and (entry := portfolio.register.segments.get(contact.segment)) is not None
        and entry.reach > 0
    ]
    days, places = all_contact_days([contact for _, contact, _ in planned])
    ahead = (days - 1) // 7 >= (today.toordinal() - 1) // 7
    requests, volumes = (np.array([each[at] for each in planned], np.int64)[places[ahead]] for at in (0, 2))
    return _Sendings(requests, (days[ahead] - 1) // 7, volumes)


def _volumes(register: RegisterFacts, contact: ContactFact) -> Iterator[tuple[int, int]]:
    """(week, customers reached) of each day of a planned contact."""
    entry = register.segments.get(contact.segment)
    if entry is not None and entry.reach > 0:
        for day in contact_days(contact).tolist():
            yield (day - 1) // 7, entry.reach


def _totals(loads: Iterable[Weeks]) -> dict[int, int]:
    totals: dict[int, int] = defaultdict(int)
    for weeks in loads:
        for week, volume in weeks.items():
            totals[week] += volume
    return totals


def _finding(
    portfolio: PortfolioIndex,
    limit: ChannelCapacityFact,
    load: Mapping[int, Weeks],
    over: Weeks,
    members: list[int],
    last: Remedy,
) -> FoundFinding:
    requests = [portfolio.requests[request] for request in members]
    approved = _totals(weeks for request, weeks in load.items() if portfolio.requests[request].committed)
    severity: Severity = "serious" if any(approved.get(week, 0) > limit.per_week for week in over) else SEVERITY
    lines = [line for stretch in _stretches(over) for line in _lines(portfolio, limit, load, over, stretch)]
    channel = portfolio.register.channels.get(limit.channel, limit.channel)
    peak = max(over, key=lambda week: (over[week], -week))
    more = f", and too many in {_weeks(len(over) - 1, 'another', 'other ')}" if len(over) > 1 else ""
    return FoundFinding(
        rule=CODE,
        kind=KIND,
        severity=severity,
        identity=(CODE, f"capacity:{limit.id}"),
        requests=tuple(members),
        title=f"{channel}: {over[peak]:,} contacts in the week from {on(_monday(peak))}, "
        f"where {limit.per_week:,} can be made{more}",
        evidence=(*lines, last),
        score=weight(severity, requests),
        material=(
            f"{limit.per_week} contacts a week can be made",
            f"up to {_share(over[peak], limit.per_week)} are planned",
        ),
    )


def _share(volume: int, capacity: int) -> str:
    """How far the fullest week passes the capacity, in steps of a tenth, so that a dismissal does not hang on one more
    customer."""
    return f"{10 * (10 * volume // capacity)} in 100 of them" if capacity else "more"


def _weeks(number: int, one: str = "one", many: str = "") -> str:
    return f"{one} week" if number == 1 else f"{number} {many}weeks"


def _stretches(over: Weeks) -> Iterator[list[int]]:
    """Weeks that follow each other."""
    stretch: list[int] = []
    for week in sorted(over):
        if stretch and week > stretch[-1] + 1:
            yield stretch
            stretch = []
        stretch.append(week)
    yield stretch


def _lines(
    portfolio: PortfolioIndex, limit: ChannelCapacityFact, load: Mapping[int, Weeks], over: Weeks, stretch: list[int]
) -> list[Evidence]:
    """The line of a stretch of weeks, and one for each of the requests that add most to it."""
    adds = {request: sum(weeks.get(week, 0) for week in stretch) for request, weeks in load.items()}
    order = sorted((request for request, volume in adds.items() if volume), key=lambda each: (-adds[each], each))
    span = f"{on(_monday(stretch[0]))} to {on(_monday(stretch[-1]) + timedelta(days=6))}"
    top = max(over[week] for week in stretch)
    text = (
        f"From {span}: {'up to ' if len(stretch) > 1 else ''}{top:,} contacts a week; "
        f"{limit.name} is {limit.per_week:,}"
    )
    lines = [Evidence("contacts", text, tuple(sorted(order)))]
    members = [portfolio.requests[request] for request in order]
    for request in order[:SHOWN]:
        facts = portfolio.requests[request]
        state = ", approved," if facts.committed else ""
        text = f"{named(portfolio.register, facts, members)}{state} adds {adds[request]:,} contacts from {span}"
        lines.append(Evidence("contacts", text, (request,)))
    if rest := order[SHOWN:]:
        number = "One more request adds" if len(rest) == 1 else f"{len(rest)} more requests add"
        text = f"{number} {sum(adds[request] for request in rest):,} contacts from {span}"
        lines.append(Evidence("contacts", text, tuple(sorted(rest))))
    return lines


def _remedy(
    portfolio: PortfolioIndex,
    limit: ChannelCapacityFact,
    load: Mapping[int, Weeks],
    totals: Weeks,
    over: Weeks,
    today: date,
) -> Remedy:
    register, members = portfolio.register, [portfolio.requests[each] for each in sorted(load)]
    enough = [
        request
        for request in members
        if all(totals[week] - load[request.id].get(week, 0) <= limit.per_week for week in over)
        and all(contact.first_day >= today for contact in request.contacts if contact.channel == limit.channel)
    ]
    enough.sort(key=lambda request: (sum(load[request.id].values()), -request.id))
    for committed, put_off in product((False, True), range(1, MOST + 1)):
        for request in (each for each in enough if each.committed is committed):
            moved = _put_off(request, limit.channel, put_off)
            if _holds(register, limit, totals, load[request.id], moved):
                first = min(contact.first_day for contact in moved.contacts if contact.channel == limit.channel)
                who, length = named(register, request, members), _weeks(put_off, "a")
                text = f"If {who} began its contacts {length} later, on {on(first)}, the channel could make them all."
                return remedy(text, members, [moved])
    if left_out := cuts(members, register, limit, totals, today):
        return _left_out(register, left_out, members)
    most = max(volume - limit.per_week for volume in over.values())
    text = f"No single request can make room by waiting: {most:,} contacts too many are planned in the fullest week."
    return remedy(text, members)


def _left_out(register: RegisterFacts, found: list[Cut], members: list[RequestFacts]) -> Remedy:
    changed, kept = after(found), "the channel could make them all."
    if len(found) > MOST_NAMED:
        who = f"{len(changed)} of the {len(members)} requests" if len(members) > 1 else "it"
        text = f"If {who} left out {sum(cut.left_out for cut in found)} contacts in all, {kept}"
        each = (
            f"{'the last ' if cut.times else ''}{cut.left_out} of {named(register, cut.request, members)} "
            f"from {on(cut.contact.first_day)}"
            for cut in found
        )
        return remedy(one_by_one(text, each), members, changed)
    said = joined(f"{named(register, cut.request, members)} left out {_which(cut)}" for cut in found)
    return remedy(f"If {said}, {kept}", members, changed)


def _which(cut: Cut) -> str:
    since = f"from {on(cut.contact.first_day)}"
    if cut.times:
        number = "the last" if cut.left_out == 1 else f"the last {cut.left_out}"
        return f"{number} of its {cut.contact.times} contacts {since}"
    return f"its contact {since}" if cut.contact.times == 1 else f"its {cut.contact.times} contacts {since}"


def _put_off(request: RequestFacts, channel: str, weeks: int) -> RequestFacts:
    contacts = (
        replace(contact, first_day=later(contact.first_day, 7 * weeks)) if contact.channel == channel else contact
        for contact in request.contacts
    )
    return replace(request, contacts=tuple(contacts))


def _holds(register: RegisterFacts, limit: ChannelCapacityFact, totals: Weeks, old: Weeks, moved: RequestFacts) -> bool:
    """Whether no week passes the capacity any more with the request moved."""
    new = dict(totals)
    for week, volume in old.items():
        new[week] -= volume
    for contact in moved.contacts:
        if contact.channel == limit.channel:
            for week, volume in _volumes(register, contact):
                new[week] = new.get(week, 0) + volume
    return all(volume <= limit.per_week for volume in new.values())
