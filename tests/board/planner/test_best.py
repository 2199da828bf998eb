"""On small scenarios with every kind of rule the planner finds what trying every plan finds."""

import pytest
from hypothesis import given, settings

from board.planner.check import check_plan
from board.planner.scenario import Scenario
from board.planner.solve import solve
from tests.board.planner.making import best_value, scenarios


@given(scenarios())
@settings(max_examples=150, deadline=None)
def test_the_plan_is_the_best_of_all(scenario: Scenario) -> None:
    best = best_value(scenario)
    solution = solve(scenario, seconds=30)
    if best is None:
        assert solution.status == "infeasible"
        return
    assert solution.status == "optimal"
    assert solution.objective == pytest.approx(best, rel=1e-8, abs=1e-8)
    assert solution.bound is not None
    assert solution.bound >= best - 1e-8 * max(1, abs(best))
    assert check_plan(scenario, {start.id: start.period for start in solution.chosen}) == []
