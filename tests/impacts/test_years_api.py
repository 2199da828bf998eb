"""The customer's year through the API."""

from datetime import date

import pytest
from rest_framework.test import APIClient

from tests.factories import (
    ContactPolicyFactory,
    ImpactFactory,
    PlannedContactFactory,
    SegmentFactory,
    TouchpointFactory,
    filed_request,
)

pytestmark = pytest.mark.django_db
DAYS, SEGMENTS = "/api/v1/customer-year/days/", "/api/v1/customer-year/segments/"


@pytest.fixture
def told(reader):
    """A function: what the API answers to a reader."""
    client = APIClient()
    client.force_authenticate(reader)
    return lambda path, **query: client.get(path, query)


@pytest.fixture
def holders():
    """A segment with a contact and a change in March, and a confidential request besides."""
    segment = SegmentFactory.create(code="card-holders", customer_count=10, yearly_value=500)
    ContactPolicyFactory.create(code="offers", segment=segment, channel="", limit=0, days=7)
    for confidential in (False, True):
        request = filed_request(wanted_go_live=date(2027, 3, 9), confidential=confidential, title="Nightfall")
        PlannedContactFactory.create(request=request, segment=segment, first_day=date(2027, 3, 2), times=1)
        touchpoint = TouchpointFactory.create(name="Card page", customers_per_month=4)
        ImpactFactory.create(request=request, touchpoint=touchpoint, effect="replaces", direction="worse")
    return segment


def test_the_days_are_those_of_the_page_without_what_is_confidential(holders, told):
    rows = told(DAYS, segment="card-holders", starts="2027-03-01", weeks=4).json()["results"]
    assert [(row["day"], row["what"], row["channel_or_touchpoint"]) for row in rows][1:] == [
        ("2027-03-09", "change", "Card page")
    ]
    assert (rows[0]["what"], rows[0]["breaks_a_policy"], rows[0]["customers"]) == ("contact", "yes", 10)


def test_the_segments_say_how_full_each_policy_gets(holders, told):
    (row,) = told(SEGMENTS, segment="card-holders", starts="2027-03-01", weeks=4).json()["results"]
    assert (row["changes"], row["worse"], row["customers_times_relearned"], row["yearly_value"]) == (1, 1, 10, "500.00")
    (policy,) = row["policies"]
    assert (policy["policy"], policy["peak"], policy["breach"], policy["starts"]) == ("offers", 1, True, "2027-03-02")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "segment"),
        ({"segment": "nobody"}, "segment"),
        ({"segment": "card-holders", "weeks": "3"}, "weeks"),
        ({"segment": "card-holders", "weeks": "105"}, "weeks"),
        ({"segment": "card-holders", "starts": "soon"}, "starts"),
    ],
)
def test_what_is_wrong_is_named(holders, told, query, field):
    answer = told(DAYS, **query)
    assert answer.status_code == 400
    assert field in answer.content.decode()


def test_picked_requests_that_are_not_there_make_an_empty_year(holders, told):
    assert told(SEGMENTS, request="REQ-1999-0001").json()["results"] == []
