"""Customers as assets on screen: the overview, and one quarter to read and to type."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import AssetQuarter
from portfolio.lifecycle import Status
from tests.factories import (
    AssetQuarterFactory,
    BetFactory,
    SegmentFactory,
    TierFactory,
    TierMovementFactory,
    filed_request,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def segment(segment_manager):
    return SegmentFactory.create(code="cards", name="Card holders", manager=segment_manager)


@pytest.fixture
def tiers(segment):
    gold = TierFactory.create(segment=segment, code="gold", name="Gold", rank=1, yearly_value=900)
    return gold, TierFactory.create(segment=segment, code="basic", name="Basic", rank=2, yearly_value=100)


@pytest.fixture
def known(segment, tiers):
    """A quarter of two tiers that adds up."""
    gold, basic = tiers
    AssetQuarterFactory.create(tier=gold, customers_end=108, worth=900)
    AssetQuarterFactory.create(tier=basic, customers_start=400, gained=60, referrals=0, lost=20, customers_end=437)
    TierMovementFactory.create(from_tier=gold, to_tier=basic, customers=4)
    TierMovementFactory.create(from_tier=basic, to_tier=gold, customers=7)


def url(segment, quarter="2026Q2"):
    return reverse("impacts:asset-quarter", args=[segment.code, quarter])


def typed(tiers, **fields):
    gold, basic = (tier.pk for tier in tiers)
    numbers = dict(
        zip(("start", "gained", "referrals", "lost", "end", "worth"), (100, 10, 4, 5, 108, 900), strict=True)
    )
    others = dict(zip(numbers, (400, 60, 0, 20, 437, "100.50"), strict=True))
    return {
        **{f"{name}-{gold}": value for name, value in numbers.items()},
        **{f"{name}-{basic}": value for name, value in others.items()},
        f"move-{gold}-{basic}": 4,
        f"move-{basic}-{gold}": 7,
        **{name.replace("gold", str(gold)).replace("_", "-"): value for name, value in fields.items()},
    }


def text(response):
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def test_the_overview_says_the_finding_and_shows_matrix_arithmetic_and_quarters(client_as, reader, segment, known):
    page = text(client_as(reader).get(reverse("impacts:assets"), {"segment": "cards"}))
    # 10 x 900 + 60 x 120 gained and 7 x 780 up; 5 x 900 + 20 x 120 lost and 4 x 780 down
    assert "Card holders became worth €11,640 a year more in Q2 2026: €21,660 came, €10,020 went" in page
    assert "7 moved to a better tier, 4 to a lesser one" in page
    assert "Basic to Gold: 7 × 780.00" in page
    assert "91 stayed" in page
    assert 'id="step-lost"' in page


def test_all_segments_are_added_up_and_who_has_no_numbers_is_named(client_as, reader, segment, known):
    AssetQuarterFactory.create(segment=SegmentFactory.create(name="Savers"))
    SegmentFactory.create(name="Starters")
    page = text(client_as(reader).get(reverse("impacts:assets")))
    assert "Our customers became worth €12,240 a year more" in page
    assert "Without Starters, of whom nobody has given these numbers" in page


def test_four_quarters_are_chained_and_a_break_is_told(client_as, reader, segment):
    for quarter, start in ((1, 90), (2, 100), (3, 105)):
        AssetQuarterFactory.create(segment=segment, quarter=quarter, customers_start=start, worth=10)
    page = text(client_as(reader).get(reverse("impacts:assets"), {"segment": "cards", "over": "4"}))
    assert "in the 4 quarters to Q3 2026" in page
    assert "Not accounted for" in page
    assert "100 at the start of Q2 2026, and 95 at the end of Q1 2026: 5 too many" in page


@pytest.mark.parametrize("query", [{"segment": "x" * 99}, {"quarter": "never"}, {"over": "-1"}, {"quarter": "1990Q1"}])
def test_an_address_that_makes_no_sense_shows_what_there_is(client_as, reader, known, query):
    assert client_as(reader).get(reverse("impacts:assets"), query).status_code == 200


def test_without_numbers_the_page_says_what_to_do(client_as, reader, segment_manager, segment):
    assert "Nobody has said yet" in text(client_as(reader).get(reverse("impacts:assets")))
    page = text(client_as(segment_manager).get(reverse("impacts:assets")))
    assert "Card holders: type" in page
    assert "Import a file" not in page


def test_the_manager_types_a_quarter(client_as, segment_manager, segment, tiers):
    client = client_as(segment_manager)
    assert "Save the quarter" in text(client.get(url(segment)))
    assert client.post(url(segment), typed(tiers))["Location"] == url(segment)
    assert AssetQuarter.objects.count() == 2
    page = text(client.get(url(segment)))
    assert "Where everybody went" in page
    assert "Take this quarter away" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"end_gold": 110}, "= 108, and 110 are said to be there at the end: 2 too many."),
        ({"lost_gold": -5}, "Customers cannot be fewer than 0."),
        ({"gained_gold": "many"}, "Write a whole number of customers, such as 1200."),
        ({"worth_gold": ""}, "Write an amount."),
        ({"referrals_gold": 11}, "11 came by referral, of only 10 gained: 1 too many."),
        ({"lost_gold": 99, "end_gold": 14}, "of only 100 at the start: 3 too many."),
        ({"start_gold": 9_999_999_999}, "less than or equal to 2147483647"),
    ],
)
def test_numbers_that_cannot_be_are_refused_and_all_that_was_typed_stays(
    client_as, segment_manager, segment, tiers, fields, words
):
    answer = client_as(segment_manager).post(url(segment), typed(tiers, **fields))
    assert answer.status_code == 422
    page = text(answer)
    assert words in page
    assert 'value="437"' in page
    assert all(f'value="{value}"' in page for value in fields.values() if value)
    assert not AssetQuarter.objects.exists()


def test_a_later_quarter_that_no_longer_fits_is_told(client_as, segment_manager, segment):
    client = client_as(segment_manager)
    AssetQuarterFactory.create(segment=segment, quarter=3, customers_start=50)
    fields = {"start-0": 1, "gained-0": 0, "referrals-0": 0, "lost-0": 0, "end-0": 1, "worth-0": 5}
    page = text(client.post(url(segment), fields, follow=True))
    assert "The next quarter does not begin so. Card holders: 50 at the start of Q3 2026, and 1 at the end" in page


def test_a_quarter_that_is_not_over_has_no_form(client_as, segment_manager, segment, tiers):
    today = timezone.localdate()
    page = text(client_as(segment_manager).get(url(segment, f"{today.year}Q{(today.month + 2) // 3}")))
    assert "is not over yet" in page
    assert "Save the quarter" not in page


def test_others_read_and_do_not_type(client_as, requester, reader, board_member, segment, tiers, known):
    for person in (requester, reader, board_member):
        client = client_as(person)
        page = client.get(url(segment))
        assert page.status_code == 200
        assert b"Save the quarter" not in page.content
        assert client.post(url(segment), typed(tiers)).status_code == 403
        assert client.post(reverse("impacts:asset-quarter-remove", args=["cards", "2026Q2"])).status_code == 403


def test_a_quarter_is_taken_away(client_as, architect, segment, known):
    client = client_as(architect)
    assert client.get(reverse("impacts:asset-quarter-remove", args=["cards", "2026Q2"])).status_code == 405
    client.post(reverse("impacts:asset-quarter-remove", args=["cards", "2026Q2"]))
    assert not AssetQuarter.objects.exists()
    assert client.post(reverse("impacts:asset-quarter-remove", args=["cards", "2026Q2"])).status_code == 404


@pytest.mark.parametrize("address", ["/customers/assets/cards/2026Q7/", "/customers/assets/nobody/2026Q2/"])
def test_what_is_not_there_is_not_found(client_as, reader, segment, address):
    assert client_as(reader).get(address).status_code == 404


def test_the_file_of_the_steps_sums_to_the_closing_value(client_as, reader, segment, known):
    answer = client_as(reader).get(reverse("impacts:assets-csv"), {"segment": "cards"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0]["Step"] == "At the start"
    assert sum(float(row["Value a year"]) for row in rows[:-1]) == float(rows[-1]["Value a year"])


def test_bets_on_the_segment_stand_on_its_page(client_as, reader, requester, cards, segment, known):
    open_, secret = (
        filed_request(silo=cards, requester=requester, status=Status.APPROVED.value, confidential=hidden)
        for hidden in (False, True)
    )
    BetFactory.create(request=open_, segment=segment, amount=321)
    BetFactory.create(request=secret, segment=segment, amount=654)
    page = text(client_as(reader).get(reverse("impacts:assets"), {"segment": "cards"}))
    assert "321 fewer customers lost" in page
    assert "654" not in page


@pytest.mark.parametrize("count", [1, 8])
def test_the_pages_take_the_same_queries_at_any_size(client_as, architect, django_assert_num_queries, count):
    for _ in range(count):
        segment = SegmentFactory.create()
        for quarter in (1, 2, 3):
            for _ in range(3):
                tier = TierFactory.create(segment=segment)
                AssetQuarterFactory.create(tier=tier, quarter=quarter)
    client = client_as(architect)
    with django_assert_num_queries(11):
        client.get(reverse("impacts:assets"))
    with django_assert_num_queries(11):
        client.get(url(segment))
