"""Which entries of the registers a text seems to touch, with the words that speak for each.

Three voices speak for an entry:

- its name, its code or a synonym stands in the text: as a phrase (phrases.py), all its words apart, or some of them,
  the rarer among the register's entries the more;
- words of its description stand in the text;
- filed requests that resemble the text carry it, the more alike the more, and so do those of them that share its words.

The first is believed as far as the similar requests with the same words carry the entry themselves: so they teach that
"statement" seldom means the touchpoint Statement. There is nothing to train: all that is learned is read from the
similar requests when somebody asks. What a person declined for one of them counts there against the entry; a request
that names nothing of a register says nothing about it.

Confidence is 1 - (1 - name)(1 - description)(1 - similar requests), in 0..1; below LEAST nothing is suggested. What
was measured, kept and dropped: docs/decisions/0006-suggested-tags.md.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log
from typing import Literal

from impacts.engine.facts import RegisterFacts, RequestFacts, ThingFact
from impacts.engine.matching.languages import Language
from impacts.engine.matching.tags import Tag
from impacts.engine.matching.text import prose_shares_of_stems, stems
from impacts.engine.phrases import Phrase, ReadText, phrase
from impacts.engine.tagged import Declined, TaggedNeighbours

Register = Literal["touchpoint", "domain", "segment", "system"]
REGISTERS: tuple[Register, ...] = ("touchpoint", "domain", "segment", "system")

LEAST = 0.25
"""Of what is suggested with less, one in ten is right."""

PHRASE, ALL_WORDS, SOME_WORDS, DESCRIPTION = 0.5, 0.34, 0.26, 0.25
"""How far each is believed before similar requests are asked, where its words are this entry's alone."""

DESCRIBED = 2
"""Words of a description that must stand in the text before it speaks at all: one may be chance."""

FEW = 30
"""A register with fewer entries is weighed as if it had so many: its words are not the commoner for that."""

MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A register entry that a text seems to touch.

    `words` are the text's own words that speak for it, as they are written there; `similar` says how many of the
    most similar requests touch it.
    """

    register: Register
    thing: int
    confidence: float
    words: tuple[str, ...]
    similar: int = 0

    @property
    def tag(self) -> Tag:
        """The entry, as the requests that carry it name it."""
        return self.register, self.thing


@dataclass(frozen=True, slots=True)
class _Entry:
    register: Register
    thing: int
    names: tuple[Phrase, ...]
    description: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Said:
    """How strongly a text names an entry, the stems that do, and the phrase as it is written, if it is one."""

    strength: float = 0.0
    stems: tuple[str, ...] = ()
    written: str = ""


class TagSuggester:
    """A register prepared for suggestions: build it once, ask it for every text.

    Its names and descriptions are read in the language of each text that is asked about: "Comptes" in a French text.
    """

    def __init__(self, register: RegisterFacts) -> None:
        self._register = register
        self._readings: dict[Language, _Reading] = {}

    def suggest(
        self,
        text_parts: Sequence[str],
        neighbours: Iterable[tuple[float, RequestFacts]] = (),
        *,
        declined: Declined | None = None,
        limit: int = 12,
        least: float = LEAST,
    ) -> list[Suggestion]:
        """Suggestions for a text, most confident first, then by register and id.

        `neighbours`: filed requests that resemble the text, with their likeness in 0..1 by whatever measure; what they
        touch counts as right. `declined`: what people said that they do not touch, by request.
        """
        text = ReadText("\n".join(text_parts))
        if text.language not in self._readings:
            self._readings[text.language] = _Reading(self._register, text.language)
        found = self._readings[text.language].suggest(text, TaggedNeighbours(neighbours, declined))
        sure = [each for each in found if each.confidence >= least]
        return sorted(sure, key=lambda each: (-each.confidence, REGISTERS.index(each.register), each.thing))[:limit]


class _Reading:
    """A register read in one language."""

    def __init__(self, register: RegisterFacts, language: Language) -> None:
        kinds = (register.touchpoints, register.domains, register.segments, register.systems)
        self._entries = [
            _entry(kind, thing, language)
            for kind, things in zip(REGISTERS, kinds, strict=True)
            for _, thing in sorted(things.items())
        ]
        carried = Counter(
            stem for each in self._entries for stem in each.description.union(*(name.stems for name in each.names))
        )
        size = max(len(self._entries), FEW)
        self._idf = {stem: log((size + 1) / (count + 0.5)) for stem, count in carried.items()}

    def suggest(self, text: ReadText, beside: TaggedNeighbours) -> Iterator[Suggestion]:
        """Every entry with its confidence."""
        heard = beside.heard(text.stems)
        for entry in self._entries:
            tag = entry.register, entry.thing
            said = self._named(entry, text)
            name = beside.believed(tag, said.stems, said.strength) if said.stems else 0.0
            described, telling = self._described(entry, text.stems)
            near, shared = heard.get(tag, (0.0, ()))
            confidence = round(1.0 - (1.0 - name) * (1.0 - described) * (1.0 - near), 4)
            if confidence > 0:
                words = self._words(text, said, (*self._rarest_first(telling), *shared))
                yield Suggestion(entry.register, entry.thing, confidence, words, beside.carriers(tag))

    def _named(self, entry: _Entry, text: ReadText) -> _Said:
        """The strongest of an entry's names in the text."""
        best = _Said()
        for name in entry.names:
            hit = tuple(stem for stem in dict.fromkeys(name.stems) if stem in text.stems)
            written = text.phrase_as_written(name)
            if written:
                said = _Said(PHRASE * self._telling(name.stems), name.stems, written)
            elif name.is_whole and len(hit) == len(set(name.stems)):
                said = _Said(ALL_WORDS * self._telling(hit), hit)
            elif hit:
                share = self._weight(hit) / max(self._weight(name.stems), 1e-9) * (1.0 if name.is_whole else 0.5)
                said = _Said(SOME_WORDS * share * share * self._telling(hit), hit)
            else:
                continue
            if said.strength > best.strength:
                best = said
        return best

    def _described(self, entry: _Entry, present: frozenset[str]) -> tuple[float, frozenset[str]]:
        """How strongly an entry's description speaks, and the stems that do."""
        hit = present & entry.description
        if len(hit) < DESCRIBED:
            return 0.0, frozenset()
        share = min(1.0, 2 * self._weight(hit) / max(self._weight(entry.description), 1e-9))
        return DESCRIPTION * share, hit if share > 0.3 else frozenset()

    def _words(self, text: ReadText, said: _Said, others: Sequence[str]) -> tuple[str, ...]:
        """The words that speak, as they are written: a phrase alone, else the name's words first; none twice."""
        if said.written:
            return (said.written,)
        named = text.as_written(self._rarest_first(said.stems))
        rest = text.as_written(stem for stem in others if stem not in said.stems)
        return tuple(dict.fromkeys((*named, *rest)))[:MOST_WORDS]

    def _rarest_first(self, found: Iterable[str]) -> list[str]:
        return sorted(found, key=lambda stem: (-self._idf.get(stem, 0.0), stem))

    def _weight(self, of: Iterable[str]) -> float:
        return sum(self._idf.get(stem, 0.0) for stem in sorted(of))

    def _telling(self, name: Iterable[str]) -> float:
        """1 for words that only this entry has; less when all of them are common in registers or in project prose."""
        prose = prose_shares_of_stems()
        rarest = max((self._idf.get(stem, 0.0) * (1.0 - 2 * prose.get(stem, 0.0)) for stem in name), default=0.0)
        return min(1.0, max(0.0, rarest) / log(3))


def _entry(kind: Register, thing: ThingFact, language: Language) -> _Entry:
    names = dict.fromkeys(phrase(name, language) for name in (thing.name, thing.code, *thing.synonyms))
    described = frozenset(stems(thing.description, language))
    return _Entry(kind, thing.id, tuple(name for name in names if name), described)
