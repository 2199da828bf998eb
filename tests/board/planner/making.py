"""Small scenarios for property tests, with every kind of rule, and the plain way to the best plan: try them all."""

from collections.abc import Iterator
from itertools import product

from hypothesis import strategies as st

from board.planner.check import check_plan, value_of
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

AMOUNTS = st.integers(0, 9) | st.sampled_from([0.1, 0.2, 0.3, 2.5])


@st.composite
def candidates(draw: st.DrawFn, name: str, periods: int) -> Candidate:
    """A request that uses two resources, with or without limits of its own."""
    place = st.integers(0, periods - 1)
    earliest, latest = draw(st.none() | place), draw(st.none() | place)
    if earliest is not None and latest is not None:
        earliest, latest = min(earliest, latest), max(earliest, latest)
    start = draw(st.none() | st.none() | st.integers(earliest or 0, periods - 1 if latest is None else latest))
    use = st.lists(AMOUNTS, max_size=3).map(tuple)
    return Candidate(
        id=name,
        value=draw(st.integers(-5, 20) | st.sampled_from([0.5, 1e6, 3e-4])),
        use=draw(st.dictionaries(st.sampled_from(["money", "days"]), use)),
        earliest=earliest,
        latest=latest,
        mandatory=draw(st.sampled_from([False, False, False, True])),
        start=start,
        effects=draw(st.dictionaries(st.sampled_from(["customers", "calls"]), st.integers(-3, 9))),
        barred=draw(st.dictionaries(place, st.just("freeze"), max_size=1)),
        duration=draw(st.integers(0, 2)),
        cost_of_delay=draw(st.sampled_from([None, None, 0.5])),
    )


def rules(ids: list[str], periods: int) -> st.SearchStrategy[Rule]:
    """Any kind of rule over the requests. Orders go from a request to a later one, so none runs in a circle."""
    one, some = st.sampled_from(ids), st.lists(st.sampled_from(ids), min_size=1, unique=True).map(tuple)
    pairs = st.sampled_from([(a, b) for n, a in enumerate(ids) for b in ids[n + 1 :]])
    measure = st.sampled_from(["customers", "calls"])
    starts = st.dictionaries(st.tuples(one, st.integers(0, periods - 1)), AMOUNTS, min_size=1)
    return st.one_of(
        st.builds(lambda pair, lag: Before(*pair, lag), pairs, st.integers(-1, 2)),
        st.builds(Requires, one, one),
        st.builds(Exclude, some),
        st.builds(ExactlyOne, some),
        st.builds(AtMost, some, st.integers(0, 2), st.none() | st.integers(1, periods + 1)),
        st.builds(AtLeast, measure, st.integers(-2, 12), st.integers(0, periods - 1)),
        st.builds(Share, some, measure, st.sampled_from([0.0, 0.3, 0.5, 1.0])),
        st.builds(Load, starts, AMOUNTS),
    )


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Up to five requests over up to three periods."""
    periods = draw(st.integers(1, 3))
    ids = [f"r{n}" for n in range(draw(st.integers(2, 5)))]
    capacity = st.lists(st.integers(0, 15) | st.just(0.3), min_size=periods, max_size=periods).map(tuple)
    return Scenario(
        periods=tuple(f"Q{n + 1}" for n in range(periods)),
        resources=(Resource("money", draw(capacity)), Resource("days", draw(capacity))),
        requests=tuple(draw(candidates(name, periods)) for name in ids),
        rules=tuple(draw(st.lists(rules(ids, periods), max_size=5))),
        delay_discount=draw(st.sampled_from([0.0, 0.0, 0.1])),
    )


def plans(scenario: Scenario) -> Iterator[dict[str, int]]:
    """Every plan that keeps all rules."""
    ids = [request.id for request in scenario.requests]
    for places in product([None, *range(len(scenario.periods))], repeat=len(ids)):
        plan = {request: period for request, period in zip(ids, places, strict=True) if period is not None}
        if not check_plan(scenario, plan):
            yield plan


def best_value(scenario: Scenario) -> float | None:
    """The value of the best plan, found by trying all; None when there is none."""
    return max((value_of(scenario, plan) for plan in plans(scenario)), default=None)
