"""Composes the page of one item, whole: what has no room on paper is left out by `trim`. No Django."""

import re
from collections.abc import Sequence
from decimal import Decimal

from board.packs import words
from board.packs.customer import charts_of, effect_sentence, touch_rows
from board.packs.document import Day, Fact, FindingBox, ItemPage, Member, OptionRow, Said, Text
from board.packs.facts import ChangedFact, DecisionFact, FindingFact, ItemFacts, PackFacts, RequestFact
from board.packs.options import Option, options_for

MOST_CONDITIONS = 2
MOST_REMEDY, MOST_ADVICE, MOST_EVIDENCE = 320, 600, 5
"""Characters of what would end a finding, and of the advice; lines of evidence."""

NOBODY_WAITS = "No other request waits for it."
"""What an option says of the rest of the portfolio where it touches nothing: on paper that goes without saying."""

LETTERS = "ABCDEFGHIJ"
BOXES = {
    "approve": "Approve",
    "approve_with_conditions": "With conditions",
    "hold": "Hold until ______",
    "join": "Join",
    "merge": "Merge",
    "sequence": "In order",
    "return": "Return",
    "defer": "Defer",
    "reject": "Reject",
}
"""What is printed to be ticked, by kind of decision: only what the options offer."""
CONSENT_BOXES = ("Approve all", "All but ______", "Hold until ______", "Reject")
_HIDDEN_FINDING = {
    "overlap": "It overlaps with a confidential request. An architect can tell you if it matters to you.",
    "conflict": "A confidential request works against it. An architect can tell you if it matters to you.",
    "gap": "It shares a gap with a confidential request. An architect can tell you if it matters to you.",
}


def subject_of(item: ItemFacts) -> str:
    """What the item is over, for the agenda and the kicker."""
    references = [request.reference for request in item.requests]
    if item.family:
        return f"Family {item.family}: {words.listed(references, 6) or 'no requests any more'}"
    if item.kind == "own":
        return "The board’s own"
    if item.kind == "consent":
        return f"By consent: {words.counted(len(references), 'request')}"
    if len(references) > 1:
        return words.listed(references, 6)
    return ", ".join(f"{request.reference} of {request.silo}" for request in item.requests)


def secret_of(item: ItemFacts) -> tuple[int, ...]:
    """The ids of the item's own confidential requests."""
    return tuple(sorted(request.id for request in item.requests if request.confidential))


def said_total(requests: Sequence[RequestFact], currency: str) -> Said:
    """What the requests ask for once, with the ids whose money it is."""
    said = [request.one_off for request in requests if request.one_off is not None]
    value = str(sum(said, Decimal(0))) if said else ""
    text = words.total([request.one_off for request in requests], currency)
    return Said(text, value, tuple(request.id for request in requests))


def day_of(value: object) -> Day:
    """A day in words and as ISO 8601; "not said" for None."""
    return Day(words.day(value), value.isoformat()) if hasattr(value, "isoformat") else Day("not said")  # type: ignore[arg-type]


def full_page(pack: PackFacts, item: ItemFacts, number: int, time: str) -> ItemPage:
    """The item's page with everything that there is to say."""
    if item.kind == "own":
        return _own_page(pack, item, number, time)
    consent = item.kind == "consent"
    standing = sorted(item.findings, key=lambda finding: finding.kind == "gap")
    return ItemPage(
        number=number,
        of=len(pack.items),
        minutes=item.minutes,
        time=time,
        anchor=f"item-{number}",
        kind=item.kind,
        kicker=subject_of(item),
        question=item.question,
        facts=tuple(_facts(pack, item)),
        members=tuple(_member(pack, request) for request in item.requests) if len(item.requests) > 1 else (),
        why="" if consent else _why(item),
        effect=effect_sentence(item),
        touches=touch_rows(item),
        charts=charts_of(item),
        findings=tuple(_finding(finding) for finding in standing),
        options=tuple(_options(pack, item)),
        advice=words.cut(item.advice, MOST_ADVICE),
        adviser=words.cut(item.adviser, 90),
        against=_against(item),
        last=_last(item.last, [each for each in pack.changed if each.item == item.id]),
        waits=_waits(pack, item),
        gone=tuple(request.absent for request in item.requests if request.absent),
        boxes=CONSENT_BOXES if consent else _boxes(item),
        secret=secret_of(item),
    )


