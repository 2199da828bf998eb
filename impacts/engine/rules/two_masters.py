"""two-masters (conflict): two requests make different systems master of the same data domain.

Fires for each pair of different requests and each domain of which both "master" with a named system, unless both name
exactly one system and it is the same. A request that does not say in which system is passed over: nothing is known to
differ. One request that names two masters by itself is no finding of this rule. Dates do not matter: two masters one
after the other still are two migrations. Serious.

It ends when both name one and the same system. The remedy is that the one that is not approved, or came later, takes
the system of the other. Where the other names several itself, both keep the first that they share, or the other's
first; if the other alone is approved, the one gives up being master instead.
"""

from dataclasses import replace
from datetime import date
from itertools import combinations

from impacts.engine.facts import EngineSettings, Evidence, FindingKind, FoundFinding, RequestFacts, Severity
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.remedy import Remedy, named, remedy, the_one_to_move
from impacts.engine.rules.common import both_silos, involves, joined, name_of, request_keys, weight

CODE = "two-masters"
KIND: FindingKind = "conflict"
SEVERITY: Severity = "serious"
REASON = "Two requests make different systems the master of the same customer data."


def find(
    portfolio: PortfolioIndex, settings: EngineSettings, today: date, about: frozenset[int] | None = None
) -> list[FoundFinding]:
    """All findings, or those that involve one of `about`."""
    found = []
    for domain in portfolio.things("domain", about):
        masters = {
            doer.id: systems
            for doer in portfolio.doing("domain", domain, ("masters",))
            if (systems := _systems(portfolio.requests[doer.id], domain))
        }
        for first, second in combinations(sorted(masters), 2):
            if involves((first, second), about) and len(masters[first] | masters[second]) > 1:
                found.append(_finding(portfolio, domain, first, second, masters))
    return found


def _systems(request: RequestFacts, domain: int) -> frozenset[int]:
    return frozenset(
        use.system
        for use in request.data_uses
        if use.domain == domain and use.mode == "masters" and use.system is not None
    )


def _finding(
    portfolio: PortfolioIndex, domain: int, first: int, second: int, masters: dict[int, frozenset[int]]
) -> FoundFinding:
    register = portfolio.register
    pair = [portfolio.requests[first], portfolio.requests[second]]
    name = name_of(register, "domain", domain)
    verb = "make different systems master" if pair[0].silo == pair[1].silo else "each make a different system master"
    lines = [
        Evidence(
            "domain",
            f"{named(register, request, pair)} makes "
            f"{joined(sorted(name_of(register, 'system', system) for system in masters[request.id]))} master of {name}",
            (request.id,),
        )
        for request in pair
    ]
    return FoundFinding(
        rule=CODE,
        kind=KIND,
        severity=SEVERITY,
        identity=(CODE, f"domain:{domain}", *request_keys(first, second)),
        requests=(first, second),
        title=f"{both_silos(register, *pair)} {verb} of {name}",
        evidence=(*lines, _remedy(portfolio, domain, pair, masters)),
        score=weight(SEVERITY, pair),
        material=tuple(
            f"request:{request.id} masters in system:{system}"
            for request in pair
            for system in sorted(masters[request.id])
        ),
    )


def _remedy(
    portfolio: PortfolioIndex, domain: int, pair: list[RequestFacts], masters: dict[int, frozenset[int]]
) -> Remedy:
    register = portfolio.register
    mover = the_one_to_move(*pair)
    stays = pair[0] if mover is pair[1] else pair[1]
    name = name_of(register, "domain", domain)
    if stays.committed and not mover.committed and len(masters[stays.id]) > 1:
        text = (
            f"If {named(register, mover, pair)} made no system master of {name}, the two would not be at odds over it."
        )
        rest = tuple(use for use in mover.data_uses if (use.domain, use.mode) != (domain, "masters"))
        return remedy(text, pair, [replace(mover, data_uses=rest)])
    system = min(masters[mover.id] & masters[stays.id] or masters[stays.id])
    movers = [request for request in (mover, stays) if masters[request.id] != {system}]
    who = joined(named(register, request, pair) for request in movers)
    only = "only " if any(len(masters[request.id]) > 1 for request in movers) else ""
    as_other = next((f", as {named(register, other, pair)} does" for other in pair if other not in movers), "")
    what = f"{only}{name_of(register, 'system', system)} master of {name}"
    text = f"If {who} made {what}{as_other}, it would have one master."
    return remedy(text, pair, [_with_master(request, domain, system) for request in movers])


def _with_master(request: RequestFacts, domain: int, system: int) -> RequestFacts:
    """The request with this system as the only master that it names for the domain."""
    uses = (
        replace(use, system=system) if use.domain == domain and use.mode == "masters" and use.system else use
        for use in request.data_uses
    )
    return replace(request, data_uses=tuple(dict.fromkeys(uses)))
