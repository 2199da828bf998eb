"""Entries of the registers."""

from datetime import UTC, date, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from customers.models import (
    AssetQuarter,
    ChangeFreeze,
    Channel,
    ChannelCapacity,
    ContactPolicy,
    DataDomain,
    DataHolding,
    EntryMerge,
    HoldingAttribute,
    IdentifyingAttribute,
    JourneyStage,
    Measure,
    QuietPeriod,
    RegisterImport,
    Segment,
    Synonym,
    System,
    Tier,
    TierMovement,
    Touchpoint,
    TouchpointNeed,
)
from tests.factories.people import PersonFactory


class SegmentFactory(DjangoModelFactory[Segment]):
    class Meta:
        model = Segment

    code = factory.Sequence(lambda n: f"segment-{n}")
    name = factory.Sequence(lambda n: f"Segment {n}")
    behaviour = "They call before they click."
    customer_count = 10_000


class TierFactory(DjangoModelFactory[Tier]):
    class Meta:
        model = Tier

    code = factory.Sequence(lambda n: f"tier-{n}")
    name = factory.Sequence(lambda n: f"Tier {n}")
    segment = factory.SubFactory(SegmentFactory)
    rank = factory.LazyAttribute(lambda o: o.segment.tiers.count() + 1)
    yearly_value = 120


class TouchpointFactory(DjangoModelFactory[Touchpoint]):
    class Meta:
        model = Touchpoint

    code = factory.Sequence(lambda n: f"touchpoint-{n}")
    name = factory.Sequence(lambda n: f"Touchpoint {n}")
    channel = Channel.APP
    journey_stage = JourneyStage.USE
    customers_per_month = 1_000


class MeasureFactory(DjangoModelFactory[Measure]):
    class Meta:
        model = Measure

    code = factory.Sequence(lambda n: f"measure-{n}")
    name = factory.Sequence(lambda n: f"Measure {n}")
    good_direction = Measure.Good.DOWN


class DataDomainFactory(DjangoModelFactory[DataDomain]):
    class Meta:
        model = DataDomain

    code = factory.Sequence(lambda n: f"domain-{n}")
    name = factory.Sequence(lambda n: f"Domain {n}")


class SystemFactory(DjangoModelFactory[System]):
    class Meta:
        model = System

    code = factory.Sequence(lambda n: f"system-{n}")
    name = factory.Sequence(lambda n: f"System {n}")


class DataHoldingFactory(DjangoModelFactory[DataHolding]):
    class Meta:
        model = DataHolding

    system = factory.SubFactory(SystemFactory)
    domain = factory.SubFactory(DataDomainFactory)
    role = DataHolding.Role.MASTER


class IdentifyingAttributeFactory(DjangoModelFactory[IdentifyingAttribute]):
    class Meta:
        model = IdentifyingAttribute

    code = factory.Sequence(lambda n: f"attribute-{n}")
    name = factory.Sequence(lambda n: f"Number of kind {n}")


class HoldingAttributeFactory(DjangoModelFactory[HoldingAttribute]):
    class Meta:
        model = HoldingAttribute

    holding = factory.SubFactory(DataHoldingFactory)
    attribute = factory.SubFactory(IdentifyingAttributeFactory)
    quality = HoldingAttribute.Quality.HIGH


class ChannelCapacityFactory(DjangoModelFactory[ChannelCapacity]):
    class Meta:
        model = ChannelCapacity

    code = factory.Sequence(lambda n: f"capacity-{n}")
    name = factory.Sequence(lambda n: f"Capacity {n}")
    channel = Channel.LETTER
    contacts_per_week = 100_000


class ContactPolicyFactory(DjangoModelFactory[ContactPolicy]):
    class Meta:
        model = ContactPolicy

    code = factory.Sequence(lambda n: f"policy-{n}")
    name = factory.LazyAttribute(lambda o: f"At most {o.limit} in {o.days} days")
    limit = 4
    days = 30


class QuietPeriodFactory(DjangoModelFactory[QuietPeriod]):
    class Meta:
        model = QuietPeriod

    code = factory.Sequence(lambda n: f"quiet-{n}")
    name = factory.Sequence(lambda n: f"Quiet days {n}")
    starts = date(2027, 12, 20)
    ends = factory.LazyAttribute(lambda o: o.starts + timedelta(days=7))


class ChangeFreezeFactory(DjangoModelFactory[ChangeFreeze]):
    class Meta:
        model = ChangeFreeze

    code = factory.Sequence(lambda n: f"freeze-{n}")
    name = factory.Sequence(lambda n: f"Freeze {n}")
    starts = date(2027, 12, 15)
    ends = factory.LazyAttribute(lambda o: o.starts + timedelta(days=20))


class EntryMergeFactory(DjangoModelFactory[EntryMerge]):
    """A merge that is only noted: nothing pointed at the merged touchpoint."""

    class Meta:
        model = EntryMerge

    register = "touchpoints"
    kept_id = factory.LazyFunction(lambda: TouchpointFactory.create().pk)
    merged_id = factory.LazyFunction(lambda: TouchpointFactory.create(retired_on=date(2026, 5, 4)).pk)
    merged_code = factory.Sequence(lambda n: f"merged-{n}")
    merged_name = factory.Sequence(lambda n: f"Merged {n}")
    by = factory.SubFactory(PersonFactory)
    at = datetime(2026, 5, 4, 10, tzinfo=UTC)


class RegisterImportFactory(DjangoModelFactory[RegisterImport]):
    class Meta:
        model = RegisterImport

    sheet = "touchpoints"
    person = factory.SubFactory(PersonFactory)
    name = "touchpoints.csv"
    content = b"Name,Channel,Stage of the journey\nDesk,Branch,Uses\n"
    size = factory.LazyAttribute(lambda o: len(o.content))


class TouchpointNeedFactory(DjangoModelFactory[TouchpointNeed]):
    class Meta:
        model = TouchpointNeed

    touchpoint = factory.SubFactory(TouchpointFactory)
    domain = factory.SubFactory(DataDomainFactory)


class SynonymFactory(DjangoModelFactory[Synonym]):
    class Meta:
        model = Synonym

    term = factory.Sequence(lambda n: f"another word {n}")
    touchpoint = factory.SubFactory(TouchpointFactory)


class AssetQuarterFactory(DjangoModelFactory[AssetQuarter]):
    """A quarter that adds up, of a whole segment unless a tier is given."""

    class Meta:
        model = AssetQuarter

    segment = factory.LazyAttribute(lambda o: o.tier.segment if o.tier else SegmentFactory.create())
    tier = None
    year = 2026
    quarter = 2
    customers_start = 100
    gained = 10
    referrals = 4
    lost = 5
    customers_end = factory.LazyAttribute(lambda o: o.customers_start + o.gained - o.lost)
    worth = 120


class TierMovementFactory(DjangoModelFactory[TierMovement]):
    class Meta:
        model = TierMovement

    from_tier = factory.SubFactory(TierFactory)
    to_tier = factory.LazyAttribute(lambda o: TierFactory.create(segment=o.from_tier.segment))
    segment = factory.LazyAttribute(lambda o: o.from_tier.segment)
    year = 2026
    quarter = 2
    customers = 3
