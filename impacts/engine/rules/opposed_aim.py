"""opposed-aim (conflict): two requests push the same measure at the same touchpoint in opposite directions.

Fires for each pair of different requests, each touchpoint and each measure, where one impact has sign +1, an impact of
the other has sign -1, and the two impacts share a segment; an impact without segments is for all customers and shares
every segment. Impacts without a measure or a sign never fire. One request that does both by itself is no finding.
Dates do not matter: what comes second undoes what came first. Look; serious when both are approved.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from impacts.engine.facts import EngineSettings, Evidence, FindingKind, FoundFinding, ImpactFact, RequestFacts, Severity
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.remedy import Remedy, named, remedy, the_one_to_move
from impacts.engine.rules.common import (
    both_silos,
    involves,
    joined,
    name_of,
    pairs_sorted,
    raised,
    request_keys,
    weight,
)

CODE = "opposed-aim"
KIND: FindingKind = "conflict"
SEVERITY: Severity = "look"
REASON = "Two requests push the same measure in opposite directions for the same customers."

Pushes = dict[int, list[ImpactFact]]


def find(
    portfolio: PortfolioIndex, settings: EngineSettings, today: date, about: frozenset[int] | None = None
) -> list[FoundFinding]:
    """All findings, or those that involve one of `about`."""
    found = []
    for touchpoint in portfolio.things("touchpoint", about):
        for measure, (ups, downs) in sorted(_pushes(portfolio, touchpoint).items()):
            clashes: dict[tuple[int, int], list[tuple[ImpactFact, ImpactFact]]] = defaultdict(list)
            for up, down in ((up, down) for up in sorted(ups) for down in sorted(downs)):
                if up == down or not involves((up, down), about):
                    continue
                for raising in ups[up]:
                    for lowering in downs[down]:
                        if _share_segment(raising, lowering):
                            clashes[(up, down)].append((raising, lowering))
            for first, second in pairs_sorted(clashes):
                found.append(_finding(portfolio, touchpoint, measure, (first, second), clashes))
    return found


def _pushes(portfolio: PortfolioIndex, touchpoint: int) -> dict[int, tuple[Pushes, Pushes]]:
    """By measure: who pushes it up, and who down, at this touchpoint."""
    pushes: dict[int, tuple[Pushes, Pushes]] = {}
    for doer in portfolio.doing("touchpoint", touchpoint, ("up", "down")):
        for impact in portfolio.requests[doer.id].impacts:
            if impact.touchpoint == touchpoint and impact.measure is not None and impact.sign:
                ups, downs = pushes.setdefault(impact.measure, ({}, {}))
                (ups if impact.sign > 0 else downs).setdefault(doer.id, []).append(impact)
    return pushes


def _share_segment(one: ImpactFact, other: ImpactFact) -> bool:
    return not one.segments or not other.segments or bool(one.segments & other.segments)


def _shared_segments(one: ImpactFact, other: ImpactFact) -> frozenset[int]:
    """The segments that both reach; empty means all customers."""
    if one.segments and other.segments:
        return one.segments & other.segments
    return one.segments or other.segments


def _finding(
    portfolio: PortfolioIndex,
    touchpoint: int,
    measure: int,
    pair: tuple[int, int],
    clashes: dict[tuple[int, int], list[tuple[ImpactFact, ImpactFact]]],
) -> FoundFinding:
    register, requests = portfolio.register, [portfolio.requests[request] for request in pair]
    place, what = name_of(register, "touchpoint", touchpoint), name_of(register, "measure", measure)
    lines: list[Evidence] = []
    material: list[str] = []
    segments: set[frozenset[int]] = set()
    for up, down in ((pair[0], pair[1]), (pair[1], pair[0])):
        clash = clashes.get((up, down))
        if clash:
            for request, word in ((up, "up"), (down, "down")):
                who = named(register, portfolio.requests[request], requests)
                lines.append(Evidence("measure", f"{who} wants “{what}” {word} at {place}", (request,)))
            material.append(f"request:{up} up, request:{down} down")
            segments.update(_shared_segments(*impacts) for impacts in clash)
    whom = frozenset() if frozenset() in segments else frozenset().union(*segments)
    names = joined(sorted(name_of(register, "segment", segment) for segment in whom)) if whom else "all customers"
    lines.append(Evidence("segment", f"Both are for {names}", pair))
    lines.append(_remedy(portfolio, touchpoint, measure, requests, names))
    severity = raised(SEVERITY, requests)
    return FoundFinding(
        rule=CODE,
        kind=KIND,
        severity=severity,
        identity=(CODE, f"touchpoint:{touchpoint}", f"measure:{measure}", *request_keys(*pair)),
        requests=pair,
        title=f"{both_silos(register, *requests)} push “{what}” in opposite directions at {place}",
        evidence=tuple(lines),
        score=weight(severity, requests),
        material=(*sorted(material), *(f"segment:{segment}" for segment in sorted(whom))),
    )


def _remedy(portfolio: PortfolioIndex, touchpoint: int, measure: int, pair: list[RequestFacts], names: str) -> Remedy:
    register, mover = portfolio.register, the_one_to_move(*pair)
    other = pair[0] if mover is pair[1] else pair[1]
    against = [each for each in other.impacts if each.touchpoint == touchpoint and each.measure == measure]
    impacts: list[ImpactFact] = []
    narrowed = True
    for impact in mover.impacts:
        mine = impact.touchpoint == touchpoint and impact.measure == measure and impact.sign
        hit = [each for each in against if each.sign == -(impact.sign or 0) and _share_segment(impact, each)]
        if mine and hit:
            rest = _rest(impact, hit, register.segments)
            narrowed &= bool(rest)
            impacts.append(replace(impact, segments=rest) if rest else replace(impact, measure=None, sign=None))
        else:
            impacts.append(impact)
    who, what = named(register, mover, pair), name_of(register, "measure", measure)
    place = name_of(register, "touchpoint", touchpoint)
    end = "the two would no longer work against each other."
    text = f"If {who} left {names} out at {place}, {end}"
    if not narrowed:
        text = f"If {who} gave up what it does to “{what}” at {place}, {end}"
    return remedy(text, pair, [replace(mover, impacts=tuple(impacts))])


def _rest(impact: ImpactFact, hit: Iterable[ImpactFact], everyone: Iterable[int]) -> frozenset[int]:
    """The segments that remain to an impact without those that the others reach; none when one of them is for all."""
    theirs = [other.segments for other in hit]
    if not all(theirs):
        return frozenset()
    return (impact.segments or frozenset(everyone)).difference(*theirs)
