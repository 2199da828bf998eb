"""Scenarios, pins, runs of the planner and what they planned."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from board.models import PlannedRequest, PlanProposal, PlanRun, Scenario, ScenarioPin
from board.models.scenarios import settings_seen
from board.planning.settings import PlanSettings, fitted
from portfolio.models import Role
from tests.factories.meetings import AgendaItemFactory
from tests.factories.people import person_with
from tests.factories.requests import filed_request


class ScenarioFactory(DjangoModelFactory[Scenario]):
    """A scenario of eight quarters from the first of 2027; `settings` may say more."""

    class Meta:
        model = Scenario

    class Params:
        settings = PlanSettings()

    name = factory.Sequence(lambda n: f"Scenario {n}")
    first_year = 2027
    first_quarter = 1
    quarters = 8
    sets = factory.LazyAttribute(lambda o: fitted(o.settings, o.quarters))
    made_by = factory.LazyFunction(lambda: person_with(Role.ARCHITECT))
    made_at = factory.LazyFunction(timezone.now)
    changed_at = factory.LazyFunction(timezone.now)


class ScenarioPinFactory(DjangoModelFactory[ScenarioPin]):
    class Meta:
        model = ScenarioPin

    scenario = factory.SubFactory(ScenarioFactory)
    request = factory.LazyFunction(filed_request)
    kind = "in"


class PlanRunFactory(DjangoModelFactory[PlanRun]):
    class Meta:
        model = PlanRun

    scenario = factory.SubFactory(ScenarioFactory)
    scenario_version = factory.SelfAttribute("scenario.version")
    seen = factory.LazyAttribute(lambda o: settings_seen(o.scenario))
    asked_by = factory.SelfAttribute("scenario.made_by")
    asked_at = factory.LazyFunction(timezone.now)


class PlannedRequestFactory(DjangoModelFactory[PlannedRequest]):
    class Meta:
        model = PlannedRequest

    run = factory.SubFactory(PlanRunFactory)
    request = factory.LazyFunction(filed_request)
    period = 0


class PlanProposalFactory(DjangoModelFactory[PlanProposal]):
    class Meta:
        model = PlanProposal

    run = factory.SubFactory(PlanRunFactory)
    item = factory.SubFactory(AgendaItemFactory)
    request = factory.SelfAttribute("item.request")
    kind = "go"
    text = "The plan proposes that it starts in Q1 2027."
