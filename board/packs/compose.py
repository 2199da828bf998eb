"""Composes the pack: facts in, a document of plain text and numbers out. No Django, no layout.

The document is what a published pack freezes, so it holds everything that is printed and nothing else. The templates
and `render_pdf` only set it. Text that people wrote is cut to what one page an item has room for; the request's own
page holds the rest, and the pack says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from board.packs import words
from board.packs.customer import Chart, TouchRow, chart_of, effect_sentence, touch_rows
from board.packs.facts import DecisionFact, FindingFact, ItemFacts, PackFacts, RequestFact
from board.packs.options import options_for

MOST_REQUESTS, MOST_FINDINGS, MOST_EVIDENCE, MOST_TOUCHES, MOST_ANSWERS, MOST_OBJECTIONS = 6, 4, 2, 5, 2, 3
MOST_REMEDY = 320
"""Characters of what would end a finding; half of it would help nobody."""

LETTERS = "ABCDEFGHIJ"
BOXES = ("Approve", "With conditions", "Hold until ______", "Merge", "In order", "Defer", "Reject")


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled line, such as "Asked for: €420,000"."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class AgendaRow:
    """One line of the agenda, with its time and the heading's name to link to."""

    number: int
    time: str
    minutes: int
    question: str
    subject: str
    anchor: str


@dataclass(frozen=True, slots=True)
class FindingBox:
    """A finding with its strongest evidence. `mark` is serious, look or note; `remedy` what would end it."""

    mark: str
    kind: str
    title: str
    evidence: tuple[str, ...]
    references: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One option as the table has it."""

    label: str
    customer: str
    cost: str
    undo: str


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One item on one page. `continued` says where to read what had no room; empty when all is here. `more` counts the
    findings that stand only there."""

    number: int
    of: int
    minutes: int
    anchor: str
    kicker: str
    question: str
    facts: tuple[Fact, ...]
    members: tuple[Fact, ...]
    why: str
    effect: str
    touches: tuple[TouchRow, ...]
    chart: Chart | None
    findings: tuple[FindingBox, ...]
    options: tuple[OptionRow, ...]
    advice: str
    adviser: str
    against: tuple[str, ...]
    last: str
    waits: str
    gone: tuple[str, ...]
    continued: str
    more: int = 0
    boxes: tuple[str, ...] = BOXES


@dataclass(frozen=True, slots=True)
class PastDecision:
    """A decision of the last meeting."""

    day: str
    label: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class OpenCondition:
    """A condition that is still open."""

    due: str
    text: str
    owner: str
    over: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class Document:
    """The whole pack. `number` is 0 for a draft."""

    organisation: str
    title: str
    day: str
    starts: str
    ends: str
    place: str
    number: int
    made: str
    summary: str
    facts: tuple[Fact, ...]
    agenda: tuple[AgendaRow, ...]
    decisions: tuple[PastDecision, ...]
    conditions: tuple[OpenCondition, ...]
    pages: tuple[ItemPage, ...]


def compose(pack: PackFacts) -> Document:
    """The pack's document. An empty agenda makes a document without pages."""
    starts = pack.starts_at
    minutes = sum(item.minutes for item in pack.items)
    facts = [
        Fact("Chair", pack.chair or "not named"),
        Fact("Minutes kept by", pack.secretary or "not named"),
        Fact("Expected", words.listed(pack.members) or "nobody yet"),
        Fact("Time", f"{minutes} of {pack.minutes} minutes are planned"),
    ]
    if pack.place:
        facts.insert(0, Fact("Where", pack.place))
    return Document(
        organisation=pack.organisation,
        title=pack.title,
        day=f"{starts:%A} {words.day(starts.date())}",
        starts=f"{starts:%H:%M}",
        ends=f"{starts + timedelta(minutes=pack.minutes):%H:%M}",
        place=pack.place,
        number=pack.number or 0,
        made=f"{pack.made_at:%A} {words.day(pack.made_at.date())}, {pack.made_at:%H:%M}",
        summary=_summary(pack),
        facts=tuple(facts),
        agenda=tuple(_agenda(pack)),
        decisions=tuple(_past(decision) for decision in pack.decisions),
        conditions=tuple(
            OpenCondition(
                words.day(each.due),
                words.cut(each.text, 300),
                each.owner,
                words.listed(each.references, 4),
                each.overdue,
            )
            for each in pack.conditions
        ),
        pages=tuple(_page(pack, item, number) for number, item in enumerate(pack.items, start=1)),
    )