def _own_page(pack: PackFacts, item: ItemFacts, number: int, time: str) -> ItemPage:
    """The page of what is the board's own: what it is about, and room to write."""
    return ItemPage(
        number=number,
        of=len(pack.items),
        minutes=item.minutes,
        time=time,
        anchor=f"item-{number}",
        kind=item.kind,
        kicker=subject_of(item),
        question=item.question,
        facts=(),
        members=(),
        why=item.note,
        effect="",
        touches=(),
        charts=(),
        findings=(),
        options=(),
        advice=words.cut(item.advice, MOST_ADVICE),
        adviser=words.cut(item.adviser, 90),
        against=(),
        last="",
        waits="",
        gone=(),
        boxes=(),
    )


def _against(item: ItemFacts) -> tuple[str, ...]:
    """Who disagrees: who objects for customers first, then requesters who say that theirs is another thing."""
    objections = [f"{objection.words}: “{words.cut(objection.reason, 400)}”" for objection in item.objections]
    differs = [answer for answer in item.answers if answer.kind == "differs"]
    said = [f"{answer.person}, {answer.silo}: “{words.cut(answer.text, 400)}”" for answer in differs]
    return (*objections, *said)


def _lead(item: ItemFacts) -> RequestFact | None:
    return item.lead_request or (item.requests[0] if item.requests else None)


def _why(item: ItemFacts) -> str:
    lead = _lead(item)
    return words.cut(lead.problem, 600) if lead else ""


def _facts(pack: PackFacts, item: ItemFacts) -> list[Fact]:
    lead = _lead(item)
    live = words.span([request.go_live for request in item.requests if request.go_live])
    if item.kind == "consent":
        silos = sorted({request.silo for request in item.requests})
        return [
            Fact("Asked by", words.cut(words.listed(silos, 5), 110)),
            Fact("Asked for", _asked(pack, item)),
            Fact("For customers", "All are internal: customers notice nothing"),
            Fact("Wanted live", live),
        ]
    answers = item.owner or (lead.sponsor if lead else "")
    return [
        Fact("Asked by", _asker(lead) if lead else "nobody"),
        Fact("Answers for it", words.cut(answers or "Nobody is named", 90)),
        Fact("Speaks for the customer", words.cut(words.listed(item.speakers, 3) or "Nobody is named", 110)),
        Fact("Asked for", _asked(pack, item)),
        Fact("Wanted live", live),
        Fact("Promised", words.cut(lead.promised_effect, 110) if lead and lead.promised_effect else "not said"),
        *_open_conditions(pack, item),
    ]


def _open_conditions(pack: PackFacts, item: ItemFacts) -> list[Fact]:
    """The conditions of earlier approvals that are open, which may be what brought it: those due first."""
    own = {request.reference for request in item.requests}
    rows = sorted((each for each in pack.conditions if own & set(each.references)), key=lambda each: each.due)
    facts = []
    for each in rows[:MOST_CONDITIONS]:
        late = ", overdue" if each.overdue else ""
        text = f"{words.quoted(words.cut(each.text, 160))} {each.owner}, due {words.day(each.due)}{late}"
        facts.append(Fact("Open condition", Said(text, secret=each.secret) if each.secret else text))
    return facts


def _asked(pack: PackFacts, item: ItemFacts) -> Said:
    total = said_total(item.requests, pack.currency)
    text = total.text
    if len(item.requests) > 1:
        text += f" in {words.counted(len(item.requests), 'request')}"
    yearly = [request.yearly for request in item.requests if request.yearly]
    if yearly:
        text += f", then {words.amount(sum(yearly, Decimal(0)), pack.currency)} a year"
    return Said(text, total.value, total.requests)


def _asker(lead: RequestFact) -> str:
    named = lead.silo.lower() in lead.requester.lower()
    return words.cut(lead.requester if named else f"{lead.requester} ({lead.silo})", 90)


def _member(pack: PackFacts, request: RequestFact) -> Member:
    cost = Said(
        words.amount(request.one_off, pack.currency),
        "" if request.one_off is None else str(request.one_off),
        (request.id,),
    )
    return Member(request.reference, words.cut(request.title, 90), request.silo, cost, day_of(request.go_live))


