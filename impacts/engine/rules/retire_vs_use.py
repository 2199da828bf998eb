"""retire-vs-use (conflict): one request takes away what another builds on.

Takes away: retires or replaces a touchpoint; retires or replaces a system; retires a data domain.
Builds on: introduces or changes the touchpoint; introduces, changes or uses the system, or masters, creates, changes
or reads any data in it; masters, creates, changes or reads the domain. A request that itself takes the thing away does
not build on it, and a request is never held against itself.

Fires when the use does not end well before the thing goes. With both go-lives known, the use must begin on or after
the day LIFE_DAYS (365) before the thing goes: what goes live on that day or later serves for a year at most, or finds
nothing left. Earlier uses have had their time and do not fire. When either go-live is unknown it fires, as nothing
speaks against it. It does not fire where the thing is replaced, not retired, and the user says that it needs the
replacing request first: then it means the new one.

One finding for each thing and each request that takes it away, naming all who build on it, so that a system used by
sixty gives one finding and not sixty; who builds on it is what a dismissal rests on.

Serious when the thing is retired (or a touchpoint is replaced) and somebody who builds on it goes live on or after the
day it goes. Look when dates are unknown, when it is earlier, or when a system is replaced (users may move along);
one step more when everyone concerned is approved.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from impacts.engine.facts import EngineSettings, Evidence, FindingKind, FoundFinding, RequestFacts, Severity
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.rules.common import involves, name_of, raised, request_keys, silo_name, silos_of, weight

CODE = "retire-vs-use"
KIND: FindingKind = "conflict"
SEVERITY: Severity = "serious"
REASON = "One request takes away what another builds on."

LIFE_DAYS = 365
_KINDS = ("touchpoint", "system", "domain")


def find(
    portfolio: PortfolioIndex, settings: EngineSettings, today: date, about: frozenset[int] | None = None
) -> list[FoundFinding]:
    """All findings, or those that involve one of `about`."""
    found = []
    for kind in _KINDS:
        for thing in portfolio.things(kind, about):
            carriers = [portfolio.requests[request] for request in portfolio.carriers(kind, thing)]
            ends = {request.id: end for request in carriers if (end := _end(request, kind, thing))}
            if not ends:
                continue
            uses = [
                (request, use) for request in carriers if request.id not in ends and (use := _use(request, kind, thing))
            ]
            for taker in (request for request in carriers if request.id in ends):
                hit = [(user, use) for user, use in uses if _collides(taker, ends[taker.id], user)]
                if hit and involves([taker.id, *(user.id for user, _ in hit)], about):
                    found.append(_finding(portfolio, kind, thing, taker, ends[taker.id], hit))
    return found


def _end(request: RequestFacts, kind: str, thing: int) -> str:
    """'retires' or 'replaces' when the request takes the thing away, else ''."""
    ends = {effect for effect in _effects(request, kind, thing) if effect in ("retires", "replaces")}
    return "retires" if "retires" in ends else "replaces" if ends else ""


def _use(request: RequestFacts, kind: str, thing: int) -> str:
    """What the request does with the thing, in one word; '' when it does not build on it."""
    words = {"masters": "masters", "introduces": "introduces", "changes": "changes", "creates": "writes to"}
    words.update({"reads": "reads", "uses": "uses", "holds data in": "keeps data in"})
    effects = set(_effects(request, kind, thing))
    if kind == "system" and any(use.system == thing and use.mode != "retires" for use in request.data_uses):
        effects.add("holds data in")
    return next((word for effect, word in words.items() if effect in effects), "")


def _effects(request: RequestFacts, kind: str, thing: int) -> Iterator[str]:
    if kind == "touchpoint":
        yield from (impact.effect for impact in request.impacts if impact.touchpoint == thing)
    elif kind == "system":
        yield from (use.effect for use in request.system_uses if use.system == thing)
    else:
        yield from (use.mode for use in request.data_uses if use.domain == thing)


def _collides(taker: RequestFacts, end: str, user: RequestFacts) -> bool:
    if end == "replaces" and taker.id in user.needs:
        return False
    if taker.go_live is None or user.go_live is None:
        return True
    return user.go_live > taker.go_live - timedelta(days=LIFE_DAYS) or user.go_live >= taker.go_live


def _severity(taker: RequestFacts, end: str, kind: str, users: list[RequestFacts]) -> Severity:
    gone = any(
        taker.go_live is not None and user.go_live is not None and user.go_live >= taker.go_live for user in users
    )
    severity: Severity = "serious" if gone and not (kind == "system" and end == "replaces") else "look"
    return raised(severity, [taker, *users])


def _when(taker: RequestFacts, user: RequestFacts) -> str:
    if taker.go_live is None or user.go_live is None:
        return "a go-live date is missing, so the order is not known"
    days = (taker.go_live - user.go_live).days
    if days > 0:
        return f"{days} days before it goes" if days > 1 else "the day before it goes"
    return (
        f"{-days} days after it is gone"
        if days < -1
        else "the day it goes"
        if days == 0
        else "the day after it is gone"
    )


def _finding(
    portfolio: PortfolioIndex, kind: str, thing: int, taker: RequestFacts, end: str, hit: list[tuple[RequestFacts, str]]
) -> FoundFinding:
    register, name = portfolio.register, name_of(portfolio.register, kind, thing)
    users = [user for user, _ in hit]
    day = f" on {taker.go_live:%-d %B %Y}" if taker.go_live else ""
    lines = [Evidence(kind, f"{silo_name(register, taker)} {end} {name}{day}", (taker.id,))]
    for user, use in hit:
        text = f"{silo_name(register, user)} {use} {name}: {_when(taker, user)}"
        lines.append(Evidence("dates", text, (taker.id, user.id)))
    severity = _severity(taker, end, kind, users)
    if len(users) == 1:
        what = f"which {silo_name(register, users[0])} still builds on"
        if users[0].silo == taker.silo:
            what = "which another request of the same silo still builds on"
    else:
        what = f"which {len(users)} requests of {silos_of(register, users)} still build on"
    return FoundFinding(
        rule=CODE,
        kind=KIND,
        severity=severity,
        identity=(CODE, f"{kind}:{thing}", *request_keys(taker.id)),
        requests=tuple(sorted([taker.id, *(user.id for user in users)])),
        title=f"{silo_name(register, taker)} {end} {name}, {what}",
        evidence=tuple(lines),
        score=weight(severity, [taker, *users]),
        material=(end, *(f"request:{user.id} {use}" for user, use in hit)),
    )
