"""Requests side by side: what each touches, and which of that they share."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from customers.amounts import money_text
from impacts.engine.matching.beside import BestSentences, best_sentences, own_words
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.remedy import KIND as REMEDY
from impacts.engine.rules import change_collision
from impacts.models import DataUse, Impact, PlannedContact, SystemUse
from impacts.selectors.findings.presenting import PresentedFinding
from impacts.selectors.scans.facts import text_facts
from portfolio.models import ProjectRequest
from portfolio.permissions import can_see_money

Facts = Callable[[ProjectRequest], list[tuple[tuple[str, object], str]]]

KIND_WORDS = {
    "titles": "Words of both titles",
    "words": "Words of both texts",
    "spelling": "Wording",
    "meaning": "Meaning",
    "crowd": "Others alike",
    "touchpoint": "Touchpoint",
    "domain": "Data",
    "segment": "Customers",
    "system": "System",
    "dates": "Dates",
    "silo": "Department",
    "contacts": "Contacts",
    "person": "Who answers",
    "measure": "Measure",
    "order": "Order",
}
MOST_SENTENCE = 400
"""Characters of a sentence that are shown."""

TAGS = (
    Prefetch("impacts", Impact.objects.select_related("touchpoint")),
    "impacts__segments",
    Prefetch("data_uses", DataUse.objects.select_related("domain", "system")),
    Prefetch("system_uses", SystemUse.objects.select_related("system")),
    Prefetch("contacts", PlannedContact.objects.select_related("segment")),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the running sum: from where to where it takes the score."""

    text: str
    weight: float
    start: float
    end: float

    @property
    def for_it(self) -> str:
        """What it adds, in hundredths, with one digit."""
        return f"{100 * self.weight:.1f}"

    @property
    def against(self) -> str:
        """What it takes away, in hundredths, with one digit."""
        return f"{-100 * self.weight:.1f}"


