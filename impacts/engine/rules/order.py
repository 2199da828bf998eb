"""order (conflict): a request needs what another delivers and starts too early, or needs run in a circle.

Too early: request A needs request B first, B's go-live is known, and it is strictly later than A's start; where A's
start is unknown, strictly later than A's go-live. On the same day is in time. Without those dates it does not fire. A
need of a request that is not in the portfolio (delivered, withdrawn) or of itself is passed over here. Look; serious
when A is approved and B is not, or when both are.

Circle: requests that need each other round about (a strongly connected component of two or more), or a request that
needs itself: one finding for each circle. Serious, for none of them can start.

What comes too early ends when the needing request starts (or goes live) no earlier than what it needs goes live; where
it alone is approved and has not begun, when the needed one is there by then. A circle ends when the fewest needs that
leave none are given up, of requests that are not approved if that is enough.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import combinations

import networkx as nx

from impacts.engine.facts import EngineSettings, Evidence, FindingKind, FoundFinding, RequestFacts, Severity
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.remedy import Remedy, named, on, remedy
from impacts.engine.rules.common import involves, joined, request_keys, silo_name, silos_of, weight

CODE = "order"
KIND: FindingKind = "conflict"
SEVERITY: Severity = "look"
REASON = "A request needs another that comes too late for it, or needs run in a circle."

MOST_NEEDS, MOST_TRIED = 60, 2_000
"""Needs in a circle, and sets of them, that are tried to open it; circles as people make them take a handful."""


def find(
    portfolio: PortfolioIndex, settings: EngineSettings, today: date, about: frozenset[int] | None = None
) -> list[FoundFinding]:
    """All findings, or those that involve one of `about`."""
    found = []
    for needing, needed in _needs(portfolio, about):
        begins = _begins(portfolio.requests[needing])
        delivered = portfolio.requests[needed].go_live
        if needing != needed and begins is not None and delivered is not None and delivered > begins:
            found.append(_too_early(portfolio, (needing, begins), (needed, delivered), today))
    return found + [_circle(portfolio, circle) for circle in _circles(portfolio, about)]


def _needs(portfolio: PortfolioIndex, about: frozenset[int] | None) -> list[tuple[int, int]]:
    """(needing, needed) of all live requests, or where either is in `about`."""
    pairs: set[tuple[int, int]] = set()
    for request in portfolio.requests if about is None else about & portfolio.requests.keys():
        pairs.update((request, needed) for needed in portfolio.requests[request].needs if needed in portfolio.requests)
        if about is not None:
            pairs.update((needing, request) for needing in portfolio.needed_by(request))
    return sorted(pairs)


def _begins(request: RequestFacts) -> date | None:
    return request.start if request.start is not None else request.go_live


def _too_early(portfolio: PortfolioIndex, early: tuple[int, date], late: tuple[int, date], today: date) -> FoundFinding:
    register, begins, delivered = portfolio.register, early[1], late[1]
    needing, needed = portfolio.requests[early[0]], portfolio.requests[late[0]]
    verb = "starts" if needing.start is not None else "goes live"
    severity: Severity = "serious" if needing.committed else SEVERITY
    who = "another of its own requests" if needing.silo == needed.silo else silo_name(register, needed)
    days = (delivered - begins).days
    length = "a day" if days == 1 else f"{days} days"
    pair, both = [needing, needed], (needing.id, needed.id)
    return FoundFinding(
        rule=CODE,
        kind=KIND,
        severity=severity,
        identity=(CODE, "early", f"request:{needing.id}", f"request:{needed.id}"),
        requests=tuple(sorted((needing.id, needed.id))),
        title=f"{silo_name(register, needing)} {verb} {length} before {who} delivers what it needs",
        evidence=(
            Evidence("dates", f"{named(register, needing, pair)} {verb} on {on(begins)}", (needing.id,)),
            Evidence("dates", f"What it needs, of {named(register, needed, pair)}, goes live on {on(delivered)}", both),
            _in_time(portfolio, (needing, begins), (needed, delivered), today),
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
            f"A request of {named(register, portfolio.requests[needing], requests)} needs one of "
            f"{named(register, portfolio.requests[needed], requests)} first",
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
        evidence=(*lines, _opened(portfolio, requests)),
        score=weight("serious", requests),
        material=tuple(
            f"request:{needing} needs request:{needed}"
            for needing in circle
            for needed in sorted(portfolio.requests[needing].needs & inside)
        ),
    )


def _in_time(
    portfolio: PortfolioIndex, early: tuple[RequestFacts, date], late: tuple[RequestFacts, date], today: date
) -> Remedy:
    (needing, begins), (needed, delivered) = early, late
    register, pair = portfolio.register, [needing, needed]
    who, whom = named(register, needing, pair), named(register, needed, pair)
    in_time = "what it needs would be there in time."
    if needing.committed and not needed.committed and begins >= today:
        text = f"If {whom} went live by {on(begins)} instead of {on(delivered)}, {in_time}"
        return remedy(text, pair, [replace(needed, go_live=begins)])
    live = needing.go_live if needing.go_live is None else max(needing.go_live, delivered)
    if needing.start is None:
        text = f"If {who} went live on {on(delivered)} or later instead of {on(begins)}, {in_time}"
        return remedy(text, pair, [replace(needing, go_live=delivered)])
    follows = " Its go-live would have to follow." if live != needing.go_live else ""
    text = f"If {who} started on {on(delivered)} or later instead of {on(begins)}, {in_time}{follows}"
    return remedy(text, pair, [replace(needing, start=delivered, go_live=live)])


def _opened(portfolio: PortfolioIndex, circle: list[RequestFacts]) -> Remedy:
    register, by_id = portfolio.register, {request.id: request for request in circle}
    given_up = fewest_needs(circle)
    if not given_up:
        return remedy("No small change ends this: too many needs run in circles.", circle)
    needs = []
    for needing, needed in given_up:
        what = "itself" if needing == needed else f"what {named(register, by_id[needed], circle)} delivers"
        needs.append(f"{named(register, by_id[needing], circle)} did not need {what}")
    changed = [
        replace(request, needs=request.needs - {needed for needing, needed in given_up if needing == request.id})
        for request in circle
    ]
    return remedy(
        f"If {joined(needs)}, nobody would wait in a circle.", circle, [c for c in changed if c not in circle]
    )


def fewest_needs(circle: Iterable[RequestFacts]) -> list[tuple[int, int]]:
    """The fewest needs (needing, needed) among these requests without which none of them waits in a circle; of equally
    few, those with the fewest of approved requests, then of the latest filed. Empty when there are more than MOST_NEEDS
    or it takes more than MOST_TRIED attempts to know.
    """
    requests = {request.id: request for request in circle}
    edges = [(a, b) for a in sorted(requests, reverse=True) for b in sorted(requests[a].needs & requests.keys())]
    must = [edge for edge in edges if edge[0] == edge[1]]
    free = sorted((edge for edge in edges if edge not in must), key=lambda edge: requests[edge[0]].committed)
    tried = 0
    for size in range(len(free) + 1 if len(edges) <= MOST_NEEDS else 0):
        found = []
        for chosen in combinations(free, size):
            tried += 1
            if tried > MOST_TRIED:
                return []
            graph = nx.DiGraph([edge for edge in free if edge not in chosen])
            if nx.is_directed_acyclic_graph(graph):
                found.append(chosen)
        if found:
            best = min(found, key=lambda chosen: sum(requests[needing].committed for needing, _ in chosen))
            return [*must, *best]
    return []
