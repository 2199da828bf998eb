"""The words and phrases that requests have in common, as people wrote them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from impacts.engine.facts import RequestFacts
from impacts.engine.matching.score import request_counts
from impacts.engine.matching.text import surface_words

LONGEST_PHRASE = 4
LEAST_PART = 0.02
"""A phrase that adds less than this to the likeness by words is not named."""

Vector = Callable[[Mapping[str, float]], dict[str, float]]
Run = list[tuple[str, str]]  # neighbouring words, each with its stem


def shared_phrases(one: RequestFacts, other: RequestFacts, vector: Vector) -> list[str]:
    """Words and phrases that both texts contain, as the one with the smaller id writes them, most telling first.

    A phrase is a run of up to four words that stand side by side in both.
    """
    weights = _weights(one, other, vector)
    least = LEAST_PART * sum(weights.values())
    first, second = sorted((one, other), key=lambda facts: facts.id)
    found = _phrases(first, weights, _stem_runs(_runs(_text(second), weights)))
    return _best(found, weights, least)


def marks(one: RequestFacts, other: RequestFacts, vector: Vector) -> tuple[str, ...]:
    """The single words to mark in both texts, each as written in either, strongest first."""
    weights = _weights(one, other, vector)
    least = LEAST_PART / 2 * sum(weights.values())
    found: dict[str, tuple[float, str]] = {}
    for facts in sorted((one, other), key=lambda facts: facts.id):
        for word, stems in surface_words(_text(facts)):
            best = max((weights.get(stem, 0.0) for stem in stems), default=0.0)
            if best > 0 and best >= least:
                found.setdefault(word.lower(), (best, word))
    return tuple(word for _, word in sorted(found.values(), key=lambda entry: (-entry[0], entry[1])))


def common_terms(requests: Sequence[RequestFacts], vector: Vector) -> tuple[str, ...]:
    """What most of several requests share: phrases by how telling they are and by how many contain them."""
    vectors = [vector(request_counts(facts)) for facts in requests]
    carriers = Counter(stem for weights in vectors for stem in weights)
    needed = max(2, (len(requests) + 1) // 2)
    shared = {
        stem: sum(weights.get(stem, 0.0) for weights in vectors) / len(requests)
        for stem, count in sorted(carriers.items())
        if count >= needed
    }
    shared = {stem: weight for stem, weight in shared.items() if weight > 0}
    usual: Counter[tuple[str, ...]] = Counter()
    spelled: dict[tuple[str, ...], Counter[str]] = {}
    for facts in requests:
        runs = _runs(_text(facts), shared)
        usual.update(_stem_runs(runs))
        for run in runs:
            for at, size in _spans(len(run)):
                stems = tuple(stem for _, stem in run[at : at + size])
                spelled.setdefault(stems, Counter())[" ".join(word for word, _ in run[at : at + size])] += 1
    found = {
        stems: min(spelled[stems].items(), key=lambda entry: (-entry[1], entry[0]))[0]
        for stems, count in usual.items()
        if count >= needed and len(set(stems)) == len(stems)
    }
    return tuple(_best(found, shared, LEAST_PART * sum(shared.values())))


def _text(facts: RequestFacts) -> str:
    return f"{facts.title}\n{facts.problem}\n{facts.proposal}"


def _weights(one: RequestFacts, other: RequestFacts, vector: Vector) -> dict[str, float]:
    """What each stem of both adds to their likeness by words."""
    first, second = vector(request_counts(one)), vector(request_counts(other))
    return {stem: first[stem] * second[stem] for stem in sorted(first.keys() & second.keys()) if first[stem] > 0}


def _runs(text: str, weights: Mapping[str, float]) -> list[Run]:
    """Stretches of neighbouring words whose stems count; a line's end parts them."""
    runs: list[Run] = []
    for line in text.splitlines():
        run: Run = []
        for word, stems in surface_words(line):
            if len(stems) == 1 and stems[0] in weights:
                run.append((word, stems[0]))
                continue
            if run:
                runs.append(run)
            run = []
        if run:
            runs.append(run)
    return runs


def _spans(length: int) -> Iterable[tuple[int, int]]:
    """(start, size) of every stretch of at most LONGEST_PHRASE."""
    return ((at, size) for at in range(length) for size in range(1, min(LONGEST_PHRASE, length - at) + 1))


def _stem_runs(runs: Iterable[Run]) -> set[tuple[str, ...]]:
    return {tuple(stem for _, stem in run[at : at + size]) for run in runs for at, size in _spans(len(run))}


def _phrases(
    facts: RequestFacts, weights: Mapping[str, float], known: set[tuple[str, ...]]
) -> dict[tuple[str, ...], str]:
    """The longest phrases of a text that are known, from left to right, by their stems."""
    found: dict[tuple[str, ...], str] = {}
    for run in _runs(_text(facts), weights):
        at = 0
        while at < len(run):
            size = min(LONGEST_PHRASE, len(run) - at)
            while size > 1 and tuple(stem for _, stem in run[at : at + size]) not in known:
                size -= 1
            stems = tuple(stem for _, stem in run[at : at + size])
            found.setdefault(stems, " ".join(word for word, _ in run[at : at + size]))
            at += size
    return found


def _best(found: Mapping[tuple[str, ...], str], weights: Mapping[str, float], least: float) -> list[str]:
    """Phrases by weight; one whose words were all named before is left out."""
    worth = {stems: sum(weights[stem] for stem in set(stems)) for stems in found}
    named: set[str] = set()
    phrases = []
    for stems in sorted(found, key=lambda stems: (-worth[stems], stems)):
        if worth[stems] >= least and not set(stems) <= named:
            named.update(stems)
            phrases.append(found[stems])
    return phrases
