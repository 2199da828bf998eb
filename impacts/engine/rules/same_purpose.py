"""same-purpose (overlap): two requests want the same thing.

Fires when the matcher's score of two different requests is at or above `settings.same_purpose`. The score rests on
their words and on the touchpoints, data domains, systems and segments that both name (matching/score.py); requests of
one silo score less by a quarter, so they need more. It does not fire on tags alone: words or spelling must add at
least MIN_TEXT. Dates do not matter, save that close go-lives add a little. Who filed first does not matter.

Of a crowd of requests that are all alike not every pair is reported, but the `settings.most_overlaps` best of each
request (by score, then by the other's id). A pair is reported when it is among those of one of the two at least: so
each request is shown with its nearest, a thousand requests of one text bring twenty-five thousand findings and not
half a million, and it does not matter which of the two asks.

Serious: different silos and a score at or above `settings.family`. Note: the same silo below that. Else look.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import partial

from impacts.engine.facts import EngineSettings, FindingKind, FoundFinding, LateEvidence, Severity
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.matching.score import PairScore
from impacts.engine.rules.common import both_silos, request_keys

CODE = "same-purpose"
KIND: FindingKind = "overlap"
SEVERITY: Severity = "look"
REASON = "Two requests want the same thing: one may serve both."

MIN_TEXT = 0.05


def find(
    portfolio: PortfolioIndex, settings: EngineSettings, today: date, about: frozenset[int] | None = None
) -> list[FoundFinding]:
    """All pairs at or above the threshold; `about` limits it to pairs with one of these requests."""
    pairs = _at_threshold(portfolio, settings, about)
    best = _best_of_each(pairs, settings.most_overlaps, about)
    if about is not None:
        # The others' own best decide over pairs that are not among the best of who is asked about.
        others = frozenset(request for pair in pairs if _ids(pair) not in best for request in _ids(pair)) - about
        best |= _best_of_each(_at_threshold(portfolio, settings, others), settings.most_overlaps, others)
    return findings_of(portfolio, settings, [pair for pair in pairs if _ids(pair) in best])


def _at_threshold(portfolio: PortfolioIndex, settings: EngineSettings, about: frozenset[int] | None) -> list[PairScore]:
    return [pair for pair in portfolio.pairs(about, settings.same_purpose) if pair.text >= MIN_TEXT]


def _best_of_each(pairs: list[PairScore], count: int, whose: frozenset[int] | None) -> set[tuple[int, int]]:
    """The pairs that are among the `count` best of one of their two requests; `whose` limits whose best count."""
    near: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for pair in pairs:
        near[pair.first].append((-pair.score, pair.second))
        near[pair.second].append((-pair.score, pair.first))
    return {
        (min(request, other), max(request, other))
        for request, others in near.items()
        if whose is None or request in whose
        for _, other in (sorted(others)[:count] if len(others) > count else others)
    }


def _ids(pair: PairScore) -> tuple[int, int]:
    return pair.first, pair.second


def firing(pairs: list[PairScore], settings: EngineSettings) -> list[PairScore]:
    """Of all pairs of a portfolio (scored from the threshold or from below it) those that are findings."""
    near = [pair for pair in pairs if pair.score >= settings.same_purpose and pair.text >= MIN_TEXT]
    best = _best_of_each(near, settings.most_overlaps, None)
    return [pair for pair in near if _ids(pair) in best]


def severity_of(score: float, same_silo: bool, settings: EngineSettings) -> Severity:
    """How severe an overlap with this score is."""
    if same_silo:
        return "look" if score >= settings.family else "note"
    return "serious" if score >= settings.family else "look"


def identity_of(pair: PairScore) -> tuple[str, ...]:
    """The identity of the finding about a pair."""
    return (CODE, *request_keys(pair.first, pair.second))


def findings_of(portfolio: PortfolioIndex, settings: EngineSettings, pairs: Sequence[PairScore]) -> list[FoundFinding]:
    """The findings about some pairs, with their evidence."""
    rests = zip(pairs, portfolio.common_stems(pairs), strict=True)
    return [_finding_of(portfolio, settings, pair, _material(pair, *common)) for pair, common in rests]


def finding_of(portfolio: PortfolioIndex, settings: EngineSettings, pair: PairScore) -> FoundFinding:
    """The finding about one pair."""
    return findings_of(portfolio, settings, [pair])[0]


def _finding_of(
    portfolio: PortfolioIndex, settings: EngineSettings, pair: PairScore, material: tuple[str, ...]
) -> FoundFinding:
    first, second = portfolio.requests[pair.first], portfolio.requests[pair.second]
    strong = pair.score >= settings.family
    how = "much the same thing" if strong else "something alike"
    return FoundFinding(
        rule=CODE,
        kind=KIND,
        severity=severity_of(pair.score, first.silo == second.silo, settings),
        identity=identity_of(pair),
        requests=(pair.first, pair.second),
        title=f"{both_silos(portfolio.register, first, second)} ask for {how}",
        evidence=LateEvidence(partial(portfolio.explain, pair)),
        score=pair.score,
        material=material,
    )


def _material(pair: PairScore, titles: list[str], shared: float) -> tuple[str, ...]:
    """What a dismissal rests on: the tags in common, the words that both titles have, and, in fifths, how much of all
    their words the texts share. None of it moves when only other requests change.
    """
    tags = [f"{kind}:{thing}" for (kind, thing), _ in pair.tags]
    return (*tags, *(f"title:{stem}" for stem in titles), f"texts:{int(5 * shared)}")
