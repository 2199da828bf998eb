"""The plan with its reasons: what goes when and why, what is left out and why, or why there is no plan at all."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from board.planner.scenario import Scenario, Solution
from board.planner.solve import Incumbent, solve
from board.planner.why.clock import Clock
from board.planner.why.explain import explain_solution
from board.planner.why.reasons import Plan


def plan(
    scenario: Scenario,
    *,
    seconds: float,
    seed: int = 0,
    previous: Mapping[str, int] | None = None,
    progress: Callable[[Incumbent], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    explain: bool = True,
) -> Plan:
    """The best plan found within `seconds`, and its reasons. Raises `ScenarioProblem` for one that makes no sense.

    Most of the time goes to the search; at most a fifth is kept for the reasons, which also get what the search leaves.
    Without `explain` the search gets all. `previous` is the plan of before (request to period): the new
    one keeps to it among equally good ones, and says what changed. Once `cancelled` says so the best plan so far is
    returned with the reasons that are quick to find.
    """
    began = time.monotonic()
    kept = _kept(seconds, len(scenario.requests)) if explain else 0.0
    solution = solve(
        scenario, seconds=seconds - kept, seed=seed, previous=previous, progress=progress, cancelled=cancelled
    )
    found = Plan(solution)
    if explain:
        left = seconds - (time.monotonic() - began)
        found = reasons(scenario, solution, seconds=left, previous=previous, cancelled=cancelled)
    return replace(found, seconds=time.monotonic() - began)


def _kept(seconds: float, requests: int) -> float:
    """What the reasons take as a rule: their sentences grow with the requests; prices take a tenth, up to 8 seconds."""
    return min(seconds / 5, max(min(8.0, seconds / 10), 2 + requests / 400))


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
