"""Series of meetings, who stands aside, and going on without a quorum."""

from datetime import date, time

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from board.models import ItemRequest, MeetingSeries, QuorumWaiver, SeriesSkip, StandAside
from portfolio.lifecycle import Status
from portfolio.models import Role
from tests.factories.meetings import AgendaItemFactory, MeetingFactory
from tests.factories.people import PersonFactory, person_with
from tests.factories.requests import filed_request


class ItemRequestFactory(DjangoModelFactory[ItemRequest]):
    class Meta:
        model = ItemRequest

    item = factory.SubFactory(AgendaItemFactory, kind="group")
    request = factory.LazyFunction(lambda: filed_request(status=Status.READY.value))


class MeetingSeriesFactory(DjangoModelFactory[MeetingSeries]):
    """The first Thursday of each month."""

    class Meta:
        model = MeetingSeries

    starts_on = date(2027, 1, 1)
    starts_time = time(14)


class SeriesSkipFactory(DjangoModelFactory[SeriesSkip]):
    class Meta:
        model = SeriesSkip

    series = factory.SubFactory(MeetingSeriesFactory)
    day = date(2027, 1, 7)
    because = "Holiday."
    person = factory.LazyFunction(lambda: person_with(Role.SECRETARY))
    at = factory.LazyFunction(timezone.now)


class StandAsideFactory(DjangoModelFactory[StandAside]):
    class Meta:
        model = StandAside

    item = factory.SubFactory(AgendaItemFactory)
    person = factory.SubFactory(PersonFactory)
    because = "Knows the vendor."
    at = factory.LazyFunction(timezone.now)


class QuorumWaiverFactory(DjangoModelFactory[QuorumWaiver]):
    class Meta:
        model = QuorumWaiver

    meeting = factory.SubFactory(MeetingFactory)
    because = "It cannot wait."
    person = factory.SelfAttribute("meeting.secretary")
    present = 2
    needed = 3
    at = factory.LazyFunction(timezone.now)
