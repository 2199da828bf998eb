"""With counted work instead of seconds the same question has the same answer, whatever else the machine does."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from bench.contradictions import KINDS
from bench.planning import make_scenario
from board.planner.plan import plan
from board.planner.scenario import Scenario
from board.planner.solve import solve
from board.planner.why.reasons import Plan


@contextmanager
def busy() -> Iterator[None]:
    """Another thread that works most of the time."""
    over = threading.Event()

    def run() -> None:
        while not over.is_set():
            sum(range(10_000))
            time.sleep(0.001)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def said(scenario: Scenario, work: float, seed: int = 0) -> str:
    found: Plan = plan(scenario, work=work, seed=seed)
    return repr(replace(found, seconds=0.0, solution=replace(found.solution, seconds=0.0)))


@pytest.mark.parametrize("requests", [20, 80])
def test_the_same_seed_and_work_give_the_same_plan_to_the_letter_on_a_busy_machine(requests: int) -> None:
    scenario = make_scenario(requests, 6, 3)
    quiet = said(scenario, 0.5)
    with busy():
        assert said(scenario, 0.5) == quiet


def test_the_same_contradiction_is_named_on_a_busy_machine() -> None:
    scenario = KINDS["exclusive"](make_scenario(60, 6, 1, tightness=0.5))
    quiet = said(scenario, 0.2)
    with busy():
        assert said(scenario, 0.2) == quiet


def test_a_proof_that_ends_the_search_early_has_taken_the_same_work_each_time() -> None:
    scenario = make_scenario(40, 6, 3)
    one, two = (solve(scenario, work=1.9) for _ in range(2))
    assert one.status == "optimal"
    assert replace(one, seconds=0.0) == replace(two, seconds=0.0)


def test_more_work_never_gives_less() -> None:
    scenario = make_scenario(80, 6, 3)
    values = [plan(scenario, work=work, explain=False).solution.objective or 0.0 for work in (0.1, 0.5)]
    assert values[0] <= values[1]


def test_work_ends_the_search() -> None:
    found = plan(make_scenario(80, 6, 3), work=0.5)
    assert found.solution.status == "feasible"
    assert found.solution.work <= 1.0
