"""What the board can do with an item: what each choice does to the customer, what it costs, what happens to the rest of
the portfolio, and whether it can be undone. No Django.

Every sentence is worked out from the facts; nothing is guessed. Contacts and what channels carry are counted exactly
(`load_words`). Money is left out where the reader may not see it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from board.packs import words
from board.packs.facts import ItemFacts, RelatedFact
from board.packs.load_words import as_filed, with_one, without_it

REVERSIBLE = "Can be reversed until delivery starts"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice. `kind` is the decision it records, `label` what it is called over this item.

    `customer` is what changes for customers, `rest` what happens to the rest of the portfolio, `undo` the way back.
    `cost` and `cost_note` are empty where the reader may not see money. `because` is the reason that is recorded where
    the board gives no other; empty where the board must say why. `main` options are laid out in full: do, join, run in
    order, hold, don't; the others are the ways beside them.
    """

    kind: str
    label: str
    customer: str
    undo: str
    rest: str = ""
    cost: str = ""
    cost_note: str = ""
    because: str = ""
    main: bool = True


def options_for(item: ItemFacts, currency: str, money: bool = True) -> tuple[Option, ...]:
    """The choices over the item, those laid out in full first; none when nothing in it can be decided."""
    if not item.decidable:
        return ()
    offered = _offered(item)
    made = [make(item) for kind, make in _MAKERS.items() if kind in offered]
    if money:
        costs = _costs(item, currency)
        made = [replace(option, cost=costs[option.kind][0], cost_note=costs[option.kind][1]) for option in made]
    # Several requests are there to go together; a single one, and what is agreed by consent, is there to go ahead.
    first = "join" if _is_group(item) and "join" in offered else "approve"
    return tuple(sorted(made, key=lambda option: (not option.main, option.kind != first)))


def _offered(item: ItemFacts) -> set[str]:
    """The kinds that make sense: what needs another request only where there is one."""
    kinds = {"approve", "hold", "reject", "approve_with_conditions", "return", "defer"}
    together = len(item.decidable) > 1 and item.kind != "consent"
    if together or item.twins:
        kinds |= {"join", "merge"}
    if together or item.related:
        kinds.add("sequence")
    return kinds


# --- money --------------------------------------------------------------------------------------------------------


def _costs(item: ItemFacts, currency: str) -> dict[str, tuple[str, str]]:
    """Of each kind the amount, and what is to be said beside it."""
    able, lead = item.decidable, item.lead_request
    said = [request.one_off for request in able if request.one_off is not None]
    missing = len(able) - len(said)
    everything = words.amount(sum(said, Decimal(0)) if said else None, currency)
    note = f"{words.counted(missing, 'amount')} not said" if missing and said else ""
    nothing = words.amount(Decimal(0), currency)
    first = lead.one_off if lead and len(able) > 1 else None
    kept = words.amount(first, currency) if len(able) > 1 else nothing
    led = f"{words.amount(first, currency)} of it the lead’s" if first is not None else note
    begins = f"{words.amount(first, currency)} of it first" if first is not None else note
    return {
        "approve": (everything, note),
        "approve_with_conditions": (everything, note),
        "join": (everything, led),
        "merge": (kept, f"of {everything}" if len(able) > 1 and said else ""),
        "sequence": (everything, begins),
        "hold": (f"{nothing} now", ""),
        "return": (f"{nothing} now", ""),
        "defer": (f"{nothing} now", ""),
        "reject": (nothing, f"of {everything} asked" if said else ""),
    }


# --- findings, and what waits -------------------------------------------------------------------------------------


def _count(item: ItemFacts, inside: bool) -> str:
    """The overlaps and conflicts between the item's own requests, or those with requests outside it, in words."""
    parts = []
    for kind in ("overlap", "conflict"):
        number = sum(1 for finding in item.findings if finding.kind == kind and bool(finding.related) is not inside)
        if number:
            parts.append(words.counted(number, kind))
    return words.listed(parts)


def _is_one(counted: str) -> bool:
    return counted.startswith("one ") and " and " not in counted


def _stays(item: ItemFacts) -> str:
    """What ties it to requests outside and stays unsolved when it goes ahead."""
    outside = _count(item, inside=False)
    return words.sentence(f"{outside} with others {'stays' if _is_one(outside) else 'stay'}") if outside else ""


