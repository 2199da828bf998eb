"""CP-SAT beside the search: the program in whole numbers, a process that is asked, and what happens when it fails."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from bench.planning import make_scenario
from bench.shapes import make_shape
from board.planner.beside import CpSat, suits, whole
from board.planner.check import check_plan
from board.planner.clock import Clock, Work
from board.planner.highs import Limits
from board.planner.model import Floats, Program, build
from board.planner.prove import search_otherwise
from board.planner.race import Race
from board.planner.scenario import Candidate, Exclude, Resource, Scenario


def one_period(values: list[float], uses: list[float], room: float, **more: float) -> Program:
    requests = tuple(
        Candidate(f"q{n}", value, {"room": (use,)}) for n, (value, use) in enumerate(zip(values, uses, strict=True))
    )
    return build(Scenario(("only",), (Resource("room", (room,)),), requests, (Exclude(("q0", "q1")),), **more))


def counted(program: Program, work: float) -> Race:
    return Race(program, Clock(work, None, Work()), 0.0, None)


def never() -> bool:
    return False


def test_whole_amounts_stay_as_they_are_and_decimals_become_whole() -> None:
    found = whole(one_period([3, 4, 5], [1.25, 2.5, 3], 4.5))
    assert found.exact
    assert found.values == [3, 4, 5]
    assert found.bound_of(9.0) == 9.0
    assert ([0, 1, 2], [125, 250, 300], 450) in [(places, amounts, most) for places, amounts, _, most in found.rows]


def test_values_that_cannot_be_whole_loosen_the_bound_and_such_amounts_prove_nothing() -> None:
    assert whole(one_period([1 / 3, 2, 3], [1, 2, 3], 4)).bound_of(0.0) > 0.0
    assert whole(one_period([1, 2, 3], [1 / 3, 2, 3], 4)).bound_of(5.0) == np.inf


def test_a_limit_that_is_met_but_for_a_rounding_stays_met() -> None:
    program = one_period([1, 1, 1], [0.1, 0.2, 0.3], 0.1 + 0.2 + 0.3 - 1e-15)
    rows = [row for row in whole(program).rows if len(row[0]) == 3]
    assert all(most >= sum(amounts) for _, amounts, _, most in rows)


def test_it_proves_the_best_of_a_small_program_and_hands_in_each_better_plan() -> None:
    program = one_period([6, 5, 4, 3], [5, 4, 3, 2], 7)
    plans: list[Floats] = []
    with CpSat(program) as engine:
        ended = engine.round(Limits(work=5.0), None, plans.append, never)
        assert ended.status == "OPTIMAL"
        assert ended.bound == 9.0
        assert float(program.value @ plans[-1]) == 9.0
        again = engine.round(Limits(work=5.0, seed=3), plans[-1], plans.append, never)
        assert again.status == "OPTIMAL"
    assert engine.process.poll() is not None


def test_its_plans_keep_the_rules_and_its_bound_holds_for_them() -> None:
    program = build(make_shape("choices", 1))
    race = counted(program, 3.0)
    search_otherwise(race, 0)
    assert race.x is not None
    assert check_plan(program.scenario, program.plan_of(race.x)) == []
    assert race.bound >= race.objective
    assert race.clock.gone <= 3.5


def test_counted_work_repeats_to_the_letter() -> None:
    program = build(make_scenario(60, 6, 3))
    races = [counted(program, 2.5) for _ in range(2)]
    for race in races:
        search_otherwise(race, 0)
    assert races[0].x is not None
    assert races[1].x is not None
    assert (races[0].x == races[1].x).all()
    assert races[0].bound == races[1].bound


def test_a_process_that_fails_loses_no_plan() -> None:
    program = build(make_shape("choices", 1))
    race = counted(program, 1000.0)
    with CpSat(program) as engine:

        def take(x: Floats) -> None:
            race.found(x)
            engine.process.kill()

        assert engine.round(Limits(work=1000.0), None, take, never).status is None
        assert engine.round(Limits(work=1000.0), None, take, never).status is None
    assert race.x is not None


def test_stopping_ends_the_process() -> None:
    program = build(make_shape("choices", 1))
    told: list[Floats] = []
    with CpSat(program) as engine:
        assert engine.round(Limits(), None, told.append, lambda: bool(told)).status is None
    assert engine.process.poll() is not None
    assert told


def test_without_the_process_the_search_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("board.planner.beside.sys.executable", "/nowhere/python")
    race = counted(one_period([6, 5, 4, 3], [5, 4, 3, 2], 7), 5.0)
    assert search_otherwise(race, 0) == "open"


def test_large_programs_are_left_to_the_others() -> None:
    assert suits(build(make_shape("knapsack", 1)))
    assert not suits(build(make_shape("mine", 1)))


def test_little_time_is_not_spent_on_loading_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> Callable[..., Mapping[str, int]]:
        raise AssertionError

    monkeypatch.setattr("board.planner.prove.CpSat", refused)
    assert search_otherwise(counted(one_period([6, 5, 4, 3], [5, 4, 3, 2], 7), 1.0), 0) == "open"
