"""Worth: segment value x effect x reach, weighted, less cost."""

from board.planning.settings import PlanSettings
from board.planning.worth import worth_of
from impacts.engine.facts import ImpactFact
from tests.board.planning.portfolio import asked, wish

SETTINGS = PlanSettings(better=2.0, years=3)


def test_value_is_segment_times_effect_times_reach_over_the_years_less_costs() -> None:
    impact = ImpactFact(touchpoint=1, effect="changes", direction="better", segments=frozenset({1}))
    better = wish(1, impacts=(impact,), money=10_000, yearly=1_000)
    parts = worth_of(better, asked(better), SETTINGS)
    # 1,000,000 a year x 2 % x 5,000 of 10,000 reached x 3 years
    assert parts.segments == {1: 30_000}
    assert parts.cost == 13_000
    assert parts.net == 17_000


def test_what_is_worse_for_customers_counts_against_it() -> None:
    impact = ImpactFact(touchpoint=2, effect="changes", direction="worse", segments=frozenset({1}))
    worse = wish(1, impacts=(impact,))
    assert worth_of(worse, asked(worse), SETTINGS).net == -60_000


def test_an_impact_without_segments_is_for_all_and_reach_ends_at_everybody() -> None:
    impact = ImpactFact(touchpoint=2, effect="changes", direction="better")
    everybody = wish(1, impacts=(impact,))
    assert worth_of(everybody, asked(everybody), SETTINGS).segments == {1: 60_000, 2: 24_000}


def test_the_weight_of_a_segment_counts() -> None:
    gains = wish(1, gained={2: 10})
    half = PlanSettings(years=1, weights={"firms": 50})
    assert worth_of(gains, asked(gains), PlanSettings(years=1)).customers == 8_000
    assert worth_of(gains, asked(gains), half).customers == 4_000


def test_an_internal_request_is_worth_a_share_of_its_cost() -> None:
    inside = wish(1, kind="internal", money=100_000)
    assert worth_of(inside, asked(inside), PlanSettings(internal=110)).net == 10_000