def _ends(item: ItemFacts) -> str:
    outside = _count(item, inside=False)
    return words.sentence(f"{outside} with others {'ends' if _is_one(outside) else 'end'} with it") if outside else ""


def _between(item: ItemFacts, one: str, many: str) -> str:
    """What becomes of the findings between the item's own requests: said of one, or of several."""
    inside = _count(item, inside=True)
    return words.sentence(f"{inside} between them {one if _is_one(inside) else many}") if inside else ""


def _waiting(item: ItemFacts, one: str, many: str) -> str:
    """What becomes of the requests that need one of the item's: said of one, or of several."""
    names = words.listed(item.waiting, 4)
    return f"{names}, which {'needs' if len(item.waiting) == 1 else 'need'} it, " + (
        f"{one if len(item.waiting) == 1 else many}."
    )


def _others(item: ItemFacts, one: str, many: str, *more: str) -> str:
    """What happens to the rest of the portfolio; says so where nothing does."""
    return _join(_waiting(item, one, many) if item.waiting else "", *more) or "No other request waits for it."


def _join(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _after(start: str, said: str) -> str:
    """What is said, after when it is so; nothing where nothing is said."""
    return f"{start}: {said}" if said else ""


def _live(item: ItemFacts) -> str:
    days = [request.go_live for request in item.decidable if request.go_live]
    if not days:
        return "No go-live is said."
    span = words.span(days)
    when = f"from {span}" if " to " in span else f"on {span}"
    if item.kind == "consent":
        return f"Live {when}; customers notice nothing."
    if not item.touches:
        return f"Live {when}; no touchpoint is named where customers meet it."
    return f"Customers have it {when}."


def _number(item: ItemFacts) -> str:
    return words.number_word(len(item.decidable))


def _all(item: ItemFacts) -> str:
    """ "both", or "all three"."""
    return "both" if len(item.decidable) == 2 else f"all {_number(item)}"


def _one_of(others: Sequence[RelatedFact]) -> str:
    """ "REQ-2026-0007 (Cards)", or of several "one of REQ-2026-0007 (Cards) and REQ-2026-0008 (Retail)"."""
    names = words.listed([f"{other.reference} ({other.silo})" for other in others], 4)
    return f"one of {names}" if len(others) > 1 else names


def _is_group(item: ItemFacts) -> bool:
    return len(item.decidable) > 1


# --- one function for each kind -----------------------------------------------------------------------------------


def _approve(item: ItemFacts) -> Option:
    together = _is_group(item)
    label = f"Approve {_all(item)} as filed" if together else "Approve as filed"
    own = _between(item, "must be solved on the way", "must be solved on the way")
    return Option(
        kind="approve",
        label=label,
        customer=_join(_live(item), as_filed(item)),
        undo=REVERSIBLE,
        rest=_others(item, "can go on", "can go on", own, _stays(item)),
        because=_join("It goes ahead as filed.", as_filed(item)),
    )


def _conditions(item: ItemFacts) -> Option:
    return Option(
        kind="approve_with_conditions",
        label="Approve with conditions",
        customer="As filed, but only if what you write down is met by its day. Each has one person who sees to it.",
        undo=REVERSIBLE,
        rest=_others(item, "can go on", "can go on", _stays(item)),
        because="It goes ahead if the conditions are met.",
        main=False,
    )


def _as_family(item: ItemFacts) -> Option:
    lead = item.lead_request
    if not _is_group(item) or lead is None:
        return Option(
            kind="join",
            label="Go together as a family with another",
            customer=_join(
                f"With {_one_of(item.twins)}: under one lead and one owner; each keeps its own words.", as_filed(item)
            ),
            undo="Can be taken apart again",
            rest=_others(item, "can go on", "can go on"),
            because="Both want the same, so they go together under one lead.",
        )
    return Option(
        kind="join",
        label=f"Go together as a family: {lead.silo} leads",
        customer=_join(
            f"{words.sentence(_number(item))[:-1]} requests under one lead and one owner; each keeps its own words.",
            _live(item),
            _after("If the lead alone writes", with_one(item)),
        ),
        undo="Can be taken apart again",
        rest=_others(item, "can go on", "can go on", _between(item, "has one owner", "have one owner"), _stays(item)),
        because="They want the same, so they go together under one lead.",
    )


def _merge(item: ItemFacts) -> Option:
    lead = item.lead_request
    if not _is_group(item) or lead is None:
        return Option(
            kind="merge",
            label="Merge into another request",
            customer=_join(f"Into {_one_of(item.twins)}; it keeps its words and its watchers.", without_it(item)),
            undo="Can be taken apart again",
            rest=_others(item, "waits for the one that stays", "wait for the one that stays"),
            because="It becomes part of the request that is already there.",
            main=False,
        )
    after = _after(f"With {lead.reference} as the one that stays", with_one(item))
    text = f"{words.sentence(_number(item))[:-1]} requests become one; the others keep their words and watchers."
    return Option(
        kind="merge",
        label="Merge into one",
        customer=_join(text, after),
        undo="Can be taken apart again",
        rest=_others(
            item,
            "waits for the one that stays",
            "wait for the one that stays",
            _between(item, "ends with it", "end with it"),
        ),
        because="They are the same request and become one.",
        main=False,
    )


def _sequence(item: ItemFacts) -> Option:
    lead = item.lead_request
    if not _is_group(item) or lead is None:
        return Option(
            kind="sequence",
            label="Go in order, after another request",
            customer=_join("Approved, but it starts only when the request you name is delivered.", without_it(item)),
            undo="The order can be changed",
            rest=_others(item, "waits as long", "wait as long"),
            because="It goes ahead when the request before it is delivered.",
        )
    first = _after(f"As long as only {lead.reference} writes", with_one(item))
    return Option(
        kind="sequence",
        label=f"Go in order: {lead.silo} first",
        customer=_join("The first goes now; each of the others waits for the one before it.", first),
        undo="The order can be changed",
        rest=_others(
            item, "waits for its turn too", "wait for their turn too", _between(item, "comes apart", "come apart")
        ),
        because="They go one after the other, in this order.",
    )


def _hold(item: ItemFacts) -> Option:
    return Option(
        kind="hold",
        label=f"Hold {_all(item)}" if _is_group(item) else "Hold: whoa, not yet",
        customer=_join("Nobody builds until one question is answered.", without_it(item)),
        undo="Returns by itself on its day",
        rest=_others(item, "waits with it", "wait with it"),
        because="One question must be answered first.",
    )


def _reject(item: ItemFacts) -> Option:
    promised = [request.promised_effect for request in item.decidable if request.promised_effect]
    text = "It is not built; nothing changes for customers."
    if promised:
        text = f"What was promised does not come: {words.cut(promised[0], 90).rstrip('.')}"
        if len(promised) > 1:
            text += f", and {words.counted(len(promised) - 1, 'more promise')}."
        elif text[-1] not in "?!…。？！؟":
            text += "."
    return Option(
        kind="reject",
        label=f"Reject {_all(item)}" if _is_group(item) else "Reject",
        customer=_join(text, without_it(item)),
        undo="Only the board can reopen it",
        rest=_others(item, "loses what it needs", "lose what they need", _ends(item)),
    )


def _return(item: ItemFacts) -> Option:
    return Option(
        kind="return",
        label="Return for information",
        customer="Back to who asked, with what the board wants to know, from whom and by when.",
        undo="Comes back when it is answered",
        rest=_others(item, "waits with it", "wait with it"),
        because="The board needs to know more before it decides.",
        main=False,
    )


def _defer(item: ItemFacts) -> Option:
    return Option(
        kind="defer",
        label="Defer",
        customer=_join("Not now.", without_it(item)),
        undo="Comes back on its day, or when somebody brings it back",
        rest=_others(item, "waits with it", "wait with it"),
        because="Not now.",
        main=False,
    )


#: In the order in which they are laid out.
_MAKERS: Mapping[str, Callable[[ItemFacts], Option]] = {
    "join": _as_family,
    "sequence": _sequence,
    "hold": _hold,
    "approve": _approve,
    "reject": _reject,
    "approve_with_conditions": _conditions,
    "merge": _merge,
    "return": _return,
    "defer": _defer,
}
