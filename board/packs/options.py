"""What the board can do with an item, and what each choice does to the customer and costs. No Django.

Every sentence is worked out from the facts; nothing is guessed. Money is left out where the reader may not see it.
"""

from dataclasses import dataclass
from decimal import Decimal

from board.packs import words
from board.packs.facts import ItemFacts, LoadFact


@dataclass(frozen=True, slots=True)
class Option:
    """One choice. `kind` is the decision it records; `cost` is empty where the reader may not see money."""

    kind: str
    label: str
    customer: str
    cost: str
    undo: str


def options_for(item: ItemFacts, currency: str, money: bool = True) -> tuple[Option, ...]:
    """The choices over the item, the widest first; none when nothing in it can be decided."""
    able = item.decidable
    if not able:
        return ()
    together = len(able) > 1
    made = [_approve(item, together), _with_conditions(item, together)]
    if together or item.twins:
        made.append(_merge(item, together))
    if together or item.related:
        made.append(_sequence(item, together))
    made += [_hold(item, together), _defer(item), _reject(item)]
    costs = _costs(item, currency) if money else {}
    return tuple(Option(kind, label, customer, costs.get(kind, ""), undo) for kind, label, customer, undo in made)


def _costs(item: ItemFacts, currency: str) -> dict[str, str]:
    able, lead = item.decidable, item.lead_request
    everything = words.total([request.one_off for request in able], currency)
    nothing = words.amount(Decimal(0), currency)
    survivor = lead.one_off if lead and len(able) > 1 else Decimal(0)
    return {
        "approve": everything,
        "approve_with_conditions": everything,
        "merge": words.amount(survivor, currency),
        "sequence": everything,
        "hold": f"{nothing} now",
        "defer": f"{nothing} now",
        "reject": nothing,
    }


def worst_load(item: ItemFacts) -> LoadFact | None:
    """The load that passes its policy by most as filed, among those that the item adds to."""
    own = [load for load in item.loads if load.own]
    return max(own, key=lambda load: (load.as_filed - load.limit, load.as_filed, load.customers), default=None)


def load_sentence(load: LoadFact | None, peak: int) -> str:
    """What a fullest window of `peak` contacts means for the segment; empty without a load."""
    if load is None:
        return ""
    over = f"the policy allows {load.limit}" if peak > load.limit else f"within the policy of {load.limit}"
    return f"{load.segment} get up to {peak} {'contact' if peak == 1 else 'contacts'} in {load.days} days; {over}."


def _count(item: ItemFacts, inside: bool) -> str:
    """The overlaps and conflicts between the item's own requests, or those with requests outside it, in words."""
    parts = []
    for kind in ("overlap", "conflict"):
        number = sum(1 for finding in item.findings if finding.kind == kind and bool(finding.related) is not inside)
        if number:
            parts.append(words.counted(number, kind))
    return words.listed(parts)


def _verb(counted: str, one: str, many: str) -> str:
    return one if counted.startswith("one ") and " and " not in counted else many


def _stays(item: ItemFacts) -> str:
    """What stays unsolved when it goes as filed: what ties it to others, and for a single request everything."""
    outside = _count(item, inside=False)
    return words.sentence(f"{outside} with others {_verb(outside, 'stays', 'stay')}") if outside else ""


def _between(item: ItemFacts, one: str, many: str) -> str:
    """What becomes of the findings between the item's own requests: said of one, or of several."""
    inside = _count(item, inside=True)
    return words.sentence(f"{inside} between them {_verb(inside, one, many)}") if inside else ""


def _live(item: ItemFacts) -> str:
    days = [request.go_live for request in item.decidable if request.go_live]
    return f"Customers have it {_from(words.span(days))}." if days else "No go-live is said."


def _from(span: str) -> str:
    return f"from {span}" if " to " in span else f"on {span}"


def _join(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _approve(item: ItemFacts, together: bool) -> tuple[str, str, str, str]:
    load = worst_load(item)
    lead = item.lead_request
    if together and lead:
        label = f"Go together: all {words.number_word(len(item.decidable))}, led by {lead.silo}"
    else:
        label = "Approve: go ahead as filed"
    own = _between(item, "must be solved on the way", "must be solved on the way")
    text = _join(_live(item), load_sentence(load, load.as_filed if load else 0), own, _stays(item))
    return "approve", label, text, "Can be reversed until delivery starts"


def _with_conditions(item: ItemFacts, together: bool) -> tuple[str, str, str, str]:
    label = "Go together, with conditions" if together else "Approve with conditions"
    text = "The same, but only if what you write down is met by its day. Each condition has one person who sees to it."
    return "approve_with_conditions", label, text, "Can be reversed until delivery starts"


def _merge(item: ItemFacts, together: bool) -> tuple[str, str, str, str]:
    load, lead = worst_load(item), item.lead_request
    if together and lead:
        number = words.number_word(len(item.decidable))
        text = f"{number} requests become one; the others keep their words and their watchers."
        peak = dict(load.alone).get(lead.id, load.without) if load else 0
        after = f"With {lead.reference} as the one that stays: " + load_sentence(load, peak) if load else ""
        return (
            "merge",
            "Merge into one",
            _join(words.sentence(text), _between(item, "ends with it", "end with it"), after),
            "Can be taken apart again",
        )
    text = "Becomes part of a request that is already there; it keeps its words and its watchers."
    after = load_sentence(load, load.without) if load else ""
    return "merge", "Merge into another request", _join(text, after), "Can be taken apart again"


def _sequence(item: ItemFacts, together: bool) -> tuple[str, str, str, str]:
    load, lead = worst_load(item), item.lead_request
    if together and lead:
        text = "The first goes now; each of the others waits for the one before it."
        peak = dict(load.alone).get(lead.id, load.without) if load else 0
        after = f"{lead.reference} first: " + load_sentence(load, peak) if load else ""
        return "sequence", "Go in this order", _join(text, after), "The order can be changed"
    text = "Approved, but it starts only when the request you name is delivered."
    return "sequence", "Go after another request", text, "The order can be changed"


def _hold(item: ItemFacts, together: bool) -> tuple[str, str, str, str]:
    load = worst_load(item)
    label = f"Hold all {words.number_word(len(item.decidable))}" if together else "Whoa, hold on"
    text = "Nobody builds until one question is answered. " + (load_sentence(load, load.without) if load else "")
    return "hold", label, text.strip(), "Returns by itself on its day"


def _defer(item: ItemFacts) -> tuple[str, str, str, str]:
    load = worst_load(item)
    text = "Not now. It waits until somebody brings it back. " + (load_sentence(load, load.without) if load else "")
    return "defer", "Defer", text.strip(), "Can be brought back any day"


def _reject(item: ItemFacts) -> tuple[str, str, str, str]:
    promised = [request.promised_effect for request in item.decidable if request.promised_effect]
    if promised:
        text = f"What was promised does not come: {words.cut(promised[0], 90)}"
        text += f", and {words.counted(len(promised) - 1, 'more promise')}." if len(promised) > 1 else "."
    else:
        text = "It is not built; nothing changes for customers."
    return "reject", "Reject", text, "Only the board can reopen it"
