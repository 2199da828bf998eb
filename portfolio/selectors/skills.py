"""How much of each skill is there, quarter by quarter."""

from dataclasses import dataclass

from customers.quarters import Quarter
from portfolio.models import Skill, SkillCapacity

AHEAD = 8
"""Quarters that are shown, the present one first."""


@dataclass(frozen=True, slots=True)
class CapacityRow:
    """A skill with its person-days in each quarter, None where nobody said."""

    skill: Skill
    days: tuple[int | None, ...]


def capacity_rows(quarters: list[Quarter], skill: Skill | None = None) -> list[CapacityRow]:
    """The skills in use (or one skill) with what is there in these quarters. Two queries."""
    skills = [skill] if skill else list(Skill.objects.active().order_by("name", "id"))
    rows = SkillCapacity.objects.filter(skill__in=skills, year__gte=quarters[0][0], year__lte=quarters[-1][0])
    known = {(s, (y, q)): days for s, y, q, days in rows.values_list("skill_id", "year", "quarter", "days")}
    return [CapacityRow(each, tuple(known.get((each.pk, quarter)) for quarter in quarters)) for each in skills]
