"""Links to packs, who opened them, and files that are made in the background."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from board.models import Meeting, MinutesCorrection, PackLink, PackOpening, PaperFile
from tests.factories.meetings import MeetingFactory, PackFactory


class PackLinkFactory(DjangoModelFactory[PackLink]):
    class Meta:
        model = PackLink

    pack = factory.SubFactory(PackFactory)
    name = "Dr. Amara Obi, supervisory board"
    key_hash = factory.Sequence(lambda n: f"{n:064x}")
    made_by = factory.SelfAttribute("pack.published_by")
    made_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=14))


class PackOpeningFactory(DjangoModelFactory[PackOpening]):
    class Meta:
        model = PackOpening

    link = factory.SubFactory(PackLinkFactory)
    at = factory.LazyFunction(timezone.now)
    form = "html"


class PaperFileFactory(DjangoModelFactory[PaperFile]):
    class Meta:
        model = PaperFile

    meeting = factory.SubFactory(MeetingFactory)
    person = factory.SelfAttribute("meeting.secretary")
    form = "pdf"
    asked_at = factory.LazyFunction(timezone.now)


class MinutesCorrectionFactory(DjangoModelFactory[MinutesCorrection]):
    class Meta:
        model = MinutesCorrection

    meeting = factory.SubFactory(MeetingFactory, status=Meeting.Status.CLOSED)
    text = "Ruth Adeyemi was there too."
    person = factory.SelfAttribute("meeting.secretary")
    at = factory.LazyFunction(timezone.now)
    submission = factory.Sequence(lambda n: f"correction-{n}")
