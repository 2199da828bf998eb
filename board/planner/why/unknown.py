"""What is known where no plan was found and none is known to be impossible, and what would surely make one possible."""

from contextlib import suppress

from board.planner.clock import Clock
from board.planner.scenario import Scenario
from board.planner.why.feasible import OutOfTime
from board.planner.why.phrases import conflict_lines
from board.planner.why.reasons import Conflict
from board.planner.why.relax import single
from board.planner.why.ways import EACH, FEW, FINDING, all_that_fails, in_order
from board.planner.why.wording import Words

TEXT = (
    "No plan was found that keeps everything, and it is not proven that there is none. This is what the plans that "
    "were tried do not keep."
)


def explain_unknown(scenario: Scenario, words: Words, clock: Clock) -> Conflict | None:
    """What stands in doubt, and what would surely make a plan possible; None when a plan turns out to be there."""
    sure = all_that_fails(scenario, words, clock.part(0.3))
    if sure is None:
        return None
    finding = clock.counting(FINDING, 0.6)
    ways = []
    for limit in sure.limits[:FEW]:
        with suppress(OutOfTime):
            ways.append(single(scenario, words, limit, finding.of(min(EACH, finding.left))))
    alone = [way for way in ways if way is not None]
    # A target of which a plan turns out to reach all that is asked stands in no doubt.
    if any(way.limits[0].kind == "at_least" and (way.amounts[0] or 0.0) <= 0 for way in alone):
        return None
    found = in_order(scenario, words, alone or [sure], clock)
    lines = conflict_lines(words, sure.limits)
    mentions = tuple(sorted({id_ for way in (sure, *alone) for id_ in way.mentions}))
    return Conflict(TEXT, sure.limits, lines, False, False, found, mentions, proven=False)
