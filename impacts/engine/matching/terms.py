"""The words and phrases that requests have in common, as people wrote them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from impacts.engine.facts import RequestFacts
from impacts.engine.matching.languages import Language
from impacts.engine.matching.score import request_language
from impacts.engine.matching.text import is_one_word, surface_words

LONGEST_PHRASE = 4
LEAST_TERM = 0.2
"""A term that tells less than this share of the best one is not worth a place in a cluster's title."""

MEMBERS_READ = 6
LEAST_PART = 0.02
"""A phrase that adds less than this to the likeness by words is not named."""

Vector = Callable[[RequestFacts], Mapping[str, float]]
Run = list[tuple[str, str]]  # neighbouring words, each with its stem


class Written(NamedTuple):
    """A request's text or a part of it, and the language in which all its parts are read."""

    text: str
    language: Language


def title_of(facts: RequestFacts) -> Written:
    """The title."""
    return Written(facts.title, request_language(facts))


def whole_of(facts: RequestFacts) -> Written:
    """Title, problem and proposal."""
    return Written(whole_text(facts), request_language(facts))


def shared_weights(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    """What each stem of both adds to their likeness by words, from the weights of their stems."""
    return {stem: one[stem] * other[stem] for stem in sorted(one.keys() & other.keys()) if one[stem] > 0}


def shared_phrases(one: Written, other: Written, weights: Mapping[str, float]) -> list[str]:
    """Words and phrases that both texts contain, as the first writes them, most telling first.

    A phrase is a run of up to four words that stand side by side in both. `weights` are by shared stem.
    """
    found = _phrases(one, weights, _stem_runs(_runs(other, weights)))
    return _best(found, weights, LEAST_PART * sum(weights.values()))


def marks(one: Written, other: Written, weights: Mapping[str, float]) -> tuple[str, ...]:
    """The single words to mark in both texts, each as written in either, strongest first."""
    least = LEAST_PART / 2 * sum(weights.values())
    found: dict[str, tuple[float, str]] = {}
    for written in (one, other):
        for word, stems in surface_words(*written):
            for stem in stems:
                if weights.get(stem, 0.0) > least:
                    found.setdefault(word.lower(), (weights[stem], word))
    return tuple(word for _, word in sorted(found.values(), key=lambda entry: (-entry[0], entry[1])))


def common_terms(requests: Sequence[RequestFacts], vector: Vector) -> tuple[str, ...]:
    """What at least half of several requests share: phrases, by how telling they are and how many contain them.

    Of a crowd the first MEMBERS_READ are read.
    """
    read = requests[:MEMBERS_READ]
    vectors = [vector(facts) for facts in read]
    needed = max(2, (len(read) + 1) // 2)
    carriers = Counter(stem for weights in vectors for stem in weights)
    shared = {
        stem: total
        for stem, count in sorted(carriers.items())
        if count >= needed and (total := sum(weights.get(stem, 0.0) for weights in vectors) / len(read)) > 0
    }
    runs = [run for facts in read for run in _distinct(_runs(whole_of(facts), shared))]
    spelled: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for stems, phrase in runs:
        spelled[stems][phrase] += 1
    found = {
        stems: min(phrases.items(), key=lambda entry: (-entry[1], entry[0]))[0]
        for stems, phrases in spelled.items()
        if phrases.total() >= needed
    }
    best = max((sum(shared[stem] for stem in stems) for stems in found), default=0.0)
    return tuple(_best(found, shared, LEAST_TERM * best))


def _distinct(runs: Iterable[Run]) -> Iterable[tuple[tuple[str, ...], str]]:
    """Each phrase without a repeated word, once for a text: its stems, and how it is written first."""
    found: dict[tuple[str, ...], str] = {}
    for run in runs:
        for at, size in _spans(len(run)):
            stems = tuple(stem for _, stem in run[at : at + size])
            if stems not in found and len(set(stems)) == size:
                found[stems] = " ".join(word for word, _ in run[at : at + size])
    return found.items()


def whole_text(facts: RequestFacts) -> str:
    """Title, problem and proposal, one below the other."""
    return f"{facts.title}\n{facts.problem}\n{facts.proposal}"


def _runs(written: Written, weights: Mapping[str, float]) -> list[Run]:
    """Stretches of neighbouring words whose stems count; marks such as a comma part them."""
    runs: list[Run] = []
    run: Run = []
    for word, stems in surface_words(*written):
        if is_one_word(stems) and stems[0] in weights:
            run.append((word, stems[0]))
            continue
        if run:
            runs.append(run)
            run = []
    return [*runs, run] if run else runs


def _spans(length: int) -> Iterable[tuple[int, int]]:
    """(start, size) of every stretch of at most LONGEST_PHRASE."""
    return ((at, size) for at in range(length) for size in range(1, min(LONGEST_PHRASE, length - at) + 1))


def _stem_runs(runs: Iterable[Run]) -> set[tuple[str, ...]]:
    return {tuple(stem for _, stem in run[at : at + size]) for run in runs for at, size in _spans(len(run))}


def _phrases(written: Written, weights: Mapping[str, float], known: set[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """The longest phrases of a text that are known, from left to right, by their stems."""
    found: dict[tuple[str, ...], str] = {}
    for run in _runs(written, weights):
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
