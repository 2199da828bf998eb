"""retire-vs-use (conflict): one request takes away what another builds on.

Takes away: retires or replaces a touchpoint; retires or replaces a system; retires a data domain.
Builds on: introduces or changes the touchpoint; introduces, changes or uses the system, or masters, creates, changes
or reads any data in it; masters, creates, changes or reads the domain. A request that itself takes the thing away does
not build on it, and a request is never held against itself.

Fires when the use does not end well before the thing goes: with both go-lives known, when the use goes live fewer than
`settings.life_days` (a year by default) before the thing goes, or on that day or later. Earlier uses have had their
time and do not fire. When either go-live is unknown it fires, as nothing speaks against it. It does not fire where the
thing is replaced, not retired, and the user says that it needs the replacing request first: then it means the new one.

One finding for each thing and each request that takes it away, naming all who build on it, so that a system used by
sixty gives one finding and not sixty; who builds on it is what a dismissal rests on.

Serious when the thing is retired (or a touchpoint is replaced) and somebody who builds on it goes live on or after the
day it goes. Look when dates are unknown, when it is earlier, or when a system is replaced (users may move along);
one step more when everyone concerned is approved.

It ends when nobody concerned builds on it any more. The remedy is the first day on which the thing may go, where all
users have a go-live and the one that takes it away is not approved (or users are as well). Else those who build on a
replaced thing say that they need the replacement first, and those on a retired thing do without.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date

from impacts.engine.facts import EngineSettings, Evidence, FindingKind, FoundFinding, RequestFacts, Severity
from impacts.engine.matching.doers import Doer
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.remedy import Remedy, later, named, on, remedy
from impacts.engine.rules.common import involves, joined, name_of, raised, request_keys, silo_name, silos_of, weight

CODE = "retire-vs-use"
KIND: FindingKind = "conflict"
SEVERITY: Severity = "serious"
REASON = "One request takes away what another builds on."

_KINDS = ("touchpoint", "system", "domain")
_ENDS = ("retires", "replaces")
_USES = {
    "masters": "masters",
    "introduces": "introduces",
    "changes": "changes",
    "creates": "writes to",
    "reads": "reads",
    "uses": "uses",
    "holds data in": "keeps data in",
}
"""What builds on a thing, in one word, the most telling first."""


def find(
    portfolio: PortfolioIndex, settings: EngineSettings, today: date, about: frozenset[int] | None = None
) -> list[FoundFinding]:
    """All findings, or those that involve one of `about`."""
    found = []
    for kind in _KINDS:
        for thing in portfolio.things(kind, about):
            ends = _first_effects(portfolio, kind, thing, _ENDS)
            uses = _first_effects(portfolio, kind, thing, _USES) if ends else {}
            users = [(user, _USES[effect]) for user, effect in uses.items() if user not in ends]
            for taker, end in ends.items():
                waiting = portfolio.needed_by(taker.id) if end == "replaces" else []
                hit = [(user, use) for user, use in users if _collides(taker, user, waiting, settings.life_days)]
                if hit and involves([taker.id, *(user.id for user, _ in hit)], about):
                    last = _remedy(portfolio, (kind, thing), taker, end, [user for user, _ in hit], settings)
                    found.append(_finding(portfolio, kind, thing, taker, end, hit, last))
    return found


def _first_effects(portfolio: PortfolioIndex, kind: str, thing: int, effects: Iterable[str]) -> dict[Doer, str]:
    """Who does any of this to the thing, by id, each with the first of these effects that it has."""
    found: dict[Doer, str] = {}
    for effect in effects:
        for doer in portfolio.doing(kind, thing, (effect,)):
            found.setdefault(doer, effect)
    return dict(sorted(found.items()))


def _collides(taker: Doer, user: Doer, waiting: Collection[int], life_days: int) -> bool:
    """Whether the user builds on what the taker takes away, unless it is among those `waiting` for the new one."""
    if user.id in waiting:
        return False
    if taker.go_live is None or user.go_live is None:
        return True
    return (taker.go_live - user.go_live).days < max(life_days, 1)


def _severity(taker: Doer, end: str, kind: str, users: list[Doer]) -> Severity:
    gone = any(
        taker.go_live is not None and user.go_live is not None and user.go_live >= taker.go_live for user in users
    )
    severity: Severity = "serious" if gone and not (kind == "system" and end == "replaces") else "look"
    return raised(severity, [taker, *users])


def _when(taker: Doer, user: Doer) -> str:
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
    portfolio: PortfolioIndex,
    kind: str,
    thing: int,
    taker: Doer,
    end: str,
    hit: list[tuple[Doer, str]],
    last: Remedy,
) -> FoundFinding:
    register, name = portfolio.register, name_of(portfolio.register, kind, thing)
    users = [user for user, _ in hit]
    day = f" on {taker.go_live:%-d %B %Y}" if taker.go_live else ""
    of_silo = Counter(each.silo for each in (taker, *users))

    def who(doer: Doer) -> str:
        which = f" ({portfolio.requests[doer.id].reference})" if of_silo[doer.silo] > 1 else ""
        return f"{silo_name(register, doer)}{which}"

    lines = [Evidence(kind, f"{who(taker)} {end} {name}{day}", (taker.id,))]
    for user, use in hit:
        text = f"{who(user)} {use} {name}: {_when(taker, user)}"
        lines.append(Evidence("dates", text, (taker.id, user.id)))
    severity = _severity(taker, end, kind, users)
    if len(users) == 1:
        what = f"which {silo_name(register, users[0])} still builds on"
        if users[0].silo == taker.silo:
            what = "which another request of its own still builds on"
    else:
        what = f"which {len(users)} requests of {silos_of(register, users)} still build on"
    return FoundFinding(
        rule=CODE,
        kind=KIND,
        severity=severity,
        identity=(CODE, f"{kind}:{thing}", *request_keys(taker.id)),
        requests=tuple(sorted([taker.id, *(user.id for user in users)])),
        title=f"{silo_name(register, taker)} {end} {name}, {what}",
        evidence=(*lines, last),
        score=weight(severity, [taker, *users]),
        material=(end, *(f"request:{user.id} {use}" for user, use in hit)),
    )


def _remedy(
    portfolio: PortfolioIndex,
    tag: tuple[str, int],
    taker: Doer,
    end: str,
    users: list[Doer],
    settings: EngineSettings,
) -> Remedy:
    register, members = portfolio.register, [taker, *users]
    facts, name = portfolio.requests[taker.id], name_of(register, *tag)
    who = named(register, facts, members)
    used = [user.go_live for user in users if user.go_live is not None]
    free = later(max(used), max(settings.life_days, 1)) if used else date.max
    may_wait = not taker.committed or any(user.committed for user in users)
    if may_wait and len(used) == len(users) and free < date.max:
        instead = f" instead of {on(taker.go_live)}" if taker.go_live else ""
        text = f"If {who} {'retired' if end == 'retires' else 'replaced'} {name} on {on(free)} or later{instead}, "
        days = "one day" if settings.life_days == 1 else f"{settings.life_days} days"
        run = f"every use of it would have run for {days}."
        served = run if settings.life_days else "nothing would build on it then."
        return remedy(text + served, members, [replace(facts, go_live=free)])
    theirs = [portfolio.requests[user.id] for user in users]
    whose = joined(named(register, user, members) for user in theirs)
    if end == "replaces":
        text = f"If {whose} built on what {who} puts in its place, and said that they need that first, it would end."
        return remedy(text, members, [replace(user, needs=user.needs | {taker.id}) for user in theirs])
    text = f"If {whose} did without {name}, nothing would build on it any more."
    return remedy(text, members, [_without(user, *tag) for user in theirs])


def _without(user: RequestFacts, kind: str, thing: int) -> RequestFacts:
    """The request as it would be if it did not touch the thing."""
    if kind == "touchpoint":
        return replace(user, impacts=tuple(impact for impact in user.impacts if impact.touchpoint != thing))
    if kind == "domain":
        return replace(user, data_uses=tuple(use for use in user.data_uses if use.domain != thing))
    return replace(
        user,
        system_uses=tuple(use for use in user.system_uses if use.system != thing),
        data_uses=tuple(replace(use, system=None) if use.system == thing else use for use in user.data_uses),
    )
