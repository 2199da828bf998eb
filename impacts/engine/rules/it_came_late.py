"""it-came-late (gap): IT first heard of a request when the vendor was already chosen.

Fires for each live request of which it is said that IT first heard of it when the vendor was chosen or when the
contract was signed. It does not fire for an idea, at the business case, or where nobody said. Heads-ups are no
exception: who says so of an idea has chosen before asking. Dates, kind and cost do not matter.

One finding for each request, and its identity names it alone. A dismissal rests on when IT heard of it.

Contract signed: look, since money is bound and only its terms are left to speak of. Vendor chosen: note; the choice
can still be looked at. A request that the board has approved is a note in either case: the board knew, and what is left
is to learn from it.
"""

from datetime import date

from impacts.engine.facts import EngineSettings, Evidence, FindingKind, FoundFinding, RequestFacts, Severity
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.remedy import on
from impacts.engine.rules.common import chosen, joined, name_of, request_keys, silo_name, weight

CODE = "it-came-late"
KIND: FindingKind = "gap"
SEVERITY: Severity = "note"
REASON = "IT first heard of a request when the vendor was already chosen."

_LATE = {"vendor_chosen": "the vendor was already chosen", "contract_signed": "the contract was already signed"}


def find(
    portfolio: PortfolioIndex, settings: EngineSettings, today: date, about: frozenset[int] | None = None
) -> list[FoundFinding]:
    """All findings, or those of one of `about`."""
    return [_finding(portfolio, request) for request in chosen(portfolio, about) if request.first_heard in _LATE]


def _finding(portfolio: PortfolioIndex, request: RequestFacts) -> FoundFinding:
    register, when = portfolio.register, _LATE[request.first_heard]
    severity: Severity = "look" if request.first_heard == "contract_signed" and not request.committed else SEVERITY
    lines = [Evidence("first_heard", f"IT first heard of it when {when}", (request.id,))]
    systems = {use.system for use in request.system_uses} | {use.system for use in request.data_uses if use.system}
    if systems:
        names = joined(sorted(name_of(register, "system", system) for system in systems))
        lines.append(Evidence("system", f"It works with {names}", (request.id,)))
    if request.go_live is not None:
        lines.append(Evidence("dates", f"It wants to go live on {on(request.go_live)}", (request.id,)))
    return FoundFinding(
        rule=CODE,
        kind=KIND,
        severity=severity,
        identity=(CODE, *request_keys(request.id)),
        requests=(request.id,),
        title=f"{silo_name(register, request)} told IT when {when}",
        evidence=tuple(lines),
        score=weight(severity, [request]),
        material=(f"IT heard of it when {when}",),
    )
