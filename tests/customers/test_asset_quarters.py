"""Quarters of customers are kept whole and only where they add up, whether typed or imported from a file."""

import csv
import io
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from customers.assets import Flow, Move, TierFlow
from customers.errors import DoesNotAddUp, NotAllowed
from customers.models import AssetQuarter, RegisterImport, TierMovement
from customers.permissions import can_type_assets
from customers.quarters import quarter_code
from customers.selectors.assets import empty_flow, flows_by_segment, problems_of, quarter_to_type
from customers.services import imports
from customers.services.assets import remove_quarter, save_quarter
from customers.sheets.catalog import sheet_of
from tests.factories import AssetQuarterFactory, SegmentFactory, TierFactory, TierMovementFactory

pytestmark = pytest.mark.django_db

Q2, Q3 = (2026, 2), (2026, 3)
HEAD = (
    "Segment;Tier;Quarter;Customers at the start;Gained;Of these by referral;Lost;Customers at the end;"
    "Worth of a customer a year;Moved to"
)


@pytest.fixture
def segment(segment_manager):
    return SegmentFactory.create(code="cards", name="Card holders", manager=segment_manager)


@pytest.fixture
def tiers(segment):
    gold = TierFactory.create(segment=segment, code="gold", name="Gold", rank=1, yearly_value=900)
    return gold, TierFactory.create(segment=segment, code="basic", name="Basic", rank=2, yearly_value=100)


@pytest.fixture
def flow(tiers):
    gold, basic = tiers
    return Flow(
        Q2,
        (
            TierFlow(gold.pk, "Gold", 100, 10, 4, 5, 108, Decimal(900)),
            TierFlow(basic.pk, "Basic", 400, 60, 0, 20, 437, Decimal("100.50")),
        ),
        (Move(gold.pk, basic.pk, 4), Move(basic.pk, gold.pk, 7)),
    )


def following(flow, **fields):
    """The next quarter, in which nothing happens but what is said of its first tier."""
    tiers = [replace(tier, start=tier.end, gained=0, referrals=0, lost=0) for tier in flow.tiers]
    return Flow(Q3, (replace(tiers[0], **fields), *tiers[1:]))


def test_a_quarter_is_kept_and_read_as_it_was_typed(segment, flow, segment_manager):
    assert save_quarter(segment=segment, flow=flow, by=segment_manager) == []
    assert flows_by_segment([segment]) == {segment.pk: {Q2: flow}}
    assert AssetQuarter.objects.filter(tier__code="gold").get().history.count() == 1


def test_saving_the_same_again_writes_nothing(segment, flow, segment_manager):
    for _ in range(2):
        save_quarter(segment=segment, flow=flow, by=segment_manager)
    assert AssetQuarter.history.count() == 2
    assert TierMovement.history.count() == 2


def test_what_is_corrected_replaces_what_was_there(segment, flow, segment_manager):
    save_quarter(segment=segment, flow=flow, by=segment_manager)
    gold, basic = flow.tiers
    other = Flow(Q2, (replace(gold, end=105), replace(basic, end=440)), ())
    save_quarter(segment=segment, flow=other, by=segment_manager)
    assert flows_by_segment()[segment.pk][Q2] == other


def test_a_quarter_that_does_not_add_up_is_refused_whole(segment, flow, segment_manager):
    gold, basic = flow.tiers
    wrong = replace(flow, tiers=(replace(gold, end=110), basic))
    with pytest.raises(DoesNotAddUp, match="110 are said to be there at the end: 2 too many") as error:
        save_quarter(segment=segment, flow=wrong, by=segment_manager)
    assert [(each.field, each.off) for each in error.value.imbalances] == [("end", 2)]
    assert not AssetQuarter.objects.exists()


def test_a_quarter_begins_as_the_one_before_it_ended(segment, flow, segment_manager):
    save_quarter(segment=segment, flow=flow, by=segment_manager)
    with pytest.raises(DoesNotAddUp, match="1 too many"):
        save_quarter(segment=segment, flow=following(flow, start=109, end=109), by=segment_manager)
    assert save_quarter(segment=segment, flow=following(flow), by=segment_manager) == []


