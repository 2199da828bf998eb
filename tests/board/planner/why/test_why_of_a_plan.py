"""What is said about the steps of a plan and about what it leaves out is true, on small scenarios of every kind."""

from dataclasses import replace
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from board.planner.check import check_plan, starts_of, value_of
from board.planner.clock import Clock
from board.planner.scenario import Scenario
from board.planner.solve import solve
from board.planner.why.ledger import Ledger
from board.planner.why.left_out import explain_left_out
from board.planner.why.reasons import Passed, Plan
from board.planner.why.steps import explain_steps
from board.planner.why.wording import Words
from tests.board.planner.making import scenarios
from tests.board.planner.why.alone import alone
from tests.board.planner.why.changed import as_said, with_change, with_plan

# Random scenarios often have no plan, or nothing to ask about.
FILTERED = [HealthCheck.filter_too_much, HealthCheck.too_slow]


class Case(NamedTuple):
    scenario: Scenario
    chosen: dict[str, int]
    plan: Plan


@st.composite
def crowded(draw: st.DrawFn) -> Scenario:
    """A scenario that has a plan as a rule, in which much is worth doing and little fits."""
    scenario = draw(scenarios())
    requests = tuple(
        replace(each, value=abs(each.value) + 1, mandatory=False, start=None) if draw(st.booleans()) else each
        for each in scenario.requests
    )
    return replace(scenario, requests=requests)


@st.composite
def explained(draw: st.DrawFn, best: bool = True) -> Case:
    """A scenario with its best plan, or one from which something was taken that might stay, and the reasons."""
    scenario = draw(crowded())
    solution = solve(scenario, seconds=10)
    assume(solution.status == "optimal" and solution.objective is not None)
    chosen = {start.id: start.period for start in solution.chosen}
    if not best and chosen:
        gone = draw(st.sampled_from(sorted(chosen)))
        fewer = {id_: start for id_, start in chosen.items() if id_ != gone}
        assume(not check_plan(scenario, fewer))
        chosen = fewer
        starts = tuple(start for start in solution.chosen if start.id != gone)
        solution = replace(solution, status="feasible", objective=value_of(scenario, chosen), chosen=starts)
    ledger, words, clock = Ledger(scenario, chosen), Words(scenario), Clock(draw(st.sampled_from([0, 600])))
    plan = Plan(solution, (), explain_steps(ledger, words, clock), explain_left_out(ledger, words, clock))
    return Case(scenario, chosen, plan)


def is_passed(case: Case, id_: str, passed: Passed) -> bool:
    """Whether the start passes the limit, with the rest of the plan as it is; judged by that limit alone."""
    only = alone(case.scenario, {passed.limit})
    if passed.limit.kind == "start":
        return True
    assert not check_plan(only, case.chosen)
    return bool(check_plan(only, {**case.chosen, id_: passed.start}))


@given(explained(best=True) | explained(best=False))
@settings(max_examples=60, deadline=None, suppress_health_check=FILTERED)
def test_every_request_has_its_sentence(case: Case) -> None:
    assert {(step.id, step.period) for step in case.plan.steps} == set(case.chosen.items())
    assert {left.id for left in case.plan.left_out} == {each.id for each in case.scenario.requests} - set(case.chosen)
    for text in [*(step.text for step in case.plan.steps), *(left.reason for left in case.plan.left_out)]:
        assert text[0].isupper()
        assert text.endswith(".")
        assert "  " not in text


@given(explained(best=True) | explained(best=False))
@settings(max_examples=100, deadline=None, suppress_health_check=FILTERED)
def test_what_keeps_a_request_out_stands_against_every_start(case: Case) -> None:
    known = {request.id: request for request in case.scenario.requests}
    for left in case.plan.left_out:
        if "there is room" in left.reason.lower():
            event("room")
            continue
        possible = starts_of(known[left.id], len(case.scenario.periods)) or range(len(case.scenario.periods))
        assert set(possible) <= {passed.start for passed in left.kept_out_by}
        for passed in left.kept_out_by:
            event(passed.limit.kind)
            if passed.limit.kind == "worth":
                assert case.scenario.worth(known[left.id], passed.start) <= 0
            else:
                assert is_passed(case, left.id, passed)


@given(explained())
@settings(max_examples=60, deadline=None, suppress_health_check=FILTERED)
def test_in_the_best_plan_nothing_is_left_out_that_has_room(case: Case) -> None:
    assert not [left for left in case.plan.left_out if "There is room" in left.reason]


@given(explained(best=True) | explained(best=False))
@settings(max_examples=100, deadline=None, suppress_health_check=FILTERED)
def test_each_change_lets_the_request_in_at_its_cost(case: Case) -> None:
    prices = {resource.id: resource.unit_cost for resource in case.scenario.resources}
    for left in case.plan.left_out:
        for change in left.changes:
            # As the sentence says it, rounded: who does that gets what was said.
            assert not check_plan(
                with_change(case.scenario, left.id, as_said(case.scenario, change)),
                with_plan(case.chosen, left.id, change),
            )
            changed = with_change(case.scenario, left.id, change)
            plan = with_plan(case.chosen, left.id, change)
            event("drop" if change.drop else "extra" if change.extra else "out" if change.out else "other")
            assert check_plan(changed, plan) == []
            paid = sum(amount * prices[resource] for resource, _, amount in change.extra)
            difference = value_of(case.scenario, plan) - value_of(case.scenario, case.chosen)
            assert difference == pytest.approx(change.gain - (change.cost - paid))
        costs = [(bool(change.drop), change.cost - change.gain) for change in left.changes]
        assert costs == sorted(costs)


@given(explained())
@settings(max_examples=60, deadline=None, suppress_health_check=FILTERED)
def test_extra_capacity_is_no_more_than_it_takes(case: Case) -> None:
    for left in case.plan.left_out:
        for change in left.changes:
            for resource, period, amount in change.extra:
                less = tuple((r, p, a * 0.99 if (r, p) == (resource, period) else a) for r, p, a in change.extra)
                changed = with_change(case.scenario, left.id, replace(change, extra=less))
                assert amount > 0
                assert check_plan(changed, with_plan(case.chosen, left.id, change))


@given(explained(best=True) | explained(best=False))
@settings(max_examples=60, deadline=None, suppress_health_check=FILTERED)
def test_what_stands_against_better_periods_is_true(case: Case) -> None:
    known = {request.id: request for request in case.scenario.requests}
    for step in case.plan.steps:
        for passed in step.earlier:
            assert passed.start != step.period
            assert is_passed(case, step.id, passed)
        request = known[step.id]
        if request.value < 0 or request.start is not None or "would do as well" in step.text or "has room" in step.text:
            continue
        earlier = [start for start in starts_of(request, len(case.scenario.periods)) if start < step.period]
        assert set(earlier) <= {passed.start for passed in step.earlier}
