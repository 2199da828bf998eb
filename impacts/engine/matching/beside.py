"""Two requests beside each other, for a reader who has opened their overlap: which sentences match best, and which
words only one of them has.

Found when somebody looks and not in the scan, which need not pay for it, and so always from the texts as they are now.
By words alone: a request's stems weigh what the index says that they tell of it. Two sentences match by the weights of
their common stems, lessened by what else they say: the product of what they have in common and their cosine.
"""

from collections.abc import Mapping, Sequence
from itertools import product
from math import sqrt
from typing import NamedTuple

from impacts.engine.facts import RequestFacts
from impacts.engine.matching.acronyms import accidents
from impacts.engine.matching.score import request_counts, request_language
from impacts.engine.matching.sentences import heading, sentences
from impacts.engine.matching.terms import whole_of, whole_text
from impacts.engine.matching.text import is_one_word, stems, surface_words

OWN = 4
"""So many words are named that only one of two requests has."""

LEAST_OWN = 0.25
"""A word that tells less than this share of the most telling one is not named."""

Weights = Mapping[str, float]


class BestSentences(NamedTuple):
    """A sentence of each, and the words that both have, as either writes them. Without words in common it is how each
    begins."""

    first: str
    second: str
    words: tuple[str, ...]


def best_sentences(one: RequestFacts, other: RequestFacts, mine: Weights, theirs: Weights) -> BestSentences | None:
    """The two sentences that match best, the first pair of equals; None where either says nothing. `mine` and `theirs`
    weigh the stems of each request."""
    first, second = _sentences(one), _sentences(other)
    if not first or not second:
        return None
    odd = accidents(whole_text(one), whole_text(other))
    left = [_weighed(sentence, one, mine, odd) for sentence in first]
    right = [_weighed(sentence, other, theirs, odd) for sentence in second]
    places = product(range(len(first)), range(len(second)))
    at, beside = min(places, key=lambda place: (-_match(left[place[0]], right[place[1]]), place))
    common = left[at].keys() & right[beside].keys()
    if not common:
        return BestSentences(first[0], second[0], ())
    pair = ((first[at], one), (second[beside], other))
    words = (
        word
        for sentence, facts in pair
        for word, found_stems in surface_words(sentence, request_language(facts))
        if is_one_word(found_stems) and not common.isdisjoint(found_stems)
    )
    return BestSentences(first[at], second[beside], tuple(dict.fromkeys(words)))


def own_words(one: RequestFacts, other: RequestFacts, mine: Weights) -> tuple[str, ...]:
    """The words that tell most of a request and that the other has not in any form: in small letters where it writes
    them so anywhere."""
    theirs = request_counts(other).keys()
    found: dict[str, str] = {}
    for word, its_stems in surface_words(*whole_of(one)):
        if is_one_word(its_stems) and theirs.isdisjoint(its_stems):
            shown = found.setdefault(its_stems[0], word)
            if word.islower() and not shown.islower():
                found[its_stems[0]] = word
    ranked = sorted((stem for stem in found if mine.get(stem, 0.0) > 0), key=lambda stem: (-mine[stem], stem))[:OWN]
    return tuple(found[stem] for stem in ranked if mine[stem] >= LEAST_OWN * mine[ranked[0]])


def _sentences(facts: RequestFacts) -> Sequence[str]:
    """The sentences of problem and proposal; of a request without them its title."""
    found = [*sentences(facts.problem), *sentences(facts.proposal)]
    return [each for each in found or [heading(facts)] if any(char.isalnum() for char in each)]


def _weighed(sentence: str, facts: RequestFacts, weights: Weights, odd: frozenset[str]) -> dict[str, float]:
    found = dict.fromkeys(stems(sentence, request_language(facts)))
    return {stem: weights[stem] for stem in found if weights.get(stem, 0.0) > 0 and stem not in odd}


def _match(one: Weights, other: Weights) -> float:
    common = sum(one[stem] * other[stem] for stem in sorted(one.keys() & other.keys()))
    if not common:
        return 0.0
    lengths = (sqrt(sum(weight * weight for weight in side.values())) for side in (one, other))
    return common * common / (next(lengths) * next(lengths))
