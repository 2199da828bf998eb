"""Why a request does not go, and what would let it in."""

from collections.abc import Collection

from board.planner.clock import Clock
from board.planner.why.changes import Against, Changes
from board.planner.why.cover import Family, cover, everywhere, of_family
from board.planner.why.ledger import Ledger, own_limits
from board.planner.why.phrases import all_mentions, no_room, stands_in_the_way
from board.planner.why.reasons import Change, LeftOut, Limit, Passed
from board.planner.why.wording import LISTED, Words, count, listing, number, sentence

# What a sentence can hold: rules that go, and amounts of something in a period.
MOST_RULES = 2
MOST_CELLS = 4


def explain_left_out(ledger: Ledger, words: Words, clock: Clock) -> tuple[LeftOut, ...]:
    """A reason for each request that does not go, the most valuable first. Once the clock has run out, who else could
    make room is not tried any more."""
    left = [request.id for request in ledger.scenario.requests if request.id not in ledger.chosen]
    left.sort(key=lambda id_: (-ledger.requests[id_].value, id_))
    changes = Changes(ledger, words, len(left), clock)
    return tuple(explain_one(ledger, words, id_, changes) for id_ in left)


def explain_one(ledger: Ledger, words: Words, id_: str, changes: Changes) -> LeftOut:
    """Why this one does not go."""
    starts = ledger.starts(id_)
    worth = max((ledger.worth(id_, start) for start in starts), default=0.0)
    if not starts:
        return _never(ledger, words, id_, changes)
    if worth <= 0:
        return _not_worth_it(ledger, words, id_, starts, worth)
    against = {start: ledger.against(id_, start) for start in starts}
    free = [start for start, passed in against.items() if not passed]
    if free:
        return _has_room(ledger, words, id_, free)
    groups = [(family, starts) for family in everywhere(against)[:2]] or cover(against)
    named = [each for family, held in groups for each in of_family(family, held, against)]
    because = _because(ledger, words, groups, against)
    found = changes.that_let_in(id_, against)
    return _left_out(ledger, words, id_, because, named, found)


def _left_out(
    ledger: Ledger, words: Words, id_: str, because: str, named: list[Passed], found: tuple[Change, ...]
) -> LeftOut:
    shown = told(found)
    fits_if = sentence(f"it would fit {' or '.join(each.text for each in shown)}") if shown else ""
    if found and not shown:
        fits_if = _too_much(words, found[0])
    mentions = all_mentions(ledger, named, id_, *(other for each in shown for other in each.mentions))
    return LeftOut(id_, sentence(because), fits_if, tuple(named), found, mentions)


def told(found: tuple[Change, ...]) -> list[Change]:
    """The cheapest change, and the cheapest of another sort if that is a plain one: rules are only dropped where
    nothing else helps. Only what a sentence names whole: a part of it would not let the request in."""
    known = [each for each in found if _can_be_said(each)]
    shown = known[:1]
    for each in known[1:]:
        if len(shown) == 1 and _is_plain(each) and _sort(each) != _sort(shown[0]):
            shown.append(each)
    return shown


def _can_be_said(change: Change) -> bool:
    return len(change.drop) <= MOST_RULES and len(change.extra) <= MOST_CELLS and len(change.out) <= LISTED + 1


def _too_much(words: Words, change: Change) -> str:
    """Where it takes more at once than anybody would read: what of, and what to do instead."""
    short = list(dict.fromkeys(words.resource(resource) for resource, _, _ in change.extra))
    parts = [f"more of {listing(short)}"] if short else []
    if change.drop:
        parts.append(f"{count(len(change.drop), 'rule')} that would have to give way")
    said = " and ".join(parts)
    return f"It would take several changes at once: {said}. Pin it and plan again to see who would make room."


def _is_plain(change: Change) -> bool:
    parts = len(change.extra) + len(change.out) + len(change.moved) + len(change.along) + change.widen
    return parts == 1 and not change.drop


def _sort(change: Change) -> str:
    if change.widen:
        return "widen"
    if change.out or change.moved:
        return "others"
    return "along" if change.along else "extra"


def _because(ledger: Ledger, words: Words, groups: list[tuple[Family, list[int]]], against: Against) -> str:
    shown = groups if len(groups) <= 3 else groups[:2]
    parts = []
    for family, starts in shown:
        named = of_family(family, starts, against)
        if family[0] == "capacity" and len(starts) > 1:
            whenever = f"in any {words.step} it could start" if len(starts) == len(against) > 2 else ""
            parts.append(no_room(words, family[1], named, whenever))
        else:
            parts.append(stands_in_the_way(words, named[0], ledger.chosen))
    if len(shown) < len(groups):
        parts.append(f"{number(len(groups) - len(shown))} more limits stand against its other starts")
    return "; ".join(parts)


def _never(ledger: Ledger, words: Words, id_: str, changes: Changes) -> LeftOut:
    """Its own limits leave it no start."""
    request = ledger.requests[id_]
    closed = {
        start: tuple(Passed(Limit(kind, id_), start) for kind in own_limits(request, start))
        for start in range(ledger.periods)
    }
    groups = cover(closed)
    named = [each for family, held in groups for each in of_family(family, held, closed)]
    why = sorted({reason for reason in request.barred.values() if reason})
    barred = f" ({why[0]})" if len(why) == 1 else ""
    because = f"no {words.step} is left in which it may start: {_closed(words, request.barred)}{barred}"
    found = changes.that_let_in(id_, {})
    return _left_out(ledger, words, id_, because, named, found)


def _closed(words: Words, barred: Collection[int]) -> str:
    return f"{words.spell(barred)} {'is' if len(barred) == 1 else 'are'} closed"


def _not_worth_it(ledger: Ledger, words: Words, id_: str, starts: list[int], worth: float) -> LeftOut:
    named = tuple(Passed(Limit("worth", id_), start, 0.0, worth) for start in starts)
    if worth < 0:
        because = f"it costs {words.value(-worth)} more than it brings, and nothing that goes needs it"
        fits_if = f"It would pay if it brought more than {words.value(-worth)} more."
    else:
        because, fits_if = "it brings nothing that is counted, and nothing that goes needs it", ""
    return LeftOut(id_, sentence(because), fits_if, named, (), (id_,))


def _has_room(ledger: Ledger, words: Words, id_: str, free: list[int]) -> LeftOut:
    """Only in a plan that is not the best: the search ended first."""
    start = max(free, key=lambda each: (ledger.worth(id_, each), -each))
    because = f"there is room for it in {words.period(start)}, the search ended before it was taken up"
    change = Change(f"in {words.period(start)} as it is", start, 0.0, ledger.worth(id_, start), mentions=(id_,))
    return LeftOut(id_, sentence(because), "", (), (change,), (id_,))
