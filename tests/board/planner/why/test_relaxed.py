"""What the relaxation calls a contradiction is one: no plan keeps the limits that it names."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bench.planning import make_scenario
from board.planner.clock import Clock
from board.planner.scenario import AtLeast, Candidate, Resource, Scenario, Share
from board.planner.why.conflict import explain_conflict
from board.planner.why.limits import limits_of
from board.planner.why.reasons import Limit
from board.planner.why.relaxed import Relaxed
from board.planner.why.wording import Words
from tests.board.planner.making import plans, scenarios
from tests.board.planner.why.alone import alone


@given(scenarios(), st.data())
@settings(max_examples=60, deadline=None)
def test_limits_that_some_plan_keeps_are_never_called_a_contradiction(scenario: Scenario, data: st.DataObject) -> None:
    limits = limits_of(scenario)
    relaxed = Relaxed(scenario, Clock(60))
    some = data.draw(st.lists(st.sampled_from(limits), unique=True)) if limits else []
    for asked in (limits, some):
        core = relaxed.core(asked)
        if core is not None:
            assert set(core) <= set(asked)
            assert next(plans(alone(scenario, set(core))), None) is None


def test_a_start_that_is_closed_needs_what_closes_it() -> None:
    late = Candidate("A", 1, {"money": (1.0,)}, earliest=1, effects={"calls": 5})
    scenario = Scenario(("P", "Q"), (Resource("money", (9, 0)),), (late,), (AtLeast("calls", 5, 1),))
    relaxed = Relaxed(scenario, Clock(60))
    core = relaxed.core(limits_of(scenario))
    assert core == [Limit("at_least", rule=0), Limit("earliest", "A"), Limit("capacity", "money", 1)]
    assert relaxed.core([Limit("at_least", rule=0), Limit("earliest", "A")]) is None


def test_what_closes_a_start_is_not_forgotten_once_the_proof_does_without_a_share() -> None:
    """The share weighs against the start that is closed, so at first its being closed does not show."""
    early, late = Candidate("B", 1, effects={"calls": 3}), Candidate("C", 1, earliest=1, effects={"calls": 2})
    rules = (Share(("A",), "calls", 0.3), AtLeast("calls", 4, 0))
    scenario = Scenario(("P", "Q"), (), (Candidate("A", 1, mandatory=True), early, late), rules)
    core = Relaxed(scenario, Clock(60)).core(limits_of(scenario))
    assert core is not None
    assert next(plans(alone(scenario, set(core))), None) is None
    conflict = explain_conflict(scenario, Words(scenario), Clock(60), known=True)
    assert conflict is not None
    assert len(conflict.limits) == 2
    assert {way.limits for way in conflict.relaxations} >= {(Limit("at_least", rule=1),)}


def test_a_target_out_of_reach_of_many_requests_is_named() -> None:
    scenario = make_scenario(300, 8, 1)
    place = next(place for place, rule in enumerate(scenario.rules) if isinstance(rule, AtLeast))
    target = scenario.rules[place]
    assert isinstance(target, AtLeast)
    rules = list(scenario.rules)
    rules[place] = replace(target, amount=sum(each.effects.get(target.measure, 0.0) for each in scenario.requests) + 1)
    impossible = replace(scenario, rules=tuple(rules))
    conflict = explain_conflict(impossible, Words(impossible), Clock(60), known=True)
    assert conflict is not None
    assert conflict.limits == (Limit("at_least", rule=place),)
    assert conflict.smallest
