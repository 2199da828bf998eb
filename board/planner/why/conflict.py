"""Why there is no plan: the smallest set of limits that cannot hold together, and the ways out.

An irreducible set is found by QuickXplain (Junker, "QuickXplain: preferred explanations and relaxations for
over-constrained problems", AAAI 2004); the smallest one by implicit hitting sets (Ignatiev, Previti, Liffiton and
Marques-Silva, "Smallest MUS extraction with minimal hitting set dualization", CP 2015): a smallest set that hits all
known ways out is either a conflict, and then no smaller one exists, or leads to one more way out.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from functools import partial

import numpy as np
import scipy.sparse as sp

from board.planner import highs
from board.planner.clock import Clock
from board.planner.scenario import Scenario
from board.planner.why.feasible import Feasibility, OutOfTime
from board.planner.why.ledger import Ledger
from board.planner.why.limits import with_only
from board.planner.why.narrow import seen_in_parts, without_groups
from board.planner.why.phrases import conflict_lines, rule_mentions
from board.planner.why.reasons import Conflict, Limit
from board.planner.why.ways import ways_out
from board.planner.why.wording import Words

# What is done to name a contradiction and to look for a smaller one, in units of work: so what is found does not depend
# on how busy the machine is, as long as the clock leaves time for it. Searches with whole requests take no more than
# `WHOLE`, or what the clock leaves, where it is not known whether there is a plan at all.
NAMING = 60.0
WHOLE = 15.0
SMALLEST = 10.0
# And to find out with whole requests that one limit is needed.
EACH = 1.5
# Of more limits than so many, none smaller is looked for.
FEW = 20


def explain_conflict(scenario: Scenario, words: Words, clock: Clock, *, known: bool = False) -> Conflict | None:
    """The conflict of a scenario that has no plan; None when there is a plan, or none was proven impossible. `known`
    says that it is certain already that there is no plan: then one is always named, however little time there is."""
    search = Feasibility(scenario, clock.counting(NAMING, 0.7))
    found, needed = _named(search, math.inf if known else max(WHOLE, clock.left), known)
    if found is None:
        return None
    few = Feasibility(with_only(search.scenario, found), search.clock)
    found, irreducible = _each_needed(few, found) if needed else _irreducible(few, found)
    smallest = False
    search.clock = clock.counting(SMALLEST, 0.3)
    if irreducible and len(found) <= FEW:
        found, smallest = _smallest(search, found)
    found = sorted(found, key=search.place.__getitem__)
    text = _text(len(found), irreducible, needed)
    lines = conflict_lines(words, found)
    relaxations, untried = ways_out(scenario, words, tuple(found), search, clock)
    ledger = Ledger(scenario, {})
    mentions = tuple(sorted({id_ for limit in found for id_ in rule_mentions(ledger, limit)}))
    return Conflict(
        text, tuple(found), lines, irreducible, smallest, relaxations, mentions, needed or irreducible, untried
    )


def _named(search: Feasibility, left: float, known: bool) -> tuple[list[Limit] | None, bool]:
    """Limits that cannot hold together, and whether each is known to be needed where requests may go in parts. Searches
    with whole requests take no more than is `left`."""
    shown = seen_in_parts(search.scenario, search.limits, search.clock.part(0.75))
    if shown is not None:
        search.learn_impossible(shown[0])
        return shown
    search.clock = search.clock.of(min(search.clock.left, left))
    whole = _one_that_cannot_hold(search, known)
    if whole is None:
        return None, False
    return without_groups(partial(_core, search), whole), False


def _core(search: Feasibility, limits: Sequence[Limit]) -> list[Limit] | None:
    """The limits, if a search shows soon that they cannot hold together."""
    return list(limits) if search.fails_within(limits, search.clock.left / 10) else None


def _one_that_cannot_hold(search: Feasibility, known: bool) -> list[Limit] | None:
    """Limits that cannot hold together, preferably without the targets and shares: these draw in every request that
    could help, which makes each question hard."""
    targets = [limit for limit in search.limits if limit.kind in ("at_least", "share")]
    rest = [limit for limit in search.limits if limit not in set(targets)]
    families = [rest, *([*rest, target] for target in targets)]
    for place, family in enumerate(families):
        if search.fails_within(family, search.clock.left / (2 * (len(families) - place))):
            return family
    if known:
        return search.limits
    return search.limits if search.fails_within(search.limits, search.clock.left) else None


def _text(size: int, irreducible: bool, needed: bool) -> str:
    if size == 1:
        return "No plan is possible: this cannot be kept, whatever else is done."
    if irreducible and size == 2:
        return "No plan is possible: these two cannot both hold, though either of them alone could."
    if irreducible:
        return f"No plan is possible: these {size} cannot all hold, though any {size - 1} of them could."
    if needed:
        return (
            f"No plan is possible: these {size} cannot all hold. Without any one of them requests would fit at least "
            "in parts."
        )
    return f"No plan is possible: among these {size} are some that cannot all hold."


def _irreducible(search: Feasibility, whole: list[Limit]) -> tuple[list[Limit], bool]:
    """A conflict no part of which is one; when time runs out, one that may hold more than it needs."""
    try:
        return _quick_xplain(search, [], False, whole), True
    except OutOfTime:
        return list(search.smallest_impossible or whole), False


def _each_needed(search: Feasibility, found: list[Limit]) -> tuple[list[Limit], bool]:
    """Without the limits that whole requests show to be needless, and whether each that is left is known to be needed
    by them: a plan was found that keeps all others."""
    whole, certain = search.clock, True
    for limit in list(found):
        search.clock = whole.of(min(EACH, whole.left))
        try:
            if not search.holds(fewer := [each for each in found if each != limit]):
                found = fewer
        except OutOfTime:
            certain = False
    search.clock = whole
    return found, certain


def _quick_xplain(search: Feasibility, base: list[Limit], grown: bool, limits: list[Limit]) -> list[Limit]:
    if grown and not search.holds(base):
        return []
    if len(limits) == 1:
        return limits
    first, second = limits[: len(limits) // 2], limits[len(limits) // 2 :]
    of_second = _quick_xplain(search, base + first, True, second)
    of_first = _quick_xplain(search, base + of_second, bool(of_second), first)
    return of_first + of_second


def _smallest(search: Feasibility, found: list[Limit]) -> tuple[list[Limit], bool]:
    """A smallest conflict, if the clock allows; else the one there is, and whether none smaller is known to exist."""
    if len(found) == 1:
        return found, True
    ways: list[frozenset[Limit]] = []
    try:
        while True:
            hitting = _smallest_hitting(ways, search.place)
            if len(hitting) >= len(found):
                return found, True
            kept = search.most_kept(hitting)
            if kept is None:
                return hitting, True
            ways.append(frozenset(search.limits) - _grown(search, kept))
    except OutOfTime:
        return found, False


def _grown(search: Feasibility, kept: frozenset[Limit]) -> frozenset[Limit]:
    """The limits that can hold, with as many more as can: what is left over is a way out without anything needless."""
    for limit in search.limits:
        if limit not in kept:
            kept = search.most_kept(kept | {limit}) or kept
    return kept


def _smallest_hitting(ways: Sequence[Collection[Limit]], place_of: Mapping[Limit, int]) -> list[Limit]:
    """As few limits as possible, one at least of each way out."""
    columns = sorted({limit for way in ways for limit in way}, key=place_of.__getitem__)
    if not columns:
        return []
    place = {limit: n for n, limit in enumerate(columns)}
    rows = sp.lil_array((len(ways), len(columns)))
    for row, way in enumerate(ways):
        for limit in way:
            rows[row, place[limit]] = 1.0
    ones = np.ones(len(ways))
    answer = highs.search(-np.ones(len(columns)), sp.csr_array(rows), ones, ones * np.inf, highs.Limits())
    assert answer.x is not None  # noqa: S101 all columns together hit everything
    return [limit for limit, chosen in zip(columns, answer.x, strict=True) if chosen > 0.5]
