"""The files of what was saved."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from board.models import Joining
from portfolio.lifecycle import Status
from portfolio.models import Person
from tests.factories import DecidedRequestFactory, DecisionFactory, FamilyFactory, filed_request

pytestmark = pytest.mark.django_db


def test_a_row_has_the_day_of_the_organisation(cio: Person, client_as: Callable[[Person], Client]) -> None:
    """Half past midnight in Amsterdam is still the day before in UTC."""
    survivor = filed_request(status=Status.APPROVED.value)
    merged = filed_request(status=Status.MERGED.value, survivor=survivor, one_off_cost=Decimal(500))
    decision = DecisionFactory.create(kind="merge", survivor=survivor, at=datetime(2026, 1, 21, 23, 30, tzinfo=UTC))
    DecidedRequestFactory.create(decision=decision, request=merged, status_after=Status.MERGED.value)
    rows = client_as(cio).get(reverse("board:saved-csv", args=["spend"])).content.decode("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert ",2026-01-22," in rows[1]


def test_the_page_shows_the_largest_and_the_file_all(
    cio: Person, client_as: Callable[[Person], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("board.selectors.decisions.saved.ON_PAGE", 2)
    survivor = filed_request(status=Status.APPROVED.value)
    merged = []
    for cost in (100, 300, 200):
        request = filed_request(status=Status.MERGED.value, survivor=survivor, one_off_cost=Decimal(cost))
        decision = DecisionFactory.create(kind="merge", survivor=survivor)
        DecidedRequestFactory.create(decision=decision, request=request, status_after=Status.MERGED.value)
        merged.append(request)
    page = client_as(cio).get(reverse("board:saved")).content.decode()
    assert "Merged into <a" in page
    assert page.count('data-head="Saved"') == 2  # on a phone each figure has its name beside it
    assert [request.reference in page for request in merged] == [False, True, True]
    assert "3 requests, the largest 2 are shown" in page
    rows = client_as(cio).get(reverse("board:saved-csv", args=["spend"])).content.decode("utf-8-sig").splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == [merged[1].reference, merged[2].reference, merged[0].reference]


def test_a_members_cost_that_moved_to_its_lead_is_not_saved(cio: Person, client_as: Callable[[Person], Client]) -> None:
    lead = filed_request(status=Status.APPROVED.value, one_off_cost=Decimal(160))
    member = filed_request(status=Status.APPROVED.value, one_off_cost=Decimal(30))
    saw = {"material": {str(lead.pk): {"one_off": "100"}, str(member.pk): {"one_off": "100"}}}
    decision = DecisionFactory.create(kind="join", snapshot=saw)
    family = FamilyFactory.create(lead=lead, with_members=[member])
    Joining.objects.create(decision=decision, family=family, lead=lead, owner=cio)
    for request in (lead, member):
        DecidedRequestFactory.create(decision=decision, request=request, status_after=Status.APPROVED.value)
    rows = client_as(cio).get(reverse("board:saved-csv", args=["spend"])).content.decode("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert rows[1].endswith(",100.00,90.00,10.00")
    assert lead.reference in rows[1]
