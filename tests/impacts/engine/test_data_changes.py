"""What requests do to the data map: bridges built, cut, needed, and left open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impacts.engine.data_changes import Changes, PlannedUse
from impacts.engine.data_map import data_map
from impacts.engine.facts import SystemUseFact
from tests.impacts.engine.test_data_map import MAIL, NUMBER, TERMINAL, holding, holdings_drawn

#: Systems 1 and 2 by number, 2 and 3 by mail; 4 stands alone; 5 keeps nothing.
MAP = data_map(
    [
        holding(1, NUMBER),
        holding(2, NUMBER, MAIL, domain=2),
        holding(3, MAIL, domain=3),
        holding(4, TERMINAL, domain=4),
        holding(5, domain=5),
    ]
)


def retires(system):
    return SystemUseFact(system, "retires")


def told(*uses):
    data = [use for use in uses if isinstance(use, PlannedUse)]
    systems = [use for use in uses if isinstance(use, SystemUseFact)]
    return [(effect.what, effect.parts) for effect in Changes(MAP).effects(7, data, systems)]


@pytest.mark.parametrize(
    ("uses", "effects"),
    [
        # the system in the middle goes: its neighbours fall apart
        ([retires(2)], [("cuts", ((1,), (3,)))]),
        ([SystemUseFact(2, "replaces")], [("cuts", ((1,), (3,)))]),
        ([SystemUseFact(2, "changes")], []),
        ([PlannedUse(2, "retires", 2)], [("cuts", ((1,), (3,)))]),
        ([PlannedUse(2, "retires")], [("cuts", ((1,), (3,)))]),
        # one at the end goes: nobody else loses the way
        ([retires(3)], [("removes", ((3,),))]),
        ([retires(99)], []),
        # it says by what the customer is found there
        ([PlannedUse(4, "changes", 4, (NUMBER,))], [("builds", ((1, 2, 3), (4,)))]),
        ([PlannedUse(1, "masters", 4, (MAIL,))], [("builds", ((1, 2, 3), (4,)))]),
        ([PlannedUse(1, "creates", 1, (NUMBER,))], []),
        # a new system that is joined from its first day, or is not
        ([SystemUseFact(9, "introduces"), PlannedUse(1, "masters", 9, (NUMBER,))], [("builds", ((1, 2, 3), (9,)))]),
        ([SystemUseFact(9, "introduces"), PlannedUse(1, "masters", 9)], [("open", ((9,),))]),
        ([PlannedUse(1, "creates", 5)], [("open", ((5,),))]),
        ([PlannedUse(5, "creates", 5)], []),
        # it works where nothing joins, unless it brings the join itself
        ([PlannedUse(1, "reads", 1), PlannedUse(4, "reads", 4)], [("needs", ((1,), (4,)))]),
        ([PlannedUse(1, "reads", 1), SystemUseFact(4, "uses")], [("needs", ((1,), (4,)))]),
        ([PlannedUse(1, "reads", 1), PlannedUse(4, "reads", 4, (NUMBER,))], [("builds", ((1, 2, 3), (4,)))]),
        ([PlannedUse(1, "reads", 1), PlannedUse(3, "reads", 3)], []),
        # both: what replaces the middle joins its neighbours again
        ([retires(2), PlannedUse(2, "masters", 9, (NUMBER, MAIL))], [("builds", ((1, 3), (9,))), ("removes", ((2,),))],
        ),
    ],
)  # fmt: skip
def test_what_a_request_does_to_the_map(uses, effects):
    assert told(*uses) == effects


def test_a_bridge_says_by_what_it_joins():
    (effect,) = Changes(MAP).effects(7, [PlannedUse(4, "changes", 4, (NUMBER, MAIL))], [])
    assert (effect.request, effect.attributes) == (7, (NUMBER, MAIL))


def test_what_is_there_in_low_quality_is_built_when_a_request_makes_it_reliable():
    changes = Changes(data_map([holding(1, NUMBER), holding(2, -NUMBER)]))
    (effect,) = changes.effects(7, [PlannedUse(1, "changes", 2, (NUMBER,))], [])
    assert (effect.what, effect.parts) == ("builds", ((1,), (2,)))


def test_the_map_with_a_request_is_the_map_of_the_changed_holdings():
    after = Changes(MAP).with_request([PlannedUse(4, "changes", 4, (NUMBER,))], [retires(5)])
    assert [island.systems for island in after.islands] == [(1, 2, 3, 4)]


uses_drawn = st.lists(
    st.builds(
        PlannedUse,
        domain=st.integers(1, 4),
        mode=st.sampled_from(["masters", "creates", "changes", "reads", "retires"]),
        system=st.none() | st.integers(1, 9),
        attributes=st.lists(st.integers(1, 6), max_size=2, unique=True).map(tuple),
    ),
    max_size=3,
)


@given(
    holdings_drawn,
    uses_drawn,
    st.lists(st.builds(SystemUseFact, st.integers(1, 9), st.sampled_from(["retires", "replaces", "uses"])), max_size=2),
)
def test_only_retiring_cuts_and_only_attributes_build(holdings, uses, system_uses):
    told = {effect.what for effect in Changes(data_map(holdings)).effects(1, uses, system_uses)}
    if not any(use.attributes for use in uses):
        assert "builds" not in told
    if all(use.mode != "retires" for use in uses) and all(use.effect == "uses" for use in system_uses):
        assert told.isdisjoint({"cuts", "removes"})
    assert not {"cuts", "removes"} <= told


@given(
    holdings_drawn, uses_drawn, st.lists(st.builds(SystemUseFact, st.integers(1, 9), st.just("retires")), max_size=2)
)
def test_what_is_built_and_cut_is_what_the_whole_map_shows(holdings, uses, system_uses):
    before = data_map(holdings)
    changes = Changes(before)
    after = changes.with_request(uses, system_uses)
    told = {(effect.what, part) for effect in changes.effects(1, uses, system_uses) for part in effect.parts}
    was, now = before.island_of, after.island_of
    for island in before.islands:
        parts = {now[system] for system in island.systems if system in now}
        cut = any(what == "cuts" and set(part) <= set(island.systems) for what, part in told)
        assert cut == (len(parts) > 1)
    for island in after.islands:
        parts = {was.get(system, -system) for system in island.systems}
        built = any(what == "builds" and set(part) <= set(island.systems) for what, part in told)
        assert built == (len(parts) > 1)
