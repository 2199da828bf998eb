"""Why there is no plan: the conflict is one, no smaller one exists, and each way out leads out."""

from collections.abc import Iterator
from itertools import combinations, product

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from board.planner.check import check_plan, value_of
from board.planner.clock import Clock
from board.planner.plan import plan
from board.planner.scenario import AtLeast, AtMost, Before, Candidate, Exclude, Load, Resource, Scenario
from board.planner.why.conflict import explain_conflict
from board.planner.why.feasible import some_plan
from board.planner.why.limits import limits_of
from board.planner.why.reasons import Conflict, Limit
from board.planner.why.relax import with_relaxation
from board.planner.why.unknown import explain_unknown
from board.planner.why.wording import Words
from tests.board.planner.making import plans, scenarios
from tests.board.planner.why.alone import alone

# Random scenarios often have no plan, or nothing to ask about.
FILTERED = [HealthCheck.filter_too_much, HealthCheck.too_slow]


@st.composite
def impossible(draw: st.DrawFn) -> Scenario:
    scenario = draw(scenarios())
    assume(len(scenario.requests) ** len(scenario.periods) <= 64)
    assume(next(plans(scenario), None) is None)
    return scenario


def explained(scenario: Scenario) -> Conflict:
    conflict = explain_conflict(scenario, Words(scenario), Clock(60))
    assert conflict is not None
    return conflict


def has_plan(scenario: Scenario) -> bool:
    return next(plans(scenario), None) is not None


@given(impossible())
@settings(max_examples=60, deadline=None, suppress_health_check=FILTERED)
def test_the_conflict_cannot_hold_and_every_part_of_it_can(scenario: Scenario) -> None:
    conflict = explained(scenario)
    event(f"{len(conflict.limits)} limits")
    assert conflict.irreducible
    assert len(conflict.lines) == len(conflict.limits)
    assert not has_plan(alone(scenario, set(conflict.limits)))
    for dropped in conflict.limits:
        assert has_plan(alone(scenario, set(conflict.limits) - {dropped}))


@given(impossible())
@settings(max_examples=30, deadline=None, suppress_health_check=FILTERED)
def test_each_way_out_says_what_the_best_plan_is_then_worth_and_the_best_comes_first(scenario: Scenario) -> None:
    ways = explained(scenario).relaxations
    for way in ways:
        then = with_relaxation(scenario, way)
        assert way.bound == pytest.approx(max(value_of(then, each) for each in plans(then)))
        if way.free is not None:
            assert way.free >= way.bound - 1e-6 * abs(way.bound)
    nets = [way.net for way in ways if way.net is not None]
    assert nets == sorted(nets, reverse=True)


@given(impossible())
@settings(max_examples=30, deadline=None, suppress_health_check=FILTERED)
def test_where_nothing_is_proven_there_is_still_something_that_makes_a_plan_possible(scenario: Scenario) -> None:
    doubt = explain_unknown(scenario, Words(scenario), Clock(60))
    assert doubt is not None
    assert not doubt.proven
    assert doubt.relaxations
    for way in doubt.relaxations:
        assert has_plan(with_relaxation(scenario, way))


def all_assignments(scenario: Scenario) -> Iterator[dict[str, int]]:
    ids = [request.id for request in scenario.requests]
    for places in product([None, *range(len(scenario.periods))], repeat=len(ids)):
        yield {id_: place for id_, place in zip(ids, places, strict=True) if place is not None}


@given(impossible())
@settings(max_examples=30, deadline=None, suppress_health_check=FILTERED)
def test_no_smaller_conflict_exists(scenario: Scenario) -> None:
    conflict = explained(scenario)
    assert conflict.smallest
    each_alone = {limit: alone(scenario, {limit}) for limit in limits_of(scenario)}
    breaks = {
        frozenset(limit for limit, only in each_alone.items() if check_plan(only, assignment))
        for assignment in all_assignments(scenario)
    }
    for size in range(1, len(conflict.limits)):
        for fewer in combinations(each_alone, size):
            assert any(not broken.intersection(fewer) for broken in breaks)