def _summary(pack: PackFacts) -> str:
    """The cover's one sentence: how much is asked for, by how many departments, and what stands against it."""
    requests = {request.id: request for item in pack.items for request in item.decidable}
    if not requests:
        return "Nothing is on the agenda that can be decided." if pack.items else "The agenda is empty."
    silos = {request.silo for request in requests.values()}
    findings = {finding.id: finding for item in pack.items for finding in item.findings}
    asked = words.total([request.one_off for request in requests.values()], pack.currency)
    parts = [
        f"{words.counted(len(silos), 'department')} {'asks' if len(silos) == 1 else 'ask'} for {asked} in "
        f"{words.counted(len(requests), 'request')}"
    ]
    against = []
    for kind in ("overlap", "conflict", "gap"):
        number = sum(1 for finding in findings.values() if finding.kind == kind)
        if number:
            against.append(words.counted(number, kind))
    if against:
        parts.append(f"{words.listed(against)} stand between them and the customer")
    objections = {(each.person, each.reference) for item in pack.items for each in item.objections}
    if objections:
        who = words.listed(sorted({person for person, _ in objections}), 3)
        verb = "objects" if len({person for person, _ in objections}) == 1 else "object"
        parts.append(f"{who} {verb} to {words.counted(len(objections), 'request')} for their customers")
    return words.sentence("; ".join(parts))


def _agenda(pack: PackFacts) -> list[AgendaRow]:
    rows, at = [], pack.starts_at
    for number, item in enumerate(pack.items, start=1):
        rows.append(AgendaRow(number, f"{at:%H:%M}", item.minutes, item.question, _subject(item), f"item-{number}"))
        at += timedelta(minutes=item.minutes)
    return rows


def _subject(item: ItemFacts) -> str:
    references = [request.reference for request in item.requests]
    if item.family:
        return f"Family {item.family}: {words.listed(references, 6)}"
    if len(references) > 1:
        return words.listed(references, 6)
    return ", ".join(f"{request.reference} of {request.silo}" for request in item.requests)


def _past(decision: DecisionFact) -> PastDecision:
    return PastDecision(
        words.day(decision.at.date()), decision.label, words.cut(decision.what, 160), words.cut(decision.reason, 240)
    )


def _page(pack: PackFacts, item: ItemFacts, number: int) -> ItemPage:
    gone = tuple(request.absent for request in item.requests if request.absent)
    touches = touch_rows(item)
    standing = [finding for finding in item.findings if finding.kind != "gap"] + [
        finding for finding in item.findings if finding.kind == "gap"
    ]
    left_out = (
        len(item.requests) > MOST_REQUESTS
        or len(touches) > MOST_TOUCHES
        or len(standing) > MOST_FINDINGS
        or any(len(finding.evidence) > MOST_EVIDENCE for finding in standing)
        or len(item.objections) > MOST_OBJECTIONS
        or len(" ".join(request.problem for request in item.requests).split()) > 60
    )
    return ItemPage(
        number=number,
        of=len(pack.items),
        minutes=item.minutes,
        anchor=f"item-{number}",
        kicker=_subject(item),
        question=item.question,
        facts=tuple(_facts(pack, item)),
        members=tuple(_members(pack, item)),
        why=_why(item),
        effect=effect_sentence(item),
        touches=touches[:MOST_TOUCHES],
        chart=chart_of(item),
        findings=tuple(_finding(finding) for finding in standing[:MOST_FINDINGS]),
        options=tuple(_options(pack, item)),
        advice=words.cut(item.advice, 420),
        adviser=item.adviser,
        against=_against(item),
        last=_last(item.last),
        waits=_waits(pack, item),
        gone=gone,
        continued=_continued(item) if left_out else "",
        more=max(len(standing) - MOST_FINDINGS, 0),
    )


def _against(item: ItemFacts) -> tuple[str, ...]:
    """Who disagrees: who objects for customers first, then requesters who say that theirs is another thing."""
    objections = [
        f"{objection.words}: “{words.cut(objection.reason, 220)}”" for objection in item.objections[:MOST_OBJECTIONS]
    ]
    differs = [answer for answer in item.answers if answer.kind == "differs"]
    said = [f"{answer.person}, {answer.silo}: “{words.cut(answer.text, 200)}”" for answer in differs[:MOST_ANSWERS]]
    return (*objections, *said)


