"""The portfolio in memory: requests, their words, and who touches what. Built once, then updated step by step.

An index that was updated gives the same answers as one built afresh from the same requests, whatever the order. It
can be pickled. Several threads may ask at once, but none while one of them updates.

    index = PortfolioIndex(requests, register, settings)
    index.update(changed=[facts], removed=[17])
    index.nearest(17), index.look_alikes(draft)
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from impacts.engine.facts import EngineSettings, Evidence, LookAlike, RegisterFacts, RequestFacts
from impacts.engine.matching.candidates import near_pairs
from impacts.engine.matching.crowding import ABOVE, Crowding, crowding, crowding_of_all
from impacts.engine.matching.doers import Doer, Doers
from impacts.engine.matching.explain import explain
from impacts.engine.matching.rows import Floats, Growing, Ints
from impacts.engine.matching.score import Likeness, PairScore, Parts, parts_of
from impacts.engine.matching.shelf import Shelf, packed
from impacts.engine.matching.spaces import Pairs, Says, Spaces
from impacts.engine.matching.tags import Tag
from impacts.engine.matching.terms import common_terms

CANDIDATES = 200
"""How many requests, best by words, titles and tags, are looked at more closely for one draft."""

FLOOR_SHARE = 0.3
"""A pair whose words and titles alone, or tags alone, reach less than this share of the threshold is not of the same
purpose: on real portfolios nearly no pair that passes the threshold starts lower (docs/matching.md)."""

CROWD_FLOOR = 0.09
"""Crowding counts what reaches this, whatever the threshold: so a threshold moves no score."""

MANY = 200
"""From so many requests on, candidates are found by whole blocks and not request by request: the answer is the same."""

TOGETHER = 20_000
"""Pairs measured at a time."""


class _Look(NamedTuple):
    """Pairs of rows that may score high enough, with what every voice says of them, and all that are near by text, for
    crowding. The first row is -1 for a draft."""

    firsts: Ints
    seconds: Ints
    alike: Likeness
    near: tuple[Ints, Ints, Floats]


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
        self.requests = Shelf()
        self._doers = Doers()
        self._spaces = Spaces()
        self._second: Growing[np.float64] = Growing(np.float64)  # by row, see Crowding
        self._eleventh: Growing[np.float64] = Growing(np.float64)
        self.update(changed=requests)

    def update(self, changed: Iterable[RequestFacts] = (), removed: Iterable[int] = ()) -> None:
        """Take in new or changed requests and forget removed ones. Unknown ids in `removed` are passed over; a request
        that is in both is kept. What is raised over one request leaves that one as it was and the index whole.
        """
        for request in removed:
            self._forget(request)
        for facts in changed:
            self._take(facts)
        self._pack_if_roomy()

    def replace_register(self, register: RegisterFacts, settings: EngineSettings) -> None:
        """Use other registers and settings from now on; the requests stay."""
        self.register, self.settings = register, settings

    def _take(self, facts: RequestFacts) -> None:
        if self.requests.get(facts.id) == facts:
            return
        record = packed(facts)
        self._spaces.put(facts)
        self._second.append(0.0)
        self._eleventh.append(0.0)
        self._forget(facts.id)
        self.requests.put(facts.id, record)
        self._doers.put(facts)

    def _forget(self, request: int) -> None:
        if request in self.requests:
            self._spaces.drop(self.requests.drop(request))

    def _pack_if_roomy(self) -> None:
        if self.requests.rows > 1000 + len(self.requests) + len(self.requests) // 4:
            self._pack()

    def _pack(self) -> None:
        """Free the room of rows that are dead."""
        kept = self.requests.keep()
        self._spaces.keep(kept)
        self._doers.keep(kept)
        self._second.keep(kept)
        self._eleventh.keep(kept)

    def carriers(self, kind: str, thing: int) -> list[int]:
        """The ids of the requests that touch a thing ("touchpoint", "domain", "system" or "segment"), ascending."""
        return self._ids(self._spaces.touching((kind, thing)))

    def things(self, kind: str, about: frozenset[int] | None = None) -> list[int]:
        """The ids of the things of one kind that any request (or any of `about`) touches, ascending."""
        rows = None if about is None else self.requests.rows_of(sorted(about & self.requests.keys()))
        return [thing for tag_kind, thing in self._spaces.tags.touched(rows) if tag_kind == kind]

    def doing(self, kind: str, thing: int, effects: Iterable[str]) -> list[Doer]:
        """The requests that do any of this to a thing (see `deeds_of`), by id: for a rule that looks at many of them,
        since nothing is unpacked for it."""
        rows = self._living_doers(kind, thing, effects)
        rows = rows[np.argsort(self.requests.owners[rows])]
        return self._doers.known(self.requests.owners[rows], rows)

    def needed_by(self, request: int) -> list[int]:
        """The ids of the requests that need this one first, ascending."""
        return self._ids(self._living_doers("request", request, ("needs",)))

    def senders(self, channel: str) -> list[int]:
        """The ids of the requests that plan contacts by this channel, ascending."""
        return self._ids(self._living_doers("channel", channel, ("contacts",)))

    def needing(self, skill: int) -> list[int]:
        """The ids of the requests that need this skill, ascending."""
        return self._ids(self._living_doers("skill", skill, ("needs",)))

    def _living_doers(self, kind: str, thing: int | str, effects: Iterable[str]) -> Ints:
        return self._spaces.living(self._doers.rows(kind, thing, effects))

    def _ids(self, rows: Ints) -> list[int]:
        return list[int](np.sort(self.requests.owners[rows]).tolist())

    def pairs(self, about: frozenset[int] | None = None, least: float = 0.0) -> Iterator[PairScore]:
        """Every pair that may be of the same purpose, each once, with its score of at least `least`; `about` limits it
        to pairs with one of these requests. Which pairs are looked at depends on the two alone (`Spaces.are_near`), so
        it does not matter who asks, nor how many at once. First measures how crowded it is around those that ask.
        """
        asking = sorted(self.requests if about is None else about & self.requests.keys())
        looks = [self._look_at(pairs, least) for pairs in self._near(asking)]
        measured = crowding_of_all((look.near for look in looks), self.requests.rows)
        rows, known = self.requests.rows_of(asking), self._crowding()
        known.second[rows], known.eleventh[rows] = measured.of(rows)
        owners = self.requests.owners
        for look in looks:
            around = known.of(look.firsts).or_more(known.of(look.seconds))
            yield from self._scored(owners[look.firsts], look, around, least)

    def _crowding(self) -> Crowding:
        return Crowding(self._second.view(), self._eleventh.view())

    def crowding_now(self) -> Crowding:
        """How crowded it is around each row, to be put back after a scan that only tries something."""
        return Crowding(*(each.copy() for each in self._crowding()))

    def put_back(self, crowding: Crowding) -> None:
        """Undo what scans measured of crowding since `crowding_now`; nothing may have been updated in between."""
        self._second.view()[:], self._eleventh.view()[:] = crowding

    def _near(self, asking: list[int]) -> Iterator[Pairs]:
        """The rows of what is near to some requests: each pair once, those of one request side by side."""
        floor = self._floor()
        if len(asking) < MANY:
            done = np.zeros(self.requests.rows, np.bool_)
            for row in self.requests.rows_of(asking).tolist():
                done[row] = True
                near = self._spaces.near(self._spaces.of_row(row), floor)
                near = near[~done[near]]
                yield self._spaces.pairs(np.full(len(near), row), near)
            return
        owners = sorted(self.requests)
        order = self.requests.rows_of(owners)
        for places in near_pairs(self._spaces, order, np.searchsorted(owners, asking), floor):
            for start in range(0, len(places[0]), TOGETHER):
                pairs = self._spaces.pairs(*(order[each[start : start + TOGETHER]] for each in places))
                yield pairs.of(self._spaces.are_near(pairs, floor))

    def _floor(self) -> float:
        return min(FLOOR_SHARE * self.settings.same_purpose, CROWD_FLOOR)

    def _look_at(self, pairs: Pairs, least: float) -> _Look:
        """Measure pairs that are near."""
        look = _look(pairs.firsts, pairs.seconds, self._spaces.measure_pairs(pairs), least)
        if self._floor() == CROWD_FLOOR:
            return look
        one, other, texts = look.near
        counted = self._spaces.are_near(self._spaces.pairs(one, other), CROWD_FLOOR)
        return look._replace(near=(one[counted], other[counted], texts[counted]))

    def nearest(self, request: int, limit: int = 10) -> list[PairScore]:
        """The requests most like a filed one, best first, whatever the threshold."""
        return self._ranked(self.requests[request], limit)

    def look_alikes(self, draft: RequestFacts, limit: int = 5, least: float | None = None) -> list[LookAlike]:
        """Filed requests that resemble a draft, best first, with the reasons; `least` is the score below which nothing
        is shown (by default two thirds of the organisation's threshold). The draft itself, if filed, is left out.
        """
        least = self.settings.same_purpose * 2 / 3 if least is None else least
        found, says = [], self._says(draft)
        for pair in self._ranked(draft, limit):
            if pair.score < least:
                continue
            other = _other(pair, draft.id)
            shared = self._spaces.shared(says, self._says(self.requests[other]))
            evidence = explain(draft, self.requests[other], pair, self.register, shared)
            found.append(LookAlike(request=other, score=pair.score, evidence=evidence))
        return found

    def explain(self, pair: PairScore) -> tuple[Evidence, ...]:
        """The evidence lines of a pair of filed requests."""
        first, second = self.requests[pair.first], self.requests[pair.second]
        shared = self._spaces.shared(self._says(first), self._says(second))
        return explain(first, second, pair, self.register, shared)

    def common_stems(self, pairs: Sequence[PairScore]) -> Iterator[tuple[list[str], float]]:
        """Of pairs of filed requests, one after the other, the stems that both titles have, in alphabetical order, and
        the share of all their stems that both texts use."""
        for start in range(0, len(pairs), TOGETHER):
            some = pairs[start : start + TOGETHER]
            firsts = self.requests.rows_of([pair.first for pair in some])
            seconds = self.requests.rows_of([pair.second for pair in some])
            shares = self._spaces.words.common_shares(firsts, seconds)
            yield from zip(self._spaces.titles.common_stems(firsts, seconds), shares.tolist(), strict=True)

    def neighbours(self, draft: RequestFacts, limit: int = 10) -> list[tuple[float, RequestFacts]]:
        """Filed requests that resemble a draft, with scores, for `suggest_tags`."""
        pairs = self._ranked(draft, limit)
        return [(pair.score, self.requests[_other(pair, draft.id)]) for pair in pairs]

    def common_terms(self, members: Sequence[int], limit: int = 5) -> tuple[str, ...]:
        """What some requests share, in words as they are written, most telling first."""
        return common_terms([self.requests[member] for member in members], self.word_weights)[:limit]

    def word_weights(self, facts: RequestFacts) -> Mapping[str, float]:
        """How much each stem of a request, filed or not, tells of it: of length one."""
        return self._spaces.words.weights(self._says(facts).words)

    def _says(self, facts: RequestFacts) -> Says:
        filed = self.requests.get(facts.id) == facts
        return self._spaces.says(facts, self.requests.row(facts.id) if filed else None)

    def _ranked(self, facts: RequestFacts, limit: int) -> list[PairScore]:
        row = self.requests.row(facts.id) if facts.id in self.requests else None
        filed = row is not None and self.requests[facts.id] == facts
        asker = self._spaces.of_row(row) if row is not None and filed else self._spaces.of_text(facts)
        rows = self._spaces.best(asker, CANDIDATES)
        rows = rows[rows != (-1 if row is None else row)]
        look = _look(np.full(len(rows), -1), rows, self._spaces.measure(asker, rows), 0.0)
        own = self._crowding().of(np.array([asker.row])) if asker.row >= 0 else crowding(look.near[2])
        around = own.or_more(self._crowding().of(look.seconds))
        parts, owners = parts_of(look.alike, around), self.requests.owners[look.seconds]
        best = np.lexsort((owners, -np.round(parts.score - parts.silo, 4)))[:limit].tolist()
        tags = [self._spaces.tags.shared(asker.tags, int(look.seconds[at])) for at in best]
        return [_pair(facts.id, int(owners[at]), parts, at, shared) for at, shared in zip(best, tags, strict=True)]

    def _scored(self, requests: Ints, look: _Look, around: Crowding, least: float) -> Iterator[PairScore]:
        """The scores of requests with others of at least `least`, by their ids."""
        parts, owners = parts_of(look.alike, around), self.requests.owners[look.seconds]
        chosen = np.flatnonzero(parts.score >= least)
        for at in chosen[np.lexsort((owners[chosen], requests[chosen]))].tolist():
            shared: Mapping[Tag, float] = {}
            if parts.tags[at]:
                shared = self._spaces.tags.shared_of(int(look.firsts[at]), int(look.seconds[at]))
            yield _pair(int(requests[at]), int(owners[at]), parts, at, shared)


def _pair(one: int, other: int, parts: Parts, at: int, shared: Mapping[Tag, float]) -> PairScore:
    """The score of two requests, from arrays; `shared` says how their tags in common share what tags add."""
    return PairScore(
        first=min(one, other),
        second=max(one, other),
        score=float(parts.score[at]),
        words=float(parts.words[at]),
        titles=float(parts.titles[at]),
        grams=float(parts.grams[at]),
        meaning=float(parts.meaning[at]),
        crowd=float(parts.crowd[at]),
        tags=tuple((tag, share * float(parts.tags[at])) for tag, share in shared.items() if parts.tags[at]),
        dates=float(parts.dates[at]),
        silo=float(parts.silo[at]),
    )


def _look(firsts: Ints, seconds: Ints, alike: Likeness, least: float) -> _Look:
    """The pairs that may score `least`, crowded as it is or not, and all that make it crowded."""
    parts = parts_of(alike)
    kept, near = parts.score >= least, parts.text > ABOVE
    return _Look(firsts[kept], seconds[kept], alike.of(kept), (firsts[near], seconds[near], parts.text[near]))


def _other(pair: PairScore, request: int) -> int:
    return pair.second if pair.first == request else pair.first
