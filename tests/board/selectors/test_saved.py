"""What was saved, row by row."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from board.selectors.saved import saved_page
from portfolio.lifecycle import Status
from tests.factories import DecidedRequestFactory, DecisionFactory, filed_request

pytestmark = pytest.mark.django_db


def test_a_row_has_the_day_of_the_organisation() -> None:
    """Half past midnight in Amsterdam is still the day before in UTC."""
    survivor = filed_request(status=Status.APPROVED.value)
    merged = filed_request(status=Status.MERGED.value, survivor=survivor, one_off_cost=Decimal(500))
    decision = DecisionFactory.create(kind="merge", survivor=survivor, at=datetime(2026, 1, 21, 23, 30, tzinfo=UTC))
    DecidedRequestFactory.create(decision=decision, request=merged, status_after=Status.MERGED.value)
    (row,) = saved_page().spend.rows
    assert (row.request, row.at) == (merged, date(2026, 1, 22))
