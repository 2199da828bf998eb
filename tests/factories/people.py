"""People, their roles, silos, objectives and skills."""

from datetime import date, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from portfolio.models import Membership, Objective, ObjectiveReading, Person, Role, Silo, Skill, SkillCapacity

PASSWORD = "a long enough password"


class PersonFactory(DjangoModelFactory[Person]):
    class Meta:
        model = Person
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.LazyAttributeSequence(lambda o, n: f"{o.name.lower().replace(' ', '.')}.{n}@example.org")
    password = factory.django.Password(PASSWORD)


class SiloFactory(DjangoModelFactory[Silo]):
    class Meta:
        model = Silo
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"silo-{n}")
    name = factory.LazyAttribute(lambda o: o.code.replace("-", " ").capitalize())


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    person = factory.SubFactory(PersonFactory)
    role = Role.READER
    silo = None


def person_with(*roles: str, silo: Silo | None = None, name: str = "", **fields: Any) -> Person:
    """A person with these roles; `silo` is given to the role of head."""
    person: Person = PersonFactory.create(**({"name": name} if name else {}), **fields)
    for role in roles:
        MembershipFactory.create(person=person, role=role, silo=silo if role == Role.HEAD else None)
    return person


class ObjectiveFactory(DjangoModelFactory[Objective]):
    class Meta:
        model = Objective

    code = factory.Sequence(lambda n: f"objective-{n}")
    name = factory.Sequence(lambda n: f"Objective {n}")


class ObjectiveReadingFactory(DjangoModelFactory[ObjectiveReading]):
    """A reading of an objective that counts by a measure."""

    class Meta:
        model = ObjectiveReading

    objective = factory.SubFactory(ObjectiveFactory)
    on = factory.Sequence(lambda n: date(2027, 1, 1) + timedelta(days=n))
    value = 100


class SkillFactory(DjangoModelFactory[Skill]):
    class Meta:
        model = Skill

    code = factory.Sequence(lambda n: f"skill-{n}")
    name = factory.Sequence(lambda n: f"Skill {n}")


class SkillCapacityFactory(DjangoModelFactory[SkillCapacity]):
    class Meta:
        model = SkillCapacity

    skill = factory.SubFactory(SkillFactory)
    year = 2027
    quarter = 1
    days = 100
