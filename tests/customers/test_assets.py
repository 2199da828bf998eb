"""The arithmetic of customers as assets, without a database."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.assets import (
    APART,
    CLOSING,
    DOWN,
    LOST,
    OPENING,
    OWN,
    REFERRED,
    REVALUED,
    UP,
    Flow,
    Move,
    TierFlow,
    breaks,
    bridge,
    chained,
    imbalances,
    matrix,
    together,
)

GOLD = TierFlow(1, "Gold", start=100, gained=10, referrals=4, lost=5, end=108, worth=Decimal(900))
BASIC = TierFlow(2, "Basic", start=400, gained=60, referrals=0, lost=20, end=437, worth=Decimal("100.50"))
MOVES = (Move(1, 2, 4), Move(2, 1, 7))
FLOW = Flow((2026, 3), (GOLD, BASIC), MOVES)


def with_tier(flow, **fields):
    return replace(flow, tiers=(replace(flow.tiers[0], **fields), *flow.tiers[1:]))


def test_a_quarter_that_adds_up_has_no_imbalance():
    assert imbalances(FLOW) == []
    assert (FLOW.start, FLOW.end) == (500, 545)
    assert FLOW.stayed(GOLD) == 91


@pytest.mark.parametrize(
    ("fields", "where", "off", "words"),
    [
        ({"end": 110}, "end", 2, "100 at the start + 10 gained - 5 lost + 7 moved in - 4 moved out = 108, and 110"),
        ({"end": 100}, "end", -8, "8 too few"),
        ({"referrals": 11}, "referrals", 1, "11 came by referral, of only 10 gained: 1 too many"),
        (
            {"lost": 99, "end": 14},
            "lost",
            3,
            "99 lost and 4 moved to other tiers, of only 100 at the start: 3 too",
        ),
    ],
)
def test_an_imbalance_says_where_and_by_how_many(fields, where, off, words):
    (found,) = imbalances(with_tier(FLOW, **fields))
    assert (found.tier, found.field, found.off) == (1, where, off)
    assert words in found.message


def test_without_movement_the_sum_does_not_speak_of_it():
    alone = Flow((2026, 3), (TierFlow(None, "Starters", 10, 2, 0, 1, 12, Decimal(1)),))
    assert imbalances(alone)[0].message == (
        "Starters does not add up: 10 at the start + 2 gained - 1 lost = 11, and 12 are said to be there at the end: "
        "1 too many."
    )


def test_the_next_quarter_begins_as_this_one_ends():
    after = replace(with_tier(FLOW, start=109), quarter=(2026, 4))
    found = breaks(FLOW, after)
    assert [(each.tier, each.field, each.off) for each in found] == [(1, "start", 1), (2, "start", -37)]
    assert found[0].message == "Gold: 109 at the start of Q4 2026, and 108 at the end of Q3 2026: 1 too many."


def test_a_tier_that_is_new_or_gone_counts_as_empty_in_the_other_quarter():
    after = Flow((2026, 4), (replace(GOLD, start=108), TierFlow(3, "New", 5, 0, 0, 0, 5, Decimal(1))))
    assert [(each.tier, each.off) for each in breaks(FLOW, after)] == [(2, -437), (3, 5)]


def test_the_bridge_shows_its_arithmetic():
    found = bridge(FLOW)
    values = {step.kind: step.value for step in found.steps}
    assert values == {
        OPENING: Decimal(100 * 900) + 400 * Decimal("100.50"),
        REVALUED: 0,
        OWN: 6 * 900 + 60 * Decimal("100.50"),
        REFERRED: 4 * 900,
        LOST: -5 * 900 - 20 * Decimal("100.50"),
        UP: 7 * Decimal("799.50"),
        DOWN: -4 * Decimal("799.50"),
        APART: 0,
        CLOSING: 108 * 900 + 437 * Decimal("100.50"),
    }
    assert [(line.name, line.customers, line.each) for line in found.of(UP).lines] == [
        ("Basic to Gold", 7, Decimal("799.50"))
    ]


def test_a_new_worth_of_a_customer_is_a_step_of_its_own():
    before = Flow((2026, 2), (replace(GOLD, worth=Decimal(800)), replace(BASIC, worth=Decimal(90))))
    found = bridge(FLOW, before)
    assert found.of(OPENING).value == 100 * 800 + 400 * 90
    assert found.of(REVALUED).value == 100 * 100 + 400 * Decimal("10.50")
    assert found.of(APART).value == 0


def test_what_does_not_add_up_is_shown_and_not_hidden():
    found = bridge(with_tier(FLOW, end=110))
    assert (found.of(APART).customers, found.of(APART).value) == (2, 1800)


def test_the_matrix_shows_who_stayed_and_who_moved():
    found = matrix(FLOW)
    assert [row.cells for row in found.rows] == [(91, 4), (7, 373)]
    assert (found.better, found.lesser) == (7, 4)


def test_a_chain_of_none_is_refused():
    with pytest.raises(ValueError, match="no quarter"):
        chained([])


# --- Properties: any movement of any customers --------------------------------------------------------------------

WORTH = st.decimals(-500, 5000, places=2)


@st.composite
def flows(draw, quarter=(2026, 1), starts=None):
    """A quarter made by moving customers about, so that it conserves them."""
    count = len(starts) if starts else draw(st.integers(1, 4))
    starts = starts or [draw(st.integers(0, 1000)) for _ in range(count)]
    left, ends, moves = list(starts), [0] * count, []
    lost = []
    for place in range(count):
        lost.append(draw(st.integers(0, left[place])))
        left[place] -= lost[place]
        for other in range(count):
            if other != place and (number := draw(st.integers(0, left[place]))):
                left[place] -= number
                ends[other] += number
                moves.append(Move(place, other, number))
    tiers = []
    for place in range(count):
        gained = draw(st.integers(0, 500))
        referrals = draw(st.integers(0, gained))
        end = ends[place] + left[place] + gained
        worth = draw(WORTH)
        tiers.append(TierFlow(place, f"Tier {place}", starts[place], gained, referrals, lost[place], end, worth))
    return Flow(quarter, tuple(tiers), tuple(moves))


@st.composite
def years(draw):
    """Some quarters of the same customers, each beginning as the one before ends."""
    found = [draw(flows())]
    for number in range(2, draw(st.integers(1, 4)) + 1):
        found.append(draw(flows((2026, number), [tier.end for tier in found[-1].tiers])))
    return found


@given(flows())
def test_moving_customers_about_always_adds_up(flow):
    assert imbalances(flow) == []
    table = matrix(flow)
    for place, tier in enumerate(flow.tiers):
        assert sum(table.rows[place].cells) + tier.lost == tier.start
        assert sum(row.cells[place] for row in table.rows) + tier.gained == tier.end


@given(flows(), st.data())
def test_one_wrong_number_is_always_told_by_how_many(flow, data):
    place = data.draw(st.integers(0, len(flow.tiers) - 1))
    off = data.draw(st.integers(1, 99))
    wrong = replace(flow.tiers[place], end=flow.tiers[place].end + off)
    tiers = tuple(wrong if number == place else tier for number, tier in enumerate(flow.tiers))
    assert [(each.tier, each.off) for each in imbalances(replace(flow, tiers=tiers))] == [(place, off)]


@given(years())
def test_the_steps_sum_to_the_change_and_nothing_is_left_over(year):
    bridges = [bridge(flow, year[number - 1] if number else None) for number, flow in enumerate(year)]
    for each in (*bridges, chained(bridges)):
        assert each.of(APART).value == 0
        assert each.of(APART).customers == 0
        assert sum(step.value for step in each.steps[:-1]) == each.of(CLOSING).value
    for one, other in pairwise(bridges):
        assert one.of(CLOSING).value == other.of(OPENING).value


@given(flows(), flows())
def test_segments_together_are_the_sum_of_each(one, other):
    both = together([bridge(one), bridge(other)])
    assert both.change == bridge(one).change + bridge(other).change
    assert both.of(CLOSING).customers == one.end + other.end


@given(flows())
def test_every_step_is_the_sum_of_its_lines(flow):
    for step in bridge(flow).steps:
        assert step.value == sum(line.value for line in step.lines)
