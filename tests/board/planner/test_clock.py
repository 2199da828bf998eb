"""How long a part of the planner may take, in seconds or in counted work."""

import math

from board.planner.clock import Clock, Work


def test_a_clock_of_work_ends_when_the_seconds_it_came_from_are_used_up():
    reading = [0.0]
    clock = Clock(10.0, None, lambda: reading[0])
    half = clock.counting(1000.0, 0.5)
    reading[0] = 4.9
    assert half.left == 1000.0
    reading[0] = 5.1
    assert half.left == 0.0


def test_a_clock_of_work_ends_when_its_work_is_done():
    clock = Clock(math.inf).counting(3.0)
    clock.spend(2.0)
    assert clock.left == 1.0
    clock.spend(2.0)
    assert clock.left == 0.0


def test_where_work_is_counted_nothing_looks_at_what_is_left_of_it():
    clock = Clock(10.0, None, Work())
    naming = clock.counting(60.0, 0.5)
    clock.spend(10.0)
    assert naming.left == 60.0


def test_a_clock_of_work_ends_when_somebody_cancels():
    cancelled = [False]
    for whole in (Clock(10.0, lambda: cancelled[0]), Clock(10.0, lambda: cancelled[0], Work())):
        cancelled[0] = False
        part = whole.counting(5.0)
        assert part.left == 5.0
        cancelled[0] = True
        assert part.left == 0.0
