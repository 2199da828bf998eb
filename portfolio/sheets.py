"""The sheet of what is there of each skill, quarter by quarter; `portfolio.registers` adds it to the others."""

from typing import Any

from customers.sheets.columns import SheetColumn, entries, number
from customers.sheets.sheet import Finder, PlannedRow, Sheet
from portfolio.models import Skill, SkillCapacity


def _columns() -> tuple[SheetColumn, ...]:
    return (
        SheetColumn("skill", "Skill", entries(Skill, "skill"), lambda row: row.skill.code, None, True, width=24),
        SheetColumn("year", "Year", number(2000, 2200), lambda row: row.year, None, True),
        SheetColumn("quarter", "Quarter", number(1, 4), lambda row: row.quarter, None, True),
        SheetColumn("days", "Person-days", number(0, 1_000_000), lambda row: row.days, None, True),
    )


def _rows() -> Any:
    return SkillCapacity.objects.select_related("skill").order_by("skill__name", "year", "quarter", "id")


class _CapacityFinder(Finder):
    def __init__(self) -> None:
        self.stored = {(row.skill_id, row.year, row.quarter): row for row in _rows()}

    def find(self, values: dict[str, Any]) -> Any | None:
        return self.stored.get(self.key(values, None))

    def key(self, values: dict[str, Any], thing: Any | None) -> Any:
        return values["skill"].pk, values["year"], values["quarter"]

    def new(self, values: dict[str, Any]) -> Any:
        return SkillCapacity(skill=values["skill"])


def _store(new: list[PlannedRow], changed: list[PlannedRow], columns: set[str], by: Any) -> None:
    for row in (*new, *changed):
        if hasattr(row.thing, "history"):
            row.thing._history_user, row.thing._change_reason = by, "Import"
        row.thing.save()


CAPACITIES = Sheet(
    slug="skill-capacities",
    title="How much there is of each skill",
    noun="quarter",
    plural="quarters",
    columns=_columns,
    rows=_rows,
    finder=_CapacityFinder,
    store=_store,
)
