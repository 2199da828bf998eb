"""How full the channels get by which the customers of a year are contacted."""

from datetime import date

import pytest

from impacts.selectors.years.channel_room import channel_rooms
from impacts.selectors.years.customer_year import YearAsked, years_compared
from tests.factories import ChannelCapacityFactory, PlannedContactFactory, SegmentFactory, filed_request

pytestmark = pytest.mark.django_db
MONDAY = date(2027, 3, 1)


@pytest.fixture
def holders():
    """4,000 card holders, and letters of which 10,000 go out in a week."""
    ChannelCapacityFactory.create(channel="letter", contacts_per_week=10_000)
    return SegmentFactory.create(name="Card holders", code="card-holders", customer_count=4_000)


def letter(segment, day, times=1, every_days=7, channel="letter", **fields):
    request = filed_request(**fields)
    PlannedContactFactory.create(
        request=request, segment=segment, channel=channel, first_day=day, times=times, every_days=every_days
    )
    return request


def rooms(user, segment, **asked):
    wanted = YearAsked(MONDAY, 8, segment, **asked)
    before, after = years_compared(user=user, asked=wanted)
    return [
        (room.monday, room.volume, room.percent, room.is_over)
        for room in channel_rooms(user=user, asked=wanted, year=after or before)
    ]


def test_a_channel_is_shared_by_all_segments(holders, reader):
    letter(holders, date(2027, 3, 10), times=2, every_days=2)
    letter(SegmentFactory.create(customer_count=2_001), date(2027, 3, 14))
    assert rooms(reader, holders) == [(date(2027, 3, 8), 10_001, 101, True)]


def test_a_channel_that_is_just_full_is_not_over(holders, reader):
    letter(holders, MONDAY)
    letter(SegmentFactory.create(customer_count=6_000), MONDAY)
    assert rooms(reader, holders) == [(MONDAY, 10_000, 100, False)]


def test_only_channels_that_the_customers_hear_from_count(holders, reader):
    letter(holders, MONDAY, channel="email")
    letter(SegmentFactory.create(), MONDAY)
    assert rooms(reader, holders) == []


def test_what_waits_or_is_not_approved_leaves_room(holders, reader):
    letter(holders, MONDAY, status="approved")
    other = letter(SegmentFactory.create(customer_count=100), MONDAY)
    own = letter(holders, MONDAY)
    assert rooms(reader, holders)[0][1] == 8_100
    assert rooms(reader, holders, committed_only=True)[0][1] == 4_000
    assert rooms(reader, holders, without=(own.reference, other.reference))[0][1] == 4_000


def test_what_somebody_may_not_see_is_in_no_figure(holders, reader, architect):
    letter(holders, MONDAY)
    letter(holders, MONDAY, confidential=True)
    assert rooms(reader, holders)[0][1] == 4_000
    assert rooms(architect, holders)[0][1] == 8_000


@pytest.mark.parametrize("size", [1, 8])
def test_the_page_shows_them_in_the_same_queries_at_any_size(
    size, holders, client_as, reader, django_assert_num_queries
):
    for _ in range(size):
        letter(holders, MONDAY)
    client = client_as(reader)
    with django_assert_num_queries(15):
        page = client.get("/customers-year/card-holders/?from=2027-03-01").content.decode()
    assert "Fullest week from" in page
    assert ("Too full" in page) == (size == 8)
