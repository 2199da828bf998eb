"""What other settings would change: which findings would appear and vanish, without a scan being stored.

Only rules that the settings make differ are run, and of same-purpose each pair is scored once, at the lower of the two
thresholds; evidence is written for the examples alone. A finding is the same under both when its identity is.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Final

from impacts.engine.facts import EngineSettings, FoundFinding, Severity
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.rules import same_purpose
from impacts.engine.rules.registry import RULES
from impacts.engine.tuning import rules_between

EXAMPLES: Final = 20
_GRAVITY: dict[Severity, int] = {"serious": 0, "look": 1, "note": 2}

Identity = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A finding under one of the settings: enough to count it, and the way to write it out."""

    rule: str
    severity: Severity
    score: float
    identity: Identity
    write: Callable[[], FoundFinding]


@dataclass(frozen=True, slots=True)
class Part:
    """Findings that share a fate: how many by rule and severity, their identities, the gravest written out."""

    counts: tuple[tuple[str, Severity, int], ...] = ()
    identities: tuple[Identity, ...] = ()
    examples: tuple[FoundFinding, ...] = ()

    @property
    def total(self) -> int:
        """How many findings."""
        return len(self.identities)


@dataclass(frozen=True, slots=True)
class Difference:
    """What would appear, vanish, or stay with another severity (written as it would be)."""

    appear: Part = Part()
    vanish: Part = Part()
    change: Part = Part()


def difference(
    index: PortfolioIndex,
    before: EngineSettings,
    after: EngineSettings,
    today: date,
    sample: frozenset[int] | None = None,
) -> Difference:
    """Findings under `after` against those under `before`. With `sample`, same-purpose is only looked at about these
    requests. While it runs, the index has other settings: nobody else may use it.
    """
    was: dict[Identity, Seen] = {}
    will: dict[Identity, Seen] = {}
    kept, crowding, rules = index.settings, index.crowding_now(), rules_between(before, after)
    try:
        for rule in RULES:
            if rule.code in rules and (rule.code != same_purpose.CODE or sample is not None):
                for settings, found in ((before, was), (after, will)):
                    index.settings = settings
                    about = sample if rule.code == same_purpose.CODE else None
                    if rule.code not in settings.disabled_rules:
                        found |= {each.identity: _seen(each) for each in rule.find(index, settings, today, about)}
        if same_purpose.CODE in rules and sample is None:
            _overlaps(index, before, after, was, will)
        changed = [key for key in will.keys() & was.keys() if will[key].severity != was[key].severity]
        return Difference(
            appear=_part(will[key] for key in will.keys() - was.keys()),
            vanish=_part(was[key] for key in was.keys() - will.keys()),
            change=_part(will[key] for key in changed),
        )
    finally:
        index.settings = kept
        index.put_back(crowding)


def _seen(found: FoundFinding) -> Seen:
    return Seen(found.rule, found.severity, found.score, found.identity, lambda: found)


def _overlaps(
    index: PortfolioIndex,
    before: EngineSettings,
    after: EngineSettings,
    was: dict[Identity, Seen],
    will: dict[Identity, Seen],
) -> None:
    sides = [(each, found) for each, found in ((before, was), (after, will)) if _is_on(each)]
    least = min(settings.same_purpose for settings, _ in sides)
    index.settings = replace(before, same_purpose=least)
    pairs = list(index.pairs(None, least))
    for settings, found in sides:
        for pair in same_purpose.firing(pairs, settings):
            same_silo = index.requests[pair.first].silo == index.requests[pair.second].silo
            severity = same_purpose.severity_of(pair.score, same_silo, settings)
            identity, write = same_purpose.identity_of(pair), partial(same_purpose.finding_of, index, settings, pair)
            found[identity] = Seen(same_purpose.CODE, severity, pair.score, identity, write)


def _is_on(settings: EngineSettings) -> bool:
    return same_purpose.CODE not in settings.disabled_rules


def _part(seen: Iterable[Seen]) -> Part:
    known = sorted(seen, key=lambda each: (_GRAVITY[each.severity], -each.score, each.identity))
    counts = Counter((each.rule, each.severity) for each in known)
    order = {rule.code: at for at, rule in enumerate(RULES)}
    by_rule = sorted(counts.items(), key=lambda item: (order[item[0][0]], _GRAVITY[item[0][1]]))
    return Part(
        counts=tuple((rule, severity, count) for (rule, severity), count in by_rule),
        identities=tuple(each.identity for each in known),
        examples=tuple(_written(each.write()) for each in known[:EXAMPLES]),
    )


def _written(found: FoundFinding) -> FoundFinding:
    """The finding with its evidence in words now, before the index changes again."""
    return replace(found, evidence=tuple(found.evidence))
