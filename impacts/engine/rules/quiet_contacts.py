"""Contacts in a quiet period: the part of contact-overload about days in which customers hear nothing from us.

A quiet period is a policy whose limit is none: each contact of its segment and channel on its days breaks it. One
finding for each period and segment, which names every request that sends something then. What was sent before today
cannot be undone and is left out. Look; serious when something approved is sent then.

The remedy puts off each contact that has not begun to the first day after which none of it falls into the period;
approved ones too, since every contact has to go. What has begun it stops.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from impacts.engine.contact_load import QuietBreach, contact_days, quiet_breaches
from impacts.engine.facts import ContactFact, Evidence, FoundFinding, QuietFact, RequestFacts, Severity
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.remedy import MOST_NAMED, Remedy, named, on, remedy
from impacts.engine.rules.common import involves, joined, name_of, silo_name, weight

MOST_DAYS = 366
"""A contact is put off by a year at most: every so many days apart, some of it may fall into the period again."""


def quiet_findings(
    portfolio: PortfolioIndex,
    code: str,
    segment: int,
    senders: list[RequestFacts],
    today: date,
    about: frozenset[int] | None,
) -> Iterable[FoundFinding]:
    """The findings of one segment, or those that involve one of `about`."""
    for broken in quiet_breaches(senders, portfolio.register.quiet_periods, [segment], since=today):
        if involves(sorted(request for request, _ in broken.contributors), about):
            yield _finding(portfolio, code, broken, today)


def _finding(portfolio: PortfolioIndex, code: str, broken: QuietBreach, today: date) -> FoundFinding:
    register, quiet = portfolio.register, broken.quiet
    requests = [portfolio.requests[request] for request in sorted(request for request, _ in broken.contributors)]
    severity: Severity = "serious" if any(request.committed for request in requests) else "look"
    span = f"{on(quiet.first)} to {on(quiet.last)}" if quiet.first != quiet.last else on(quiet.first)
    name = name_of(register, "segment", broken.segment)
    lines = [
        Evidence(
            "contacts",
            f"{silo_name(register, portfolio.requests[request])} contacts them {_times(count)} from {span}, in which "
            f"“{quiet.name}” allows nothing",
            (request,),
        )
        for request, count in broken.contributors
    ]
    alone = f"One request of {silo_name(register, requests[0])} plans"
    whose = f"{len(requests)} requests plan" if len(requests) > 1 else alone
    return FoundFinding(
        rule=code,
        kind="conflict",
        severity=severity,
        identity=(code, f"quiet:{quiet.id}", f"segment:{broken.segment}"),
        requests=tuple(request.id for request in requests),
        title=f"{whose} {_counted(broken.contacts)} to {name} in the quiet days from {span}",
        evidence=(*lines, _remedy(portfolio, broken, requests, today)),
        score=weight(severity, requests),
        material=(f"{quiet.first} to {quiet.last}", *(f"request:{request.id}" for request in requests)),
    )


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _counted(count: int) -> str:
    return "one contact" if count == 1 else f"{count} contacts"


def _remedy(portfolio: PortfolioIndex, broken: QuietBreach, requests: list[RequestFacts], today: date) -> Remedy:
    quiet = broken.quiet
    changed = [_out_of(request, quiet, broken.segment, today) for request in requests]
    told = [
        f"{named(portfolio.register, after, requests)} began on {on(moved.first_day)} what is to begin on "
        f"{on(contact.first_day)}"
        for before, after in zip(requests, changed, strict=True)
        for contact, moved in zip(before.contacts, after.contacts, strict=True)
        if moved.first_day != contact.first_day
    ]
    stops = any(
        moved.times != contact.times
        for before, after in zip(requests, changed, strict=True)
        for contact, moved in zip(before.contacts, after.contacts, strict=True)
    )
    if stops or len(told) > MOST_NAMED or not told:
        what = f"put off until after {on(quiet.last)} or left out"
        text = f"If what falls into these days were {what}, they would be quiet."
        return remedy(text, requests, changed)
    return remedy(f"If {joined(told)}, these days would be quiet.", requests, changed)


def _out_of(request: RequestFacts, quiet: QuietFact, segment: int, today: date) -> RequestFacts:
    contacts = tuple(
        _moved(contact, quiet, today)
        if contact.segment == segment and quiet.channel in (None, contact.channel)
        else contact
        for contact in request.contacts
    )
    return replace(request, contacts=contacts)


def _moved(contact: ContactFact, quiet: QuietFact, today: date) -> ContactFact:
    """The contact put off until none of it falls into the period; one that has begun ends before it."""
    days, low, high = contact_days(contact), max(quiet.first, today).toordinal(), quiet.last.toordinal()
    if not ((days >= low) & (days <= high)).any():
        return contact
    if contact.first_day >= today:
        for later in range(1, MOST_DAYS + 1):
            moved = days + later
            if not ((moved >= low) & (moved <= high)).any():
                return replace(contact, first_day=date.fromordinal(int(moved[0])))
    return replace(contact, times=int((days < low).sum()))
