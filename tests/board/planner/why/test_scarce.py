"""What more of a capacity would be worth: the estimate has the sign and the order of what more would bring."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings

from board.planner.clock import Clock
from board.planner.plan import plan
from board.planner.scenario import Candidate, Resource, Scenario
from board.planner.why.reasons import Limit
from board.planner.why.scarce import explain_scarce, step_of
from board.planner.why.wording import Words
from tests.board.planner.making import best_value, scenarios


def more_of(scenario: Scenario, limit: Limit, step: float) -> Scenario:
    def grown(resource: Resource) -> Resource:
        if resource.id != limit.subject:
            return resource
        there = list(resource.capacity)
        there[limit.period] += step
        return replace(resource, capacity=tuple(there))

    return replace(scenario, resources=tuple(map(grown, scenario.resources)))


def estimated(scenario: Scenario) -> dict[Limit, float]:
    return {each.limit: each.worth for each in explain_scarce(scenario, Words(scenario), Clock(60))}


# Requests of one unit each: nothing goes in parts, so the estimate is the truth.
UNITS = Scenario(
    ("2027Q1", "2027Q2"),
    (
        Resource("data", (1, 1), "Data engineering", "days", 800),
        Resource("app", (1, 9), "App team", "days", 800),
        Resource("law", (9, 9), "Law", "days", 800),
    ),
    (
        *(Candidate(f"d{n}", 100 - 10 * n, {"data": (1,), "law": (1,)}) for n in range(4)),
        *(Candidate(f"a{n}", 30 - 10 * n, {"app": (1,)}, latest=0) for n in range(3)),
    ),
)


def test_where_nothing_goes_in_parts_the_worth_is_what_one_more_brings() -> None:
    found = estimated(UNITS)
    now = best_value(UNITS)
    assert now is not None
    assert set(found) == {Limit("capacity", "data", 0), Limit("capacity", "data", 1), Limit("capacity", "app", 0)}
    for limit, worth in found.items():
        more = best_value(more_of(UNITS, limit, 1))
        assert more is not None
        # Between what one more brings and what one less would lose any price is right.
        less = best_value(more_of(UNITS, limit, -1))
        assert less is not None
        assert more - now - 1e-6 <= worth <= now - less + 1e-6


def test_what_brings_most_comes_first_in_words_that_say_it_is_an_estimate() -> None:
    first, *_, last = plan(UNITS, seconds=10).scarce
    assert first.limit.subject == "data"
    assert last.limit.subject == "app"
    assert first.text.startswith("1 day more of Data engineering in 2027Q")
    assert "would be worth about" in first.text
    assert "(estimated); it costs 800" in first.text


def test_what_is_not_scarce_is_not_told() -> None:
    assert "law" not in {limit.subject for limit in estimated(UNITS)}


@given(scenarios())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_no_worth_is_below_nothing_and_what_is_scarce_has_one_where_parts_show_it(scenario: Scenario) -> None:
    assume(len(scenario.requests) ** len(scenario.periods) <= 64)
    assume(best_value(scenario) is not None)
    for limit, worth in estimated(scenario).items():
        assert worth > 0
        assert limit.kind == "capacity"


@pytest.mark.parametrize(("there", "step"), [(0, 1), (60, 1), (1_200, 10), (46_000_000, 100_000)])
def test_a_step_is_a_round_small_part_of_what_there_is(there: float, step: float) -> None:
    assert step_of(there) == step
