"""Why two requests are alike, in lines that a department head understands: their weights sum to the score."""

from collections.abc import Iterable, Mapping, Sequence

from impacts.engine.facts import Evidence, RegisterFacts, RequestFacts, ThingFact
from impacts.engine.matching.acronyms import accidents
from impacts.engine.matching.score import PairScore
from impacts.engine.matching.tags import Tag
from impacts.engine.matching.terms import (
    Vector,
    marks,
    shared_phrases,
    shared_weights,
    title_of,
    whole_of,
    whole_text,
)

SHOWN = 8
"""Phrases that a line names; the rest is counted."""

_TAG_WORDS = {
    "touchpoint": "Both touch where customers meet us: “{}”",
    "domain": "Both work with the data “{}”",
    "system": "Both rest on the system “{}”",
    "segment": "Both are for the customers “{}”",
}


def explain(
    one: RequestFacts, other: RequestFacts, pair: PairScore, register: RegisterFacts, vector: Vector
) -> tuple[Evidence, ...]:
    """The evidence lines of a pair, one for each part of its score; their weights sum to `pair.score`."""
    first, second = sorted((one, other), key=lambda facts: facts.id)
    about = (first.id, second.id)
    weights = shared_weights(vector(first), vector(second))
    strangers = accidents(whole_text(first), whole_text(second))
    weights = {stem: weight for stem, weight in weights.items() if stem not in strangers}
    lines: list[Evidence] = []
    if pair.titles > 0:
        titles = title_of(first), title_of(second)
        marked = marks(*titles, weights)
        phrases = shared_phrases(*titles, weights) or marked
        lines.append(Evidence("titles", f"Both titles say {_named(phrases)}", about, pair.titles, marked))
    if pair.words > 0:
        texts = whole_of(first), whole_of(second)
        marked = marks(*texts, weights)
        phrases = shared_phrases(*texts, weights) or marked
        lines.append(Evidence("words", f"Both speak of {_named(phrases)}", about, pair.words, marked))
    if pair.grams > 0:
        text = "They are worded alike, also where the same word ends differently"
        lines.append(Evidence("spelling", text, about, pair.grams))
    if pair.meaning > 0:
        text = "They mean alike, also where they use other words"
        lines.append(Evidence("meaning", text, about, pair.meaning))
    if pair.crowd < 0:
        text = "Less weight, because both resemble many others: what they say, many say"
        lines.append(Evidence("crowd", text, about, pair.crowd))
    for (kind, thing), weight in sorted(pair.tags, key=lambda part: (-part[1], part[0])):
        lines.append(Evidence(kind, _TAG_WORDS[kind].format(thing_name(register, (kind, thing))), about, weight))
    if pair.dates > 0:
        lines.append(Evidence("dates", "They want to go live within three months of each other", about, pair.dates))
    if pair.silo < 0:
        silo = register.silos.get(one.silo, "the same silo")
        text = f"Less weight, because both come from {silo}: its own projects often share wording"
        lines.append(Evidence("silo", text, about, pair.silo))
    return tuple(_rounded(lines, pair.score))


def _named(phrases: Sequence[str]) -> str:
    return ", ".join(f"“{phrase}”" for phrase in phrases[:SHOWN]) or "the same things"


def _rounded(lines: list[Evidence], score: float) -> Iterable[Evidence]:
    """Weights with 4 digits that still sum to the score: the first line takes what rounding leaves."""
    weights = [round(line.weight or 0.0, 4) for line in lines]
    if weights:
        weights[0] = round(weights[0] + score - sum(weights), 4)
    return (
        Evidence(line.kind, line.text, line.requests, weight, line.words)
        for line, weight in zip(lines, weights, strict=True)
    )


def thing_name(register: RegisterFacts, tag: Tag) -> str:
    """The name of a thing, or its kind and number when the register does not hold it."""
    kind, thing = tag
    things: Mapping[str, Mapping[int, ThingFact]] = {
        "touchpoint": register.touchpoints,
        "domain": register.domains,
        "system": register.systems,
        "segment": register.segments,
        "measure": register.measures,
        "attribute": register.attributes,
        "skill": register.skills,
    }
    entry = things[kind].get(thing)
    return entry.name if entry is not None else f"{kind} {thing}"
