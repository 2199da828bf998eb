"""order (conflict): a request needs what another delivers and starts too early, or needs run in a circle.

Too early: request A needs request B first, B's go-live is known, and it is strictly later than A's start; where A's
start is unknown, strictly later than A's go-live. On the same day is in time. Without those dates it does not fire. A
need of a request that is not in the portfolio (delivered, withdrawn) or of itself is passed over here. Look; serious
when A is approved and B is not, or when both are.

Circle: requests that need each other round about (a strongly connected component of two or more), or a request that
needs itself: one finding for each circle. Serious, for none of them can start.
"""

from datetime import date

import networkx as nx

from impacts.engine.facts import EngineSettings, Evidence, FindingKind, FoundFinding, RequestFacts, Severity
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.rules.common import involves, request_keys, silo_name, silos_of, weight

CODE = "order"
KIND: FindingKind = "conflict"
SEVERITY: Severity = "look"
REASON = "A request needs another that comes too late for it, or needs run in a circle."


def find(
    portfolio: PortfolioIndex, settings: EngineSettings, today: date, about: frozenset[int] | None = None
) -> list[FoundFinding]:
    """All findings, or those that involve one of `about`."""
    found = []
    for needing, needed in _needs(portfolio, about):
        begins = _begins(portfolio.requests[needing])
        delivered = portfolio.requests[needed].go_live
        if needing != needed and begins is not None and delivered is not None and delivered > begins:
            found.append(_too_early(portfolio, (needing, begins), (needed, delivered)))
    return found + [_circle(portfolio, circle) for circle in _circles(portfolio, about)]


def _needs(portfolio: PortfolioIndex, about: frozenset[int] | None) -> list[tuple[int, int]]:
    """(needing, needed) of all live requests, or where either is in `about`."""
    pairs: set[tuple[int, int]] = set()
    for request in portfolio.requests if about is None else about & portfolio.requests.keys():
        pairs.update((request, needed) for needed in portfolio.requests[request].needs if needed in portfolio.requests)
        pairs.update((needing, request) for needing in portfolio.needed_by(request))
    return sorted(pairs)


def _begins(request: RequestFacts) -> date | None:
    return request.start if request.start is not None else request.go_live


def _too_early(portfolio: PortfolioIndex, early: tuple[int, date], late: tuple[int, date]) -> FoundFinding:
    register, begins, delivered = portfolio.register, early[1], late[1]
    needing, needed = portfolio.requests[early[0]], portfolio.requests[late[0]]
    verb = "starts" if needing.start is not None else "goes live"
    severity: Severity = "serious" if needing.committed else SEVERITY
    who = "another of its own requests" if needing.silo == needed.silo else silo_name(register, needed)
    days = (delivered - begins).days
    length = "a day" if days == 1 else f"{days} days"
    return FoundFinding(
        rule=CODE,
        kind=KIND,
        severity=severity,
        identity=(CODE, "early", f"request:{needing.id}", f"request:{needed.id}"),
        requests=tuple(sorted((needing.id, needed.id))),
        title=f"{silo_name(register, needing)} {verb} {length} before {who} delivers what it needs",
        evidence=(
            Evidence("dates", f"{silo_name(register, needing)} {verb} on {begins:%-d %B %Y}", (needing.id,)),
            Evidence("dates", f"What it needs goes live on {delivered:%-d %B %Y}", (needing.id, needed.id)),
        ),
        score=weight(severity, [needing, needed]),
        material=(begins.isoformat(), delivered.isoformat()),
    )


def _circles(portfolio: PortfolioIndex, about: frozenset[int] | None) -> list[list[int]]:
    """The strongly connected components that are circles; for `about` only what these requests lead to is walked."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    waiting = sorted(portfolio.requests if about is None else about & portfolio.requests.keys())
    seen = set(waiting)
    while waiting:
        request = waiting.pop()
        for needed in sorted(portfolio.requests[request].needs & portfolio.requests.keys()):
            graph.add_edge(request, needed)
            if needed not in seen:
                seen.add(needed)
                waiting.append(needed)
    circles = [sorted(part) for part in nx.strongly_connected_components(graph)]
    return sorted(
        circle
        for circle in circles
        if (len(circle) > 1 or graph.has_edge(circle[0], circle[0])) and involves(circle, about)
    )


def _circle(portfolio: PortfolioIndex, circle: list[int]) -> FoundFinding:
    register, requests = portfolio.register, [portfolio.requests[request] for request in circle]
    inside = set(circle)
    lines = [
        Evidence(
            "order",
            f"A request of {silo_name(register, portfolio.requests[needing])} needs one of "
            f"{silo_name(register, portfolio.requests[needed])} first",
            tuple(sorted({needing, needed})),
        )
        for needing in circle
        for needed in sorted(portfolio.requests[needing].needs & inside)
    ]
    title = f"{len(circle)} requests of {silos_of(register, requests)} wait for each other in a circle"
    if len(circle) == 1:
        title = f"A request of {silo_name(register, requests[0])} waits for itself"
    return FoundFinding(
        rule=CODE,
        kind=KIND,
        severity="serious",
        identity=(CODE, "circle", *request_keys(*circle)),
        requests=tuple(circle),
        title=title,
        evidence=tuple(lines),
        score=weight("serious", requests),
        material=tuple(
            f"request:{needing} needs request:{needed}"
            for needing in circle
            for needed in sorted(portfolio.requests[needing].needs & inside)
        ),
    )
