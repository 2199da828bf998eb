"""Where the marks of the charts of assets and bets stand."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from customers.assets import Flow, Move, TierFlow, bridge
from impacts.charts.assets import bridge_chart
from impacts.charts.bets import MARKS, bet_chart
from impacts.selectors.tags.bets import bet_book
from portfolio.lifecycle import Status
from tests.factories import BetAnswerFactory, BetFactory, filed_request

FLOW = Flow(
    (2026, 3),
    (
        TierFlow(1, "Gold", 100, 10, 4, 5, 108, Decimal(900)),
        TierFlow(2, "Basic", 400, 60, 0, 20, 437, Decimal(100)),
    ),
    (Move(1, 2, 4), Move(2, 1, 7)),
)


def test_each_bar_of_the_bridge_begins_where_the_one_before_it_ended():
    chart = bridge_chart(bridge(FLOW))
    between = chart.bars[1:-1]
    level = chart.bars[0].level_y
    for bar in between:
        ends = {bar.y, round(bar.y + bar.height, 1)}
        assert any(abs(end - level) <= 0.2 for end in ends), bar.step.kind
        level = bar.level_y
    assert abs(level - chart.bars[-1].level_y) <= 0.2
    assert [bar.tone for bar in chart.bars] == ["", "for", "for", "against", "for", "against", ""]


def test_what_stands_on_a_cut_axis_says_so_and_debts_are_drawn_too():
    assert bridge_chart(bridge(FLOW)).is_cut
    debts = Flow((2026, 3), (TierFlow(1, "Arrears", 10, 5, 0, 0, 15, Decimal(-30)),))
    chart = bridge_chart(bridge(debts))
    assert not chart.is_cut
    assert all(bar.height >= 1.5 for bar in chart.bars)


def test_nothing_that_moved_is_drawn_too():
    still = Flow((2026, 3), (TierFlow(1, "Gold", 10, 0, 0, 0, 10, Decimal(5)),))
    assert [bar.step.kind for bar in bridge_chart(bridge(still)).bars] == ["opening", "closing"]


@pytest.mark.django_db
def test_bets_stand_where_they_belong_and_what_lies_beyond_at_the_edge(requester, cards):
    request = filed_request(silo=cards, requester=requester, status=Status.APPROVED.value)
    due = timezone.localdate() - timedelta(days=1)
    for delivered in (-50, 0, 100, 900):
        bet = BetFactory.create(request=request, amount=100, due=due)
        BetAnswerFactory.create(bet=bet, delivered=delivered)
    chart = bet_chart(bet_book(user=requester, today=timezone.localdate()))
    (row,) = chart.rows
    assert [mark.x for mark in row.marks] == [chart.left, chart.left, chart.promised_x, chart.right]
    assert [mark.beyond for mark in row.marks] == [True, False, False, True]
    assert len(row.marks) <= MARKS
