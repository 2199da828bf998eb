"""Where requests lean: what the relaxation takes, whether a request goes and in which period it starts most.

Of hundreds of requests a search of a few seconds ends at plans that differ by chance more than by what was changed. The
relaxation has no such chance, and from one value of the requests to the next it goes on from where it was.
"""

import numpy as np

from board.planner import highs
from board.planner.clock import Clock
from board.planner.model import Floats, Program, build
from board.planner.scenario import Scenario

# A request goes where the relaxation takes at least so much of it.
HALF = 0.5


class Leaning:
    """Asked again and again of scenarios that differ in what requests are worth."""

    def __init__(self) -> None:
        self._program: Program | None = None
        self._relaxation: highs.Relaxation | None = None

    def of(self, scenario: Scenario, clock: Clock) -> dict[str, int] | None:
        """Request to period; None when there is no plan or the clock ran out."""
        program = build(scenario)
        if program.impossible or not program.starts:
            return None if program.impossible else {}
        relaxation = self._relaxation_of(program)
        found = relaxation.solve(clock.limits())
        clock.spend(found.work)
        return None if found.x is None else _plan(program, found.x)

    def _relaxation_of(self, program: Program) -> highs.Relaxation:
        before, relaxation = self._program, self._relaxation
        if before is not None and relaxation is not None and _same_rows(before, program):
            relaxation.weigh(program.value)
        else:
            relaxation = highs.Relaxation(program.value, program.rows, program.lower, program.upper)
        self._program, self._relaxation = program, relaxation
        return relaxation


def _plan(program: Program, x: Floats) -> dict[str, int]:
    """What is taken by half or more, where most of it starts; the earlier of two that are alike."""
    taken = np.bincount(program.request_of, weights=x, minlength=len(program.columns))
    plan = {}
    for place in map(int, np.flatnonzero(taken >= HALF)):
        most = max(program.columns[place], key=lambda column: (round(float(x[column]), 6), -column))
        plan[program.scenario.requests[place].id] = program.starts[most][1]
    return plan


def _same_rows(one: Program, other: Program) -> bool:
    return one.starts == other.starts and all(
        np.array_equal(a, b)
        for a, b in (
            (one.lower, other.lower),
            (one.upper, other.upper),
            (one.rows.indptr, other.rows.indptr),
            (one.rows.indices, other.rows.indices),
            (one.rows.data, other.rows.data),
        )
    )
