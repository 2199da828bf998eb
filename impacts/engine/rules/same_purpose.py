"""same-purpose (overlap): two requests want the same thing.

Fires when the matcher's score of two different requests is at or above `settings.same_purpose`. The score rests on
their words and on the touchpoints, data domains, systems and segments that both name (matching/score.py); requests of
one silo score less by a quarter, so they need more. It does not fire on tags alone: words or spelling must add at
least MIN_TEXT. Dates do not matter, save that close go-lives add a little. Who filed first does not matter.

Serious: different silos and a score at or above `settings.family`. Note: the same silo below that. Else look.
"""

from datetime import date

from impacts.engine.facts import EngineSettings, FindingKind, FoundFinding, RequestFacts, Severity
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.matching.score import PairScore, request_language
from impacts.engine.matching.text import stems
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
    return [
        _finding(portfolio, settings, pair)
        for pair in portfolio.pairs(about)
        if pair.score >= settings.same_purpose and pair.text >= MIN_TEXT
    ]


def _finding(portfolio: PortfolioIndex, settings: EngineSettings, pair: PairScore) -> FoundFinding:
    first, second = portfolio.requests[pair.first], portfolio.requests[pair.second]
    strong = pair.score >= settings.family
    severity: Severity = "look" if strong else "note"
    if first.silo != second.silo:
        severity = "serious" if strong else "look"
    how = "much the same thing" if strong else "something alike"
    return FoundFinding(
        rule=CODE,
        kind=KIND,
        severity=severity,
        identity=(CODE, *request_keys(pair.first, pair.second)),
        requests=(pair.first, pair.second),
        title=f"{both_silos(portfolio.register, first, second)} ask for {how}",
        evidence=portfolio.explain(pair),
        score=pair.score,
        material=_material(first, second, pair),
    )


def _material(first: RequestFacts, second: RequestFacts, pair: PairScore) -> tuple[str, ...]:
    """What a dismissal rests on: the tags in common, the words that both titles have, and, in fifths, how much of all
    their words the texts share. None of it moves when only other requests change.
    """
    one, other = (set(stems(f"{facts.title}\n{facts.problem}\n{facts.proposal}")) for facts in (first, second))
    in_titles = (set(stems(facts.title, request_language(facts))) for facts in (first, second))
    fifths = int(5 * len(one & other) / max(len(one | other), 1))
    titles = sorted(set.intersection(*in_titles))
    tags = [f"{kind}:{thing}" for (kind, thing), _ in pair.tags]
    return (*tags, *(f"title:{stem}" for stem in titles), f"texts:{fifths}")
