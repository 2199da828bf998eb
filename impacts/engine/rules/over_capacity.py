"""over-capacity (conflict): the skills that requests need in a quarter pass what is there.

What a request needs of a skill is spread evenly over all calendar days from its start to its go-live, both included,
and so falls into quarters of the calendar; where only one of the dates is known, all of it falls into that day's
quarter, and without both nothing is counted, for nothing says when. It is counted in tenths of a person-day.

Fires for a skill when in some quarter that ends today or later more is needed than is there (as much as is there is
within it). In the present quarter all of its work counts, done or not, against all of its capacity. A quarter for which
the register says nothing never fires; one for which it says zero does. One request that passes it by itself fires.

Approved requests take their part first, then the asked-for ones in the order in which they were filed (by id). The
asked-for ones with which the sum passes what is there no longer fit: they are named, with how much they need.

One finding for each skill, whatever the quarters, so that it stays the same finding while requests move; the identity
names the skill. All who take part in a quarter that is passed are its members, for it depends on each. A dismissal
rests on who no longer fits, and when.

The remedy puts off one asked-for request by as few times 13 weeks as end it (a year at most, and only into quarters of
which the register says what is there), the one that needs least, of equals the last filed. Where none is enough, it
says how much is missing in each quarter.

Look; serious when approved requests alone pass what is there.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from impacts.engine.facts import EngineSettings, Evidence, FindingKind, FoundFinding, RequestFacts, Severity
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.matching.rows import Ints
from impacts.engine.quarters import TENTHS, Quarter, last_day, quarter_name, spread, spread_all
from impacts.engine.remedy import Remedy, later, named, on, remedy
from impacts.engine.rules.common import involves, joined, name_of, weight

CODE = "over-capacity"
KIND: FindingKind = "conflict"
SEVERITY: Severity = "look"
REASON = "Together, requests need more of a skill in a quarter than is there."

SHOWN = 40
"""Requests that get a line of their own in a quarter; the rest is summed up."""

LATER = 13 * 7
MOST_QUARTERS = 4

Shares = Mapping[Quarter, int]


@dataclass(frozen=True, slots=True)
class _Over:
    """A quarter that is passed, in tenths of a person-day: by request what each needs, in the order in which they take
    their part, and the sum; of the asked-for ones those that no longer fit, in the same order."""

    quarter: Quarter
    there: int
    needs: Mapping[int, int]
    needed: int
    approved: int
    too_many: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Load:
    """What is needed of a skill, in tenths of a person-day: `parts` has a row for each request, in the order in which
    they take their part, and a column for each quarter."""

    requests: list[RequestFacts]
    quarters: list[Quarter]
    parts: Ints


def find(
    portfolio: PortfolioIndex, settings: EngineSettings, today: date, about: frozenset[int] | None = None
) -> list[FoundFinding]:
    """All findings, or those that involve one of `about`."""
    there: dict[int, dict[Quarter, int]] = defaultdict(dict)
    for capacity in portfolio.register.skill_capacities:
        if last_day(capacity.quarter) >= today:
            there[capacity.skill][capacity.quarter] = TENTHS * capacity.days
    if about is not None:
        own = {need.skill for each in about & portfolio.requests.keys() for need in portfolio.requests[each].skills}
        there = {skill: quarters for skill, quarters in there.items() if skill in own}
    found = []
    for skill, quarters in sorted(there.items()):
        load = _load(portfolio, skill, sorted(quarters))
        over = _over(load, quarters)
        members = sorted({request for quarter in over for request in quarter.needs})
        if over and involves(members, about):
            last = _remedy(portfolio, skill, load, quarters, over, today)
            found.append(_finding(portfolio, skill, over, members, last))
    return found


def _load(portfolio: PortfolioIndex, skill: int, quarters: list[Quarter]) -> _Load:
    needing = [portfolio.requests[request] for request in portfolio.needing(skill)]
    dated = [(request, dates) for request in needing if (dates := _dates(request)) is not None]
    dated.sort(key=lambda pair: (not pair[0].committed, pair[0].id))
    requests, first, last = [each for each, _ in dated], [day for _, (day, _) in dated], [day for _, (_, day) in dated]
    return _Load(requests, quarters, spread_all([_work(each, skill) for each in requests], first, last, quarters))


def _dates(request: RequestFacts) -> tuple[date, date] | None:
    """From when to when it needs its skills."""
    first, last = request.start or request.go_live, request.go_live or request.start
    return None if first is None or last is None else (first, last)


def _work(request: RequestFacts, skill: int) -> int:
    """The person-days of a skill that it needs in all."""
    return sum(need.days for need in request.skills if need.skill == skill)


def _shares(request: RequestFacts, skill: int) -> Shares:
    dates = _dates(request)
    return {} if dates is None else spread(_work(request, skill), *dates)


def _over(load: _Load, there: Mapping[Quarter, int]) -> list[_Over]:
    """The quarters that are passed, in order."""
    found = []
    for quarter, parts in zip(load.quarters, load.parts.T, strict=True):
        capacity = there[quarter]
        if int(parts.sum()) <= capacity:
            continue
        taken, approved, needs, too_many = 0, 0, dict[int, int](), []
        for at in np.flatnonzero(parts).tolist():
            request, part = load.requests[at], int(parts[at])
            needs[request.id] = part
            taken += part
            if request.committed:
                approved = taken
            elif taken > capacity:
                too_many.append(request.id)
        found.append(_Over(quarter, capacity, needs, taken, approved, tuple(too_many)))
    return found


def _finding(
    portfolio: PortfolioIndex, skill: int, over: list[_Over], members: list[int], last: Remedy
) -> FoundFinding:
    requests = [portfolio.requests[request] for request in members]
    name = name_of(portfolio.register, "skill", skill)
    severity: Severity = "serious" if any(each.approved > each.there for each in over) else SEVERITY
    worst = max(over, key=lambda each: (each.needed - each.there, (-each.quarter[0], -each.quarter[1])))
    rest = len(over) - 1
    more = "" if not rest else f", and too many in {'another quarter' if rest == 1 else f'{rest} other quarters'}"
    return FoundFinding(
        rule=CODE,
        kind=KIND,
        severity=severity,
        identity=(CODE, f"skill:{skill}"),
        requests=tuple(members),
        title=f"{name}: {_days(worst.needed)} are needed in {quarter_name(worst.quarter)}, "
        f"where {_number(worst.there)} are there{more}",
        evidence=(*(line for each in over for line in _lines(portfolio, each, name)), last),
        score=weight(severity, requests),
        material=tuple(line for each in over for line in _material(each)),
    )


def _material(over: _Over) -> list[str]:
    when = quarter_name(over.quarter)
    if not over.too_many:
        return [f"in {when} approved requests alone pass what is there"]
    return [f"in {when} request:{request} no longer fits" for request in over.too_many]


def _lines(portfolio: PortfolioIndex, over: _Over, skill: str) -> list[Evidence]:
    """The line of a quarter, and one for each request: those that no longer fit, then approved, then the others."""
    when = quarter_name(over.quarter)
    text = f"{when}: {_days(over.needed)} needed, {_number(over.there)} there"
    if over.approved:
        text += f"; approved requests take {_number(over.approved)}"
    lines = [Evidence("skills", text, tuple(sorted(over.needs)))]
    late = set(over.too_many)
    members = [portfolio.requests[request] for request in over.needs]
    members.sort(key=lambda each: (each.id not in late, not each.committed, -over.needs[each.id], each.id))
    for request in members[:SHOWN]:
        who = named(portfolio.register, request, members) + (", approved," if request.committed else "")
        what = f"{_days(over.needs[request.id])} of {skill} in {when}"
        end = "and no longer fits" if request.id in late else "and comes first" if request.committed else "and fits"
        lines.append(Evidence("skills", f"{who} needs {what} {end}", (request.id,)))
    if rest := [request.id for request in members[SHOWN:]]:
        text = f"{len(rest)} more need {_days(sum(over.needs[request] for request in rest))} in {when}"
        lines.append(Evidence("skills", text, tuple(sorted(rest))))
    return lines


def _remedy(
    portfolio: PortfolioIndex,
    skill: int,
    load: _Load,
    there: Mapping[Quarter, int],
    over: list[_Over],
    today: date,
) -> Remedy:
    members = [portfolio.requests[each] for each in sorted({each for quarter in over for each in quarter.needs})]
    totals = dict(zip(load.quarters, load.parts.sum(axis=0).tolist(), strict=True))
    enough = [
        request
        for request in members
        if all(each.needs.get(request.id, 0) >= each.needed - each.there for each in over)
        and not request.committed
        and (request.start or today) >= today
    ]
    enough.sort(key=lambda request: (_work(request, skill), -request.id))
    for times in range(1, MOST_QUARTERS + 1):
        for request in enough:
            moved = _put_off(request, LATER * times)
            if _fits(totals, _shares(request, skill), _shares(moved, skill), there):
                who = named(portfolio.register, request, members)
                text = f"If {who} {_later_by(moved, 13 * times)}, all of them would fit."
                return remedy(text, members, [moved])
    missing = joined(f"{_days(each.needed - each.there)} in {quarter_name(each.quarter)}" for each in over)
    return remedy(f"No single request can make room by waiting: {missing} would have to be found or given up.", members)


def _later_by(moved: RequestFacts, weeks: int) -> str:
    """What a request does later. Both dates are named where both are known: with the start alone the same work would
    fall into fewer days."""
    dates = {"started": moved.start, "went live": moved.go_live}
    known = {verb: on(day) for verb, day in dates.items() if day is not None}
    return f"{joined(known)} {weeks} weeks later, on {joined(known.values())}"


def _put_off(request: RequestFacts, days: int) -> RequestFacts:
    return replace(
        request,
        start=later(request.start, days) if request.start is not None else None,
        go_live=later(request.go_live, days) if request.go_live is not None else None,
    )


def _fits(totals: Shares, old: Shares, new: Shares, there: Mapping[Quarter, int]) -> bool:
    """Whether every quarter of the register holds what is needed with the request moved, and it stays within them."""
    return new.keys() <= there.keys() and all(
        totals.get(quarter, 0) - old.get(quarter, 0) + new.get(quarter, 0) <= capacity
        for quarter, capacity in there.items()
    )


def _number(tenths: int) -> str:
    whole, rest = divmod(tenths, TENTHS)
    return f"{whole:,}.{rest}" if rest else f"{whole:,}"


def _days(tenths: int) -> str:
    return "1 person-day" if tenths == TENTHS else f"{_number(tenths)} person-days"