@given(impossible())
@settings(max_examples=60, deadline=None, suppress_health_check=FILTERED)
def test_each_way_out_makes_a_plan_possible_and_gives_way_no_more_than_it_takes(scenario: Scenario) -> None:
    conflict = explained(scenario)
    assert conflict.relaxations
    for relaxation in conflict.relaxations:
        event(f"{relaxation.limits[0].kind} {'dropped' if relaxation.amounts[0] is None else 'loosened'}")
        assert has_plan(with_relaxation(scenario, relaxation))
        if relaxation.scale == "several":
            event("several")
            for limit in relaxation.limits:
                kept = set(limits_of(scenario)) - set(relaxation.limits) | {limit}
                assert not has_plan(alone(scenario, kept))
            for limit in limits_of(scenario):
                assert not has_plan(alone(scenario, set(limits_of(scenario)) - {limit}))


@given(impossible())
@settings(max_examples=40, deadline=None, suppress_health_check=FILTERED)
def test_whatever_single_limit_helps_is_among_the_ways_out(scenario: Scenario) -> None:
    told = {each.limits[0] for each in explained(scenario).relaxations if len(each.limits) == 1}
    everything = set(limits_of(scenario))
    assert told == {limit for limit in everything if has_plan(alone(scenario, everything - {limit}))}


@given(scenarios())
@settings(max_examples=80, deadline=None, suppress_health_check=FILTERED)
def test_a_scenario_has_a_plan_exactly_when_what_matters_has_one(scenario: Scenario) -> None:
    assert (some_plan(scenario, Clock(60)) is not None) == has_plan(scenario)


PERIODS = ("2027Q1", "2027Q2", "2027Q3", "2027Q4")


def test_capacity_is_priced_and_told_to_the_unit() -> None:
    scenario = Scenario(
        PERIODS,
        (Resource("app", (10, 10, 10, 10), "App team", "weeks", 2_500),),
        (
            Candidate("a", -5, {"app": (8,)}, latest=0, mandatory=True, label="Payment rules"),
            Candidate("b", -5, {"app": (6,)}, latest=0, mandatory=True, label="Cookie law"),
            Candidate("c", 50, {"app": (5,)}, label="Card alerts"),
        ),
    )
    found = plan(scenario, seconds=10)
    conflict = found.conflict
    assert found.solution.status == "infeasible"
    assert conflict is not None
    assert set(conflict.limits) == {
        Limit("mandatory", "a"),
        Limit("mandatory", "b"),
        Limit("latest", "a"),
        Limit("latest", "b"),
        Limit("capacity", "app", 0),
    }
    # What leaves the plan worth most comes first: 45 where one need not go, 40 where one waits, 40 less 10,000.
    assert [each.text for each in conflict.relaxations] == [
        "Payment rules need not go. The best plan is then worth 45.",
        "Cookie law need not go. The best plan is then worth 45.",
        "Payment rules may start as late as 2027Q2. The best plan is then worth 40, as much as without this rule "
        "altogether.",
        "Cookie law may start as late as 2027Q2. The best plan is then worth 40, as much as without this rule "
        "altogether.",
        "App team gets 4 weeks more in 2027Q1 (costs 10,000). The best plan is then worth 40, as much as without this "
        "limit altogether.",
    ]
    assert [each.net for each in conflict.relaxations] == pytest.approx([45, 45, 40, 40, -9_960])
    room = conflict.relaxations[-1]
    assert room.limits == (Limit("capacity", "app", 0),)
    assert room.amounts == pytest.approx((4,))
    assert room.cost == pytest.approx(10_000)


def test_a_resource_that_is_short_in_several_periods_gets_more_in_several() -> None:
    # Both must start at once and take two periods: either period alone is not enough.
    must = {"latest": 0, "mandatory": True}
    requests = tuple(Candidate(id_, 1, {"app": (6, 6)}, **must) for id_ in ("a", "b"))  # type: ignore[arg-type]
    scenario = Scenario(PERIODS, (Resource("app", (10, 9, 10, 10), "App team", "weeks"),), requests)
    way = next(each for each in explained(scenario).relaxations if each.scale == "capacity")
    assert way.text.startswith("App team gets 2 weeks more in 2027Q1 and 3 weeks more in 2027Q2;")
    assert way.amounts == pytest.approx((2, 3))
    assert has_plan(with_relaxation(scenario, way))


