"""What the requests that resemble a text say about the tags it may carry.

Nothing is kept between two questions: the neighbours are given with each, by whatever measure of likeness, and so is
what people declined for them. Sets of neighbours are bits of a whole number, so that counting them costs nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from math import log
from operator import and_

from impacts.engine.facts import RequestFacts
from impacts.engine.matching.tags import Tag, tags_of
from impacts.engine.matching.text import stems

Declined = Mapping[int, frozenset[Tag]]

NEIGHBOURS = 50
"""So many similar requests are worth giving: those that are little alike hardly count."""

TOLD = 10
"""Of so many most similar requests a reader is told how many carry a tag."""

FAINT = 0.003
"""Cube of a likeness (0.14): neighbours that together weigh no more than this say half of what they could."""

NAME_BELIEF = 6.0
"""A name is believed like so many requests with the same words; those that are there have to outvote them."""

WORD_BELIEF = 3.0
"""The same for a single word, which is believed to be carried as all neighbours together carry it."""

SHARED_WORDS = 3


class TaggedNeighbours:
    """Requests that resemble a text, the most similar first, with what they touch and what was declined for them."""

    def __init__(self, neighbours: Iterable[tuple[float, RequestFacts]], declined: Declined | None = None) -> None:
        alike = [(score, facts) for score, facts in neighbours if score > 0]
        alike.sort(key=lambda pair: (-pair[0], pair[1].id))
        self._weights = [score**3 for score, _ in alike[:NEIGHBOURS]]
        self._carry: dict[Tag, int] = defaultdict(int)
        self._declined: dict[Tag, int] = defaultdict(int)
        self._speak: dict[str, int] = defaultdict(int)  # by register: those that name anything of it
        self._bear: dict[str, int] = defaultdict(int)  # by stem
        for place, (_, facts) in enumerate(alike[:NEIGHBOURS]):
            bit = 1 << place
            tags = tags_of(facts)
            for tag in tags:
                self._carry[tag] |= bit
                self._speak[tag[0]] |= bit
            for tag in (declined or {}).get(facts.id, frozenset()) - tags:
                self._declined[tag] |= bit
            for stem in set(stems(f"{facts.title}\n{facts.problem}\n{facts.proposal}")):
                self._bear[stem] |= bit

    def carriers(self, tag: Tag) -> int:
        """How many of the TOLD most similar requests carry a tag."""
        return (self._carry.get(tag, 0) & ((1 << TOLD) - 1)).bit_count()

    def believed(self, tag: Tag, said: Sequence[str], strength: float) -> float:
        """How far a name is to be believed whose stems stand in the text: `strength` until similar requests that bear
        all of them say otherwise. A request for which it was declined speaks twice: it carries it not, and somebody
        looked.
        """
        bearing = reduce(and_, (self._bear.get(stem, 0) for stem in said), -1)
        speaking = (bearing & self._speaking(tag)).bit_count() + (bearing & self._declined.get(tag, 0)).bit_count()
        agreeing = (bearing & self._carry.get(tag, 0)).bit_count()
        return (agreeing + NAME_BELIEF * strength) / (speaking + NAME_BELIEF)

    def heard(self, text: Iterable[str]) -> dict[Tag, tuple[float, tuple[str, ...]]]:
        """For each tag that a neighbour carries: how strongly the neighbours speak for it, 0..1, and the stems of
        `text` that those who carry it share with it, most telling first.

        The mean of two shares: of the cubed likeness of all neighbours, and, word by word, of the neighbours that
        bear the word, the rarer words counting the more. Those that say nothing about a register are left out.
        """
        shares = {
            tag: self._likeness(carrying) / (self._likeness(self._speaking(tag)) + FAINT)
            for tag, carrying in sorted(self._carry.items())
        }
        size = len(self._weights)
        words = [(stem, self._bear[stem]) for stem in sorted(set(text) & self._bear.keys())]
        weights = {stem: log((size + 1) / (bearing.bit_count() + 0.5)) for stem, bearing in words}
        whole = sum(weights.values()) or 1.0
        found: dict[Tag, tuple[float, tuple[str, ...]]] = {}
        for tag, share in shares.items():
            speaking, carrying = self._speaking(tag), self._carry[tag]
            gains: dict[str, float] = {}
            total = 0.0
            for stem, bearing in words:
                agreeing = (bearing & carrying).bit_count()
                if agreeing:
                    own = (agreeing + WORD_BELIEF * share) / ((bearing & speaking).bit_count() + WORD_BELIEF)
                    total += weights[stem] * own
                    gains[stem] = weights[stem] * (own - share)
            telling = sorted((stem for stem, gain in gains.items() if gain > 0), key=lambda stem: (-gains[stem], stem))
            found[tag] = ((share + total / whole) / 2, tuple(telling[:SHARED_WORDS]))
        return found

    def _speaking(self, tag: Tag) -> int:
        return self._speak.get(tag[0], 0) | self._declined.get(tag, 0)

    def _likeness(self, of: int) -> float:
        return sum(weight for place, weight in enumerate(self._weights) if of >> place & 1)
