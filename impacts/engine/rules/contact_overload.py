"""contact-overload (conflict): planned contacts to a segment pass a contact policy in some rolling window.

Fires for a policy and a segment when some window of the policy's days that ends today or later holds more contacts than
the limit (as many as the limit is within it). A policy without a segment applies to each segment of the register and
to each that contacts name; one without a channel counts all channels together. Contacts of all live requests count,
approved or asked for; one request that passes the limit by itself fires as well.

One finding for each policy and segment, whatever the dates, so that it stays the same finding while requests move. It
names every request that contacts the segment in an episode of breach, and lists every episode: its first and last day,
its fullest window, and how much each request adds. Serious when three or more requests add to it or the approved ones
alone pass the limit; else look.

Contacts in a quiet period are found too (quiet_contacts.py).

It ends when no window that ends today or later holds too many. The remedy puts off one contact by the fewest days, or
says which to leave out, each by name (contact_relief.py); approved requests keep theirs where that is possible.
"""

from collections import Counter
from datetime import date

from impacts.engine.contact_load import Episode, LoadForecast, contact_days, forecast
from impacts.engine.contact_relief import Planned, after, relief, sent_before
from impacts.engine.facts import (
    EngineSettings,
    Evidence,
    FindingKind,
    FoundFinding,
    PolicyFact,
    RegisterFacts,
    RequestFacts,
    Severity,
)
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.remedy import MOST_NAMED, Remedy, later, named, on, one_by_one, remedy
from impacts.engine.rules.common import involves, joined, name_of, silo_name, weight
from impacts.engine.rules.quiet_contacts import quiet_findings

CODE = "contact-overload"
KIND: FindingKind = "conflict"
SEVERITY: Severity = "look"
REASON = "Together, requests contact the same customers more often than the policy allows."


def find(
    portfolio: PortfolioIndex, settings: EngineSettings, today: date, about: frozenset[int] | None = None
) -> list[FoundFinding]:
    """All findings, or those that involve one of `about`."""
    found = []
    for segment in portfolio.things("segment", about):
        senders = [portfolio.requests[doer.id] for doer in portfolio.doing("segment", segment, ("contacts",))]
        if not senders:
            continue
        for policy in portfolio.register.policies:
            if policy.segment not in (None, segment):
                continue
            load = forecast(senders, policy, segment, since=today)
            if load.episodes and involves(_members(load), about):
                found.append(_finding(portfolio, policy, segment, load, senders, today))
        found.extend(quiet_findings(portfolio, CODE, segment, senders, today, about))
    return found


def _members(load: LoadForecast) -> list[int]:
    return sorted({request for episode in load.episodes for request, _ in episode.contributors})


def _finding(
    portfolio: PortfolioIndex,
    policy: PolicyFact,
    segment: int,
    load: LoadForecast,
    senders: list[RequestFacts],
    today: date,
) -> FoundFinding:
    register, members = portfolio.register, _members(load)
    requests = [portfolio.requests[request] for request in members]
    name = name_of(register, "segment", segment)
    approved = forecast([request for request in senders if request.committed], policy, segment, since=today)
    severity: Severity = "serious" if len(members) >= 3 or approved.breach else SEVERITY
    what = "contacts" if policy.channel is None else f"contacts by {_channel(register, policy.channel)}"
    lines = []
    for episode in load.episodes:
        lines.extend(_lines(portfolio, policy, segment, episode, what))
    lines.append(_remedy(portfolio, policy, segment, requests, senders, today))
    whose = f"{len(members)} requests" if len(members) > 1 else f"One request of {silo_name(register, requests[0])}"
    verb = "add up to" if len(members) > 1 else "plans"
    title = f"{whose} {verb} {load.peak} {what} to {name} in {_days(policy.days)}, where {policy.limit} are allowed"
    return FoundFinding(
        rule=CODE,
        kind=KIND,
        severity=severity,
        identity=(CODE, f"policy:{policy.id}", f"segment:{segment}"),
        requests=tuple(members),
        title=title,
        evidence=tuple(lines),
        score=weight(severity, requests),
        material=(
            f"peak:{load.peak}",
            f"limit:{policy.limit}/{policy.days}",
            *(f"request:{request}" for request in members),
        ),
    )


