"""Criteria, weights, scores, orders of the queue, proposals, and reports by mail."""

from datetime import date

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from board.models import (
    Criterion,
    CriterionWeight,
    Proposal,
    ProposedRequest,
    RankedRequest,
    Ranking,
    RankMove,
    ReportMail,
    ReportSchedule,
    Score,
    WeightSet,
)
from portfolio.lifecycle import Status
from tests.factories.people import PersonFactory
from tests.factories.requests import filed_request


class CriterionFactory(DjangoModelFactory[Criterion]):
    class Meta:
        model = Criterion

    code = factory.Sequence(lambda n: f"criterion-{n}")
    name = factory.Sequence(lambda n: f"Criterion {n}")
    question = "How much does it do for customers?"
    position = factory.Sequence(lambda n: n)


class WeightSetFactory(DjangoModelFactory[WeightSet]):
    class Meta:
        model = WeightSet

    number = factory.Sequence(lambda n: n + 1)
    by = factory.SubFactory(PersonFactory)
    at = factory.LazyFunction(timezone.now)
    why = "Customers come first."


class CriterionWeightFactory(DjangoModelFactory[CriterionWeight]):
    class Meta:
        model = CriterionWeight

    weights = factory.SubFactory(WeightSetFactory)
    criterion = factory.SubFactory(CriterionFactory)
    weight = 20


class ScoreFactory(DjangoModelFactory[Score]):
    class Meta:
        model = Score

    request = factory.LazyFunction(lambda: filed_request(status=Status.READY.value))
    criterion = factory.SubFactory(CriterionFactory)
    points = 3
    reason = "Two of three branches ask for it."
    person = factory.SubFactory(PersonFactory)
    at = factory.LazyFunction(timezone.now)


class RankingFactory(DjangoModelFactory[Ranking]):
    class Meta:
        model = Ranking
        django_get_or_create = ("side",)

    side = Ranking.Side.IT


class RankedRequestFactory(DjangoModelFactory[RankedRequest]):
    class Meta:
        model = RankedRequest

    ranking = factory.SubFactory(RankingFactory)
    request = factory.LazyFunction(lambda: filed_request(status=Status.READY.value))
    position = factory.Sequence(lambda n: n + 1)


class RankMoveFactory(DjangoModelFactory[RankMove]):
    class Meta:
        model = RankMove

    ranking = factory.SubFactory(RankingFactory)
    request = factory.LazyFunction(lambda: filed_request(status=Status.READY.value))
    source = None
    target = 1
    by = factory.SubFactory(PersonFactory)
    at = factory.LazyFunction(timezone.now)


class ProposalFactory(DjangoModelFactory[Proposal]):
    class Meta:
        model = Proposal

    made_by = factory.SubFactory(PersonFactory)
    at = factory.LazyFunction(timezone.now)
    first = 10


class ProposedRequestFactory(DjangoModelFactory[ProposedRequest]):
    class Meta:
        model = ProposedRequest

    proposal = factory.SubFactory(ProposalFactory)
    request = factory.LazyFunction(lambda: filed_request(status=Status.READY.value))
    position = 1
    it_place = 1
    customer_place = 2


class ReportScheduleFactory(DjangoModelFactory[ReportSchedule]):
    class Meta:
        model = ReportSchedule

    person = factory.SubFactory(PersonFactory)
    report = "filed-to-decided"
    next_on = date(2027, 1, 1)


class ReportMailFactory(DjangoModelFactory[ReportMail]):
    class Meta:
        model = ReportMail

    schedule = factory.SubFactory(ReportScheduleFactory)
    due_on = date(2026, 12, 1)
    sent_at = factory.LazyFunction(timezone.now)
    title = "Half of all requests are decided within 61 days"