def test_two_separate_conflicts_need_two_changes() -> None:
    scenario = Scenario(
        PERIODS,
        (Resource("app", (1, 1, 1, 1)), Resource("data", (1, 1, 1, 1))),
        (
            Candidate("a", 1, {"app": (2,)}, mandatory=True),
            Candidate("b", 1, {"data": (2,)}, mandatory=True),
        ),
        (AtMost(("a",), 1),),
    )
    conflict = explained(scenario)
    (way,) = conflict.relaxations
    assert len(way.limits) == 2
    assert "No single change is enough" in way.text
    assert has_plan(with_relaxation(scenario, way))


def test_of_very_many_things_that_give_way_together_the_first_are_named_and_the_rest_counted() -> None:
    places = range(12)
    scenario = Scenario(
        PERIODS,
        tuple(Resource(f"team{place}", (1, 1, 1, 1)) for place in places),
        tuple(Candidate(f"wish{place}", 1, {f"team{place}": (2,)}, mandatory=True) for place in places),
    )
    (way,) = explained(scenario).relaxations
    assert len(way.limits) == len(places)
    assert way.text.count("“") < 7
    assert " more that must go" in way.text


def test_each_sort_of_limit_gives_way_in_its_own_words() -> None:
    a, b = Candidate("a", 1, mandatory=True, label="Alpha"), Candidate("b", 1, mandatory=True, label="Beta")
    start = {("a", period): 3.0 for period in range(4)}
    scenarios_and_texts = [
        (
            Scenario(PERIODS, (), (a, b), (Exclude(("a", "b")),)),
            "“At most one goes of Alpha and Beta” no longer holds.",
        ),
        (Scenario(PERIODS, (), (a,), (Load(start, 2, "Mailings", "a week"),)), "Mailings allows 1 a week more."),
        (
            Scenario(PERIODS, (), (Candidate("a", 1, effects={"calls": 4}),), (AtLeast("calls", 9, 3),)),
            "The target falls from 9 to 4 of calls by 2027Q4.",
        ),
        (Scenario(PERIODS[:2], (), (a, b), (Before("a", "b", 2),)), "Beta may start one quarter after Alpha."),
        (
            Scenario(PERIODS, (), (Candidate("a", 1, start=0, barred={0: "Freeze"}, label="Alpha"),)),
            "Alpha starts in 2027Q2 instead of 2027Q1.",
        ),
        (
            Scenario(PERIODS, (), (Candidate("a", 1, start=0, barred={0: "Freeze"}, label="Alpha"),)),
            "Alpha may start in 2027Q1 (Freeze).",
        ),
    ]
    for scenario, text in scenarios_and_texts:
        texts = [each.text for each in explained(scenario).relaxations]
        assert any(each.startswith(text) for each in texts), texts


def test_a_target_that_no_plan_was_found_for_says_what_is_reached_and_what_nobody_can_prove() -> None:
    # Each of seven uses 6 of 10: of whole requests one goes in a period, of parts one and two thirds.
    requests = tuple(Candidate(str(n), 1, {"app": (6,)}, effects={"customers": 100}) for n in range(7))
    target = AtLeast("customers", 600, 3)
    scenario = Scenario(PERIODS, (Resource("app", (10,) * 4),), requests, (target,))
    doubt = explain_unknown(scenario, Words(scenario), Clock(60))
    assert doubt is not None
    assert doubt.lines == ("At least 600 of customers by 2027Q4.",)
    (way,) = doubt.relaxations
    assert way.text.startswith("The target falls from 600 to 400 of customers by 2027Q4")
    assert has_plan(with_relaxation(scenario, way))


def test_a_clock_that_has_run_out_leaves_what_is_certain() -> None:
    scenario = Scenario(PERIODS, (Resource("app", (1,) * 4),), (Candidate("a", 1, {"app": (2,)}, mandatory=True),))
    found = plan(scenario, seconds=0)
    assert found.conflict is None or found.conflict.limits
