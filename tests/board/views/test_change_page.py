"""The page of a later change writes amounts and days as every other page does."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django.test import Client

from board.models import Decision, Meeting
from board.services.meetings.agenda import add_item
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from tests.factories import filed_request


def test_amounts_have_their_currency_and_days_are_days(
    client_as: Callable[[Person], Client],
    session: Meeting,
    secretary: Person,
    architect: Person,
    decide: Callable[..., Decision],
) -> None:
    request = filed_request(
        status=Status.READY.value, one_off_cost=Decimal(1000), yearly_cost=None, wanted_go_live=date(2027, 3, 2)
    )
    decide(add_item(person=secretary, meeting=session, request=request))
    ProjectRequest.objects.filter(pk=request.pk).update(
        one_off_cost=Decimal("5000.50"), yearly_cost=Decimal(20), wanted_go_live=date(2027, 9, 1)
    )
    page = client_as(architect).get(f"/board/changes/{request.reference}/").content.decode()
    for text in ("€1,000<", "€5,000.50<", ">not said<", "€20<", "2\xa0Mar\xa02027", "1\xa0Sep\xa02027"):
        assert text in page, text