def _finding(finding: FindingFact) -> FindingBox:
    return FindingBox(
        mark=finding.severity,
        kind=finding.kind,
        title=words.cut(finding.title, 240),
        evidence=_evidence(finding),
        references=words.listed(finding.references, 6),
        remedy=words.cut(finding.remedy, MOST_REMEDY),
        secret=finding.secret,
        instead=_HIDDEN_FINDING[finding.kind] if finding.secret else "",
    )


def _evidence(finding: FindingFact) -> tuple[str, ...]:
    """The strongest lines; of more it says how many."""
    lines = [words.cut(line, 260) for line in finding.evidence[:MOST_EVIDENCE]]
    more = len(finding.evidence) - len(lines)
    return (*lines, f"and {words.counted(more, 'more line')} on the finding’s own page") if more else tuple(lines)


def _options(pack: PackFacts, item: ItemFacts) -> list[OptionRow]:
    """Those laid out in full, by letters. The other ways of deciding stand as boxes at the foot of the page."""
    offered = [option for option in options_for(item, pack.currency) if option.main]
    counted = [
        *(load.secret for load in item.loads),
        *(channel.secret for channel in item.channels),
        *(finding.secret for finding in item.findings),
    ]
    secret = {pk for each in counted for pk in each} | set(item.waiting_secret)
    rows = []
    for letter, option in zip(LETTERS, offered, strict=False):
        rest = "" if option.rest == NOBODY_WAITS else option.rest
        customer: Text = words.cut(" ".join(filter(None, [option.customer, rest])), 420)
        if secret:
            customer = Said(
                str(customer), secret=tuple(sorted(secret)), instead="Not shown: it counts confidential requests."
            )
        undo = option.undo.split(";")[0]
        rows.append(OptionRow(f"{letter}. {option.label}", customer, _cost(item, option), undo))
    return rows


def _boxes(item: ItemFacts) -> tuple[str, ...]:
    """The boxes of what can be decided over the item; none where nothing can."""
    offered = {option.kind for option in options_for(item, "", money=False)}
    return tuple(name for kind, name in BOXES.items() if kind in offered)


def _cost(item: ItemFacts, option: Option) -> Said:
    digits = re.sub(r"[^\d]", "", option.cost)
    return Said(option.cost, digits, tuple(request.id for request in item.decidable))


def _last(decision: DecisionFact | None, changed: Sequence[ChangedFact]) -> Text:
    """The last decision, and what of the request is no longer as it was then."""
    if decision is None:
        return "The board has not decided over it before."
    text = f"{words.day(decision.at.date())}: {decision.label}. {words.cut(decision.reason, 260)}"
    bare = text
    if changed:
        text += f" Changed since: {'; '.join(each.words for each in changed)}."
        bare += f" Changed since: {'; '.join(each.label if each.is_money else each.words for each in changed)}."
    if decision.secret:
        bare = "The board has decided over it."
    money = tuple(sorted({each.request for each in changed if each.is_money}))
    return Said(text, requests=money, secret=decision.secret, instead=bare) if money or decision.secret else text


def _waits(pack: PackFacts, item: ItemFacts) -> Text:
    """What happens if it waits: what was to start by then, what was to be live, and who waits for it."""
    today = pack.starts_at.date()
    sentences = []
    starts = [(request.start, request.reference) for request in item.decidable if request.start]
    if starts:
        day, reference = min(starts)
        days = (day - today).days
        when = "that day has passed" if days < 0 else f"{_apart(days)} after this meeting"
        sentences.append(f"{reference} was to start on {words.day(day)}, {when}.")
    own = " ".join(sentences)
    if item.waiting:
        verb = "needs" if len(item.waiting) == 1 else "need"
        sentences.append(f"{words.listed(item.waiting, 4)} {verb} what it delivers.")
    text = " ".join(sentences) or "No date was named that would be missed, and no other request needs it."
    if not item.waiting_secret:
        return text
    instead = f"{own} A confidential request needs what it delivers.".strip()
    return Said(text, secret=item.waiting_secret, instead=instead)


def _apart(days: int) -> str:
    if days < 14:
        return "1 day" if days == 1 else f"{days} days"
    return f"{days // 7} weeks"