def _continued(item: ItemFacts) -> str:
    references = [request.reference for request in item.requests]
    return f"The rest of what is known stands in {words.listed(references, 4)}." if references else ""


def _why(item: ItemFacts) -> str:
    lead = item.lead_request or (item.requests[0] if item.requests else None)
    return words.cut(lead.problem, 330) if lead else ""


def _facts(pack: PackFacts, item: ItemFacts) -> list[Fact]:
    lead = item.lead_request or (item.requests[0] if item.requests else None)
    asked = words.total([request.one_off for request in item.requests], pack.currency)
    if len(item.requests) > 1:
        asked += f" in {words.counted(len(item.requests), 'request')}"
    yearly = [request.yearly for request in item.requests if request.yearly]
    if yearly:
        asked += f", then {words.amount(sum(yearly, Decimal(0)), pack.currency)} a year"
    answers = item.owner or (lead.sponsor if lead else "")
    return [
        Fact("Asked by", _asker(lead) if lead else "nobody"),
        Fact("Answers for it", words.cut(answers or "Nobody is named", 90)),
        Fact("Speaks for the customer", words.cut(words.listed(item.speakers, 3) or "Nobody is named", 110)),
        Fact("Asked for", asked),
        Fact("Wanted live", words.span([request.go_live for request in item.requests if request.go_live])),
        Fact("Promised", words.cut(lead.promised_effect, 110) if lead and lead.promised_effect else "not said"),
    ]


def _asker(lead: RequestFact) -> str:
    named = lead.silo.lower() in lead.requester.lower()
    return words.cut(lead.requester if named else f"{lead.requester} ({lead.silo})", 90)


def _members(pack: PackFacts, item: ItemFacts) -> list[Fact]:
    """The requests of a family, each on a line; a single request needs none."""
    if len(item.requests) < 2:
        return []
    return [_member(pack, request) for request in item.requests[:MOST_REQUESTS]]


def _member(pack: PackFacts, request: RequestFact) -> Fact:
    live = f"live {words.day(request.go_live)}" if request.go_live else "no go-live said"
    text = f"{words.cut(request.title, 80)} ({request.silo}), {words.amount(request.one_off, pack.currency)}, {live}"
    return Fact(request.reference, text)


def _finding(finding: FindingFact) -> FindingBox:
    return FindingBox(
        mark=finding.severity,
        kind=finding.kind,
        title=words.cut(finding.title, 170),
        evidence=tuple(words.cut(line, 210) for line in finding.evidence[:MOST_EVIDENCE]),
        references=words.listed(finding.references, 6),
        remedy=words.cut(finding.remedy, MOST_REMEDY),
    )


def _options(pack: PackFacts, item: ItemFacts) -> list[OptionRow]:
    rows = []
    for letter, option in zip(LETTERS, options_for(item, pack.currency), strict=False):
        rows.append(OptionRow(f"{letter}. {option.label}", words.cut(option.customer, 190), option.cost, option.undo))
    return rows


def _last(decision: DecisionFact | None) -> str:
    if decision is None:
        return "The board has not decided over it before."
    return f"{words.day(decision.at.date())}: {decision.label}. {words.cut(decision.reason, 200)}"


def _waits(pack: PackFacts, item: ItemFacts) -> str:
    """What happens if it waits: what was to start by then, what was to be live, and who waits for it."""
    today = pack.starts_at.date()
    sentences = []
    starts: Sequence[RequestFact] = [request for request in item.decidable if request.start]
    if starts:
        first = min(starts, key=lambda request: (request.start or today, request.reference))
        day = first.start or today
        days = (day - today).days
        when = "that day has passed" if days < 0 else f"{_apart(days)} after this meeting"
        sentences.append(f"{first.reference} was to start on {words.day(day)}, {when}.")
    if item.waiting:
        verb = "needs" if len(item.waiting) == 1 else "need"
        sentences.append(f"{words.listed(item.waiting, 4)} {verb} what it delivers.")
    return " ".join(sentences) or "No date was named that would be missed, and no other request needs it."


def _apart(days: int) -> str:
    if days < 14:
        return "1 day" if days == 1 else f"{days} days"
    return f"{days // 7} weeks"
