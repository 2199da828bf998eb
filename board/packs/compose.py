"""Composes the pack: facts in, the document out. No Django, no layout.

What each page says stands in `page`, what stands before and after the items in `sections`; minutes are composed by
`minutes`, of the same model. Text that people wrote is shortened to what a reader takes in; the request's own page
holds the rest.
"""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from board.packs import words
from board.packs.document import AgendaRow, Day, Document, Fact, ItemPage, Said, Section, Stat, Text
from board.packs.facts import ItemFacts, PackFacts
from board.packs.page import full_page, said_total, secret_of, subject_of
from board.packs.sections import (
    accountability_gaps,
    appendix,
    at_a_glance,
    bets_and_objections,
    customers_year,
    decided_last_time,
    open_conditions,
)


def compose(pack: PackFacts) -> Document:
    """The pack's document. An empty agenda makes a document without pages."""
    starts = pack.starts_at
    agenda = _agenda(pack)
    return Document(
        kind="pack",
        organisation=pack.organisation,
        title=pack.title,
        day=Day(f"{starts:%A} {words.day(starts.date())}", starts.date().isoformat()),
        starts=f"{starts:%H:%M}",
        ends=f"{starts + timedelta(minutes=pack.minutes):%H:%M}",
        place=pack.place,
        number=pack.number or 0,
        made=f"{pack.made_at:%A} {words.day(pack.made_at.date())}, {pack.made_at:%H:%M}",
        summary=_summary(pack),
        stats=_stats(pack),
        facts=_facts(pack),
        agenda=agenda,
        front=(decided_last_time(pack), open_conditions(pack), *at_a_glance(pack)),
        pages=_pages(pack, agenda),
        back=_back(pack),
        currency=pack.currency,
    )


def _back(pack: PackFacts) -> tuple[Section, ...]:
    """What stands after the items; nothing where there are none."""
    if not pack.items:
        return ()
    return customers_year(pack), accountability_gaps(pack), bets_and_objections(pack), appendix(pack)


def _facts(pack: PackFacts) -> tuple[Fact, ...]:
    minutes = sum(item.minutes for item in pack.items)
    facts = [
        Fact("Chair", pack.chair or "Nobody"),
        Fact("Minutes kept by", pack.secretary or "Nobody"),
        Fact("Expected", words.listed(pack.members) or "nobody yet"),
        Fact("Time", f"{minutes} of {pack.minutes} minutes are planned"),
    ]
    if pack.place:
        facts.insert(0, Fact("Where", pack.place))
    return tuple(facts)


def _decidable_total(pack: PackFacts) -> Said:
    requests = {request.id: request for item in pack.items for request in item.decidable}
    return said_total(list(requests.values()), pack.currency)


def _stats(pack: PackFacts) -> tuple[Stat, ...]:
    """The cover's key figures, each request counted once."""
    asked = sum(item.kind != "own" for item in pack.items)
    requests = {request.id for item in pack.items for request in item.requests}
    findings = {finding.id: finding for item in pack.items for finding in item.findings}
    over = {(load.segment, load.policy) for item in pack.items for load in item.loads if load.as_filed > load.limit}
    total = _decidable_total(pack)
    short: Text = Said(words.short_amount(total.value, pack.currency), total.value, total.requests)
    if not total.requests:
        short = words.amount(Decimal(0), pack.currency)  # Nothing asks for money; "not said" would mean that some does.
    return (
        Stat(str(asked), "decision" if asked == 1 else "decisions"),
        Stat(str(len(requests)), "request" if len(requests) == 1 else "requests"),
        Stat(short, "asked for, once"),
        Stat(str(sum(finding.kind != "gap" for finding in findings.values())), "overlaps and conflicts"),
        Stat(str(len(over)), "contact policies broken"),
    )


def _summary(pack: PackFacts) -> Text:
    """The cover's one sentence: how much is asked for, by how many departments, and what stands against it."""
    requests = {request.id: request for item in pack.items for request in item.decidable}
    own = sum(item.kind == "own" for item in pack.items)
    if not requests:
        return _without_requests(pack, own)
    silos = {request.silo for request in requests.values()}
    who = f"{words.counted(len(silos), 'department')} {'asks' if len(silos) == 1 else 'ask'} for"
    number = words.counted(len(requests), "request")
    besides = f"; {words.counted(own, 'item')} of the board’s own" if own else ""
    rest = "".join(f"; {part}" for part in _against(pack.items)) + besides
    total = _decidable_total(pack)
    # Who may not see an item learns neither what stands against it nor who objects to it.
    open_ones = [item for item in pack.items if not secret_of(item)]
    without = "".join(f"; {part}" for part in _against(open_ones)) + besides
    return Said(
        words.sentence(f"{who} {total.text} in {number}{rest}"),
        requests=total.requests,
        secret=tuple(sorted({pk for item in pack.items for pk in secret_of(item)})),
        instead=words.sentence(f"{who.removesuffix(' for')} in {number}{without}"),
    )


def _without_requests(pack: PackFacts, own: int) -> str:
    """The sentence where nothing is asked for."""
    if not pack.items:
        return "The agenda is empty."
    if own == len(pack.items):
        return words.sentence(f"{words.counted(own, 'item')} of the board’s own; no request waits for a decision")
    return "Nothing is on the agenda that can be decided."


def _against(items: Sequence[ItemFacts]) -> list[str]:
    findings = {finding.id: finding for item in items for finding in item.findings}
    parts, kinds = [], []
    for kind in ("overlap", "conflict", "gap"):
        number = sum(1 for finding in findings.values() if finding.kind == kind)
        if number:
            kinds.append(words.counted(number, kind))
    if kinds:
        one = len(findings) == 1
        parts.append(f"{words.listed(kinds)} {'stands' if one else 'stand'} between them and the customer")
    objections = {(each.person, each.reference) for item in items for each in item.objections}
    if objections:
        people = sorted({person for person, _ in objections})
        verb = "objects" if len(people) == 1 else "object"
        against = words.counted(len({reference for _, reference in objections}), "request")
        parts.append(f"{words.listed(people, 3)} {verb} to {against} for their customers")
    return parts


def _agenda(pack: PackFacts) -> tuple[AgendaRow, ...]:
    rows, at = [], pack.starts_at
    for number, item in enumerate(pack.items, start=1):
        rows.append(
            AgendaRow(
                number, f"{at:%H:%M}", item.minutes, item.question, subject_of(item), f"item-{number}", secret_of(item)
            )
        )
        at += timedelta(minutes=item.minutes)
    return tuple(rows)


def _pages(pack: PackFacts, agenda: tuple[AgendaRow, ...]) -> tuple[ItemPage, ...]:
    return tuple(full_page(pack, item, row.number, row.time) for item, row in zip(pack.items, agenda, strict=True))