@dataclass(frozen=True, slots=True)
class Part:
    """The steps of one kind, such as all phrases that both titles say."""

    label: str
    steps: tuple[Step, ...]

    @property
    def together(self) -> str:
        """What all of them add, in hundredths, with one digit."""
        return f"{100 * sum(step.weight for step in self.steps):.1f}"


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The running sum of a score: its parts in order, and the axis that all of it fits on."""

    parts: tuple[Part, ...]
    score: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two requests in one respect: what the first and what the second says, as words."""

    label: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Two requests beside each other: the sentences that match best (None where one has no text), and what differs."""

    requests: tuple[ProjectRequest, ProjectRequest]
    sentences: BestSentences | None
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """One request of a finding with many: what it adds, in lines that are about it alone."""

    request: ProjectRequest
    lines: tuple[str, ...]
    cost: str


def sides(finding: PresentedFinding, user: Any) -> list[dict[str, Any]]:
    """The visible requests of a pair for the compare component, shared tags marked. Five queries."""
    requests = list(finding.requests)
    prefetch_related_objects(requests, *TAGS)
    return [_side(request, requests, user) for request in requests]


def beside(finding: PresentedFinding, index: PortfolioIndex) -> Beside | None:
    """The two requests of an overlap beside each other; None for other findings, and where not both may be seen.
    Call it after `sides`, which fetches what they touch: then it takes no query."""
    if not finding.is_overlap or finding.hidden or len(finding.requests) != 2:
        return None
    first, second = finding.requests
    one, other = (
        text_facts(silo=each.silo_id, title=each.title, problem=each.problem, proposal=each.proposal)
        for each in (first, second)
    )
    mine, theirs = index.word_weights(one), index.word_weights(other)
    found = best_sentences(one, other, mine, theirs)
    if found is not None:
        first_cut, second_cut = shortened(found.first, MOST_SENTENCE), shortened(found.second, MOST_SENTENCE)
        found = BestSentences(first_cut, second_cut, found.words)
    rows = [
        Difference("Go-live", *(_when(each) for each in (first, second))),
        Difference("Kind", *(str(each.get_kind_display()) or "not said" for each in (first, second))),
    ]
    rows = [row for row in rows if row.first != row.second]
    for label, read in READERS:
        rows.append(Difference(label, _only(read, first, second), _only(read, second, first)))
    rows.append(Difference("Words", _quoted(own_words(one, other, mine)), _quoted(own_words(other, one, theirs))))
    return Beside((first, second), found, tuple(row for row in rows if row.first or row.second))


def _only(read: Facts, one: ProjectRequest, other: ProjectRequest) -> str:
    """What only one of two touches."""
    known = {key for key, _ in read(other)}
    return ", ".join(dict.fromkeys(text for key, text in read(one) if key not in known))


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)


def _when(request: ProjectRequest) -> str:
    go_live = request.wanted_go_live
    return f"{go_live.day} {go_live:%B} {go_live.year}" if go_live else "not said"


def waterfall(finding: PresentedFinding) -> Waterfall | None:
    """The evidence that adds up to the score, as a running sum; None when the rule does not add up."""
    parts: list[Part] = []
    total = low = high = 0.0
    for kind, lines in groupby((line for line in finding.evidence if line.weight is not None), lambda line: line.kind):
        steps = []
        for line in lines:
            weight = line.weight or 0.0
            steps.append(Step(line.text, weight, total, total + weight))
            total += weight
            low, high = min(low, total), max(high, total)
        parts.append(Part(KIND_WORDS.get(kind, kind), tuple(steps)))
    return Waterfall(tuple(parts), finding.score, low, max(high, 0.1)) if parts else None


def members(
    finding: PresentedFinding, user: Any, raw: Iterable[dict[str, Any]], most: int | None = None
) -> list[Member]:
    """The visible requests of a finding, at most the first `most` (one more than that is shown rather than counted),
    with what the evidence says of each alone. `raw` is the finding's evidence;
    of a redacted one nothing is said, since even that would tell what it is about, and of a collision nothing
    either: a request adds its go-live, which has a column."""
    shown = finding.requests if most is None or len(finding.requests) <= most + 1 else finding.requests[:most]
    about: dict[int, list[str]] = {request.pk: [] for request in shown}
    untold = {REMEDY, "dates"} if finding.rule == change_collision.CODE else {REMEDY}
    for line in () if finding.is_redacted else raw:
        if line["kind"] not in untold and len(line["requests"]) == 1 and line["requests"][0] in about:
            about[line["requests"][0]].append(line["text"])
    return [Member(request, tuple(about[request.pk]), cost_words(request, user)) for request in shown]


def cost_words(request: ProjectRequest, user: Any) -> str:
    """What a request costs once, for who may see it; else that it is not shown."""
    if not can_see_money(user, request):
        return "not shown"
    return money_text(request.one_off_cost)


def _side(request: ProjectRequest, pair: Sequence[ProjectRequest], user: Any) -> dict[str, Any]:
    facts = []
    for label, read in READERS:
        shared = Counter(key for other in pair for key in {key for key, _ in read(other)})
        items = [{"text": text, "shared": shared[key] > 1} for key, text in read(request)]
        facts.append({"label": label, "items_list": items, "value": "nothing said"})
    when = _when(request) if request.wanted_go_live else "go-live not said"
    facts.append({"label": "When, cost", "value": f"{when}, {cost_words(request, user)}"})
    return {
        "reference": request.reference,
        "url": request.get_absolute_url(),
        "by": f"{request.silo.name}, {request.requester.name}",
        "title": request.title,
        "text": shortened(f"{request.problem}\n\n{request.proposal}".strip()),
        "facts": facts,
    }


def shortened(text: str, most: int = 1200) -> str:
    """The text, cut at a word where it is long."""
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


def _touches(request: ProjectRequest) -> list[tuple[tuple[str, object], str]]:
    return [(("touchpoint", each.touchpoint_id), each.touchpoint.name) for each in request.impacts.all()]


def _data(request: ProjectRequest) -> list[tuple[tuple[str, object], str]]:
    rows: list[tuple[tuple[str, object], str]] = []
    for each in request.data_uses.all():
        rows.append((("domain", each.domain_id), f"{str(each.get_mode_display()).lower()} {each.domain.name}"))
    return rows


def _segments(request: ProjectRequest) -> list[tuple[tuple[str, object], str]]:
    found = {segment.pk: segment.name for each in request.impacts.all() for segment in each.segments.all()}
    found |= {each.segment_id: each.segment.name for each in request.contacts.all()}
    return [(("segment", pk), name) for pk, name in sorted(found.items(), key=lambda pair: pair[1])]


def _systems(request: ProjectRequest) -> list[tuple[tuple[str, object], str]]:
    found = {each.system_id: each.system.name for each in request.system_uses.all()}
    found |= {each.system.pk: each.system.name for each in request.data_uses.all() if each.system is not None}
    return [(("system", pk), name) for pk, name in sorted(found.items(), key=lambda pair: pair[1])]


READERS: tuple[tuple[str, Facts], ...] = (
    ("Touches", _touches),
    ("Data", _data),
    ("For", _segments),
    ("System", _systems),
)
