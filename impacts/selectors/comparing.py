"""Requests side by side: what each touches, and which of that they share."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects

from customers.templatetags.ombud import money_text
from impacts.engine.remedy import KIND as REMEDY
from impacts.selectors.presenting import EvidenceLine, PresentedFinding
from portfolio.models import ProjectRequest
from portfolio.permissions import can_see_money

Facts = Callable[[ProjectRequest], list[tuple[tuple[str, object], str]]]

KIND_WORDS = {
    "titles": "Words of both titles",
    "words": "Words of both texts",
    "spelling": "Wording",
    "meaning": "Meaning",
    "crowd": "Crowding",
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
TAGS = (
    "impacts__touchpoint",
    "impacts__segments",
    "data_uses__domain",
    "data_uses__system",
    "system_uses__system",
    "contacts__segment",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the running sum: from where to where it takes the score."""

    label: str
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
class Member:
    """One request of a finding with many: what it adds, in lines that are about it alone."""

    request: ProjectRequest
    lines: tuple[str, ...]
    cost: str


def sides(finding: PresentedFinding, user: Any) -> list[dict[str, Any]]:
    """The visible requests of a pair for the compare component, shared tags marked. Eight queries."""
    requests = list(finding.requests)
    prefetch_related_objects(requests, *TAGS)
    return [_side(request, requests, user) for request in requests]


def waterfall(lines: Sequence[EvidenceLine]) -> list[Step]:
    """The lines that add up to the score, as steps of a running sum; none when the rule does not add up."""
    steps: list[Step] = []
    total = 0.0
    for line in lines:
        if line.weight is None:
            continue
        steps.append(Step(KIND_WORDS.get(line.kind, line.kind), line.text, line.weight, total, total + line.weight))
        total += line.weight
    return steps


def members(finding: PresentedFinding, user: Any, raw: Iterable[dict[str, Any]]) -> list[Member]:
    """The visible requests of a finding with what the evidence says of each alone. `raw` is the finding's evidence."""
    about: dict[int, list[str]] = {request.pk: [] for request in finding.requests}
    for line in raw:
        if line["kind"] != REMEDY and len(line["requests"]) == 1 and line["requests"][0] in about:
            about[line["requests"][0]].append(line["text"])
    return [Member(request, tuple(about[request.pk]), cost_words(request, user)) for request in finding.requests]


def cost_words(request: ProjectRequest, user: Any) -> str:
    """What a request costs once, for who may see it; else that it is not shown."""
    if not can_see_money(user, request):
        return "not shown"
    return money_text(request.one_off_cost)


def _side(request: ProjectRequest, pair: Sequence[ProjectRequest], user: Any) -> dict[str, Any]:
    facts = []
    for label, read in (("Touches", _touches), ("Data", _data), ("For", _segments), ("System", _systems)):
        shared = Counter(key for other in pair for key in {key for key, _ in read(other)})
        items = [{"text": text, "shared": shared[key] > 1} for key, text in read(request)]
        facts.append({"label": label, "items_list": items, "value": "nothing said"})
    go_live = request.wanted_go_live
    when = f"{go_live.day} {go_live:%B} {go_live.year}" if go_live else "go-live not said"
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
