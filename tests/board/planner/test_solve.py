"""The planner on larger scenarios: it reports, stops, repeats itself, and takes what is plain, empty or wild."""

import threading
import time

import pytest

from bench.planning import make_scenario
from board.planner.check import check_plan, starts_of, value_of
from board.planner.problems import ScenarioProblem
from board.planner.scenario import AtLeast, Before, Candidate, Exclude, Resource, Scenario, Share, Solution
from board.planner.solve import Incumbent, solve


def starts(solution: Solution) -> dict[str, int]:
    return {start.id: start.period for start in solution.chosen}


@pytest.fixture(scope="module")
def tight() -> Scenario:
    return make_scenario(120, 8, 1)


def test_a_plan_under_every_kind_of_rule_keeps_them_and_its_bound_holds(tight: Scenario) -> None:
    seen: list[Incumbent] = []
    solution = solve(tight, seconds=4, progress=seen.append)
    assert solution.status == "feasible"
    assert check_plan(tight, starts(solution)) == []
    assert solution.objective == value_of(tight, starts(solution))
    assert solution.bound is not None
    assert solution.gap == pytest.approx((solution.bound - solution.objective) / solution.objective)
    values = [each.objective for each in seen if each.objective is not None]
    assert values == sorted(values)
    assert len(values) > 1
    for each in seen:
        assert each.bound is None or each.bound >= solution.objective
        assert check_plan(tight, {start.id: start.period for start in each.chosen}) == []


def test_it_stops_when_told_and_keeps_what_it_has(tight: Scenario) -> None:
    told = threading.Event()
    began = time.monotonic()
    solution = solve(tight, seconds=60, progress=lambda _: told.set(), cancelled=told.is_set)
    assert time.monotonic() - began < 30
    assert solution.status == "feasible"
    assert check_plan(tight, starts(solution)) == []


def test_it_stops_at_the_gap_asked_for(tight: Scenario) -> None:
    solution = solve(tight, seconds=60, gap=0.9)
    assert solution.gap is not None
    assert 0 < solution.gap <= 0.9


def test_an_error_in_who_listens_ends_the_search(tight: Scenario) -> None:
    def broken(_: Incumbent) -> None:
        raise OSError("nobody listens")

    with pytest.raises(OSError, match="nobody listens"):
        solve(tight, seconds=60, progress=broken)


def test_the_same_seed_gives_the_same_plan() -> None:
    scenario = make_scenario(30, 6, 3)
    first, second = (solve(scenario, seconds=60, seed=5) for _ in range(2))
    assert first.status == "optimal"
    assert first.chosen == second.chosen


def test_a_small_change_leaves_the_rest_of_the_plan_alone() -> None:
    requests = tuple(Candidate(f"R{n}", 10, {"days": (1,)}) for n in range(40))
    before = Scenario(("P", "Q", "R", "S"), (Resource("days", (5, 5, 5, 5)),), requests)
    plan = starts(solve(before, seconds=20))
    new = Candidate("new", 11, {"days": (1,)})
    after = Scenario(before.periods, before.resources, (*requests, new))
    changed = starts(solve(after, seconds=20, previous=plan))
    assert changed["new"] in range(4)
    assert sum(changed.get(request) != period for request, period in plan.items()) == 1


@pytest.mark.parametrize(
    ("scenario", "status", "objective"),
    [
        (Scenario(("P",)), "optimal", 0),
        (Scenario(("P",), rules=(AtLeast("customers", 1, 0),)), "infeasible", None),
        (Scenario(("P",), requests=(Candidate("A", -3),)), "optimal", 0),
        (Scenario(("P",), requests=(Candidate("A", -3, mandatory=True),)), "optimal", -3),
        (Scenario(("P",), requests=(Candidate("A", 0),)), "optimal", 0),
        (Scenario(("P",), requests=(Candidate("A", 5, start=0, barred={0: "freeze"}),)), "infeasible", None),
        (Scenario(("P", "Q"), requests=(Candidate("A", 5, barred={0: "x"}),), delay_discount=1), "optimal", 0),
        (Scenario(("P",), (Resource("r", (0,)),), (Candidate("A", 5, {"r": (1,)}),)), "optimal", 0),
        (Scenario(("P",), (Resource("r", (0,)),), (Candidate("A", 5, {"r": (0,)}),)), "optimal", 5),
        (Scenario(("P",), (Resource("r", (1,)),), (Candidate("A", 5, {"r": (1, 9, 9)}),)), "optimal", 5),
        (Scenario(("P",), requests=(Candidate("A", 1, effects={"m": 1}),), rules=(Share((), "m", 1),)), "optimal", 0),
        (Scenario(("P",), requests=(Candidate("A", 1),), rules=(Exclude(()), Exclude(("A", "A")))), "optimal", 1),
    ],
)
def test_plain_and_empty_scenarios(scenario: Scenario, status: str, objective: float | None) -> None:
    solution = solve(scenario, seconds=20)
    assert (solution.status, solution.objective) == (status, objective)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e9])
@pytest.mark.parametrize("size", [1e-6, 1.0, 1e9])
def test_amounts_of_any_size(scale: float, size: float) -> None:
    items = [(60, 10), (100, 20), (120, 30), (80, 25), (30, 5)]
    scenario = Scenario(
        ("once",),
        (Resource("room", (50 * size,)),),
        tuple(Candidate(f"R{n}", value * scale, {"room": (use * size,)}) for n, (value, use) in enumerate(items)),
    )
    solution = solve(scenario, seconds=20)
    assert solution.status == "optimal"
    assert solution.objective == pytest.approx(220 * scale)


def test_one_unit_too_much_of_a_very_large_pot_is_too_much() -> None:
    half = 50_000_000
    requests = (Candidate("A", 5, {"r": (half + 1,)}), Candidate("B", 4, {"r": (half,)}))
    scenario = Scenario(("P",), (Resource("r", (2 * half,)),), requests)
    solution = solve(scenario, seconds=20)
    assert (solution.status, solution.objective) == ("optimal", 5)


def test_an_order_in_a_circle_is_refused() -> None:
    requests = (Candidate("A", 1), Candidate("B", 1))
    with pytest.raises(ScenarioProblem, match="circle"):
        solve(Scenario(("P", "Q"), (), requests, (Before("A", "B"), Before("B", "A"))), seconds=1)


def test_no_time_at_all_still_answers(tight: Scenario) -> None:
    solution = solve(tight, seconds=0)
    assert solution.status in {"feasible", "unknown"}
    assert solution.chosen == () or check_plan(tight, starts(solution)) == []


def test_a_search_that_ends_early_leaves_nothing_out_that_there_is_room_for() -> None:
    scenario = make_scenario(300, 8, 2)
    found = starts(solve(scenario, work=2.0))
    out = [request for request in scenario.requests if request.id not in found and request.value > 0]
    fitting = [
        (request.id, period)
        for request in out
        for period in starts_of(request, len(scenario.periods))
        if not check_plan(scenario, found | {request.id: period})
    ]
    assert len(out) > 100
    assert fitting == []
