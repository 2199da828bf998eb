"""What insisting costs is what trying every plan says it costs."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, event, given, settings

from board.planner.clock import Clock
from board.planner.plan import plan
from board.planner.scenario import Before, Candidate, Scenario
from board.planner.solve import solve
from board.planner.why.limits import limits_of
from board.planner.why.prices import Pricing, explain_prices, insisted
from board.planner.why.reasons import Limit
from board.planner.why.wording import Words
from tests.board.planner.making import best_value, scenarios
from tests.board.planner.why.alone import alone
from tests.board.planner.why.bank import bank

# Random scenarios often have no plan, or nothing to ask about.
FILTERED = [HealthCheck.filter_too_much, HealthCheck.too_slow]


@given(scenarios())
@settings(max_examples=40, deadline=None, suppress_health_check=FILTERED)
def test_each_price_is_the_difference_that_trying_every_plan_finds(scenario: Scenario) -> None:
    with_all = best_value(scenario)
    assume(with_all is not None and insisted(scenario))
    assert with_all is not None
    prices = explain_prices(scenario, solve(scenario, seconds=30), Words(scenario), Clock(60))
    assert {price.limit for price in prices} == set(insisted(scenario))
    everything = set(limits_of(scenario))
    for price in prices:
        without_it = best_value(alone(scenario, everything - {price.limit}))
        assert without_it is not None
        event(price.limit.kind if price.likely else "nothing")
        close = {"rel": 1e-6, "abs": 1e-6 * max(1.0, abs(with_all))}
        assert price.likely == pytest.approx(without_it - with_all, **close)
        assert price.least == pytest.approx(price.likely, **close)
        assert price.most == pytest.approx(price.likely, **close)
        assert ("costs nothing" in price.text) == (not price.likely)


@given(scenarios())
@settings(max_examples=40, deadline=None, suppress_health_check=FILTERED)
def test_what_is_known_of_a_price_holds_it_when_the_plan_is_not_the_best(scenario: Scenario) -> None:
    best = best_value(scenario)
    solution = solve(scenario, seconds=30)
    assume(best is not None and solution.objective is not None)
    assert best is not None
    assert solution.objective is not None
    loose = replace(solution, status="feasible", bound=solution.objective + 2.0)
    everything = set(limits_of(scenario))
    pricing = Pricing(scenario, loose, Words(scenario), Clock(60))
    for limit in insisted(scenario)[:3]:
        price = pricing.price(limit, 10)
        without_it = best_value(alone(scenario, everything - {limit}))
        assert price is not None
        assert without_it is not None
        assert price.most is not None
        slack = 1e-6 * max(1.0, abs(without_it))
        assert price.least - slack <= without_it - best <= price.most + slack


def test_a_rule_about_what_cannot_start_anyway_costs_nothing() -> None:
    shut = tuple(Candidate(id=name, value=1.0, barred={0: "freeze"}) for name in ("r0", "r1"))
    scenario = Scenario(("Q1",), (), shut, (Before("r0", "r1", 0),))
    found = solve(scenario, seconds=30)
    for solution in (found, replace(found, status="feasible")):
        (price,) = explain_prices(scenario, solution, Words(scenario), Clock(30))
        assert (price.likely, price.most) == (0.0, 0.0)


def test_the_dearest_comes_first_and_says_what_it_costs() -> None:
    found = plan(bank(), seconds=30)
    assert found.prices[0].limit == Limit("mandatory", "0037")
    assert found.prices[0].text == "“Stronger identity check must go” costs 51,400."
    assert found.prices[0].likely == pytest.approx(51_352.345)
    assert [price.likely for price in found.prices] == sorted((price.likely for price in found.prices), reverse=True)
    assert any("Of what is insisted on, this costs most: “Stronger identity check" in text for text in found.summary)


def test_without_time_there_are_no_prices() -> None:
    scenario = bank()
    assert explain_prices(scenario, solve(scenario, seconds=30), Words(scenario), Clock(0)) == ()
    cancelled = Clock(60, cancelled=lambda: True)
    assert explain_prices(scenario, solve(scenario, seconds=30), Words(scenario), cancelled) == ()


def test_only_what_is_asked_for_is_priced() -> None:
    scenario = bank()
    asked = [Limit("at_least", rule=10)]
    (price,) = explain_prices(scenario, solve(scenario, seconds=30), Words(scenario), Clock(30), asked)
    assert price.text == "“New service by year end” costs nothing: the best plan keeps it anyway."
