"""Every kind of contradiction is named, whatever the time, and each limit that is named is needed."""

import pytest

from bench.contradictions import KINDS
from bench.planning import make_scenario
from board.planner.check import check_plan
from board.planner.clock import Clock, Work
from board.planner.plan import plan
from board.planner.why.feasible import some_plan
from board.planner.why.limits import limits_of
from board.planner.why.narrow import seen_in_parts
from board.planner.why.relaxed import Relaxed
from tests.board.planner.why.alone import alone

BASE = make_scenario(60, 6, 1, tightness=0.5)
WHOLE = {"pairs"}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_contradiction_is_named_however_little_time_there_is(kind: str) -> None:
    scenario = KINDS[kind](BASE)
    found = plan(scenario, seconds=0.5)
    conflict = found.conflict
    assert found.solution.status == "infeasible"
    assert conflict is not None
    assert conflict.needed
    assert conflict.relaxations
    assert some_plan(alone(scenario, set(conflict.limits)), Clock(60)) is None
    if conflict.irreducible:
        for limit in conflict.limits:
            fewer = alone(scenario, set(conflict.limits) - {limit})
            without = some_plan(fewer, Clock(60))
            assert without is not None
            assert not check_plan(fewer, without)


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - WHOLE - {"large"}))
def test_a_contradiction_that_shows_in_parts_needs_each_of_its_limits(kind: str) -> None:
    scenario = KINDS[kind](BASE)
    shown = seen_in_parts(scenario, limits_of(scenario), Clock(60))
    assert shown is not None
    limits, needed = shown
    assert needed
    relaxed = Relaxed(scenario, Clock(60))
    assert relaxed.core(limits) is not None
    for limit in limits:
        assert relaxed.core([each for each in limits if each != limit]) is None


@pytest.mark.parametrize("kind", sorted(WHOLE))
def test_what_takes_whole_requests_does_not_show_in_parts(kind: str) -> None:
    scenario = KINDS[kind](BASE)
    assert seen_in_parts(scenario, limits_of(scenario), Clock(60)) is None


def test_a_clock_of_work_ends_the_narrowing_with_what_there_is() -> None:
    scenario = KINDS["sharp_target"](BASE)
    shown = seen_in_parts(scenario, limits_of(scenario), Clock(0.02, meter=Work()))
    assert shown is None or Relaxed(scenario, Clock(60)).core(shown[0]) is not None
