"""The words and phrases that requests have in common, as people wrote them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from impacts.engine.facts import RequestFacts
from impacts.engine.matching.languages import Language
from impacts.engine.matching.score import request_language
from impacts.engine.matching.text import is_one_word, surface_words

LONGEST_PHRASE = 4
LEAST_TERM = 0.2
"""A term that tells less than this share of the best one is not worth a place in a cluster's title."""

MEMBERS_READ = 6
LEAST_MARKED = 0.01
Vector = Callable[[RequestFacts], Mapping[str, float]]
Run = list[tuple[str, str]]  # neighbouring words, each with its stem


class Shared(NamedTuple):
    """A phrase or word of two texts: as it is written, its stems, its share of what they have in common, and its words
    as either text writes them, to be marked in both (none where the share is below LEAST_MARKED)."""

    text: str
    stems: tuple[str, ...]
    share: float
    words: tuple[str, ...]


class SharedWeights(NamedTuple):
    """By stem of both requests what it adds to their likeness by words, and by stem of both titles to that by titles;
    to be compared among each other only."""

    words: Mapping[str, float]
    titles: Mapping[str, float]


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


def phrases_in_common(one: Written, other: Written, weights: Mapping[str, float]) -> list[Shared]:
    """What both texts say, most telling first; the shares of all sum to one where all stems are within what is read.

    `weights` are by stem of both. A phrase is a run of two to four words that stand side by side in both, as the first
    text writes them; a stem in no such run stands alone, as the shortest word around it is written. Each stem counts
    for the strongest phrase that has it.
    """
    mine, theirs = _read(one), _read(other)
    compounds = {**mine.compounds, **theirs.compounds}
    found: dict[tuple[str, ...], str] = {}
    for stems, phrase in _phrases(mine, theirs, weights).items():
        found[tuple(dict.fromkeys(part for stem in stems for part in _parts(stem, compounds, weights)))] = phrase
    inside = {stem for stems in found for stem in stems}
    for stem in sorted(weights.keys() - inside):
        shown = mine.shown(stem) or theirs.shown(stem)
        if shown:
            word = min(shown.values(), key=len)
            low = word.lower()
            found.setdefault(_parts(stem, compounds, weights), low if low in theirs.shown(stem).values() else word)
    total = sum(weights.values())
    worth = {stems: sum(weights[stem] for stem in stems) for stems in found}
    counted: set[str] = set()
    phrases = []
    for stems in sorted(found, key=lambda stems: (-worth[stems], stems)):
        fresh = [stem for stem in stems if stem not in counted]
        if fresh:
            counted.update(fresh)
            share = worth[stems] if len(fresh) == len(stems) else sum(weights[stem] for stem in fresh)
            marked = _marks(mine, theirs, stems) if share >= LEAST_MARKED * total else ()
            phrases.append(Shared(found[stems], stems, share / total, marked))
    return sorted(phrases, key=lambda shared: (-shared.share, shared.text))


def _parts(stem: str, compounds: Mapping[str, Sequence[str]], weights: Mapping[str, float]) -> tuple[str, ...]:
    """The stem of a whole word with those of its parts, as far as both texts have them."""
    return tuple(part for part in compounds[stem] if part in weights) if stem in compounds else (stem,)


def _marks(mine: "_Reading", theirs: "_Reading", stems: Iterable[str]) -> tuple[str, ...]:
    """The words of these stems as written in either text, each once."""
    words = {low: word for stem in stems for low, word in {**theirs.shown(stem), **mine.shown(stem)}.items()}
    return tuple(dict.fromkeys(words.values()))


class _Reading(NamedTuple):
    """A text, read once: its words with their stems; by stem the places of the words that have it; and by the stem of a
    whole word all its stems, where there are several."""

    words: Sequence[tuple[str, tuple[str, ...]]]
    places: Mapping[str, Sequence[int]]
    compounds: Mapping[str, tuple[str, ...]]

    def shown(self, stem: str) -> dict[str, str]:
        """The words of a stem as they are written, by how they look in lower case: in lower case where they are so
        anywhere; where spaces do not part words, the stem itself."""
        found: dict[str, str] = {}
        for at in self.places.get(stem, ()):
            word, stems = self.words[at]
            low = word.lower()
            if low == word or low not in found:
                found[low] = word if is_one_word(stems) else stem
        return found


@lru_cache(maxsize=4096)
def _read(written: Written) -> _Reading:
    words = surface_words(*written)
    places: dict[str, list[int]] = {}
    compounds: dict[str, tuple[str, ...]] = {}
    for at, (_, stems) in enumerate(words):
        for stem in stems:
            if stem in places:
                places[stem].append(at)
            else:
                places[stem] = [at]
        if len(stems) > 1 and is_one_word(stems):
            compounds[stems[0]] = stems
    return _Reading(words, places, compounds)


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


def _common_runs(reading: _Reading, weights: Mapping[str, float]) -> list[Run]:
    """Stretches of two and more neighbouring words whose stems count."""
    runs: list[Run] = []
    run: Run = []
    last = -2
    for at in sorted({at for stem in weights for at in reading.places.get(stem, ())}):
        word, stems = reading.words[at]
        if stems[0] not in weights or not is_one_word(stems):
            continue
        if at != last + 1:
            runs.append(run)
            run = []
        run.append((word, stems[0]))
        last = at
    return [run for run in [*runs, run] if len(run) > 1]


def _phrases(mine: _Reading, theirs: _Reading, weights: Mapping[str, float]) -> dict[tuple[str, ...], str]:
    """The longest phrases of two and more words of a text that the other has too, from left to right, by stems."""
    runs = _common_runs(mine, weights)
    known = {
        tuple(stem for _, stem in run[at : at + size])
        for run in (_common_runs(theirs, weights) if runs else ())
        for at, size in _spans(len(run))
        if size > 1
    }
    found: dict[tuple[str, ...], str] = {}
    for run in runs if known else ():
        at = 0
        while at < len(run):
            size = min(LONGEST_PHRASE, len(run) - at)
            while size > 1 and tuple(stem for _, stem in run[at : at + size]) not in known:
                size -= 1
            if size > 1:
                stems = tuple(stem for _, stem in run[at : at + size])
                found.setdefault(stems, " ".join(word for word, _ in run[at : at + size]))
            at += size
    return found


def _best(found: Mapping[tuple[str, ...], str], weights: Mapping[str, float], least: float) -> list[str]:
    """Phrases by weight; one whose words were all named before is left out."""
    worth = {stems: sum(weights[stem] for stem in sorted(set(stems))) for stems in found}
    named: set[str] = set()
    phrases = []
    for stems in sorted(found, key=lambda stems: (-worth[stems], stems)):
        if worth[stems] >= least and not set(stems) <= named:
            named.update(stems)
            phrases.append(found[stems])
    return phrases
