"""What a pot holds in each quarter, and what carries over."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from board.planner.check import check_plan
from board.planner.scenario import Load
from board.planner.solve import solve
from board.planning.build import Question, question
from board.planning.facts import Wish
from board.planning.figures import figures_of
from board.planning.horizon import Horizon
from board.planning.money import PotQuarter, pot_quarters, years_of
from board.planning.settings import PlanSettings, Pot
from tests.board.planning.portfolio import asked, wish

YEAR = Horizon((2027, 1), 4)


def pays(pk: int, money: int, quarter: int = 1, **more: object) -> Wish:
    """A request that wants to start in this quarter of 2027 and spends all of its money in it."""
    month = quarter * 3
    return wish(pk, start=date(2027, month - 1, 1), live=date(2027, month, 20), money=money, **more)  # type: ignore[arg-type]


def ask(wishes: list[Wish], horizon: Horizon = YEAR, **more: object) -> Question:
    return question(asked(*wishes), horizon, PlanSettings(**more))  # type: ignore[arg-type]


def goes(found: Question) -> dict[str, int]:
    return {start.id: start.period for start in solve(found.scenario, seconds=5).chosen}


def pot(*amounts: int, carries: bool = True) -> Pot:
    return Pot("Budget", amounts, (), carries)


def test_what_is_not_spent_can_be_spent_in_the_next_quarter() -> None:
    """By hand: 100 a quarter. A costs 40 in Q1, which leaves 60; B costs 160 in Q2, where 60 and 100 are there."""
    wishes = [pays(1, 40, kind="regulatory"), pays(2, 160, 2, kind="regulatory")]
    assert goes(ask(wishes, pots=(pot(100, 100, 100, 100),), slack=0)) == {"1": 0, "2": 1}
    assert solve(ask(wishes, pots=(pot(100, 100, 100, 100, carries=False),), slack=0).scenario, seconds=5).status == (
        "infeasible"
    )
    dearer = [pays(1, 40, kind="regulatory"), pays(2, 161, 2, kind="regulatory")]
    assert solve(ask(dearer, pots=(pot(100, 100, 100, 100),), slack=0).scenario, seconds=5).status == "infeasible"


def test_nothing_is_spent_before_it_is_there() -> None:
    early = [pays(1, 120, kind="regulatory")]
    assert solve(ask(early, pots=(pot(100, 100, 100, 100),), slack=0).scenario, seconds=5).status == "infeasible"


def test_nothing_carries_over_into_the_next_financial_year() -> None:
    late = [pays(1, 150, 3, kind="regulatory")]
    budget = (pot(100, 100, 100, 100),)
    assert goes(ask(late, pots=budget, slack=0)) == {"1": 2}
    found = ask(late, pots=budget, slack=0, year_starts=3)
    assert solve(found.scenario, seconds=5).status == "infeasible"


def test_years_begin_with_their_quarter_and_the_first_with_the_plan() -> None:
    assert years_of(PlanSettings(), Horizon((2027, 3), 8)) == [range(2), range(2, 6), range(6, 8)]
    assert years_of(PlanSettings(year_starts=3), Horizon((2027, 3), 8)) == [range(4), range(4, 8)]


def test_the_reason_names_the_quarters_that_are_counted_together() -> None:
    rules = ask([pays(1, 40)], pots=(pot(100, 50, 100, 100),)).scenario.rules
    loads = [(rule.label, rule.limit) for rule in rules if isinstance(rule, Load)]
    assert loads == [
        ("Budget, Q1 2027 to Q2 2027 together", 150),
        ("Budget, Q1 2027 to Q3 2027 together", 250),
        ("Budget, Q1 2027 to Q4 2027 together", 350),
    ]


def test_the_quarters_of_a_pot_say_what_is_carried() -> None:
    found = pot_quarters(pot(100, 100, 100, 100), PlanSettings(year_starts=4), YEAR, [40, 160, 30, 20])
    assert found == [
        PotQuarter(100, 0, 40, True), PotQuarter(100, 60, 160, True), PotQuarter(100, 0, 30), PotQuarter(100, 0, 20)
    ]  # fmt: skip
    assert [each.left for each in found] == [60, 0, 70, 80]


def test_the_figures_say_what_is_carried_into_each_quarter() -> None:
    setting = PlanSettings(pots=(pot(100, 100, 100, 100),))
    everything = asked(pays(1, 40), pays(2, 160, 2))
    scenario = question(everything, YEAR, setting).scenario
    (row,) = [
        each for each in figures_of(everything, YEAR, setting, scenario, {1: 0, 2: 1})["resources"]
        if each["id"] == "pot:0"
    ]  # fmt: skip
    assert row["carried"] == [0, 60, 0, 100]
    assert row["capacity"] == [100, 160, 100, 200]
    assert row["used"] == pytest.approx([40, 160, 0, 0])


def test_the_figures_say_what_of_the_cost_falls_after_the_last_quarter() -> None:
    """By hand: 182 days from 1 November 2027, 61 of them in the plan's last quarter; 180 a day of money each."""
    long = wish(1, start=date(2027, 11, 1), live=date(2028, 4, 30), money=18_200)
    setting = PlanSettings(pots=(pot(100, 100, 100, 10_000, carries=False),))
    everything = asked(long, pays(2, 40))
    scenario = question(everything, YEAR, setting).scenario
    found = figures_of(everything, YEAR, setting, scenario, {1: 3, 2: 0})
    (row,) = [each for each in found["resources"] if each["id"] == "pot:0"]
    assert found["cost"] == 18_240
    assert found["later"] == pytest.approx(18_200 * 121 / 182, abs=1)
    assert sum(row["used"]) + found["later"] == pytest.approx(found["cost"], abs=1)


costs = st.lists(st.tuples(st.integers(1, 4), st.integers(10, 200)), min_size=1, max_size=6)


@settings(max_examples=150, deadline=None)
@given(costs, st.lists(st.integers(0, 200), min_size=4, max_size=4), st.integers(1, 4))
def test_a_plan_keeps_the_rules_just_when_no_quarter_spends_more_than_is_there(
    wanted: list[tuple[int, int]], amounts: list[int], year_starts: int
) -> None:
    wishes = [pays(number, cost, quarter) for number, (quarter, cost) in enumerate(wanted, 1)]
    setting = PlanSettings(pots=(pot(*amounts),), year_starts=year_starts)
    scenario = question(asked(*wishes), YEAR, setting).scenario
    spent = [0.0] * 4
    for quarter, cost in wanted:
        spent[quarter - 1] += cost
    there = pot_quarters(setting.pots[0], setting, YEAR, spent)
    chosen = {str(number): quarter - 1 for number, (quarter, _) in enumerate(wanted, 1)}
    broken = [line for line in check_plan(scenario, chosen) if "earliest" not in line]
    assert (not broken) == all(each.left >= 0 for each in there)
