"""First plans: what is put in keeps every row, and chains of orders and needs are rounded as they hang together."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from board.planner.greedy import Greedy
from board.planner.model import build
from board.planner.scenario import Before, Candidate, Requires, Resource, Scenario
from tests.board.planner.making import scenarios


def chained(cost: float, *worth: float) -> Scenario:
    """A platform that costs `cost` by itself and what needs it, over three periods with room for two starts each."""
    users = [Candidate(id=f"user-{n}", value=each, use={"room": (1.0,)}) for n, each in enumerate(worth)]
    rules = [rule for user in users for rule in (Requires(user.id, "platform"), Before("platform", user.id))]
    return Scenario(
        periods=("1", "2", "3"),
        resources=(Resource("room", (2.0, 2.0, 2.0)),),
        requests=(*users, Candidate(id="platform", value=-cost, use={"room": (1.0,)})),
        rules=tuple(rules),
    )


def halves(scenario: Scenario) -> tuple[Greedy, np.ndarray]:
    """A greedy over the scenario, and a relaxation that likes each start a little."""
    program = build(scenario)
    return Greedy(program), np.full(len(program.starts), 0.1)


def test_what_brings_nothing_by_itself_goes_first_where_others_need_it() -> None:
    greedy, likely = halves(chained(5, 4, 4))
    plan = greedy.program.plan_of(greedy.in_line(0, likely))
    assert plan == {"platform": 0, "user-0": 1, "user-1": 1}


def test_what_costs_more_than_it_brings_is_left_out_where_nobody_needs_it() -> None:
    greedy, likely = halves(chained(5))
    assert greedy.program.plan_of(greedy.in_line(0, likely)) == {}


def test_what_the_relaxation_does_not_take_at_all_is_put_in_only_for_its_worth() -> None:
    greedy, likely = halves(chained(5, 4, 4))
    assert greedy.program.plan_of(greedy.in_line(0, 0 * likely)) == {}


@given(scenarios(), st.integers(0, 3))
def test_a_queue_keeps_every_limit(scenario: Scenario, seed: int) -> None:
    program = build(scenario)
    if not program.starts:
        return
    greedy = Greedy(program)
    x = greedy.in_line(seed, np.full(len(program.starts), 0.3))
    done = program.rows @ x
    assert (done <= program.upper + 1e-6 * program.size).all()
    assert np.allclose(greedy.done, done)
