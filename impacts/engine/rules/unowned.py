"""unowned (gap): what requests touch has nobody who answers for it.

Fires for each touchpoint, data domain and segment that at least one live request touches and whose entry in the
register has an Accountable with a problem (nobody named, has left, a team and not a person). A segment is touched by an
impact on it and by a contact with it; an impact without segments touches none by name. Things that the register does
not hold are passed over. One finding for each thing, naming all requests that land on it; a new request that lands on
it joins the finding. Look; serious when one of the requests is approved.
"""

from datetime import date
from itertools import groupby

from impacts.engine.facts import EngineSettings, Evidence, FindingKind, FoundFinding, Severity, ThingFact
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.rules.common import silo_name, weight

CODE = "unowned"
KIND: FindingKind = "gap"
SEVERITY: Severity = "look"
REASON = "Requests touch something that nobody answers for."


def find(
    portfolio: PortfolioIndex, settings: EngineSettings, today: date, about: frozenset[int] | None = None
) -> list[FoundFinding]:
    """All findings, or those that involve one of `about`."""
    register = portfolio.register
    found = []
    for kind, entries in (
        ("touchpoint", register.touchpoints),
        ("domain", register.domains),
        ("segment", register.segments),
    ):
        for thing in portfolio.things(kind, about):
            entry = entries.get(thing)
            if entry is not None and entry.accountable.problem:
                found.append(_finding(portfolio, kind, entry))
    return found


def _finding(portfolio: PortfolioIndex, kind: str, entry: ThingFact) -> FoundFinding:
    carriers = portfolio.carriers(kind, entry.id)
    requests = [portfolio.requests[request] for request in carriers]
    severity: Severity = "serious" if any(request.committed for request in requests) else SEVERITY
    lines = [Evidence("person", f"{entry.name}: {entry.accountable.problem}")]
    by_silo = sorted((silo_name(portfolio.register, request), request.id) for request in requests)
    for silo, group in groupby(by_silo, key=lambda pair: pair[0]):
        members = tuple(request for _, request in group)
        number = "one request touches" if len(members) == 1 else f"{len(members)} requests touch"
        lines.append(Evidence(kind, f"{silo}: {number} it", members))
    number = "one request touches" if len(carriers) == 1 else f"{len(carriers)} requests touch"
    return FoundFinding(
        rule=CODE,
        kind=KIND,
        severity=severity,
        identity=(CODE, f"{kind}:{entry.id}"),
        requests=tuple(carriers),
        title=f"Nobody answers for {entry.name}, which {number}",
        evidence=tuple(lines),
        score=weight(severity, requests),
        material=(entry.accountable.problem,),
    )
