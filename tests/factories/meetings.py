"""Meetings, decisions and packs."""

from datetime import date, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from board.models import (
    AgendaItem,
    Attendance,
    Condition,
    DecidedRequest,
    Decision,
    Hold,
    ItemRequest,
    Meeting,
    Objection,
    Pack,
)
from portfolio.lifecycle import Status
from portfolio.models import ProjectRequest, Role
from tests.factories.people import PersonFactory, person_with
from tests.factories.registers import SegmentFactory
from tests.factories.requests import filed_request


class MeetingFactory(DjangoModelFactory[Meeting]):
    class Meta:
        model = Meeting

    starts_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))
    chair = factory.LazyFunction(lambda: person_with(Role.CIO))
    secretary = factory.LazyFunction(lambda: person_with(Role.SECRETARY))


class AttendanceFactory(DjangoModelFactory[Attendance]):
    class Meta:
        model = Attendance

    meeting = factory.SubFactory(MeetingFactory)
    person = factory.LazyFunction(lambda: person_with(Role.BOARD_MEMBER))
    present = True


class AgendaItemFactory(DjangoModelFactory[AgendaItem]):
    """An item over a request that is ready, over `family` when one is given, or `over` a list of requests."""

    class Meta:
        model = AgendaItem
        skip_postgeneration_save = True

    meeting = factory.SubFactory(MeetingFactory)
    position = factory.Sequence(lambda n: n + 1)
    family = None
    kind = factory.LazyAttribute(lambda o: "family" if o.family else "request")
    request = factory.LazyAttribute(lambda o: filed_request(status=Status.READY.value) if o.kind == "request" else None)
    title = factory.LazyAttribute(lambda o: "" if o.request or o.family else "What they have in common")
    question = factory.LazyAttribute(lambda o: f"Approve “{(o.request or o.family or o).title}”?")

    @factory.post_generation
    def over(self, create: bool, requests: list[ProjectRequest] | None, **kwargs: object) -> None:
        """The requests of a group or consent item: give its `kind`."""
        for position, request in enumerate(requests or [], start=1):
            ItemRequest.objects.create(item=self, request=request, position=position)


class DecisionFactory(DjangoModelFactory[Decision]):
    class Meta:
        model = Decision

    item = factory.SubFactory(AgendaItemFactory, status=AgendaItem.Status.DECIDED)
    kind = Decision.Kind.APPROVE
    reason = "It serves the customer."
    recorded_by = factory.SelfAttribute("item.meeting.secretary")
    at = factory.LazyFunction(timezone.now)
    survivor = factory.LazyAttribute(lambda o: filed_request() if o.kind == Decision.Kind.MERGE else None)
    submission = factory.Sequence(lambda n: f"form-{n}")
    snapshot = factory.LazyAttribute(lambda o: {"question": o.item.question})
    snapshot_hash = factory.Sequence(lambda n: f"{n:064x}")


class DecidedRequestFactory(DjangoModelFactory[DecidedRequest]):
    class Meta:
        model = DecidedRequest

    decision = factory.SubFactory(DecisionFactory)
    request = factory.SelfAttribute("decision.item.request")
    status_before = Status.READY.value
    status_after = Status.APPROVED.value


class ConditionFactory(DjangoModelFactory[Condition]):
    class Meta:
        model = Condition

    decision = factory.SubFactory(DecisionFactory, kind=Decision.Kind.APPROVE_WITH_CONDITIONS)
    text = "One notification service for all silos."
    owner = factory.SubFactory(PersonFactory)
    due = date(2027, 3, 31)


class HoldFactory(DjangoModelFactory[Hold]):
    class Meta:
        model = Hold

    decision = factory.SubFactory(DecisionFactory, kind=Decision.Kind.HOLD)
    owner = factory.SubFactory(PersonFactory)
    condition = "Who becomes master of the customer's address?"
    expires_on = date(2027, 2, 1)


class ObjectionFactory(DjangoModelFactory[Objection]):
    """An open objection, by who speaks for the segment, which the request contacts."""

    class Meta:
        model = Objection

    request = factory.LazyFunction(lambda: filed_request(status=Status.READY.value))
    segment = factory.LazyFunction(lambda: SegmentFactory.create(manager=person_with(Role.SEGMENT_MANAGER)))
    person = factory.SelfAttribute("segment.manager")
    reason = "They have heard from us three times this month."
    at = factory.LazyFunction(timezone.now)


class PackFactory(DjangoModelFactory[Pack]):
    class Meta:
        model = Pack

    meeting = factory.SubFactory(MeetingFactory)
    number = factory.Sequence(lambda n: n + 1)
    document = factory.LazyAttribute(lambda o: {"title": str(o.meeting)})
    seal = factory.Sequence(lambda n: f"{n:064x}")
    published_at = factory.LazyFunction(timezone.now)
    published_by = factory.SelfAttribute("meeting.secretary")
