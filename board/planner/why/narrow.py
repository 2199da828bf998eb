"""Of many limits that cannot hold together, a few that cannot either: groups are spared first, then single ones.

A contradiction that shows already where requests may go in parts is narrowed by relaxations alone, each of which says
at once on which limits its proof rests; so it is found within seconds among thousands of requests.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence

from board.planner.clock import Clock
from board.planner.forced import what_matters
from board.planner.scenario import Scenario
from board.planner.why.feasible import OutOfTime
from board.planner.why.limits import with_only
from board.planner.why.reasons import Limit
from board.planner.why.relaxed import Relaxed

# Those of the limits that cannot hold together by themselves; None when no proof was found that they cannot.
Core = Callable[[Sequence[Limit]], list[Limit] | None]
# While one proof after another rests on fewer limits than this share of those before, it is worth asking again.
SHRINKS = 0.9


def group_of(limit: Limit) -> tuple[str, str]:
    """What is spared as one: a resource over all periods, all limits of a kind, each target and share by itself."""
    if limit.kind in ("at_least", "share"):
        return limit.kind, str(limit.rule)
    return limit.kind, limit.subject if limit.kind == "capacity" else ""


def seen_in_parts(scenario: Scenario, limits: list[Limit], clock: Clock) -> tuple[list[Limit], bool] | None:
    """Limits that cannot hold together even where requests go in parts, and whether each of them is known to be needed
    for that; None when no relaxation shows any. What the clock has no time for is left as it is."""
    found: list[Limit] = []
    try:
        relaxed = Relaxed(scenario, clock)
        found += relaxed.core(limits) or []
        if not found:
            return None
        without_groups(relaxed.core, found)
        before = math.inf
        while len(found) <= SHRINKS * before:
            before = len(found)
            relaxed = Relaxed(what_matters(with_only(scenario, found)), clock)
            found[:] = relaxed.core(found) or found
        without_groups(relaxed.core, found)
        _each_needed(relaxed, found)
    except OutOfTime:
        return (found, False) if found else None
    return found, True


def without_groups(core: Core, found: list[Limit]) -> list[Limit]:
    """Take out, of the list that is given, every group that the contradiction does without, the largest first."""
    sizes = Counter(map(group_of, found))
    for group in sorted(sizes, key=lambda each: (each[0] in ("at_least", "share"), -sizes[each], each)):
        rest = [limit for limit in found if group_of(limit) != group]
        if rest and len(rest) < len(found):
            found[:] = core(rest) or found
    return found


def _each_needed(relaxed: Relaxed, found: list[Limit]) -> None:
    """Take out, of the list that is given, every limit that the contradiction does without."""
    needed: set[Limit] = set()
    while (limit := next((each for each in reversed(found) if each not in needed), None)) is not None:
        fewer = relaxed.core([each for each in found if each != limit])
        if fewer is None:
            needed.add(limit)
        else:
            found[:] = fewer
