"""The plan with its reasons: what goes when and why, what is left out and why, or why there is no plan at all."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from board.planner.clock import Clock, Work
from board.planner.scenario import Scenario, Solution
from board.planner.solve import Incumbent, solve
from board.planner.why.explain import explain_solution
from board.planner.why.reasons import Plan


def plan(
    scenario: Scenario,
    *,
    seconds: float = math.inf,
    work: float | None = None,
    seed: int = 0,
    previous: Mapping[str, int] | None = None,
    progress: Callable[[Incumbent], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    explain: bool = True,
) -> Plan:
    """The best plan found within `seconds`, and its reasons. Raises `ScenarioProblem` for one that makes no sense.

    With `work` instead, it ends after so much counted work, and the same scenario, seed and work give the same plan and
    reasons on any machine at any time; see `solve`. Most of the limit goes to the search; at most a fifth is kept for
    the reasons, which also get what the search leaves. Without `explain` the search gets all. `previous` is the plan of
    before (request to period): the new one keeps to it among equally good ones, and says what changed. Once `cancelled`
    says so the best plan so far is returned with the reasons that are quick to find.
    """
    began = time.monotonic()
    clock = Clock(seconds, cancelled) if work is None else Clock(work, cancelled, Work())
    kept = _kept(clock.amount, len(scenario.requests)) if explain else 0.0
    searching = clock.of(clock.amount - kept).asked()
    solution = solve(scenario, seed=seed, previous=previous, progress=progress, cancelled=cancelled, **searching)
    clock.spend(solution.work)
    found = explain_solution(scenario, solution, clock, previous) if explain else Plan(solution)
    return replace(found, seconds=time.monotonic() - began)


def _kept(limit: float, requests: int) -> float:
    """What the reasons take as a rule: their sentences grow with the requests; prices take a tenth, up to 8 seconds."""
    return min(limit / 5, max(min(8.0, limit / 10), 2 + requests / 400))


def reasons(
    scenario: Scenario,
    solution: Solution,
    *,
    seconds: float,
    previous: Mapping[str, int] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Plan:
    """The reasons of a solution that is there already. See `explain_solution` for what depends on `seconds`."""
    return explain_solution(scenario, solution, Clock(seconds, cancelled), previous)
