"""What can be tuned: the table fits the settings, levels keep their order, numbers stay within what is allowed."""

from dataclasses import fields, replace

import pytest

from impacts.engine.facts import EngineSettings
from impacts.engine.rules.registry import RULE_BY_CODE
from impacts.engine.tuning import (
    EXACTLY,
    LEVELS,
    TUNABLES,
    level_of,
    problems,
    rules_between,
    thresholds_at,
    tuned,
)

DEFAULT = EngineSettings()


def test_every_number_of_the_settings_can_be_tuned_and_belongs_to_a_rule():
    assert {each.field for each in TUNABLES} == {field.name for field in fields(EngineSettings)} - {"disabled_rules"}
    for each in TUNABLES:
        assert each.rule in RULE_BY_CODE
        assert each.least <= getattr(DEFAULT, each.field) <= each.most
        assert isinstance(getattr(DEFAULT, each.field), int) == each.is_whole


def test_the_less_one_wants_to_see_the_higher_both_thresholds():
    pairs = [thresholds_at(level.code, DEFAULT) for level in LEVELS]
    assert pairs == sorted(pairs, reverse=True)
    assert all(low < high for low, high in pairs)
    assert thresholds_at("balanced", DEFAULT) == (0.30, 0.40)


def test_settings_know_the_level_that_they_are():
    for level in LEVELS:
        low, high = thresholds_at(level.code, DEFAULT)
        assert level_of(replace(DEFAULT, same_purpose=low, family=high), DEFAULT) == level.code
    assert level_of(replace(DEFAULT, family=0.41), DEFAULT) == EXACTLY


def test_what_an_older_release_knew_is_passed_over_and_numbers_stay_within_what_is_allowed():
    found = tuned(DEFAULT, {"collision_days": 500, "same_purpose": 0.3, "gone": 3}, frozenset({"order", "gone"}))
    assert found == replace(DEFAULT, collision_days=90, same_purpose=0.3, disabled_rules=frozenset({"order"}))


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, set()),
        ({"same_purpose": 0.04}, {"same_purpose"}),
        ({"same_purpose": 0.41}, {"family"}),
        ({"same_purpose": 0.40}, set()),
        ({"collision_days": 0}, {"collision_days"}),
        ({"collision_days": 91, "family": 0.96}, {"collision_days", "family"}),
    ],
)
def test_problems_by_field(changes, wrong):
    assert set(problems(replace(DEFAULT, **changes))) == wrong


def test_only_rules_that_differ_are_run_again():
    off = replace(DEFAULT, disabled_rules=frozenset({"order", "change-collision"}))
    assert rules_between(DEFAULT, DEFAULT) == set()
    assert rules_between(DEFAULT, off) == {"order", "change-collision"}
    assert rules_between(DEFAULT, replace(DEFAULT, family=0.5)) == {"same-purpose"}
    # A number of a rule that is off under both changes nothing.
    assert rules_between(off, replace(off, collision_days=20, same_purpose=0.35)) == {"same-purpose"}