def test_correcting_an_earlier_quarter_says_what_no_longer_fits(segment, flow, segment_manager):
    for each in (flow, following(flow)):
        save_quarter(segment=segment, flow=each, by=segment_manager)
    gold, basic = flow.tiers
    later = save_quarter(
        segment=segment, flow=replace(flow, tiers=(replace(gold, gained=12, end=110), basic)), by=segment_manager
    )
    assert [(each.field, each.off) for each in later] == [("start", -2)]
    ((when, problem),) = problems_of(flows_by_segment()[segment.pk])
    assert (when, problem.off) == (Q3, -2)


def test_a_quarter_that_is_not_over_is_refused(segment, flow, segment_manager):
    today = timezone.localdate()
    now = (today.year, (today.month + 2) // 3)
    with pytest.raises(ValidationError, match="is not over yet"):
        save_quarter(segment=segment, flow=replace(flow, quarter=now), by=segment_manager)


def test_its_manager_and_who_keeps_the_registers_type(
    segment, flow, segment_manager, architect, administrator, requester, reader, cio
):
    assert [can_type_assets(each, segment) for each in (segment_manager, architect, administrator)] == [True] * 3
    assert not can_type_assets(segment_manager, SegmentFactory.create())
    for person in (requester, reader, cio):
        with pytest.raises(NotAllowed):
            save_quarter(segment=segment, flow=flow, by=person)
        with pytest.raises(NotAllowed):
            remove_quarter(segment=segment, flow=flow, by=person)


def test_what_is_taken_away_keeps_its_history(segment, flow, segment_manager):
    save_quarter(segment=segment, flow=flow, by=segment_manager)
    remove_quarter(segment=segment, flow=flow, by=segment_manager)
    assert not AssetQuarter.objects.exists()
    assert not TierMovement.objects.exists()
    assert AssetQuarter.history.filter(history_type="-").count() == 2
    assert TierMovement.history.filter(history_type="-").count() == 2


def test_a_quarter_that_is_typed_or_taken_away_leaves_other_segments_alone(segment, flow, segment_manager):
    other = TierMovementFactory.create(year=Q2[0], quarter=Q2[1])
    save_quarter(segment=segment, flow=flow, by=segment_manager)
    remove_quarter(segment=segment, flow=flow, by=segment_manager)
    assert list(TierMovement.objects.all()) == [other]


@pytest.mark.parametrize(
    "wrong", [{"lost": -1}, {"quarter": 5}, {"gained": 3, "referrals": 4, "customers_end": 98}, {"year": 1999}]
)
def test_the_database_holds_what_a_quarter_is(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        AssetQuarterFactory.create(**wrong)


def test_a_segment_and_quarter_are_there_once(segment):
    AssetQuarterFactory.create(segment=segment)
    with pytest.raises(IntegrityError), transaction.atomic():
        AssetQuarterFactory.create(segment=segment)
    moved = TierMovementFactory.create()
    with pytest.raises(IntegrityError), transaction.atomic():
        TierMovementFactory.create(from_tier=moved.from_tier, to_tier=moved.from_tier)


def test_a_new_quarter_starts_with_what_is_known(segment, tiers, flow):
    gold, basic = tiers
    fresh = empty_flow(segment, Q2, None)
    assert [(tier.key, tier.start, tier.worth) for tier in fresh.tiers] == [(gold.pk, 0, 900), (basic.pk, 0, 100)]
    assert [(tier.start, tier.worth) for tier in empty_flow(segment, Q3, flow).tiers] == [
        (108, 900),
        (437, Decimal("100.50")),
    ]
    whole = SegmentFactory.create(yearly_value=Decimal(1000), customer_count=300)
    assert [(tier.key, tier.worth) for tier in empty_flow(whole, Q2, None).tiers] == [(None, Decimal("3.33"))]
    assert quarter_to_type({}, (2026, 4)) == Q3
    assert quarter_to_type({Q2: flow}, (2026, 4)) == Q3


# --- Files --------------------------------------------------------------------------------------------------------


def upload(text, by):
    content = text if isinstance(text, bytes) else f"{HEAD}\n{text}".encode()
    return imports.keep_file(sheet=sheet_of("asset-quarters"), by=by, name="quarters.csv", content=content)


def brought_in(file, by):
    assert imports.queue_file(file=file, by=by), file.result
    done = imports.import_file(token=file.pk)
    assert done.state == RegisterImport.State.DONE, done.problem


def problems(file):
    return [(each["row"], each["column"], each["message"]) for each in file.result["errors"]]


GOOD = "cards;gold;2026Q2;100;10;4;5;108;900;basic: 4\ncards;basic;Q2 2026;400;60;0;20;437;100.50;Gold: 7\n"


def test_a_file_brings_whole_quarters_in(segment, flow, architect):
    brought_in(upload(GOOD, architect), architect)
    assert flows_by_segment() == {segment.pk: {Q2: flow}}
    assert AssetQuarter.history.order_by("history_id").first().history_user == architect


def test_what_is_exported_changes_nothing_when_it_comes_in_again(segment, flow, architect, client_as):
    for each in (flow, following(flow)):
        save_quarter(segment=segment, flow=each, by=architect)
    url = reverse("customers:sheet-export", args=["asset-quarters", "csv"])
    content = b"".join(client_as(architect).get(url).streaming_content)
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["Moved to"] for row in rows] == ["basic: 4", "gold: 7", "", ""]
    assert [row["Quarter"] for row in rows] == [quarter_code(Q2)] * 2 + [quarter_code(Q3)] * 2
    file = upload(content, architect)
    assert (file.result["unchanged"], file.result["new"], file.result["changed"]) == (4, 0, 0)


def test_a_file_that_does_not_add_up_says_at_which_row_by_how_many(segment, tiers, architect):
    file = upload(GOOD.replace(";108;", ";111;"), architect)
    ((row, column, message),) = problems(file)
    assert (row, column) == (2, "Customers at the end")
    assert "108, and 111 are said to be there at the end: 3 too many" in message
    assert not imports.queue_file(file=file, by=architect)
    assert not AssetQuarter.objects.exists()


def test_quarters_of_one_file_are_checked_against_each_other_and_what_is_there(segment, flow, architect):
    save_quarter(segment=segment, flow=flow, by=architect)
    file = upload("cards;gold;2026Q3;109;0;0;0;109;900;\ncards;basic;2026Q3;437;0;0;0;437;100;\n", architect)
    assert [(row, column) for row, column, _ in problems(file)] == [(2, "Customers at the start")]
    both = GOOD.replace("10;4;5;108", "11;4;5;109")
    file = upload(f"{both}cards;gold;2026Q3;109;0;0;0;109;900;\ncards;basic;2026Q3;437;0;0;0;437;100;\n", architect)
    brought_in(file, architect)
    assert flows_by_segment()[segment.pk][Q3].start == 546


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("cards;gold;2026Q5;1;0;0;0;1;9;", "Quarter", "is no quarter"),
        ("cards;gold;2026Q2;-1;0;0;0;1;9;", "Customers at the start", "not between"),
        ("cards;gold;2026Q2;1;0;0;0;1;=1+1;", "Worth of a customer a year", "is not an amount"),
        ("cards;gold;2026Q2;1;2;3;0;3;9;", "Of these by referral", "1 too many"),
        ("cards;gold;2026Q2;1;0;0;0;1;9;basic", "Moved to", "does not say how many"),
        ("cards;gold;2026Q2;1;0;0;0;1;9;silver: 1", "", "has no tier"),
        ("cards;gold;2026Q2;1;0;0;0;1;9;gold: 1", "", "Only who changes"),
        ('cards;gold;2026Q2;1;0;0;0;1;9;"basic: 1; basic: 2"', "", "stands twice"),
        ("nobody;gold;2026Q2;1;0;0;0;1;9;", "Segment", "There is no segment"),
        ("other;gold;2026Q2;1;0;0;0;1;9;", "", "is one of another segment"),
        ("cards;;2026Q2;1;0;0;0;1;9;\ncards;gold;2026Q2;1;0;0;0;1;9;", "Tier", "Keep one of the two"),
    ],
)
def test_a_wrong_row_says_where_and_why(segment, tiers, architect, line, column, words):
    SegmentFactory.create(code="other", name="Others")
    found = problems(upload(line, architect))
    assert [(each[1], words in each[2]) for each in found][:1] == [(column, True)], found
    assert not AssetQuarter.objects.exists()


def test_a_file_of_windows_is_read_and_one_without_a_column_refused(segment, tiers, architect):
    segment.name = "Käufer"
    segment.save()
    latin = f"{HEAD}\n{GOOD}".replace("cards;", "Käufer;").encode("cp1252")
    assert upload(latin, architect).result["new"] == 2
    missing = problems(upload(b"Segment;Tier\ncards;gold\n", architect))
    assert {column for _, column, _ in missing} >= {"Quarter", "Lost", "Customers at the end"}
