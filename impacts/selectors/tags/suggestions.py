"""What a request's words seem to touch, computed when somebody looks: reading stores nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from customers.models import DataDomain, Segment, System, Touchpoint
from impacts.engine.facts import RegisterFacts, RequestFacts, ThingFact
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.matching.tags import Tag, tags_of
from impacts.engine.suggest import Suggestion, TagSuggester
from impacts.engine.tagged import NEIGHBOURS
from impacts.models import TagSuggestion

RegisterModel = type[Touchpoint] | type[DataDomain] | type[Segment] | type[System]

MODELS: dict[str, RegisterModel] = {
    TagSuggestion.Register.TOUCHPOINT.value: Touchpoint,
    TagSuggestion.Register.DOMAIN.value: DataDomain,
    TagSuggestion.Register.SEGMENT.value: Segment,
    TagSuggestion.Register.SYSTEM.value: System,
}
State = TagSuggestion.State
LIMIT, EVERY = 20, 1000


@dataclass(frozen=True, slots=True)
class SuggestionCard:
    """A suggestion as a reader sees it: the entry's name, the reader's own words that speak for it, how many similar
    requests touch it. Confidential requests are neither learned from nor counted."""

    register: str
    register_label: str
    thing: int
    name: str
    confidence: float
    words: tuple[str, ...]
    similar: int


class Suggesting:
    """Suggestions out of one index, whose lock the caller holds. Reads what is active once, for any number of
    requests: four queries; then two for each request."""

    def __init__(self, index: PortfolioIndex) -> None:
        self._index = index
        self._suggester = TagSuggester(index.register)
        self._active = frozenset(
            (kind, pk)
            for kind, model in MODELS.items()
            for pk in model.objects.active().order_by("id").values_list("pk", flat=True)
        )

    def suggest(self, facts: RequestFacts) -> list[Suggestion]:
        """What is suggested for a request, most confident first: without what it names, what somebody decided for it
        before, and what is retired."""
        texts = (facts.title, facts.problem, facts.proposal)
        if not any(text.strip() for text in texts):
            return []
        alike = self._index.neighbours(facts, NEIGHBOURS)
        near = [(score, other) for score, other in alike if other.id != facts.id and not other.confidential]
        declined = _declined(other.id for _, other in near)
        passed = tags_of(facts) | _decided(facts.id)
        found = self._suggester.suggest(texts, near, declined=declined, limit=EVERY)
        return [each for each in found if each.tag not in passed and each.tag in self._active][:LIMIT]

    def cards(self, facts: RequestFacts) -> list[SuggestionCard]:
        """The same, to be shown."""
        return [
            SuggestionCard(
                register=each.register,
                register_label=TagSuggestion.Register(each.register).label,
                thing=each.thing,
                name=entry_of(self._index.register, each.tag).name,
                confidence=each.confidence,
                words=each.words,
                similar=each.similar,
            )
            for each in self.suggest(facts)
        ]


def entry_of(register: RegisterFacts, tag: Tag) -> ThingFact:
    """The entry of the register that a tag names. Raises KeyError."""
    kinds = {
        "touchpoint": register.touchpoints,
        "domain": register.domains,
        "segment": register.segments,
        "system": register.systems,
    }
    return kinds[tag[0]][tag[1]]


def declined_for(request: int, register: RegisterFacts) -> list[tuple[TagSuggestion, str]]:
    """What was declined for a request, the latest first, with the entries' names. One query."""
    rows = TagSuggestion.objects.filter(request=request, state=State.DECLINED)
    found = []
    for row in rows.select_related("decided_by").order_by("-decided_at", "id"):
        try:
            found.append((row, entry_of(register, (row.register, row.thing_id)).name))
        except KeyError:
            continue
    return found


def _declined(requests: Iterable[int]) -> dict[int, frozenset[Tag]]:
    return _tags(list(requests), (State.DECLINED,))


def _decided(request: int) -> frozenset[Tag]:
    return _tags([request], (State.DECLINED, State.ACCEPTED)).get(request, frozenset())


def _tags(requests: Collection[int], states: Collection[State]) -> dict[int, frozenset[Tag]]:
    found: dict[int, set[Tag]] = defaultdict(set)
    rows = TagSuggestion.objects.filter(request__in=requests, state__in=states).order_by("id")
    for request, register, thing in rows.values_list("request_id", "register", "thing_id"):
        found[request].add((register, thing))
    return {request: frozenset(tags) for request, tags in found.items()}
