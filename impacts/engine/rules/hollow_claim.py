"""hollow-claim (gap): what a request says of itself does not go with what it touches.

Two cases. Says customers: it is customer-facing, and names no touchpoint that it introduces, changes, replaces or
retires, and plans no contact. Says nobody: it is internal, and names a touchpoint or plans a contact with customers,
whether better, worse or neutral for them.

It does not fire for regulatory requests, which may do either, nor where nobody said whom it is for. A heads-up is
spared the first case, as nobody has asked it for touchpoints; it is not spared the second, for that it said itself.
Segments, data and systems without a touchpoint or a contact are no touch: customers do not notice them.

One finding for each request, whichever case, and its identity names it alone. A dismissal rests on what it says and
on the touchpoints and segments that it touches.

Says nobody: look, for the customers are not prepared for it. Says customers: note. One step more when the request is
approved.
"""

from dataclasses import replace
from datetime import date

from impacts.engine.facts import EngineSettings, Evidence, FindingKind, FoundFinding, RequestFacts, Severity
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.remedy import remedy
from impacts.engine.rules.common import chosen, joined, name_of, raised, request_keys, silo_name, weight

CODE = "hollow-claim"
KIND: FindingKind = "gap"
SEVERITY: Severity = "note"
REASON = "A request says customer-facing and touches no customer, or says internal and touches one."


def find(
    portfolio: PortfolioIndex, settings: EngineSettings, today: date, about: frozenset[int] | None = None
) -> list[FoundFinding]:
    """All findings, or those of one of `about`."""
    found = []
    for request in chosen(portfolio, about):
        touches = bool(request.impacts or request.contacts)
        if request.kind == "internal" and touches:
            found.append(_says_nobody(portfolio, request))
        elif request.kind == "customer_facing" and not touches and not request.heads_up:
            found.append(_says_customers(portfolio, request))
    return found


def _says_nobody(portfolio: PortfolioIndex, request: RequestFacts) -> FoundFinding:
    register, silo = portfolio.register, silo_name(portfolio.register, request)
    places = sorted({impact.touchpoint for impact in request.impacts})
    segments = sorted({contact.segment for contact in request.contacts})
    lines = [Evidence("kind", f"{silo} says that only staff notice it", (request.id,))]
    if places:
        names = joined(sorted(name_of(register, "touchpoint", place) for place in places))
        lines.append(Evidence("touchpoint", f"It names where customers notice it: {names}", (request.id,)))
    if segments:
        names = joined(sorted(name_of(register, "segment", segment) for segment in segments))
        lines.append(Evidence("contacts", f"It plans to contact customers: {names}", (request.id,)))
    text = f"If {silo} called it customer-facing, or took these touches off it, the two would agree."
    return _finding(
        request,
        "look",
        f"{silo} calls internal what customers will notice",
        [*lines, remedy(text, [request], [replace(request, kind="customer_facing")])],
        (
            "it says internal",
            *(f"touchpoint:{place} is touched" for place in places),
            *(f"segment:{segment} is contacted" for segment in segments),
        ),
    )


def _says_customers(portfolio: PortfolioIndex, request: RequestFacts) -> FoundFinding:
    silo = silo_name(portfolio.register, request)
    text = f"If {silo} named where customers notice it, or called it internal, the two would agree."
    lines = [
        Evidence("kind", f"{silo} says that customers notice it", (request.id,)),
        Evidence("touchpoint", "It names no touchpoint and plans no contact", (request.id,)),
        remedy(text, [request], [replace(request, kind="internal")]),
    ]
    title = f"{silo} says that customers notice it and does not say where"
    return _finding(request, SEVERITY, title, lines, ("it says customer-facing and touches nothing",))


def _finding(
    request: RequestFacts, severity: Severity, title: str, lines: list[Evidence], material: tuple[str, ...]
) -> FoundFinding:
    severity = raised(severity, [request])
    return FoundFinding(
        rule=CODE,
        kind=KIND,
        severity=severity,
        identity=(CODE, *request_keys(request.id)),
        requests=(request.id,),
        title=title,
        evidence=tuple(lines),
        score=weight(severity, [request]),
        material=material,
    )