def _lines(portfolio: PortfolioIndex, policy: PolicyFact, segment: int, episode: Episode, what: str) -> list[Evidence]:
    """The line of an episode, and one for each request that adds to it, with its own days: those of the episode may be
    another's."""
    first, last = episode.window
    text = (
        f"From {episode.first:%-d %B %Y} to {episode.last:%-d %B %Y}: up to {episode.peak} {what} in "
        f"{_days(policy.days)} ({first:%-d %B} to {last:%-d %B}); “{policy.name}” allows {policy.limit}"
    )
    lines = [Evidence("contacts", text, tuple(sorted(request for request, _ in episode.contributors)))]
    of_silo = Counter(portfolio.requests[request].silo for request, _ in episode.contributors)
    for request, count in episode.contributors:
        facts = portfolio.requests[request]
        which = f" ({facts.reference})" if of_silo[facts.silo] > 1 else ""
        said = f"{silo_name(portfolio.register, facts)}{which} contacts them {_times(count)}"
        lines.append(Evidence("contacts", f"{said} {_by_when(portfolio, facts, policy, segment, episode)}", (request,)))
    return lines


def _by_when(portfolio: PortfolioIndex, facts: RequestFacts, policy: PolicyFact, segment: int, episode: Episode) -> str:
    """By which channels a request contacts the segment in an episode, and from when to when."""
    channels, days = set(), set[int]()
    for contact in facts.contacts:
        if contact.segment == segment and policy.channel in (None, contact.channel):
            inside = [day for day in contact_days(contact).tolist() if _is_in(day, episode)]
            channels |= {_channel(portfolio.register, contact.channel)} if inside else set()
            days.update(inside)
    first, last = on(date.fromordinal(min(days))), on(date.fromordinal(max(days)))
    return f"by {joined(sorted(channels))}, {f'from {first} to {last}' if first != last else f'on {first}'}"


def _is_in(day: int, episode: Episode) -> bool:
    return episode.first.toordinal() <= day <= episode.last.toordinal()


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _days(days: int) -> str:
    return "one day" if days == 1 else f"{days} days"


def _remedy(
    portfolio: PortfolioIndex,
    policy: PolicyFact,
    segment: int,
    members: list[RequestFacts],
    senders: list[RequestFacts],
    today: date,
) -> Remedy:
    found = relief(senders, policy, segment, today)
    changed = after(found, today)
    kept = f"“{policy.name}” would be kept."
    if found.later is not None:
        first = found.later.contact.first_day
        who = named(portfolio.register, found.later.request, members)
        by = _channel(portfolio.register, found.later.contact.channel)
        what = f"began its contacts by {by} on {on(later(first, found.days))}"
        return remedy(f"If {who} {what} instead of {on(first)}, {kept}", members, changed)
    if len(found.left_out) > MOST_NAMED:
        coming = sum(each.contact.times - sent_before(each.contact, today) for each in found.left_out)
        who = f"{len(changed)} of the {len(members)} requests" if len(members) > 1 else "it"
        each = (_left_out_in_short(portfolio, planned, members, today) for planned in found.left_out)
        return remedy(one_by_one(f"If {who} left out {coming} contacts in all, {kept}", each), members, changed)
    if found.left_out:
        what = joined(_left_out(portfolio, planned, members, today) for planned in found.left_out)
        return remedy(f"If {what}, {kept}", members, changed)
    return remedy("No small change of what is still to be sent ends this.", members)


def _left_out(portfolio: PortfolioIndex, planned: Planned, members: list[RequestFacts], today: date) -> str:
    who, contact = named(portfolio.register, planned.request, members), planned.contact
    by = _channel(portfolio.register, contact.channel)
    if sent_before(contact, today):
        return f"{who} sent no more by {by} of what began on {on(contact.first_day)}"
    which = "its contact" if contact.times == 1 else f"its {contact.times} contacts"
    return f"{who} left out {which} by {by} from {on(contact.first_day)}"


def _left_out_in_short(portfolio: PortfolioIndex, planned: Planned, members: list[RequestFacts], today: date) -> str:
    """'2 of Cards by mail from 4 January 2027'; of what has begun, 'the last 2'."""
    contact, sent = planned.contact, sent_before(planned.contact, today)
    number = f"the last {contact.times - sent}" if sent else str(contact.times)
    who, by = named(portfolio.register, planned.request, members), _channel(portfolio.register, contact.channel)
    return f"{number} of {who} by {by} from {on(contact.first_day)}"


def _channel(register: RegisterFacts, channel: str) -> str:
    """The channel's name within a sentence: its first letter small."""
    name = register.channels.get(channel, channel)
    return name[:1].lower() + name[1:]
