"""The factories make legal objects, one for every model of the four apps."""

import pytest
from django.apps import apps
from factory.django import DjangoModelFactory

from portfolio.lifecycle import Status
from tests import factories

APPS = ("customers", "portfolio", "impacts", "board")
# Made together with what they belong to, or by the database's own counting.
WITHOUT = {"ReferenceCounter", "ScanMark", "FindingMember", "FamilyMember"}
FACTORIES = [
    thing
    for thing in vars(factories).values()
    if isinstance(thing, type) and issubclass(thing, DjangoModelFactory) and thing is not DjangoModelFactory
]


def test_every_model_has_a_factory() -> None:
    models = {
        model.__name__
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        if not model.__name__.startswith("Historical")
    }
    assert models - {factory._meta.model.__name__ for factory in FACTORIES} == WITHOUT


@pytest.mark.django_db
@pytest.mark.parametrize("factory", FACTORIES, ids=lambda factory: factory.__name__)
def test_factory_makes_a_legal_object(factory: type[DjangoModelFactory]) -> None:
    made = factory.create()
    made.full_clean()
    assert type(made).objects.filter(pk=made.pk).exists()
    assert str(made)


@pytest.mark.django_db
@pytest.mark.parametrize("status", Status)
def test_request_in_every_state_is_legal(status: Status) -> None:
    factories.ProjectRequestFactory.create(status=status.value).full_clean()
