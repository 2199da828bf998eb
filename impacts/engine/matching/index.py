"""The portfolio in memory: requests, their words, and who touches what. Built once, then updated step by step.

An index that was updated gives the same answers as one built afresh from the same requests, whatever the order. It
can be pickled. Several threads may ask at once, but none while one of them updates.

    index = PortfolioIndex(requests, register, settings)
    index.update(changed=[facts], removed=[17])
    index.nearest(17), index.look_alikes(draft)
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from impacts.engine.facts import EngineSettings, Evidence, LookAlike, RegisterFacts, RequestFacts
from impacts.engine.matching.acronyms import accidents
from impacts.engine.matching.explain import explain
from impacts.engine.matching.gramspace import GramSpace
from impacts.engine.matching.score import (
    TITLES_SHARE,
    WORDS_SHARE,
    Near,
    PairScore,
    gram_text,
    request_counts,
    score_pair,
    title_counts,
)
from impacts.engine.matching.tags import Tag, tag_weight, tags_of
from impacts.engine.matching.terms import common_terms, whole_text
from impacts.engine.matching.wordspace import WordSpace

CANDIDATES = 200
"""How many requests, best by words, are looked at more closely for one draft."""

FLOOR_SHARE = 0.36
"""A pair whose words and titles alone reach less than this share of the threshold is not the same purpose, unless tags
bring it together: on real portfolios no pair that passes the threshold starts lower."""

TAG_CANDIDATES = 2
"""Tags in common that bring a pair together whatever its words."""


class PortfolioIndex:
    """All live requests of an organisation, ready for the matcher and the rules.

    Public attributes, to be read only: `requests` by id, `register`, `settings`.
    """

    def __init__(
        self,
        requests: Iterable[RequestFacts] = (),
        register: RegisterFacts | None = None,
        settings: EngineSettings | None = None,
    ) -> None:
        self.register = register if register is not None else RegisterFacts()
        self.settings = settings if settings is not None else EngineSettings()
        self.requests: dict[int, RequestFacts] = {}
        self._tags: dict[int, frozenset[Tag]] = {}
        self._carriers: dict[Tag, set[int]] = defaultdict(set)
        self._needed_by: dict[int, set[int]] = defaultdict(set)
        self._words = WordSpace()
        self._titles = WordSpace()
        self._grams = GramSpace()
        self.update(changed=requests)

    def update(self, changed: Iterable[RequestFacts] = (), removed: Iterable[int] = ()) -> None:
        """Take in new or changed requests and forget removed ones. Unknown ids in `removed` are passed over; a request
        that is in both is kept.
        """
        for request in removed:
            self._forget(request)
        for facts in changed:
            self._take(facts)

    def replace_register(self, register: RegisterFacts, settings: EngineSettings) -> None:
        """Use other registers and settings from now on; the requests stay."""
        self.register, self.settings = register, settings

    def _take(self, facts: RequestFacts) -> None:
        known = self.requests.get(facts.id)
        if known == facts:
            return
        same_text = known is not None and _texts(known) == _texts(facts)
        self._forget(facts.id, keep_text=same_text)
        self.requests[facts.id] = facts
        self._tags[facts.id] = tags_of(facts)
        for tag in self._tags[facts.id]:
            self._carriers[tag].add(facts.id)
        for needed in facts.needs:
            self._needed_by[needed].add(facts.id)
        if not same_text:
            self._words.put(facts.id, request_counts(facts))
            self._titles.put(facts.id, title_counts(facts))
            self._grams.put(facts.id, gram_text(facts))

    def _forget(self, request: int, keep_text: bool = False) -> None:
        facts = self.requests.pop(request, None)
        if facts is None:
            return
        for tag in self._tags.pop(request):
            self._carriers[tag].discard(request)
            if not self._carriers[tag]:
                del self._carriers[tag]
        for needed in facts.needs:
            self._needed_by[needed].discard(request)
            if not self._needed_by[needed]:
                del self._needed_by[needed]
        if not keep_text:
            self._words.drop(request)
            self._titles.drop(request)
            self._grams.drop(request, gram_text(facts))

    def carriers(self, kind: str, thing: int) -> list[int]:
        """The ids of the requests that touch a thing ("touchpoint", "domain", "system" or "segment"), ascending."""
        return sorted(self._carriers.get((kind, thing), ()))

    def things(self, kind: str, about: frozenset[int] | None = None) -> list[int]:
        """The ids of the things of one kind that any request (or any of `about`) touches, ascending."""
        if about is None:
            return sorted(thing for tag_kind, thing in self._carriers if tag_kind == kind)
        return sorted({t for request in about for k, t in self._tags.get(request, ()) if k == kind})

    def needed_by(self, request: int) -> list[int]:
        """The ids of the requests that need this one first, ascending."""
        return sorted(self._needed_by.get(request, ()))

    def pairs(self, about: frozenset[int] | None = None) -> Iterator[PairScore]:
        """Every pair that may be of the same purpose, each once, with its score; `about` limits it to pairs with one
        of these requests. A pair is looked at when its words are alike enough or it shares several tags: both are
        symmetric, so who asks does not matter.
        """
        done: set[int] = set()
        for request in sorted(self.requests if about is None else about & self.requests.keys()):
            done.add(request)
            facts = self.requests[request]
            near = self._candidates(facts, FLOOR_SHARE * self.settings.same_purpose)
            others = [other for other in near if other not in done]
            yield from self._score(facts, others, near)

    def nearest(self, request: int, limit: int = 10) -> list[PairScore]:
        """The requests most like a filed one, best first, whatever the threshold."""
        facts = self.requests[request]
        return self._ranked(facts, limit)

    def look_alikes(self, draft: RequestFacts, limit: int = 5, least: float | None = None) -> list[LookAlike]:
        """Filed requests that resemble a draft, best first, with the reasons; `least` is the score below which nothing
        is shown (by default two thirds of the organisation's threshold). The draft itself, if filed, is left out.
        """
        least = self.settings.same_purpose * 2 / 3 if least is None else least
        found = []
        for pair in self._ranked(draft, limit):
            if pair.score < least:
                continue
            other = _other(pair, draft.id)
            evidence = explain(draft, self.requests[other], pair, self.register, self._vector)
            found.append(LookAlike(request=other, score=pair.score, evidence=evidence))
        return found

    def explain(self, pair: PairScore) -> tuple[Evidence, ...]:
        """The evidence lines of a pair of filed requests."""
        first, second = self.requests[pair.first], self.requests[pair.second]
        return explain(first, second, pair, self.register, self._vector)

    def neighbours(self, draft: RequestFacts, limit: int = 10) -> list[tuple[float, RequestFacts]]:
        """Filed requests that resemble a draft, with scores, for `suggest_tags`."""
        pairs = self._ranked(draft, limit)
        return [(pair.score, self.requests[_other(pair, draft.id)]) for pair in pairs]

    def common_terms(self, members: Sequence[int], limit: int = 5) -> tuple[str, ...]:
        """What some requests share, in words as they are written, most telling first."""
        return common_terms([self.requests[member] for member in members], self._vector)[:limit]

    def _vector(self, facts: RequestFacts) -> dict[str, float]:
        if self.requests.get(facts.id) is facts:
            return self._words.vector_of(facts.id)
        return self._words.vector(request_counts(facts))

    def _ranked(self, facts: RequestFacts, limit: int) -> list[PairScore]:
        near = self._candidates(facts, 0.02)
        near.pop(facts.id, None)
        best = sorted(near, key=lambda other: (-near[other].part, other))[:CANDIDATES]
        scored = self._score(facts, best, near)
        return sorted(scored, key=lambda pair: (-pair.score, pair.first, pair.second))[:limit]

    def _candidates(self, facts: RequestFacts, floor: float) -> dict[int, Near]:
        """Requests worth a closer look, with their likeness by words and titles: those whose words and titles add at
        least `floor` to the score, and those that share several tags.
        """
        owners, words = self._words.likeness(request_counts(facts))
        titles = self._titles.likeness(title_counts(facts))[1]
        if not len(owners):
            return {}
        titles = titles if len(titles) else np.zeros(len(owners))
        chosen = set(np.flatnonzero(WORDS_SHARE * words + TITLES_SHARE * titles >= floor).tolist())
        shared: Counter[int] = Counter()
        for tag in tags_of(facts):
            shared.update(self._carriers.get(tag, ()))
        by_tags = [other for other, count in shared.items() if count >= TAG_CANDIDATES]
        chosen.update(np.searchsorted(owners, by_tags).tolist())
        return {int(owners[at]): Near(float(words[at]), float(titles[at])) for at in sorted(chosen)}

    def _score(self, facts: RequestFacts, others: list[int], near: Mapping[int, Near]) -> list[PairScore]:
        grams = self._grams.likeness(gram_text(facts), others, lambda owner: gram_text(self.requests[owner]))
        own_tags = tags_of(facts)
        tags = set(own_tags).union(*(self._tags[other] for other in others)) if own_tags else set()
        weights = {tag: tag_weight(tag, len(self._carriers.get(tag, ())), len(self.requests)) for tag in tags}
        return [
            score_pair(
                facts,
                self.requests[other],
                self._honest(facts, other, near),
                gram,
                own_tags,
                self._tags[other],
                weights,
            )
            for other, gram in zip(others, grams.tolist(), strict=True)
        ]

    def _honest(self, facts: RequestFacts, other: int, near: Mapping[int, Near]) -> Near:
        """The likeness of two requests without acronyms that mean different things in them."""
        strangers = accidents(whole_text(facts), whole_text(self.requests[other]))
        if not strangers:
            return near[other]
        vectors = self._vector(facts), self._vector(self.requests[other])
        titles = self._titles.vector(title_counts(facts)), self._titles.vector_of(other)
        chance = [sum(a.get(stem, 0.0) * b.get(stem, 0.0) for stem in strangers) for a, b in (vectors, titles)]
        return Near(
            round(max(near[other].words - chance[0], 0.0), 9), round(max(near[other].titles - chance[1], 0.0), 9)
        )


def _other(pair: PairScore, request: int) -> int:
    return pair.second if pair.first == request else pair.first


def _texts(facts: RequestFacts) -> tuple[str, str, str]:
    return facts.title, facts.problem, facts.proposal
