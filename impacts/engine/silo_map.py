"""Which silos ask for the same or work against each other, who works together already, and which talk is missing.

A finding between requests of two silos ties these two; one among many silos ties each two of them, but weighs little
for each: its score is shared among the pairs. A pair's promise is the sum of what its findings give it. The most
promising talk is that of the pair with the highest promise among those that nothing joins yet: no family, no merged
request, no need, no order, no sponsor from the other silo, and nobody of the one who answered or wrote to the other.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

TieKind = Literal["overlap", "conflict"]
How = Literal["family", "merge", "order", "need", "sponsor", "answer", "comment"]
HOWS: tuple[How, ...] = ("family", "merge", "order", "need", "sponsor", "answer", "comment")

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SiloFinding:
    """One finding: its kind, its score in 0..1, and its requests with their silos."""

    id: int
    kind: TieKind
    score: float
    silos: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Work:
    """Two silos work together already: how, and over which requests or families (by number)."""

    silos: Pair
    how: How
    about: int


@dataclass(frozen=True, slots=True)
class SiloPair:
    """Two silos, the lower id first. Findings stand by what they give the pair, the most first; `requests` are those of
    the pair in its first finding."""

    silos: Pair
    same: tuple[int, ...]
    against: tuple[int, ...]
    promise: float
    requests: tuple[int, ...]
    works: tuple[Work, ...]

    @property
    def first(self) -> int | None:
        """The finding that gives the pair most, an overlap if there is one."""
        return next(iter((*self.same, *self.against)), None)


def pair_of(one: int, other: int) -> Pair:
    """Two silos in their order."""
    return (one, other) if one < other else (other, one)


def silo_pairs(findings: Iterable[SiloFinding], works: Iterable[Work]) -> tuple[SiloPair, ...]:
    """Every two silos that a finding or work ties, the most promising first; then by silos."""
    given: dict[Pair, list[tuple[float, SiloFinding]]] = defaultdict(list)
    for finding in findings:
        pairs = list(combinations(sorted(set(finding.silos.values())), 2))
        for pair in pairs:
            given[pair].append((finding.score / len(pairs), finding))
    joined: dict[Pair, set[Work]] = defaultdict(set)
    for work in works:
        if work.silos[0] != work.silos[1]:
            joined[pair_of(*work.silos)].add(work)
    found = [_pair(pair, given[pair], joined[pair]) for pair in sorted({*given, *joined})]
    return tuple(sorted(found, key=lambda pair: (-pair.promise, pair.silos)))


def talks(pairs: Iterable[SiloPair]) -> tuple[SiloPair, ...]:
    """The pairs that should talk and do not yet, the most promising first."""
    return tuple(pair for pair in pairs if pair.promise > 0 and not pair.works)


def _pair(pair: Pair, given: list[tuple[float, SiloFinding]], works: set[Work]) -> SiloPair:
    ordered = [finding for _, finding in sorted(given, key=lambda each: (-each[0], each[1].id))]
    same = tuple(finding.id for finding in ordered if finding.kind == "overlap")
    against = tuple(finding.id for finding in ordered if finding.kind == "conflict")
    first = next((f for f in ordered if f.kind == "overlap"), next(iter(ordered), None))
    requests = tuple(sorted(pk for pk, silo in first.silos.items() if silo in pair)) if first else ()
    return SiloPair(
        silos=pair,
        same=same,
        against=against,
        promise=round(sum(share for share, _ in given), 4),
        requests=requests,
        works=tuple(sorted(works, key=lambda work: (HOWS.index(work.how), work.about))),
    )
