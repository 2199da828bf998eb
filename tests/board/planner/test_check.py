"""Whether a plan keeps a scenario's rules: a table worked by hand."""

import pytest

from board.planner.check import check_plan, starts_of, value_of
from board.planner.scenario import (
    AtLeast,
    AtMost,
    Before,
    Candidate,
    ExactlyOne,
    Exclude,
    Load,
    Requires,
    Resource,
    Rule,
    Scenario,
    Share,
)

PERIODS = ("Q1", "Q2", "Q3", "Q4")


def scenario(*rules: Rule, **changes: object) -> Scenario:
    requests = (
        Candidate("A", 10, use={"money": (3, 3)}, effects={"customers": 100}),
        Candidate("B", 20, use={"money": (2,)}, effects={"customers": 50}),
        Candidate("C", 5, use={"money": (0.1, 0.1, 0.1)}),
    )
    return Scenario(PERIODS, (Resource("money", (5, 5, 5, 5)),), requests, rules, **changes)


@pytest.mark.parametrize(
    ("rule", "kept", "broken"),
    [
        (Before("A", "B", 2), [{"A": 0, "B": 2}, {"B": 0}, {"A": 3}, {}], [{"A": 0, "B": 1}, {"A": 2, "B": 0}]),
        (Before("A", "B", -1), [{"A": 1, "B": 0}], [{"A": 2, "B": 0}]),
        (Requires("A", "B"), [{"A": 0, "B": 3}, {"B": 0}, {}], [{"A": 0}]),
        (Exclude(("A", "B")), [{"A": 0}, {}], [{"A": 0, "B": 3}]),
        (ExactlyOne(("A", "B")), [{"A": 0}, {"B": 1, "C": 1}], [{}, {"A": 0, "B": 3}]),
        (AtMost(("A", "B", "C"), 1, 2), [{"A": 0, "B": 2}, {"B": 3}], [{"A": 0, "B": 1}]),
        (AtMost(("A", "B", "C"), 2), [{"A": 0, "B": 3}], [{"A": 0, "B": 3, "C": 1}]),
        (AtMost(("A", "B"), 0), [{"C": 0}], [{"A": 0}]),
        (AtLeast("customers", 100, 1), [{"A": 0}, {"A": 0, "B": 3}], [{"A": 1}, {"B": 0}, {}]),
        (AtLeast("customers", 150, 2), [{"A": 1, "B": 2}], [{"A": 1, "B": 3}, {"A": 2, "B": 2}]),
        (Share(("B",), "customers", 0.5), [{"B": 0}, {}, {"C": 0}], [{"A": 0, "B": 2}, {"A": 0}]),
        (Load({("A", 0): 2, ("B", 0): 2, ("B", 1): 9}, 3), [{"A": 0}, {"A": 0, "B": 2}], [{"A": 0, "B": 0}, {"B": 1}]),
    ],
)  # fmt: skip
def test_each_rule(rule: Rule, kept: list[dict[str, int]], broken: list[dict[str, int]]) -> None:
    for plan in kept:
        assert check_plan(scenario(rule), plan) == []
    for plan in broken:
        assert len(check_plan(scenario(rule), plan)) == 1


def test_capacity_counts_each_period_of_use_and_none_after_the_last() -> None:
    assert check_plan(scenario(), {"A": 0, "B": 0}) == []
    assert check_plan(scenario(), {"A": 3, "B": 3}) == []
    assert check_plan(scenario(), {"A": 0, "B": 0, "C": 0}) == ["money in period 0: 5.1 used of 5."]


def test_tenths_fit_although_their_sum_in_binary_is_more() -> None:
    three = Scenario(
        ("now",), (Resource("money", (0.3,)),), tuple(Candidate(name, 1, {"money": (0.1,)}) for name in "ABC")
    )
    assert check_plan(three, {"A": 0, "B": 0, "C": 0}) == []


def test_what_must_go_and_where_it_may_start() -> None:
    bound = Candidate("A", 1, earliest=1, latest=2, mandatory=True, barred={2: "freeze"})
    only = Scenario(PERIODS, requests=(bound,))
    assert starts_of(bound, 4) == [1]
    assert check_plan(only, {"A": 1}) == []
    assert check_plan(only, {}) == ["“A” must go."]
    for period in (0, 2, 3, 9):
        assert check_plan(only, {"A": period}) == [f"“A” may not start in period {period}."]
    assert check_plan(Scenario(PERIODS, requests=(Candidate("A", 1, start=2),)), {"A": 1})
    assert check_plan(only, {"A": 1, "Z": 0}) == ["There is no request “Z”."]


def test_value_shrinks_with_every_period() -> None:
    assert value_of(scenario(delay_discount=0.5), {"A": 0, "B": 2}) == 15


def test_a_cost_of_delay_takes_the_place_of_the_discount() -> None:
    dear = Candidate("A", -10, cost_of_delay=2)
    only = Scenario(PERIODS, requests=(dear, Candidate("B", 8)), delay_discount=0.5)
    assert [only.worth(dear, start) for start in range(3)] == [-10, -12, -14]
    assert value_of(only, {"A": 2, "B": 1}) == -10
