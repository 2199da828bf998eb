"""Which entries of the registers a text seems to touch, with the words that speak for each.

Three voices speak for an entry: its name or a synonym stands in the text as a phrase; words of its name, synonyms or
description stand in it, the rarer among the register's entries the more; filed requests that resemble the text carry
it. Confidence is 1 - (1 - own words)(1 - neighbours), in 0..1; entries below LEAST are not suggested.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Literal

from impacts.engine.facts import RegisterFacts, RequestFacts, SuggestedTag, ThingFact
from impacts.engine.matching.tags import tags_of
from impacts.engine.matching.text import PROSE_SHARES, stems, surface_words

Register = Literal["touchpoint", "domain", "segment", "system"]
Neighbours = Iterable[tuple[float, RequestFacts]]

LEAST = 0.2
DESCRIBED = 2
"""Words of a description that must stand in the text before it speaks at all: one may be chance."""
PHRASE, ALL_WORDS, SOME_WORDS, DESCRIPTION, NEIGHBOURS = 0.9, 0.6, 0.45, 0.25, 0.5
_REGISTERS: tuple[Register, ...] = ("touchpoint", "domain", "segment", "system")


@dataclass(frozen=True, slots=True)
class _Entry:
    register: Register
    thing: int
    names: tuple[tuple[str, ...], ...]  # stems of the name and of each synonym, in order
    description: frozenset[str]


class TagSuggester:
    """A register prepared for suggestions: build it once, ask it for every text."""

    def __init__(self, register: RegisterFacts) -> None:
        self._entries = [
            _entry(kind, thing)
            for kind, things in zip(
                _REGISTERS, (register.touchpoints, register.domains, register.segments, register.systems), strict=True
            )
            for _, thing in sorted(things.items())
        ]
        carried = Counter(
            stem for entry in self._entries for stem in entry.description.union(*(set(name) for name in entry.names))
        )
        size = len(self._entries)
        self._idf = {stem: log((size + 1) / (count + 0.5)) for stem, count in carried.items()}

    def suggest(self, text_parts: Sequence[str], neighbours: Neighbours = (), limit: int = 12) -> list[SuggestedTag]:
        """Suggestions for a text, most confident first, then by register and id. `neighbours` are filed requests that
        resemble the text, with their scores in 0..1; their own tags count as accepted.
        """
        text = "\n".join(text_parts)
        found = stems(text)
        surfaces: dict[str, str] = {}
        for word, word_stems in surface_words(text):
            for stem in word_stems:
                surfaces.setdefault(stem, word)
        beside = _carried_by(neighbours)
        suggestions = []
        for entry in self._entries:
            own, words = self._own(entry, found, surfaces)
            near = beside.get((entry.register, entry.thing), 0.0)
            confidence = round(1.0 - (1.0 - own) * (1.0 - NEIGHBOURS * near), 4)
            if confidence >= LEAST:
                suggestions.append(SuggestedTag(entry.register, entry.thing, confidence, words))
        order = {kind: at for at, kind in enumerate(_REGISTERS)}
        suggestions.sort(key=lambda tag: (-tag.confidence, order[tag.register], tag.thing))
        return suggestions[:limit]

    def _own(self, entry: _Entry, found: Sequence[str], surfaces: Mapping[str, str]) -> tuple[float, tuple[str, ...]]:
        """How strongly the text itself speaks for an entry, and its words that do."""
        present = set(found)
        best, words = 0.0, set()
        for name in entry.names:
            hit = [stem for stem in name if stem in present]
            if not hit:
                continue
            share = self._weight(hit) / max(self._weight(name), 1e-9)
            if len(hit) == len(set(name)):
                phrase = _stands_in(name, found)
                strength = (PHRASE if phrase else ALL_WORDS) * self._telling(name)
            else:
                strength = SOME_WORDS * share * share * self._telling(hit)
            if strength > best:
                best, words = strength, set(hit)
        described = present & entry.description
        if len(described) >= DESCRIBED:
            share = min(1.0, self._weight(described) / max(self._weight(entry.description), 1e-9) * 2)
            best = 1.0 - (1.0 - best) * (1.0 - DESCRIPTION * share)
            if share > 0.3:
                words |= described
        ordered = sorted(words, key=lambda stem: (-self._idf.get(stem, 0.0), stem))
        return best, tuple(surfaces[stem] for stem in ordered if stem in surfaces)[:6]

    def _weight(self, of: Iterable[str]) -> float:
        return sum(self._idf.get(stem, 0.0) for stem in sorted(of))

    def _telling(self, name: Iterable[str]) -> float:
        """1 for words that only this entry has; less when all of them are common in registers or in project prose."""
        rarest = max((self._idf.get(stem, 0.0) * (1.0 - 2 * _prose(stem)) for stem in name), default=0.0)
        return min(1.0, max(0.0, rarest) / log(3))


def suggest_tags(
    text_parts: Sequence[str], register: RegisterFacts, neighbours: Neighbours = (), limit: int = 12
) -> list[SuggestedTag]:
    """Suggestions for one text: see TagSuggester, which is cheaper for many."""
    return TagSuggester(register).suggest(text_parts, neighbours, limit)


def _entry(kind: Register, thing: ThingFact) -> _Entry:
    names = [tuple(stems(name)) for name in (thing.name, thing.code, *thing.synonyms)]
    distinct = dict.fromkeys(name for name in names if name)
    return _Entry(kind, thing.id, tuple(distinct), frozenset(stems(thing.description)))


def _prose(stem: str) -> float:
    return PROSE_SHARES.get(stem, 0.0)


def _stands_in(name: Sequence[str], found: Sequence[str]) -> bool:
    size = len(name)
    return any(tuple(found[at : at + size]) == tuple(name) for at in range(len(found) - size + 1))


def _carried_by(neighbours: Neighbours) -> dict[tuple[str, int], float]:
    """For each tag the share of the neighbours' likeness that carries it, times the best of their scores."""
    known = [(score, request) for score, request in neighbours if score > 0]
    total, best = sum(score for score, _ in known), max((score for score, _ in known), default=0.0)
    carried: dict[tuple[str, int], float] = defaultdict(float)
    for score, request in known:
        for tag in sorted(tags_of(request)):
            carried[tag] += score
    return {tag: weight / total * min(1.0, 2 * best) for tag, weight in carried.items()}
