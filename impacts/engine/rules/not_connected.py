"""not-connected (gap): requests serve the same touchpoint from systems whose data nothing joins.

A request serves a touchpoint that it introduces, changes or replaces (not one that it retires). It does so from the
systems that it names, in a use of data or by themselves, unless it retires them there; only systems of which the
register knows an identifying attribute count. Systems are joined by attributes, directly or through other systems,
and so fall into islands (engine/joins.py says why a way round about counts). An attribute of low quality joins nothing.

Fires for a touchpoint when two requests serve it and no system of the one lies on an island of a system of the other. A
request without a system that counts is passed over: nothing is known to differ. One request that spans two islands by
itself is no finding, and two that share one island are none, even if one of them also works on another. Dates do not
matter: the customer meets both in the end.

One finding for each touchpoint, naming all who serve it beside somebody they are not joined with, so that three islands
and forty requests give one finding; the identity names the touchpoint. A dismissal rests on the systems from which they
serve it.

The remedy is one attribute in one system, and joins the islands that most and fewest of the requests work from. Where
both have the same attribute, of low quality in one, it is to be made reliable there. Else a system of the smaller is to
keep the attribute that most systems of the larger have. With more islands the line says how many are left.

Look; note when attributes of low quality do join all of them. One step more when approved requests alone are not
connected.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from itertools import combinations

from impacts.engine.facts import (
    EngineSettings,
    Evidence,
    FindingKind,
    FoundFinding,
    HoldingFact,
    KeyFact,
    RequestFacts,
    Severity,
)
from impacts.engine.joins import Joins, joins_of
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.remedy import Remedy, remedy
from impacts.engine.rules.common import involves, joined, name_of, silos_of, weight

CODE = "not-connected"
KIND: FindingKind = "gap"
SEVERITY: Severity = "look"
REASON = "Requests serve customers at the same place from systems that cannot find the same customer."

_SERVES = ("introduces", "changes", "replaces")

Systems = dict[int, frozenset[int]]
"""By request the systems from which it serves a touchpoint."""


def find(
    portfolio: PortfolioIndex, settings: EngineSettings, today: date, about: frozenset[int] | None = None
) -> list[FoundFinding]:
    """All findings, or those that involve one of `about`."""
    joins = joins_of(portfolio.register.holdings)
    if len(set(joins.firm.values())) < 2:
        return []
    found = []
    for touchpoint in portfolio.things("touchpoint", about):
        served = _served(portfolio, touchpoint, joins)
        apart = _apart(served, joins.firm)
        if apart and involves(apart, about):
            found.append(_finding(portfolio, touchpoint, {each: served[each] for each in apart}, joins))
    return found


def _served(portfolio: PortfolioIndex, touchpoint: int, joins: Joins) -> Systems:
    served: Systems = {}
    for doer in portfolio.doing("touchpoint", touchpoint, _SERVES):
        systems = frozenset(_systems(portfolio.requests[doer.id]) & joins.attributes.keys())
        if systems:
            served[doer.id] = systems
    return served


def _systems(request: RequestFacts) -> set[int]:
    named = {use.system for use in request.data_uses if use.system is not None and use.mode != "retires"}
    named |= {use.system for use in request.system_uses}
    return named - {use.system for use in request.system_uses if use.effect == "retires"}


def _apart(served: Systems, island: Mapping[int, int]) -> list[int]:
    """The requests of which some other shares no island with them, ascending."""
    groups: dict[frozenset[int], list[int]] = defaultdict(list)
    for request, systems in served.items():
        groups[frozenset(island[system] for system in systems)].append(request)
    alone = {each for pair in combinations(groups, 2) if pair[0].isdisjoint(pair[1]) for each in pair}
    return sorted(request for group in alone for request in groups[group])


def _finding(portfolio: PortfolioIndex, touchpoint: int, served: Systems, joins: Joins) -> FoundFinding:
    register, requests = portfolio.register, [portfolio.requests[request] for request in sorted(served)]
    groups = _groups(served, joins)
    severity: Severity = SEVERITY if _apart(served, joins.weak) else "note"
    if _apart({each: systems for each, systems in served.items() if portfolio.requests[each].committed}, joins.firm):
        severity = "serious" if severity == SEVERITY else SEVERITY
    ends = joined(sorted(name_of(register, "system", _first(systems)) for _, systems in groups))
    return FoundFinding(
        rule=CODE,
        kind=KIND,
        severity=severity,
        identity=(CODE, f"touchpoint:{touchpoint}"),
        requests=tuple(sorted(served)),
        title=f"{name_of(register, 'touchpoint', touchpoint)} is served from {ends}, whose data nothing joins",
        evidence=(*(_line(portfolio, *group, joins) for group in groups), _remedy(portfolio, groups, joins, requests)),
        score=weight(severity, requests),
        material=tuple(
            f"request:{request} from system:{system}"
            for request, systems in sorted(served.items())
            for system in sorted(systems)
        ),
    )


Group = tuple[list[int], dict[int, int]]
"""The requests that serve from one island, and how many of them use each of its systems."""


def _groups(served: Systems, joins: Joins) -> list[Group]:
    """Each island with who serves from it: the one with most requests first, then by island."""
    groups: dict[int, Group] = {}
    for request in sorted(served):
        for system in sorted(served[request]):
            requests, uses = groups.setdefault(joins.firm[system], ([], defaultdict(int)))
            if request not in requests:
                requests.append(request)
            uses[system] += 1
    return [groups[island] for island in sorted(groups, key=lambda island: (-len(groups[island][0]), island))]


def _first(uses: Mapping[int, int]) -> int:
    """The system of an island that most of its requests use."""
    return min(uses, key=lambda system: (-uses[system], system))


def _line(portfolio: PortfolioIndex, requests: list[int], uses: Mapping[int, int], joins: Joins) -> Evidence:
    register = portfolio.register
    systems = sorted(uses, key=lambda system: (-uses[system], system))
    names = joined(name_of(register, "system", system) for system in systems)
    known = _attribute_names(portfolio, {each for system in systems for each in joins.attributes[system]})
    silos = silos_of(register, (portfolio.requests[request] for request in requests))
    verb = "knows" if len(systems) == 1 else "know"
    number = "" if len(requests) == 1 else f" ({len(requests)} requests)"
    return Evidence("system", f"{silos}{number}: from {names}, which {verb} customers by {known}", tuple(requests))


def _attribute_names(portfolio: PortfolioIndex, attributes: Iterable[int]) -> str:
    return joined(sorted(name_of(portfolio.register, "attribute", each).lower() for each in attributes))


def _remedy(portfolio: PortfolioIndex, groups: list[Group], joins: Joins, members: list[RequestFacts]) -> Remedy:
    """One attribute that would join the island with fewest requests to that with most."""
    register, most, least = portfolio.register, _first(groups[0][1]), _first(groups[-1][1])
    mainland, island = joins.members(joins.firm[most]), joins.members(joins.firm[least])
    ends = " and ".join(sorted(name_of(register, "system", system) for system in (most, least)))
    keepers: dict[int, list[int]] = defaultdict(list)
    for system in mainland:
        for attribute, good in joins.attributes[system].items():
            if good:
                keepers[attribute].append(system)
    if doubtful := _doubtful(mainland, island, joins) or _doubtful(island, mainland, joins):
        system, attribute = doubtful
        place, holdings = name_of(register, "system", system), _with_key(register.holdings, system, attribute)
        what = f"the {_attribute_names(portfolio, [attribute])} in {place} could be relied on"
    elif keepers:
        best = min(keepers, key=lambda attribute: (-len(keepers[attribute]), attribute))
        as_in = joined([name_of(register, "system", keeper) for keeper in keepers[best]], shown=3)
        what = f"{name_of(register, 'system', least)} also kept the {_attribute_names(portfolio, [best])}, as {as_in} "
        what += "does" if len(keepers[best]) == 1 else "do"
        holdings = _with_key(register.holdings, least, best)
    else:
        holdings = ()  # which attribute, nobody knows
        what = "both kept one attribute, such as a customer number"
    more = "" if len(groups) == 2 else f" Up to {len(groups) - 2} more to join would be left."
    return replace(remedy(f"If {what}, {ends} would find the same customer.{more}", members), holdings=holdings)


def _with_key(holdings: Iterable[HoldingFact], system: int, attribute: int) -> tuple[HoldingFact, ...]:
    """The holdings with an attribute that can be relied on in all that this system holds."""
    return tuple(
        replace(
            each,
            keys=(*(key for key in each.keys if key.attribute != attribute), KeyFact(attribute, "high")),
        )
        if each.system == system
        else each
        for each in holdings
    )


def _doubtful(firm: list[int], loose: list[int], joins: Joins) -> tuple[int, int] | None:
    """The first system of `loose`, with its attribute of low quality, that a system of `firm` has in a better one."""
    good = {attribute for system in firm for attribute, sure in joins.attributes[system].items() if sure}
    pairs = (
        (each, attribute) for each in loose for attribute, sure in sorted(joins.attributes[each].items()) if not sure
    )
    return next((pair for pair in pairs if pair[1] in good), None)
