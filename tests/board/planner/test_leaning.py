"""What the relaxation takes moves with what requests are worth, and with nothing else."""

from dataclasses import replace

from bench.planning import make_scenario
from board.planner.clock import Clock, Work
from board.planner.leaning import Leaning
from board.planner.scenario import Candidate, Exclude, Resource, Scenario

TWO = Scenario(
    ("2027Q1", "2027Q2"),
    (Resource("data", (1, 1)),),
    tuple(Candidate(f"r{n}", 10 - n, {"data": (1,)}) for n in range(3)),
    delay_discount=0.5,
)


def worth(scenario: Scenario, **values: float) -> Scenario:
    requests = (replace(each, value=values.get(each.id, each.value)) for each in scenario.requests)
    return replace(scenario, requests=tuple(requests))


def test_what_is_worth_most_goes_first_under_each_worth_in_turn() -> None:
    leaning = Leaning()
    assert leaning.of(TWO, Clock(60)) == {"r0": 0, "r1": 1}
    assert leaning.of(worth(TWO, r2=30), Clock(60)) == {"r2": 0, "r0": 1}
    assert leaning.of(worth(TWO, r0=-1), Clock(60)) == {"r1": 0, "r2": 1}
    assert leaning.of(TWO, Clock(60)) == {"r0": 0, "r1": 1}


def test_other_rules_are_other_rows() -> None:
    leaning = Leaning()
    leaning.of(TWO, Clock(60))
    assert leaning.of(replace(TWO, rules=(Exclude(("r0", "r1")),)), Clock(60)) == {"r0": 0, "r2": 1}


def test_the_same_worth_moves_nothing_among_many() -> None:
    scenario = make_scenario(60, 6, 1)
    leaning = Leaning()
    first = leaning.of(scenario, Clock(60))
    moved = leaning.of(worth(scenario, **{each.id: 5 * each.value for each in scenario.requests[::2]}), Clock(60))
    assert first
    assert moved != first
    assert leaning.of(scenario, Clock(60)) == first


def test_without_a_plan_or_time_there_is_none() -> None:
    must = Candidate("m", 1, {"data": (5,)}, mandatory=True)
    assert Leaning().of(replace(TWO, requests=(must,)), Clock(60)) is None
    assert Leaning().of(TWO, Clock(0, meter=Work())) is None
    assert Leaning().of(replace(TWO, requests=()), Clock(60)) == {}
