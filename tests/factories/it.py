"""IT and the customer."""

from datetime import timedelta
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from customers.models import CustomerTime, FeedLink, ServiceTier, ValueStory
from tests.factories.people import PersonFactory
from tests.factories.registers import SegmentFactory, TouchpointFactory


class CustomerTimeFactory(DjangoModelFactory[CustomerTime]):
    class Meta:
        model = CustomerTime

    person = factory.SubFactory(PersonFactory)
    day = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=3))
    hours = Decimal(2)


class ValueStoryFactory(DjangoModelFactory[ValueStory]):
    """A draft; with status reviewed or published it has a reviewer and the moments that belong to it."""

    class Meta:
        model = ValueStory
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"Story {n}")
    what = "We sat with callers and took two questions out of the form."
    figure = "Calls about the form a month"
    before = Decimal(900)
    after = Decimal(640)
    source = "Contact centre statistics"
    author = factory.SubFactory(PersonFactory)
    reviewer = factory.LazyAttribute(lambda o: None if o.status == "draft" else PersonFactory.create())
    reviewed_at = factory.LazyAttribute(lambda o: None if o.status == "draft" else timezone.now())
    published_at = factory.LazyAttribute(lambda o: timezone.now() if o.status == "published" else None)
    status = ValueStory.Status.DRAFT

    @factory.post_generation
    def segments(story, create, extracted, **kwargs):  # noqa: N805 - factory_boy hands over what was made
        story.segments.set(extracted or [SegmentFactory.create()])


class FeedLinkFactory(DjangoModelFactory[FeedLink]):
    class Meta:
        model = FeedLink

    person = factory.SubFactory(PersonFactory)
    key_hash = factory.Sequence(lambda n: f"{n:064d}")
    created_at = factory.LazyFunction(timezone.now)


class ServiceTierFactory(DjangoModelFactory[ServiceTier]):
    class Meta:
        model = ServiceTier

    touchpoint = factory.SubFactory(TouchpointFactory, run_by_it=True)
    name = factory.Sequence(lambda n: f"Tier of service {n}")
    included = "A person who knows the app, in words of the customer."
    response = 4
    borne_by = "Digital"
