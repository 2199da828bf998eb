"""All the reasons of a solution, in the time there is."""

from collections.abc import Mapping

from board.planner.scenario import Scenario, Solution
from board.planner.why.clock import Clock
from board.planner.why.conflict import explain_conflict
from board.planner.why.ledger import Ledger
from board.planner.why.left_out import explain_left_out
from board.planner.why.reasons import Plan
from board.planner.why.steps import explain_steps
from board.planner.why.wording import Words


def explain_solution(
    scenario: Scenario, solution: Solution, clock: Clock, previous: Mapping[str, int] | None = None
) -> Plan:
    """The plan with the reasons of each step and of each request that is left out; see `Plan`."""
    words = Words(scenario)
    if solution.objective is None:
        conflict = explain_conflict(scenario, words, clock)
        return Plan(solution, conflict=conflict)
    ledger = Ledger(scenario, {start.id: start.period for start in solution.chosen})
    return Plan(solution, steps=explain_steps(ledger, words), left_out=explain_left_out(ledger, words))
