"""One plain sentence that says what two requests have in common and when each wants it.

Put together from facts alone: the strongest phrases of both, what both touch and do there, the silos, the months of the
go-lives. "Both speak of “text message” and “payments” and are for “Card holders”; Retail plans it for March, Cards for
May 2027."
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from impacts.engine.facts import RegisterFacts, RequestFacts
from impacts.engine.matching.names import thing_name
from impacts.engine.matching.score import PairScore
from impacts.engine.matching.tags import Tag
from impacts.engine.matching.terms import Shared

KIND = "summary"

PHRASES, TAGS = 2, 2
"""So many of each are named at most; of phrases one more where nothing else is named."""

LEAST = 0.25
"""What adds less than this share of what the strongest adds is not named."""

_VERBS = {
    "touchpoint": {"introduces": "introduce", "changes": "change", "replaces": "replace", "retires": "retire"},
    "domain": {"masters": "master", "creates": "create", "changes": "change", "reads": "read", "retires": "retire"},
    "system": {
        "introduces": "introduce",
        "changes": "change",
        "replaces": "replace",
        "retires": "retire",
        "uses": "use",
    },
    "segment": {},
}
_ANY_VERB = {"touchpoint": "touch", "domain": "work with", "system": "rest on", "segment": "are for"}


def summary(
    first: RequestFacts,
    second: RequestFacts,
    pair: PairScore,
    register: RegisterFacts,
    titles: Sequence[Shared],
    words: Sequence[Shared],
) -> str:
    """The sentence. `titles` and `words` are the phrases that titles and whole texts have in common."""
    same_silo = first.silo == second.silo
    clauses = [f"come from {register.silos[first.silo]}"] if same_silo and first.silo in register.silos else []
    phrases = _strongest(pair, titles, words, PHRASES if pair.tags else PHRASES + 1)
    if phrases:
        clauses.append(f"speak of {listed(phrases)}")
    elif pair.meaning > pair.grams:
        clauses.append("say much the same in other words")
    clauses += _tag_clauses(first, second, pair.tags, register)
    if not phrases and pair.meaning <= pair.grams and not pair.tags:
        clauses.append("are worded alike")
    return f"Both {joined(clauses)}{_dates(first, second, register)}."


def _strongest(pair: PairScore, titles: Sequence[Shared], words: Sequence[Shared], most: int) -> list[str]:
    """The phrases that add most, each by what it adds in titles and texts; none twice in other forms."""
    added: dict[str, float] = defaultdict(float)
    for part, phrases in ((pair.titles, titles), (pair.words, words)):
        for phrase in phrases:
            added[phrase.text] += part * phrase.share
    stems = {phrase.text: phrase.stems for phrase in (*titles, *words)}
    chosen: list[str] = []
    for text in sorted(added, key=lambda text: (-added[text], text)):
        if len(chosen) == most or (chosen and added[text] < LEAST * added[chosen[0]]):
            break
        if added[text] > 0 and all(set(stems[text]).isdisjoint(stems[other]) for other in chosen):
            chosen.append(text)
    return [f"“{text}”" for text in chosen]


def _tag_clauses(
    first: RequestFacts, second: RequestFacts, tags: Sequence[tuple[Tag, float]], register: RegisterFacts
) -> list[str]:
    """ "change “Mobile login”", "are for “Card holders” and “Students”": one clause for each verb."""
    ranked = sorted(tags, key=lambda part: (-part[1], part[0]))[:TAGS]
    by_verb: dict[str, list[str]] = defaultdict(list)
    for tag, weight in ranked:
        if weight >= LEAST * ranked[0][1]:
            by_verb[_verb(first, second, tag)].append(f"“{thing_name(register, tag)}”")
    order = [verb for kind in _ANY_VERB for verb in (*_VERBS[kind].values(), _ANY_VERB[kind])]
    return [f"{verb} {listed(by_verb[verb])}" for verb in dict.fromkeys(order) if verb in by_verb]


def _verb(first: RequestFacts, second: RequestFacts, tag: Tag) -> str:
    """What both do to a thing, where it is the same; else that they have to do with it."""
    one, other = _effects(first, tag), _effects(second, tag)
    if len(one) == 1 and one == other:
        return _VERBS[tag[0]].get(next(iter(one)), _ANY_VERB[tag[0]])
    return _ANY_VERB[tag[0]]


def _effects(facts: RequestFacts, tag: Tag) -> frozenset[str]:
    kind, thing = tag
    if kind == "touchpoint":
        return frozenset(impact.effect for impact in facts.impacts if impact.touchpoint == thing)
    if kind == "domain":
        return frozenset(use.mode for use in facts.data_uses if use.domain == thing)
    if kind == "system":
        return frozenset(use.effect for use in facts.system_uses if use.system == thing)
    return frozenset()


def _dates(first: RequestFacts, second: RequestFacts, register: RegisterFacts) -> str:
    """When each wants to go live, by month, the earlier first; nothing where neither says."""
    known = sorted(
        (facts for facts in (first, second) if facts.go_live is not None),
        key=lambda facts: (facts.go_live.toordinal() if facts.go_live else 0, facts.id),
    )
    if not known:
        return ""
    silos = first.silo != second.silo and {first.silo, second.silo} <= register.silos.keys()
    plans = "plans it for" if silos else "is planned for"
    names = {facts.id: register.silos[facts.silo] if silos else facts.reference or "this one" for facts in known}
    earliest, latest = known[0], known[-1]
    start, end = f"{earliest.go_live:%B %Y}", f"{latest.go_live:%B %Y}"
    if len(known) == 1:
        unsaid = second if earliest is first else first
        name = register.silos[unsaid.silo] if silos else unsaid.reference
        silent = f", {name} has not said when" if name and unsaid.reference else ""
        return f"; {names[earliest.id]} {plans} {start}{silent}"
    if start == end:
        return f"; both {'plan it for' if silos else 'are planned for'} {start}"
    if start[-4:] == end[-4:]:
        start = f"{earliest.go_live:%B}"
    return f"; {names[earliest.id]} {plans} {start}, {names[latest.id]} for {end}"


def listed(names: Iterable[str]) -> str:
    """'A', 'A and B', 'A, B and C'."""
    known = list(names)
    return " and ".join(filter(None, [", ".join(known[:-1]), *known[-1:]]))


def joined(clauses: Sequence[str]) -> str:
    """The same of clauses, which may hold an "and" themselves: 'speak of A and B, and are for C'."""
    if len(clauses) > 1 and any(" and “" in clause for clause in clauses):
        return f"{', '.join(clauses[:-1])}, and {clauses[-1]}"
    return listed(clauses)
