"""Why two requests are alike, in lines that a department head understands: their weights sum to the score.

The first line, of the kind "summary", is one plain sentence and weighs nothing. Then come the parts of the score: what
titles and texts say in common, a line for each of the strongest phrases and one for the rest; spelling; meaning; each
thing that both touch; dates; whether they stand out; and what speaks against, with a negative weight. This is done for
every overlap that a scan finds, so it must be cheap. What is only worth reading in one finding (which sentences match
best, what differs) is found when somebody opens it: beside.py.
"""

from collections.abc import Iterable, Sequence

from impacts.engine.facts import Evidence, RegisterFacts, RequestFacts
from impacts.engine.matching.names import thing_name
from impacts.engine.matching.score import PairScore
from impacts.engine.matching.summary import KIND as SUMMARY
from impacts.engine.matching.summary import summary
from impacts.engine.matching.terms import Shared, SharedWeights, phrases_in_common, title_of, whole_of

NAMED = 5
"""So many phrases have a line of their own; the rest is counted."""

LEAST_PART = 0.02
"""A phrase with less than this share of what the texts have in common is not named."""

LEAST_CROWD = 0.0005
"""Less than this for or against because of others, nothing in a hundred, has no line."""

_TAG_WORDS = {
    "touchpoint": "Both touch where customers meet us: “{}”",
    "domain": "Both work with the data “{}”",
    "system": "Both rest on the system “{}”",
    "segment": "Both are for the customers “{}”",
}


def explain(
    one: RequestFacts, other: RequestFacts, pair: PairScore, register: RegisterFacts, shared: SharedWeights
) -> tuple[Evidence, ...]:
    """The evidence lines of a pair. `shared` weighs the stems of both."""
    first, second = sorted((one, other), key=lambda facts: facts.id)
    about = (first.id, second.id)
    titles = phrases_in_common(title_of(first), title_of(second), shared.titles)
    words = phrases_in_common(whole_of(first), whole_of(second), shared.words)
    lines = [*_phrase_lines("titles", titles, pair.titles, about), *_phrase_lines("words", words, pair.words, about)]
    if pair.grams > 0:
        text = "They are worded alike, also where the same word ends differently"
        lines.append(Evidence("spelling", text, about, pair.grams))
    if pair.meaning > 0:
        text = "They mean alike, also where they use other words"
        lines.append(Evidence("meaning", text, about, pair.meaning))
    for (kind, thing), weight in sorted(pair.tags, key=lambda part: (-part[1], part[0])):
        lines.append(Evidence(kind, _TAG_WORDS[kind].format(thing_name(register, (kind, thing))), about, weight))
    if pair.dates > 0:
        lines.append(Evidence("dates", "They want to go live within three months of each other", about, pair.dates))
    if abs(pair.crowd) >= LEAST_CROWD:
        text = "Less weight, because others resemble one of them as well: what both say is not theirs alone"
        if pair.crowd > 0:
            text = "More weight, because little else resembles either of them"
        lines.append(Evidence("crowd", text, about, pair.crowd))
    if pair.silo < 0:
        silo = register.silos.get(one.silo, "the same silo")
        text = f"Less weight, because both come from {silo}: its own projects often share wording"
        lines.append(Evidence("silo", text, about, pair.silo))
    sentence = summary(first, second, pair, register, titles, words)
    return (Evidence(SUMMARY, sentence, about), *_rounded(lines, pair.score))


def _phrase_lines(kind: str, phrases: Sequence[Shared], part: float, about: tuple[int, int]) -> list[Evidence]:
    """One line for each of the strongest phrases and one for the rest; their weights sum to the part."""
    if part <= 0:
        return []
    telling = sum(phrase.share >= LEAST_PART for phrase in phrases)
    named = phrases[: NAMED if telling > NAMED + 1 else telling]
    lines = [Evidence(kind, f"“{phrase.text}”", about, part * phrase.share, phrase.words) for phrase in named]
    rest = phrases[len(named) :]
    left = part - sum(line.weight or 0.0 for line in lines)
    if rest or not lines:
        count = f"{len(rest)} more" if lines else str(len(rest) or "some")
        marked = tuple(word for phrase in rest for word in phrase.words)
        lines.append(Evidence(kind, f"{count} {'word' if len(rest) == 1 else 'words'}", about, left, marked))
    return lines


def _rounded(lines: list[Evidence], score: float) -> Iterable[Evidence]:
    """Weights with 4 digits that still sum to the score: the strongest line takes what rounding leaves."""
    weights = [round(line.weight or 0.0, 4) for line in lines]
    if weights:
        strongest = weights.index(max(weights))
        weights[strongest] = round(weights[strongest] + score - sum(weights), 4)
    return (
        Evidence(line.kind, line.text, line.requests, weight, line.words)
        for line, weight in zip(lines, weights, strict=True)
    )
