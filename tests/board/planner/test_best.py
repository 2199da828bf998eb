"""On small scenarios with every kind of rule the planner finds what trying every plan finds."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from board.planner.check import check_plan, value_of
from board.planner.greedy import Greedy, shortfall
from board.planner.model import build
from board.planner.scenario import Scenario
from board.planner.solve import solve
from tests.board.planner.making import best_value, plans, scenarios


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


@given(scenarios(), st.data())
@settings(max_examples=60, deadline=None)
def test_among_equally_good_plans_the_previous_one_stays(scenario: Scenario, data: st.DataObject) -> None:
    every = list(plans(scenario))
    assume(every)
    most = max(value_of(scenario, plan) for plan in every)
    best = [plan for plan in every if value_of(scenario, plan) == most]
    previous = data.draw(st.sampled_from(best))
    solution = solve(scenario, seconds=30, previous=previous)
    assert {start.id: start.period for start in solution.chosen} == previous


@given(scenarios(), st.data())
@settings(max_examples=60, deadline=None)
def test_any_previous_plan_does_no_harm(scenario: Scenario, data: st.DataObject) -> None:
    ids = [request.id for request in scenario.requests] + ["gone"]
    previous = data.draw(st.dictionaries(st.sampled_from(ids), st.integers(0, 4)))
    best, solution = best_value(scenario), solve(scenario, seconds=30, previous=previous)
    assert (solution.status, solution.objective) == (
        ("infeasible", None) if best is None else ("optimal", pytest.approx(best, rel=1e-8, abs=1e-8))
    )


@given(scenarios())
@settings(max_examples=40, deadline=None)
def test_the_order_of_requests_and_rules_does_not_matter(scenario: Scenario) -> None:
    turned = replace(scenario, requests=scenario.requests[::-1], rules=scenario.rules[::-1])
    one, other = solve(scenario, seconds=30), solve(turned, seconds=30)
    assert one.status == other.status
    assert one.objective == (other.objective and pytest.approx(other.objective, rel=1e-8, abs=1e-8))


@given(scenarios(), st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_the_first_plan_breaks_no_limit(scenario: Scenario, seed: int) -> None:
    program = build(scenario)
    x = Greedy(program).plan(seed, lambda: False)
    plan = program.plan_of(x)
    if shortfall(program, x) == 0 and not program.impossible:
        assert check_plan(scenario, plan) == []
