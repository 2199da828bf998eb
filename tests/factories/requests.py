"""Requests and what belongs to them."""

from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from portfolio.lifecycle import Status
from portfolio.models import (
    Comment,
    Contribution,
    ImportedRow,
    ImportFile,
    Need,
    Notification,
    ProjectRequest,
    RequestSkill,
    Role,
    ScanMark,
    Transition,
    Watch,
)
from tests.factories.people import ObjectiveFactory, PersonFactory, SiloFactory, SkillFactory, person_with


class ProjectRequestFactory(DjangoModelFactory[ProjectRequest]):
    """A draft unless `status` says otherwise; then with `submitted_at`, and a survivor or predecessor where needed.

    The requester becomes head of the silo unless one is given.
    """

    class Meta:
        model = ProjectRequest

    reference = factory.Sequence(lambda n: f"REQ-2026-{n + 1000:04d}")
    silo = factory.SubFactory(SiloFactory)
    requester = factory.LazyAttribute(lambda o: person_with(Role.HEAD, silo=o.silo))
    title = factory.Sequence(lambda n: f"Request number {n}")
    problem = "Customers wait too long for an answer."
    proposal = "Answer them where they asked."
    kind = ProjectRequest.Kind.CUSTOMER_FACING
    status = Status.DRAFT.value
    submitted_at = factory.LazyAttribute(lambda o: None if o.status == Status.DRAFT else timezone.now())
    survivor = factory.LazyAttribute(lambda o: filed_request() if o.status == Status.MERGED else None)
    after = factory.LazyAttribute(lambda o: filed_request() if o.status == Status.SEQUENCED else None)


def draft_request(**fields: Any) -> ProjectRequest:
    """A draft."""
    request: ProjectRequest = ProjectRequestFactory.create(**fields)
    return request


def filed_request(**fields: Any) -> ProjectRequest:
    """A filed request, in state submitted unless `status` says otherwise. With its scan mark and first transition."""
    fields.setdefault("status", Status.SUBMITTED.value)
    request: ProjectRequest = ProjectRequestFactory.create(**fields)
    at = request.submitted_at or timezone.now()
    Transition.objects.create(
        request=request, source=Status.DRAFT.value, target=Status.SUBMITTED.value, person=request.requester, at=at
    )
    ScanMark.objects.create(request=request, version=request.version, since=at)
    return request


class RequestSkillFactory(DjangoModelFactory[RequestSkill]):
    class Meta:
        model = RequestSkill

    request = factory.SubFactory(ProjectRequestFactory)
    skill = factory.SubFactory(SkillFactory)
    days = 20


class NeedFactory(DjangoModelFactory[Need]):
    class Meta:
        model = Need

    request = factory.LazyFunction(filed_request)
    needs = factory.LazyFunction(filed_request)
    why = "It uses what the other one delivers."


class ContributionFactory(DjangoModelFactory[Contribution]):
    class Meta:
        model = Contribution

    request = factory.LazyFunction(filed_request)
    objective = factory.SubFactory(ObjectiveFactory)
    how = "Customers see where their claim stands and need not ask."


class TransitionFactory(DjangoModelFactory[Transition]):
    class Meta:
        model = Transition

    request = factory.LazyFunction(filed_request)
    source = Status.SUBMITTED.value
    target = Status.IN_TRIAGE.value
    person = None
    at = factory.LazyFunction(timezone.now)


class CommentFactory(DjangoModelFactory[Comment]):
    class Meta:
        model = Comment

    request = factory.LazyFunction(filed_request)
    author = factory.SubFactory(PersonFactory)
    text = "Does this also serve customers without the app?"
    at = factory.LazyFunction(timezone.now)


class WatchFactory(DjangoModelFactory[Watch]):
    class Meta:
        model = Watch

    request = factory.LazyFunction(filed_request)
    person = factory.SubFactory(PersonFactory)


class NotificationFactory(DjangoModelFactory[Notification]):
    class Meta:
        model = Notification

    person = factory.SubFactory(PersonFactory)
    key = factory.Sequence(lambda n: f"event-{n}")
    text = "Something happened."
    url = "/"
    at = factory.LazyFunction(timezone.now)


class ImportFileFactory(DjangoModelFactory[ImportFile]):
    class Meta:
        model = ImportFile

    person = factory.SubFactory(PersonFactory)
    name = "requests.csv"
    content = b"Reference,Title\nR-1,Tell customers sooner\n"
    size = factory.LazyAttribute(lambda made: len(made.content))


class ImportedRowFactory(DjangoModelFactory[ImportedRow]):
    class Meta:
        model = ImportedRow

    request = factory.SubFactory(ProjectRequestFactory)
    marks = factory.LazyFunction(lambda: {"title": "4f2a"})
