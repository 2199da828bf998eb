"""The entry to the engine: what the portfolio's requests do to each other.

    index = PortfolioIndex(requests, register, settings)      # built once, kept in memory
    result = scan(index, today)                               # everything
    index.update(changed=[facts], removed=[17])
    result = scan(index, today, about=frozenset({facts.id}))  # only findings that involve these requests
    clusters = scan_clusters(index, ties)                     # ties: (request, request, score) of same-purpose findings

A scan about some requests gives exactly those findings of a full scan that involve one of them. Findings of a removed
request are simply not there any more: the service closes what involves it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from impacts.engine.clusters import Terms, clusters_of
from impacts.engine.facts import FoundCluster, FoundFinding
from impacts.engine.garbage import without_collecting
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.rules import same_purpose
from impacts.engine.rules.registry import RULES

Tie = tuple[int, int, float]


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What a scan found, in a fixed order. `clusters` is over the whole portfolio after a full scan and None after a
    scan about some requests: take `scan_clusters` with the stored ties and the new ones then.
    """

    findings: tuple[FoundFinding, ...]
    clusters: tuple[FoundCluster, ...] | None


def scan(index: PortfolioIndex, today: date, about: frozenset[int] | None = None) -> ScanResult:
    """Findings of all rules that the settings do not disable (and clusters, when `about` is None)."""
    findings = scan_findings(index, today, about)
    if about is not None:
        return ScanResult(findings, None)
    return ScanResult(findings, scan_clusters(index, ties_of(findings)))


def scan_findings(index: PortfolioIndex, today: date, about: frozenset[int] | None = None) -> tuple[FoundFinding, ...]:
    """Findings only, sorted by rule, score (highest first) and identity. Ids in `about` that are not in the index are
    passed over.
    """
    found: list[FoundFinding] = []
    with without_collecting():
        for rule in RULES:
            if rule.code not in index.settings.disabled_rules:
                found.extend(rule.find(index, index.settings, today, about))
        order = {rule.code: at for at, rule in enumerate(RULES)}
        return tuple(sorted(found, key=lambda finding: (order[finding.rule], -finding.score, finding.identity)))


def ties_of(findings: Iterable[FoundFinding]) -> list[Tie]:
    """The ties of same-purpose findings, for `scan_clusters`."""
    return [
        (finding.requests[0], finding.requests[1], finding.score)
        for finding in findings
        if finding.rule == same_purpose.CODE
    ]


def scan_clusters(index: PortfolioIndex, ties: Iterable[Tie], terms: Terms | None = None) -> tuple[FoundCluster, ...]:
    """Clusters over the whole portfolio from the ties of its open same-purpose findings; leave out dismissed ones.
    Ties of requests that are no longer in the index are passed over. It looks at no text but for the terms, which is
    nearly all of its time; `terms` may remember them.
    """
    return clusters_of(index, ties, terms)
