"""How much of each skill is there."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from customers.quarters import quarter_label, quarter_of, quarters_from
from portfolio.errors import NotAllowed
from portfolio.models import Person, SkillCapacity
from portfolio.selectors.skills import capacity_rows
from portfolio.services.skills import set_capacities
from tests.factories import SkillCapacityFactory, SkillFactory

pytestmark = pytest.mark.django_db


def test_capacities_are_said_changed_and_taken_back(architect: Person) -> None:
    skill, other = SkillFactory.create(), SkillFactory.create()
    first, second = (2027, 1), (2027, 2)
    assert set_capacities(person=architect, days={(skill, first): 10, (skill, second): 0, (other, first): None}) == 2
    assert set_capacities(person=architect, days={(skill, first): 12, (skill, second): 0}) == 1
    assert set_capacities(person=architect, days={(skill, second): None}) == 1
    assert list(SkillCapacity.objects.values_list("skill", "year", "quarter", "days")) == [(skill.pk, 2027, 1, 12)]
    kinds = SkillCapacity.history.order_by("history_id").values_list("history_type", flat=True)
    assert list(kinds) == ["+", "+", "~", "-"]


def test_a_quarter_that_is_none_is_refused_and_nothing_is_kept(architect: Person) -> None:
    skill = SkillFactory.create()
    with pytest.raises(ValidationError):
        set_capacities(person=architect, days={(skill, (2027, 1)): 10, (skill, (2027, 5)): 10})
    assert not SkillCapacity.objects.exists()


def test_who_may_not_change_registers_says_nothing_of_skills(requester: Person) -> None:
    with pytest.raises(NotAllowed):
        set_capacities(person=requester, days={(SkillFactory.create(), (2027, 1)): 10})


def test_rows_show_skills_in_use_with_what_is_known() -> None:
    skill = SkillFactory.create(name="B")
    SkillFactory.create(name="A")
    SkillFactory.create(name="Old", retired_on=date(2026, 1, 1))
    SkillCapacityFactory.create(skill=skill, year=2027, quarter=4, days=7)
    SkillCapacityFactory.create(skill=skill, year=2028, quarter=3, days=9)
    quarters = quarters_from(quarter_of(date(2027, 11, 5)), 3)
    assert [quarter_label(quarter) for quarter in quarters] == ["Q4 2027", "Q1 2028", "Q2 2028"]
    rows = capacity_rows(quarters)
    assert [(row.skill.name, row.days) for row in rows] == [("A", (None, None, None)), ("B", (7, None, None))]
