"""What belongs to a decision: votes, questions, deferrals, families that it joined; and the clock of an item."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from board.models import Ballot, Decision, Deferral, ItemClock, Joining, Question, Vote
from portfolio.models import Role
from tests.factories.findings import FamilyFactory
from tests.factories.meetings import AgendaItemFactory, DecisionFactory
from tests.factories.people import PersonFactory, person_with


class VoteFactory(DjangoModelFactory[Vote]):
    class Meta:
        model = Vote

    decision = factory.SubFactory(DecisionFactory)
    person = factory.LazyFunction(lambda: person_with(Role.BOARD_MEMBER))
    choice = Vote.Choice.FOR


class BallotFactory(DjangoModelFactory[Ballot]):
    class Meta:
        model = Ballot

    decision = factory.SubFactory(DecisionFactory)
    majority = "majority"
    present = 5
    in_favour = 4
    against = 1
    abstained = 0
    carried = True


class QuestionFactory(DjangoModelFactory[Question]):
    class Meta:
        model = Question

    decision = factory.SubFactory(DecisionFactory, kind=Decision.Kind.RETURN)
    text = factory.Sequence(lambda n: f"How many customers does it reach in year {n}?")
    owner = factory.SubFactory(PersonFactory)
    due = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=14))


class DeferralFactory(DjangoModelFactory[Deferral]):
    class Meta:
        model = Deferral

    decision = factory.SubFactory(DecisionFactory, kind=Decision.Kind.DEFER)
    until = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=91))


class JoiningFactory(DjangoModelFactory[Joining]):
    class Meta:
        model = Joining

    decision = factory.SubFactory(DecisionFactory, kind=Decision.Kind.JOIN)
    family = factory.SubFactory(FamilyFactory)
    lead = factory.SelfAttribute("family.lead")
    owner = factory.SelfAttribute("family.owner")


class ItemClockFactory(DjangoModelFactory[ItemClock]):
    class Meta:
        model = ItemClock

    item = factory.SubFactory(AgendaItemFactory)
    started_at = factory.LazyFunction(timezone.now)
