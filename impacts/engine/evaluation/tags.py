"""How good suggested tags are: each request's own tags are hidden, and what is suggested is held against them.

Definitions, for a request with the true tags T and a ranked list L:

- precision@k = tags of T among the first k of L, divided by k, even if L is shorter
- recall@k = tags of T among the first k of L, divided by the size of T

Both are means over the requests that carry at least one tag of the register that is measured. "all" ranks the tags of
all registers together. What a request is compared with never holds the request itself, nor the others of its fold.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log, sqrt

from impacts.engine.facts import RegisterFacts, RequestFacts
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.matching.tags import Tag, tags_of
from impacts.engine.matching.text import stems
from impacts.engine.suggest import REGISTERS, TagSuggester
from impacts.engine.tagged import NEIGHBOURS

DEPTHS = (3, 5)
TEN = 10
EVERYTHING, ANY = 100_000, 0.0001
"""How much of what the engine suggests is ranked: all of it, however unsure. (A reader is shown a few.)"""
ALL = "all"
METHODS = ("engine", "majority", "nearest", "nearest ten")

Ranked = dict[str, list[Tag]]
Figures = dict[str, int | float]


@dataclass(frozen=True, slots=True)
class TaggedSet:
    """Requests whose tags are known, and the registers that the tags come from."""

    name: str
    register: RegisterFacts
    requests: tuple[RequestFacts, ...]


def evaluate(tagged: TaggedSet, folds: int | None = None) -> dict[str, dict[str, Figures]]:
    """Figures by method and register ("all" for all together). `folds`: so many parts are left out one after the
    other, request number n in part n modulo folds; without it every request is left out alone.
    """
    ranked: dict[str, dict[int, list[Tag]]] = {method: {} for method in METHODS}
    truth = {facts.id: tags_of(facts) for facts in tagged.requests}
    for left_out, ask in _leaving_out(tagged, folds or max(len(tagged.requests), 1)):
        for facts in left_out:
            for method, tags in ask(_untagged(facts)).items():
                ranked[method][facts.id] = tags
    return {method: figures_by_register(truth, ranked[method]) for method in METHODS}


def figures_by_register(truth: Mapping[int, frozenset[Tag]], ranked: Mapping[int, Sequence[Tag]]) -> dict[str, Figures]:
    """precision@k and recall@k for all registers together and for each that any request names, by its name."""
    found = {}
    for register in (ALL, *REGISTERS):
        pairs = [
            (
                frozenset(tag for tag in tags if register in (ALL, tag[0])),
                [tag for tag in ranked[request] if register in (ALL, tag[0])],
            )
            for request, tags in truth.items()
        ]
        asked = [(true, tags) for true, tags in pairs if true]
        if asked:
            found[register] = _figures(asked)
    return found


def _figures(asked: Sequence[tuple[frozenset[Tag], Sequence[Tag]]]) -> Figures:
    figures: Figures = {"requests": len(asked)}
    for depth in DEPTHS:
        hits = [len(true & set(tags[:depth])) for true, tags in asked]
        figures[f"precision@{depth}"] = round(sum(hits) / depth / len(asked), 4)
        shares = [hit / len(true) for hit, (true, _) in zip(hits, asked, strict=True)]
        figures[f"recall@{depth}"] = round(sum(shares) / len(asked), 4)
    return figures


def _leaving_out(
    tagged: TaggedSet, folds: int
) -> Iterator[tuple[Sequence[RequestFacts], Callable[[RequestFacts], Ranked]]]:
    """Each part with a way to ask about its requests that knows only the others."""
    index = PortfolioIndex(tagged.requests, tagged.register)
    suggester = TagSuggester(tagged.register)
    for fold in range(folds):
        left_out = tagged.requests[fold::folds]
        rest = [facts for place, facts in enumerate(tagged.requests) if place % folds != fold]
        index.update(removed=[facts.id for facts in left_out])
        baselines = Baselines(rest)

        def ask(facts: RequestFacts, baselines: Baselines = baselines) -> Ranked:
            texts = (facts.title, facts.problem, facts.proposal)
            neighbours = [pair for pair in index.neighbours(facts, NEIGHBOURS) if not pair[1].confidential]
            suggested = suggester.suggest(texts, neighbours, limit=EVERYTHING, least=ANY)
            return {"engine": [each.tag for each in suggested], **baselines.ask(facts)}

        yield left_out, ask
        index.update(changed=left_out)


def _untagged(facts: RequestFacts) -> RequestFacts:
    return replace(facts, impacts=(), data_uses=(), system_uses=(), contacts=())


class Baselines:
    """What the suggester is held against: the most frequent tags; the tags of the most similar request by TF-IDF
    (sublinear, of stems, cosine); and those of the ten most similar, weighted by their cosine. Tags that are equal by
    that come in the order of how many requests carry them.
    """

    def __init__(self, requests: Sequence[RequestFacts]) -> None:
        self._tags = [sorted(tags_of(facts)) for facts in requests]
        self._carried = Counter(tag for tags in self._tags for tag in tags)
        counts = [_counts(facts) for facts in requests]
        self._bearing = Counter(stem for each in counts for stem in each)
        self._size = len(requests)
        self._by_stem: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, each in enumerate(counts):
            for stem, weight in self._vector(each).items():
                self._by_stem[stem].append((place, weight))

    def ask(self, facts: RequestFacts) -> Ranked:
        """The tags that each baseline suggests, best first."""
        nearest = self._nearest(facts)
        return {
            "majority": self._in_order(Counter(dict.fromkeys(self._carried, 0.0))),
            "nearest": self._in_order(self._votes(nearest[:1])),
            "nearest ten": self._in_order(self._votes(nearest[:TEN])),
        }

    def _votes(self, nearest: Sequence[tuple[int, float]]) -> dict[Tag, float]:
        votes: dict[Tag, float] = defaultdict(float)
        for place, cosine in nearest:
            for tag in self._tags[place]:
                votes[tag] += cosine
        return votes

    def _in_order(self, votes: Mapping[Tag, float]) -> list[Tag]:
        return sorted(votes, key=lambda tag: (-votes[tag], -self._carried[tag], tag))

    def _nearest(self, facts: RequestFacts) -> list[tuple[int, float]]:
        likeness: dict[int, float] = defaultdict(float)
        for stem, weight in self._vector(_counts(facts)).items():
            for place, other in self._by_stem.get(stem, ()):
                likeness[place] += weight * other
        return sorted(likeness.items(), key=lambda pair: (-pair[1], pair[0]))[:TEN]

    def _vector(self, counts: Mapping[str, int]) -> dict[str, float]:
        """TF-IDF of length one: (1 + ln count) times ln((n + 1) / (bearing + 0.5)); stems that nobody bears weigh
        nothing."""
        weights = {
            stem: (1.0 + log(count)) * log((self._size + 1) / (self._bearing[stem] + 0.5))
            for stem, count in sorted(counts.items())
            if self._bearing[stem]
        }
        length = sqrt(sum(weight * weight for weight in weights.values()))
        return {stem: weight / length for stem, weight in weights.items()} if length else {}


def _counts(facts: RequestFacts) -> Counter[str]:
    return Counter(stems(f"{facts.title}\n{facts.problem}\n{facts.proposal}"))
