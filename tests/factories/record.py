"""The board's record: seals, moves of conditions, what was changed after an approval, who followed a merge."""

from datetime import date

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from board.models import CarriedWatch, ChainHead, ConditionMove, HoldMove, LaterChange, MaterialLimit, Seal
from board.selectors.decisions.chain import GENESIS
from tests.factories.meetings import ConditionFactory, DecisionFactory, HoldFactory
from tests.factories.people import PersonFactory
from tests.factories.requests import filed_request


class SealFactory(DjangoModelFactory[Seal]):
    class Meta:
        model = Seal

    decision = factory.SubFactory(DecisionFactory)
    sequence = factory.Sequence(lambda n: n + 1)
    previous_hash = factory.Sequence(lambda n: f"{n:064x}")
    own_hash = factory.Sequence(lambda n: f"{n + 1:064x}")


class ChainHeadFactory(DjangoModelFactory[ChainHead]):
    class Meta:
        model = ChainHead
        django_get_or_create = ("id",)

    id = 1
    own_hash = GENESIS


class ConditionMoveFactory(DjangoModelFactory[ConditionMove]):
    class Meta:
        model = ConditionMove

    condition = factory.SubFactory(ConditionFactory)
    owner_before = factory.SelfAttribute("condition.owner")
    owner_after = factory.SelfAttribute("condition.owner")
    due_before = date(2027, 2, 28)
    due_after = factory.SelfAttribute("condition.due")
    reason = "The supplier is late."
    person = factory.SubFactory(PersonFactory)
    at = factory.LazyFunction(timezone.now)


class HoldMoveFactory(DjangoModelFactory[HoldMove]):
    class Meta:
        model = HoldMove

    hold = factory.SubFactory(HoldFactory)
    owner_before = factory.SubFactory(PersonFactory)
    owner_after = factory.SelfAttribute("hold.owner")
    reason = "She has moved on."
    person = factory.SubFactory(PersonFactory)
    at = factory.LazyFunction(timezone.now)


class CarriedWatchFactory(DjangoModelFactory[CarriedWatch]):
    class Meta:
        model = CarriedWatch

    decision = factory.SubFactory(DecisionFactory)
    merged = factory.LazyFunction(filed_request)
    survivor = factory.LazyFunction(filed_request)
    person = factory.SubFactory(PersonFactory)


class LaterChangeFactory(DjangoModelFactory[LaterChange]):
    class Meta:
        model = LaterChange

    decision = factory.SubFactory(DecisionFactory)
    request = factory.SelfAttribute("decision.item.request")
    verdict = LaterChange.Verdict.LOOK
    version = 2
    at = factory.LazyFunction(timezone.now)


class MaterialLimitFactory(DjangoModelFactory[MaterialLimit]):
    class Meta:
        model = MaterialLimit
        django_get_or_create = ("field",)

    field = "title"
    look_above = 10
    void_above = 60
