"""How much of each skill is there, quarter by quarter."""

from dataclasses import dataclass
from datetime import date

from portfolio.models import Skill, SkillCapacity

Quarter = tuple[int, int]

AHEAD = 8
"""Quarters that are shown, the present one first."""


@dataclass(frozen=True, slots=True)
class CapacityRow:
    """A skill with its person-days in each quarter, None where nobody said."""

    skill: Skill
    days: tuple[int | None, ...]


def quarters_from(day: date, number: int = AHEAD) -> list[Quarter]:
    """So many quarters of the calendar, that of `day` first: (2027, 1) is January to March 2027."""
    first = 4 * day.year + (day.month - 1) // 3
    return [(each // 4, each % 4 + 1) for each in range(first, first + number)]


def quarter_label(quarter: Quarter) -> str:
    """'Q1 2027'."""
    return f"Q{quarter[1]} {quarter[0]}"


def capacity_rows(quarters: list[Quarter], skill: Skill | None = None) -> list[CapacityRow]:
    """The skills in use (or one skill) with what is there in these quarters. Two queries."""
    skills = [skill] if skill else list(Skill.objects.active().order_by("name", "id"))
    rows = SkillCapacity.objects.filter(skill__in=skills, year__gte=quarters[0][0], year__lte=quarters[-1][0])
    known = {(s, (y, q)): days for s, y, q, days in rows.values_list("skill_id", "year", "quarter", "days")}
    return [CapacityRow(each, tuple(known.get((each.pk, quarter)) for quarter in quarters)) for each in skills]
