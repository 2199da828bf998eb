"""How much of each skill is there, quarter by quarter."""

from collections.abc import Mapping

from django.db import transaction

from customers.permissions import can_change_registers
from customers.quarters import Quarter
from portfolio.errors import NotAllowed
from portfolio.models import Person, Skill, SkillCapacity


def set_capacities(*, person: Person, days: Mapping[tuple[Skill, Quarter], int | None]) -> int:
    """Say how many person-days of each skill are there in each quarter named; None for not known. Returns how many
    entries changed. All or nothing. Raises NotAllowed, ValidationError.
    """
    if not can_change_registers(person):
        raise NotAllowed("Only architects and administrators say how much of a skill is there. Ask one of them.")
    known = {(row.skill_id, (row.year, row.quarter)): row for row in SkillCapacity.objects.order_by("id")}
    changed = 0
    with transaction.atomic():
        for (skill, (year, quarter)), number in days.items():
            row = known.get((skill.pk, (year, quarter)))
            if number == (row.days if row else None):
                continue
            changed += 1
            if number is None and row is not None:
                row.delete()
                continue
            row = row or SkillCapacity(skill=skill, year=year, quarter=quarter)
            row.days = number or 0
            row.full_clean()
            row.save()
    return changed
