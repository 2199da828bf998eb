"""A preview says exactly what two scans, before and after, differ in."""

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from impacts.engine.facts import EngineSettings, ImpactFact
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.preview import EXAMPLES, difference
from impacts.engine.rules.registry import RULES
from impacts.engine.scan import scan_findings
from tests.impacts.engine.making import REGISTER, TODAY, busy_register, day, portfolios, request

BEFORE = EngineSettings(same_purpose=0.2, family=0.3)
changes = st.fixed_dictionaries(
    {},
    optional={
        "same_purpose": st.sampled_from([0.1, 0.15, 0.3, 0.4]),
        "family": st.sampled_from([0.4, 0.5]),
        "collision_days": st.sampled_from([3, 30]),
        "life_days": st.sampled_from([0, 30]),
        "disabled_rules": st.frozensets(st.sampled_from([rule.code for rule in RULES]), max_size=3),
    },
)


def found(index: PortfolioIndex, now: EngineSettings) -> dict[tuple[str, ...], Any]:
    index.replace_register(index.register, now)
    return {finding.identity: finding for finding in scan_findings(index, TODAY)}


@settings(max_examples=40, deadline=None, derandomize=True)
@given(portfolios(least=2), changes)
def test_a_preview_is_the_difference_of_two_scans(requests, change):
    index = PortfolioIndex(requests, busy_register(), BEFORE)
    after = replace(BEFORE, **change)
    was, will = found(index, BEFORE), found(index, after)
    index.replace_register(index.register, BEFORE)
    seen = difference(index, BEFORE, after, TODAY)
    assert index.settings == BEFORE
    assert set(seen.appear.identities) == will.keys() - was.keys()
    assert set(seen.vanish.identities) == was.keys() - will.keys()
    assert set(seen.change.identities) == {
        key for key in will.keys() & was.keys() if will[key].severity != was[key].severity
    }
    assert {each.identity: each for each in seen.appear.examples}.items() <= will.items()
    assert {each.identity: each for each in seen.vanish.examples}.items() <= was.items()


def colliding(number: int, go: int) -> Any:
    return request(number, number % 4 + 1, impacts=(ImpactFact(1, "changes"),), go_live=day(go))


def test_counts_by_rule_and_severity_and_the_gravest_first():
    pairs = [colliding(number, 60 * (number // 2) + 20 * (number % 2)) for number in range(60)]
    pairs = [replace(each, committed=each.id < 4) for each in pairs]
    index = PortfolioIndex(pairs, REGISTER)
    seen = difference(index, index.settings, replace(index.settings, collision_days=30), date(2026, 1, 1))
    assert seen.appear.counts == (("change-collision", "serious", 2), ("change-collision", "look", 28))
    assert seen.appear.total == 30
    assert len(seen.appear.examples) == EXAMPLES
    assert [each.severity for each in seen.appear.examples[:3]] == ["serious", "serious", "look"]
    assert seen.vanish.total == seen.change.total == 0


def test_a_sample_looks_for_overlaps_about_it_alone():
    texts = ["mobile login for card holders", "mobile login for students", "letters about fees", "letters on fees due"]
    index = PortfolioIndex([request(n, n, title=text) for n, text in enumerate(texts, 1)], REGISTER)
    off = replace(index.settings, disabled_rules=frozenset({"same-purpose"}))
    whole = difference(index, off, index.settings, TODAY).appear.identities
    assert set(whole) == {("same-purpose", "request:1", "request:2"), ("same-purpose", "request:3", "request:4")}
    part = difference(index, off, index.settings, TODAY, frozenset({3})).appear.identities
    assert part == (("same-purpose", "request:3", "request:4"),)


def test_a_preview_leaves_no_trace_in_what_was_measured_of_crowds():
    crowd = [
        request(number, number, "Renew the branch kiosk", problem=f"Kiosk number{number} is old and slow.")
        for number in range(1, 36)
    ]
    index = PortfolioIndex(crowd, None, EngineSettings())
    list(index.pairs())
    before = index.nearest(1, 40)
    difference(index, index.settings, replace(index.settings, same_purpose=0.6), TODAY, frozenset({1, 2, 3}))
    difference(index, index.settings, replace(index.settings, same_purpose=0.05), TODAY)
    assert index.nearest(1, 40) == before
