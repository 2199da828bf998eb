"""Parts that are planned anew: what is let in is what there would be room for, and a whole group can change places."""

from math import inf

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from board.planner.clock import Clock, Work
from board.planner.local import Local
from board.planner.model import Floats, Program, build
from board.planner.scenario import Candidate, Exclude, Resource, Scenario
from tests.board.planner.making import scenarios


def searching(program: Program, x: Floats) -> Local:
    """A local search around the plan, without a relaxation to lead it."""
    return Local(program, x, 0, Clock(inf, None, Work()))


def two_camps(each: int) -> Scenario:
    """Requests in two camps, each excluding everybody of the other; those of the second are worth a little more."""
    first, second = ([f"{camp}{n}" for n in range(each)] for camp in "ab")
    return Scenario(
        periods=("only",),
        resources=(Resource("room", (float(each),)),),
        requests=tuple(
            Candidate(id=name, value=5.0 + (name in second), use={"room": (1.0,)}) for name in first + second
        ),
        rules=tuple(Exclude((one, other)) for one in first for other in second),
    )


@given(scenarios(), st.data())
def test_what_is_let_in_is_what_no_limit_keeps_out_any_more(scenario: Scenario, data: st.DataObject) -> None:
    program = build(scenario)
    x = np.array(
        data.draw(st.lists(st.sampled_from([0.0, 1.0]), min_size=len(program.starts), max_size=len(program.starts)))
    )
    away = np.flatnonzero(x * np.array(data.draw(st.lists(st.booleans(), min_size=len(x), max_size=len(x)))))
    held = x.copy()
    held[away] = 0.0
    rows = program.rows.toarray()
    for column in range(len(x)):
        more = rows[:, column] > (program.upper - rows @ held) + 1e-9 * program.size
        kept_out = held[column] > 0.5 or bool((more & (rows[:, column] != 0)).any())
        assert (column in searching(program, x).let_in(away)) != kept_out


def test_a_whole_camp_makes_room_for_the_other() -> None:
    program = build(two_camps(12))
    x = np.array([1.0 if n < 12 else 0.0 for n, _ in program.starts])
    local = searching(program, x)
    freed = set(local.some_taken().tolist())
    assert freed == set(range(24))
    local.tried("some_taken", np.flatnonzero(np.ones(len(x))), lambda: False)
    assert local.value == 12 * 6.0
