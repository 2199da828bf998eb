"""Hours with customers against the target: worked examples, and what holds for any hours."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from impacts.engine.customer_hours import MonthOfHours, hours_deck, hours_title, measured, months_back, months_of, said

OCTOBER = (2026, 10)
NOVEMBER = (2026, 11)


def hours(**by_month):
    return {(int(key[1:5]), int(key[5:])): Decimal(str(value)) for key, value in by_month.items()}


def test_the_target_is_a_third_more_than_a_year_before():
    october = months_of(hours(m202510=30, m202610=29.5), NOVEMBER, 2)[0]
    assert (october.target, october.short, october.is_met) == (Decimal(40), Decimal("10.5"), False)


def test_exactly_a_third_more_meets_it():
    assert MonthOfHours(OCTOBER, Decimal(40), Decimal(30)).is_met
    assert not MonthOfHours(OCTOBER, Decimal("39.75"), Decimal(30)).is_met


def test_a_month_without_hours_a_year_before_has_no_target():
    for before in ({}, hours(m202510=0)):
        october = months_of({**before, **hours(m202610=5)}, NOVEMBER, 2)[0]
        assert (october.target, october.short, october.is_met) == (None, None, False)


def test_months_go_back_over_the_turn_of_years():
    assert months_back((2026, 2), 4) == [(2025, 11), (2025, 12), (2026, 1), (2026, 2)]


def test_the_present_month_is_not_measured():
    months = months_of(hours(m202511=30, m202611=1), NOVEMBER, 1)
    assert measured(months).months == 0
    assert "no year before" in hours_title(months)


def test_titles_state_the_finding():
    assert hours_title(months_of({}, NOVEMBER, 3)) == "Nobody from IT has written down an hour with customers yet"
    last_year = hours(m202510=30)
    for spent, end in ((29.5, "10.5 hours short of its target"), (41, "1 hour above its target"), (40, "exactly")):
        title = hours_title(months_of({**last_year, **hours(m202610=spent)}, NOVEMBER, 2))
        assert title.startswith("In October 2026 IT spent")
        assert end in title


def test_the_deck_says_how_often_it_was_met():
    months = months_of(hours(m202509=3, m202510=3, m202609=4, m202610=3), NOVEMBER, 3)
    assert hours_deck(months).endswith("It was met in 1 of the 2 months that can be measured.")


def test_hours_in_words():
    assert [said(Decimal(number)) for number in ("1.00", "2.50", "0", "1200.25")] == [
        "1 hour",
        "2.5 hours",
        "0 hours",
        "1,200.25 hours",
    ]


@given(st.dictionaries(st.tuples(st.integers(2020, 2026), st.integers(1, 12)), st.decimals(0, 500, places=2)))
def test_any_hours_make_as_many_months_as_asked_and_each_knows_its_year_before(spent):
    months = months_of(spent, NOVEMBER, 30)
    assert [each.month for each in months] == months_back(NOVEMBER, 30)
    assert [each.is_over for each in months] == [True] * 29 + [False]
    for each in months:
        before = spent.get((each.month[0] - 1, each.month[1]), 0)
        assert (each.target is None) == (before == 0)
        if each.target is not None:
            assert abs(each.target * 3 - before * 4) <= Decimal("0.15")
    assert hours_title(months)
    sums = measured(months)
    assert 0 <= sums.met <= sums.months < 30
